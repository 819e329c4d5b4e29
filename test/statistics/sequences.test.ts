import { describe, expect, test } from 'vitest';
import { root, uniform } from '../../src/core/random.ts';
import { MOST_DIMENSIONS, centredDiscrepancy, sobolPoints, starDiscrepancy } from '../../src/statistics/sequences.ts';

describe('sobol points', () => {
  test('the first 2^k points hit every interval of length 2^−k once, in every dimension', () => {
    const count = 1024;
    const points = sobolPoints(MOST_DIMENSIONS, count);
    for (let dimension = 0; dimension < MOST_DIMENSIONS; dimension++) {
      const hit = new Set(Array.from({ length: count }, (_, i) => Math.floor(points[i * MOST_DIMENSIONS + dimension]! * count)));
      expect(hit.size).toBe(count);
    }
  });

  test('and in the first two every rectangle of area 2^−k', () => {
    const points = sobolPoints(2, 256);
    for (let k = 0; k <= 8; k++) {
      const [wide, high] = [2 ** k, 2 ** (8 - k)];
      const cells = new Set(
        Array.from({ length: 256 }, (_, i) => Math.floor(points[2 * i]! * wide) * high + Math.floor(points[2 * i + 1]! * high)),
      );
      expect(cells.size).toBe(256);
    }
  });

  test('point 2,999 in 21 dimensions is that of SciPy (qmc.Sobol, unscrambled)', () => {
    const count = 3000;
    const point = sobolPoints(MOST_DIMENSIONS, count).subarray((count - 1) * MOST_DIMENSIONS);
    expect([...point].map((x) => x * 4096)).toEqual([
      871, 2665, 83, 967, 1153, 3809, 335, 839, 3287, 3503, 27, 2363, 1865, 2651, 2863, 3133, 3697, 693, 3901, 2045, 923,
    ]);
  });

  test('integrate a smooth function of all dimensions far better than random points do', () => {
    const count = 4096;
    const value = (at: (k: number) => number): number => {
      let product = 1;
      for (let k = 0; k < MOST_DIMENSIONS; k++) product *= 1 + (at(k) - 0.5) / (k + 1);
      return product;
    };
    const points = sobolPoints(MOST_DIMENSIONS, count);
    const { lo, hi } = root('sequences', 'random');
    let [even, random] = [0, 0];
    for (let i = 0; i < count; i++) {
      even += value((k) => points[i * MOST_DIMENSIONS + k]!) / count;
      random += value((k) => uniform(lo, hi, 0, i, k)) / count;
    }
    expect(Math.abs(even - 1)).toBeLessThan(0.002);
    expect(Math.abs(even - 1)).toBeLessThan(Math.abs(random - 1));
  });

  test.each([
    [0, 8, 'found 0 dimensions, want a whole number from 1 to 21'],
    [22, 8, 'found 22 dimensions'],
    [2, 0, 'found 0 points, want a whole number from 1 to 2^30'],
  ])('%i dimensions and %i points are refused', (dimensions, count, message) => {
    expect(() => sobolPoints(dimensions, count)).toThrow(message);
  });
});

describe('discrepancy', () => {
  test('of one point in the middle, by hand', () => {
    const middle = new Float64Array([0.5]);
    expect(centredDiscrepancy(middle, 1)).toBeCloseTo(13 / 12 - 2 + 1, 14);
    // ∫ (1[x > ½] − x)² dx = 1/12
    expect(starDiscrepancy(middle, 1)).toBeCloseTo(Math.sqrt(1 / 12), 14);
  });

  test('falls nearly like 1 / n', () => {
    expect(starDiscrepancy(sobolPoints(2, 256), 2)).toBeLessThan(starDiscrepancy(sobolPoints(2, 16), 2) / 8);
  });
});
