import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absorb, collateralFor, storePrice } from '../../src/liquidation/absorb.ts';
import { uniform } from '../uniform.ts';

const asset = fc.record({
  quantity: uniform(0.01, 1e4),
  price: uniform(0.1, 1e5),
  liquidationFactor: uniform(0.5, 1),
});

test('the borrower keeps the credit beyond the debt, the reserves pay debt and deposit', () => {
  expect(absorb([{ quantity: 10, price: 100, liquidationFactor: 0.9 }], 800)).toEqual({ left: 100, paid: 900, seized: 1000, uncovered: 0 });
  expect(absorb([{ quantity: 10, price: 100, liquidationFactor: 0.9 }], 950)).toEqual({ left: 0, paid: 950, seized: 1000, uncovered: 50 });
  expect(absorb([], 5)).toEqual({ left: 0, paid: 5, seized: 0, uncovered: 5 });
});

test('what is paid is the credited value and what it does not cover', () => {
  fc.assert(
    fc.property(fc.array(asset, { maxLength: 4 }), uniform(0, 1e8), (assets, debt) => {
      const { left, paid, seized, uncovered } = absorb(assets, debt);
      const credited = assets.reduce((sum, one) => sum + one.quantity * one.price * one.liquidationFactor, 0);
      expect(Math.abs(paid - uncovered - credited)).toBeLessThanOrEqual(1e-12 * (paid + credited));
      expect(left === 0 || uncovered === 0).toBe(true);
      expect(credited).toBeLessThanOrEqual(seized * (1 + 1e-12));
    }),
  );
});

test('buyers pay between the credited and the whole value, as the store front’s share says', () => {
  fc.assert(
    fc.property(asset, uniform(0, 1), ({ price, liquidationFactor }, share) => {
      const asked = storePrice(price, share, liquidationFactor);
      expect(asked).toBeLessThanOrEqual(price);
      expect(asked).toBeGreaterThanOrEqual(price * liquidationFactor * (1 - 1e-12));
      expect((collateralFor(500, price, share, liquidationFactor) * asked) / 500).toBeCloseTo(1, 12);
    }),
  );
  expect([storePrice(100, 0, 0.9), storePrice(100, 1, 0.9)]).toEqual([100, 90]);
});
