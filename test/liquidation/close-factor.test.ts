import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closeFactor,
  fixedSpreadSale,
  lossFrontier,
  mayLeave,
  mostRepayable,
  repayToReach,
  saleLowersHealth,
} from '../../src/liquidation/close-factor.ts';
import { healthFactor } from '../../src/margin/lending.ts';
import { aaveV3 } from '../../src/venues/aave-v3.ts';
import { uniform } from '../uniform.ts';

const rules = aaveV3.lending.sale;
const bonus = uniform(0, 0.2);
const threshold = uniform(0.4, 0.95);

describe('close factor', () => {
  test('half of the debt, the whole of unhealthy and of small loans; the limits belong to the side the contract gives them', () => {
    expect(closeFactor(rules, 0.97, 5000, 4000)).toBe(0.5);
    expect(closeFactor(rules, 0.95, 5000, 4000)).toBe(1);
    expect(closeFactor(rules, 0.9500001, 2000, 2000)).toBe(0.5);
    expect(closeFactor(rules, 0.97, 1999.99, 4000)).toBe(1);
    expect(closeFactor(rules, 0.97, 5000, 1999.99)).toBe(1);
  });

  test('of several debts one may be repaid whole when it is no more than the share of all', () => {
    expect(mostRepayable(3000, 9000, 0.5)).toBe(3000);
    expect(mostRepayable(6000, 9000, 0.5)).toBe(4500);
  });
});

describe('fixed-spread sale', () => {
  test('seizes the debt’s worth and the bonus; of the bonus the venue keeps its share', () => {
    expect(fixedSpreadSale(1000, 100, 0.05, 0.1)).toEqual({ repaid: 100, seized: 105, protocolFee: 0.5 });
  });

  test('never seizes more than there is, and the liquidator always gets the bonus on what was repaid', () => {
    fc.assert(
      fc.property(uniform(1, 1e6), uniform(1, 1e6), bonus, (collateral, repay, b) => {
        const sale = fixedSpreadSale(collateral, repay, b, 0.1);
        expect(sale.seized).toBeLessThanOrEqual(collateral);
        expect(sale.repaid).toBeLessThanOrEqual(repay);
        expect(sale.seized / sale.repaid).toBeCloseTo(1 + b, 12);
      }),
    );
  });

  test('lowers the health factor exactly when the collateral is worth less than the debt with the bonus', () => {
    fc.assert(
      fc.property(uniform(0.5, 2), bonus, threshold, uniform(0.01, 0.4), (collateral, b, lt, share) => {
        fc.pre(Math.abs(collateral - (1 + b)) > 1e-9);
        const { repaid, seized } = fixedSpreadSale(collateral, share, b, 0);
        const before = healthFactor(collateral * lt, 1);
        const after = healthFactor((collateral - seized) * lt, 1 - repaid);
        expect(after < before).toBe(saleLowersHealth(collateral, 1, b));
      }),
    );
  });

  test('at that limit it changes nothing', () => {
    const after = healthFactor((1.05 - 1.05 * 0.3) * 0.8, 0.7);
    expect(after).toBeCloseTo(healthFactor(1.05 * 0.8, 1), 14);
    expect(saleLowersHealth(1.05, 1, 0.05)).toBe(false);
  });
});

describe('repaying to a target', () => {
  test('lands on it', () => {
    fc.assert(
      fc.property(uniform(0.8, 0.999), bonus, threshold, uniform(1, 1.3), (health, b, lt, target) => {
        const debt = 84;
        const collateral = (health * debt) / lt;
        const repay = repayToReach(collateral, debt, lt, b, target);
        fc.pre(repay < debt && repay < Infinity);
        const { repaid, seized } = fixedSpreadSale(collateral, repay, b, 0);
        expect(repaid).toBe(repay);
        expect(healthFactor((collateral - seized) * lt, debt - repaid) / target).toBeCloseTo(1, 8);
      }),
    );
  });

  test('is nothing when it is there, and impossible when sales only lower the health factor', () => {
    expect(repayToReach(100, 50, 0.8, 0.05, 1.2)).toBe(0);
    expect(repayToReach(100, 99, 0.95, 0.2, 1.1)).toBe(Infinity);
    expect(repayToReach(100, 99, 0.95, 0.05, 1.1)).toBe(Infinity);
  });
});

test('no dust: nothing of one side or enough of both', () => {
  expect([mayLeave(0, 5, 1000), mayLeave(5, 0, 1000), mayLeave(1000, 1000, 1000)]).toEqual([true, true, true]);
  expect([mayLeave(999, 5000, 1000), mayLeave(5000, 999, 1000)]).toEqual([false, false]);
});

test('beyond the loss frontier a full sale leaves debt, short of it none', () => {
  fc.assert(
    fc.property(uniform(1, 2), threshold, bonus, uniform(-0.02, 0.02), (health, lt, b, off) => {
      fc.pre(Math.abs(off) > 1e-6);
      const drop = lossFrontier(health, lt, b) + off;
      fc.pre(drop > 0 && drop < 1);
      const collateral = (health / lt) * (1 - drop);
      const open = healthFactor(collateral * lt, 1) < 1;
      const left = open ? 1 - fixedSpreadSale(collateral, 1, b, 0).repaid : 0;
      expect(left > 0).toBe(off > 0);
    }),
  );
});
