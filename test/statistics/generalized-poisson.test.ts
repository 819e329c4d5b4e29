import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root, uniform } from '../../src/core/random.ts';
import { poisson } from '../../src/core/samplers.ts';
import { cumulative, extinction, mean, probability, runaway, tail, variance } from '../../src/statistics/generalized-poisson.ts';
import { chiSquareTest } from '../../src/statistics/goodness.ts';

const targets = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8'));
const target = (id: string): any => targets.find((found: { id: string }) => found.id === id);

describe('Generalized Poisson law', () => {
  test('CAS-GP: moments, probabilities and far tail', () => {
    const { parameters, expected } = target('CAS-GP');
    const { a, b } = parameters;
    expect(mean(a, b)).toBeCloseTo(expected.mean, 12);
    expect(variance(a, b)).toBeCloseTo(expected.var, 10);
    expect(probability(0, a, b)).toBeCloseTo(expected.p0, 10);
    expect(probability(1, a, b)).toBeCloseTo(expected.p1, 10);
    expect(probability(5, a, b)).toBeCloseTo(expected.p5, 6);
    expect(probability(10, a, b)).toBeCloseTo(expected.p10, 6);
    expect(tail(50, a, b) / expected.P_ge_50).toBeCloseTo(1, 7);
    expect(tail(100, a, b) / expected.P_ge_100).toBeCloseTo(1, 7);
    expect(tail(200, a, b) / expected.P_ge_200).toBeCloseTo(1, 7);
  });

  test('CAS-GP-ENGINE: the engine’s parametrisation a = bT', () => {
    const { parameters, expected } = target('CAS-GP-ENGINE');
    const a = parameters.b * parameters.T;
    expect(mean(a, parameters.b)).toBeCloseTo(expected.mean, 12);
    expect(variance(a, parameters.b)).toBeCloseTo(expected.variance, 10);
    for (const [k, value] of Object.entries(expected.pmf)) expect(probability(Number(k), a, parameters.b)).toBeCloseTo(value as number, 14);
    for (const [k, value] of Object.entries(expected.tail)) expect(tail(Number(k), a, parameters.b) / (value as number)).toBeCloseTo(1, 12);
    expect(runaway(2 * 1.3, 1.3)).toBeCloseTo(expected.runaway_T2_b1p3, 12);
  });

  test('CAS-GP-RUNAWAY: probability of no end', () => {
    const { parameters, expected } = target('CAS-GP-RUNAWAY');
    parameters.forEach(({ a, b }: { a: number; b: number }, i: number) => expect(runaway(a, b)).toBeCloseTo(expected[i], 9));
    expect(runaway(2, 1)).toBe(0);
    expect(extinction(0.4)).toBe(1);
    for (const b of [1.001, 1.1, 2, 10]) {
      const eta = extinction(b);
      expect(eta).toBeLessThan(1);
      expect(Math.abs(eta - Math.exp(b * (eta - 1)))).toBeLessThan(1e-14);
    }
  });

  test('RARE-CASCADE: the first two rare events', () => {
    const { expected } = target('RARE-CASCADE');
    expect(tail(200, 2, 0.7) / (expected as unknown as { readonly p: number }).p).toBeCloseTo(1, 7);
    // The same sum in 50 digits.
    expect(tail(60, 1, 0.5) / 2.0871992e-7).toBeCloseTo(1, 7);
  });

  test('sums to 1 below the critical point and to 1 − P(runaway) above it', () => {
    for (const [a, b] of [
      [2, 0],
      [2.1, 0.7],
      [0.3, 0.95],
      [5, 0.2],
    ]) {
      expect(tail(0, a, b)).toBeCloseTo(1, 11);
      expect(cumulative(30, a, b) + tail(31, a, b)).toBeCloseTo(1, 11);
    }
    for (const [a, b] of [
      [2, 1.3],
      [1, 1.5],
    ]) {
      expect(tail(0, a, b)).toBeCloseTo(1 - runaway(a, b), 11);
    }
    expect([mean(1, 1), variance(1, 1.2)]).toEqual([Infinity, Infinity]);
  });

  test('is the total size of a branching process', () => {
    const { lo, hi } = root('test', 'branching');
    const [a, b, n] = [2.1, 0.7, 40_000];
    const seen = new Float64Array(400);
    for (let run = 0; run < n; run++) {
      let generation = poisson(a, uniform(lo, hi, 0, run, 0));
      let total = 0;
      for (let step = 1; generation > 0; step++) {
        total += generation;
        generation = poisson(b * generation, uniform(lo, hi, 0, run, step));
      }
      seen[Math.min(399, total)]++;
    }
    const wanted = seen.map((_, k) => n * (k < 399 ? probability(k, a, b) : tail(399, a, b)));
    expect(chiSquareTest(seen, wanted).p).toBeGreaterThan(1e-4);
  });
});
