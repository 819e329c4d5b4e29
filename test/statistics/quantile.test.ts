import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascending, median, quantile, quantileOfSorted } from '../../src/statistics/quantile.ts';

describe('quantile', () => {
  test('interpolates between ranks as R and NumPy do', () => {
    const values = new Float64Array([7, 1, 4, 2]);
    expect([0, 0.05, 0.25, 0.5, 0.75, 1].map((p) => quantile(values, p))).toEqual([1, 1.15, 1.75, 3, 4.75, 7]);
    expect(quantile(values, 0.95)).toBeCloseTo(6.55, 12);
    expect(quantile(new Float64Array([5]), 0.3)).toBe(5);
    expect(median(new Float64Array([3, 1, 2]))).toBe(2);
    expect([...values]).toEqual([7, 1, 4, 2]);
  });

  test('stands infinite values', () => {
    const values = new Float64Array([Infinity, 1, Infinity, -Infinity]);
    expect(quantile(values, 1)).toBe(Infinity);
    expect(quantile(values, 0.9)).toBe(Infinity);
    expect(quantile(values, 0)).toBe(-Infinity);
  });

  test('names what is wrong', () => {
    expect(() => quantile(new Float64Array(0), 0.5)).toThrow('quantile: found no values, want at least one');
    expect(() => quantile(new Float64Array(1), 1.5)).toThrow('quantile: found p = 1.5, want 0 to 1');
    expect(() => quantile(new Float64Array(1), NaN)).toThrow(RangeError);
  });

  test('property: between the extremes, rising in p, equivariant', () => {
    // Doubling is exact but for what is too small for a full mantissa.
    const normal = (x: number): number => (Math.abs(x) < 1e-100 ? 0 : x);
    const sample = fc.float64Array({ minLength: 1, maxLength: 40, min: -1e6, max: 1e6, noNaN: true }).map((values) => values.map(normal));
    const share = fc.double({ min: 0, max: 1, noNaN: true }).map(normal);
    fc.assert(
      fc.property(sample, share, share, (values, p, q) => {
        const sorted = ascending(values);
        const low = quantileOfSorted(sorted, Math.min(p, q));
        const high = quantileOfSorted(sorted, Math.max(p, q));
        expect(low).toBeLessThanOrEqual(high + 1e-9);
        expect(low).toBeGreaterThanOrEqual(sorted[0]);
        expect(high).toBeLessThanOrEqual(sorted[sorted.length - 1]);
        const scaled = quantile(
          values.map((x) => 2 * x),
          p,
        );
        expect(scaled).toBe(2 * quantile(values, p));
      }),
    );
  });
});
