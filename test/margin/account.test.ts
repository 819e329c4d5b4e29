import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountEquity, accountLiquidationPrice, collateralValue, maintenanceOf, unrealisedProfit } from '../../src/margin/account.ts';
import type { Account, AccountPosition } from '../../src/margin/account.ts';
import { liquidationPrice } from '../../src/margin/isolated.ts';

const TARGETS = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
  id: string;
  parameters: any;
  expected: any;
}[];

const price = fc.double({ min: 0.01, max: 1e5, noNaN: true });
const size = fc.double({ min: 0.001, max: 1e3, noNaN: true });
const position = (symbol: string): fc.Arbitrary<AccountPosition> =>
  fc.record({
    symbol: fc.constant(symbol),
    size: fc.tuple(size, fc.boolean()).map(([units, long]) => (long ? units : -units)),
    entry: price,
    mark: price,
    rate: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
    deduction: fc.double({ min: 0, max: 1e3, noNaN: true }),
  });
const account: fc.Arbitrary<Account> = fc.record({
  collateral: fc.double({ min: 0, max: 1e8, noNaN: true }),
  positions: fc.tuple(position('A'), position('B'), position('B')),
});

/** The account once a symbol stands at another mark. */
function at(held: Account, symbol: string, mark: number): Account {
  return { ...held, positions: held.positions.map((one) => (one.symbol === symbol ? { ...one, mark } : one)) };
}

describe('an account that shares collateral', () => {
  test('POS-CROSS: a common fall that liquidates it', () => {
    const target = TARGETS.find((one) => one.id === 'POS-CROSS');
    if (target === undefined) throw new Error('no target POS-CROSS');
    const { collateral, legs } = target.parameters;
    // A common fall is a fall of one symbol when every leg is in it.
    const positions = legs.map((leg: { notional: number; m: number }) => {
      return { symbol: 'ALL', size: leg.notional, entry: 1, mark: 1, rate: leg.m, deduction: 0 };
    });
    expect(1 - accountLiquidationPrice({ collateral, positions }, 'ALL')).toBeCloseTo(target.expected, 9);
  });

  test('its liquidation price is where equity = θ × maintenance', () =>
    fc.assert(
      fc.property(account, fc.double({ min: 1, max: 1.9, noNaN: true }), (held, threshold) => {
        for (const symbol of ['A', 'B']) {
          const mark = accountLiquidationPrice(held, symbol, threshold);
          if (mark === 0 || mark === Infinity) continue;
          const there = at(held, symbol, mark);
          const scale = held.collateral + there.positions.reduce((sum, one) => sum + Math.abs(one.size) * (one.mark + one.entry), 1e3);
          expect(Math.abs(accountEquity(there) - threshold * maintenanceOf(there.positions)) / scale).toBeLessThan(1e-9);
        }
      }),
    ));

  test('one position alone is the isolated one', () =>
    fc.assert(
      fc.property(position('A'), fc.double({ min: 0, max: 1e6, noNaN: true }), (held, collateral) => {
        const side = held.size > 0 ? 1 : -1;
        const { entry, rate, deduction } = held;
        const terms = {
          contract: 'mark-notional',
          side,
          entry,
          size: Math.abs(held.size),
          collateral,
          rate,
          deduction,
          threshold: 1,
        } as const;
        const [shared, isolated] = [accountLiquidationPrice({ collateral, positions: [held] }, 'A'), liquidationPrice(terms)];
        // Relative to the money that is added up on the way: what is left of it can be next to nothing.
        const scale = entry + (collateral + deduction) / Math.abs(held.size);
        expect(Math.abs(shared - isolated) / scale).toBeLessThan(1e-12);
      }),
    ));

  test('more collateral moves the liquidation price away', () =>
    fc.assert(
      fc.property(
        position('A'),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (held, some, more) => {
          const price = (collateral: number): number => accountLiquidationPrice({ collateral, positions: [held] }, 'A');
          if (held.size > 0) expect(price(some + more)).toBeLessThanOrEqual(price(some));
          else expect(price(some + more)).toBeGreaterThanOrEqual(price(some));
        },
      ),
    ));

  test('a hedged symbol is liquidated by its requirement alone', () => {
    const leg = { symbol: 'A', entry: 100, mark: 100, rate: 0.01, deduction: 0 };
    const hedged = [
      { ...leg, size: 3 },
      { ...leg, size: -3, entry: 110 },
    ];
    // Equity 5 + 3 × (110 − 100) = 35 does not move; the requirement is 2 × 3 × 0.01 × mark.
    expect(accountLiquidationPrice({ collateral: 5, positions: hedged }, 'A')).toBeCloseTo(35 / 0.06, 9);
  });

  test('names the symbol that is not there', () => {
    const [one] = fc.sample(position('A'), 1);
    if (one === undefined) throw new Error('want a sample');
    expect(() => accountLiquidationPrice({ collateral: 1, positions: [one] }, 'C')).toThrow('found no position in C, want one of A');
    expect(() => accountLiquidationPrice({ collateral: 1, positions: [] }, 'C')).toThrow('want one of none');
  });

  test('profit, requirement and weighted collateral', () => {
    const positions = [{ size: -2, entry: 50, mark: 40, rate: 0.1, deduction: 3 }];
    expect([unrealisedProfit(positions), maintenanceOf(positions), collateralValue(3, 100, 0.9)]).toEqual([20, 5, 270]);
  });
});
