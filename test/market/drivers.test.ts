import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillDriver, YEAR } from '../../src/market/drivers.ts';
import type { DriverOptions } from '../../src/market/drivers.ts';
import { derive, root } from '../../src/core/random.ts';

const LONG_RUN = process.env['MARGINFALL_LONG'] === '1';
const DATA = process.env['MARGINFALL_DATA'];
const SEED = root('test', 'driver');

function path(options: DriverOptions, replicate: number, step: number, steps: number): Float64Array {
  const out = new Float64Array(steps + 1);
  fillDriver(options, derive(SEED, replicate), step, steps, out);
  return out;
}

/** Mean of a sample, its standard error, and its variance. */
function moments(sample: readonly number[]): { mean: number; error: number; variance: number } {
  const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
  const variance = sample.reduce((a, b) => a + (b - mean) ** 2, 0) / (sample.length - 1);
  return { mean, error: Math.sqrt(variance / sample.length), variance };
}

/** A normal sample's variance lies within 4.5 standard errors of its own. */
function expectVariance(sample: readonly number[], expected: number): void {
  expect(Math.abs(moments(sample).variance / expected - 1)).toBeLessThan(4.5 * Math.sqrt(2 / sample.length));
}

test('constant', () => {
  expect([...path({ kind: 'constant', price: 116982.5 }, 0, 1, 3)]).toEqual([116982.5, 116982.5, 116982.5, 116982.5]);
});

describe('geometric Brownian motion', () => {
  const gbm = { kind: 'gbm', price: 50_000, drift: 0.3, volatility: 0.8 } as const;

  test('log moves have mean (drift − volatility²/2) t and variance volatility² t, the expected price grows with the drift', () => {
    const n = LONG_RUN ? 200_000 : 20_000;
    const logs: number[] = [];
    const prices: number[] = [];
    for (let r = 0; r < n; r++) {
      const out = path(gbm, r, 86_400 * 30, 3);
      logs.push(Math.log(out[3] / out[0]));
      prices.push(out[3] / out[0]);
    }
    const years = (90 * 86_400) / YEAR;
    const { mean, error } = moments(logs);
    expect(Math.abs(mean - (0.3 - 0.32) * years)).toBeLessThan(4.5 * error);
    expectVariance(logs, 0.64 * years);
    const grown = moments(prices);
    expect(Math.abs(grown.mean - Math.exp(0.3 * years))).toBeLessThan(4.5 * grown.error);
  });

  test('steps are independent', () => {
    const products: number[] = [];
    for (let r = 0; r < 5000; r++) {
      const out = path(gbm, r, 60, 2);
      products.push(Math.log(out[1] / out[0]) * Math.log(out[2] / out[1]));
    }
    const { mean, error } = moments(products);
    expect(Math.abs(mean)).toBeLessThan(4.5 * error);
  });

  test('same root, same bytes; a longer run begins with a shorter one; another replicate differs', () => {
    const long = path(gbm, 5, 1, 1000);
    expect(path(gbm, 5, 1, 1000)).toEqual(long);
    expect(path(gbm, 5, 1, 300)).toEqual(long.subarray(0, 301));
    expect(path(gbm, 6, 1, 1)[1]).not.toBe(long[1]);
  });

  const targets = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
    id: string;
    parameters: any;
    expected: any;
  }[];
  test.each(targets.filter(({ id }) => id.startsWith('DRV-GBM-HIT-')))('$id: a long is liquidated before T', ({ parameters, expected }) => {
    const { L, m, sigma_annual, days } = parameters;
    const steps = days * 1440;
    const n = Math.round((LONG_RUN ? 1e8 : 8e6) / steps);
    const liquidation = (1 - 1 / L) / (1 - m);
    const out = new Float64Array(steps + 1);
    let hits = 0;
    for (let r = 0; r < n; r++) {
      fillDriver({ kind: 'gbm', price: 1, drift: 0, volatility: sigma_annual }, derive(SEED, r), 60, steps, out);
      let k = 1;
      while (k <= steps && out[k] > liquidation) k++;
      if (k <= steps) hits++;
    }
    const p = expected.one_minute;
    expect(Math.abs(hits / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n) + 0.002);
  });
});

describe('waypoints', () => {
  test('log-linear without noise, exact at the points, flat after the last', () => {
    const out = path({ kind: 'waypoints', times: [0, 4, 6], prices: [100, 1600, 400], noise: 0 }, 0, 1, 8);
    [100, 200, 400, 800, 1600, 800, 400, 400, 400].forEach((price, k) => expect(out[k]).toBeCloseTo(price, 9));
    expect([out[0], out[4], out[6], out[8]]).toEqual([100, 1600, 400, 400]);
  });

  test('points between steps, several in one step, and one alone', () => {
    const out = path({ kind: 'waypoints', times: [0, 0.5, 0.75, 2.5], prices: [100, 300, 50, 50 * 2 ** 7], noise: 0 }, 0, 1, 4);
    expect(out[1]).toBeCloseTo(100, 9);
    expect(out[2]).toBeCloseTo(1600, 8);
    expect(out[3]).toBe(6400);
    expect([...path({ kind: 'waypoints', times: [0], prices: [70], noise: 1 }, 0, 1, 2)]).toEqual([70, 70, 70]);
  });

  test('the bridge is pinned at the points for any step size, also one that is no binary fraction', () => {
    const options = { kind: 'waypoints', times: [0, 0.7, 2.1, 3.3], prices: [100, 101, 99, 103], noise: 0.01 } as const;
    for (let r = 0; r < 50; r++) {
      const out = path(options, r, 0.1, 40);
      expect([out[0], out[7], out[21], out[33], out[40]]).toEqual([100, 101, 99, 103, 103]);
      expect(out[3]).not.toBeCloseTo(100.428, 6);
    }
  });

  const bridge = { kind: 'waypoints', times: [0, 100], prices: [100, 100], noise: 0.001 } as const;

  test.each([25, 5, 1, 2.5])('variances and covariance of the bridge are those of its law with steps of %d s', (step) => {
    const n = LONG_RUN ? 40_000 : 4000;
    const at = (seconds: number): number => Math.round(seconds / step);
    const early: number[] = [];
    const middle: number[] = [];
    const difference: number[] = [];
    for (let r = 0; r < n; r++) {
      const out = path(bridge, r, step, at(100));
      early.push(Math.log(out[at(25)] / 100));
      middle.push(Math.log(out[at(50)] / 100));
      difference.push(Math.log(out[at(75)] / out[at(25)]));
    }
    expectVariance(early, 1e-6 * 18.75);
    expectVariance(middle, 1e-6 * 25);
    expectVariance(difference, 1e-6 * 25);
    const { mean, error } = moments(middle);
    expect(Math.abs(mean)).toBeLessThan(4.5 * error);
  });

  test('a stretch that begins and ends between steps has the variance of its own length', () => {
    const options = { kind: 'waypoints', times: [0, 10.5, 33.3, 50], prices: [100, 100, 100, 100], noise: 0.001 } as const;
    for (const step of [1, 0.1]) {
      const sample: number[] = [];
      for (let r = 0; r < 4000; r++) sample.push(Math.log(path(options, r, step, 20 / step)[20 / step] / 100));
      expectVariance(sample, (1e-6 * (9.5 * 13.3)) / 22.8);
    }
  });

  describe('with an amplitude', () => {
    const bounded = { ...bridge, times: [0, 2000], amplitude: 0.003 } as const;
    /** Undoes the bound: the departure of the pulled-back bridge itself. */
    const free = (log: number): number => log / Math.sqrt(1 - (log / 0.003) ** 2);

    test.each([500, 2])('settles at a third of it on a long stretch, steps of %d s', (step) => {
      const sample: number[] = [];
      for (let r = 0; r < (LONG_RUN ? 10_000 : 1000); r++)
        sample.push(free(Math.log(path(bounded, r, step, 1000 / step)[1000 / step] / 100)));
      expectVariance(sample, 0.001 ** 2);
    });

    test('remembers with the time constant 2 × (amplitude/3)² / noise² = 2 s', () => {
      const products: number[] = [];
      for (let r = 0; r < 5000; r++) {
        const out = path(bounded, r, 3, 101);
        products.push((free(Math.log(out[100] / 100)) * free(Math.log(out[101] / 100))) / 0.001 ** 2);
      }
      const { mean, error } = moments(products);
      expect(Math.abs(mean - Math.exp(-3 / 2))).toBeLessThan(4.5 * error);
    });

    test('is a Brownian bridge on stretches far shorter than that, and never passes the amplitude', () => {
      const short: number[] = [];
      for (let r = 0; r < 4000; r++) short.push(free(Math.log(path({ ...bounded, times: [0, 0.02] }, r, 0.01, 2)[1] / 100)));
      expectVariance(short, 1e-6 * 0.005);
      const wild = path({ ...bounded, noise: 1 }, 1, 1, 2000);
      expect(wild.every((price) => Math.abs(Math.log(price / 100)) <= 0.003 + 1e-15)).toBe(true);
    });
  });

  test('points that cannot be are refused with their place', () => {
    const waypoints =
      (times: number[], prices: number[]): (() => Float64Array) =>
      () =>
        path({ kind: 'waypoints', times, prices, noise: 0 }, 0, 1, 1);
    expect(waypoints([], [])).toThrow('waypoints: found 0 times and 0 prices');
    expect(waypoints([1], [1])).toThrow('waypoint 0: found a time of 1 s, want 0');
    expect(waypoints([0, 5, 5], [1, 1, 1])).toThrow('waypoint 2: found a time of 5 s, want more than 5');
    expect(waypoints([0, 5], [1, 0])).toThrow('waypoint 1: found a price of 0');
    expect(() => fillDriver({ kind: 'constant', price: 1 }, SEED, 1, 9, new Float64Array(9))).toThrow(
      'driver: found room for 9 prices, want 10',
    );
  });
});

/** One dated crash of the reference facts. */
interface Crash {
  readonly id: string;
  readonly start: string;
  readonly waypoints: readonly (readonly [clock: string, price: number])[];
}

const CRASHES = JSON.parse(readFileSync(new URL('../../reference/events.json', import.meta.url), 'utf8')) as Crash[];

function clock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

/** The crash's path as its preset runs it. */
function crash(id: string, noise: number): { readonly start: number; readonly options: DriverOptions & { kind: 'waypoints' } } {
  const found = CRASHES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no event ${id}`);
  const first = clock(found.start.slice(11, 19));
  const times = found.waypoints.map(([text]) => (clock(text) - first + 86_400) % 86_400);
  return {
    start: Date.parse(found.start) / 1000,
    options: { kind: 'waypoints', times, prices: found.waypoints.map(([, price]) => price), noise, amplitude: 0.002 },
  };
}

/** Bars `ts,open,high,low,close…` by their opening second. */
function bars(file: string): Map<number, { readonly high: number; readonly low: number }> {
  const lines = readFileSync(join(DATA ?? '', file), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return new Map(
    lines.map((line) => {
      const [ts, , high, low] = line.split(',').map(Number);
      return [ts / 1000, { high, low }];
    }),
  );
}

describe('dated crashes stay where the published bars say prices were', () => {
  test.skipIf(!DATA)('2025-10-10: inside every one-minute bar widened by 0.3 %, at every second, for every seed', () => {
    const minutes = bars('oct10_2025/binance_coinm_BTCUSD_PERP_markprice_1m_2025-10-09_10.csv');
    // 2 basis points √second, twice that, and none
    for (const [noise, seeds] of [
      [2e-4, LONG_RUN ? 2000 : 200],
      [4e-4, 50],
      [0, 1],
    ] as const) {
      const { start, options } = crash('2025-10-10', noise);
      const outside = new Set<string>();
      for (let r = 0; r < seeds; r++) {
        const out = path(options, r, 1, 7200);
        for (let k = 0; k <= 7200; k++) {
          const minute = start + k - (k % 60);
          const bar = minutes.get(minute);
          if (bar === undefined) throw new Error(`no bar at ${minute}`);
          if (out[k] < bar.low * 0.997 || out[k] > bar.high * 1.003) outside.add(new Date(minute * 1000).toISOString().slice(11, 16));
        }
      }
      expect([...outside]).toEqual([]);
    }
  });

  test.skipIf(!DATA).each([
    ['2020-03-12', 'events/2020-03-12_black_thursday__binance_spot_BTCUSDT_1h.csv', 3600],
    ['2020-03-13', 'events/2020-03-12_black_thursday__binance_spot_BTCUSDT_1h.csv', 3600],
    ['2021-05-19', 'events/2021-05-19_china_crash__binance_spot_BTCUSDT_5m.csv', 300],
  ] as const)('%s: inside every bar of %s widened by 0.3 %% (bars of %d s)', (id, file, width) => {
    const frames = bars(file);
    const { start, options } = crash(id, 2e-4);
    const steps = options.times.at(-1) ?? 0;
    const outside = new Set<string>();
    for (let r = 0; r < 20; r++) {
      const out = path(options, r, 1, steps);
      for (let k = 0; k < steps; k++) {
        const frame = start + k - (k % width);
        const bar = frames.get(frame);
        if (bar === undefined) throw new Error(`no bar at ${frame}`);
        if (out[k] < bar.low * 0.997 || out[k] > bar.high * 1.003) outside.add(new Date(frame * 1000).toISOString().slice(0, 16));
      }
    }
    expect([...outside]).toEqual([]);
  });
});
