import { describe, expect, test } from 'vitest';
import { root } from '../../src/core/random.ts';
import { morrisEffects, sobolIndices } from '../../src/statistics/sensitivity.ts';

describe('sobol indices', () => {
  test('a sum splits by the squares of its weights and has no interaction', () => {
    const weights = [3, 1, 0];
    const { mean, variance, first, total, pairs } = sobolIndices(
      (x) => weights.reduce((sum, weight, k) => sum + weight * x[k]!, 0),
      3,
      4096,
      [[0, 1]],
    );
    expect(mean).toBeCloseTo(2, 3);
    expect(variance).toBeCloseTo(10 / 12, 2);
    for (const [k, share] of [0.9, 0.1, 0].entries()) {
      expect(first[k]).toBeCloseTo(share, 2);
      expect(total[k]).toBeCloseTo(share, 2);
    }
    expect(pairs[0]).toBeCloseTo(0, 2);
  });

  test('a product of centred inputs is all interaction', () => {
    const { first, total, pairs } = sobolIndices((x) => (x[0]! - 0.5) * (x[1]! - 0.5), 2, 4096, [[0, 1]]);
    expect([...first].every((share) => Math.abs(share) < 0.01)).toBe(true);
    expect([...total, ...pairs].every((share) => Math.abs(share - 1) < 0.01)).toBe(true);
  });

  test.each([
    [0, 8, 'found 0 inputs, want a whole number from 1 to 10'],
    [11, 8, 'found 11 inputs'],
    [2, 1, 'found 1 points, want a whole number from 2'],
  ])('%i inputs with %i points are refused', (inputs, count, message) => {
    expect(() => sobolIndices(() => 0, inputs, count)).toThrow(message);
  });
});

describe('morris effects', () => {
  const from = root('sensitivity', 'morris');

  test('stay on the grid, one input at a time, and are exact on a line', () => {
    const seen: number[][] = [];
    const { mu, muStar, sigma } = morrisEffects(
      (x) => {
        seen.push([...x]);
        return 2 * x[0]! - 5 * x[1]!;
      },
      2,
      10,
      4,
      from,
    );
    expect(seen).toHaveLength(30);
    for (const place of seen.flat()) expect([0, 1 / 3, 2 / 3, 1].some((level) => Math.abs(level - place) < 1e-12)).toBe(true);
    for (let t = 0; t < 30; t += 3) {
      for (const k of [1, 2]) expect(seen[t + k]!.filter((place, j) => Math.abs(place - seen[t + k - 1]![j]!) > 1e-9)).toHaveLength(1);
    }
    expect([...mu].map((one) => Math.round(one * 1e9) / 1e9)).toEqual([2, -5]);
    expect([...muStar].map((one) => Math.round(one * 1e9) / 1e9)).toEqual([2, 5]);
    expect(Math.max(...sigma)).toBeLessThan(1e-12);
  });

  test('of a square depend on the place', () => {
    const { sigma } = morrisEffects((x) => x[0]! * x[0]!, 1, 50, 8, from);
    expect(sigma[0]).toBeGreaterThan(0.1);
  });

  test.each([
    [1, 4, 'found 1 trajectories'],
    [5, 3, 'found 3 levels, want an even number from 2'],
  ])('%i trajectories on %i levels are refused', (trajectories, levels, message) => {
    expect(() => morrisEffects(() => 0, 2, trajectories, levels, from)).toThrow(message);
  });
});
