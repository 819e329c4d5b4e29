import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auctionPrice,
  isUnsafe,
  needsReset,
  openAuction,
  startIncentive,
  take,
  leastOwed,
  resetAuction,
} from '../../src/liquidation/clip.ts';
import type { PriceFall } from '../../src/liquidation/clip.ts';
import { makerLiq2 } from '../../src/venues/maker-liq2.ts';
import { uniform } from '../uniform.ts';

const rules = makerLiq2.lending.assets.ETH;
const cut = uniform(0.5, 1 - 1e-9);
const fall: fc.Arbitrary<PriceFall> = fc.oneof(
  fc.record({ kind: fc.constant('linear' as const), duration: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ kind: fc.constant('exponential' as const), cut }),
  fc.record({ kind: fc.constant('stairs' as const), cut, step: fc.integer({ min: 1, max: 600 }) }),
);
const money = uniform(0.01, 1e7);

describe('the price', () => {
  test('opens at the top and never rises', () => {
    fc.assert(
      fc.property(fall, money, fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 2, maxLength: 20 }), (how, top, times) => {
        expect(auctionPrice(how, top, 0)).toBe(top);
        let before = top;
        for (const time of times.sort((a, b) => a - b)) {
          const price = auctionPrice(how, top, time);
          expect(price).toBeLessThanOrEqual(before);
          expect(price).toBeGreaterThanOrEqual(0);
          before = price;
        }
      }),
    );
  });

  test('stands still on a stair, and a stair of a second is the smooth fall', () => {
    const stairs: PriceFall = { kind: 'stairs', cut: 0.99, step: 90 };
    expect(auctionPrice(stairs, 2600, 89)).toBe(2600);
    expect(auctionPrice(stairs, 2600, 90)).toBe(2574);
    expect(auctionPrice({ kind: 'stairs', cut: 0.999, step: 1 }, 2600, 777)).toBe(
      auctionPrice({ kind: 'exponential', cut: 0.999 }, 2600, 777),
    );
  });
});

describe('a vault', () => {
  const vault = { collateral: 40, normalisedDebt: 100, rate: 1 };

  test('is unsafe below the ratio, not at it', () => {
    expect([isUnsafe(vault, 5, 2), isUnsafe(vault, 4.999, 2), isUnsafe({ ...vault, rate: 1.01 }, 5, 2)]).toEqual([false, true, true]);
  });

  test('goes to auction as far as there is room, with its share of the collateral', () => {
    const own = { penaltyFactor: 1.1, buffer: 1, leastDebt: 0 };
    expect(openAuction(vault, 4, own)).toEqual({ owed: 110.00000000000001, lot: 40, top: 4 });
    const half = openAuction(vault, 4, own, 55);
    expect(half?.owed).toBeCloseTo(55, 12);
    expect(half?.lot).toBeCloseTo(20, 12);
    expect(openAuction(vault, 4, own, 0)).toBeNull();
    expect(openAuction({ ...vault, normalisedDebt: 0 }, 4, own)).toBeNull();
  });

  test('is taken whole when a part would leave too little, and left alone when the part itself is too small', () => {
    const own = { penaltyFactor: 1.1, buffer: 1, leastDebt: 20 };
    expect(openAuction(vault, 4, own, 99)?.lot).toBe(40);
    expect(openAuction(vault, 4, own, 80)?.lot).toBeCloseTo((40 * 80) / 110, 12);
    expect(openAuction(vault, 4, own, 20)).toBeNull();
  });

  test('the parts of a vault that went in slices add up to it', () => {
    fc.assert(
      fc.property(money, money, uniform(1, 2), uniform(0.05, 1.5), (collateral, normalisedDebt, rate, share) => {
        const room = normalisedDebt * rate * rules.penaltyFactor * share;
        const part = openAuction({ collateral, normalisedDebt, rate }, 10, { ...rules, leastDebt: 0 }, room);
        const whole = openAuction({ collateral, normalisedDebt, rate }, 10, { ...rules, leastDebt: 0 });
        expect((part?.owed ?? 0) / (whole?.owed ?? 1)).toBeCloseTo(Math.min(1, share), 10);
        expect((part?.lot ?? 0) / collateral).toBeCloseTo(Math.min(1, share), 10);
        expect(part?.owed).toBeLessThanOrEqual(Math.max(room, whole?.owed ?? 0) * (1 + 1e-12));
      }),
    );
  });
});

describe('a purchase', () => {
  test('conserves what is owed and what is sold, and costs its price', () => {
    fc.assert(
      fc.property(money, money, money, money, uniform(0, 1e5), (owed, lot, price, amount, leastOwed) => {
        const bought = take(owed, lot, price, amount, leastOwed);
        if (bought === null) {
          expect(owed).toBeLessThanOrEqual(leastOwed);
          return;
        }
        expect(bought.cost + bought.owed).toBeCloseTo(owed, 6);
        expect(bought.bought + bought.lot).toBeCloseTo(lot, 6);
        expect(Math.abs(bought.cost - bought.bought * price)).toBeLessThanOrEqual(1e-12 * bought.cost);
        expect(bought.bought).toBeLessThanOrEqual(Math.min(amount, lot) * (1 + 1e-12));
        expect(bought.owed >= 0 && bought.lot >= 0).toBe(true);
        // Nothing, all that is for sale, or enough of a rest.
        if (bought.owed > 0 && bought.lot > 0) expect(bought.owed).toBeGreaterThanOrEqual(leastOwed * (1 - 1e-9));
      }),
    );
  });

  test('is cut so that the rest stays large enough, or refused', () => {
    expect(take(110, 40, 5, 20, 30)).toEqual({ cost: 80, bought: 16, owed: 30, lot: 24 });
    expect(take(110, 40, 5, 20, 110)).toBeNull();
    expect(take(110, 20, 5, 20, 110)).toEqual({ cost: 100, bought: 20, owed: 10, lot: 0 });
  });
});

test('an auction is reset when it is too old or too deep, not at the limit', () => {
  expect([needsReset(8400, 1, 8400, 0.4), needsReset(8401, 1, 8400, 0.4)]).toEqual([false, true]);
  expect([needsReset(0, 0.4, 8400, 0.4), needsReset(0, 0.3999, 8400, 0.4)]).toEqual([false, true]);
});

test('a reset opens at the price of the day, and pays only for an auction that is worth it', () => {
  const own = { ...rules, leastDebt: 1000, penaltyFactor: 1.1, buffer: 1.3, flatIncentive: 300, shareIncentive: 0.001 };
  expect(leastOwed(own)).toBe(1100);
  expect(resetAuction({ owed: 5000, lot: 2, top: 9 }, 2000, own)).toEqual({ auction: { owed: 5000, lot: 2, top: 2600 }, incentive: 305 });
  expect(resetAuction({ owed: 1100, lot: 0.55, top: 9 }, 2000, own).incentive).toBe(301.1);
  expect(resetAuction({ owed: 1099, lot: 2, top: 9 }, 2000, own).incentive).toBe(0);
  expect(resetAuction({ owed: 5000, lot: 0.54, top: 9 }, 2000, own).incentive).toBe(0);
});

test('the incentive is flat and proportional', () => expect(startIncentive(300, 0.001, 50_000)).toBe(350));
