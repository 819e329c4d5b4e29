import { describe, expect, test } from 'vitest';
import { bits, derive, hexOf, root } from '../../src/core/random.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import { accountsOf } from '../../src/scenario/adversaries.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { reshape } from '../../src/simulation/shape.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import type { AdversaryOptions } from '../../src/traders/adversaries.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { deleveragedOptions, randomOptions } from '../../src/validation/random-worlds.ts';
import { withMarket } from '../../src/validation/worlds.ts';

/** The same world with these adversaries, and the accounts that they trade from. */
function withAdversaries(options: RunOptions, adversaries: readonly AdversaryOptions[]): RunOptions {
  const groups = adversaries.map((one) => accountsOf({ market: 0, options: one }));
  return { ...withMarket(options, { adversaries }), traders: [...options.traders, ...groups] };
}

/** A random world that crashes, half of them with deleveraging, and one adversary of each kind in it, whose figures are drawn too. */
function hostileWorld(seed: number): RunOptions {
  const options = seed % 2 === 0 ? randomOptions(seed) : deleveragedOptions(randomOptions(seed), seed);
  const { noise: _, driver } = options.markets[0]!;
  const start = driver.kind === 'waypoints' ? driver.prices[0]! : driver.kind === 'gbm' ? driver.price : NaN;
  const from = root('hostile world', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  const money = (lots: number): number => lots * start;
  const anybody = (): { at: number; latency: number; fee: number } => ({
    at: whole(2, 30),
    latency: whole(0, 3),
    fee: whole(0, 10) / 10_000,
  });
  const direction = (): 1 | -1 => (whole(0, 1) === 0 ? 1 : -1);
  return withAdversaries(options, [
    {
      kind: 'stop-hunter',
      name: 'hunter',
      ...anybody(),
      capital: money(whole(0, 20_000)),
      leverage: whole(2, 20),
      direction: direction(),
      rate: money(whole(100, 5_000)),
      target: whole(0, 1) === 0 ? { kind: 'cluster', share: whole(1, 100) / 100 } : { kind: 'price', tick: Math.round(start * 0.9) },
      patience: whole(5, 40),
      rest: whole(0, 20),
      before: whole(0, 1) === 0 ? null : { notional: money(whole(100, 5_000)), over: 2 },
    },
    {
      kind: 'fund-drainer',
      name: 'drainer',
      ...anybody(),
      capital: money(whole(0, 5_000)),
      leverage: whole(2, 30),
      hold: whole(1, 20),
      off: whole(1, 60) / 100,
      linked: whole(0, 3) === 0,
    },
    {
      kind: 'oracle-pusher',
      name: 'pusher',
      ...anybody(),
      capital: money(whole(0, 5_000)),
      leverage: whole(2, 30),
      direction: direction(),
      over: whole(2, 20),
      push: {
        notional: money(whole(1_000, 50_000)),
        capital: money(whole(100, 20_000)),
        outside: whole(0, 1) === 0 ? null : { depth: money(whole(500, 20_000)), recovery: whole(0, 1) === 0 ? Infinity : 20 },
      },
      keep: whole(0, 1) === 0 ? 0 : 0.2,
      linked: whole(0, 3) === 0,
    },
  ]);
}

function opened(options: RunOptions, replicate: number, exactScan = false): World {
  const outside = options.markets.map(({ driver }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root('foes', 'driver'), replicate), options.step, options.steps, path);
    return path;
  });
  const starts = outside.map((path) => path[0]!);
  const markets = options.markets.map((market, m) => ({ ...market, startMark: Math.round(starts[m]!) }));
  const seed = { seed: 'foes', replicate };
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
  const world = new World(shapeOf(options, population, starts));
  world.open({ options, population, outside, seed, route: 'book', tapes: null, exactScan, recountAlways: true });
  return world;
}

function played(options: RunOptions, replicate: number, exactScan = false): World {
  const world = opened(options, replicate, exactScan);
  while (world.advance());
  return world;
}

function resultsOf(world: World) {
  const [market] = world.markets;
  if (market === undefined || !('results' in market)) throw new Error('want an order book');
  return market.results;
}

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 200 : 30;

describe('worlds with an adversary of each kind', () => {
  test('keep a whole ledger, go on after snapshot and restore, and are as a full scan finds them', () => {
    const acted = { hunter: 0, drainer: 0, pusher: 0 };
    let debts = 0;
    for (let seed = 0; seed < WORLDS; seed++) {
      const options = hostileWorld(seed);
      const unbroken = played(options, seed);
      expect(unbroken.ledgerError).toBe(0);
      for (const { name, profit } of resultsOf(unbroken)) if (profit !== 0) acted[name as keyof typeof acted]++;
      const { badDebt, insuranceUsed, backstopLoss, adlUsed, socialised } = unbroken.engine.markets[0]!.waterfall;
      expect(insuranceUsed + backstopLoss + adlUsed + socialised).toBe(badDebt);
      if (badDebt > 0) debts++;

      const broken = opened(options, seed);
      while (broken.step < options.steps / 3) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      broken.restore(snapshot);
      while (broken.advance());
      expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
      expect(resultsOf(broken)).toEqual(resultsOf(unbroken));

      const scanned = played(options, seed, true);
      expect(hexOf(scanned.hash)).toBe(hexOf(unbroken.hash));
      expect(scanned.ledger.cash).toEqual(unbroken.ledger.cash);
    }
    for (const count of Object.values(acted)) expect(count).toBeGreaterThan(WORLDS / 3);
    expect(debts).toBeGreaterThan(WORLDS / 4);
  });

  test('do not see the order in which adversaries are named', () => {
    for (let seed = 0; seed < 10; seed++) {
      const options = hostileWorld(seed);
      const [market] = options.markets;
      const turned = withMarket({ ...options, traders: options.traders.toReversed() }, { adversaries: market!.adversaries.toReversed() });
      expect(hexOf(played(reshape(turned), seed).hash)).toBe(hexOf(played(reshape(options), seed).hash));
    }
  });

  test('go on as without them where they have nothing', () => {
    for (let seed = 0; seed < 20; seed++) {
      const options = randomOptions(seed);
      const { adversaries } = hostileWorld(seed).markets[0]!;
      const broke = adversaries.map((one) =>
        one.kind === 'oracle-pusher' ? { ...one, capital: 0, push: { ...one.push, capital: 0 } } : { ...one, capital: 0 },
      );
      expect(hexOf(played(withAdversaries(options, broke), seed).hash)).toBe(hexOf(played(options, seed).hash));
    }
  });

  test('leave every other trader as it was drawn', () => {
    const options = randomOptions(3);
    const hostile = hostileWorld(3);
    const context = (of: RunOptions) => ({
      markets: of.markets.map((market) => ({ ...market, startMark: 30_000 })),
      seasonThreshold: of.seasonThreshold,
      seed: 'drawn',
      replicate: 1,
    });
    const rowsOf = (of: RunOptions): string[] => {
      const { keyHi, keyLo, lots, cash, entry, count, group, groupNames } = buildPopulation(of.traders, context(of));
      return Array.from({ length: count }, (_, i) => `${groupNames[group[i]!]} ${keyHi[i]} ${keyLo[i]} ${lots[i]} ${cash[i]} ${entry[i]}`);
    };
    const without = rowsOf(options);
    const others = rowsOf(hostile).filter((row) => !/^(hunter|drainer|pusher) /.test(row));
    expect(without.length).toBeGreaterThan(10);
    expect(others).toEqual(without);
  });

  test('start with the money that the options state, in accounts of their own', () => {
    for (let seed = 0; seed < 10; seed++) {
      const options = hostileWorld(seed);
      const world = opened(options, seed);
      for (const { capital, profit } of resultsOf(world)) {
        expect(profit).toBe(0);
        expect(capital).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe('the column adversary_pnl', () => {
  const column = METRIC_NAMES.indexOf('adversary_pnl');

  test('is the sum of what each made, in quote units', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { metrics, adversaries } = new Simulator().run(hostileWorld(seed), { seed: 'foes', replicate: seed }, { detail: true });
      const sum = adversaries!.reduce((whole, { profit }) => whole + profit, 0);
      expect(adversaries!.map(({ name }) => name)).toEqual(['drainer', 'hunter', 'pusher']);
      expect(metrics[column]).toBeCloseTo(sum, 6);
    }
  });

  test('is undefined where there are none', () => {
    const { metrics, adversaries } = new Simulator().run(randomOptions(1), { seed: 'foes', replicate: 1 }, { detail: true });
    expect(metrics[column]).toBeNaN();
    expect(adversaries).toEqual([]);
  });
});
