import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { closeoutOptions, mixedOptions, randomOptions } from '../../src/validation/random-worlds.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const seedOf = (world: number) => ({ seed: `closeout ${world}`, replicate: 0 });

/** Worlds, and how far the parts of a bad debt may stand from it: sums over coins at several marks are floats. */
const KINDS: readonly [string, (world: number) => RunOptions, number][] = [
  ['a book', randomOptions, 0],
  ['a curve', (world) => onRandomCurve(randomOptions(world), world), 0],
  ['an inverse market', (world) => randomOptions(world, 'inverse'), 1e-12],
  ['three markets in two currencies', mixedOptions, 1e-12],
];

describe.each(KINDS)('winners closed against debtors in every random world on %s', (_, base, tolerance) => {
  const optionsOf = (world: number): RunOptions => closeoutOptions(base(world), world);

  test('engine ≡ full scan, the ledger is 0 after every step, and the parts of the bad debt are its sum', () => {
    const indexed = new Simulator();
    const scanned = new Simulator();
    let closed = 0;
    for (let world = 0; world < WORLDS; world++) {
      const options = optionsOf(world);
      const a = indexed.run(options, seedOf(world), { detail: true, recountAlways: true });
      const b = scanned.run(options, seedOf(world), { detail: true, exactScan: true });
      expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
      expect(a.hash, `world ${world}`).toBe(b.hash);
      expect([...a.metrics]).toEqual([...b.metrics]);
      expect(metric(a, 'ledger_error'), `world ${world}`).toBe(0);
      const parts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(a, name) || 0);
      for (const part of [...parts, metric(a, 'adl_overshoot')]) expect(part).toBeGreaterThanOrEqual(0);
      const debt = metric(a, 'bad_debt');
      expect(Math.abs(parts.reduce((x, y) => x + y, 0) - debt), `world ${world}`).toBeLessThanOrEqual(tolerance * debt);
      const closings = a.liquidations!.filter(({ route }) => route === 'adl');
      if (closings.length > 0) expect(metric(a, 'adl_accounts')).toBeGreaterThan(0);
      closed += closings.length;
    }
    expect(closed).toBeGreaterThan(WORLDS);
  });

  test('same options and seed: same bytes, in arrays that were used before, with the groups turned round', () => {
    const used = new Simulator();
    for (let world = 0; world < WORLDS; world += 6) {
      const options = optionsOf(world);
      const fresh = new Simulator().run(options, seedOf(world), { detail: true });
      expect(used.run(options, seedOf(world), { detail: true })).toEqual(fresh);
      const turned = used.run({ ...options, traders: [...options.traders].reverse() }, seedOf(world));
      expect(turned.hash).toBe(fresh.hash);
      expect([...turned.metrics]).toEqual([...fresh.metrics]);
    }
  });

  test('routed to the absorber, run and twin are the same bit for bit', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 6) {
      const options = optionsOf(world);
      const absorbed = { ...options, liquidation: { ...options.liquidation, route: 'absorber' as const } };
      const result = simulator.run(absorbed, seedOf(world), { detail: true });
      for (const { last, twin } of result.steps!) expect(last).toEqual(twin);
      expect(metric(result, 'excess_drawdown')).toBe(0);
    }
  });
});
