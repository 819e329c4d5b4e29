import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root, uniform } from '../../src/core/random.ts';
import {
  clopperPearsonInterval,
  quantileInterval,
  runsNeeded,
  wilsonInterval,
  zeroEventBound,
  zeroEventRuns,
} from '../../src/statistics/intervals.ts';

const targets = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8'));
const binomial = targets.find((target: { id: string }) => target.id === 'STA-BINOM').expected;

describe('shares', () => {
  test('STA-BINOM: Wilson and Clopper–Pearson of 3 in 50, upper bound of 0 in 300', () => {
    const wilson = wilsonInterval(3, 50);
    const exact = clopperPearsonInterval(3, 50);
    for (const end of [0, 1] as const) {
      expect(Math.abs(wilson[end] - binomial.wilson[end])).toBeLessThan(1e-9);
      expect(Math.abs(exact[end] - binomial.clopper[end])).toBeLessThan(1e-9);
    }
    expect(Math.abs(zeroEventBound(300) - binomial.zero300)).toBeLessThan(1e-9);
  });

  test('nothing in 48 bounds a share by 6.1 %, and 1 % takes 299', () => {
    expect(zeroEventBound(48)).toBeCloseTo(0.0605, 4);
    expect(zeroEventRuns(0.01)).toBe(299);
    expect(zeroEventBound(299)).toBeLessThanOrEqual(0.01);
    expect(zeroEventBound(298)).toBeGreaterThan(0.01);
    expect(zeroEventRuns(zeroEventBound(48))).toBe(48);
  });

  test('ends at 0 and 1 when nothing or everything happened', () => {
    expect(wilsonInterval(0, 20)[0]).toBe(0);
    expect(wilsonInterval(20, 20)[1]).toBe(1);
    expect(clopperPearsonInterval(0, 20)[0]).toBe(0);
    expect(clopperPearsonInterval(20, 20)[1]).toBe(1);
    // One-sided at half the error: 1 − 0.025^(1/20).
    expect(clopperPearsonInterval(0, 20)[1]).toBeCloseTo(1 - 0.025 ** (1 / 20), 12);
    expect(() => wilsonInterval(3, 2)).toThrow('found 3 of 2');
    expect(() => clopperPearsonInterval(-1, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
  });

  test('Clopper–Pearson covers at least as often as it says, for every share', () => {
    const n = 30;
    const ends = Array.from({ length: n + 1 }, (_, k) => clopperPearsonInterval(k, n));
    for (const p of [0.01, 0.03, 0.1, 0.26, 0.5, 0.77]) {
      let term = (1 - p) ** n;
      let covered = 0;
      for (let k = 0; k <= n; k++) {
        if (ends[k][0] <= p && p <= ends[k][1]) covered += term;
        term *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });
});

describe('quantile interval', () => {
  const sorted = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i + 1);

  test('takes the tabled order statistics', () => {
    // Ranks for the median: P(at most 5 of 20 below) = 2.07 %, of 10 1 below 1.07 %, of 64 23 below 1.64 % but 24 3.0 %.
    expect(quantileInterval(sorted(20), 0.5)).toEqual({ low: 6, high: 15, needed: null });
    expect(quantileInterval(sorted(10), 0.5)).toEqual({ low: 2, high: 9, needed: null });
    expect(quantileInterval(sorted(64), 0.5)).toEqual({ low: 24, high: 41, needed: null });
  });

  test('leaves an end empty that does not exist, and says from which n it does', () => {
    expect(runsNeeded(0.5)).toBe(6);
    expect(runsNeeded(0.95)).toBe(72);
    expect(runsNeeded(0.05)).toBe(72);
    expect(runsNeeded(0.75)).toBe(13);
    expect(quantileInterval(sorted(71), 0.95)).toMatchObject({ high: null, needed: 72 });
    expect(quantileInterval(sorted(71), 0.95).low).not.toBeNull();
    expect(quantileInterval(sorted(72), 0.95)).toMatchObject({ high: 72, needed: null });
    expect(quantileInterval(sorted(71), 0.05)).toMatchObject({ low: null, needed: 72 });
    expect(quantileInterval(sorted(5), 0.5)).toEqual({ low: null, high: null, needed: 6 });
    expect(quantileInterval(sorted(6), 0.5)).toEqual({ low: 1, high: 6, needed: null });
    expect(quantileInterval(sorted(0), 0.5)).toEqual({ low: null, high: null, needed: 6 });
  });

  test('covers as often as the binomial law says it does', () => {
    const { lo, hi } = root('test', 'coverage');
    const n = 64;
    const trials = 4000;
    let covered = 0;
    for (let t = 0; t < trials; t++) {
      const { low, high } = quantileInterval(Float64Array.from({ length: n }, (_, i) => uniform(lo, hi, 0, t, i)).sort(), 0.75);
      if (low !== null && high !== null && low <= 0.75 && 0.75 <= high) covered++;
    }
    // Conservative by the steps of the binomial: between 95 % and what the next narrower ranks would miss.
    expect(covered / trials).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / trials));
    expect(covered / trials).toBeLessThan(0.985);
  });
});
