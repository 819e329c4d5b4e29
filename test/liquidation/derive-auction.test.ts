import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auctionShare,
  bufferMargin,
  insolventPayment,
  largestShare,
  openingFee,
  solventBid,
} from '../../src/liquidation/derive-auction.ts';
import { mainnetAuction as rules } from '../../src/venues/derive-bidding.ts';

describe('the price', () => {
  test('falls in two straight lines, without a jump, to 0', () => {
    expect(auctionShare(rules, 0)).toBe(0.95);
    expect(auctionShare(rules, 450)).toBeCloseTo(0.825, 15);
    expect(auctionShare(rules, 900)).toBe(0.7);
    expect(auctionShare(rules, 900 - 1e-9)).toBeCloseTo(0.7, 12);
    expect(auctionShare(rules, 900 + 21_600)).toBeCloseTo(0.35, 15);
    expect(auctionShare(rules, 44_100)).toBe(0);
    expect(auctionShare(rules, 44_100 - 1e-6)).toBeCloseTo(0, 9);
    let before = 1;
    for (let t = 0; t <= 45_000; t += 100) {
      expect(auctionShare(rules, t)).toBeLessThanOrEqual(before);
      before = auctionShare(rules, t);
    }
  });
});

/** An account: what its portfolio is marked at, what it demands, and cash that earlier bids paid in. */
const account = fc
  .record({
    portfolio: fc.double({ min: 1, max: 1e6, noNaN: true }),
    demanded: fc.double({ min: 1, max: 1e6, noNaN: true }),
    reserved: fc.double({ min: 0, max: 1e5, noNaN: true }),
    elapsed: fc.integer({ min: 0, max: 44_000 }),
  })
  .filter(({ portfolio, demanded, reserved }) => portfolio + reserved < demanded);

describe('a bid', () => {
  test('for the most there is restores the buffer, exactly, and ends the auction', () =>
    fc.assert(
      fc.property(account, ({ portfolio, demanded, reserved, elapsed }) => {
        const mark = portfolio + reserved;
        const bid = solventBid(rules, elapsed, mark, mark - demanded, reserved, 1);
        if (bid === null) throw new Error('want a bid');
        // Of the portfolio and what it demands 1 − sold is left; the cash stays and grows by what is paid.
        const left = portfolio * (1 - bid.sold);
        const after = left + reserved + bid.paid;
        expect(Math.abs(bufferMargin(after, after - demanded * (1 - bid.sold), rules.buffer))).toBeLessThan(1e-9 * (mark + demanded));
        expect(bid.ends).toBe(true);
        expect(bid.sold).toBeGreaterThan(0);
        expect(bid.sold).toBeLessThanOrEqual(1);
      }),
    ));

  test('for less gets that share at that price, and the auction goes on', () =>
    fc.assert(
      fc.property(account, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ({ portfolio, demanded, reserved, elapsed }, part) => {
        const mark = portfolio + reserved;
        const most = solventBid(rules, elapsed, mark, mark - demanded, reserved, 1);
        if (most === null) throw new Error('want a bid');
        const bid = solventBid(rules, elapsed, mark, mark - demanded, reserved, part * most.largest);
        expect(bid?.ends).toBe(false);
        expect(bid?.sold).toBe(part * most.largest);
        expect(Math.abs((bid?.paid ?? NaN) - part * most.paid)).toBeLessThan(1e-12 * mark);
      }),
    ));

  test('the longer it takes, the more has to be sold', () => {
    let before = 0;
    for (let t = 0; t < 44_100; t += 300) {
      const bid = solventBid(rules, t, 100, -50, 0, 1);
      expect(bid?.largest).toBeGreaterThan(before);
      before = bid?.largest ?? NaN;
    }
  });

  test('there is none when the auction is over, or when cash is worth more than the portfolio', () => {
    expect(solventBid(rules, 44_100, 100, -50, 0, 1)).toBeNull();
    expect(solventBid(rules, 0, 100, -50, 120, 1)).toBeNull();
    expect(() => solventBid(rules, 0, 100, -50, 0, 0)).toThrow('auction bid: found 0 of the account, want more than 0, at most 1');
  });

  test('nothing is sold of an account that is whole, everything of one below the cutoff', () => {
    expect(largestShare(rules, 100, 0, 0.9, 0)).toBe(0);
    expect(largestShare({ ...rules, wholeBelow: 200 }, 100, -50, 0.9, 0)).toBe(1);
  });
});

test('the fee is a share of what could be sold at the mark', () => {
  const buffered = bufferMargin(100, -50, rules.buffer);
  expect(buffered).toBe(-72.5);
  expect(openingFee(rules, 100, -50)).toBeCloseTo((72.5 / 172.5) * 100 * 0.1, 12);
});

test('an insolvent portfolio pays from its debt to its shortfall, and nothing once it is whole', () => {
  expect(insolventPayment(rules, 0, -20, -50)).toBe(20);
  expect(insolventPayment(rules, 1800, -20, -50)).toBe(35);
  expect(insolventPayment(rules, 3600, -20, -50)).toBe(50);
  expect(insolventPayment(rules, 1e6, -20, -50)).toBe(50);
  expect(insolventPayment(rules, 0, 30, -50)).toBe(0);
  expect(insolventPayment(rules, 100, 60, 5)).toBe(0);
});
