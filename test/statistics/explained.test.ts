import { describe, expect, test } from 'vitest';
import { root, uniform } from '../../src/core/random.ts';
import { normal } from '../../src/core/samplers.ts';
import { explained } from '../../src/statistics/explained.ts';

const from = root('explained', 'test');
const draws = (n: number, stream: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => uniform(from.lo, from.hi, stream, 0, i));
const noise = (n: number, stream: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => normal(from.lo, from.hi, stream, i, 0));

describe('what causes explain', () => {
  test('a quadratic without noise is explained whole: the band is its own 5 % to 95 %', () => {
    const u = Float64Array.from({ length: 201 }, (_, i) => i / 200);
    const { low, high, share } = explained(
      u.map((x) => 3 + 2 * x + x * x),
      [u],
    );
    expect(share).toBeCloseTo(1, 10);
    expect(low).toBeCloseTo(3 + 2 * 0.05 + 0.05 ** 2, 6);
    expect(high).toBeCloseTo(3 + 2 * 0.95 + 0.95 ** 2, 6);
  });

  test('any rising scale of a cause gives the same', () => {
    const u = draws(100, 1);
    const values = noise(100, 2).map((e, i) => u[i]! + 0.3 * e);
    expect(explained(values, [u.map((x) => Math.exp(5 * x))])).toEqual(explained(values, [u]));
  });

  test('with chance on top the band stays that of the cause: chance does not widen it, more runs do not narrow it', () => {
    // Uniform on [0, 1] × 4: the middle 90 % is 3.6 wide, with normal chance of deviation 1.5 the runs spread over about 6.
    for (const n of [64, 400, 4000]) {
      const widths: number[] = [];
      for (let world = 0; world < 40; world++) {
        const u = draws(n, 10 + world);
        const { low, high } = explained(
          noise(n, 100 + world).map((e, i) => 4 * u[i]! + 1.5 * e),
          [u],
        );
        widths.push(high! - low!);
      }
      const mean = widths.reduce((sum, x) => sum + x, 0) / widths.length;
      expect(mean).toBeGreaterThan(3.3);
      expect(mean).toBeLessThan(3.9);
    }
  });

  test('a cause without effect leaves next to nothing', () => {
    let sum = 0;
    for (let world = 0; world < 60; world++) {
      const { low, high } = explained(noise(200, 300 + world), [draws(200, 400 + world)]);
      sum += high! - low!;
    }
    // Normal chance alone spreads over 3.29.
    expect(sum / 60).toBeLessThan(0.25);
  });

  test('two causes, one of them constant, and undefined values', () => {
    const u = Float64Array.from({ length: 300 }, (_, i) => i / 300);
    const values = u.map((x, i) => (i % 10 === 0 ? NaN : 2 * x));
    const { share } = explained(values, [u, new Float64Array(300).fill(7)]);
    // Ranks of what is left are not quite evenly spaced in u.
    expect(share).toBeGreaterThan(0.9999);
  });

  test('too few values, no cause, equal values', () => {
    const nothing = { low: null, high: null, share: null };
    expect(explained(draws(17, 6), [draws(17, 7)])).toEqual(nothing);
    expect(explained(draws(100, 6), [])).toEqual(nothing);
    expect(explained(new Float64Array(50).fill(2), [draws(50, 7)])).toEqual({ low: 2, high: 2, share: 0 });
    expect(() => explained(draws(20, 6), [draws(19, 7)])).toThrow('found 19 draws for 20 values');
  });
});
