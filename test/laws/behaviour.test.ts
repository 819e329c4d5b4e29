import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { mixedOptions, randomOptions, reactingOptions } from '../../src/validation/random-worlds.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 1000 : 80;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)];
const seedOf = (world: number) => ({ seed: `reacting ${world}`, replicate: 0 });

const KINDS: readonly [string, (world: number) => RunOptions][] = [
  ['on a book', (world) => reactingOptions(randomOptions(world), world)],
  ['on a curve', (world) => reactingOptions(onRandomCurve(randomOptions(world), world), world)],
  ['with coin-margined markets', (world) => reactingOptions(mixedOptions(world), world)],
];

describe.each(KINDS)('every random world with traders who react, %s', (_, optionsOf) => {
  test('engine ≡ full scan, with top-ups and reductions: the same liquidations at the same step in the same order', () => {
    const indexed = new Simulator();
    const scanned = new Simulator();
    const sums = { top_up: 0, voluntary_notional: 0, margin_calls_cured: 0, liquidations: 0 };
    for (let world = 0; world < WORLDS; world++) {
      const options = optionsOf(world);
      const a = indexed.run(options, seedOf(world), { detail: true });
      const b = scanned.run(options, seedOf(world), { detail: true, exactScan: true });
      expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
      expect(a.hash).toBe(b.hash);
      expect([...a.metrics]).toEqual([...b.metrics]);
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += metric(a, name) || 0;
      expect(metric(a, 'margin_calls_cured')).toBeLessThanOrEqual(metric(a, 'margin_calls'));
      expect(metric(a, 'ledger_error'), `world ${world}`).toBe(0);
    }
    for (const sum of Object.values(sums)) expect(sum).toBeGreaterThan(WORLDS);
  });

  test('bad debt = insurance used + backstop loss + ADL used + socialised, each ≥ 0, exactly', () => {
    const simulator = new Simulator();
    let indebted = 0;
    for (let world = 0; world < WORLDS; world++) {
      const result = simulator.run(optionsOf(world), seedOf(world));
      const parts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(result, name) || 0);
      for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      const debt = metric(result, 'bad_debt');
      expect(Math.abs(parts.reduce((a, b) => a + b, 0) - debt)).toBeLessThanOrEqual(1e-9 * debt);
      if (debt > 0) indebted++;
    }
    expect(indebted).toBeGreaterThan(WORLDS / 40);
  });

  test('CAS-NULL: routed to the absorber, run and twin are the same bit for bit', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 3) {
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

  test('same options and seed: same bytes, whatever ran before in the same arrays, and whatever the order of the groups', () => {
    const used = new Simulator();
    for (let world = 0; world < WORLDS; world += 8) {
      const options = optionsOf(world);
      const fresh = new Simulator().run(options, seedOf(world));
      const again = used.run(options, seedOf(world));
      expect(again.hash).toBe(fresh.hash);
      expect([...again.metrics]).toEqual([...fresh.metrics]);
      const turned = { ...options, traders: [...options.traders].reverse() };
      expect(used.run(turned, seedOf(world)).hash).toBe(fresh.hash);
    }
  });
});
