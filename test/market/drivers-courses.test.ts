import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { YEAR } from '../../src/market/drivers.ts';
import type { DriverOptions } from '../../src/market/drivers.ts';
import { withoutEndogenous } from '../../src/market/drivers/endogenous.ts';
import { priceRange, startPrice } from '../../src/market/drivers/range.ts';
import { draws, expectLaw, expectMean, path } from './sample.ts';

const BURSTS = [0.01, -0.02, 0.03, 0.005, -0.015, 0.0025, -0.004];

/** One of each kind, with draws in all their parts. */
const kinds: readonly DriverOptions[] = [
  { kind: 'constant', price: 100 },
  { kind: 'gbm', price: 100, drift: 0.1, volatility: 0.8 },
  { kind: 'waypoints', times: [0, 60, 1300], prices: [100, 90, 95], noise: 1e-3 },
  { kind: 'garch', price: 100, drift: 0.1, volatility: 0.8, initial: 1.5, alpha: 0.1, beta: 0.85, period: 60 },
  { kind: 'heston', price: 100, drift: 0.1, volatility: 0.8, initial: 0.5, reversion: 5, variability: 2, correlation: -0.5 },
  { kind: 'merton', price: 100, drift: 0.1, volatility: 0.8, intensity: 1e6, mean: -0.001, deviation: 0.003 },
  { kind: 'kou', price: 100, drift: 0.1, volatility: 0.8, intensity: 1e6, upShare: 0.4, meanUp: 0.002, meanDown: 0.003 },
  {
    kind: 'hawkes',
    price: 100,
    drift: 0.1,
    volatility: 0.8,
    intensity: 5e5,
    branching: 0.5,
    halfLife: 60,
    upShare: 0.4,
    meanUp: 0.002,
    meanDown: 0.003,
  },
  {
    kind: 'regimes',
    price: 100,
    regimes: [
      { drift: 0, volatility: 0.4, stay: 300, weight: 1 },
      { drift: -5, volatility: 3, stay: 20, weight: 1 },
      { drift: 5, volatility: 1, stay: 60, weight: 3 },
    ],
  },
  { kind: 'shock', price: 100, volatility: 0.5, at: 30, move: -0.1, recovery: { share: 0.5, halfLife: 100 } },
  { kind: 'ramp', price: 100, volatility: 0.5, from: 10, until: 100, move: -0.1 },
  { kind: 'vee', price: 100, volatility: 0.5, from: 10, turn: 100, until: 400, move: -0.1, recovered: 0.7 },
  { kind: 'bootstrap', price: 100, returns: BURSTS, period: 60, block: 3, noise: 1e-3 },
];

describe.each(kinds.map((options) => [options.kind, options] as const))('%s', (kind, options) => {
  test('same root, same bytes; a longer run begins with a shorter one; another replicate differs', () => {
    const long = path(options, 5, 1, 1200);
    expect(path(options, 5, 1, 1200)).toEqual(long);
    expect(path(options, 5, 1, 317)).toEqual(long.subarray(0, 318));
    if (kind !== 'constant') expect(path(options, 6, 1, 1200)[1200]).not.toBe(long[1200]);
    expect(long[0]).toBe(startPrice(options));
  });

  test.each([0.1, 12, 700])('prices are above 0 and inside the range that the ledger allows for, steps of %d s', (step) => {
    const steps = Math.floor(1300 / step);
    const { lowest, highest } = priceRange(options, 1300);
    for (let r = 0; r < 20; r++) {
      const out = path(options, r, step, steps);
      expect(out.find((price) => !(price >= lowest && price <= highest && price > 0))).toBe(undefined);
    }
  });
});

describe('regimes', () => {
  /** Without volatility and with a drift of 1 in one regime alone the log-price is the years that it ruled. */
  const clock = (stays: readonly number[], weights: readonly number[], counted: number): DriverOptions => ({
    kind: 'regimes',
    price: 1,
    regimes: stays.map((stay, i) => ({ drift: i === counted ? 1 : 0, volatility: 0, stay, weight: weights[i] })),
  });
  const ruled = (options: DriverOptions, r: number, step: number, steps: number): number =>
    Math.log(path(options, r, step, steps)[steps]) * YEAR;

  test.each([1000, 100, 12.5])('two regimes: the time that the second rules, from a start in the first, steps of %d s', (step) => {
    const sample: number[] = [];
    for (let r = 0; r < draws(10_000, 100_000); r++) sample.push(ruled(clock([600, 200], [1, 1], 1), r, step, 1000 / step));
    const rate = 1 / 600 + 1 / 200;
    expectMean(sample, (1 / 600 / rate) * (1000 - (1 - Math.exp(-1000 * rate)) / rate));
  });

  test.each([0, 1, 2])('three regimes: the stationary share of regime %d is in proportion to weight × other weights × stay', (counted) => {
    const stays = [50, 20, 10];
    const weights = [1, 2, 5];
    const share = stays.map((stay, i) => weights[i] * (8 - weights[i]) * stay);
    const sample: number[] = [];
    for (let r = 0; r < draws(200, 4000); r++) sample.push(ruled(clock(stays, weights, counted), r, 250, 200) / 50_000);
    // The start weighs one relaxation time in 50,000 s: well inside the error.
    expectMean(sample, share[counted] / share.reduce((a, b) => a + b, 0));
  });

  test('the log-price has the variance of the time that each ruled, the expected price the drift', () => {
    const options = {
      kind: 'regimes',
      price: 1,
      regimes: [
        { drift: 0.2, volatility: 0.5, stay: 0.02 * YEAR, weight: 1 },
        { drift: 0.2, volatility: 1.5, stay: 0.02 * YEAR, weight: 1 },
      ],
    } as const;
    const T = 0.1;
    const second = 0.5 * (T - (1 - Math.exp(-100 * T)) / 100);
    const variance = 0.25 * (T - second) + 2.25 * second;
    const moves: number[] = [];
    const prices: number[] = [];
    for (let r = 0; r < draws(20_000, 200_000); r++) {
      const price = path(options, r, (T * YEAR) / 4, 4)[4];
      prices.push(price);
      moves.push(Math.log(price));
    }
    expectMean(prices, Math.exp(0.02));
    expectMean(moves, 0.02 - variance / 2);
    // The chain's own spread enters by the mean alone: a quarter of the variance of the integrated variance.
    const spread = moves.map((move) => (move - 0.02 + variance / 2) ** 2).reduce((a, b) => a + b, 0) / moves.length;
    expect(spread / variance).toBeGreaterThan(0.97);
    expect(spread / variance).toBeLessThan(1.06);
  });
});

describe('shapes without volatility', () => {
  const still = { price: 100, volatility: 0 } as const;
  test('a shock is there at its moment and not before; its share comes back with the half-life', () => {
    const move = Math.log(0.8);
    expect([...path({ kind: 'shock', ...still, at: 2, move, recovery: null }, 0, 1, 4)].map((p) => +p.toFixed(9))).toEqual([
      100, 100, 80, 80, 80,
    ]);
    const out = path({ kind: 'shock', ...still, at: 0.3, move, recovery: { share: 0.5, halfLife: 10 } }, 0, 0.1, 10_003);
    expect(out[2]).toBe(100);
    expect(out[3]).toBeCloseTo(80, 9);
    expect(out[103]).toBeCloseTo(100 * 0.8 ** 0.75, 9);
    expect(out[10_003]).toBeCloseTo(100 * Math.sqrt(0.8), 9);
    // Between two steps: the price at the next step has come back for the time in between.
    expect(path({ kind: 'shock', ...still, at: 5, move, recovery: { share: 1, halfLife: 10 } }, 0, 10, 2)[1]).toBeCloseTo(
      100 * 0.8 ** (1 / Math.SQRT2),
      9,
    );
  });
  test('a ramp is log-linear, then flat', () => {
    const out = path({ kind: 'ramp', ...still, from: 2, until: 6, move: Math.log(16) }, 0, 1, 8);
    [100, 100, 100, 200, 400, 800, 1600, 1600, 1600].forEach((price, k) => expect(out[k]).toBeCloseTo(price, 9));
  });
  test('a vee goes there and a share of the way back', () => {
    const out = path({ kind: 'vee', ...still, from: 1, turn: 3, until: 5, move: Math.log(1 / 16), recovered: 0.5 }, 0, 1, 7);
    [100, 100, 25, 6.25, 12.5, 25, 25, 25].forEach((price, k) => expect(out[k]).toBeCloseTo(price, 9));
  });
  test('with volatility the course is the expected price', () => {
    const sample: number[] = [];
    const logs: number[] = [];
    const years = 1e6 / YEAR;
    for (let r = 0; r < draws(20_000, 200_000); r++) {
      const price = path({ kind: 'ramp', price: 1, volatility: 1, from: 0, until: 5e5, move: Math.log(0.5) }, r, 2.5e5, 4)[4];
      sample.push(price);
      logs.push(Math.log(price));
    }
    expectMean(sample, 0.5);
    expectLaw(logs, Math.log(0.5) - years / 2, years);
  });
});

/** What a bootstrap must keep of a list of returns. */
function sourceOf(returns: readonly number[], block: number): { readonly mean: number; readonly variance: number } {
  const sums = returns.map((_, i) =>
    Array.from({ length: block }, (__, j) => returns[(i + j) % returns.length]).reduce((a, b) => a + b, 0),
  );
  const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
  return { mean, variance: sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length };
}

describe('block bootstrap', () => {
  const plain = { kind: 'bootstrap', price: 100, returns: BURSTS, period: 60, block: 3, noise: 0 } as const;
  const returnsOf = (r: number, periods: number): number[] => {
    const out = path(plain, r, 60, periods);
    return Array.from({ length: periods }, (_, m) => Math.log(out[m + 1] / out[m]));
  };
  const indexOf = (value: number): number => BURSTS.findIndex((candidate) => Math.abs(candidate - value) < 1e-12);

  test('blocks are consecutive returns of the source, round its end, and begin anywhere', () => {
    const begun = new Set<number>();
    for (let r = 0; r < 100; r++) {
      const found = returnsOf(r, 12).map(indexOf);
      for (let m = 0; m < 12; m++) {
        expect(found[m]).toBeGreaterThanOrEqual(0);
        if (m % 3 === 0) begun.add(found[m] ?? -1);
        else expect(found[m]).toBe(((found[m - 1] ?? 0) + 1) % BURSTS.length);
      }
    }
    expect(begun.size).toBe(BURSTS.length);
  });

  test('a return at any place has the source’s mean and variance; a block, those of its blocks; two blocks are independent', () => {
    const { mean, variance } = sourceOf(BURSTS, 1);
    const drawn = Array.from({ length: draws(10_000, 100_000) }, (_, r) => returnsOf(r, 6));
    for (const place of [0, 2, 5])
      expectLaw(
        drawn.map((returns) => returns[place] ?? 0),
        mean,
        variance,
      );
    const one = sourceOf(BURSTS, 3);
    const sums = Array.from({ length: draws(10_000, 100_000) }, (_, r) => Math.log(path(plain, r, 360, 1)[1] / 100));
    expectLaw(sums, 2 * one.mean, 2 * one.variance);
  });

  test('the price at the ends of bars is the same for every step size, with noise between them', () => {
    const ends = path(plain, 3, 60, 10);
    for (const step of [0.1, 1, 7.5, 120]) {
      const out = path({ ...plain, noise: 1e-3 }, 3, step, 600 / step);
      for (let m = 0; m <= 10; m++) if ((m * 60) % step === 0 || step === 0.1) expect(out[Math.round((m * 60) / step)]).toBe(ends[m]);
    }
    expect(path({ ...plain, noise: 1e-3 }, 3, 1, 30)[30]).not.toBeCloseTo(path(plain, 3, 1, 30)[30], 4);
  });

  test('the range holds whole blocks of the worst there is', () => {
    const { lowest } = priceRange({ ...plain, returns: [-0.1, -0.1, 0.2], block: 2 }, 60 * 4);
    expect(lowest).toBeLessThanOrEqual(100 * Math.exp(-0.4));
  });

  const DATA = process.env['MARGINFALL_DATA'];
  test.skipIf(!DATA)('real one-minute bars keep their variance and the clustering inside an hour', () => {
    const closes = readFileSync(join(DATA ?? '', 'oct10_2025/binance_coinm_BTCUSD_PERP_markprice_1m_2025-10-09_10.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[4]));
    const returns = closes.slice(1).map((close, k) => Math.log(close / closes[k]));
    const hours: number[] = [];
    for (let r = 0; r < draws(4000, 40_000); r++) hours.push(Math.log(path({ ...plain, returns, block: 60 }, r, 3600, 1)[1] / 100));
    const { mean, variance } = sourceOf(returns, 60);
    expectLaw(hours, mean, variance);
  });
});

describe('without an assumed share of the falls', () => {
  const path = { times: [0, 10, 20, 30, 40], prices: [100, 80, 90, 110, 55] };
  test('a fall below the high is that much smaller in the log-price, a new high is left', () => {
    const { times, prices } = withoutEndogenous(path, 0.25);
    // The old high of 100 is passed between 90 and 110.
    const crossing = 20 + (10 * Math.log(100 / 90)) / Math.log(110 / 90);
    expect(times).toEqual([0, 10, 20, crossing, 30, 40]);
    [100, 100 * 0.8 ** 0.75, 100 * 0.9 ** 0.75, 100, 110, 110 * 0.5 ** 0.75].forEach((price, i) => expect(prices[i]).toBeCloseTo(price, 9));
  });
  test('0 changes nothing, 1 leaves the highs alone', () => {
    expect(withoutEndogenous(path, 0)).toBe(path);
    withoutEndogenous(path, 1).prices.forEach((price, i) => expect(price).toBeCloseTo([100, 100, 100, 100, 110, 110][i] ?? 0, 9));
  });
  test('how finely a path is cut does not matter', () => {
    const fine: { readonly times: number[]; readonly prices: number[] } = { times: [], prices: [] };
    path.times.forEach((time, i) => {
      for (let j = 0; j < (i === 4 ? 1 : 8); j++) {
        fine.times.push(time + j * 1.25);
        fine.prices.push(path.prices[i] * (path.prices[i + 1] / path.prices[i]) ** (j / 8));
      }
    });
    const whole = withoutEndogenous(path, 0.4);
    const cut = withoutEndogenous(fine, 0.4);
    for (const [i, time] of whole.times.entries()) {
      const same = cut.times.findIndex((candidate) => Math.abs(candidate - time) < 1e-9);
      expect(cut.prices[same]).toBeCloseTo(whole.prices[i], 9);
    }
  });
});
