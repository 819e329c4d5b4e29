import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { randomOptions } from '../../src/validation/random-worlds.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 1000 : 200;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)];
const seedOf = (world: number) => ({ seed: `world ${world}`, replicate: 0 });

const KINDS: readonly [string, (world: number) => RunOptions][] = [
  ['book', randomOptions],
  ['curve', (world) => onRandomCurve(randomOptions(world), world)],
];

describe.each(KINDS)('every random world on a %s', (_, optionsOf) => {
  test(`engine ≡ full scan: ${WORLDS} worlds, the same liquidations at the same step in the same order`, () => {
    const indexed = new Simulator();
    const scanned = new Simulator();
    let liquidations = 0;
    for (let world = 0; world < WORLDS; world++) {
      const options = optionsOf(world);
      const a = indexed.run(options, seedOf(world), { detail: true });
      const b = scanned.run(options, seedOf(world), { detail: true, exactScan: true });
      expect(a.liquidations, `world ${world}`).toEqual(b.liquidations);
      expect(a.hash).toBe(b.hash);
      expect([...a.metrics]).toEqual([...b.metrics]);
      liquidations += metric(a, 'liquidations');
    }
    expect(liquidations).toBeGreaterThan(10 * WORLDS);
  });

  test('INV-ZEROSUM: cash and lots balance to the quantum after every step, by both checks', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world++) {
      const result = simulator.run(optionsOf(world), seedOf(world), { recountAlways: true });
      expect(metric(result, 'ledger_error'), `world ${world}`).toBe(0);
    }
  });

  test('INV-BADDEBT-WATERFALL: bad debt = insurance used + backstop loss + socialised, each ≥ 0, exactly', () => {
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

  test('CAS-NULL: routed to the absorber, run and twin are the same bit for bit', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 4) {
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

  test('same options and seed: same bytes, whatever ran before in the same arrays', () => {
    const used = new Simulator();
    for (let world = 0; world < WORLDS; world += 10) {
      const fresh = new Simulator().run(optionsOf(world), seedOf(world));
      const again = used.run(optionsOf(world), seedOf(world));
      expect(again.hash).toBe(fresh.hash);
      expect([...again.metrics]).toEqual([...fresh.metrics]);
    }
  });

  test('the order of a file is never seen: groups turned round give the same run', () => {
    const simulator = new Simulator();
    for (let world = 0; world < WORLDS; world += 10) {
      const options = optionsOf(world);
      const turned = { ...options, traders: [...options.traders].reverse() };
      expect(simulator.run(turned, seedOf(world)).hash).toBe(simulator.run(options, seedOf(world)).hash);
    }
  });
});
