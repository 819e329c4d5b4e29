import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fundingClamp,
  initialMarginQuantums,
  isLiquidatable,
  maintenanceMillionths,
  maintenanceQuantums,
  notionalQuantums,
  scaledInitialMargin,
  subaccountRisk,
} from '../../src/margin/quantums.ts';
import type { LiquidityTier, QuantumPosition } from '../../src/margin/quantums.ts';

const millionths = fc.bigInt({ min: 0n, max: 1_000_000n });
const tier: fc.Arbitrary<LiquidityTier> = fc
  .tuple(millionths, millionths, fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 15n }))
  .map(([initialMargin, maintenanceFraction, a, b]) => ({
    initialMargin,
    maintenanceFraction,
    openInterestLower: a < b ? a : b,
    openInterestUpper: a < b ? b : a,
  }));
const position: fc.Arbitrary<QuantumPosition> = fc
  .tuple(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), fc.integer({ min: 0, max: 10 }), fc.bigInt({ min: 1n, max: 10n ** 12n }), tier)
  .map(([size, resolution, price, of]) => ({ size, resolution, price, priceDecimals: 5, tier: of }));

describe('notional and maintenance', () => {
  test('drop the fraction towards 0, alike for both sides', () =>
    fc.assert(
      fc.property(position, (held) => {
        const short = { ...held, size: -held.size };
        expect(notionalQuantums(short)).toBe(-notionalQuantums(held));
        expect(maintenanceQuantums(short)).toBe(maintenanceQuantums(held));
      }),
    ));

  test('one BTC at 50,000 USD', () => {
    const terms = { initialMargin: 50_000n, maintenanceFraction: 600_000n, openInterestLower: 0n, openInterestUpper: 0n };
    const held = { size: 10n ** 10n, resolution: 10, price: 5_000_000_000n, priceDecimals: 5, tier: terms };
    expect([notionalQuantums(held), maintenanceQuantums(held)]).toEqual([50_000_000_000n, 1_500_000_000n]);
    // One base quantum is worth 5 quote quantums, and its margins are rounded up to 1.
    expect([notionalQuantums({ ...held, size: 1n }), maintenanceQuantums({ ...held, size: 1n })]).toEqual([5n, 1n]);
  });

  test('coarse base quantums are multiplied', () =>
    expect(notionalQuantums({ size: -3n, resolution: 0, price: 2n, priceDecimals: 0 })).toBe(-6_000_000n));

  test('maintenance of the whole is at most that of the parts, within a rounding each', () =>
    fc.assert(
      fc.property(position, fc.bigInt({ min: 0n, max: 10n ** 16n }), (held, more) => {
        const size = held.size < 0n ? -held.size : held.size;
        const parts = maintenanceQuantums({ ...held, size }) + maintenanceQuantums({ ...held, size: more });
        const whole = maintenanceQuantums({ ...held, size: size + more });
        expect(whole <= parts + 2n && whole >= parts - 6n).toBe(true);
      }),
    ));
});

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

describe('a subaccount', () => {
  test('adds up, and is liquidated below its maintenance, not at it', () =>
    fc.assert(
      fc.property(fc.array(position, { maxLength: 4 }), fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (positions, balance) => {
        const risk = subaccountRisk(balance, positions);
        expect(risk.equity - balance).toBe(positions.reduce((sum, one) => sum + notionalQuantums(one), 0n));
        const { maintenance } = risk;
        expect(isLiquidatable({ equity: maintenance, maintenance })).toBe(false);
        expect(isLiquidatable({ equity: maintenance - 1n, maintenance })).toBe(maintenance > 0n);
      }),
    ));
});
