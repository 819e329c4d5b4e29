import { describe, expect, test } from 'vitest';
import { derive, hexOf, root } from '../../src/core/random.ts';
import { FundingPayment } from '../../src/market/funding.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { World, shapeOf } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/population.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { mixedOptions, randomOptions } from '../../src/validation/random-worlds.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 500 : 60;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const seedOf = (world: number) => ({ seed: `inverse ${world}`, replicate: 0 });

const KINDS: readonly (readonly [string, (world: number) => RunOptions])[] = [
  ['an inverse market alone', (world) => randomOptions(world, 'inverse')],
  ['a linear and two inverse markets of one coin', mixedOptions],
  ['an inverse market on an impact curve', (world) => onRandomCurve(randomOptions(world, 'inverse'), world)],
];

describe.each(KINDS)('%s', (_, optionsOf) => {
  test('engine ≡ full scan: the same liquidations at the same step in the same order; the ledger is 0 in each currency after every step', () => {
    const indexed = new Simulator();
    const scanned = new Simulator();
    let liquidations = 0;
    let rounded = 0;
    for (let world = 0; world < WORLDS; world++) {
      const options = optionsOf(world);
      const a = indexed.run(options, seedOf(world), { detail: true, recountAlways: true });
      const b = scanned.run(options, seedOf(world), { detail: true, exactScan: true });
      expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
      expect(a.hash).toBe(b.hash);
      expect([...a.metrics]).toEqual([...b.metrics]);
      expect(metric(a, 'ledger_error'), `world ${world}`).toBe(0);
      liquidations += metric(a, 'liquidations');
      rounded += metric(a, 'rounding');
    }
    expect(liquidations).toBeGreaterThan(10 * WORLDS);
    expect(rounded).toBeGreaterThan(0);
  });

  test('bad debt = insurance used + backstop loss + socialised, each ≥ 0', () => {
    const simulator = new Simulator();
    let indebted = 0;
    for (let world = 0; world < WORLDS; world++) {
      const result = simulator.run(optionsOf(world), seedOf(world));
      const debt = metric(result, 'bad_debt');
      const parts = ['insurance_used', 'backstop_loss', 'socialised_loss'].map((name) => metric(result, name) || 0);
      for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      // Exact in coin; as notional of several markets a sum of floats.
      expect(Math.abs(parts.reduce((a, b) => a + b, 0) - debt)).toBeLessThanOrEqual(1e-12 * debt);
      if (debt > 0) indebted++;
    }
    expect(indebted).toBeGreaterThan(WORLDS / 20);
  });

  test('CAS-NULL: routed to the absorber, run and twin are the same bit for bit', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 3) {
      const base = optionsOf(world);
      const options = { ...base, liquidation: { ...base.liquidation, route: 'absorber' as const } };
      const { steps, ...result } = simulator.run(options, seedOf(world), { detail: true });
      for (const { last, twin } of steps!) expect(last).toEqual(twin);
      expect(metric(result, 'amplification')).toBe(1);
      expect(metric(result, 'excess_drawdown')).toBe(0);
      expect(metric(result, 'caused_share') || 0).toBe(0);
    }
  });

  test('a run broken by snapshot and restore goes on with the same bytes; arrays that were used before change nothing', () => {
    const used = new Simulator();
    for (let world = 0; world < 15; world++) {
      const terms = termsOf(optionsOf(world), world);
      const unbroken = opened(terms);
      while (unbroken.advance());
      const broken = opened(terms);
      while (broken.step < terms.options.steps >> 1) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      broken.restore(snapshot);
      while (broken.advance());
      expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
      used.run(randomOptions(world), seedOf(world));
      expect(used.run(optionsOf(world), seedOf(world))).toEqual(new Simulator().run(optionsOf(world), seedOf(world)));
    }
  });

  test('the order of traders is never seen', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 10) {
      const options = optionsOf(world);
      const turned = { ...options, traders: [...options.traders].reverse() };
      expect(simulator.run(turned, seedOf(world)).hash).toBe(simulator.run(options, seedOf(world)).hash);
    }
  });
});

function termsOf(options: RunOptions, world: number) {
  const seed = { seed: 'w', replicate: world };
  const outside = options.markets.map(({ driver, asset }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root('w', `driver/${asset.symbol}`), world), options.step, options.steps, path);
    return path;
  });
  const markets = options.markets.map(({ asset, contract, history, margin }, m) => {
    return { asset, contract, history, margin, startMark: Math.round(outside[m]![0]!) };
  });
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
  return { options, population, outside, seed, route: 'book' as const, tapes: null, exactScan: false, recountAlways: true };
}

function opened(terms: ReturnType<typeof termsOf>): World {
  const world = new World(
    shapeOf(
      terms.options,
      terms.population,
      terms.outside.map((path) => path[0]!),
    ),
  );
  world.open(terms);
  return world;
}

describe('coin', () => {
  test("every coin's fund opens with the same value at the opening price", () => {
    const base = mixedOptions(1);
    const options = { ...base, liquidation: { ...base.liquidation, insurance: 123_456 } };
    const terms = termsOf(options, 1);
    const world = opened(terms);
    const fund = world.shape.traders;
    expect(world.ledger.cash[0]![fund]).toBe(123_456);
    const [, inverse] = options.markets;
    const coin = world.ledger.cash[1]![fund]!;
    const start = terms.outside[1]![0]!;
    expect(Number.isInteger(coin)).toBe(true);
    expect(Math.abs(coin - 123_456 / inverse!.asset.quantum / start)).toBeLessThanOrEqual(0.5);
  });

  test('a wrong posting in one of the currencies is found', () => {
    for (const currency of [0, 1]) {
      const world = opened(termsOf(mixedOptions(2), 2));
      for (let i = 0; i < 5; i++) world.advance();
      expect(world.ledgerError).toBe(0);
      world.ledger.cash[currency]![0]! += 1;
      world.advance();
      expect(world.ledgerError).toBeGreaterThan(0);
    }
  });

  test('funding is paid by longs to shorts in coin and sums to nothing', () => {
    const world = opened(termsOf(randomOptions(3, 'inverse'), 3));
    const ledger = world.ledger.markets[0]!;
    const before = ledger.cash.slice();
    const perLot = 0.001 * Math.abs(ledger.lotValue(900));
    const paid = new FundingPayment(ledger.cash.length).pay(ledger, perLot);
    expect(paid).toBeGreaterThan(0);
    let sum = 0;
    ledger.cash.forEach((cash, i) => {
      const moved = cash - before[i]!;
      sum += moved;
      expect(Math.abs(moved + ledger.lots[i]! * perLot)).toBeLessThanOrEqual(1);
    });
    expect(sum).toBe(0);
    expect(ledger.recount()).toBe(0);
  });

  test('the population opens at the leverage that it was given', () => {
    const { population, options } = termsOf(randomOptions(4, 'inverse'), 4);
    const { factor } = options.markets[0]!.contract;
    for (let i = 0; i < population.count; i++) {
      const { lots, entry, cash } = { lots: population.lots[i]!, entry: population.entry[i]!, cash: population.cash[i]! };
      const value = (Math.abs(lots) * factor) / entry;
      const collateral = cash - (lots * factor) / entry;
      expect(Number.isInteger(cash)).toBe(true);
      expect(value / collateral).toBeGreaterThan(0.99);
      expect(value / collateral).toBeLessThan(31);
    }
  });
});
