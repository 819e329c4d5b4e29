import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/core/random.ts';
import { YEAR } from '../../src/market/drivers.ts';
import { Excitation } from '../../src/market/drivers/hawkes.ts';
import { doubleExponential, meanGain } from '../../src/market/drivers/jumps.ts';
import { draws, expectLaw, expectMean, path, SEED } from './sample.ts';

const targets = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
  id: string;
  parameters: any;
  expected: any;
}[];
const targetOf = (id: string) => targets.find((target) => target.id === id);
const DAY = 1 / 365;

/** Central moments of a sum of independent parts by its cumulants: the second to the fourth. */
function expectCumulants(sample: readonly number[], mean: number, second: number, third: number, fourth: number): void {
  expectLaw(sample, mean, second);
  const deviation = Math.sqrt(second);
  expectMean(
    sample.map((value) => ((value - mean) / deviation) ** 3),
    third / deviation ** 3,
  );
  expectMean(
    sample.map((value) => ((value - mean) / deviation) ** 4),
    3 + fourth / second ** 2,
  );
}

describe('Merton', () => {
  const merton = { kind: 'merton', price: 100, drift: 0.4, volatility: 0.6, intensity: 100, mean: -0.02, deviation: 0.04 } as const;
  const T = 0.02;

  test.each([1, 5, 200])('mean, variance, skewness and kurtosis of the log-move are the law’s in %d steps', (steps) => {
    const { drift, volatility, intensity, mean, deviation } = merton;
    const count = intensity * T;
    const gain = Math.exp(mean + deviation ** 2 / 2) - 1;
    const sample: number[] = [];
    for (let r = 0; r < draws(steps === 200 ? 10_000 : 60_000, 400_000); r++)
      sample.push(Math.log(path(merton, r, (T * YEAR) / steps, steps)[steps] / 100));
    expectCumulants(
      sample,
      (drift - volatility ** 2 / 2 - intensity * gain) * T + count * mean,
      volatility ** 2 * T + count * (mean ** 2 + deviation ** 2),
      count * (mean ** 3 + 3 * mean * deviation ** 2),
      count * (mean ** 4 + 6 * mean ** 2 * deviation ** 2 + 3 * deviation ** 4),
    );
  });

  test('the expected price grows with the drift', () => {
    const sample: number[] = [];
    for (let r = 0; r < draws(40_000, 400_000); r++) sample.push(path(merton, r, YEAR / 20, 3)[3] / 100);
    expectMean(sample, Math.exp(0.4 * 0.15));
  });
});

describe('Kou', () => {
  const { sigma, lam, p, eta1, eta2 } = targetOf('DRV-KOU')?.parameters ?? {};
  const sizes = { upShare: p, meanUp: 1 / eta1, meanDown: 1 / eta2 };
  const kou = { kind: 'kou', price: 100, drift: 0, volatility: sigma, intensity: lam, ...sizes } as const;

  test.each([1, 24])('DRV-KOU: variance, skewness, kurtosis and compensator of a day in %d steps', (steps) => {
    const published = targetOf('DRV-KOU')?.expected;
    expect(meanGain(kou)).toBeCloseTo(published.zeta, 9);
    const count = lam * DAY;
    const raw = (n: number, factorial: number): number => count * factorial * (p / eta1 ** n + ((1 - p) * (-1) ** n) / eta2 ** n);
    const second = sigma ** 2 * DAY + raw(2, 2);
    expect(second).toBeCloseTo(published.var, 9);
    expect(raw(3, 6) / second ** 1.5).toBeCloseTo(published.skew, 6);
    expect(raw(4, 24) / second ** 2).toBeCloseTo(published.exkurt, 6);
    const sample: number[] = [];
    for (let r = 0; r < draws(steps === 1 ? 200_000 : 30_000, 2_000_000 / steps); r++)
      sample.push(Math.log(path(kou, r, (DAY * YEAR) / steps, steps)[steps] / 100));
    expectCumulants(sample, (-(sigma ** 2) / 2 - lam * published.zeta) * DAY + raw(1, 1), second, raw(3, 6), raw(4, 24));
  });

  test('sizes are exponential on either side and rise with the uniform', () => {
    expect(doubleExponential(0.6 - 1e-12, sizes)).toBeCloseTo(0, 9);
    expect(doubleExponential(0.6 + 1e-12, sizes)).toBeCloseTo(0, 9);
    expect(doubleExponential(0.6 * Math.exp(-3), sizes)).toBeCloseTo(-3 / eta2, 12);
    expect(doubleExponential(1 - 0.4 * Math.exp(-2), sizes)).toBeCloseTo(2 / eta1, 12);
    expect(doubleExponential(1e-9, { ...sizes, upShare: 1 })).toBeCloseTo(0, 8);
    expect(doubleExponential(1 - 1e-9, { ...sizes, upShare: 0 })).toBeCloseTo(0, 8);
  });

  test('the expected price grows with the drift', () => {
    const sample: number[] = [];
    for (let r = 0; r < draws(40_000, 400_000); r++) sample.push(path({ ...kou, drift: 0.7 }, r, YEAR / 20, 3)[3] / 100);
    expectMean(sample, Math.exp(0.7 * 0.15));
  });

  test('a mean jump of 100 % upwards has no expected price', () => {
    expect(() => path({ ...kou, meanUp: 1 }, 0, 1, 1)).toThrow('expected price is infinite');
  });
});

describe('Hawkes', () => {
  const { mu, alpha, beta, T } = targetOf('DRV-HAWKES')?.parameters ?? {};

  function counts(length: number, steps: number, runs: number): number[] {
    return Array.from({ length: runs }, (_, r) => {
      const excitation = new Excitation(mu, alpha, beta);
      const root = derive(SEED, r);
      let count = 0;
      for (let k = 1; k <= steps; k++) count += excitation.advance(root, k, length / steps);
      return count;
    });
  }

  test('DRV-HAWKES: mean rate and Fano factor of a long window', () => {
    const published = targetOf('DRV-HAWKES')?.expected;
    const sample = counts(T, 200, draws(300, 6000));
    const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
    const variance = sample.reduce((a, b) => a + (b - mean) ** 2, 0) / (sample.length - 1);
    expect(Math.abs(mean / T / published.rate - 1)).toBeLessThan(0.01);
    expect(Math.abs(variance / mean / published.fano - 1)).toBeLessThan(0.15);
  });

  test.each([1, 4, 100])('a short window in %d steps: the chances of none and of one, and the mean', (steps) => {
    const window = 1.5;
    const sample = counts(window, steps, draws(steps === 100 ? 20_000 : 60_000, 400_000));
    expectMean(
      sample.map((count) => (count === 0 ? 1 : 0)),
      Math.exp(-mu * window),
    );
    // One event u before the end: no other from the base, and none from it.
    let once = 0;
    for (let i = 0; i < 1000; i++) once += Math.exp((alpha / beta) * Math.expm1((-beta * window * (i + 0.5)) / 1000)) * (window / 1000);
    expectMean(
      sample.map((count) => (count === 1 ? 1 : 0)),
      mu * Math.exp(-mu * window) * once,
    );
    const rate = mu / (1 - alpha / beta);
    expectMean(sample, rate * window - ((rate - mu) * (1 - Math.exp(-(beta - alpha) * window))) / (beta - alpha));
  });

  test('the integral of the intensity is what was to be expected', () => {
    const sample: number[] = [];
    for (let r = 0; r < 20_000; r++) {
      const excitation = new Excitation(mu, alpha, beta);
      let surplus = 0;
      for (let k = 1; k <= 3; k++) surplus += excitation.advance(derive(SEED, r), k, 1) - excitation.expected;
      sample.push(surplus);
    }
    expectMean(sample, 0);
  });

  const hawkes = {
    kind: 'hawkes',
    price: 100,
    drift: 0.5,
    volatility: 0.5,
    intensity: 40,
    branching: 0.6,
    halfLife: 3600,
    upShare: 0.3,
    meanUp: 0.02,
    meanDown: 0.03,
  } as const;

  test.each([1, 50])('the expected price grows with the drift, %d steps', (steps) => {
    const sample: number[] = [];
    for (let r = 0; r < draws(20_000, 400_000); r++) sample.push(path(hawkes, r, (0.1 * YEAR) / steps, steps)[steps] / 100);
    expectMean(sample, Math.exp(0.05));
  });

  test('without branching it is Kou’s law', () => {
    const { intensity, upShare, meanUp, meanDown, volatility } = hawkes;
    const alone = { ...hawkes, branching: 0 };
    const count = intensity * 0.05;
    const gain = meanGain(hawkes);
    const sample: number[] = [];
    for (let r = 0; r < draws(40_000, 400_000); r++) sample.push(Math.log(path(alone, r, 0.05 * YEAR, 1)[1] / 100));
    expectLaw(
      sample,
      (0.5 - volatility ** 2 / 2 - intensity * gain) * 0.05 + count * (upShare * meanUp - (1 - upShare) * meanDown),
      volatility ** 2 * 0.05 + 2 * count * (upShare * meanUp ** 2 + (1 - upShare) * meanDown ** 2),
    );
  });

  test('a branching ratio of 1 never ends', () => {
    expect(() => new Excitation(1, 1, 1)).toThrow('a branching ratio of 1, want less than 1');
  });
});
