import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/core/random.ts';
import { YEAR } from '../../src/market/drivers.ts';
import { nextVariance, varianceLaw } from '../../src/market/drivers/heston.ts';
import type { HestonOptions } from '../../src/market/drivers/options.ts';
import { draws, expectLaw, expectMean, path, SEED } from './sample.ts';

describe('GARCH(1,1)', () => {
  const alpha = 0.15;
  const beta = 0.7;
  const garch = { kind: 'garch', price: 100, drift: 0, volatility: 0.8, initial: 0.8, alpha, beta, period: 60 } as const;
  const longRun = 0.64 * (60 / YEAR);
  const kurtosis = (3 * (1 - (alpha + beta) ** 2)) / (1 - (alpha + beta) ** 2 - 2 * alpha * alpha);
  const first = (alpha * (1 - alpha * beta - beta * beta)) / (1 - 2 * alpha * beta - beta * beta);
  /** E[r(t)² r(t+lag)²] in units of the long run's variance squared. */
  const product = (lag: number): number => (lag === 0 ? kurtosis : 1 + first * (alpha + beta) ** (lag - 1) * (kurtosis - 1));
  /** Periods after which the start is forgotten: 0.85^100 is 9e-8. */
  const SETTLED = 100;

  test.each([60, 20, 7.5])('unconditional variance, kurtosis and autocorrelation of squares, steps of %d s', (step) => {
    const perPeriod = 60 / step;
    const periods = 600;
    const squares: number[] = [];
    const products: number[][] = [[], [], [], [], []];
    for (let r = 0; r < draws(400, 4000); r++) {
      const out = path(garch, r, step, (SETTLED + periods) * perPeriod);
      const returns: number[] = [];
      for (let m = SETTLED; m < SETTLED + periods; m++)
        returns.push(Math.log(out[(m + 1) * perPeriod] / out[m * perPeriod]) / Math.sqrt(longRun));
      squares.push(returns.reduce((sum, value) => sum + value * value, 0) / periods);
      products.forEach((list, lag) => {
        let sum = 0;
        for (let m = 0; m + lag < periods; m++) sum += (returns[m] * returns[m + lag]) ** 2;
        list.push(sum / (periods - lag));
      });
    }
    expectMean(squares, 1);
    products.forEach((list, lag) => expectMean(list, product(lag)));
  });

  test('a step may hold several periods: five of them have the fourth moment that their law has', () => {
    let fourth = 5 * kurtosis;
    for (let lag = 1; lag < 5; lag++) fourth += 6 * (5 - lag) * product(lag);
    for (const step of [60, 150]) {
      const per = 300 / step;
      const sample: number[] = [];
      for (let r = 0; r < draws(20_000, 200_000); r++) {
        const out = path(garch, r, step, 25 * per);
        sample.push((Math.log(out[25 * per] / out[24 * per]) / Math.sqrt(longRun)) ** 4);
      }
      expectMean(sample, fourth);
    }
  });

  test('the first period has the initial variance, then the mean returns to the long run at the rate alpha + beta', () => {
    const calm = { ...garch, initial: 0.4 };
    const squares: number[][] = [[], [], [], []];
    for (let r = 0; r < draws(20_000, 200_000); r++) {
      const out = path(calm, r, 60, 4);
      squares.forEach((list, m) => list.push(Math.log(out[m + 1] / out[m]) ** 2 / longRun));
    }
    squares.forEach((list, m) => expectMean(list, 1 - 0.75 * (alpha + beta) ** m));
  });

  test('the expected price grows with the drift', () => {
    const wild = { ...garch, drift: 0.5, period: 86_400 * 7 };
    const sample: number[] = [];
    for (let r = 0; r < draws(20_000, 200_000); r++) sample.push(path(wild, r, 86_400 * 3, 30)[30] / 100);
    expectMean(sample, Math.exp((0.5 * 90 * 86_400) / YEAR));
  });

  test('alpha + beta = 1 has no long run', () => {
    expect(() => path({ ...garch, alpha: 0.3 }, 0, 1, 1)).toThrow('alpha + beta = 1, want less than 1');
  });
});

describe('Heston', () => {
  const target = (
    JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
      id: string;
      parameters: any;
      expected: any;
    }[]
  ).find(({ id }) => id === 'DRV-HESTON');
  const { kappa, theta, xi, v0, T } = target?.parameters ?? {};
  const heston: HestonOptions = {
    kind: 'heston',
    price: 100,
    drift: 0.3,
    volatility: Math.sqrt(theta),
    initial: Math.sqrt(v0),
    reversion: kappa,
    variability: xi,
    correlation: -0.7,
  };

  function variances(options: HestonOptions, years: number, steps: number, count: number): number[] {
    const law = varianceLaw(options, years / steps);
    return Array.from({ length: count }, (_, r) => {
      const root = derive(SEED, r);
      let variance = options.initial * options.initial;
      for (let k = 1; k <= steps; k++) variance = nextVariance(law, variance, root, k);
      return variance;
    });
  }

  test.each([1, 8, 64])('DRV-HESTON: mean and variance of the variance after half a year in %d steps, without a bias', (steps) => {
    const sample = variances(heston, T, steps, draws(40_000, 400_000));
    expectLaw(sample, target?.expected.mean, target?.expected.var);
  });

  test('DRV-HESTON: the stationary law', () => {
    const sample = variances(heston, 12, 64, draws(20_000, 200_000));
    expectLaw(sample, target?.expected.stat_mean, target?.expected.stat_var);
    expect((2 * heston.reversion * heston.volatility ** 2) / heston.variability ** 2).toBeCloseTo(target?.expected.feller, 12);
  });

  test.each([1, 16])('where the variance touches 0 its mean and variance are kept too, and it is never below, %d steps', (steps) => {
    const wild = { ...heston, variability: 3 };
    const decay = Math.exp(-kappa * T);
    const mean = theta + (v0 - theta) * decay;
    const variance = (v0 * 9 * decay * (1 - decay)) / kappa + (theta * 9 * (1 - decay) ** 2) / (2 * kappa);
    const sample = variances(wild, T, steps, draws(40_000, 400_000));
    expectLaw(sample, mean, variance);
    expect(Math.min(...sample.slice(0, 10_000))).toBe(0);
  });

  /** ∫ f over 0 … T by Simpson's rule. */
  function integral(f: (t: number) => number): number {
    const n = 200;
    let sum = f(0) + f(T);
    for (let i = 1; i < n; i++) sum += f((i * T) / n) * (i % 2 === 1 ? 4 : 2);
    return (sum * T) / (3 * n);
  }

  test.each([-0.7, 0.5])('mean and variance of the log-price, correlation %d', (correlation) => {
    const meanAt = (t: number): number => theta + (v0 - theta) * Math.exp(-kappa * t);
    const varianceAt = (t: number): number => {
      const e = Math.exp(-kappa * t);
      return (v0 * xi * xi * e * (1 - e)) / kappa + (theta * xi * xi * (1 - e) ** 2) / (2 * kappa);
    };
    const left = (t: number): number => (1 - Math.exp(-kappa * (T - t))) / kappa;
    const total = integral(meanAt);
    const variance = total + 0.5 * integral((t) => varianceAt(t) * left(t)) - correlation * xi * integral((t) => meanAt(t) * left(t));
    const sample: number[] = [];
    for (let r = 0; r < draws(20_000, 200_000); r++)
      sample.push(Math.log(path({ ...heston, correlation }, r, (T * YEAR) / 64, 64)[64] / 100));
    expectLaw(sample, 0.3 * T - 0.5 * total, variance);
  });

  test.each([
    [-0.7, 1, 1],
    [-0.7, 1, 32],
    [0.5, 1, 32],
    [-0.9, 0.5, 1],
  ])('the expected price grows with the drift: correlation %d, variability %d, %d steps', (correlation, variability, steps) => {
    const sample: number[] = [];
    for (let r = 0; r < draws(20_000, 200_000); r++) {
      sample.push(path({ ...heston, correlation, variability }, r, (2 * YEAR) / steps, steps)[steps] / 100);
    }
    expectMean(sample, Math.exp(0.6));
  });

  test('in steps of a second the price moves by the variance of the moment', () => {
    const squares: number[] = [];
    for (let r = 0; r < 20; r++) {
      const out = path(heston, r, 1, 1000);
      for (let k = 1; k <= 1000; k++) squares.push((Math.log(out[k] / out[k - 1]) ** 2 * YEAR) / v0);
    }
    expectMean(squares, 1);
  });
});
