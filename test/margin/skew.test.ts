import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillPrice, isSkewLiquidatable, keeperReward, skewAccount, skewMargins, withdrawable } from '../../src/margin/skew.ts';

const UNIT = 10n ** 18n;
const units = (least: number, most: number): fc.Arbitrary<bigint> => fc.bigInt({ min: BigInt(least) * UNIT, max: BigInt(most) * UNIT });
const market = {
  skewScale: 1000n * UNIT,
  initialFraction: 2n * UNIT,
  leastInitialRatio: UNIT / 100n,
  maintenanceScalar: UNIT / 2n,
  leastMargin: 0n,
};

test('a trade split in two costs what it costs at once, within the rounding of its parts', () =>
  fc.assert(
    fc.property(units(1, 1e5), units(-500, 500), units(-300, 300), units(-300, 300), (oracle, skew, first, second) => {
      const cost = (at: bigint, size: bigint): bigint => (fillPrice(oracle, at, size, market.skewScale) * size) / UNIT;
      const parts = cost(skew, first) + cost(skew + first, second);
      const whole = cost(skew, first + second);
      const apart = parts > whole ? parts - whole : whole - parts;
      expect(apart <= 10_000n * 100_000n).toBe(true);
    }),
  ));

test('a trade that takes the skew away is filled at a discount, one that adds to it at a premium', () => {
  expect(fillPrice(2000n * UNIT, 0n, 20n * UNIT, market.skewScale)).toBe(2020n * UNIT);
  expect(fillPrice(2000n * UNIT, 20n * UNIT, -20n * UNIT, market.skewScale)).toBe(2020n * UNIT);
  expect(fillPrice(2000n * UNIT, 0n, -20n * UNIT, market.skewScale)).toBe(1980n * UNIT);
  expect(fillPrice(2000n * UNIT, 5n, 20n * UNIT, 0n)).toBe(2000n * UNIT);
});

test('margins grow faster than the size, and maintenance is their scalar', () =>
  fc.assert(
    fc.property(units(1, 400), units(1, 1e5), (size, price) => {
      const one = skewMargins(market, size, price);
      const two = skewMargins(market, 2n * size, price);
      expect(two.initial > 2n * one.initial).toBe(true);
      expect(skewMargins(market, -size, price)).toEqual(one);
      const half = one.initial / 2n - one.maintenance;
      expect(half >= -(10n ** 6n) && half <= 10n ** 6n).toBe(true);
    }),
  ));

test('nothing is asked for no position, the least margin for the smallest', () => {
  const terms = { ...market, skewScale: 0n, leastMargin: 7n };
  expect(skewMargins(terms, 0n, UNIT)).toEqual({ initial: 0n, maintenance: 0n });
  expect(skewMargins(terms, 1n, UNIT)).toEqual({ initial: 7n, maintenance: 7n });
});

test('an account at exactly 0 is at exactly 0', () => {
  // 18 decimals: 5.05 has no binary fraction, and the sum of these profits is −50.
  const position = { market, size: 1000n * UNIT, entry: 505n * 10n ** 16n, mark: 5n * UNIT };
  const account = skewAccount(50n * UNIT, [position]);
  expect(account.profits).toEqual([-50n * UNIT]);
  expect(account.available).toBe(0n);
  expect(isSkewLiquidatable(account, 0n)).toBe(true);
  expect(withdrawable(account, 0n)).toBe(0n);
});

test('maintenance at equality is enough, the reward counts against it, and an account without positions is never liquidated', () => {
  const open = skewAccount(0n, [{ market, size: UNIT, entry: 100n * UNIT, mark: 100n * UNIT }]);
  const equal = { ...open, available: open.maintenance };
  expect([isSkewLiquidatable(equal, 0n), isSkewLiquidatable(equal, 1n)]).toEqual([false, true]);
  expect(isSkewLiquidatable(skewAccount(-1n, []), 0n)).toBe(false);
  expect([keeperReward(100n * UNIT, UNIT / 20n, 3n * UNIT), keeperReward(20n * UNIT, UNIT / 20n, 3n * UNIT)]).toEqual([3n * UNIT, UNIT]);
});
