import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../src/core/math.ts';
import { root, uniform } from '../../src/core/random.ts';
import { chiSquareTest, chiSquareUpper, kolmogorovSmirnov, kolmogorovUpper } from '../../src/statistics/goodness.ts';

describe('chi-square', () => {
  test('tabled tail probabilities', () => {
    expect(chiSquareUpper(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
    expect(chiSquareUpper(30, 20)).toBeCloseTo(0.06985366069940986, 12);
    expect(chiSquareUpper(0, 3)).toBe(1);
    // Two degrees of freedom: e^(−x/2).
    expect(chiSquareUpper(7, 2)).toBeCloseTo(Math.exp(-3.5), 14);
  });

  test('joins cells that expect too little, the rest with the last', () => {
    const result = chiSquareTest([12, 8, 1, 2, 3, 1], [10, 10, 2, 2, 2, 1]);
    // Cells: 12 of 10, 8 of 10, 6 of 6, and the rest of 1 joins the third: 7 of 7.
    expect(result.degrees).toBe(2);
    expect(result.statistic).toBeCloseTo(0.8, 12);
    expect(result.p).toBeCloseTo(Math.exp(-0.4), 12);
    expect(chiSquareTest([12, 8, 10], [10, 10, 10], 5, 1).degrees).toBe(1);
  });

  test('names what is wrong', () => {
    expect(() => chiSquareTest([1], [1, 2])).toThrow('found 1 observed and 2 expected cells');
    expect(() => chiSquareTest([1, 2], [1, 2])).toThrow('found 0 cells that expect 5 or more, want at least 2');
  });

  test('rejects a true hypothesis as often as it says, and a wrong one always', () => {
    const { lo, hi } = root('test', 'size');
    let rejected = 0;
    for (let t = 0; t < 1000; t++) {
      const seen = new Float64Array(10);
      for (let i = 0; i < 500; i++) seen[Math.floor(10 * uniform(lo, hi, 0, t, i))]++;
      if (chiSquareTest(seen, new Float64Array(10).fill(50)).p < 0.05) rejected++;
    }
    expect(Math.abs(rejected - 50)).toBeLessThan(4 * Math.sqrt(47.5));
    expect(chiSquareTest([90, 50, 50, 10], [50, 50, 50, 50]).p).toBeLessThan(1e-9);
  });
});

describe('Kolmogorov–Smirnov', () => {
  test('tail against exact values of the finite law', () => {
    // By the exact recursion of Simard and L'Ecuyer (scipy.stats.kstwo).
    expect(Math.abs(kolmogorovUpper(0.3, 10) - 0.27053557479999946)).toBeLessThan(0.01);
    expect(Math.abs(kolmogorovUpper(0.1, 100) - 0.2526927570063874)).toBeLessThan(0.004);
    expect(Math.abs(kolmogorovUpper(0.0136, 10_000) - 0.04903580807632146)).toBeLessThan(0.0005);
    expect(kolmogorovUpper(1e-9, 100)).toBe(1);
  });

  test('statistic by hand, and a wrong law is found', () => {
    const values = new Float64Array([0.1, 0.4, 0.9]);
    expect(kolmogorovSmirnov(values, (x) => x).statistic).toBeCloseTo(2 / 3 - 0.4, 12);
    const { lo, hi } = root('test', 'ks');
    const uniforms = Float64Array.from({ length: 1000 }, (_, i) => uniform(lo, hi, 0, 0, i)).sort();
    expect(kolmogorovSmirnov(uniforms, (x) => x).p).toBeGreaterThan(1e-3);
    expect(kolmogorovSmirnov(uniforms, (x) => x * x).p).toBeLessThan(1e-9);
    expect(kolmogorovSmirnov(uniforms, normalCdf).p).toBeLessThan(1e-9);
  });
});
