import { expect, test } from 'vitest';
import { hexOf } from '../../src/core/random.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import type { World } from '../../src/simulation/world.ts';

/** A metric of a run; NaN where it is undefined. */
export const metric = ({ metrics }: RunResult, name: string): number => metrics[METRIC_NAMES.indexOf(name)] ?? NaN;

/** Who pays a bad debt, in the order of the waterfall. */
const PAYERS = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'];

/** Worlds between two that are also checked for something that the search for crossings has no part in: from 5 to 50 are, in both modes. */
const between = (worlds: number): number => (worlds > 500 ? 22 : worlds > 100 ? 10 : 6);

/** A family of random worlds that the laws are held to, one after the other. */
export interface WorldFamily {
  readonly seed: string;
  readonly worlds: number;
  readonly optionsOf: (world: number) => RunOptions;
  /** How far the parts of a bad debt may stand from it as a share of it: 0 but where coins at several marks are added up in floats. */
  readonly tolerance?: number;
  /** Sees every run once. */
  readonly look?: (result: RunResult, options: RunOptions) => void;
  /** Asked at the end: counts of what the family is about, each with a number that it must exceed. */
  readonly happened: () => Readonly<Record<string, readonly [count: number, above: number]>>;
}

/**
 * What holds in every world, whatever its rules, as one test a law. Half of the worlds liquidate in sequence and half in batches, whatever
 * they would have drawn.
 */
export function holdsInEveryWorld({ seed, worlds, optionsOf: drawn, tolerance = 0, look, happened }: WorldFamily): void {
  const every = between(worlds);
  const seedOf = (world: number) => ({ seed: `${seed} ${world}`, replicate: 0 });
  const optionsOf = (world: number): RunOptions => {
    const options = drawn(world);
    return { ...options, liquidation: { ...options.liquidation, mode: world % 4 < 2 ? 'sequential' : 'batch' } };
  };

  test(`index ≡ full scan in ${worlds} worlds; no quantum and no lot lost at any step; a bad debt is the sum of its payers`, () => {
    const simulator = new Simulator();
    for (let world = 0; world < worlds; world++) {
      const options = optionsOf(world);
      const indexed = simulator.run(options, seedOf(world), { detail: true, recountAlways: true });
      const scanned = simulator.run(options, seedOf(world), { detail: true, exactScan: true });
      expect(scanned.hash, `world ${world}`).toBe(indexed.hash);
      // As text: a structural comparison takes longer than the run.
      expect(JSON.stringify(scanned.liquidations), `world ${world}`).toBe(JSON.stringify(indexed.liquidations));
      expect([...scanned.metrics], `world ${world}`).toEqual([...indexed.metrics]);
      expect(metric(indexed, 'ledger_error'), `world ${world}`).toBe(0);
      checkDebt(indexed, tolerance, world);
      expect(metric(indexed, 'margin_calls_cured')).toBeLessThanOrEqual(metric(indexed, 'margin_calls'));
      look?.(indexed, options);
    }
    for (const [what, [count, above]] of Object.entries(happened())) expect(count, what).toBeGreaterThan(above);
  });

  test('same options and seed: same bytes, in arrays that were used before, with groups and keepers turned round', () => {
    const used = new Simulator();
    for (let world = 0; world < worlds; world += every) {
      const options = optionsOf(world);
      const fresh = new Simulator().run(options, seedOf(world));
      for (const again of [used.run(options, seedOf(world)), used.run(turned(options), seedOf(world))]) {
        expect(again.hash, `world ${world}`).toBe(fresh.hash);
        expect([...again.metrics], `world ${world}`).toEqual([...fresh.metrics]);
      }
    }
  });

  test('routed to the absorber, run and twin are the same bit for bit', () => {
    const simulator = new Simulator();
    for (let world = 1; world < worlds; world += every) {
      const options = optionsOf(world);
      const absorbed = { ...options, liquidation: { ...options.liquidation, route: 'absorber' as const } };
      const result = simulator.run(absorbed, seedOf(world), { detail: true });
      for (const { last, twin } of result.steps!) expect(last, `world ${world}`).toEqual(twin);
      for (const name of ['excess_drawdown', 'ledger_error']) expect(metric(result, name), `world ${world}`).toBe(0);
      for (const name of ['caused_share', 'advanced_share']) expect(metric(result, name) || 0, `world ${world}`).toBe(0);
      expect([1, NaN]).toContain(metric(result, 'amplification'));
    }
  });

  test('a run broken by snapshot and restore goes on with the same bytes', () => {
    const simulator = new Simulator();
    const other = new Simulator();
    for (let world = 2; world < worlds; world += every) {
      const options = optionsOf(world);
      const { hash } = simulator.run(options, seedOf(world));
      expect(playedTwice(other.begin(options, seedOf(world)), options.steps), `world ${world}`).toEqual({ hash, again: hash, differs: -1 });
    }
  });
}

/** Holds a bad debt to the sum of what each layer of the waterfall paid. */
export function checkDebt(result: RunResult, tolerance: number, world: number | string): void {
  const parts = PAYERS.map((name) => metric(result, name) || 0);
  for (const part of [...parts, metric(result, 'adl_overshoot') || 0]) expect(part, `world ${world}`).toBeGreaterThanOrEqual(0);
  const debt = metric(result, 'bad_debt');
  expect(Math.abs(parts.reduce((x, y) => x + y, 0) - debt), `world ${world}`).toBeLessThanOrEqual(tolerance * debt);
}

/** Plays a world to its end, puts a snapshot from half-way back and plays on: both hashes, and the first array of the state that differs, −1 for none. */
export function playedTwice(world: World, steps: number): { readonly hash: string; readonly again: string; readonly differs: number } {
  while (world.step < Math.floor(steps / 2)) world.advance();
  const half = world.snapshot();
  while (world.advance());
  const hash = hexOf(world.hash);
  const first = world.snapshot().arrays;
  world.restore(half);
  while (world.advance());
  const second = world.snapshot().arrays;
  // Byte by byte: a structural comparison of a book takes longer than the run.
  const differs = first.findIndex((array, k) => Buffer.compare(bytes(array), bytes(second[k]!)) !== 0);
  return { hash, again: hexOf(world.hash), differs };
}

const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** The same run written down in another order. */
function turned(options: RunOptions): RunOptions {
  const { keepers } = options.liquidation;
  return {
    ...options,
    traders: [...options.traders].reverse(),
    liquidation: {
      ...options.liquidation,
      ...(keepers === undefined ? {} : { keepers: { ...keepers, groups: [...keepers.groups].reverse() } }),
    },
  };
}
