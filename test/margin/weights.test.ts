import fc from 'fast-check';
import { expect, test } from 'vitest';
import { depositScaledWeight, discountedAssetWeight, initialShortfall, premiumLiabilityWeight } from '../../src/margin/weights.ts';

const size = fc.bigInt({ min: 0n, max: 10n ** 22n });
const factor = fc.bigInt({ min: 0n, max: 10n ** 6n });
const weight = fc.bigInt({ min: 0n, max: 20_000n });

test('a larger asset never weighs more, a larger debt never less', () =>
  fc.assert(
    fc.property(size, size, factor, weight, (one, more, by, plain) => {
      expect(discountedAssetWeight(one + more, by, plain) <= discountedAssetWeight(one, by, plain)).toBe(true);
      expect(discountedAssetWeight(one, by, plain) <= plain).toBe(true);
      expect(premiumLiabilityWeight(one + more, by, plain) >= premiumLiabilityWeight(one, by, plain)).toBe(true);
      expect(premiumLiabilityWeight(one, by, plain) >= plain).toBe(true);
    }),
  ));

test('a premium goes on four fifths of the weight, a discount off 110 %', () => {
  // √(10^12 × 10 + 1) = 3,162,277: at a factor of 0.1 that is 3.1622 of weight
  expect([0n, 11_000n, 11_004n].map((plain) => premiumLiabilityWeight(10n ** 12n, 100_000n, plain))).toEqual([31_622n, 40_422n, 40_426n]);
  expect(discountedAssetWeight(10n ** 12n, 100_000n, 9000n)).toBe(2642n);
});

test('a factor of 0 leaves the weight alone', () =>
  expect([discountedAssetWeight(10n ** 20n, 0n, 9000n), premiumLiabilityWeight(10n ** 20n, 0n, 11_000n)]).toEqual([9000n, 11_000n]));

test('above the start deposits count for as much as at it', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), (deposits) => {
      // 25 USD a token of 9 decimals, 500,000 USD to start with
      const [price, start] = [25_000_000n, 500_000_000_000n];
      const value = (deposits * price) / 10n ** 9n;
      const scaled = depositScaledWeight(deposits, 9, price, start, 9000n);
      if (value < start) expect(scaled).toBe(9000n);
      else expect(scaled * value <= 9000n * start && (scaled + 1n) * value > 9000n * start).toBe(true);
    }),
  ));

test('without a start nothing is scaled', () => expect(depositScaledWeight(10n ** 18n, 9, 10n ** 9n, 0n, 9000n)).toBe(9000n));

test('what does not count for initial margin is the weight less what is left of it by all deposits', () => {
  const terms = { haircut: 0.1 };
  expect([99_999, 100_000].map((deposits) => initialShortfall(10, terms, deposits, 5, 500_000))).toEqual([0, 0]);
  expect(initialShortfall(10, terms, 200_000, 5, 500_000)).toBeCloseTo(0.45, 12);
  // 10^9 units at a factor of 0.1: 26.42 % of them count for either, as long as no more is left by the deposits.
  const weights = { lot: 1e9, factor: 100_000, asset: 9000, liability: 11_000 };
  const sized = (start: number): number => initialShortfall(1000, { haircut: 0.1, weights }, 1_000_000, 1, start);
  expect(sized(500_000)).toBe(0);
  expect(sized(250_000)).toBeCloseTo(0.2642 - 0.225, 12);
});
