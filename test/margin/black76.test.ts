import fc from 'fast-check';
import jstat from 'jstat';
import { describe, expect, test } from 'vitest';
import { black76, greeks } from '../../src/margin/black76.ts';
import type { OptionTerms } from '../../src/margin/black76.ts';

const terms = (call: boolean, forward: number, strike: number, volatility: number, years: number, rate: number): OptionTerms => ({
  call,
  forward,
  strike,
  volatility,
  years,
  rate,
});
const price = (t: OptionTerms): number =>
  black76(t.call, t.forward, t.strike, t.volatility * Math.sqrt(t.years), Math.exp(-t.rate * t.years));

// Values by 40-digit arithmetic (mpmath): price, delta, gamma, vega, theta.
const EXACT = [
  [terms(true, 100, 100, 0.2, 1, 0.05), 7.577082146427273, 0.5135001229824934, 0.018879647164532512, 37.75929432906503, -3.397075325585139],
  [
    terms(false, 100, 100, 0.2, 1, 0.05),
    7.577082146427273,
    -0.43772930151822065,
    0.018879647164532512,
    37.75929432906503,
    -3.397075325585139,
  ],
  [
    terms(true, 1500.833279310994, 1900, 1.1799938322791133, 500400 / 31536000, 0),
    6.0082618354266835,
    0.06523000879487793,
    0.000569930629566951,
    24.03683771795353,
    -893.7506670179465,
  ],
  [
    terms(false, 95776.67392708939, 100000, 0.453803924321583, 794852 / 31536000, 0.15),
    5393.807706334493,
    -0.710562682009262,
    4.915772035730692e-5,
    5157.736468937219,
    -45622.96570106594,
  ],
  [
    terms(true, 100, 300, 0.2, 0.1, 0),
    4.314971373589081e-68,
    1.1950566211521568e-67,
    3.287110834310737e-67,
    6.574221668621476e-65,
    -6.574221668621476e-65,
  ],
  [
    terms(false, 100, 40, 0.3, 0.25, 0.01),
    7.394803707498261e-10,
    -3.1248817169259143e-10,
    1.3203245067626372e-10,
    9.902433800719779e-8,
    -5.940720800061118e-8,
  ],
  [
    terms(true, 50, 49.5, 3.5, 2, 0.02),
    47.402396610428376,
    0.9544228896893953,
    7.207341348033485e-5,
    1.2612847359058599,
    -0.1555762117090597,
  ],
] as const;

describe('prices and greeks', () => {
  test.each(EXACT)('%o is that of 40-digit arithmetic', (t, ...wanted) => {
    const { price: p, delta, gamma, vega, theta } = greeks(t);
    // Far from the money the density's relative error grows with the square of the distance in deviations, and the price is a difference.
    const distance = Math.log(t.forward / t.strike) / (t.volatility * Math.sqrt(t.years));
    const tolerance = 1e-15 * (10 + distance * distance) * (1 + (t.forward * Math.abs(wanted[1])) / wanted[0]);
    [p, delta, gamma, vega, theta].forEach((found, i) => expect(Math.abs(found / wanted[i] - 1)).toBeLessThan(tolerance));
    expect(price(t)).toBeCloseTo(p, 12);
  });

  test('published: Haug, Complete Guide, 1.7011 for both at the money; Hull, a put on a crude oil future, 1.12', () => {
    expect(greeks(terms(true, 19, 19, 0.28, 0.75, 0.1)).price).toBeCloseTo(1.7011, 4);
    expect(greeks(terms(false, 19, 19, 0.28, 0.75, 0.1)).price).toBeCloseTo(1.7011, 4);
    expect(greeks(terms(false, 20, 20, 0.25, 4 / 12, 0.09)).price).toBeCloseTo(1.12, 2);
  });
});

const any = fc.record({
  call: fc.boolean(),
  forward: fc.double({ min: 1, max: 1e5, noNaN: true }),
  strike: fc.double({ min: 1, max: 1e5, noNaN: true }),
  volatility: fc.double({ min: 0.01, max: 5, noNaN: true }),
  years: fc.double({ min: 1e-6, max: 5, noNaN: true }),
  rate: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
});

describe('always', () => {
  test('call − put = discount × (forward − strike), to the last digits', () =>
    fc.assert(
      fc.property(any, (t) => {
        const discount = Math.exp(-t.rate * t.years);
        const gap = price({ ...t, call: true }) - price({ ...t, call: false }) - discount * (t.forward - t.strike);
        expect(Math.abs(gap)).toBeLessThan(1e-14 * discount * Math.max(t.forward, t.strike));
      }),
    ));

  test('agrees with the normal distribution of jstat', () =>
    fc.assert(
      fc.property(any, (t) => {
        const deviation = t.volatility * Math.sqrt(t.years);
        const d1 = Math.log(t.forward / t.strike) / deviation + deviation / 2;
        const [n1, n2] = [d1, d1 - deviation].map((d) => jstat.jStat.normal.cdf(t.call ? d : -d, 0, 1));
        const wanted = Math.exp(-t.rate * t.years) * (t.call ? t.forward * n1 - t.strike * n2 : t.strike * n2 - t.forward * n1);
        expect(Math.abs(price(t) - wanted)).toBeLessThan(1e-12 * Math.max(t.forward, t.strike) * Math.exp(Math.abs(t.rate) * t.years));
      }),
    ));

  test('|delta| ≤ discount, and between what exercise pays and the whole of forward or strike', () =>
    fc.assert(
      fc.property(any, (t) => {
        const discount = Math.exp(-t.rate * t.years);
        const { price: p, delta, gamma, vega } = greeks(t);
        expect(Math.abs(delta)).toBeLessThanOrEqual(discount * (1 + 1e-15));
        expect(t.call ? delta : -delta).toBeGreaterThanOrEqual(0);
        expect(gamma).toBeGreaterThanOrEqual(0);
        expect(vega).toBeGreaterThanOrEqual(0);
        const exercised = discount * Math.max(0, t.call ? t.forward - t.strike : t.strike - t.forward);
        const slack = 1e-14 * discount * Math.max(t.forward, t.strike);
        expect(p).toBeGreaterThanOrEqual(exercised - slack);
        expect(p).toBeLessThanOrEqual(discount * (t.call ? t.forward : t.strike) + slack);
      }),
    ));

  test('rises with volatility, and a call with the forward', () =>
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (t, more) => {
        const slack = 1e-13 * Math.max(t.forward, t.strike) * Math.exp(Math.abs(t.rate) * t.years);
        expect(price({ ...t, volatility: t.volatility + more })).toBeGreaterThanOrEqual(price(t) - slack);
        expect(price({ ...t, call: true, forward: t.forward * (1 + more) })).toBeGreaterThanOrEqual(price({ ...t, call: true }) - slack);
      }),
    ));

  test('greeks are the slopes of the price', () => {
    const t = terms(true, 1500, 1600, 0.8, 0.1, 0.05);
    const slope = (up: Partial<OptionTerms>, down: Partial<OptionTerms>, width: number): number =>
      (greeks({ ...t, ...up }).price - greeks({ ...t, ...down }).price) / width;
    const found = greeks(t);
    expect(slope({ forward: 1500.01 }, { forward: 1499.99 }, 0.02)).toBeCloseTo(found.delta, 7);
    expect(slope({ volatility: 0.80001 }, { volatility: 0.79999 }, 0.00002)).toBeCloseTo(found.vega, 4);
    expect(slope({ years: 0.09999 }, { years: 0.10001 }, 0.00002)).toBeCloseTo(found.theta, 2);
    expect((greeks({ ...t, forward: 1500.01 }).delta - greeks({ ...t, forward: 1499.99 }).delta) / 0.02).toBeCloseTo(found.gamma, 8);
  });
});

describe('limits', () => {
  test('at expiry, and without volatility, what exercise pays', () => {
    expect(black76(true, 110, 100, 0, 1)).toBe(10);
    expect(black76(false, 110, 100, 0, 1)).toBe(0);
    expect(black76(false, 90, 100, 0, 0.5)).toBe(5);
    expect(greeks(terms(true, 110, 100, 0.5, 0, 0.1))).toEqual({ price: 10, delta: 1, gamma: 0, vega: 0, theta: 1 });
    expect(greeks(terms(false, 100, 100, 0.5, 0, 0)).delta).toBe(-0.5);
  });

  test('with endless volatility the forward or the strike', () => {
    expect(black76(true, 110, 100, Infinity, 1)).toBe(110);
    expect(black76(false, 110, 100, Infinity, 1)).toBe(100);
    expect(black76(true, 110, 100, 60, 1)).toBeCloseTo(110, 9);
  });

  test('a strike or a forward of 0', () => {
    expect(black76(true, 110, 0, 0.3, 1)).toBe(110);
    expect(black76(false, 110, 0, 0.3, 1)).toBe(0);
    expect(black76(true, 0, 100, 0.3, 1)).toBe(0);
    expect(black76(false, 0, 100, 0.3, 1)).toBe(100);
    expect(black76(true, 0, 0, 0.3, 1)).toBe(0);
  });
});

test('refuses an option past expiry and terms without a meaning, by name', () => {
  expect(() => greeks(terms(true, 100, 100, 0.2, -0.1, 0))).toThrow('found -0.1 years to expiry, which is past; want 0 or more');
  expect(() => greeks(terms(true, NaN, 100, 0.2, 1, 0))).toThrow('option: found forward NaN, want a number ≥ 0');
  expect(() => greeks(terms(true, 100, -1, 0.2, 1, 0))).toThrow('option: found strike -1, want a number ≥ 0');
  expect(() => greeks(terms(true, 100, 100, Infinity, 1, 0))).toThrow('option: found volatility Infinity, want a number ≥ 0');
  expect(() => greeks(terms(true, 100, 100, 0.2, 1, NaN))).toThrow('option: found rate NaN, want a number');
});
