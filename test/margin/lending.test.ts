import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverageFrom, marginCoverageRatio } from '../../src/margin/coverage.ts';
import { equityAt, liquidationPrice, maintenanceAt } from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import {
  collateralRatio,
  countedCollateral,
  healthFactor,
  isRecovery,
  isUndercollateralised,
  lendingMaintenance,
  loanLiquidationPrice,
  loanToValue,
} from '../../src/margin/lending.ts';
import type { Collateral } from '../../src/margin/lending.ts';
import { uniform } from '../uniform.ts';

const threshold = uniform(0.3, 0.95);
const asset = fc.record({
  quantity: uniform(0.001, 1e6),
  price: uniform(0.01, 1e5),
  liquidationThreshold: threshold,
});

/** (C − D) / Σ Cᵢ(1 − LTᵢ). */
function lendingCoverage(collateral: readonly Collateral[], debt: number): number {
  return marginCoverageRatio(
    collateral.reduce((sum, { quantity, price }) => sum + quantity * price, 0) - debt,
    lendingMaintenance(collateral),
  );
}

describe('a loan in three conventions', () => {
  test('HF, CR and LTV of one asset give the MCR (C − D) / (C(1 − LT))', () => {
    fc.assert(
      fc.property(asset, uniform(0.05, 3), (one, share) => {
        const value = one.quantity * one.price;
        const debt = value * share;
        const { liquidationThreshold } = one;
        const mcr = lendingCoverage([one], debt);
        const close = (figure: number): void => expect(Math.abs(figure - mcr)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(mcr)));
        close((value - debt) / (value * (1 - liquidationThreshold)));
        close(coverageFrom({ kind: 'health-factor', liquidationThreshold }, healthFactor(countedCollateral([one]), debt)));
        close(coverageFrom({ kind: 'collateral-ratio', liquidationThreshold }, collateralRatio(value, debt)));
        close(coverageFrom({ kind: 'loan-to-value', liquidationThreshold }, loanToValue(value, debt)));
      }),
    );
  });

  test('with several assets the MCR is below 1 exactly where the health factor is', () => {
    fc.assert(
      fc.property(fc.array(asset, { minLength: 1, maxLength: 5 }), uniform(0.2, 2), (assets, health) => {
        const counted = countedCollateral(assets);
        const debt = counted / health;
        fc.pre(Math.abs(health - 1) > 1e-9);
        expect(lendingCoverage(assets, debt) < 1).toBe(healthFactor(counted, debt) < 1);
        expect(isUndercollateralised(counted, debt)).toBe(healthFactor(counted, debt) < 1);
      }),
    );
  });

  test('the numbers meet at the trigger, and at HF = LT / (1 − LT) only by chance of the formula', () => {
    fc.assert(
      fc.property(threshold, uniform(0.1, 30), (liquidationThreshold, health) => {
        const gap = coverageFrom({ kind: 'health-factor', liquidationThreshold }, health) - health;
        // (1 − LT)h² − h + LT = 0 has the roots 1 and LT / (1 − LT).
        const roots = (health - 1) * (health - liquidationThreshold / (1 - liquidationThreshold));
        fc.pre(Math.abs(roots) > 1e-6);
        expect(gap > 0).toBe(roots < 0);
      }),
    );
    expect(coverageFrom({ kind: 'health-factor', liquidationThreshold: 0.8 }, 1)).toBeCloseTo(1, 14);
    expect(coverageFrom({ kind: 'health-factor', liquidationThreshold: 0.8 }, 4)).toBeCloseTo(4, 14);
    expect(coverageFrom({ kind: 'health-factor', liquidationThreshold: 0.8 }, 2)).toBeCloseTo(3, 14);
  });

  test('a loan is a long with maintenance 1 − LT on its mark value: same equity, requirement and liquidation price', () => {
    fc.assert(
      fc.property(asset, uniform(0.1, 0.9), (one, share) => {
        const { quantity, price, liquidationThreshold } = one;
        const debt = quantity * price * share * liquidationThreshold;
        const position: PositionTerms = {
          contract: 'mark-notional',
          side: 1,
          entry: price,
          size: quantity,
          collateral: quantity * price - debt,
          rate: 1 - liquidationThreshold,
          threshold: 1,
        };
        const expected = loanLiquidationPrice(debt, quantity, liquidationThreshold);
        expect(liquidationPrice(position) / expected).toBeCloseTo(1, 10);
        expect(equityAt(position, price)).toBeCloseTo(quantity * price - debt, 6);
        expect(maintenanceAt(position, price) / lendingMaintenance([one])).toBeCloseTo(1, 12);
      }),
    );
  });
});

test('nothing is liquidated at equality', () => {
  expect(isUndercollateralised(100, 100)).toBe(false);
  expect(isUndercollateralised(100, 100.00000001)).toBe(true);
  expect([isRecovery(1.5, 1.5), isRecovery(1.4999, 1.5)]).toEqual([false, true]);
});

test('a loan without debt is healthy without limit; a debt without collateral is not', () => {
  const one = { quantity: 2, price: 100, liquidationThreshold: 0.8 };
  expect([healthFactor(160, 0), collateralRatio(200, 0), loanToValue(200, 0)]).toEqual([Infinity, Infinity, 0]);
  expect(lendingCoverage([one], 0)).toBeCloseTo(5, 12);
  expect([healthFactor(0, 5), collateralRatio(0, 5), loanToValue(0, 5)]).toEqual([0, 0, Infinity]);
  expect(lendingCoverage([], 0)).toBe(marginCoverageRatio(0, 0));
});
