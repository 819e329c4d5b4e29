import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkDynamicOptions,
  DynamicRate,
  ewmaVariance,
  filteredQuantile,
  liquidityFactor,
  lossOfMove,
  openInterestFactor,
  overHorizon,
} from '../../src/margin/dynamic.ts';
import type { DynamicOptions } from '../../src/margin/dynamic.ts';

const plain: DynamicOptions = {
  volatility: { lambda: 0.94, variance: 1e-4, horizon: 1, loss: { kind: 'normal', deviations: 3 } },
  openInterest: null,
  liquidity: null,
  concentration: [{ from: 0, multiple: 1 }],
  floor: 0,
  buffer: 0,
  stressed: { rate: 0, weight: 0 },
  cap: 0.9,
};
const rate = (options: Partial<DynamicOptions>, returns: readonly number[] = [], openInterest = 0, depth = Infinity): number => {
  const dynamic = new DynamicRate({ ...plain, ...options });
  for (const one of returns) dynamic.see(one);
  return dynamic.charge(openInterest, depth);
};
const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('volatility', () => {
  test('one step of the average, and its fixed point: returns of one size', () => {
    expect(ewmaVariance(1e-4, 0.94, 0.05)).toBeCloseTo(0.94 * 1e-4 + 0.06 * 25e-4, 15);
    let variance = 1e-4;
    for (let i = 0; i < 2000; i++) variance = ewmaVariance(variance, 0.94, i % 2 === 0 ? 0.03 : -0.03);
    expect(Math.sqrt(variance)).toBeCloseTo(0.03, 12);
  });

  test('after a shock it falls by half in log ½ / log λ steps', () => {
    const dynamic = new DynamicRate({ ...plain, volatility: { ...plain.volatility, variance: 0, lambda: 0.5 ** (1 / 10) } });
    dynamic.see(0.1);
    const after = dynamic.volatility ** 2;
    for (let i = 0; i < 10; i++) dynamic.see(0);
    expect(dynamic.volatility ** 2 / after).toBeCloseTo(0.5, 12);
  });

  test('the loss of a log move: a short loses more on the way up than a long on the way down', () => {
    expect(lossOfMove(Math.log(1.1))).toBeCloseTo(0.1, 15);
    expect(lossOfMove(Math.log(0.9))).toBeCloseTo(0.1, 15);
    expect(lossOfMove(0.3)).toBeGreaterThan(lossOfMove(-0.3));
    expect(overHorizon(0.04, 9)).toBeCloseTo(0.12, 15);
  });
});

describe('filtered history', () => {
  test('the quantile is the nearest rank of magnitudes', () => {
    const z = Float64Array.of(-5, 1, 2, -3, 4, 0.5, 0.2, 0.1, -0.3, 0.4);
    expect(filteredQuantile(z, 1)).toBe(5);
    expect(filteredQuantile(z, 0.9)).toBe(4);
    expect(filteredQuantile(z, 0.5)).toBe(0.5);
    expect(filteredQuantile(z, 0.01)).toBe(0.1);
    expect(() => filteredQuantile(new Float64Array(0), 0.9)).toThrow('found 0 returns');
  });

  test('returns of one size: the residual is 1 in the end, and the loss is that return', () => {
    const loss = { kind: 'filtered', window: 50, confidence: 0.99 } as const;
    const dynamic = new DynamicRate({ ...plain, volatility: { ...plain.volatility, loss } });
    for (let i = 0; i < 1000; i++) dynamic.see(i % 2 === 0 ? 0.02 : -0.02);
    expect(dynamic.loss()).toBeCloseTo(lossOfMove(0.02), 9);
  });

  test('forgets what has left its window', () => {
    const loss = { kind: 'filtered', window: 5, confidence: 1 } as const;
    const dynamic = new DynamicRate({ ...plain, volatility: { ...plain.volatility, lambda: 0.999999, loss } });
    dynamic.see(0.1);
    for (let i = 0; i < 4; i++) dynamic.see(0.01);
    expect(dynamic.loss()).toBeCloseTo(lossOfMove(0.1), 4);
    dynamic.see(0.01);
    expect(dynamic.loss()).toBeCloseTo(lossOfMove(0.01), 4);
  });

  test('has no loss before the first return', () => {
    expect(rate({ volatility: { ...plain.volatility, loss: { kind: 'filtered', window: 5, confidence: 1 } } })).toBe(0);
  });
});

describe('scales', () => {
  test('open interest above what is free, depth below its reference', () => {
    expect(openInterestFactor({ free: 100, slope: 0.5 }, 80)).toBe(1);
    expect(openInterestFactor({ free: 100, slope: 0.5 }, 300)).toBe(2);
    expect(liquidityFactor({ reference: 100, power: 0.5 }, 400)).toBe(1);
    expect(liquidityFactor({ reference: 100, power: 0.5 }, 25)).toBeCloseTo(2, 15);
    expect(liquidityFactor({ reference: 100, power: 0.5 }, 0)).toBe(Infinity);
    const calm = rate({});
    expect(rate({ openInterest: { free: 100, slope: 0.5 }, liquidity: { reference: 100, power: 0.5 } }, [], 300, 25)).toBeCloseTo(
      4 * calm,
      12,
    );
    expect(rate({ liquidity: { reference: 100, power: 1 } }, [], 0, 0)).toBe(plain.cap);
  });

  test('classes of concentration: an account pays its class, never above the cap', () => {
    const concentration = [
      { from: 0, multiple: 1 },
      { from: 0.01, multiple: 1.5 },
      { from: 0.1, multiple: 100 },
    ];
    const dynamic = new DynamicRate({ ...plain, concentration });
    expect([0, 0.005, 0.01, 0.05, 0.1, 1].map((share) => dynamic.classOf(share))).toEqual([0, 0, 1, 1, 2, 2]);
    const base = dynamic.charge(0, Infinity);
    expect(dynamic.rateOfClass(1, base)).toBe(1.5 * base);
    expect(dynamic.rateOfClass(2, base)).toBe(plain.cap);
  });
});

describe('against procyclicality', () => {
  test('never below the floor, never above the cap', () =>
    fc.assert(
      fc.property(returns, (path) => {
        const charged = rate({ floor: 0.02, buffer: 0.25, stressed: { rate: 0.2, weight: 0.25 } }, path);
        expect(charged).toBeGreaterThanOrEqual(0.02);
        expect(charged).toBeLessThanOrEqual(plain.cap);
      }),
    ));

  test('a buffer makes the largest one-step rise no larger than without it by more than its own share', () =>
    fc.assert(
      fc.property(returns, (path) => {
        const bare = new DynamicRate(plain);
        const buffered = new DynamicRate({ ...plain, buffer: 0.25 });
        for (const one of path) {
          bare.see(one);
          buffered.see(one);
          const without = bare.charge(0, Infinity);
          const charged = buffered.charge(0, Infinity);
          expect(charged).toBeGreaterThanOrEqual(without * (1 - 1e-12));
          expect(charged).toBeLessThanOrEqual(Math.min(plain.cap, without * 1.25 * (1 + 1e-12)));
        }
      }),
    ));

  test('while the buffer lasts a rise of volatility does not raise the charge', () => {
    const dynamic = new DynamicRate({ ...plain, buffer: 0.25 });
    const before = dynamic.charge(0, Infinity);
    dynamic.see(0.02);
    expect(dynamic.loss()).toBeGreaterThan(before / 1.25);
    expect(dynamic.charge(0, Infinity)).toBeCloseTo(before, 15);
    dynamic.see(0.1);
    expect(dynamic.charge(0, Infinity)).toBeGreaterThan(before);
  });

  test('a stressed rate has its weight', () => {
    const calm = rate({});
    expect(rate({ stressed: { rate: 0.3, weight: 0.25 } })).toBeCloseTo(0.75 * calm + 0.25 * 0.3, 15);
  });
});

test('the memory is the whole state', () => {
  const options: DynamicOptions = {
    ...plain,
    buffer: 0.25,
    volatility: { ...plain.volatility, loss: { kind: 'filtered', window: 8, confidence: 0.9 } },
  };
  const one = new DynamicRate(options);
  for (const r of [0.01, -0.02, 0.05]) {
    one.see(r);
    one.charge(0, Infinity);
  }
  const other = new DynamicRate(options);
  other.memory.set(one.memory);
  for (const r of [0.03, -0.01, 0.02, 0.04, -0.06, 0.01, 0.02]) {
    one.see(r);
    other.see(r);
    expect(other.charge(0, Infinity)).toBe(one.charge(0, Infinity));
  }
  one.reset();
  expect(one.memory).toEqual(new DynamicRate(options).memory);
});

test.each([
  [{ volatility: { ...plain.volatility, lambda: 1 } }, 'dynamic margin, lambda: found 1, want more than 0, less than 1'],
  [{ volatility: { ...plain.volatility, horizon: 0 } }, 'dynamic margin, horizon: found 0'],
  [{ volatility: { ...plain.volatility, loss: { kind: 'filtered', window: 2.5, confidence: 0.9 } } }, 'dynamic margin, window: found 2.5'],
  [{ cap: 1 }, 'dynamic margin, cap: found 1, want more than 0, less than 1'],
  [{ floor: 0.95 }, 'dynamic margin, floor: found 0.95, want 0 to the cap, 0.9'],
  [{ concentration: [] }, 'dynamic margin, concentration: found undefined, want a first class from 0'],
  [{ stressed: { rate: 0.1, weight: 2 } }, 'dynamic margin, stressed.weight: found 2, want 0 to 1, rate ≥ 0'],
  [{ liquidity: { reference: 0, power: 1 } }, 'dynamic margin, liquidity.reference: found 0'],
] as const)('refuses %o', (change, message) =>
  expect(() => checkDynamicOptions({ ...plain, ...change } as DynamicOptions)).toThrow(message),
);
