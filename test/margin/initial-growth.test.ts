import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grownInitial, initialRequirement } from '../../src/margin/initial-growth.ts';
import { flatTiers, requirement, tiersFromRates } from '../../src/margin/tiers.ts';

const growth = { from: 1_000_000, to: 2_000_000 };
const initial = tiersFromRates([
  { floor: 0, rate: 0.05 },
  { floor: 10_000, rate: 0.1 },
  { floor: 50_000, rate: 0.2 },
]);

test('up to the lower bound it is the ladder’s, half-way half of the rest is added, from the upper bound it is everything', () => {
  const at = (openInterest: number): number => initialRequirement({ initial: flatTiers(0.2), growth }, 500_000, openInterest);
  expect([0, 1_000_000, 1_500_000, 2_000_000, 9_000_000].map(at)).toEqual([100_000, 100_000, 300_000, 500_000, 500_000]);
  // The venue's rates are whole millionths, rounded down.
  expect(at(1_234_567)).toBe(Math.ceil(0.387653 * 500_000));
});

test('of a ladder with several tiers it is ladder + share × (notional − ladder), to a millionth of the notional', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 0, max: 3_000_000 }), (notional, openInterest) => {
      const share = Math.min(1, Math.max(0, (openInterest - growth.from) / (growth.to - growth.from)));
      const plain = requirement(initial, notional);
      const asked = initialRequirement({ initial, growth }, notional, openInterest);
      expect(Math.abs(asked - (plain + share * (notional - plain)))).toBeLessThanOrEqual(1 + 2e-6 * notional);
      expect(asked).toBeGreaterThanOrEqual(plain);
      expect(initialRequirement({ initial, growth }, notional, openInterest + 1)).toBeGreaterThanOrEqual(asked);
    }),
  ));

test('a demand above the notional stays', () => {
  expect([0, 3_000_000].map((openInterest) => grownInitial(growth, 70, 10, openInterest))).toEqual([70, 70]);
});

test('without it the open interest does not matter, and nothing is asked for no position', () => {
  expect([0, 9e9].map((openInterest) => initialRequirement({ initial }, 30_001, openInterest))).toEqual(
    [0, 0].map(() => requirement(initial, 30_001)),
  );
  expect(initialRequirement({ initial, growth }, 0, 9e9)).toBe(0);
});
