import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { bits, root } from '../../src/core/random.ts';
import { FEE_TO_FUND, feeParts, MILLIONTHS } from '../../src/liquidation/fee.ts';
import type { FeeTerms } from '../../src/liquidation/fee.ts';
import { Waterfall } from '../../src/liquidation/waterfall.ts';

const terms = (venue: number, backstop: number): FeeTerms => ({ cap: 'left', venue, backstop });

describe('who gets a fee', () => {
  test('the venue and the vault their parts rounded down, the fund the rest', () => {
    expect(feeParts(1000, terms(250_000, 333_333))).toEqual({ venue: 250, backstop: 333, fund: 417 });
    // 0.29 × 100 is 28.999… in float64.
    expect(feeParts(100, terms(290_000, 0))).toEqual({ venue: 29, backstop: 0, fund: 71 });
    expect(feeParts(1, terms(999_999, 1))).toEqual({ venue: 0, backstop: 0, fund: 1 });
    expect(feeParts(7, terms(MILLIONTHS, 0))).toEqual({ venue: 7, backstop: 0, fund: 0 });
    expect(feeParts(7, FEE_TO_FUND)).toEqual({ venue: 0, backstop: 0, fund: 7 });
  });

  test('every split sums to the fee, each part within a quantum of its share, also beyond 2^53 / 10^6', () => {
    const { lo, hi } = root('fee', 'test');
    for (let k = 0; k < 2000; k++) {
      const paid = Math.floor((bits(lo, hi, 0, k, 0) / 2 ** 32) * 2 ** (bits(lo, hi, 0, k, 1) % 50));
      const venue = bits(lo, hi, 0, k, 2) % (MILLIONTHS + 1);
      const backstop = bits(lo, hi, 0, k, 3) % (MILLIONTHS + 1 - venue);
      const parts = feeParts(paid, terms(venue, backstop));
      expect(parts.venue + parts.backstop + parts.fund).toBe(paid);
      expect(BigInt(parts.venue)).toBe((BigInt(paid) * BigInt(venue)) / BigInt(MILLIONTHS));
      expect(BigInt(parts.backstop)).toBe((BigInt(paid) * BigInt(backstop)) / BigInt(MILLIONTHS));
      expect(parts.fund).toBeGreaterThanOrEqual(0);
    }
  });

  test('one movement a recipient, none to who gets nothing', () => {
    const [FUND, BACKSTOP, SOCIALISED, VENUE, GROUP] = [0, 1, 2, 3, 4] as const;
    const pay = (venue: number, backstop: number): { cash: number[]; legs: number; waterfall: Waterfall } => {
      const ledger = new Ledger(5, 1);
      ledger.deposit(GROUP, 1000, 0);
      ledger.open();
      const accounts = { fund: FUND, backstop: BACKSTOP, socialised: SOCIALISED, venue: VENUE };
      const waterfall = new Waterfall(ledger, accounts, terms(venue, backstop));
      waterfall.fee(GROUP, 99.5, 1000, 1);
      expect([ledger.runningError(), ledger.recount()]).toEqual([0, 0]);
      return { cash: [...ledger.cash], legs: ledger.postings, waterfall };
    };
    const split = pay(500_000, 250_000);
    expect(split.cash).toEqual([25, 25, 0, 50, 900]);
    expect(split.legs).toBe(6);
    const { fees, venueIncome, fundIncome, rounding } = split.waterfall;
    expect([fees, venueIncome, fundIncome, rounding]).toEqual([100, 50, 25, 0.5]);
    expect(pay(0, 0).legs).toBe(2);
    expect(pay(1_000_000, 0).cash).toEqual([0, 0, 0, 100, 900]);
    expect(pay(1_000_000, 0).legs).toBe(2);
  });
});
