import { expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { run } from '../venues/example.ts';

// Interest on coins that cross accounts owe.

/** Nothing moves: of 10,000 held long 100 is maintenance, and 100,000 of a coin are owed, of which a second's interest at 1000 % a year is 0.032. */
const still = (interest: string, collateral: string, others = ''): RunResult =>
  run(`
horizon: 60s
assets:
  - { symbol: ONE, tick: 1, lot: 0.001, driver: { kind: constant, price: 1000 }, mark: index }
  - { symbol: COIN, tick: 1, lot: 0.001, contract: { kind: spot, haircut: 0%, ${interest} }, driver: { kind: constant, price: 1000 }, mark: index }
market: { makers: { kind: flat, size: 1000000, bid: 1000, bidLevels: 1, ask: 1001, askLevels: 1 } }
traders:
  - { name: one, margin: cross, accounts: [{ side: long, size: 10 ONE, entry: 1000, collateral: ${collateral}, borrows: [{ asset: COIN, size: 100 COIN }] }] }
${others}
margin: { maintenance: 1%, initial: 2% }
`);
const firstStep = ({ liquidations }: RunResult): number | undefined => liquidations![0]?.step;

test('liquidates by itself, at the step at which so much has been charged', () => {
  expect(firstStep(still('interest: 0', '100.1'))).toBeUndefined();
  // 100.1 − 4 × 0.032 is below 100 for the first time.
  expect(firstStep(still('interest: 1000%, accrual: 1s', '100.1'))).toBe(4);
  // In two seconds 0.063.
  expect(firstStep(still('interest: 1000%, accrual: 2s', '100.1'))).toBe(4);
  expect(firstStep(still('interest: 1000%, accrual: 20s', '100.1'))).toBe(20);
  expect(firstStep(still('interest: 500%, accrual: 1s', '100.1'))).toBe(7);
});

test('rises with the share of what accounts hold that is owed, and who holds the coin gets it', () => {
  const curve = 'interest: { optimal: 50%, kink: 500%, most: 1000% }, accrual: 1s';
  const saver = (coins: number): string =>
    `  - { name: saver, margin: cross, accounts: [{ side: short, size: 1 ONE, entry: 1000, collateral: 1000, coins: [{ asset: COIN, size: ${coins} COIN }] }] }`;
  expect(firstStep(still(curve, '100.1'))).toBe(4);
  expect(firstStep(still(curve, '100.1', saver(200)))).toBe(7);
  const result = still(curve, '100.1', saver(400));
  // 250 % is 0.008 a second.
  expect(firstStep(result)).toBe(13);
  expect(result.metrics[METRIC_NAMES.indexOf('ledger_error')]).toBe(0);
});
