import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { readVectors } from '../vectors/file.ts';
import { example, run } from './example.ts';

// Liquidators who take positions over at a venue's own price: worked examples, replayed by runs under its preset.

const vectors = readVectors(fileURLToPath(new URL('../../reference/vectors.json', import.meta.url)));
const vector = (id: string) => {
  const { inputs, expected } = vectors.find((one) => one.id === id)!;
  return { given: (key: string) => Number(inputs[key]), want: (key: string) => Number(expected[key]), inputs };
};
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const taken = (result: RunResult): [number, number, string][] =>
  result.liquidations!.map(({ quantity, fillPrice, route }) => [Number(quantity.toPrecision(12)), fillPrice!, route]);

describe('vertex: half-way to what it counts for', () => {
  test.each([
    ['vertex/liquidation_price/01', 'long', 'maintenance_asset_weight'],
    ['vertex/liquidation_price/02', 'short', 'maintenance_liability_weight'],
  ])('%s: a %s, whatever the book says', (id, side, weight) => {
    const { given, want } = vector(id);
    const oracle = given('oracle');
    const sign = side === 'long' ? 1 : -1;
    const before = oracle + sign * 200;
    const result = example({
      asset: 'tick: 1\n    lot: 1',
      before,
      price: oracle,
      // Equity of 90 a unit on a maintenance of 100.
      account: `{ side: ${side}, size: 10, entry: ${before}, collateral: ${10 * 290} }`,
      quote: side === 'long' ? 1 : oracle * 3,
      buys: side === 'short',
      margin: 'venue: vertex',
    });
    expect(0.05).toBeCloseTo(Math.abs(given(weight) - 1), 12);
    expect(taken(result)).toEqual([[10, want('liquidation_price'), 'backstop']]);
    // What the liquidator gains on the mark is what the trader lost against it.
    expect(metric(result, 'backstop_pnl')).toBe(10 * Math.abs(oracle - want('liquidation_price')));
    expect([metric(result, 'bad_debt'), metric(result, 'on_book_notional'), metric(result, 'excess_drawdown')]).toEqual([0, 0, 0]);
  });
});

describe('drift', () => {
  const shortage = (
    policy: string,
    rest: { readonly size: number; readonly collateral: number; readonly rate?: number; readonly lot?: number },
  ) =>
    run(`
horizon: 200s
assets:
  - symbol: BTC
    tick: 1
    lot: ${rest.lot ?? 1}
    driver: { kind: waypoints, points: [[0s, 110], [2s, 110], [3s, 100], [200s, 100]] }
    mark: index
market: { makers: { kind: flat, size: 1, bid: 1, bidLevels: 1, ask: 1000, askLevels: 1 } }
traders:
  - { name: one, accounts: [{ side: long, size: ${rest.size}, entry: 110, collateral: ${rest.collateral} }] }
margin: { venue: drift, maintenance: ${rest.rate ?? 0.1}, initial: ${2 * (rest.rate ?? 0.1)} }
liquidation: { policy: { kind: shortage, slot: 1s, ${policy} } }
`);

  test('drift/base_to_cover_margin_shortage/01: a position is reduced by what covers the shortage', () => {
    const { given, want } = vector('drift/base_to_cover_margin_shortage/01');
    expect(given('oracle_price')).toBe(100);
    // Equity 40 on a maintenance of 50.
    const result = shortage(`fee: ${given('liquidation_fee')}`, { size: 5, collateral: 90, rate: given('margin_ratio'), lot: 0.001 });
    expect(taken(result)).toEqual([[want('base_asset_amount'), 100, 'backstop']]);
  });

  test('drift/max_pct_to_liquidate: the share that may be freed grows from slot to slot, and small shortages go at once', () => {
    const cases = ['03', '05', '06'].map((one) => vector(`drift/max_pct_to_liquidate/${one}`));
    const [first] = cases;
    const slots = first!.given('liquidation_duration_slots');
    const initial = first!.given('initial_pct');
    // Maintenance 100,000 on 10,000 units, equity 99,000: 100 units cover the shortage of 1,000.
    const result = shortage(`fee: 0, initial: ${initial}, over: ${slots}s`, { size: 10_000, collateral: 199_000, lot: 0.001 });
    const freed = (slot: number): number =>
      result.liquidations!.reduce((sum, { step, quantity }) => sum + (step - 3 <= slot ? quantity * 10 : 0), 0);
    for (const { given, want } of cases) {
      const now = given('margin_freed') + (want('pct_1e4') / 10_000) * given('margin_shortage');
      // To what a lot more than is needed frees, and a ten-thousandth of what is left.
      expect(Math.abs(freed(given('slots_elapsed')) - now)).toBeLessThan(0.2);
    }
    expect(freed(0)).toBeCloseTo(initial * 1000, 6);
    expect(freed(slots)).toBeCloseTo(1000, 6);
    const { given, want } = vector('drift/max_pct_to_liquidate/01');
    expect(want('pct_1e4')).toBe(10_000);
    const small = shortage('fee: 0, initial: 10%, over: 150s', { size: 490, collateral: 490 * 20 - given('margin_shortage') });
    expect(taken(small)).toEqual([[5, 100, 'backstop']]);
  });

  test('drift/perp_insurance_fund_fee/01: the fund gets what the margin leaves', () => {
    const { given, want } = vector('drift/perp_insurance_fund_fee/01');
    const fee = want('if_fee_ppm') / 1e6;
    const result = shortage(`fee: ${given('liquidator_fee')}, insurance: ${given('max_if_fee')}`, {
      size: given('base_asset_amount'),
      collateral: 130,
      rate: given('margin_ratio'),
      lot: 0.0001,
    });
    const [[quantity, price]] = taken(result) as [[number, number, string]];
    // 20 / (100 × (5 % − 1 %) − 100 × 1.9 %).
    expect(quantity).toBe(9.5239);
    expect(price).toBeCloseTo(99, 9);
    expect(metric(result, 'fund_income')).toBeCloseTo(fee * quantity * 100, 3);
    expect(metric(result, 'backstop_pnl')).toBeCloseTo(0.01 * quantity * 100, 3);
  });

  test('the fee rises by slots once the grace has passed', () => {
    const result = shortage('fee: 2%, largestFee: 5%, grace: 10s, feeStep: 0.1%, initial: 10%, over: 150s', {
      size: 10_000,
      collateral: 199_000,
      lot: 0.001,
    });
    const at = (slot: number): number => result.liquidations!.find(({ step }) => step - 3 === slot)!.fillPrice!;
    expect(at(9)).toBeCloseTo(98, 9);
    expect(at(10)).toBeCloseTo(97, 9);
    expect(at(20)).toBeCloseTo(96, 9);
  });

  test('drift/perp_bankruptcy_social_loss/01: what nobody paid is taken from every open lot', () => {
    const { given } = vector('drift/perp_bankruptcy_social_loss/01');
    const rate = vector('drift/perp_bankruptcy_social_loss/01').want('funding_rate_delta_1e9') / 1e9;
    const world = (rule: string) =>
      run(`
horizon: 8s
assets:
  - symbol: BTC
    tick: 1
    lot: 1
    driver: { kind: waypoints, points: [[0s, 300], [2s, 300], [3s, 100], [8s, 100]] }
    mark: index
market: { makers: { kind: flat, size: 1, bid: 1, bidLevels: 1, ask: 1000, askLevels: 1 } }
traders:
  - { name: debtor, accounts: [{ side: long, size: 1, entry: 300, collateral: ${200 - given('loss')} }] }
  - { name: longs, accounts: [{ side: long, size: ${given('base_long') - 1}, entry: 100, collateral: 400 }] }
  - { name: shorts, accounts: [{ side: short, size: ${-given('base_short')}, entry: 300, collateral: 1400 }] }
margin: { venue: drift, maintenance: 1%, initial: 2% }
liquidation: { policy: takeover, socialised: ${rule} }
`);
    const spread = world('venue');
    const claim = world('claim');
    expect(rate).toBeCloseTo(100 / 11, 5);
    for (const result of [spread, claim]) {
      expect(metric(result, 'ledger_error')).toBe(0);
      expect(metric(result, 'socialised_loss')).toBe(metric(result, 'bad_debt'));
    }
    // The liquidator's lot is one of the long ones.
    const owed = metric(spread, 'socialised_loss') / 11;
    expect(metric(claim, 'backstop_pnl') - metric(spread, 'backstop_pnl')).toBeCloseTo(owed, 0);
  });
});

describe('gmx-v2: profit that has outgrown the pool', () => {
  const trigger = (id: string) => {
    const { given, inputs, want } = vector(id);
    const [size, entry, price] = [given('size_usd'), given('entry'), given('price')];
    const result = run(`
horizon: 8s
assets:
  - symbol: BTC
    tick: 0.01
    lot: 1
    driver: { kind: waypoints, points: [[0s, ${entry}], [2s, ${entry}], [3s, ${price}], [8s, ${price}]] }
    mark: index
market: { makers: { kind: flat, size: 1, bid: 1, bidLevels: 1, ask: 100, askLevels: 1 } }
traders:
  - { name: large, accounts: [{ side: long, size: ${(0.75 * size) / entry}, entry: ${entry}, collateral: ${size} }] }
  - { name: small, accounts: [{ side: long, size: ${(0.25 * size) / entry}, entry: ${entry}, collateral: ${size} }] }
margin: { venue: gmx-v2 }
liquidation: { profitLimit: { pool: ${given('pool_usd')}, largest: ${given('max_pnl_factor_for_adl')}, until: 5% } }
`);
    return { result, want, inputs, factor: (size * (price - entry)) / entry / given('pool_usd'), price, size: (0.75 * size) / entry };
  };

  test('gmx-v2/adl_trigger/01: below the share nothing happens', () => {
    const { result, want, inputs, factor } = trigger('gmx-v2/adl_trigger/01');
    expect(factor).toBeCloseTo(want('pnl_to_pool'), 12);
    expect([inputs['price'], metric(result, 'adl_accounts'), metric(result, 'adl_notional')]).toEqual([22, 0, 0]);
  });

  test('gmx-v2/adl_trigger/03: above it the most profitable go, at the mark, until the pool is spared', () => {
    const { result, want, factor, price, size } = trigger('gmx-v2/adl_trigger/03');
    expect(factor).toBeCloseTo(want('pnl_to_pool'), 12);
    // Three quarters of 12 % gone leave 3 %.
    expect([metric(result, 'adl_accounts'), metric(result, 'adl_notional')]).toEqual([1, size * price]);
    expect([metric(result, 'ledger_error'), metric(result, 'liquidations'), metric(result, 'on_book_notional')]).toEqual([0, 0, 0]);
    expect(metric(result, 'backstop_pnl')).toBe(0);
  });
});
