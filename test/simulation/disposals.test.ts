import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { LiquidationRecord, RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { loanWorld } from './one-loan.ts';
import type { LoanWorld } from './one-loan.ts';

interface Case {
  readonly id: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, number>>;
}

const CASES = JSON.parse(readFileSync(new URL('../../reference/vectors.json', import.meta.url), 'utf8')) as readonly Case[];
const caseOf = (id: string): Case => CASES.find((one) => one.id === id)!;

const seed = { seed: 'disposals', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const run = (world: LoanWorld): RunResult => new Simulator().run(loanWorld(world), seed, { detail: true, recountAlways: true });
const paid = ({ quantity, fillPrice }: LiquidationRecord): number => quantity * fillPrice!;

describe('Dutch auction', () => {
  const loans = '{ collateral: 40 ETH, debt: 15_000 }';
  const margin = '{ lending: { liquidationThreshold: 36%, loanToValue: 30% } }';
  const kind = 'kind: dutch-auction, penalty: 10%, flatIncentive: 0, shareIncentive: 0, leastDebt: 0';

  test('maker-liq2/time_to_market/01 in a run: the first purchase is no earlier than the price is at the market', () => {
    const { inputs, expected } = caseOf('maker-liq2/time_to_market/01');
    const result = run({
      loans,
      margin,
      horizon: '1h',
      liquidation: `{ chain: { block: 1s }, loans: { ${kind}, opening: ${inputs['buf']}, fall: { kind: stairs, cut: ${inputs['cut']}, step: ${inputs['step']}s } } }`,
    });
    // Opened at the first block, second 1; a keeper needs the book's bid, half a spread below.
    const [first] = result.liquidations!;
    expect(first!.route).toBe('auction');
    expect(first!.step - 1).toBeGreaterThanOrEqual(expected['seconds']!);
    expect(first!.step - 1).toBeLessThanOrEqual(expected['seconds']! + inputs['step']!);
    // The debt and the penalty, no more; the rest of the collateral stays the owner's.
    expect(result.liquidations!.reduce((sum, one) => sum + paid(one), 0)).toBeCloseTo(16_500, 0);
    expect(metric(result, 'fund_income')).toBeCloseTo(1500, 0);
    expect(metric(result, 'zero_bid_share')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('only so much is to be raised at a time over all auctions', () => {
    const sold = (throttle: string): { readonly first: number; readonly second: number; readonly raised: number } => {
      const result = run({
        loans: `${loans}, ${loans}`,
        margin,
        horizon: '2h',
        liquidation: `{ throttle: ${throttle}, chain: { block: 1s }, loans: { ${kind}, opening: 1.2, fall: { kind: linear, duration: 30m } } }`,
      });
      const steps = new Map<string, number>();
      for (const { account, step } of result.liquidations!) if (!steps.has(account)) steps.set(account, step);
      const [first = NaN, second = NaN] = [...steps.values()];
      return { first, second, raised: result.liquidations!.reduce((sum, one) => sum + paid(one), 0) };
    };
    const free = sold('off');
    expect(free.second).toBe(free.first);
    // The second auction opens once the first has been sold, and then falls as long.
    const limited = sold('{ system: 16_500 }');
    expect(limited.first).toBe(free.first);
    expect(limited.second).toBeGreaterThan(1.9 * free.first);
    for (const { raised } of [free, limited]) expect(raised).toBeCloseTo(33_000, 0);
  });

  test('sells for nothing where nobody has the money for more, and not where somebody has', () => {
    const world = (capital: string): LoanWorld => ({
      loans,
      margin,
      horizon: '10m',
      liquidation: `{ keepers: [{ name: k, count: 1, capital: ${capital} }], chain: { block: 1s }, loans: { ${kind}, fall: { kind: linear, duration: 5m }, longest: 1h, deepest: 0 } }`,
    });
    expect(metric(run(world('borrowed')), 'zero_bid_share')).toBe(0);
    const poor = run(world('1'));
    expect(metric(poor, 'zero_bid_share')).toBeGreaterThan(0.9);
    expect(metric(poor, 'bad_debt')).toBeGreaterThan(10_000);
  });

  test('a price that has fallen too deep has to be started again, and nobody buys before', () => {
    const result = run({
      loans,
      margin,
      horizon: '5m',
      liquidation: `{ keepers: [{ name: k, profit: 10 }], chain: { block: 1s, cost: 100 }, loans: { ${kind}, fall: { kind: linear, duration: 20s }, deepest: 99% } }`,
    });
    // The reward of a start, nothing, does not pay a transaction of 100.
    expect(result.liquidations).toEqual([]);
  });
});

describe('English auction', () => {
  const loans = '{ collateral: 50 ETH, debt: 42_000 }';
  const margin = '{ lending: { liquidationThreshold: 80%, loanToValue: 70% } }';
  const world = (keepers: string): LoanWorld => ({
    loans,
    margin,
    horizon: '20m',
    liquidation: `{ keepers: ${keepers}, chain: { block: 12s, cost: 10, move: none }, loans: { kind: english-auction, leastDebt: 0 } }`,
  });

  test('two keepers who can pay for a transaction bid the lot up to what has to be raised', () => {
    const result = run(world('[{ name: k, count: 2 }]'));
    expect(metric(result, 'bad_debt')).toBe(0);
    expect(metric(result, 'zero_bid_share')).toBe(0);
    expect(result.liquidations!.reduce((sum, one) => sum + paid(one), 0)).toBeCloseTo(42_000 * 1.13, 0);
  });

  test('the only one who can wins it for nothing, and the whole debt is bad', () => {
    const result = run(world('[{ name: many, count: 9, ceiling: 5 }, { name: one, count: 1 }]'));
    expect(metric(result, 'zero_bid_share')).toBe(1);
    expect(metric(result, 'bad_debt')).toBeCloseTo(42_000, 6);
    expect(metric(result, 'keeper_profit')).toBeGreaterThan(49_000);
    expect(metric(result, 'ledger_error')).toBe(0);
    // Ten minutes after its bid.
    expect(result.liquidations![0]!.step).toBeGreaterThanOrEqual(612);
  });

  test('nobody who can, nothing is sold', () => {
    expect(run(world('[{ name: many, count: 9, ceiling: 5 }]')).liquidations).toEqual([]);
  });
});

describe('stability pool', () => {
  const margin = '{ lending: { venue: liquity-v1, loanToValue: 90% } }';
  const pool = (deposits: string): string => `{ chain: { block: 1s }, loans: { kind: stability-pool, deposits: [${deposits}] } }`;

  test('burns the debt for the collateral but for half a per cent, which whoever liquidates has', () => {
    const result = run({
      loans: '{ collateral: 10 ETH, debt: 9500 }, { collateral: 100 ETH, debt: 20_000 }',
      margin,
      liquidation: pool('1000, 20_000, 3000'),
    });
    const [only, ...others] = result.liquidations!;
    expect(others).toEqual([]);
    expect(only!.route).toBe('pool');
    expect(paid(only!)).toBeCloseTo(9500, 6);
    expect(metric(result, 'off_book_notional')).toBeCloseTo(9950, 6);
    expect(metric(result, 'on_book_notional')).toBeLessThan(51);
    expect(metric(result, 'redistributed_debt')).toBe(0);
    expect(metric(result, 'recovery_seconds')).toBe(0);
  });

  test('what it does not reach other loans take', () => {
    const result = run({
      loans: '{ collateral: 10 ETH, debt: 9500 }, { collateral: 100 ETH, debt: 20_000 }',
      margin,
      liquidation: pool('4000'),
    });
    expect(metric(result, 'redistributed_debt')).toBeCloseTo(5500, 6);
    expect(metric(result, 'bad_debt')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('in recovery mode it takes loans above the least ratio, and the surplus stays the owner’s', () => {
    const loans = '{ collateral: 10 ETH, debt: 8000 }, { collateral: 100 ETH, debt: 70_000 }';
    const result = run({ loans, margin, liquidation: pool('50_000') });
    // All loans together: 110 / 78 = 1.41; the first at 1.25 goes, for 1.1 times its debt.
    const [first, ...others] = result.liquidations!;
    expect(others).toEqual([]);
    expect(first!.quantity).toBeCloseTo(8.8, 3);
    expect(metric(result, 'recovery_seconds')).toBeGreaterThan(0);
    expect(run({ loans, margin, liquidation: pool('7000') }).liquidations).toEqual([]);
  });
});

describe('absorption under compound-v3', () => {
  test('the lenders take the loan at the liquidation factor and sell its collateral at half the penalty', () => {
    const result = run({
      loans: '{ collateral: 10 ETH, debt: 9100 }',
      margin: '{ venue: compound-v3 }',
      liquidation: '{ chain: { block: 1s }, keepers: [{ name: k, capital: 50_000 }] }',
    });
    const [only, ...others] = result.liquidations!;
    expect(others).toEqual([]);
    expect(only!.route).toBe('lenders');
    // 10,000 × 0.95 is 400 more than the debt: the borrower's.
    expect(paid(only!)).toBeCloseTo(9500, 6);
    expect(metric(result, 'bad_debt')).toBe(0);
    // Bought at 975 an ETH and sold into the book at about 1000.
    expect(metric(result, 'keeper_profit')).toBeGreaterThan(200);
    expect(metric(result, 'keeper_profit')).toBeLessThan(250);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('collateral worth less than the debt leaves bad debt', () => {
    const result = run({ loans: '{ collateral: 10 ETH, debt: 10_300 }', margin: '{ venue: compound-v3 }' });
    expect(metric(result, 'bad_debt')).toBeCloseTo(300, 6);
  });
});
