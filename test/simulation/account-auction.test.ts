import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DeriveAuctionRules } from '../../src/liquidation/derive-auction.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { playedTwice } from '../laws/every-world.ts';
import { optionsOf } from './one-loan.ts';

interface Case {
  readonly id: string;
  readonly mechanism: string;
  readonly inputs: Readonly<Record<string, number>> & { readonly parameters?: DeriveAuctionRules };
  readonly expected: Readonly<Record<string, number>>;
}

const CASES = JSON.parse(readFileSync(new URL('../../reference/vectors.json', import.meta.url), 'utf8')) as readonly Case[];
const caseOf = (id: string): Case => CASES.find((one) => one.id === `derive-auction/${id}`)!;

const seed = { seed: 'auctions', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const run = (options: RunOptions): RunResult => new Simulator().run(options, seed, { detail: true, recountAlways: true });

/** An account of 10 BTC at 100 each that is worth so much, of which so much is demanded. */
function oneAccount(worth: number, demanded: number, liquidation: string, horizon = '1m', rest = ''): RunOptions {
  return optionsOf(`horizon: ${horizon}
step: 1s
assets:
  - { symbol: BTC, tick: 0.01, lot: 0.0001, driver: { kind: constant, price: 100 }, history: { kind: constant, price: 100 }, mark: index }
market: { makers: { depth: 1e5, reaction: 0 } }
traders:
  - { name: one, margin: cross, accounts: [{ side: long, size: 10 BTC, entry: 100, collateral: ${worth.toFixed(6)} }] }
${rest}
margin: { maintenance: ${(demanded / 1000).toFixed(12)}, initial: 0.9 }
liquidation: ${liquidation}`);
}

function auctionOf(parameters: DeriveAuctionRules, fee = parameters.fee): string {
  const { start, cutoff, fast, slow, insolvent, buffer } = parameters;
  return `{ start: ${start}, cutoff: ${cutoff}, fast: ${fast}s, slow: ${slow}s, insolvent: ${insolvent}s, fee: ${fee}, buffer: ${buffer} }`;
}

describe('the venue’s worked auctions in a run', () => {
  test('dutch_auction_solvent/01: the share that restores the buffer goes, at the discount of the moment', () => {
    const { inputs, expected } = caseOf('dutch_auction_solvent/01');
    const worth = inputs['mark_to_market']!;
    const demanded = worth - inputs['maintenance_margin']!;
    const result = run(oneAccount(worth, demanded, `{ chain: { block: 1s }, auction: ${auctionOf(inputs.parameters!, 0)} }`));
    const [only, ...others] = result.liquidations!;
    expect(others).toEqual([]);
    expect([only!.route, only!.regime, only!.side]).toEqual(['auction', 'cross', 'long']);
    // Whole lots of a hundred thousandth of the position.
    expect(only!.quantity / 10).toBeCloseTo(expected['percent_liquidated']!, 4);
    expect(metric(result, 'keeper_profit')).toBeCloseTo(worth * expected['percent_liquidated']! - expected['cash_paid']!, 5);
    expect(metric(result, 'off_book_notional')).toBeCloseTo(1000 * expected['percent_liquidated']!, 1);
    expect(metric(result, 'on_book_notional')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test.each(['discount/03', 'discount/04'])('%s: a keeper who comes that late pays that share of the mark', (id) => {
    const { inputs, expected } = caseOf(id);
    const late = inputs['seconds']!;
    const keepers = `[{ name: k, latency: ${late}s }]`;
    const result = run(
      oneAccount(120, 140, `{ chain: { block: 1s }, keepers: ${keepers}, auction: ${auctionOf(inputs.parameters!, 0)} }`, `${late + 60}s`),
    );
    const share = expected['discount']!;
    const buffered = -20 - 140 * inputs.parameters!.buffer;
    const sold = buffered / (buffered - 120 * share);
    expect(result.liquidations![0]!.step).toBe(late + 1);
    expect(metric(result, 'keeper_profit')).toBeCloseTo(sold * 120 * (1 - share), 5);
  });

  test('liquidation_fee/01: the account pays it to the fund when the auction opens', () => {
    const { inputs, expected } = caseOf('liquidation_fee/01');
    const worth = inputs['mark_to_market']!;
    const rules = `{ buffer: ${inputs['buffer_pct']}, fee: ${inputs['fee_rate']} }`;
    const result = run(oneAccount(worth, worth - inputs['maintenance_margin']!, `{ chain: { block: 1s }, auction: ${rules} }`));
    expect(metric(result, 'fund_income')).toBeCloseTo(expected['fee']!, 5);
  });
});

describe('an auction of an account', () => {
  const auction = '{ start: 95%, cutoff: 70%, fast: 10s, slow: 60s, insolvent: 100s, fee: 0, buffer: 15% }';

  test('goes in parts to keepers who have the money for no more, until the buffer is whole', () => {
    const keepers = '[{ name: k, count: 9, capital: 20 }]';
    const result = run(oneAccount(120, 140, `{ chain: { block: 1s }, keepers: ${keepers}, auction: ${auction} }`));
    expect(result.liquidations!.length).toBeGreaterThan(1);
    const sold = result.liquidations!.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(sold).toBeGreaterThan(1.5);
    expect(sold).toBeLessThan(10);
    expect(metric(result, 'liquidations')).toBe(1);
    expect(metric(result, 'bad_debt')).toBe(0);
  });

  test('broken between two of its bids it goes on with the same bytes', () => {
    const keepers = '[{ name: k, count: 9, capital: 12 }]';
    const options = oneAccount(120, 140, `{ chain: { block: 12s, room: 1 }, keepers: ${keepers}, auction: ${auction} }`, '80s');
    const steps = run(options).liquidations!.map(({ step }) => step);
    expect([steps[0]! < 40, steps.at(-1)! > 40]).toEqual([true, true]);
    const { hash, again, differs } = playedTwice(new Simulator().begin(options, seed), options.steps);
    expect([again, differs]).toEqual([hash, -1]);
  });

  test('nobody bids without the money that what is taken over demands', () => {
    const keepers = '[{ name: k, count: 9, capital: 0.1 }]';
    const result = run(oneAccount(120, 140, `{ chain: { block: 1s }, keepers: ${keepers}, auction: ${auction} }`));
    expect(result.liquidations).toEqual([]);
  });

  test('a profit that is asked for makes the price fall further', () => {
    const profit = (least: number): number => {
      const keepers = `[{ name: k, profit: ${least} }]`;
      return metric(run(oneAccount(120, 140, `{ chain: { block: 1s }, keepers: ${keepers}, auction: ${auction} }`)), 'keeper_profit');
    };
    expect(profit(10)).toBeGreaterThanOrEqual(10);
    expect(profit(0)).toBeLessThan(10);
  });

  test('once its price is 0 whoever takes the whole has all that is left, and the fund pays the rest of what is demanded in time', () => {
    const keepers = '[{ name: k, profit: 125 }]';
    const result = run(oneAccount(120, 140, `{ insurance: 1000, chain: { block: 1s }, keepers: ${keepers}, auction: ${auction} }`, '5m'));
    const [only] = result.liquidations!;
    expect(only!.quantity).toBe(10);
    // 70 seconds of the falling price; a quarter of the missing 20 after 25 more, and a second for the book's spread.
    expect(only!.step).toBe(1 + 70 + 25 + 1);
    expect(metric(result, 'keeper_profit')).toBeCloseTo(125.2, 5);
    expect(metric(result, 'bad_debt')).toBeCloseTo(5.2, 5);
    expect(metric(result, 'insurance_used')).toBe(metric(result, 'bad_debt'));
  });

  test('an account that owes more than it has leaves its debt to the fund, and then to everybody', () => {
    const insured = (insurance: number): RunResult => {
      const options = oneAccount(50, 200, `{ insurance: ${insurance}, chain: { block: 1s }, auction: ${auction} }`);
      const [market] = options.markets;
      // The price is a tenth lower from the first step on.
      return run({ ...options, markets: [{ ...market!, driver: { kind: 'waypoints', times: [0, 1], prices: [10_000, 9000], noise: 0 } }] });
    };
    const paid = insured(200);
    // What it owes, and two seconds of a hundredth of the 180 that are demanded of it, until somebody takes it.
    expect(metric(paid, 'bad_debt')).toBeCloseTo(53.6, 6);
    expect(metric(paid, 'insurance_used')).toBe(metric(paid, 'bad_debt'));
    const unpaid = insured(0);
    expect(metric(unpaid, 'bad_debt')).toBe(metric(paid, 'bad_debt'));
    expect(metric(unpaid, 'socialised_loss')).toBe(metric(paid, 'bad_debt'));
    expect(metric(unpaid, 'ledger_error')).toBe(0);
  });
});

describe.each([
  ['derive-pmrm-v2', 'portfolio'],
  ['derive-srm', 'standard'],
])('accounts with options under %s, %s margin', (venue, regime) => {
  const leverage = '{ kind: lognormal, median: 3, sigma: 0.3, min: 1.5, max: 5 }';
  const options =
    '[{ kind: put, strike: 90%, expiry: 7d, side: short, size: 0.5x }, { kind: call, strike: 110%, expiry: 30d, side: long, size: 0.3x }]';
  const world = (liquidation: string): RunOptions =>
    optionsOf(`horizon: 15m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 3m, length: 6m, size: 22%, volatility: 30% }, mark: last }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: ramp, price: 4_000, at: 6m, length: 6m, size: 25%, volatility: 50% }, mark: last }
market: { makers: { depth: 10e6 }, noise: { size: 5_000 } }
traders:
  - { name: books, count: 60, margin: ${regime}, side: long, notional: 20e6, leverage: ${leverage}, also: [{ asset: ETH, side: long, notional: 8e6 }] }
  - { name: writers, count: 40, margin: ${regime}, side: long, notional: 6e6, leverage: ${leverage}, options: ${options} }
  - { name: crossed, count: 30, margin: cross, side: long, notional: 4e6, leverage: 3, also: [{ asset: ETH, side: short, notional: 2e6 }] }
  - { name: btc shorts, count: 50, side: short, notional: 30e6, leverage: 2 }
  - { name: eth shorts, count: 50, asset: ETH, side: short, notional: 6e6, leverage: 2 }
margin: { venue: ${venue}, ${regime}: { rules: ${venue}, volatility: 50% } }
liquidation: ${liquidation}`);

  test.each(['{ insurance: 1e5 }', '{ keepers: [{ name: k, count: 5, capital: 1e6, profit: 1000, latency: 30s }], chain: { block: 3s } }'])(
    'are auctioned by the preset, found by index as by a full scan, the ledger at zero after every step: %s',
    (liquidation) => {
      const one = world(liquidation);
      const indexed = new Simulator().run(one, seed, { detail: true, recountAlways: true });
      const scanned = new Simulator().run(one, seed, { detail: true, exactScan: true });
      expect(scanned).toEqual(indexed);
      expect(metric(indexed, 'ledger_error')).toBe(0);
      const shared = indexed.liquidations!.filter((one) => one.regime === regime || one.regime === 'cross');
      expect(shared.length).toBeGreaterThan(10);
      expect(new Set(shared.map(({ route }) => route))).toEqual(new Set(['auction']));
      expect(new Set(shared.map(({ group }) => group)).has('writers')).toBe(true);
      const debts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(indexed, name) || 0);
      expect(debts.reduce((sum, debt) => sum + debt, 0)).toBeCloseTo(metric(indexed, 'bad_debt'), 6);
    },
  );

  test('are closed by orders where the auction is off', () => {
    const result = run(world('{ auction: off }'));
    expect(result.liquidations!.some(({ route }) => route === 'auction')).toBe(false);
    expect(metric(result, 'keeper_profit')).toBeNaN();
  });
});
