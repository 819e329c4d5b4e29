import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { LiquidationRecord, RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { loanWorld } from './one-loan.ts';
import type { LoanWorld } from './one-loan.ts';

interface Case {
  readonly id: string;
  readonly venue: string;
  readonly mechanism: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, number>>;
}

const CASES = JSON.parse(readFileSync(new URL('../../reference/vectors.json', import.meta.url), 'utf8')) as readonly Case[];
const casesOf = (venue: string, mechanism: string): readonly (readonly [string, Case])[] =>
  CASES.filter((one) => one.venue === venue && one.mechanism === mechanism).map((one) => [one.id, one] as const);

const seed = { seed: 'loans', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const run = (world: LoanWorld): RunResult => new Simulator().run(loanWorld(world), seed, { detail: true, recountAlways: true });
const takenIn = (world: LoanWorld): readonly LiquidationRecord[] => run(world).liquidations!;
/** What a record's group was relieved of, in quote units. */
const repaid = ({ quantity, fillPrice }: LiquidationRecord): number => quantity * fillPrice!;

describe('fixed-spread sale under aave-v3', () => {
  test.each(casesOf('aave-v3', 'liquidation_bonus'))('%s in a run', (_, { inputs, expected }) => {
    // In ETH at 1000: a health factor just below 1.
    const [first] = takenIn({
      loans: `{ collateral: ${(1.2 * inputs['debt_eth']!).toFixed(3)}, debt: ${1000 * inputs['debt_eth']!} }`,
      margin: '{ venue: aave-v3 }',
      liquidation: `{ loans: { kind: fixed-spread, bonus: ${inputs['bonus']}, closeFactor: ${inputs['close_factor']} } }`,
    });
    expect(first!.route).toBe('keeper');
    expect(first!.regime).toBe('lending');
    expect(first!.quantity).toBeCloseTo(expected['collateral_eth']!, 12);
    expect(repaid(first!)).toBeCloseTo(1000 * expected['repay_eth']!, 6);
  });

  test.each(casesOf('aave-v3', 'close_factor'))('%s in a run', (_, { inputs, expected }) => {
    const { health_factor: health = 0, collateral_usd: collateral = 0, debt_usd: debt = 0 } = inputs;
    const [first] = takenIn({
      loans: `{ collateral: ${collateral / 1000}, debt: ${debt} }`,
      margin: `{ venue: aave-v3, lending: { liquidationThreshold: ${((health * debt) / collateral).toPrecision(12)}, loanToValue: 40% } }`,
    });
    // Collateral is taken in whole lots, so that what is repaid for it is exact and what is taken within one.
    expect(repaid(first!)).toBeCloseTo(expected['close_factor']! * debt, 4);
  });

  test('aave-v3/min_leftover/01 in a run: a size that leaves dust is not taken', () => {
    const loan = { loans: '{ collateral: 2.4, debt: 2000 }', margin: '{ venue: aave-v3 }' };
    const half = (leftover: number): string =>
      `{ loans: { kind: fixed-spread, bonus: 5%, fullCloseBelow: 0, leastLeftover: ${leftover} } }`;
    expect(repaid(takenIn({ ...loan, liquidation: half(1000) })[0]!)).toBeCloseTo(1000, 6);
    // A quarter of it leaves 1500 of debt and 1.8 ETH.
    expect(repaid(takenIn({ ...loan, liquidation: half(1001) })[0]!)).toBeCloseTo(500, 6);
    expect(takenIn({ ...loan, liquidation: half(2001) })).toEqual([]);
  });

  test('collateral that does not reach is all taken, and the rest of the debt is bad', () => {
    const result = run({ loans: '{ collateral: 5 ETH, debt: 5200 }', margin: '{ venue: aave-v3 }' });
    const [only, ...others] = result.liquidations!;
    expect(others).toEqual([]);
    expect(only!.quantity).toBe(5);
    expect(repaid(only!)).toBeCloseTo(5000 / 1.05, 4);
    expect(metric(result, 'bad_debt')).toBeCloseTo(5200 - 5000 / 1.05, 4);
    // The fund has nothing but the venue's share of the bonus.
    expect(metric(result, 'insurance_used')).toBeCloseTo((0.1 * (5000 * 0.05)) / 1.05, 4);
    expect(metric(result, 'insurance_used') + metric(result, 'socialised_loss')).toBeCloseTo(metric(result, 'bad_debt'), 9);
  });

  test("a loan is held to its own terms, not to its market's ladder, and knows no grace", () => {
    const margin = '{ venue: hyperliquid, grace: 1h, lending: { venue: aave-v3, liquidationThreshold: 75%, loanToValue: 60% } }';
    const [first] = takenIn({ loans: '{ collateral: 6 ETH, debt: 4800 }', margin });
    expect(first!.mcr).toBeCloseTo((6000 - 4800) / (6000 * (1 - 0.75)), 12);
    expect(first!.step).toBeLessThan(60);
  });

  test('a loan at a health factor of 1 stays, a quantum below it goes', () => {
    const margin = '{ venue: aave-v3 }';
    expect(takenIn({ loans: '{ collateral: 10 ETH, debt: 8300 }', margin })).toEqual([]);
    expect(takenIn({ loans: '{ collateral: 10 ETH, debt: 8300.001 }', margin })).not.toEqual([]);
  });
});

describe('keepers', () => {
  const loans = '{ collateral: 10 ETH, debt: 8500 }';
  const margin = '{ venue: aave-v3 }';
  const with_ = (keeper: string, chain = ''): LoanWorld => ({
    loans,
    margin,
    liquidation: `{ keepers: [{ name: k, count: 1, ${keeper} }]${chain === '' ? '' : `, chain: { ${chain} }`} }`,
  });

  test('act in blocks, after their latency', () => {
    expect(takenIn(with_('latency: 0'))[0]!.step).toBe(12);
    expect(takenIn(with_('latency: 15s'))[0]!.step).toBe(24);
    expect(takenIn(with_('latency: 0', 'block: 2s'))[0]!.step).toBe(2);
  });

  test('do nothing that does not pay: the loan stays, and its debt is latent', () => {
    const result = run({ ...with_('latency: 0', 'cost: 300'), loans: '{ collateral: 5 ETH, debt: 5100 }' });
    expect(result.liquidations).toEqual([]);
    expect(metric(result, 'latent_bad_debt')).toBeCloseTo(100, 9);
    expect(metric(result, 'bad_debt')).toBe(0);
  });

  test('repay what their money allows, the largest share of it that pays', () => {
    const [first] = takenIn(with_('capital: 1200'));
    expect(repaid(first!)).toBeCloseTo(4250 / 4, 4);
  });

  test('stay away while a transaction costs more than they pay, and come back', () => {
    const falls: Partial<LoanWorld> = { driver: '{ kind: waypoints, points: [[0s, 1100], [10s, 990], [60s, 990]] }', price: 1100 };
    const chain = 'block: 1s, cost: 10, move: 5%, window: 20s';
    expect(takenIn({ ...with_('ceiling: none', chain), ...falls })[0]!.step).toBe(7);
    // 10 × (1 + 10 % / 5 %) is too much for it until the fall is twenty seconds old.
    const [late] = takenIn({ ...with_('ceiling: 15', chain), ...falls });
    expect(late!.step).toBeGreaterThan(20);
    expect(late!.step).toBeLessThanOrEqual(30);
  });

  test('a block has room for so many transactions', () => {
    const three = { loans: `${loans}, ${loans}, ${loans}`, margin };
    const steps = (room: string): readonly number[] => {
      const fills = takenIn({ ...three, liquidation: `{ chain: { room: ${room} } }` });
      return [...new Map(fills.map(({ account, step }) => [account, step] as const).reverse()).values()].sort((a, b) => a - b);
    };
    expect(steps('unlimited')).toEqual([12, 12, 12]);
    expect(steps('1')).toEqual([12, 24, 36]);
  });

  test('whose collateral the book does not take do not buy it: the fall stops at the bids that there are', () => {
    const thin = run({
      ...with_('latency: 0'),
      market: '{ makers: { kind: flat, size: 0.01, bid: 999.99, bidLevels: 100, ask: 1000.01, askLevels: 1 } }',
    });
    expect(metric(thin, 'liquidations')).toBe(1);
    const sold = thin.liquidations!.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(sold).toBeLessThanOrEqual(1);
    expect(metric(thin, 'ledger_error')).toBe(0);
  });
});

test('interest makes a loan due', () => {
  // 10 ETH at a threshold of 83 %: 8300. A debt of 8200 passes it after 0.0122 / rate years.
  const world = (interest: string): LoanWorld => ({
    horizon: '10m',
    loans: '{ collateral: 10 ETH, debt: 8200 }',
    margin: `{ venue: aave-v3, lending: { interest: ${interest}, accrual: 1s } }`,
  });
  expect(takenIn(world('0'))).toEqual([]);
  // 8200 × (1 + 10 / 31,536,000)^t: not in ten minutes.
  expect(takenIn(world('10'))).toEqual([]);
  const [first] = takenIn({ ...world('10'), loans: '{ collateral: 10 ETH, debt: 8299 }' });
  // 8299 × 10 / 31,536,000 = 0.0026 a second: 1 after 380.
  expect(first!.step).toBeGreaterThanOrEqual(380);
  expect(first!.step).toBeLessThanOrEqual(396);
});

test('a threshold other than 1 is the health factor LT / (1 − θ(1 − LT))', () => {
  // θ = 0.5 at LT = 80 %: 0.8 / 0.9 = 0.8889, a debt of 9000 on 10,000.
  const margin = '{ venue: aave-v3, threshold: 0.5, lending: { liquidationThreshold: 80%, loanToValue: 70% } }';
  expect(takenIn({ loans: '{ collateral: 10 ETH, debt: 9000 }', margin })).toEqual([]);
  expect(takenIn({ loans: '{ collateral: 10 ETH, debt: 9000.001 }', margin })).not.toEqual([]);
});

test('borrowers stand beside leveraged traders in one market, and neither is anybody’s short', () => {
  const result = run({
    driver: '{ kind: waypoints, points: [[0s, 1000], [30s, 800], [60s, 800]] }',
    loans: `
  - { name: borrowers, count: 50, margin: lending, notional: 1e6, loanToValue: { kind: lognormal, median: 60%, sigma: 0.2, min: 30%, max: 79% } }
  - { name: longs, count: 50, side: long, notional: 1e6, leverage: 8 }
  - { name: shorts, count: 50, side: short, notional: 1e6, leverage: 2 }`,
    margin: '{ venue: generic, lending: { venue: aave } }',
  });
  const regimes = new Set(result.liquidations!.map(({ regime }) => regime));
  expect([...regimes].sort()).toEqual(['isolated', 'lending']);
  expect(metric(result, 'ledger_error')).toBe(0);
});
