import { Ledger } from '../../src/core/ledger.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import type { MakerOptions } from '../../src/traders/ladder.ts';
import { Makers } from '../../src/traders/makers.ts';

export const INDEX = 100_000;
export const UNIT = 1;
/** Notional of so many lots at the index. */
export const money = (lots: number): number => lots * INDEX * UNIT;
export const OUTSIDE = 0;
export const TAKER = 1;
export const FIRST = 2;

export const OPTIONS: MakerOptions = {
  name: 'makers',
  count: 4,
  depth: money(100_000),
  floor: money(10_000),
  volatilityScale: 0.004,
  returnHalfLife: 600,
  withdrawal: null,
  halfSpread: 0.0001,
  reach: 0.05,
  rungs: 8,
  leaning: null,
  inventoryCap: money(1_000_000),
  layOffHalfLife: Infinity,
  lossLimit: Infinity,
  lossPause: Infinity,
  recovery: 20,
  permanent: 0,
  reaction: 1,
};

/** A market in which nobody quotes but these groups, opened at the index; each states what is not as above. */
export function market(...changes: readonly Partial<MakerOptions>[]) {
  const groups = (changes.length === 0 ? [{}] : changes).map((change) => ({ ...OPTIONS, ...change }));
  const book = new OrderBook({ base: 0, levels: 2 ** 17, capacity: Makers.capacity(groups) + 16 });
  const ledger = new Ledger(FIRST + Makers.accounts(groups), UNIT);
  ledger.open();
  const exchange = new Exchange(book, ledger);
  const makers = new Makers(groups, exchange, FIRST, OUTSIDE, 1);
  makers.reset(INDEX);
  makers.act(0, INDEX);
  /** Ticks of an account's quotes, ascending. */
  const quotesOf = (account: number): number[] => {
    const ticks: number[] = [];
    for (let slot = 0; slot < book.capacity; slot++) if (book.ownerOf(slot) === account) ticks.push(book.tickOf(slot));
    return ticks.sort((a, b) => a - b);
  };
  return { makers, exchange, ledger, book, quotesOf };
}
