import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { World, shapeOf } from '../../src/simulation/world.ts';
import type { RunTerms } from '../../src/simulation/world.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { mixedOptions, randomOptions } from '../../src/validation/random-worlds.ts';
import { lawOptions } from '../../src/validation/worlds.ts';
import { derive, hexOf, root } from '../../src/core/random.ts';
import { fillDriver } from '../../src/market/drivers.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import type { ListedGroupOptions } from '../../src/traders/group.ts';

const OWN = ['quiet_excess', 'quiet_caused_share', 'placebo_excess', 'placebo_share'];
const seedOf = (replicate: number): { seed: string; replicate: number } => ({ seed: 'arms', replicate });
const rowOf = (options: RunOptions, replicate = 0): Record<string, number> => {
  const { metrics } = new Simulator().run(options, seedOf(replicate), { recountAlways: true });
  return Object.fromEntries(METRIC_NAMES.map((name, i) => [name, metrics[i]!]));
};

/** Longs of `lots` each, the k-th below its maintenance of 1 % at ticks[k] and not a tick above. */
const longsAt = (name: string, ticks: readonly number[], lots: number): ListedGroupOptions => ({
  name,
  kind: 'listed',
  market: 0,
  accounts: ticks.map((tick) => ({ lots, entry: 100, collateral: Math.ceil(-lots * 0.99 * (tick + 1)) + lots * 100 })),
});

function termsOf(options: RunOptions, placebo: boolean): RunTerms {
  const outside = options.markets.map(({ driver }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root('arms', 'driver'), 0), options.step, options.steps, path);
    return path;
  });
  const markets = options.markets.map((market, m) => ({ ...market, startMark: Math.round(outside[m]![0]!) }));
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seedOf(0) });
  return { options, population, outside, seed: seedOf(0), route: 'book', tapes: null, exactScan: false, recountAlways: true, placebo };
}

function opened(terms: RunTerms): World {
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

describe('arms on request', () => {
  test('change nothing of the run, and nothing of the rows but their own columns; the ledger holds in all of them', () => {
    let sold = 0;
    for (let world = 0; world < 60; world++) {
      const options =
        world % 3 === 0 ? mixedOptions(world) : world % 3 === 1 ? onRandomCurve(randomOptions(world), world) : randomOptions(world);
      const asked: RunOptions = { ...options, arms: ['quiet', 'placebo'] };
      const used = new Simulator();
      const plain = used.run(options, seedOf(world));
      const { hash, metrics } = used.run(asked, seedOf(world), { recountAlways: true });
      expect(hash).toBe(plain.hash);
      METRIC_NAMES.forEach((name, i) => {
        if (!OWN.includes(name)) expect([name, metrics[i]]).toEqual([name, plain.metrics[i]]);
        else expect(plain.metrics[i]).toBeNaN();
      });
      const at = (name: string): number => metrics[METRIC_NAMES.indexOf(name)]!;
      expect(at('ledger_error')).toBe(0);
      if (at('liquidations') > 0) {
        sold++;
        for (const name of OWN) expect(at(name)).toBeGreaterThanOrEqual(0);
      }
      // Nobody here sends an order of their own because of their margin: the quiet arm is the twin.
      expect(at('quiet_excess')).toBe(at('excess_drawdown'));
      expect(at('quiet_caused_share')).toBe(at('caused_share'));
      // By full scans the same.
      if (world < 12) expect(new Simulator().run(asked, seedOf(world), { exactScan: true }).metrics).toEqual(metrics);
    }
    expect(sold).toBeGreaterThan(20);
  });
});

/** A sale of three ticks of a flat book of ten lots a tick: the last price goes from 100 to 97. */
const sale: RunOptions = lawOptions({
  start: 100,
  lots: 10,
  bidLevels: 60,
  sale: 30,
  steps: 3,
  mode: 'sequential',
  route: 'book',
  mark: 'last',
});

describe('placebo', () => {
  /** The long at 97 is sold at 96 and sets nobody off; one lot before it, and its last lot goes at 95, where the next long falls. */
  const brink: RunOptions = { ...sale, arms: ['placebo'], traders: [longsAt('brink', [97, 95], 10)] };

  test('one extra lot at the first trigger, before the order that it brings: by hand', () => {
    const row = rowOf(brink);
    expect(row['excess_drawdown']).toBe((97 - 96) / 97);
    expect(row['liquidations']).toBe(1);
    expect(row['caused_share']).toBe(0);
    // The long at 97 takes the rest of 96 and a lot of 95, the long at 95 the rest of 95 and a lot of 94.
    expect(row['placebo_excess']).toBe(96 / 94 - 1);
    expect(row['placebo_share']).toBe(1);
  });

  test('without a trigger nothing is sold, and nothing is said', () => {
    const row = rowOf({ ...brink, traders: [longsAt('safe', [50], 10)] });
    expect(row['liquidations']).toBe(0);
    expect(row['placebo_excess']).toBeNaN();
    expect(row['placebo_share']).toBeNaN();
  });

  test('sells its lots once, in every market, from outside: the ledger has them', () => {
    for (const options of [brink, { ...mixedOptions(4) }]) {
      const world = opened(termsOf(options, true));
      while (world.advance());
      expect(world.isUntouched).toBe(false);
      expect(world.ledgerError).toBe(0);
    }
    const [run, placebo] = [false, true].map((on) => {
      const world = opened(termsOf(brink, on));
      while (world.advance());
      return world.markets[0]!.exchange.ledger.lots;
    });
    // Two longs and the flat book's account hold what the outside sold: the book a lot more, and the second long nothing now.
    const held = (lots: Float64Array): number[] => [...lots].filter((one) => one !== 0).sort((a, b) => a - b);
    expect(held(run!)).toEqual([-50, 10, 40]);
    expect(held(placebo!)).toEqual([-51, 51]);
  });

  test('a run broken by snapshot and restore goes on with the same bytes', () => {
    for (const options of [brink, ...[0, 1, 2, 3, 4, 5].map((world) => randomOptions(world))]) {
      const terms = termsOf(options, true);
      const unbroken = opened(terms);
      while (unbroken.advance());
      for (const at of [0, 1, Math.floor(options.steps / 2)]) {
        const broken = opened(terms);
        while (broken.step < at) broken.advance();
        const snapshot = broken.snapshot();
        while (broken.advance());
        broken.restore(snapshot);
        while (broken.advance());
        expect(hexOf(broken.hash)).toBe(hexOf(unbroken.hash));
      }
    }
  });
});
