import { describe, expect, test } from 'vitest';
import { bits, derive, root, uniform } from '../../src/core/random.ts';
import { exponential, normal } from '../../src/core/samplers.ts';
import { hypervolume } from '../../src/statistics/front.ts';
import { fixedWidthMean } from '../../src/statistics/sequential.ts';
import { adaptiveSplitting } from '../../src/statistics/splitting.ts';
import type { SplittingWorld } from '../../src/statistics/splitting.ts';

/** Draws that forget where they are: beyond a level each goes on from one step above it by an amount of its own. */
function forgetful(run: number, amount: (u: number) => number, step = 0): SplittingWorld {
  const { lo, hi } = derive(root('splitting', 'draws'), run);
  return {
    draw: (i) => amount(uniform(lo, hi, 0, i, 0)),
    branch: (_i, _parent, level, call) => level + step + amount(uniform(lo, hi, 1, call, 0)),
    choose: (most, call) => Math.floor((bits(lo, hi, 2, call, 0) / 4294967296) * most),
  };
}

function estimates(runs: number, particles: number, target: number, amount: (u: number) => number, step = 0) {
  const found = Array.from({ length: runs }, (_, run) => adaptiveSplitting(forgetful(run, amount, step), particles, target).probability);
  const mean = found.reduce((sum, p) => sum + p / runs, 0);
  return { mean, error: Math.sqrt(found.reduce((sum, p) => sum + (p - mean) ** 2, 0) / (runs - 1) / runs) };
}

describe('adaptive splitting', () => {
  test('is unbiased for a continuous level', () => {
    const { mean, error } = estimates(600, 20, 8, exponential);
    expect(Math.abs(mean - Math.exp(-8))).toBeLessThan(4 * error);
    expect(error / mean).toBeLessThan(0.05);
  });

  test('and where many particles stop at the same level', () => {
    // Goes on with chance 0.3 a level: beyond 5 with chance 0.3^6.
    const { mean, error } = estimates(3000, 20, 5, (u) => Math.floor(Math.log(u) / Math.log(0.3)), 1);
    const beyond = 0.3 ** 6;
    expect(error / beyond).toBeLessThan(0.05);
    expect(Math.abs(mean - beyond)).toBeLessThan(4 * error);
  });

  test('finds nothing when all stop at one level, and everything when none stops', () => {
    expect(
      adaptiveSplitting(
        forgetful(0, () => 1),
        5,
        2,
      ),
    ).toEqual({ probability: 0, branches: 0 });
    expect(
      adaptiveSplitting(
        forgetful(0, () => 1),
        5,
        0.5,
      ),
    ).toEqual({ probability: 1, branches: 0 });
    expect(() =>
      adaptiveSplitting(
        forgetful(0, () => 1),
        1,
        2,
      ),
    ).toThrow('found 1 particles, want a whole number from 2');
  });
});

describe('fixed width', () => {
  test('stops at the first look at which the interval is narrow enough', () => {
    const { lo, hi } = root('sequential', 'draws');
    const draws: number[] = [];
    const { mean, draws: n } = fixedWidthMean(
      (i) => {
        draws.push(normal(lo, hi, 0, i, 0));
        return draws[i]!;
      },
      { halfWidth: 0.25, first: 10, confidence: 0.95 },
    );
    const halfWidth = (k: number): number => {
      const some = draws.slice(0, k);
      const centre = some.reduce((sum, x) => sum + x / k, 0);
      return 1.959964 * Math.sqrt(some.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (k - 1) / k);
    };
    expect(draws).toHaveLength(n);
    expect(halfWidth(n)).toBeLessThanOrEqual(0.25);
    for (let k = 10; k < n; k++) expect(halfWidth(k)).toBeGreaterThan(0.25);
    expect(mean).toBeCloseTo(
      draws.reduce((sum, x) => sum + x / n, 0),
      12,
    );
  });

  test.each([
    [{ halfWidth: 0 }, 'found a half-width of 0'],
    [{ first: 1 }, 'found 1 first draws'],
  ])('%o is refused', (wrong, message) => {
    expect(() => fixedWidthMean(() => 0, { halfWidth: 1, first: 2, confidence: 0.95, ...wrong })).toThrow(message);
  });
});

describe('hypervolume', () => {
  test('counts what is dominated once, in whatever order, and nothing beyond the reference', () => {
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(hypervolume([[0, 0]], [2, 3])).toBe(6);
    const front: [number, number][] = [
      [4, 1],
      [1, 5],
      [2, 3],
      [3, 4],
      [7, 0],
      [2, 3],
    ];
    expect(hypervolume(front, [6, 6])).toBe(17);
    expect(hypervolume(front.toReversed(), [6, 6])).toBe(17);
  });
});
