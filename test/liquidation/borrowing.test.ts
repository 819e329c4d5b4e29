import { describe, expect, test } from 'vitest';
import { GeneralLedger } from '../../src/core/general-ledger.ts';
import { borrowingRate, chargeBorrowing } from '../../src/liquidation/borrowing.ts';

const CURVE = { base: 0.01, optimal: 0.8, kink: 0.09, most: 1.09 };

describe('the rate', () => {
  test.each([
    [0, 0.01],
    [0.4, 0.05],
    [0.8, 0.09],
    [0.9, 0.59],
    [1, 1.09],
    [3, 1.09],
  ])('where %s of what is held is owed: %s', (utilisation, rate) => expect(borrowingRate(CURVE, utilisation)).toBeCloseTo(rate, 14));

  test('never falls as more is owed', () => {
    let last = 0;
    for (let k = 0; k <= 1000; k++) {
      const rate = borrowingRate(CURVE, k / 900);
      expect(rate).toBeGreaterThanOrEqual(last);
      last = rate;
    }
  });
});

describe('a charge', () => {
  const [LENDERS, ACCOUNTS] = [4, 4];
  /** Lots by account at a mark of 1000 quanta a lot; cash by account after a year's interest. */
  const charged = (lots: readonly number[], rate = CURVE, mark = 1000): { readonly cash: readonly number[]; readonly rounded: number } => {
    const ledger = new GeneralLedger(5, [{ kind: 'spot', currency: 0, factor: 1 }]);
    const [market] = ledger.markets;
    lots.forEach((each, account) => market!.deposit(account, 0, each));
    ledger.open();
    const rounded = chargeBorrowing(market!, ACCOUNTS, LENDERS, mark, { rate, accrual: 31_536_000 });
    expect([ledger.runningError(), ledger.recount(true)]).toEqual([0, 0]);
    return { cash: [...market!.cash], rounded };
  };
  const flat = (rate: number) => ({ base: rate, optimal: 1, kink: rate, most: rate });

  test('goes to who holds the coin, by lots', () => {
    expect(charged([-60, 300, 100, 0], flat(0.1))).toEqual({ cash: [-6000, 4500, 1500, 0, 0], rounded: 0 });
  });

  test('follows utilisation: 160 of 400 at half of the way to the kink', () => {
    expect(charged([-100, 300, 100, -60]).cash).toEqual([-5000, 6000, 2000, -3000, 0]);
  });

  test('of what is owed beyond what is held, the lenders who are outside get their part, at the largest rate', () => {
    expect(charged([-400, 100, 0, 0]).cash).toEqual([-436_000, 109_000, 0, 0, 327_000]);
    expect(charged([-100, 0, 0, 0], flat(0.1)).cash).toEqual([-10_000, 0, 0, 0, 10_000]);
  });

  test('is to the nearest quantum; what depositors are not paid of one is left to the lenders', () => {
    const { cash, rounded } = charged([-1, 1, 1, 1], flat(0.1), 15);
    // 1.5 each quantum is 2, of which each third is less than one.
    expect(cash).toEqual([-2, 0, 0, 0, 2]);
    expect(rounded).toBeCloseTo(0.5, 12);
  });

  test('is nothing where nobody owes', () => expect(charged([0, 5, 0, 0])).toEqual({ cash: [0, 0, 0, 0, 0], rounded: 0 }));
});
