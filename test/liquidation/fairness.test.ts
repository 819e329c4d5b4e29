import { describe, expect, test } from 'vitest';
import { bits, root } from '../../src/core/random.ts';
import { Fairness, gini, rankInversions } from '../../src/liquidation/fairness.ts';

describe('the Gini coefficient', () => {
  test.each<[number[], number]>([
    [[1], 0],
    [[0.3, 0.3, 0.3, 0.3], 0],
    // One of n bears everything: (n − 1) / n.
    [[0, 0, 0, 1], 0.75],
    // |1 − 3| twice over 2 × 4 × 2.
    [[1, 3], 0.25],
    [[3, 1, 2], 2 / 9],
  ])('of %j is %d', (shares, expected) => expect(gini(shares)).toBeCloseTo(expected, 14));

  test('of nobody, or of nothing, is undefined', () => {
    expect(gini([])).toBeNaN();
    expect(gini([0, 0])).toBeNaN();
  });

  test('is what its definition says, in any order and in any unit', () => {
    const { lo, hi } = root('gini', 'test');
    for (let run = 0; run < 200; run++) {
      const shares = Array.from({ length: 1 + (bits(lo, hi, 0, run, 0) % 20) }, (_, i) => bits(lo, hi, 1, run, i) / 2 ** 32);
      const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
      let apart = 0;
      for (const a of shares) for (const b of shares) apart += Math.abs(a - b);
      const defined = apart / (2 * shares.length ** 2 * mean);
      expect(gini(shares)).toBeCloseTo(defined, 12);
      expect(gini(shares.map((share) => 7 * share).reverse())).toBeCloseTo(defined, 12);
    }
  });
});

test('an inversion is one who gives behind one who does not', () => {
  expect(rankInversions([])).toBe(0);
  expect(rankInversions([true, true, false, false])).toBe(0);
  expect(rankInversions([true, false, true, true])).toBe(2);
  expect(rankInversions([false, false])).toBe(0);
});

test('winners are those who were ahead at the first call of a side and those who gave', () => {
  const fairness = new Fairness(5, 2);
  expect(fairness.figures(0)).toEqual({ gini: NaN, giniOfAll: NaN, hitShare: NaN, inversions: NaN });
  expect([fairness.isFirst(1, true), fairness.isFirst(1, false), fairness.isFirst(1, true)]).toEqual([true, true, false]);
  for (const account of [0, 1, 2]) fairness.stands(account, 100);
  fairness.order([true, false, true]);
  fairness.gave(0, 30);
  fairness.gave(2, 10);
  // Asked again with 90 left, 20 of which are new: half of 120 in all.
  fairness.stands(0, 90);
  fairness.gave(0, 30);
  const figures = fairness.figures(2);
  expect(figures.hitShare).toBeCloseTo(2 / 3, 14);
  expect(figures.inversions).toBe(1);
  expect(figures.gini).toBeCloseTo(gini([0.5, 0.1]), 14);
  expect(figures.giniOfAll).toBeCloseTo(gini([0.5, 0.1, 0]), 14);
});
