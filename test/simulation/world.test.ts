import { describe, expect, test } from 'vitest';
import { derive, hexOf, root } from '../../src/core/random.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { World, shapeOf } from '../../src/simulation/world.ts';
import type { RunTerms } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { randomOptions, reactingOptions } from '../../src/validation/random-worlds.ts';
import { withMarket } from '../../src/validation/worlds.ts';

function termsOf(world: number, options = randomOptions(world)): RunTerms {
  const outside = options.markets.map(({ driver }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root('w', 'driver'), world), options.step, options.steps, path);
    return path;
  });
  const markets = options.markets.map(({ asset, contract, history, margin }, m) => ({
    asset,
    contract,
    history,
    margin,
    startMark: Math.round(outside[m]![0]!),
  }));
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, seed: 'w', replicate: world });
  return {
    options,
    population,
    outside,
    seed: { seed: 'w', replicate: world },
    route: 'book',
    tapes: null,
    exactScan: false,
    recountAlways: true,
  };
}

const opened = (terms: RunTerms): World => {
  const starts = terms.outside.map((path) => path[0]!);
  const world = new World(shapeOf(terms.options, terms.population, starts));
  world.open(terms);
  return world;
};

describe('world', () => {
  test('no group is liquidated before the first step', () => {
    for (let i = 0; i < 50; i++) {
      const world = opened(termsOf(i));
      expect(world.engine.liquidated).toBe(0);
      expect(world.engine.waiting).toBe(0);
    }
  });

  test('the insurance fund holds what it started with, fees, and what was stated and paid in, less what it paid', () => {
    const RATE = 0.002;
    let used = 0;
    let paid = 0;
    for (let i = 0; i < 30; i++) {
      const base = randomOptions(i);
      const every = base.step * (1 + (i % 7));
      const deposit = i % 3 === 0 ? null : { amount: 50 + i, every };
      const replenishment = { deposit, trades: i % 2 === 0 ? RATE : 0 };
      const liquidation = {
        ...base.liquidation,
        fee: 0.001,
        feeTerms: { cap: 'left', venue: 300_000, backstop: 0 },
        replenishment,
      } as const;
      const terms = termsOf(i, { ...base, liquidation });
      const world = opened(terms);
      const place = world.engine.markets[0]!;
      const { cash } = world.ledger.markets[0]!;
      const { accounts, waterfall, exchange } = place;
      const treasury = cash[accounts.venue]!;
      expect(treasury).toBe(deposit === null ? 0 : deposit.amount * Math.floor(terms.options.steps / (1 + (i % 7))));
      let before = exchange.volume[0]!;
      while (world.advance()) {
        const deposits = deposit === null ? 0 : deposit.amount * Math.floor(world.step / (1 + (i % 7)));
        const income = waterfall.fundIncome + waterfall.adlOvershoot;
        const ofTrades = cash[accounts.fund]! - (liquidation.insurance + income + deposits - waterfall.insuranceUsed);
        expect(ofTrades).toBeGreaterThanOrEqual(Math.floor(replenishment.trades * before * (1 - 1e-12)));
        expect(ofTrades).toBeLessThanOrEqual(replenishment.trades * exchange.volume[0]!);
        expect(world.replenished(0)).toBe(deposits + ofTrades);
        expect(cash[accounts.venue]).toBe(treasury - deposits + waterfall.venueIncome);
        before = exchange.volume[0]!;
        paid += ofTrades;
      }
      used += waterfall.insuranceUsed;
      expect(world.ledgerError).toBe(0);
    }
    expect([used > 0, paid > 0]).toEqual([true, true]);
  });

  test('a run broken by snapshot and restore goes on with the same bytes', () => {
    for (let i = 0; i < 30; i++) {
      const terms = termsOf(i);
      const unbroken = opened(terms);
      while (unbroken.advance());
      const broken = opened(terms);
      const half = Math.floor(terms.options.steps / 2);
      while (broken.step < half) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      broken.restore(snapshot);
      expect(broken.step).toBe(half);
      while (broken.advance());
      expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
      broken.ledger.markets.forEach(({ lots }, m) => expect(lots).toEqual(unbroken.ledger.markets[m]!.lots));
    }
  });

  test.each([
    ['on impact curves', (i: number) => onRandomCurve(randomOptions(i), i)],
    ['with traders who react', (i: number) => reactingOptions(randomOptions(i), i)],
  ])('the same %s', (_, optionsOf) => {
    for (let i = 0; i < 60; i++) {
      const terms = termsOf(i, optionsOf(i));
      const unbroken = opened(terms);
      while (unbroken.advance());
      const broken = opened(terms);
      while (broken.step < Math.floor(terms.options.steps / 2)) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      broken.restore(snapshot);
      while (broken.advance());
      expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
      expect(broken.markets[0]!.state()).toEqual(unbroken.markets[0]!.state());
    }
  });

  test('a wrong posting in a running world is reported as a ledger error', () => {
    const world = opened(termsOf(3));
    for (let i = 0; i < 5; i++) world.advance();
    expect(world.ledgerError).toBe(0);
    world.ledger.markets[0]!.post(0, 1, 0);
    world.advance();
    expect(world.ledgerError).toBeGreaterThan(0);
  });
});

describe('reuse', () => {
  /** A market whose noise traders stand far out, so that the book's window matters. */
  const far = (prices: readonly [number, number, number]): RunOptions => {
    const base = withMarket(randomOptions(2), {
      driver: { kind: 'waypoints', times: [0, 30, 60], prices, noise: 0 },
      noise: { marketRate: 1, limitRate: 5, size: prices[0] * 50, lifetime: 30, reach: 0.9 },
    });
    return { ...base, step: 1, steps: 60 };
  };

  test('what a world played before, however far the price went, changes nothing', () => {
    const start = randomOptions(2).markets[0]!.history.prices[0]!;
    const calm = far([start, start * 0.95, start]);
    const seed = { seed: 'reuse', replicate: 0 };
    const used = new Simulator();
    used.run(far([start, start * 1.6, start * 1.6]), seed);
    expect(used.run(calm, seed)).toEqual(new Simulator().run(calm, seed));
  });

  test('scheduled orders go out at their times whatever their order in the file', () => {
    const base = randomOptions(2);
    const orders = [
      { at: 40, lots: -300 },
      { at: 10, lots: -200 },
    ];
    const seed = { seed: 'orders', replicate: 0 };
    const one = new Simulator().run(withMarket(base, { orders }), seed, { detail: true });
    const other = new Simulator().run(withMarket(base, { orders: orders.toReversed() }), seed, { detail: true });
    expect(one).toEqual(other);
    expect(new Simulator().run(withMarket(base, { orders: [orders[0]!] }), seed).hash).not.toBe(one.hash);
  });
});
