import { describe, expect, test } from 'vitest';
import { derive, root, uniform } from '../../src/core/random.ts';
import { exponential } from '../../src/core/samplers.ts';
import { shortfall } from '../../src/statistics/shortfall.ts';

describe('shortfall', () => {
  test('by hand: the worst fifth of ten losses, and a share that parts a loss', () => {
    const losses = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 10, 20]);
    // The worst 25 %: 20 and 10 whole, and half of 8.
    for (const [p, worst] of [
      [0.8, 15],
      [0.75, (20 + 10 + 4) / 2.5],
    ] as const) {
      const { valueAtRisk, expectedShortfall } = shortfall(losses, p);
      expect(valueAtRisk).toBe(8);
      expect(expectedShortfall).toBeCloseTo(worst, 12);
    }
  });

  test('the error is what samples scatter by', () => {
    const [runs, n] = [1600, 1000];
    const found: number[] = [];
    let said = 0;
    for (let run = 0; run < runs; run++) {
      const { lo, hi } = derive(root('shortfall', 'samples'), run);
      const { expectedShortfall, error } = shortfall(
        Float64Array.from({ length: n }, (_, i) => exponential(uniform(lo, hi, 0, i, 0))).sort(),
        0.95,
      );
      found.push(expectedShortfall);
      said += error / runs;
    }
    const mean = found.reduce((sum, value) => sum + value / runs, 0);
    const spread = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1));
    // VaR and ES of an exponential: −log(1 − p), and 1 more.
    expect(Math.abs(mean - (1 - Math.log(0.05)))).toBeLessThan(0.03);
    expect(Math.abs(spread / said - 1)).toBeLessThan(4 / Math.sqrt(2 * runs));
  });

  test('too few losses beyond p are refused', () => {
    expect(() => shortfall(new Float64Array(10), 0.9)).toThrow('found 10 losses at p = 0.9, want at least two beyond p');
  });
});
