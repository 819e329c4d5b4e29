import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { root } from '../../src/core/random.ts';
import { OrderBook } from '../../src/market/book.ts';
import { Exchange } from '../../src/market/exchange.ts';
import { Arbitrageurs } from '../../src/traders/arbitrageurs.ts';
import type { MakerOptions } from '../../src/traders/ladder.ts';
import { Makers } from '../../src/traders/makers.ts';
import { Momentum } from '../../src/traders/momentum.ts';

/** Notional of a lot at every price. */
const FACE = 1e9;
const [OUTSIDE, TAKER, FIRST] = [0, 1, 2];

const OPTIONS: MakerOptions = {
  name: 'makers',
  count: 2,
  depth: 100_000 * FACE,
  floor: 0,
  volatilityScale: 0.004,
  returnHalfLife: 600,
  withdrawal: null,
  halfSpread: 0.0005,
  reach: 0.01,
  rungs: 10,
  leaning: null,
  inventoryCap: 30_000 * FACE,
  layOffHalfLife: Infinity,
  lossLimit: Infinity,
  lossPause: Infinity,
  recovery: Infinity,
  permanent: 0,
  reaction: 1,
};

function market(index: number, change: Partial<MakerOptions> = {}) {
  const groups = [{ ...OPTIONS, ...change }];
  const book = new OrderBook({ base: 0, levels: 2 ** 17, capacity: Makers.capacity(groups) + 64 });
  const ledger = new Ledger(FIRST + 4, FACE, 'inverse');
  ledger.open();
  const exchange = new Exchange(book, ledger);
  const makers = new Makers(groups, exchange, FIRST, OUTSIDE, 1);
  makers.reset(index);
  makers.act(0, index);
  return { book, ledger, exchange, makers };
}

describe('in a market of inverse contracts', () => {
  test('makers stand with the same contracts at every price: their depth is face value', () => {
    for (const index of [1_000, 20_000, 90_000]) {
      const { book } = market(index, { inventoryCap: Infinity });
      // Evenly to 1 %, without the half spread.
      const away = Math.ceil(index * 0.011);
      expect([book.depth(0, index - away), book.depth(1, index + away)]).toEqual([95_000, 95_000]);
    }
  });

  test('their inventory cap is face value, and what takers take moves the centre by its share of the depth', () => {
    const { exchange, makers, ledger } = market(50_000);
    exchange.market(1, 50_000, TAKER);
    expect(exchange.taken[0]).toBe(50_000 * FACE);
    makers.act(1, 50_000);
    // Half of what stands within 1 %.
    expect(makers.displacement).toBeCloseTo(-0.005, 12);
    for (let time = 2; time < 20; time++) {
      exchange.market(1, 1e6, TAKER);
      makers.act(time, 50_000);
    }
    expect([ledger.lots[FIRST], ledger.lots[FIRST + 1]]).toEqual([30_000, 30_000]);
    expect(ledger.recount()).toBe(0);
  });

  test('a maker whose coin has lost what its limit is worth at the outside price leaves', () => {
    const { exchange, makers, ledger, book } = market(50_000, { lossLimit: 100 * FACE });
    exchange.market(1, 20_000, TAKER);
    makers.act(1, 50_000);
    expect(book.bestAsk).toBeGreaterThan(0);
    // 10,000 contracts a maker that are 2 % down: 200 × face.
    makers.act(2, 49_000);
    expect(ledger.worth(FIRST, 49_000)).toBeLessThan(-100 * FACE);
    expect(book.bestAsk).toBe(-1);
  });

  test('arbitrageurs tie capital by face value and gain coin', () => {
    const { book, ledger, exchange } = market(50_000, { depth: FACE, count: 1, rungs: 1 });
    for (let slot = 0; slot < book.capacity; slot++) if (book.ownerOf(slot) === FIRST) book.cancel(slot);
    exchange.limit(1, 49_000, 5_000, TAKER, 0);
    const traders = new Arbitrageurs(
      { kind: 'arbitrageurs', count: 1, capital: 300 * FACE, costs: 0.001, latency: 0, returnHalfLife: Infinity },
      exchange,
      FIRST + 2,
      OUTSIDE,
      1,
    );
    traders.open(root('inverse', 'arbitrageurs'));
    traders.act(root('inverse', 'arbitrageurs'), 1, 50_000);
    traders.act(root('inverse', 'arbitrageurs'), 2, 50_000);
    expect([ledger.lots[FIRST + 2], ledger.lots[OUTSIDE], ledger.lots[TAKER]]).toEqual([0, 300, -300]);
    expect(ledger.cash[FIRST + 2]).toBe(Math.floor((300 * FACE) / 49_000 + 0.5) - Math.floor((300 * FACE) / 50_000 + 0.5));
    expect(ledger.recount()).toBe(0);
  });

  test('momentum traders go to a limit of face value', () => {
    const { exchange, ledger } = market(50_000, { inventoryCap: Infinity, depth: 1e6 * FACE });
    const traders = new Momentum(
      { kind: 'momentum', count: 1, lookRate: 5, size: 500 * FACE, limit: 1200 * FACE, threshold: 0.001, horizon: 1 },
      exchange,
      FIRST + 2,
      1,
    );
    const roots = root('inverse', 'momentum');
    traders.open(roots, 50_000);
    for (let step = 1; step < 40; step++) traders.act(roots, step, 50_000 * (1 + 0.01 * step));
    expect(ledger.lots[FIRST + 2]).toBe(1200);
  });
});
