import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectiveLeverage, markLeverageScore, profitLeverageScore, profitOutgrowsPool, queueOrder } from '../../src/liquidation/adl.ts';
import { bankruptcyPrice } from '../../src/margin/isolated.ts';

test('the queue is a permutation, highest score first, ties as given', () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 12 }), (scores) => {
      const order = queueOrder(scores);
      expect(order.toSorted((a, b) => a - b)).toEqual(scores.map((_, i) => i));
      for (let k = 1; k < order.length; k++) {
        const [before, after] = [order[k - 1], order[k]];
        expect(scores[before] > scores[after] || (scores[before] === scores[after] && before < after)).toBe(true);
      }
    }),
  ));

test('effective leverage is the leverage of the margin that is left', () =>
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e5, noNaN: true }), fc.double({ min: 1.5, max: 100, noNaN: true }), (entry, leverage) => {
      const position = {
        contract: 'mark-notional',
        side: 1,
        entry,
        size: 3,
        collateral: (3 * entry) / leverage,
        rate: 0,
        threshold: 1,
      } as const;
      expect(effectiveLeverage(3 * entry, 3 * bankruptcyPrice(position)) / leverage).toBeCloseTo(1, 6);
    }),
  ));

test('a winner rises with leverage, a loser falls back towards 0', () => {
  expect([profitLeverageScore(0.1, 5), profitLeverageScore(0.1, 10)]).toEqual([0.5, 1]);
  expect([profitLeverageScore(-0.1, 5), profitLeverageScore(-0.1, 10)]).toEqual([-0.02, -0.01]);
  expect(markLeverageScore(110, 100, 1000, 100)).toBeCloseTo(11, 12);
});

test('a pool is outgrown above the limit, not at it', () => {
  expect(profitOutgrowsPool(500_000, 5_000_000, 0.1)).toEqual({ factor: 0.1, triggered: false });
  expect(profitOutgrowsPool(500_001, 5_000_000, 0.1).triggered).toBe(true);
  expect(profitOutgrowsPool(-1, 5, 0.1)).toEqual({ factor: -0.2, triggered: false });
});
