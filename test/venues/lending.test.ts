import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBelow } from '../../src/margin/isolated.ts';
import { countedCollateral, healthFactor } from '../../src/margin/lending.ts';
import { tiersFromRates } from '../../src/margin/tiers.ts';
import { VENUES } from '../../src/venues/catalogue.ts';
import { loanTiers, termsOfRatios } from '../../src/venues/lending.ts';
import { uniform } from '../uniform.ts';

const lenders = VENUES.filter((venue) => venue.lending !== undefined);

test('five venues lend, each in its own way', () => {
  expect(lenders.map((venue) => [venue.name, venue.lending?.kind])).toEqual([
    ['aave-v3', 'fixed-spread'],
    ['compound-v3', 'absorb'],
    ['crvusd', 'soft'],
    ['liquity-v1', 'stability-pool'],
    ['maker-liq2', 'auction'],
  ]);
});

describe.each(lenders.map((venue) => [venue.name, venue] as const))('%s', (_, venue) => {
  test('reads the index and liquidates below its limit, not at it', () => {
    expect([venue.mark.kind, venue.equalityLiquidates]).toEqual(['index', false]);
  });

  test('has whole, finite rules', () => {
    const numbers: number[] = [];
    JSON.stringify(venue.lending, (_key, value: unknown) => {
      if (typeof value === 'number') numbers.push(value);
      return value;
    });
    for (const number of numbers) expect(number > 0 && number < Infinity).toBe(true);
  });

  test('lends less than it liquidates at', () => {
    for (const [step] of Object.values(venue.tiers)) expect(step.initial).toBeGreaterThan(step.maintenance);
  });
});

test('a margin table is what is left of 1, in its own decimals', () => {
  expect(loanTiers({ ETH: { loanToValue: 0.8, liquidationThreshold: 0.83 } })).toEqual({
    ETH: [{ from: 0, maintenance: 0.17, initial: 0.2 }],
  });
  const [step] = loanTiers({ ETH: termsOfRatios(1.1, 1.5) })['ETH'];
  expect(step.maintenance).toBeCloseTo(1 / 11, 14);
  expect(step.initial).toBeCloseTo(1 / 3, 14);
});

test('the predicate of isolated positions liquidates a loan at the tick where its health factor falls below 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), uniform(1e6, 1e11), fc.integer({ min: 1, max: 99 }), (lots, borrowed, percent) => {
      const debt = Math.floor(borrowed);
      const liquidationThreshold = percent / 100;
      const [step] = loanTiers({ X: { loanToValue: 0, liquidationThreshold } })['X'];
      const tiers = tiersFromRates([{ floor: 0, rate: step.maintenance }]);
      // In whole hundredths the health factor is a comparison of integers.
      const limit = Math.floor((100 * debt) / (lots * percent));
      for (const tick of [limit - 1, limit, limit + 1, limit + 2]) {
        if (tick < 1 || lots * tick * percent === 100 * debt) continue;
        const undercollateralised = lots * tick * percent < 100 * debt;
        expect(isBelow(-debt, lots, tick, 1, tiers, 1, false)).toBe(undercollateralised);
        const counted = countedCollateral([{ quantity: lots, price: tick, liquidationThreshold }]);
        expect(healthFactor(counted, debt) < 1).toBe(undercollateralised);
      }
    }),
  );
});
