import { Ledger } from '../../src/core/ledger.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';

/** Outside price in ticks at the start. */
export const INDEX = 100_000;
/** The rest of the world. */
export const OUTSIDE = 0;
/** Somebody who trades now and then by the test's will. */
export const TAKER = 1;
/** First account of the traders that are tested. */
export const TRADERS = 2;

/** Notional of so many lots at the index, in quanta. */
export function money(lots: number): number {
  return lots * INDEX;
}

/** Quotes on each side, lots of each, and ticks from one to the next: 1,000,000 lots within 1 %, out to 5 %. */
const QUOTES = 100;
const LOTS = 50_000;
const SPACING = 50;

/** An exchange that writes down what is taken at once, as `side lots account`, without prices. */
export class Heard extends Exchange {
  readonly messages: string[] = [];

  override market(side: 0 | 1, lots: number, account: number): number {
    return this.hear(side, super.market(side, lots, account), account);
  }

  override ioc(side: 0 | 1, tick: number, lots: number, account: number): number {
    return this.hear(side, super.ioc(side, tick, lots, account), account);
  }

  private hear(side: 0 | 1, filled: number, account: number): number {
    if (filled > 0) this.messages.push(`${side} ${filled} ${account}`);
    return filled;
  }
}

/**
 * A market with room for `traders` accounts and `orders` orders, and with a quoter whose centre is moved by what is taken and never goes
 * back by itself.
 */
export function stage(traders: number, orders: number) {
  const book = new OrderBook({ base: 0, levels: 2 ** 17, capacity: 2 * QUOTES + orders });
  const quoter = TRADERS + traders;
  const ledger = new Ledger(quoter + 1, 1);
  ledger.open();
  const exchange = new Heard(book, ledger);
  const displacement = new Float64Array(1);
  /** Moves the centre by what was taken since, as a fraction 1 % a million lots, and quotes afresh around index × (1 + displacement). */
  const quote = (index: number): void => {
    const { taken } = exchange;
    displacement[0]! += (taken[1]! - taken[0]!) / (money(1_000_000) * 100);
    taken.fill(0);
    for (let slot = 0; slot < book.capacity; slot++) if (book.ownerOf(slot) === quoter) book.cancel(slot);
    const centre = Math.round(index * (1 + displacement[0]!));
    for (let k = 0; k < QUOTES; k++) {
      exchange.limit(0, centre - 10 - SPACING * k, LOTS, quoter, k);
      exchange.limit(1, centre + 10 + SPACING * k, LOTS, quoter, k);
    }
  };
  quote(INDEX);
  const mid = (): number => (book.bestBid >= 0 && book.bestAsk >= 0 ? (book.bestBid + book.bestAsk) / 2 : INDEX * (1 + displacement[0]!));
  return { book, ledger, exchange, quote, mid, displacement };
}
