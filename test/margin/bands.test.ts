import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bandBottom, bandedCollateral, bandedHealth, bandTop, loanBands } from '../../src/margin/bands.ts';
import { uniform } from '../uniform.ts';

const ladder = { basePrice: 2000, amplification: 100 };

test('bands touch, and each is 1/A of its top wide', () => {
  for (const band of [-30, -1, 0, 1, 7, 400]) {
    expect(bandBottom(ladder, band)).toBe(bandTop(ladder, band + 1));
    expect(1 - bandBottom(ladder, band) / bandTop(ladder, band)).toBeCloseTo(0.01, 12);
  }
  expect(bandTop(ladder, 0)).toBe(2000);
});

test('counted collateral is what the bands bring at the geometric means of their edges, over the first top', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 50 }), fc.integer({ min: 2, max: 300 }), fc.integer({ min: -20, max: 50 }), (count, A, first) => {
      const own = { basePrice: 1800, amplification: A };
      let sum = 0;
      for (let k = first; k < first + count; k++) sum += (7 / count) * Math.sqrt(bandTop(own, k) * bandBottom(own, k));
      expect((bandedCollateral(7, count, A, 0) * bandTop(own, first)) / sum).toBeCloseTo(1, 11);
      expect(bandedCollateral(7, count, A, 0.09) / bandedCollateral(7, count, A, 0)).toBeCloseTo(0.91, 14);
    }),
  );
});

test('a loan lies as low as its debt allows, and one band lower would not cover it', () => {
  fc.assert(
    fc.property(uniform(0.01, 1e4), uniform(0.05, 1.2), fc.integer({ min: 4, max: 50 }), (collateral, share, count) => {
      const debt = collateral * 2000 * share;
      const { first, last, top, bottom } = loanBands(collateral, debt, count, ladder, 0.09);
      expect(last - first + 1).toBe(count);
      expect([top, bottom]).toEqual([bandTop(ladder, first), bandTop(ladder, last + 1)]);
      expect(bandedCollateral(collateral, count, 100, 0.09) * top).toBeGreaterThanOrEqual(debt);
      expect(bandedCollateral(collateral, count, 100, 0.09) * bandTop(ladder, first + 1)).toBeLessThan(debt);
      // A new loan is healthy: it was opened with the larger discount.
      expect(bandedHealth(collateral, debt, count, ladder, first, 0.06)).toBeGreaterThan(0);
    }),
  );
});

test('the largest debt of a band is at that band, and the next float64 above it is not', () => {
  for (let band = -60; band < 60; band++) {
    for (const count of [4, 10, 50]) {
      const debt = bandedCollateral(10, count, 100, 0.09) * bandTop(ladder, band);
      expect(loanBands(10, debt, count, ladder, 0.09).first).toBe(band);
      expect(loanBands(10, debt * (1 + 2.3e-16), count, ladder, 0.09).first).toBe(band - 1);
    }
  }
});

test('health is 0 where the discounted proceeds equal the debt, and falls with the debt', () => {
  const proceeds = bandedCollateral(10, 4, 100, 0.06) * bandTop(ladder, 3);
  expect(bandedHealth(10, proceeds, 4, ladder, 3, 0.06)).toBeCloseTo(0, 14);
  expect(bandedHealth(10, 2 * proceeds, 4, ladder, 3, 0.06)).toBeCloseTo(-0.5, 14);
});
