import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LiquidationWindow,
  positionLimits,
  rampedFee,
  rampedShare,
  remainingAllowance,
  windowCapacity,
} from '../../src/liquidation/throttle.ts';

describe('limits of a block', () => {
  test('least ≤ most ≤ the position', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        (notional, smallest, share) => {
          const { least, most } = positionLimits(notional, smallest, share);
          expect(least >= 0n && least <= most && most <= (notional < 0n ? -notional : notional)).toBe(true);
        },
      ),
    ));

  test('the least wins over the share', () => expect(positionLimits(-5000n, 1000n, 100_000n)).toEqual({ least: 1000n, most: 1000n }));

  test('an allowance does not go below 0', () => expect([remainingAllowance(150, 100), remainingAllowance(150, 151)]).toEqual([50, 0]));
});

describe('the window', () => {
  const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 150 })), { minLength: 1, maxLength: 40 });

  test('never lets more than its capacity through in any window', () =>
    fc.assert(
      fc.property(events, (steps) => {
        const window = new LiquidationWindow({ capacity: 100, seconds: 10, largestPremium: 0, skewScale: 1000 });
        const taken: { readonly time: number; readonly amount: number }[] = [];
        let time = 0;
        for (const [pause, wanted] of steps) {
          time += pause;
          const free = window.capacityAt(time);
          const amount = window.take(time, wanted, 0);
          expect(amount).toBe(Math.min(free, wanted));
          taken.push({ time, amount });
          const inWindow = taken.filter((one) => one.time > time - 10).reduce((sum, one) => sum + one.amount, 0);
          expect(inWindow).toBeLessThanOrEqual(100);
        }
      }),
    ));

  test('an amount counts until its seconds have passed', () => {
    const window = new LiquidationWindow({ capacity: 100, seconds: 10, largestPremium: 0, skewScale: 1000 });
    window.take(5, 60, 0);
    expect([window.capacityAt(5), window.capacityAt(14.9), window.capacityAt(15)]).toEqual([40, 40, 100]);
  });

  test('a full window lets one capacity a moment through while the premium is small', () => {
    const window = new LiquidationWindow({ capacity: 25, seconds: 10, largestPremium: 0.06, skewScale: 1000 });
    expect(window.take(0, 90, 90)).toBe(25);
    expect(window.take(0, 65, 10)).toBe(0);
    expect(window.take(1, 65, 60)).toBe(0);
    expect(window.take(1, 65, -59)).toBe(25);
    expect(window.take(1, 40, 0)).toBe(0);
    expect(window.take(2, 10, 0)).toBe(10);
  });

  test('without a capacity nothing is held back', () => {
    const window = new LiquidationWindow({ capacity: 0, seconds: 10, largestPremium: 0, skewScale: 1 });
    expect([window.take(0, 1e9, 0), window.take(0, 1e9, 0)]).toEqual([1e9, 1e9]);
    expect(windowCapacity(0.0002, 0.0006, 1e6, 1, 30)).toBeCloseTo(24_000, 9);
  });
});

describe('ramps', () => {
  const terms = { shortage: 1_000_000_000n, freed: 0n, slots: 0n, initial: 1000n, duration: 150n };

  test('the share grows to all with time', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 200n }),
        fc.bigInt({ min: 0n, max: 200n }),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        (slots, more, freed) => {
          const [before, after] = [slots, slots + more].map((elapsed) => rampedShare({ ...terms, freed, slots: elapsed }));
          if (before === undefined || after === undefined) throw new Error('want shares');
          expect(before >= 0n && before <= after && after <= 10_000n).toBe(true);
          if (slots + more >= 135n) expect(after).toBe(10_000n);
        },
      ),
    ));

  test('what was freed before counts', () =>
    expect(rampedShare({ ...terms, shortage: 800_000_000n, freed: 200_000_000n, slots: 75n })).toBe(5000n));

  test('a small shortage, or no duration, goes at once', () => {
    expect(rampedShare({ ...terms, shortage: 49_999_999n })).toBe(10_000n);
    expect(rampedShare({ ...terms, shortage: 50_000_000n })).toBe(1000n);
    expect(rampedShare({ ...terms, duration: 0n })).toBe(10_000n);
  });

  test('the fee jumps at the end of the grace by all slots elapsed, up to the largest', () => {
    const fee = (slots: number): number => rampedFee(20_000, 50_000, slots, 1500, 1);
    expect([fee(0), fee(1499), fee(1500), fee(30_000), fee(1e9)]).toEqual([20_000, 20_000, 21_500, 50_000, 50_000]);
  });
});
