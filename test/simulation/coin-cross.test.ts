import { describe, expect, test } from 'vitest';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

const seed = { seed: 'coin accounts', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const run = (options: RunOptions): RunResult => new Simulator().run(options, seed, { detail: true, recountAlways: true });

function resolved(text: string): RunOptions {
  const parsed = parseExperiment(text, { path: 'coin-cross.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

/** A perpetual and a quarterly future of one coin, at 10,000 in books that stand; somebody sells the perpetual, or buys it, tick by tick. */
function world({
  traders,
  order = 'sell',
  margin = 'maintenance: 0.5%, initial: 2%, call: 2',
  rest = '',
}: Record<string, string> & { traders: string }) {
  const asset = (symbol: string): string =>
    `  - { symbol: ${symbol}, tick: 100, lot: 1, contract: { kind: inverse, face: 100, coin: BTC }, driver: { kind: constant, price: 10_000 }, mark: last }`;
  return resolved(`
horizon: 20s
assets:
${asset('PERP')}
${asset('QUARTER')}
market: { makers: { kind: flat, size: 100, bid: 9_900, bidLevels: 90, ask: 10_100, askLevels: 90 } }
traders:
${traders}
orders:
${Array.from({ length: 14 }, (_, k) => `  - { at: ${k + 1}s, asset: PERP, side: ${order}, size: 100 }`).join('\n')}
margin: { ${margin} }
liquidation: { ${rest} }
`);
}

const account = (terms: string): string => `  - { name: one, margin: cross, asset: PERP, accounts: [{ ${terms} }] }`;

describe('positions on one coin', () => {
  test('share it: a long with another one beside it is liquidated where the sum of both requirements says', () => {
    const legs = 'side: long, size: 10, entry: 10_000, leverage: 10, also: [{ asset: QUARTER, side: long, size: 5, entry: 10_000 }]';
    const { liquidations } = run(world({ traders: account(legs) }));
    // 0.015 of coin behind 0.15, and QUARTER stays: 10 × 100 × 1.005 / p = 0.015 + 0.1 − 0.005 × 0.05, p = 8758.2
    const crossing = (10 * 100 * 1.005) / (0.015 + 0.1 - 0.005 * 0.05);
    expect(liquidations![0]!.triggerPrice).toBe(Math.floor(crossing / 100) * 100);
    expect(liquidations![0]).toMatchObject({ regime: 'cross', asset: 'PERP', quantity: 10 });
    const alone = run(world({ traders: account('side: long, size: 10, entry: 10_000, leverage: 10') })).liquidations!;
    expect(alone[0]!.triggerPrice).toBe(Math.floor((10 * 100 * 1.005) / 0.11 / 100) * 100);
  });

  test('a short that its coin covers is never liquidated, whatever the price', () => {
    const legs = 'side: short, size: 10, entry: 10_000, leverage: 1';
    expect(run(world({ traders: account(legs), order: 'buy' })).liquidations).toEqual([]);
    const half = run(world({ traders: account('side: short, size: 10, entry: 10_000, leverage: 20'), order: 'buy' })).liquidations!;
    // 0.005 − 0.1 + 0.1 × (1 − 0.005) × 10,000 / p = 0
    expect(half[0]!.triggerPrice).toBe(Math.ceil((995 / 0.095 + 1e-9) / 100) * 100);
  });

  test('with one contract each is what isolated accounts are, to the last quantum', () => {
    const groups = (margin: string): string => `
  - { name: longs, margin: ${margin}, asset: PERP, count: 40, side: long, notional: 4e5, leverage: { kind: lognormal, median: 12, sigma: 0.5, min: 4, max: 40 } }
  - { name: shorts, margin: ${margin}, asset: PERP, count: 20, side: short, notional: 4e5, leverage: 3 }`;
    const rest = 'fee: 0.5%, insurance: 100, latency: 200ms';
    const [cross, alone] = ['cross', 'isolated'].map((margin) => run(world({ traders: groups(margin), rest })));
    expect(alone!.liquidations!.length).toBeGreaterThan(5);
    const bare = (result: RunResult) =>
      result.liquidations!.map(({ regime: _, triggerPrice: __, mcr, ...others }) => ({ ...others, mcr: mcr.toPrecision(9) }));
    expect(bare(cross!)).toEqual(bare(alone!));
    for (const name of ['drawdown', 'bad_debt', 'insurance_used', 'fund_income', 'margin_calls', 'ledger_error'])
      expect(metric(cross!, name)).toBe(metric(alone!, name));
  });

  test('under a grid a future stands for the perpetual of its coin, and nothing is asked for what they offset', () => {
    const margin = 'maintenance: 0.5%, initial: 2%, call: 1.1, portfolio: { rules: { down: 12%, up: 12%, steps: 1 } }';
    const book = (terms: string): string => account(terms).replace('cross', 'portfolio');
    const trigger = (terms: string): number => run(world({ traders: book(terms), margin })).liquidations![0]!.triggerPrice;
    // A fall of 12 % costs a long its coin at the mark × (1 / 0.88 − 1): 1000 / p × 1.13636 = 0.025 + 0.1
    const alone = 'side: long, size: 10, entry: 10_000, leverage: 4';
    expect(trigger(alone)).toBe(Math.floor(1000 / 0.88 / 0.125 / 100) * 100);
    // Beside a short that stays at its entry of 0.1: (1000 / p − 0.1) / 0.88 = 0.2 / 12
    const hedged = 'side: long, size: 10, entry: 10_000, leverage: 12, also: [{ asset: QUARTER, side: short, size: 10, entry: 10_000 }]';
    expect(trigger(hedged)).toBe(Math.floor(1000 / ((0.2 / 12) * 0.88 + 0.1) / 100) * 100);
  });

  test('what is stated in the quote currency does not go with portfolios in coin', () => {
    const grid = (rest: string): string => `maintenance: 0.5%, initial: 2%, call: 1.1, portfolio: { rules: { down: 12%, up: 12%${rest} } }`;
    const one = 'accounts: [{ side: long, size: 10, entry: 10_000, leverage: 4 }]';
    const book = (rest = ''): string => `  - { name: one, margin: portfolio, asset: PERP, ${one}${rest} }`;
    const tiers = grid(', concentration: [{ from: 0, rate: 1% }]');
    expect(() => world({ traders: book(), margin: tiers })).toThrow('found portfolio in coin, want rules without charges by tiers');
    const hedge = ', hedge: { by: { kind: option, expiry: 30d } }';
    expect(() => world({ traders: book(hedge), margin: grid('') })).toThrow('found a hedge by options in coin, want one by an asset');
    const drawn = `  - { name: one, margin: portfolio, asset: PERP, count: 2, side: long, notional: 1e4, leverage: 4, options: [{ kind: call, strike: 100%, expiry: 30d, side: long, size: 1x }] }`;
    expect(() => world({ traders: drawn, margin: grid('') })).toThrow('found an option on PERP, want none');
  });

  test('what a takeover leaves is booked in the coin', () => {
    const legs = 'side: long, size: 300, entry: 10_000, leverage: 12, also: [{ asset: QUARTER, side: short, size: 20, entry: 10_000 }]';
    const result = run(world({ traders: account(legs), rest: 'backstop: { level: 0.9x, capacity: unlimited }' }));
    expect(result.liquidations!.map(({ route, asset }) => [route, asset])).toContainEqual(['backstop', 'QUARTER']);
    expect(metric(result, 'ledger_error')).toBe(0);
    expect(metric(result, 'bad_debt')).toBe(metric(result, 'backstop_loss'));
  });
});

test('accounts of the quote currency have their money there, though the first asset settles in coin', () => {
  const options = resolved(`
horizon: 60s
assets:
  - { symbol: PERP, tick: 1, lot: 1, contract: { kind: inverse, face: 100, coin: BTC }, driver: { kind: constant, price: 10_000 } }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: shock, price: 1_000, at: 20s, size: 4% }, mark: index }
market: { makers: { depth: 1e6 } }
traders:
  - { name: longs, margin: cross, asset: ETH, count: 20, side: long, notional: 1e5, leverage: 10, topUp: { delay: 0, reserve: 1, target: 3 } }
  - { name: shorts, margin: cross, asset: ETH, count: 20, side: short, notional: 1e5, leverage: 10 }
margin: { maintenance: 1%, initial: 2%, threshold: 1, call: 2 }
`);
  const world = new Simulator().begin(options, seed, { recountAlways: true });
  const traders = world.ledger.cash.map((cash) => cash.subarray(0, 40).some((money) => money !== 0));
  expect(traders).toEqual([true, false]);
  const result = run(options);
  expect(result.liquidations).toEqual([]);
  expect(metric(result, 'ledger_error')).toBe(0);
});
