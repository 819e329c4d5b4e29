import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBelow, liquidationTick } from '../../src/margin/isolated.ts';
import { initialBySize, keeperReward, maintenanceBySize, NO_REWARD, NO_SKEW, ratePerUnit } from '../../src/margin/skew.ts';
import type { SkewMargin } from '../../src/margin/skew.ts';
import { flatTiers, requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { impactCurve } from '../../src/market/curve.ts';

/** 1 % and twice the size over 1,000 units to open, half of it to hold. */
const rate = ratePerUnit(2, 1000);
const skew: SkewMargin = { initial: rate, maintenance: rate / 2, most: Infinity, least: 0, reward: NO_REWARD };
const initial = initialBySize(flatTiers(0.01), skew, NO_REWARD);
const maintenance = maintenanceBySize(flatTiers(0.005), skew, NO_REWARD);

test('margins grow faster than the size, and maintenance is their scalar', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 1e5 }), (size, price) => {
      const one = initial.requirement(size, size * price);
      expect(one).toBeCloseTo(size * price * (0.01 + (2 * size) / 1000), 6);
      expect(initial.requirement(2 * size, 2 * size * price)).toBeGreaterThan(2 * one);
      expect(initial.requirement(-size, size * price)).toBe(one);
      expect(maintenance.requirement(size, size * price)).toBeCloseTo(one / 2, 6);
    }),
  ));

test('nothing is asked for no position, the least margin for the smallest, and no more by size than the most', () => {
  const least = maintenanceBySize(flatTiers(0.005), { ...NO_SKEW, least: 7 }, NO_REWARD);
  expect([least.requirement(0, 0), least.requirement(1, 0), least.requirement(1, 100)]).toEqual([0, 7, 7.5]);
  const capped = maintenanceBySize(flatTiers(0.005), { ...skew, most: 0.1 }, NO_REWARD);
  expect([100, 200].map((size) => capped.of(size).rate[0])).toEqual([0.1 + 0.005, 0.1 + 0.005]);
  expect(ratePerUnit(2, 0)).toBe(0);
});

describe('the keepers’ reward', () => {
  test('is a share of the open interest, capped', () => {
    expect([100, 20].map((openInterest) => keeperReward(openInterest, { share: 0.05, largest: 3 }))).toEqual([3, 1]);
    expect(keeperReward(100, { share: 0.05, largest: Infinity })).toBe(5);
  });

  test('counted into a ladder it is what it is beside it, at every notional', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.constantFrom(0, 0.001, 0.05),
        fc.constantFrom(0, 100, 500, Infinity),
        fc.integer({ min: 0, max: 1000 }),
        (notional, share, largest, least) => {
          const tiers = tiersFromRates([
            { floor: 0, rate: 0.01 },
            { floor: 10_000, rate: 0.02 },
            { floor: 50_000, rate: 0.05 },
          ]);
          const within = maintenanceBySize(tiers, { ...skew, least }, { share, largest });
          const asked = requirement(tiers, notional) + (rate / 2) * 3 * notional + least + keeperReward(notional, { share, largest });
          expect(within.requirement(3, notional)).toBeCloseTo(asked, 8);
        },
      ),
    ));
});

test('the liquidation tick is the last word of the predicate, with a least margin larger than the position and a reward that ends', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: -300, max: 300 }).filter((lots) => lots !== 0),
      fc.integer({ min: 1, max: 1e5 }),
      fc.double({ min: -0.3, max: 1.5, noNaN: true }),
      fc.constantFrom(0, 5, 1e6, 1e12),
      fc.constantFrom(0, 1000, 1e5),
      fc.boolean(),
      (lots, entry, own, least, largest, orEqual) => {
        const sized = maintenanceBySize(flatTiers(0.005), { ...skew, least }, { share: 0.01, largest });
        const cash = Math.round(Math.abs(lots) * entry * own + least) - lots * entry;
        const ladder = sized.of(lots);
        const tick = liquidationTick(cash, lots, 1, ladder, 1.05, orEqual, 1 << 18);
        const below = (at: number): boolean => isBelow(cash, lots, at, 1, ladder, 1.05, orEqual);
        const [inside, outside] = lots > 0 ? [tick, tick + 1] : [tick, tick - 1];
        if (inside >= 1 && inside <= 1 << 18) expect(below(inside)).toBe(true);
        if (outside >= 1 && outside <= 1 << 18) expect(below(outside)).toBe(false);
      },
    ),
  ));

describe('fills that follow the skew', () => {
  const fills = (scale: number, ...sizes: number[]): number[] => {
    const curve = impactCurve({ kind: 'skew', scale, recovery: Infinity, permanent: 0 });
    return sizes.map((size) => {
      curve.trade(size, 0);
      return 2000 * (1 + curve.averageFill);
    });
  };

  test('half-way from the premium before a trade to that after it: one that takes the skew away is paid back', () => {
    expect(fills(1000, 20, -20)).toEqual([2020, 2020]);
    expect(fills(1000, -20)).toEqual([1980]);
  });

  test('a trade split in two costs what it costs at once', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (skewed, a, b) => {
          const [, first = 0, second = 0] = fills(2000, skewed, a, b);
          const [, whole = 0] = fills(2000, skewed, a + b);
          expect((first * a + second * b) / (a + b)).toBeCloseTo(whole, 8);
        },
      ),
    ));
});
