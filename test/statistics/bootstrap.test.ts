import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from '../../src/core/random.ts';
import {
  bcaInterval,
  jackknifeAcceleration,
  pairedMedianDifference,
  percentileInterval,
  resample,
} from '../../src/statistics/bootstrap.ts';
import { median, quantileOfSorted } from '../../src/statistics/quantile.ts';

const long = process.env['MARGINFALL_LONG'] === '1';
const targets = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8'));
const expected = targets.find((target: { id: string }) => target.id === 'STA-BCA').expected;

/** Average admission test score and grade of fifteen American law schools (Efron and Tibshirani 1993, table 3.1). */
const LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594];
const GPA = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96];

function correlation(members: Int32Array): number {
  const n = members.length;
  let x = 0;
  let y = 0;
  for (const i of members) {
    x += LSAT[i] / n;
    y += GPA[i] / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const i of members) {
    xx += (LSAT[i] - x) ** 2;
    yy += (GPA[i] - y) ** 2;
    xy += (LSAT[i] - x) * (GPA[i] - y);
  }
  return xy / Math.sqrt(xx * yy);
}

describe('STA-BCA: the law schools', () => {
  const key = root('test', 'law schools');
  const resamples = long ? 400_000 : 40_000;
  // Ends move by the sampling error of a tail quantile, √(p(1 − p)/B)/density; the density at the lower 95 % end is about 0.2.
  const tolerance = long ? 0.004 : 0.02;

  test('correlation, and acceleration by the jackknife to 1e-6', () => {
    expect(correlation(Int32Array.from(LSAT.keys()))).toBeCloseTo(expected.r, 12);
    // The jackknife in 50-digit arithmetic; the target, printed to five decimals, is 1.2e-5 off its last.
    expect(jackknifeAcceleration(15, correlation)).toBeCloseTo(-0.0756715649378789, 12);
    expect(Math.abs(jackknifeAcceleration(15, correlation) - expected.a)).toBeLessThan(2e-5);
  });

  test('bias and both kinds of interval at 90 % and 95 %', () => {
    for (const [confidence, percentile, bca] of [
      [0.9, expected.pct90, expected.bca90],
      [0.95, expected.pct95, expected.bca95],
    ]) {
      const plain = percentileInterval(15, correlation, { root: key, resamples, confidence });
      const corrected = bcaInterval(15, correlation, { root: key, resamples, confidence });
      expect(corrected.estimate).toBeCloseTo(expected.r, 12);
      expect(Math.abs(corrected.bias - expected.z0)).toBeLessThan(4 * 1.26 * Math.sqrt(1 / resamples));
      for (const [found, wanted] of [
        [plain[0], percentile[0]],
        [plain[1], percentile[1]],
        [corrected.low, bca[0]],
        [corrected.high, bca[1]],
      ]) {
        expect(Math.abs(found - wanted)).toBeLessThan(tolerance);
      }
    }
  });
});

describe('resamples', () => {
  test('of one root are the same members whatever is computed from them', () => {
    const seen: number[][] = [];
    resample(
      7,
      (members) => {
        seen.push([...members]);
        return 0;
      },
      { root: root('a', 'b'), resamples: 50 },
    );
    const again: number[][] = [];
    bcaInterval(
      7,
      (members) => {
        again.push([...members]);
        return members[0];
      },
      { root: root('a', 'b'), resamples: 50, confidence: 0.8 },
    );
    expect(again.slice(0, 50)).toEqual(seen);
    expect(Math.max(...seen.flat())).toBe(6);
    expect(Math.min(...seen.flat())).toBe(0);
  });

  test('draw every member equally often', () => {
    const count = new Float64Array(11);
    resample(
      11,
      (members) => {
        for (const i of members) count[i]++;
        return 0;
      },
      { root: root('c', 'd'), resamples: 10_000 },
    );
    for (const seen of count) expect(Math.abs(seen - 10_000)).toBeLessThan(4 * Math.sqrt(10_000));
  });

  test('a statistic that never moves has an interval of no width', () => {
    expect(bcaInterval(5, () => 3, { root: root('e', 'f'), resamples: 100 })).toEqual({
      estimate: 3,
      low: 3,
      high: 3,
      bias: 0,
      acceleration: 0,
    });
  });

  test('with every resample above the estimate the corrected interval is the extreme resample', () => {
    // The estimate is the only call with all five members in order.
    const shy = (members: Int32Array): number =>
      members.every((member, i) => member === i) ? -1 : members.length === 5 ? 1 + members[0] : 0;
    const interval = bcaInterval(5, shy, { root: root('g', 'h'), resamples: 200 });
    expect([interval.bias, interval.low, interval.high]).toEqual([-Infinity, 1, 1]);
  });
});

describe('paired median difference', () => {
  const key = root('test', 'pairs');
  const a = Float64Array.from({ length: 64 }, (_, i) => ((i * 37) % 64) + 0.5 * ((i * 11) % 7));
  const b = Float64Array.from({ length: 64 }, (_, i) => ((i * 37) % 64) - (i % 5));

  test('is the percentile interval of the median, found by counting ranks', () => {
    for (const n of [6, 7, 20, 33, 64]) {
      const first = a.slice(0, n);
      const second = b.slice(0, n);
      const differences = first.map((value, i) => value - second[i]);
      const plain = resample(n, (members) => median(Float64Array.from(members, (i) => differences[i])), { root: key, resamples: 500 });
      expect(pairedMedianDifference(first, second, { root: key, resamples: 500 })).toEqual({
        median: median(differences),
        low: quantileOfSorted(plain, 0.025),
        high: quantileOfSorted(plain, 0.975),
        needed: null,
        n,
      });
    }
  });

  test('shares its noise between points: a shifted point has the shifted interval', () => {
    const shifted = a.map((value) => value + 8);
    const one = pairedMedianDifference(a, b, { root: key });
    const other = pairedMedianDifference(shifted, b, { root: key });
    expect([other.median, other.low, other.high]).toEqual([one.median! + 8, one.low! + 8, one.high! + 8]);
  });

  test('leaves out pairs without a number, and leaves the interval empty below six', () => {
    const holes = a.map((value, i) => (i % 2 === 0 ? NaN : value));
    const odd = (_: number, i: number): boolean => i % 2 === 1;
    expect(pairedMedianDifference(holes, b, { root: key })).toEqual(pairedMedianDifference(a.filter(odd), b.filter(odd), { root: key }));
    expect(pairedMedianDifference(a.slice(0, 5), b.slice(0, 5), { root: key })).toMatchObject({ low: null, high: null, needed: 6, n: 5 });
    expect(pairedMedianDifference(new Float64Array([NaN]), new Float64Array([1]), { root: key })).toEqual({
      median: null,
      low: null,
      high: null,
      needed: 6,
      n: 0,
    });
    expect(() => pairedMedianDifference(a, b.slice(1), { root: key })).toThrow('found 64 and 63 values');
  });
});
