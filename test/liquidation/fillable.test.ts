import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankruptcyQuote, closeOf, fillablePrice, takeoverPrice } from '../../src/liquidation/fillable.ts';
import { insuranceDelta } from '../../src/liquidation/insurance.ts';
import { maintenanceQuantums, notionalQuantums, subaccountRisk } from '../../src/margin/quantums.ts';
import type { QuantumPosition } from '../../src/margin/quantums.ts';

const tier = { initialMargin: 200_000n, maintenanceFraction: 500_000n, openInterestLower: 0n, openInterestUpper: 0n };
const position: fc.Arbitrary<QuantumPosition> = fc
  .tuple(fc.bigInt({ min: 10n ** 6n, max: 10n ** 13n }), fc.boolean(), fc.bigInt({ min: 10n ** 5n, max: 10n ** 10n }))
  .map(([size, long, price]) => ({ size: long ? size : -size, resolution: 10, price, priceDecimals: 5, tier }));
const subaccount = fc.tuple(position, position, fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 1000n }));

describe('a close at the bankruptcy price', () => {
  test('leaves the rest covered as the whole was, in favour of the account by less than its roundings', () =>
    fc.assert(
      fc.property(subaccount, ([closed, other, balance, thousandths]) => {
        const delta = -(closed.size * thousandths) / 1000n;
        if (delta === 0n) return;
        const positions = [closed, other];
        const before = subaccountRisk(balance, positions);
        const close = closeOf(balance, positions, 0, delta);
        const quote = bankruptcyQuote(close);
        const after = subaccountRisk(balance + quote, [{ ...closed, size: closed.size + delta }, other]);
        expect(after.maintenance).toBe(before.maintenance - close.freed);
        // equity' / maintenance' ≥ equity / maintenance, and one quantum less would be below
        const gain = after.equity * before.maintenance - before.equity * after.maintenance;
        expect(gain >= 0n && gain < before.maintenance).toBe(true);
      }),
    ));

  test('of all of an only position takes all that is there', () =>
    fc.assert(
      fc.property(position, fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (held, balance) => {
        expect(bankruptcyQuote(closeOf(balance, [held], 0, -held.size))).toBe(-balance);
      }),
    ));

  test.each([1n, -11n, 0n])('refuses a delta of %s on 10', (delta) => {
    const held = { size: 10n, resolution: 10, price: 1n, priceDecimals: 5, tier };
    expect(() => closeOf(0n, [held], 0, delta)).toThrow(`found ${delta} on a position of 10`);
  });
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

test('what closeOf frees is what the position loses', () => {
  const held = { size: 10n ** 10n, resolution: 10, price: 5_000_000_000n, priceDecimals: 5, tier };
  const close = closeOf(-45_010_000_000n, [held], 0, -held.size);
  expect(close).toEqual({
    equity: 4_990_000_000n,
    maintenance: 5_000_000_000n,
    notional: -notionalQuantums(held),
    freed: maintenanceQuantums(held),
  });
});
