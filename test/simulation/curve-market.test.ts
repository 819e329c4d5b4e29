import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { impactCurve } from '../../src/market/curve.ts';
import { CurveExchange } from '../../src/market/curve-exchange.ts';
import type { ImpactOptions } from '../../src/market/impact.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { canReplay } from '../../src/simulation/tape.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { randomOptions } from '../../src/validation/random-worlds.ts';
import { LawPopulation, lawOptions, lawTerms, withMarket } from '../../src/validation/worlds.ts';

const LASTING = { recovery: Infinity, permanent: 0 };
const BUY = 0;
const SELL = 1;

/** An exchange of three accounts: a taker, somebody else, and the curve's own. */
function exchangeOf(impact: ImpactOptions, start = 1000, factor = 1, kind: 'linear' | 'inverse' = 'linear') {
  const ledger = new Ledger(3, factor, kind);
  ledger.open();
  return { ledger, exchange: new CurveExchange(impact, ledger, 2, start) };
}

describe('the exchange of a curve', () => {
  test('books each fill at the average price between the taker and the curve, rounded once', () => {
    const { ledger, exchange } = exchangeOf({ kind: 'linear', slope: 1e-4, ...LASTING });
    expect(exchange.market(SELL, 33, 0)).toBe(33);
    // 1000 × (1 − 0.0033 / 2) × 33 = 32945.55
    expect([ledger.cash[0], ledger.cash[2], ledger.lots[0], ledger.lots[2]]).toEqual([32946, -32946, -33, 33]);
    expect([...exchange.filled]).toEqual([33, 32946, 32946]);
    expect(ledger.rounding).toBeCloseTo(0.45, 9);
    expect(exchange.price).toBeCloseTo(996.7, 9);
    expect(exchange.market(BUY, 33, 1)).toBe(33);
    expect([ledger.cash[1], ledger.lots[1], ledger.cash[2], ledger.lots[2]]).toEqual([-32946, 33, 0, 0]);
    expect(exchange.price).toBeCloseTo(1000, 9);
    expect([ledger.runningError(), ledger.recount()]).toEqual([0, 0]);
  });

  test('coin of an inverse contract', () => {
    const { ledger, exchange } = exchangeOf({ kind: 'linear', slope: 1e-4, ...LASTING }, 1000, 1_000_000, 'inverse');
    exchange.market(SELL, 40, 0);
    // 40 × 1e6 / 998
    expect([ledger.cash[0], ledger.cash[2]]).toEqual([-40080, 40080]);
    expect([...exchange.filled]).toEqual([40, 40_000_000, 40080]);
  });

  test('ends at a hundredth and at twice the outside price, with whole lots, and says what is left', () => {
    const { exchange, ledger } = exchangeOf({ kind: 'linear', slope: 0.003, ...LASTING });
    expect(exchange.lotsLeft(SELL)).toBeCloseTo(330, 9);
    expect(exchange.market(SELL, 1000, 0)).toBe(330);
    expect(exchange.price).toBeCloseTo(10, 9);
    expect(exchange.market(SELL, 5, 0)).toBe(0);
    expect([...exchange.filled]).toEqual([0, 0, 0]);
    expect(exchange.market(BUY, 10_000, 0)).toBe(663);
    expect(exchange.price).toBeCloseTo(1999, 9);
    // The outside price falls below what the displacement leaves of it: the price stands at its end, and nobody pays less.
    exchange.advance(1, 500);
    expect(exchange.price).toBe(1000);
    expect(exchange.market(BUY, 1, 0)).toBe(0);
    const before = ledger.cash[0]!;
    exchange.market(SELL, 1, 0);
    expect(ledger.cash[0]! - before).toBe(1000);
  });

  test('time does not go back by the last digit of a step that is no binary fraction', () => {
    const { exchange } = exchangeOf({ kind: 'obizhaeva-wang', depth: 1e5, permanent: 0, recovery: 1 });
    const [end, begin] = [12 * 0.1 + 0.1, 13 * 0.1];
    expect(end).toBeGreaterThan(begin);
    exchange.advance(end, 1000);
    exchange.market(SELL, 100, 0);
    exchange.advance(begin, 1000);
    expect(exchange.time).toBe(end);
    expect(exchange.market(SELL, 100, 0)).toBe(100);
  });

  test('a finite book ends before the price does', () => {
    const { exchange } = exchangeOf({ kind: 'exponential', depth: 100, decay: 10, ...LASTING });
    expect(exchange.market(SELL, 50, 0)).toBe(9);
    expect(exchange.price).toBeCloseTo(1000 * (1 + Math.log(0.1) / 10), 6);
  });

  test('the impact price is what an order would get, and asking changes nothing', () => {
    const { exchange } = exchangeOf({ kind: 'propagator', slope: 1e-4, scale: 1, exponent: 0.5, memory: 60 });
    exchange.market(SELL, 20, 0);
    exchange.advance(2, 1000);
    const state = () => exchange.state().map((array) => [...array]);
    const before = state();
    const [price, bid, ask] = [exchange.price, exchange.impactPrice(0, 30_000), exchange.impactPrice(1, 30_000)];
    const lots = 30_000 / price;
    expect(bid).toBeCloseTo(price - 0.05 * lots, 9);
    expect(ask).toBeCloseTo(price + 0.05 * lots, 9);
    expect([exchange.impactPrice(0, 0), exchange.impactPrice(0, 1e12)]).toEqual([price, -1]);
    expect(state()).toEqual(before);
  });

  test('the fee of a pool stays with the pool', () => {
    const { ledger, exchange } = exchangeOf({ kind: 'constant-product', reserve: 1000, fee: 0.003, ...LASTING });
    const curve = impactCurve({ kind: 'constant-product', reserve: 1000, fee: 0.003, ...LASTING });
    exchange.market(SELL, 100, 0);
    curve.trade(-100, 0);
    expect(ledger.cash[0]).toBe(Math.round(100_000 * (1 + curve.averageFill)));
  });
});

/** A law's world on a curve with everybody at risk listed by the tick of liquidation. */
function worldOf(
  impact: ImpactOptions,
  longs: readonly (readonly [tick: number, lots: number])[],
  changes: Partial<RunOptions['liquidation']> = {},
) {
  const base = lawOptions({ start: 1000, lots: 1, bidLevels: 1, sale: 0, steps: 20, mode: 'sequential', route: 'book', mark: 'last' });
  const options = {
    ...withMarket(base, { quotes: { kind: 'curve', impact }, orders: [] }),
    liquidation: { ...base.liquidation, ...changes },
  };
  const population = new LawPopulation(longs.length);
  for (const [tick, lots] of longs) population.add(tick, lots);
  const world = new World(shapeOf(options, population, [1000]));
  const outside = new Float64Array(21).fill(950);
  outside[0] = 1000;
  world.open({ ...lawTerms(options, population), outside: [outside], recountAlways: true });
  return world;
}

describe('in the world', () => {
  test('the price recovers between two orders of a step, and who is covered again is let go', () => {
    // One order a tenth of a second: the first sells 1,000 lots, which move the price by 20 ticks, and these halve every tenth of a second.
    const impact: ImpactOptions = { kind: 'linear', slope: 2e-5, recovery: 0.1, permanent: 0 };
    const far = worldOf(
      impact,
      [
        [950, 1000],
        [935, 1000],
      ],
      { ordersPerSecond: 10 },
    );
    far.advance();
    // 930 after the first triggers the second, but 940 is left when the engine is free again.
    expect(far.engine.liquidated).toBe(1);
    const near = worldOf(
      impact,
      [
        [950, 1000],
        [945, 1000],
      ],
      { ordersPerSecond: 10 },
    );
    near.advance();
    expect(near.engine.liquidated).toBe(2);
  });

  test('what the curve cannot fill waits until it has recovered', () => {
    const impact: ImpactOptions = { kind: 'exponential', depth: 1000, decay: 10, recovery: 0.5, permanent: 0 };
    const world = worldOf(impact, [[950, 150]]);
    const waiting: number[] = [];
    while (world.advance()) waiting.push(world.engine.waiting);
    // 100 lots and no more until some come back.
    expect(waiting[0]).toBe(1);
    expect(waiting.at(-1)).toBe(0);
    expect(world.ledger.markets[0]!.lots[0]).toBe(0);
    expect(world.ledgerError).toBe(0);
  });

  test('a twin plays again only where no order moves its market', () => {
    const [still, moved] = [[], [{ at: 1, lots: -5 }]].map((orders) => withMarket(onRandomCurve(randomOptions(0), 0), { orders }));
    expect([canReplay(still!), canReplay(moved!)]).toEqual([true, false]);
    const simulator = new Simulator();
    const seed = { seed: 'tape', replicate: 0 };
    for (let world = 0; world < 20; world++) {
      const options = onRandomCurve(randomOptions(world), world);
      const at = (threshold: number) =>
        withMarket(options, { margin: { ...options.markets[0]!.margin, threshold, call: threshold * 1.2 } });
      simulator.run(at(0.9), seed);
      const again = simulator.run(at(0.7), seed);
      const fresh = new Simulator().run(at(0.7), seed);
      expect([...again.metrics]).toEqual([...fresh.metrics]);
      expect(again.hash).toBe(fresh.hash);
    }
  });

  test('a book and a curve beside each other, with funding on both', () => {
    let liquidations = 0;
    for (let world = 0; world < 30; world++) {
      const book = randomOptions(world);
      const curve = onRandomCurve(book, world);
      const funding = {
        sampling: 5,
        cadence: 20,
        period: 3600,
        interest: 0.01,
        band: 0.0005,
        cap: 0.02,
        weights: 'equal',
        impact: 1e5,
      } as const;
      const markets = [book.markets[0]!, curve.markets[0]!].map((market, m) => ({
        ...market,
        funding,
        asset: { ...market.asset, symbol: m === 0 ? 'X' : 'Y' },
      }));
      const options: RunOptions = {
        ...book,
        markets: world % 2 === 0 ? markets : [...markets].reverse(),
        traders: book.traders.flatMap((group) => [group, { ...group, name: `${group.name} too`, market: 1 }]),
      };
      const seed = { seed: 'both', replicate: world };
      const result = new Simulator().run(options, seed, { recountAlways: true });
      const scanned = new Simulator().run(options, seed, { exactScan: true });
      const metric = (name: string) => result.metrics[METRIC_NAMES.indexOf(name)]!;
      expect([...result.metrics]).toEqual([...scanned.metrics]);
      expect(result.hash).toBe(scanned.hash);
      expect(metric('ledger_error')).toBe(0);
      liquidations += metric('liquidations');
    }
    expect(liquidations).toBeGreaterThan(300);
  });
});
