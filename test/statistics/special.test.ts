import { describe, expect, test } from 'vitest';
import { betaQuantile, binomialCdf, logGamma, lowerGamma, regularizedBeta, upperGamma } from '../../src/statistics/special.ts';

// Values by 200-bit arithmetic (mpmath).
const LOG_GAMMA = [
  [1e-10, 23.025850929882736],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [1, 0],
  [1.5, -0.12078223763524522],
  [2, 0],
  [3.7, 1.428072326665388],
  [10, 12.801827480081469],
  [14.9, 24.924132002217277],
  [15, 25.19122118273868],
  [100.5, 361.4355404677776],
  [1e4, 82099.71749644238],
  [1e8, 1742068066.1038346],
] as const;
const UPPER_GAMMA = [
  [0.5, 0.1, 0.654720846018577],
  [0.5, 8, 6.334248366623985e-5],
  [1, 2, 0.1353352832366127],
  [3, 1, 0.9196986029286058],
  [10, 30, 7.121750862815577e-6],
  [50, 40, 0.9296649333406051],
  [500, 600, 1.2255942330622905e-5],
  [2, 700, 6.911633257175599e-302],
] as const;
const BETA = [
  [0.5, 2, 3, 0.6875],
  [0.01, 0.5, 0.5, 0.06376856085851985],
  [0.99, 5, 1, 0.9509900498999999],
  [0.3, 40, 60, 0.017592508468930075],
  [0.001, 3, 900, 0.06309596105315822],
  [0.95, 72, 1, 0.024894280619189402],
] as const;

describe('gamma', () => {
  test('log Γ', () => {
    for (const [x, value] of LOG_GAMMA) expect(Math.abs(logGamma(x) - value)).toBeLessThan(2e-14 + 4e-16 * Math.abs(value));
  });

  test('both regularised sides, with their digits where they are small', () => {
    for (const [a, x, value] of UPPER_GAMMA) {
      expect(Math.abs(upperGamma(a, x) / value - 1)).toBeLessThan(1e-12);
      expect(Math.abs(upperGamma(a, x) + lowerGamma(a, x) - 1)).toBeLessThan(1e-15);
    }
    expect(lowerGamma(3, 1e-8) / (1e-24 / 6)).toBeCloseTo(1, 7);
    expect([upperGamma(2, 0), lowerGamma(2, 0)]).toEqual([1, 0]);
  });
});

describe('beta', () => {
  test('regularised integral and its mirror image', () => {
    for (const [x, a, b, value] of BETA) {
      expect(Math.abs(regularizedBeta(x, a, b) / value - 1)).toBeLessThan(1e-12);
      expect(Math.abs(regularizedBeta(1 - x, b, a) - (1 - value))).toBeLessThan(1e-12);
    }
    expect([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3)]).toEqual([0, 1]);
  });

  test('quantile undoes it', () => {
    for (const [, a, b] of BETA) {
      for (const p of [1e-6, 0.025, 0.5, 0.975]) expect(Math.abs(regularizedBeta(betaQuantile(p, a, b), a, b) / p - 1)).toBeLessThan(1e-9);
    }
    expect(betaQuantile(0.5, 1, 1)).toBeCloseTo(0.5, 15);
  });

  test('binomial cdf is the sum of its terms', () => {
    for (const [n, p] of [
      [1, 0.3],
      [20, 0.05],
      [60, 0.5],
    ] as const) {
      let term = (1 - p) ** n;
      let sum = 0;
      for (let k = 0; k < n; k++) {
        sum += term;
        expect(Math.abs(binomialCdf(k, n, p) - sum)).toBeLessThan(1e-13);
        term *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      expect([binomialCdf(-1, n, p), binomialCdf(n, n, p)]).toEqual([0, 1]);
    }
  });
});
