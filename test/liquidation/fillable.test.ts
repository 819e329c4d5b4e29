import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankruptcyQuote, fillablePrice, takeoverPrice } from '../../src/liquidation/fillable.ts';
import type { Close } from '../../src/liquidation/fillable.ts';
import { insuranceDelta } from '../../src/liquidation/insurance.ts';

const money = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
/** A close that frees a part of what is demanded. */
const close: fc.Arbitrary<Close> = fc
  .tuple(money, money, fc.bigInt({ min: 1n, max: 10n ** 13n }), fc.bigInt({ min: 0n, max: 1000n }))
  .map(([equity, notional, maintenance, thousandths]) => ({ equity, notional, maintenance, freed: (maintenance * thousandths) / 1000n }));

describe('a close at the bankruptcy price', () => {
  test('leaves the rest covered as the whole was, in favour of the account by less than a quantum', () =>
    fc.assert(
      fc.property(close, (one) => {
        const equity = one.equity + one.notional + bankruptcyQuote(one);
        // equity' / maintenance' ≥ equity / maintenance, and one quantum less would be below
        const gain = equity * one.maintenance - one.equity * (one.maintenance - one.freed);
        expect(gain >= 0n && gain < one.maintenance).toBe(true);
      }),
    ));

  test('of all that is demanded takes all that is there', () =>
    fc.assert(
      fc.property(close, (one) => {
        expect(bankruptcyQuote({ ...one, freed: one.maintenance })).toBe(-one.notional - one.equity);
      }),
    ));
});

describe('the limit price', () => {
  const terms = { maintenance: 100, size: 2, notional: 2000, positionMaintenance: 60, bankruptcyAdjustment: 1, spreadToMaintenance: 1.5 };

  test('runs from the oracle price at equity = maintenance to the whole spread at bankruptcy', () => {
    expect(fillablePrice({ ...terms, equity: 100 })).toBe(1000);
    expect(fillablePrice({ ...terms, equity: 150 })).toBe(1000);
    expect(fillablePrice({ ...terms, equity: 50 })).toBe(977.5);
    expect(fillablePrice({ ...terms, equity: 0 })).toBe(955);
    expect(fillablePrice({ ...terms, equity: -50 })).toBe(955);
    expect(fillablePrice({ ...terms, equity: 50, bankruptcyAdjustment: 2 })).toBe(955);
    expect(fillablePrice({ ...terms, equity: 0, size: -2, notional: -2000 })).toBe(1045);
  });

  test('is never better for the account than the oracle price, and worse the lower its equity', () =>
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (equity, less) => {
        const price = fillablePrice({ ...terms, equity });
        expect(price).toBeLessThanOrEqual(1000);
        expect(fillablePrice({ ...terms, equity: equity - less })).toBeLessThanOrEqual(price);
      }),
    ));

  test('a takeover is half-way between what a position is worth and what it counts for', () => {
    expect(takeoverPrice(2000, 0.95)).toBe(1950);
    expect(takeoverPrice(2000, 1)).toBe(2000);
  });
});

describe('the insurance fund', () => {
  test('pays what a fill is worse than bankruptcy, and is paid at most the fee and at most the difference', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        (received, bankruptcy, fee) => {
          const paid = insuranceDelta(received, bankruptcy, fee);
          const above = received - bankruptcy;
          if (above <= 0n) expect(paid).toBe(above);
          else {
            const size = received < 0n ? -received : received;
            expect(paid >= 0n && paid <= above && paid * 1_000_000n <= size * fee).toBe(true);
            expect(paid === above || (paid + 1n) * 1_000_000n > size * fee).toBe(true);
          }
        },
      ),
    ));
});
