import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

/** Two assets that fall after each other, and whoever holds them. */
function world(traders: string, rest = '', fall = [15, 25]): RunOptions {
  const text = `horizon: 30m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 5m, length: 8m, size: ${fall[0]}%, volatility: 30% }, mark: last }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: ramp, price: 4_000, at: 9m, length: 8m, size: ${fall[1]}%, volatility: 50% }, mark: last }
market: { makers: { depth: 20e6 }, noise: { size: 5_000 } }
traders:${traders}
margin: { maintenance: 1%, initial: 2% }
${rest}`;
  const parsed = parseExperiment(text, { path: 'cross.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

const seed = { seed: 'cross', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const leverage = '{ kind: lognormal, median: 10, sigma: 0.6, min: 2, max: 35 }';
const crossed = `
  - { name: funds, count: 150, margin: cross, side: long, notional: 30e6, leverage: ${leverage}, size: { kind: pareto, alpha: 1.3, cap: 3e6 }, also: [{ asset: ETH, side: long, notional: 12e6 }] }
  - { name: hedged, count: 60, margin: cross, side: long, notional: 10e6, leverage: ${leverage}, also: [{ asset: ETH, side: short, notional: 4e6 }] }
  - { name: btc shorts, count: 50, side: short, notional: 40e6, leverage: 3 }
  - { name: eth shorts, count: 50, asset: ETH, side: short, notional: 18e6, leverage: 3 }
  - { name: eth longs, count: 80, asset: ETH, side: long, notional: 10e6, leverage: ${leverage} }`;

const RULES = [
  '',
  'liquidation: { capacity: 2, latency: 200ms, fee: 0.5%, insurance: 2e5 }',
  'liquidation: { policy: { kind: partial, above: 50_000, fraction: 20%, cooldown: 20s }, backstop: { level: 0.6667x, capacity: unlimited } }',
  'liquidation: { mode: batch, queue: largest, backstop: { level: 0.5x, capacity: 3e6 } }',
  'liquidation: { queue: trigger-price, backstop: { level: 0.8x, capacity: unlimited }, fee: 0.2% }',
  'liquidation: { capacity: 0.5, latency: 20s, adl: queue }',
  'liquidation: { capacity: 0.5, latency: 20s, adl: pro-rata, insurance: 1e4 }',
  'liquidation: { capacity: 0.5, latency: 20s, adl: { kind: capped, largest: 10% } }',
];

describe('cross accounts', () => {
  test.each(RULES)('found by index as by a full scan, with the ledger at zero after every step: %s', (rules) => {
    const options = world(crossed, rules);
    const indexed = new Simulator().run(options, seed, { detail: true, recountAlways: true });
    const scanned = new Simulator().run(options, seed, { detail: true, exactScan: true });
    expect(scanned).toEqual(indexed);
    expect(metric(indexed, 'ledger_error')).toBe(0);
    const regimes = new Set(indexed.liquidations!.map(({ regime, asset }) => `${regime} ${asset}`));
    expect([...regimes].sort()).toEqual(expect.arrayContaining(['cross BTC', 'cross ETH', 'isolated ETH']));
    expect(metric(indexed, 'adl_used') > 0).toBe(rules.includes('adl'));
    const debts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(indexed, name) || 0);
    expect(debts.reduce((sum, debt) => sum + debt, 0)).toBeCloseTo(metric(indexed, 'bad_debt'), 6);
  });

  test('with one position they are what isolated accounts are', () => {
    const one = (margin: string): RunOptions =>
      world(
        `
  - { name: longs, count: 200, margin: ${margin}, side: long, notional: 40e6, leverage: ${leverage} }
  - { name: shorts, count: 50, side: short, notional: 40e6, leverage: 3 }`,
        'liquidation: { fee: 0.3%, backstop: { level: 0.6667x, capacity: unlimited } }',
      );
    const isolated = new Simulator().run(one('isolated'), seed, { detail: true });
    const cross = new Simulator().run(one('cross'), seed, { detail: true });
    expect(metric(isolated, 'liquidations')).toBeGreaterThan(20);
    expect(cross.hash).toBe(isolated.hash);
    expect(cross.metrics).toEqual(isolated.metrics);
    expect(cross.liquidations!.map(({ regime: _, triggerPrice: __, ...rest }) => rest)).toEqual(
      isolated.liquidations!.map(({ regime: _, triggerPrice: __, ...rest }) => rest),
    );
  });

  test('a hedge saves who holds it on one collateral and not who holds its parts apart', () => {
    const pair = (name: string, margin: string): string =>
      margin === 'cross'
        ? `
  - { name: ${name}, count: 40, margin: cross, side: long, notional: 4e6, leverage: 12, entry: { window: 0s }, also: [{ asset: ETH, side: short, notional: 4e6 }] }`
        : `
  - { name: ${name} btc, count: 40, side: long, notional: 4e6, leverage: 12, entry: { window: 0s } }
  - { name: ${name} eth, count: 40, asset: ETH, side: short, notional: 4e6, leverage: 12, entry: { window: 0s } }`;
    const others = `
  - { name: btc shorts, count: 40, side: short, notional: 4e6, leverage: 1 }
  - { name: eth longs, count: 40, asset: ETH, side: long, notional: 4e6, leverage: 1 }`;
    // Both fall by 12 % at different times: apart, the long is lost; together its partner pays.
    const together = new Simulator().run(world(pair('pair', 'cross') + others, '', [7, 12]), seed, { detail: true });
    const apart = new Simulator().run(world(pair('pair', 'isolated') + others, '', [12, 12]), seed, { detail: true });
    expect(together.liquidations!.length).toBe(0);
    expect(apart.liquidations!.length).toBeGreaterThanOrEqual(40);
  });

  test('a run broken by a later one goes on with the same bytes: worlds are reused', () => {
    const used = new Simulator();
    used.run(world(crossed, RULES[2]), seed);
    const options = world(crossed, RULES[1]);
    expect(used.run(options, seed, { detail: true })).toEqual(new Simulator().run(options, seed, { detail: true }));
  });

  test('routed to the absorber, run and twin are the same', () => {
    const result = new Simulator().run(world(crossed, 'liquidation: { route: absorber }'), seed, { detail: true });
    expect(result.steps![0]!.last).toEqual(result.steps![0]!.twin);
    expect(metric(result, 'excess_drawdown')).toBe(0);
    expect(metric(result, 'liquidations')).toBeGreaterThan(10);
  });

  test('what cannot be is told where it stands', () => {
    const bad =
      (group: string): (() => RunOptions) =>
      () =>
        world(`\n  - ${group}`);
    expect(
      bad(
        '{ name: a, accounts: [{ side: long, size: 1 BTC, entry: 100_000, leverage: 2, also: [{ asset: ETH, side: long, size: 1 ETH, entry: 4_000 }] }] }',
      ),
    ).toThrow('found ETH in an account with isolated margin, want margin: cross');
    expect(
      bad(
        '{ name: a, count: 1, margin: cross, side: long, notional: 1e6, leverage: 2, also: [{ asset: BTC, side: long, notional: 1e6 }] }',
      ),
    ).toThrow('found BTC again, want each asset once');
    expect(
      bad(
        '{ name: a, count: 1, margin: cross, side: long, notional: 1e6, leverage: 2, also: [{ asset: XRP, side: long, notional: 1e6 }] }',
      ),
    ).toThrow('found XRP, want an asset of the scenario');
  });
});
