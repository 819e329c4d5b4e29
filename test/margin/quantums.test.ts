import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fundingClamp, initialMarginQuantums, maintenanceMillionths, scaledInitialMargin } from '../../src/margin/quantums.ts';
import type { LiquidityTier } from '../../src/margin/quantums.ts';

const millionths = fc.bigInt({ min: 0n, max: 1_000_000n });
const tier: fc.Arbitrary<LiquidityTier> = fc
  .tuple(millionths, millionths, fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 15n }))
  .map(([initialMargin, maintenanceFraction, a, b]) => ({
    initialMargin,
    maintenanceFraction,
    openInterestLower: a < b ? a : b,
    openInterestUpper: a < b ? b : a,
  }));

describe('rates of a tier', () => {
  test('lie where they must', () =>
    fc.assert(
      fc.property(tier, fc.bigInt({ min: 0n, max: 2n * 10n ** 15n }), (terms, openInterest) => {
        expect(maintenanceMillionths(terms) <= terms.initialMargin).toBe(true);
        expect(fundingClamp(terms, 1_000_000n)).toBe(terms.initialMargin - maintenanceMillionths(terms));
        const scaled = scaledInitialMargin(terms, openInterest);
        expect(scaled >= terms.initialMargin && scaled <= 1_000_000n).toBe(true);
        expect(scaledInitialMargin(terms, openInterest + 1n) >= scaled).toBe(true);
      }),
    ));

  test('the requirement is at most the notional, and rounded up', () => {
    const terms = { initialMargin: 100_000n, openInterestLower: 10n, openInterestUpper: 20n };
    expect(initialMarginQuantums(terms, 1n, 0n)).toBe(1n);
    expect([9n, 10n, 15n, 20n, 99n].map((openInterest) => initialMarginQuantums(terms, 1000n, openInterest))).toEqual([
      100n,
      100n,
      550n,
      1000n,
      1000n,
    ]);
  });
});
