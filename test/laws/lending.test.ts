import { describe, expect, test } from 'vitest';
import { hexOf } from '../../src/core/random.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import type { RunTerms } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/population.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { withLoans } from '../../src/validation/random-loans.ts';
import { randomOptions } from '../../src/validation/random-worlds.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 60;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const seedOf = (world: number) => ({ seed: `loans ${world}`, replicate: 0 });
const loansOf = (result: RunResult): number => result.liquidations!.filter(({ regime }) => regime === 'lending').length;

const KINDS: readonly [string, (world: number) => RunOptions][] = [
  ['book', (world) => withLoans(randomOptions(world), world)],
  ['curve', (world) => withLoans(onRandomCurve(randomOptions(world), world), world)],
];

describe.each(KINDS)('every random world with loans on a %s', (_, optionsOf) => {
  test('engine ≡ full scan, and the ledger balances to the quantum after every step', () => {
    const indexed = new Simulator();
    const scanned = new Simulator();
    let loans = 0;
    for (let world = 0; world < WORLDS; world++) {
      const options = optionsOf(world);
      const a = indexed.run(options, seedOf(world), { detail: true, recountAlways: true });
      const b = scanned.run(options, seedOf(world), { detail: true, exactScan: true });
      expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
      expect(a.hash).toBe(b.hash);
      expect([...a.metrics]).toEqual([...b.metrics]);
      expect(metric(a, 'ledger_error'), `world ${world}`).toBe(0);
      loans += loansOf(a);
    }
    expect(loans).toBeGreaterThan(3 * WORLDS);
  });

  test('bad debt = insurance used + backstop loss + socialised, each ≥ 0, exactly', () => {
    const simulator = new Simulator();
    let indebted = 0;
    for (let world = 0; world < WORLDS; world++) {
      const result = simulator.run(optionsOf(world), seedOf(world));
      const parts = ['insurance_used', 'backstop_loss', 'socialised_loss'].map((name) => metric(result, name) || 0);
      for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(metric(result, 'bad_debt'));
      if (metric(result, 'bad_debt') > 0) indebted++;
    }
    expect(indebted).toBeGreaterThan(WORLDS / 20);
  });

  test('routed to the absorber, run and twin are the same bit for bit', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 2) {
      const base = optionsOf(world);
      const options = { ...base, liquidation: { ...base.liquidation, route: 'absorber' as const } };
      const { steps, ...result } = simulator.run(options, seedOf(world), { detail: true });
      expect(steps?.[0]?.last).toEqual(steps?.[0]?.twin);
      expect(metric(result, 'amplification')).toBe(1);
      expect(metric(result, 'excess_drawdown')).toBe(0);
      expect(metric(result, 'caused_share') || 0).toBe(0);
      expect(metric(result, 'advanced_share') || 0).toBe(0);
    }
  });

  test('same bytes, whatever ran before in the same arrays, in any order of groups and keepers', () => {
    const used = new Simulator();
    for (let world = 0; world < WORLDS; world += 5) {
      const options = optionsOf(world);
      const fresh = new Simulator().run(options, seedOf(world));
      const again = used.run(options, seedOf(world));
      expect(again.hash).toBe(fresh.hash);
      expect([...again.metrics]).toEqual([...fresh.metrics]);
      const { keepers } = options.liquidation;
      const turned = used.run(
        {
          ...options,
          traders: [...options.traders].reverse(),
          liquidation: { ...options.liquidation, keepers: { ...keepers!, groups: [...keepers!.groups].reverse() } },
        },
        seedOf(world),
      );
      expect(turned.hash).toBe(fresh.hash);
    }
  });

  test('a run broken by snapshot and restore goes on with the same bytes', () => {
    for (let world = 0; world < WORLDS; world += 4) {
      const terms = termsOf(optionsOf(world), world);
      const unbroken = opened(terms);
      while (unbroken.advance());
      const broken = opened(terms);
      while (broken.step < Math.floor(terms.options.steps / 2)) broken.advance();
      const snapshot = broken.snapshot();
      while (broken.advance());
      broken.restore(snapshot);
      while (broken.advance());
      expect(hexOf(broken.hash), `world ${world}`).toBe(hexOf(unbroken.hash));
      expect(broken.ledger.cash).toEqual(unbroken.ledger.cash);
      expect(broken.ledger.markets[0]!.lots).toEqual(unbroken.ledger.markets[0]!.lots);
    }
  });
});

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

/** Everything that a world is opened with; the price falls in a straight line. */
function termsOf(options: RunOptions, world: number): RunTerms {
  const [market] = options.markets;
  const start = market!.history.prices[0]!;
  const { asset, contract, history, margin, loans } = market!;
  const outside = Float64Array.from({ length: options.steps + 1 }, (_, step) => start * (1 - (0.3 * step) / options.steps));
  const population = buildPopulation(options.traders, {
    markets: [{ asset, contract, history, margin, ...(loans === undefined ? {} : { loans }), startMark: Math.round(start) }],
    seasonThreshold: options.seasonThreshold,
    ...seedOf(world),
  });
  return {
    options,
    population,
    outside: [outside],
    seed: seedOf(world),
    route: 'book',
    tapes: null,
    exactScan: false,
    recountAlways: true,
  };
}
