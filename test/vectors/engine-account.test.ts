import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountLiquidationPrice } from '../../src/margin/account.ts';
import { bankruptcyPrice, equityAt, liquidationPrice, maintenanceAt } from '../../src/margin/isolated.ts';
import { EngineAccount } from './engine-account.ts';

// What vectors are held against is as fine as their digits: any position at the desks of a run agrees with the closed forms for people.

const side = fc.constantFrom<1 | -1>(1, -1);
const amount = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Of decimal prices, as files state them. */
const price = fc.integer({ min: 1, max: 10_000_000 }).map((cents) => cents / 100);
const leverage = amount(1.2, 20);

function close(found: number, want: number, relative: number): void {
  expect(Math.abs(found - want) / Math.abs(want)).toBeLessThanOrEqual(relative);
}

test.each(['mark-notional', 'entry-notional'] as const)('%s: prices, equity and maintenance to 1e-12', (contract) =>
  fc.assert(
    fc.property(side, price, amount(1e-4, 1e4), leverage, amount(0.001, 0.04), amount(0, 0.3), (direction, entry, size, by, rate, off) => {
      const deduction = contract === 'mark-notional' ? off * rate * size * entry * 0.1 : 0;
      const held = { contract, side: direction, entry, size, collateral: (size * entry) / by, rate, deduction, threshold: 1 };
      const account = new EngineAccount([{ ...held, size: direction * size }], held.collateral);
      close(account.liquidationPrice(), liquidationPrice(held), 1e-12);
      close(account.bankruptcyPrice(), bankruptcyPrice(held), 1e-12);
      close(account.equity(entry), equityAt(held, entry), 1e-12);
      close(account.maintenance(entry), maintenanceAt(held, entry), 1e-12);
    }),
  ),
);

test.each(['inverse', 'inverse-entry'] as const)('%s: prices to a tick of 0.001, coin to 1e-12', (contract) =>
  fc.assert(
    fc.property(side, fc.integer({ min: 1000, max: 100_000 }), fc.integer({ min: 10_000, max: 1_000_000 }), amount(1.5, 20), amount(0.001, 0.02), (direction, entry, size, by, rate) => {
      const held = { contract, side: direction, entry, size, collateral: size / entry / by, rate, threshold: 1 };
      const account = new EngineAccount([{ ...held, size: direction * size }], held.collateral);
      expect(Math.abs(account.liquidationPrice() - liquidationPrice(held))).toBeLessThanOrEqual(0.0011);
      expect(Math.abs(account.bankruptcyPrice() - bankruptcyPrice(held))).toBeLessThanOrEqual(0.0011);
      // Half a quantum for what is put in and half for what the position costs, and what doubles of that size cannot tell apart.
      expect(Math.abs(account.equity(entry) - held.collateral)).toBeLessThanOrEqual(1e-12 + (4 * Number.EPSILON * size) / entry);
      close(account.maintenance(entry), maintenanceAt(held, entry), 1e-12);
    }),
  )); // prettier-ignore

test('positions that share their collateral, in the price of each', () =>
  fc.assert(
    fc.property(fc.array(fc.record({ side, entry: price, notional: amount(1e3, 1e5), move: amount(0.98, 1.02), rate: amount(0.001, 0.03) }), { minLength: 2, maxLength: 4 }), leverage, (drawn, by) => {
      const positions = drawn.map(({ side: direction, entry, notional, move, rate }, k) => {
        const size = direction * Number((notional / entry).toPrecision(6));
        return { symbol: String(k), size, entry, mark: Number((entry * move).toFixed(4)), rate, deduction: 0 };
      });
      const collateral = positions.reduce((sum, { size, entry }) => sum + Math.abs(size * entry), 0) / by;
      const account = new EngineAccount(positions.map((one) => ({ ...one, contract: 'mark-notional' })), collateral);
      const marks = positions.map(({ mark }) => mark);
      for (const [k, { symbol, entry }] of positions.entries()) {
        const want = accountLiquidationPrice({ collateral, positions }, symbol);
        if (want > 0 && want < 8 * entry) expect(Math.abs(account.liquidationPrice(k, ...marks) - want)).toBeLessThan(account.rounding(k) + 1e-12 * entry);
      }
    }),
  )); // prettier-ignore

test('a venue at which equality liquidates does so at the price itself', () => {
  const held = { contract: 'entry-notional', size: 1, entry: 20_000, rate: 0.005 } as const;
  expect([true, false].map((equality) => new EngineAccount([held], 400, equality).isDue(19_700))).toEqual([true, false]);
  expect([true, false].map((equality) => new EngineAccount([{ ...held, size: -1 }], 400, equality).isDue(20_300))).toEqual([true, false]);
});

test('what a closed position owes is what the fund is asked for', () => {
  const account = new EngineAccount([{ contract: 'mark-notional', size: 500, entry: 1, rate: 0.03 }], 100);
  expect(account.closeAt(0.77)).toBeCloseTo(15, 9);
});
