import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { impactCurve } from '../../src/market/curve.ts';
import type { ImpactCurve } from '../../src/market/curve.ts';
import { impactLaw, recentred } from '../../src/market/impact.ts';
import type { ImpactOptions, LawOptions } from '../../src/market/impact.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';

const LAWS: readonly LawOptions[] = [
  { kind: 'linear', slope: 0.002 },
  { kind: 'square-root', coefficient: 0.03, window: Infinity },
  { kind: 'power', coefficient: 0.004, exponent: 0.8 },
  { kind: 'power', coefficient: 0.0001, exponent: 1.7 },
  { kind: 'exponential', depth: 400, decay: 3 },
  { kind: 'exponential', depth: 400, decay: -3 },
  { kind: 'exponential', depth: 400, decay: 0 },
  { kind: 'constant-product', reserve: 900, fee: 0 },
  { kind: 'latent', slope: 5000 },
  { kind: 'table', lots: [10, 40, 41], moves: [0.02, 0.05, 0.08], window: Infinity },
];
const LASTING = { recovery: Infinity, permanent: 0 };
const DECAYING: readonly ImpactOptions[] = [
  { kind: 'obizhaeva-wang', depth: 1000, permanent: 0.3, recovery: 4 },
  { kind: 'obizhaeva-wang', depth: 1000, permanent: 0, recovery: 1 },
  { kind: 'propagator', slope: 0.001, scale: 2, exponent: 0.5, memory: 1e4 },
  { kind: 'propagator', slope: 0.001, scale: 0.1, exponent: 0.2, memory: 1e4 },
];
const label = (options: ImpactOptions | LawOptions): string => JSON.stringify(options);

/** What a schedule pays above the outside price, as a fraction of it × lots. */
function cost(curve: ImpactCurve, trades: readonly (readonly [lots: number, time: number])[]): number {
  return trades.reduce((sum, [lots, time]) => sum + curve.trade(lots, time) * curve.averageFill, 0);
}

describe.each(LAWS.map((options) => [label(options), options] as const))('law %s', (_, options) => {
  const law = impactLaw(options);
  const flows = [-80, -11.5, -1e-3, 1e-6, 2, 37, 90];

  test('rises with flow, has the sign of the flow, and is inverted', () => {
    let before = -Infinity;
    for (const flow of flows) {
      const d = law.displacement(flow);
      expect(d).toBeGreaterThan(before);
      expect(Math.sign(d)).toBe(Math.sign(flow));
      expect(law.flow(d)).toBeCloseTo(flow, 9);
      before = d;
    }
    expect(law.displacement(0)).toBeCloseTo(0, 20);
  });

  test('its integral is the integral of it', () => {
    for (const flow of flows) {
      // Midpoints of t³ spread the steps towards 0, where a concave law is steep.
      let sum = 0;
      const n = 20_000;
      for (let i = 0; i < n; i++) {
        const [a, b] = [(i / n) ** 3 * flow, ((i + 1) / n) ** 3 * flow];
        sum += law.displacement((a + b) / 2) * (b - a);
      }
      expect(Math.abs(law.integral(flow, law.displacement(flow)) / sum - 1)).toBeLessThan(1e-6);
    }
  });

  test('one trade and its pieces lead to the same price for the same money, and back for nothing', () => {
    const whole = impactCurve({ ...options, ...LASTING });
    const pieces = impactCurve({ ...options, ...LASTING });
    const paid = cost(whole, [[-60, 0]]);
    const bits = cost(
      pieces,
      [-10, -5, -25, -20].map((lots, i) => [lots, i]),
    );
    expect(pieces.displacement(9)).toBeCloseTo(whole.displacement(9), 12);
    expect(bits).toBeCloseTo(paid, 9);
    expect(cost(whole, [[60, 1]]) + paid).toBeCloseTo(0, 9);
    expect(whole.displacement(2)).toBeCloseTo(0, 12);
  });

  test('lotsTo leads where it says', () => {
    const curve = impactCurve({ ...options, recovery: 5, permanent: 0.25 });
    curve.trade(-40, 1);
    curve.trade(curve.lotsTo(-0.01, 7), 7);
    expect(curve.displacement(7)).toBeCloseTo(-0.01, 12);
    curve.trade(curve.lotsTo(0.02, 8), 8);
    expect(curve.displacement(8)).toBeCloseTo(0.02, 12);
  });

  test('decays to the permanent share of the peak by the half-life', () => {
    const curve = impactCurve({ ...options, recovery: 10, permanent: 0.4 });
    curve.trade(-50, 0);
    const peak = curve.displacement(0);
    expect(curve.displacement(10)).toBeCloseTo(peak * 0.7, 12);
    expect(curve.displacement(1e6)).toBeCloseTo(peak * 0.4, 12);
    // A trade of nothing on the way changes nothing.
    expect(curve.trade(0, 10)).toBe(0);
    expect(curve.averageFill).toBeCloseTo(peak * 0.7, 12);
    expect(curve.displacement(20)).toBeCloseTo(peak * 0.55, 12);
    curve.trade(0, 20);
    curve.trade(0, 30);
    expect(curve.displacement(30)).toBeCloseTo(peak * 0.475, 12);
  });

  test('the same orders seen from another outside price', () => {
    const moved = recentred({ ...options, ...LASTING }, 0.8);
    const [here, there] = [impactCurve({ ...options, ...LASTING }), impactCurve(moved)];
    if (options.kind === 'constant-product') {
      // The pool, arbitraged: reserve × money stays.
      expect((moved as { reserve: number }).reserve).toBeCloseTo(900 / Math.sqrt(0.8), 12);
      return;
    }
    here.trade(-30, 0);
    there.trade(-30, 0);
    expect(0.8 * there.displacement(0)).toBeCloseTo(here.displacement(0), 12);
    expect(0.8 * there.averageFill).toBeCloseTo(here.averageFill, 12);
  });
});

describe.each(
  [...LAWS.map((law): ImpactOptions => ({ ...law, recovery: 3, permanent: 0.2 })), ...DECAYING].map(
    (options) => [label(options), options] as const,
  ),
)('curve %s', (_, options) => {
  test('sells down to nothing and no further', () => {
    const curve = impactCurve(options);
    expect(curve.trade(-10, 0)).toBe(-10);
    const filled = curve.trade(-1e12, 0);
    expect(curve.price(100, 0)).toBeGreaterThanOrEqual(0);
    if (options.kind === 'constant-product') {
      expect(filled).toBe(-1e12);
    } else {
      expect(filled).toBeGreaterThan(-1e12);
      expect(curve.price(100, 0)).toBeLessThan(1e-9);
      expect(curve.trade(-1, 0)).toBeCloseTo(0, 9);
    }
    expect(curve.averageFill).toBeGreaterThanOrEqual(-1 - 1e-12);
  });

  test('a snapshot goes on with the same bytes, and a reset forgets', () => {
    const [a, b] = [impactCurve(options), impactCurve(options)];
    const orders: [number, number][] = [
      [-10, 1],
      [4, 2.5],
      [-7, 2.5],
      [12, 9],
    ];
    orders.slice(0, 2).forEach(([lots, time]) => a.trade(lots, time));
    a.state().forEach((array, i) => b.state()[i]!.set(array));
    orders.slice(2).forEach(([lots, time]) => {
      a.trade(lots, time);
      b.trade(lots, time);
    });
    expect(b.state()).toEqual(a.state());
    expect(b.displacement(11)).toBe(a.displacement(11));
    a.reset();
    expect(a.displacement(0)).toBe(0);
    expect(a.trade(3, 0)).toBe(3);
  });

  test('time does not go back, and lots are numbers', () => {
    const curve = impactCurve(options);
    curve.trade(-1, 5);
    expect(() => curve.trade(-1, 4)).toThrow(/found time 4 s, want a finite one no earlier than the last trade at 5 s/);
    expect(() => curve.displacement(4)).toThrow(RangeError);
    expect(() => curve.trade(NaN, 6)).toThrow(/found a trade of NaN lots/);
    expect(() => curve.trade(-Infinity, 6)).toThrow(RangeError);
  });
});

describe('books that end', () => {
  test('a thinning book holds depth / decay lots a side', () => {
    const curve = impactCurve({ kind: 'exponential', depth: 400, decay: 3, ...LASTING });
    expect(curve.trade(200, 0)).toBeCloseTo(400 / 3, 9);
    expect(curve.displacement(0)).toBeLessThan(Infinity);
    expect(curve.averageFill).toBeLessThan(curve.displacement(0));
    expect(curve.trade(1, 1)).toBeCloseTo(0, 9);
    // Below, the price is 0 after (depth / decay)(1 − e^−decay).
    const other = impactCurve({ kind: 'exponential', depth: 400, decay: 3, ...LASTING });
    expect(other.trade(-200, 0)).toBeCloseTo((-400 / 3) * (1 - Math.exp(-3)), 9);
  });

  test('a pool is never bought empty', () => {
    const curve = impactCurve({ kind: 'constant-product', reserve: 10, fee: 0, ...LASTING });
    expect(curve.trade(11, 0)).toBeLessThan(10);
    expect(curve.displacement(0)).toBeGreaterThan(1e20);
  });
});

test('a pool keeps its fee apart: of what is sold in lots, of what is bought in money', () => {
  const options = { kind: 'constant-product', reserve: 1000, ...LASTING } as const;
  const [plain, sold] = [impactCurve({ ...options, fee: 0 }), impactCurve({ ...options, fee: 0.01 })];
  plain.trade(-99, 0);
  expect(sold.trade(-100, 0)).toBe(-100);
  expect(sold.displacement(0)).toBeCloseTo(plain.displacement(0), 14);
  expect(100 * (1 + sold.averageFill)).toBeCloseTo(99 * (1 + plain.averageFill), 10);
  plain.reset();
  sold.reset();
  plain.trade(100, 0);
  sold.trade(100, 0);
  expect(sold.displacement(0)).toBe(plain.displacement(0));
  expect(0.99 * (1 + sold.averageFill)).toBeCloseTo(1 + plain.averageFill, 14);
});

test('square root: a metaorder lasts its window, the next one starts where it ended', () => {
  const curve = impactCurve({ kind: 'square-root', coefficient: 0.01, window: 60, ...LASTING });
  curve.trade(-16, 100);
  curve.trade(-9, 160);
  expect(curve.displacement(160)).toBeCloseTo(-0.05, 14);
  expect(curve.lotsTo(-0.06, 161)).toBeCloseTo(-1, 12);
  curve.trade(-4, 161);
  expect(curve.displacement(161)).toBeCloseTo(-0.07, 14);
  expect(curve.averageFill).toBeCloseTo(-0.05 - (2 / 3) * 0.02, 12);
});

describe('Obizhaeva–Wang', () => {
  const depth = 250;
  const permanent = 0.3;
  const recovery = 5;
  const make = () => impactCurve({ kind: 'obizhaeva-wang', depth, permanent, recovery });

  test('N equal trades: the lasting part adds up, the other is a geometric series', () => {
    const curve = make();
    const [v, tau, n] = [2, 1.5, 40];
    const e = 0.5 ** (tau / recovery);
    for (let i = 0; i < n; i++) curve.trade(-v, i * tau);
    const end = (n - 1) * tau;
    const lasting = permanent * n;
    const transient = (1 - permanent) * ((1 - e ** n) / (1 - e));
    expect(curve.displacement(end)).toBeCloseTo((-v / depth) * (lasting + transient), 13);
    expect(curve.displacement(end + recovery)).toBeCloseTo((-v / depth) * (lasting + transient / 2), 13);
  });

  test('the cheapest schedule costs what it must, and any other more', () => {
    const [X, n, tau] = [100, 12, 2];
    const a = 0.5 ** (tau / recovery);
    const weights = Array.from({ length: n }, (_, i) => (i === 0 || i === n - 1 ? 1 : 1 - a));
    const sum = 2 + (n - 2) * (1 - a);
    const schedule = weights.map((w, i): [number, number] => [(X * w) / sum, i * tau]);
    const least = ((X * X) / (2 * depth)) * (permanent + (1 - permanent) * ((1 + a) / sum));
    expect(cost(make(), schedule)).toBeCloseTo(least, 11);
    fc.assert(
      fc.property(fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: n, maxLength: n }), (extra) => {
        const mean = extra.reduce((s, x) => s + x, 0) / n;
        const other = schedule.map(([lots, time], i): [number, number] => [lots + (extra[i]! - mean), time]);
        return cost(make(), other) >= least - 1e-9;
      }),
      { numRuns: LONG ? 5000 : 200, seed: 1 },
    );
  });
});

describe('propagator', () => {
  const [slope, scale, exponent] = [0.002, 0.5, 0.4];
  const kernel = (t: number) => (1 + t / scale) ** -exponent;

  test('adds up what each trade has left', () => {
    const curve = impactCurve({ kind: 'propagator', slope, scale, exponent, memory: 100 });
    curve.trade(10, 0);
    expect(curve.averageFill).toBeCloseTo(slope * 5, 15);
    curve.trade(-4, 2);
    expect(Math.abs(curve.averageFill / (slope * (10 * kernel(2) - 2)) - 1)).toBeLessThan(3e-8);
    curve.trade(-1, 2);
    curve.trade(3, 7);
    // Each part is met within 1e-8 of itself.
    const parts = [10 * kernel(8), -5 * kernel(6), 3 * kernel(1)].map((part) => part * slope);
    const off = curve.displacement(8) - parts.reduce((sum, part) => sum + part, 0);
    expect(Math.abs(off)).toBeLessThan(1e-8 * parts.reduce((sum, part) => sum + Math.abs(part), 0));
  });

  test.each([
    [0.5, 0.4, 1e5],
    [1, 0.05, 1e3],
    [20, 0.95, 10],
    [1e-3, 0.5, 1e6],
  ])('scale %s, exponent %s: the decay is the power within 1e-8 of itself, up to the memory of %s s', (scale, exponent, memory) => {
    const curve = impactCurve({ kind: 'propagator', slope: 1, scale, exponent, memory });
    curve.trade(1, 0);
    expect(curve.displacement(0)).toBeCloseTo(1, 14);
    for (let age = memory; age > memory / 1e9; age /= 1.7) {
      expect(Math.abs(curve.displacement(age) * (1 + age / scale) ** exponent - 1)).toBeLessThan(1e-8);
    }
  });

  test('a constant rate and the relaxation after it, in the limit of small trades', () => {
    const [rate, T] = [5, 10];
    const F = (t: number) => (scale / (1 - exponent)) * ((1 + t / scale) ** (1 - exponent) - 1);
    const at = (n: number, t: number): number => {
      const curve = impactCurve({ kind: 'propagator', slope, scale, exponent, memory: 100 });
      // Trades in the middle of their intervals: the error is of the second order in T/n.
      for (let i = 0; i < n; i++) curve.trade((rate * T) / n, ((i + 0.5) * T) / n);
      return curve.displacement(t);
    };
    const peak = slope * rate * F(T);
    const later = slope * rate * (F(2 * T) - F(T));
    expect(Math.abs(at(400, T) / peak - 1)).toBeLessThan(1e-3);
    expect(Math.abs(at(400, 2 * T) / later - 1)).toBeLessThan(1e-5);
    expect(Math.abs(at(400, 2 * T) - later)).toBeLessThan(Math.abs(at(100, 2 * T) - later) / 14);
  });

  test('exponent 0 is linear impact that stays', () => {
    const [a, b] = [
      impactCurve({ kind: 'propagator', slope, scale, exponent: 0, memory: 100 }),
      impactCurve({ kind: 'linear', slope, ...LASTING }),
    ];
    for (const [i, lots] of [3, -8, 20, 1].entries()) {
      a.trade(lots, i);
      b.trade(lots, i);
      expect(a.displacement(i)).toBeCloseTo(b.displacement(i), 15);
      expect(a.averageFill).toBeCloseTo(b.averageFill, 15);
    }
  });
});

test.each(DECAYING.map((options) => [label(options), options] as const))('%s: no round trip pays', (_, options) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -30, max: 30, noNaN: true }), fc.double({ min: 0.01, max: 5, noNaN: true })), {
        minLength: 1,
        maxLength: 20,
      }),
      (steps) => {
        let time = 0;
        let held = 0;
        const trades = steps.map(([lots, wait]): [number, number] => {
          held += lots;
          return [lots, (time += wait)];
        });
        return cost(impactCurve(options), [...trades, [-held, time + 1]]) >= -1e-9;
      },
    ),
    { numRuns: LONG ? 5000 : 200, seed: 2 },
  );
});

const BAD: readonly [options: object, message: string][] = [
  [{ kind: 'linear', slope: 0 }, 'impact linear: found slope 0, want a finite number above 0'],
  [{ kind: 'linear', slope: NaN }, 'found slope NaN'],
  [{ kind: 'square-root', coefficient: -1, window: 60 }, 'impact square-root: found coefficient -1, want a finite number above 0'],
  [{ kind: 'square-root', coefficient: 1, window: 0 }, 'found window 0, want seconds above 0, or Infinity'],
  [{ kind: 'power', coefficient: 1, exponent: 0 }, 'impact power: found exponent 0'],
  [{ kind: 'power', coefficient: Infinity, exponent: 1 }, 'found coefficient Infinity'],
  [{ kind: 'exponential', depth: -3, decay: 1 }, 'impact exponential: found depth -3'],
  [{ kind: 'exponential', depth: 3, decay: Infinity }, 'found decay Infinity, want a finite number'],
  [{ kind: 'constant-product', reserve: 0, fee: 0 }, 'found reserve 0'],
  [{ kind: 'constant-product', reserve: 5, fee: 1 }, 'found fee 1, want at least 0 and below 1'],
  [{ kind: 'latent', slope: 0 }, 'impact latent: found slope 0'],
  [{ kind: 'linear', slope: 1, recovery: 0 }, 'impact linear: found recovery 0, want seconds above 0, or Infinity'],
  [{ kind: 'linear', slope: 1, permanent: 1.1 }, 'found permanent 1.1, want a share from 0 to 1'],
  [{ kind: 'obizhaeva-wang', depth: 0 }, 'impact obizhaeva-wang: found depth 0'],
  [{ kind: 'obizhaeva-wang', depth: 1, permanent: -0.1 }, 'found permanent -0.1'],
  [{ kind: 'obizhaeva-wang', depth: 1, recovery: NaN }, 'found recovery NaN'],
  [{ kind: 'propagator', slope: 1, scale: 0, exponent: 0.5, memory: 9 }, 'impact propagator: found scale 0'],
  [{ kind: 'propagator', slope: 1, scale: 1, exponent: 1, memory: 9 }, 'found exponent 1, want at least 0 and below 1'],
  [{ kind: 'propagator', slope: 1, scale: 1, exponent: 0.5, memory: 0 }, 'found memory 0, want a finite number above 0'],
  [{ kind: 'table', lots: [], moves: [], window: 9 }, 'impact table: found 0 lots and 0 moves, want as many of each, at least one'],
  [{ kind: 'table', lots: [1, 1], moves: [0, 1], window: 9 }, 'impact table: found lots[1] 1, want a finite number above 1'],
  [{ kind: 'table', lots: [1, 2], moves: [0.2, 0.1], window: 9 }, 'impact table: found moves[1] 0.1, want a finite number from 0.2'],
  [{ kind: 'table', lots: [1], moves: [0.2], window: 0 }, 'found window 0'],
  [
    { kind: 'cubic' },
    'impact: found cubic, want linear, skew, square-root, power, exponential, constant-product, latent, table, obizhaeva-wang or propagator',
  ],
];

test.each(BAD)('%j is refused', (options, message) => {
  const make = () => impactCurve({ ...LASTING, ...options } as ImpactOptions);
  expect(make).toThrow(RangeError);
  expect(make).toThrow(message);
});

test('a ratio of prices is above 0', () => {
  expect(() => recentred({ kind: 'linear', slope: 1, ...LASTING }, 0)).toThrow(/found a price ratio of 0, want above 0/);
});

test('a finite book that is sold out to its last lot still has a price, and no lot more', () => {
  // depth / decay = 6,510 lots, a whole number: the last of them would stand at no price at all.
  const curve = impactCurve({ kind: 'exponential', depth: 390_600, decay: 60, recovery: 60, permanent: 0 });
  curve.trade(-6510, 0, -Infinity);
  expect(Number.isFinite(curve.displacement(0))).toBe(true);
  expect(Number.isFinite(curve.averageFill)).toBe(true);
  expect(curve.lotsTo(-0.99, 0)).toBeGreaterThan(-1);
  expect(Number.isFinite(curve.displacement(100))).toBe(true);
});
