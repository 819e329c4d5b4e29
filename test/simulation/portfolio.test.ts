import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

const GRID = '{ down: 15%, up: 15%, steps: 2, volatilityUp: 40%, volatilityDown: 25%, contingency: 0.5%, nakedShort: 1% }';

function world(traders: string, rest = '', rules = GRID, fall = [12, 16]): RunOptions {
  const text = `horizon: 15m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 3m, length: 6m, size: ${fall[0]}%, volatility: 30% }, mark: last }
  - { symbol: ETH, tick: 0.1, lot: 0.01, driver: { kind: ramp, price: 4_000, at: 6m, length: 6m, size: ${fall[1]}%, volatility: 50% }, mark: last }
market: { makers: { depth: 10e6 }, noise: { size: 5_000 } }
traders:${traders}
margin: { maintenance: 1%, initial: 2%, portfolio: { rules: ${rules}, volatility: 50%, skew: -0.3, elasticity: 2 } }
${rest}`;
  const parsed = parseExperiment(text, { path: 'portfolio.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

const seed = { seed: 'portfolio', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const leverage = '{ kind: lognormal, median: 4, sigma: 0.3, min: 2, max: 5.5 }';
const options = `[{ kind: put, strike: 90%, expiry: 7d, side: short, size: 0.5x }, { kind: call, strike: 110%, expiry: 30d, side: long, size: 0.3x }]`;
const GROUPS = `
  - { name: books, count: 80, margin: portfolio, side: long, notional: 20e6, leverage: ${leverage}, size: { kind: pareto, alpha: 1.3, cap: 2e6 }, also: [{ asset: ETH, side: long, notional: 8e6 }] }
  - { name: writers, count: 40, margin: portfolio, side: long, notional: 6e6, leverage: ${leverage}, options: ${options} }
  - { name: isolated longs, count: 40, side: long, notional: 6e6, leverage: 8 }
  - { name: crossed, count: 30, margin: cross, side: long, notional: 4e6, leverage: 8, also: [{ asset: ETH, side: short, notional: 2e6 }] }
  - { name: btc shorts, count: 50, side: short, notional: 36e6, leverage: 2 }
  - { name: eth shorts, count: 50, asset: ETH, side: short, notional: 6e6, leverage: 2 }`;

const RULES = [
  '',
  'liquidation: { capacity: 2, latency: 200ms, fee: 0.3%, insurance: 1e5 }',
  'liquidation: { policy: { kind: partial, above: 50_000, fraction: 20%, cooldown: 20s }, backstop: { level: 0.6667x, capacity: unlimited } }',
  'liquidation: { capacity: 1, latency: 10s, adl: pro-rata }',
];

describe('groups under portfolio margin', () => {
  test.each(RULES)('found by index as by a full scan beside others, the ledger at zero after every step: %s', (rules) => {
    const one = world(GROUPS, rules);
    const indexed = new Simulator().run(one, seed, { detail: true, recountAlways: true });
    const scanned = new Simulator().run(one, seed, { detail: true, exactScan: true });
    expect(scanned).toEqual(indexed);
    expect(metric(indexed, 'ledger_error')).toBe(0);
    expect(new Set(indexed.liquidations!.map(({ regime }) => regime)).has('portfolio')).toBe(true);
    expect(new Set(indexed.liquidations!.map(({ group }) => group)).has('writers')).toBe(true);
    const debts = ['insurance_used', 'backstop_loss', 'adl_used', 'socialised_loss'].map((name) => metric(indexed, name) || 0);
    expect(debts.reduce((sum, debt) => sum + debt, 0)).toBeCloseTo(metric(indexed, 'bad_debt'), 6);
  });

  test('a grid of one fall on one perpetual is a ladder of that rate: liquidated at the same steps as isolated longs', () => {
    const group = (margin: string): string => `
  - { name: longs, count: 100, margin: ${margin}, side: long, notional: 20e6, leverage: { kind: lognormal, median: 8, sigma: 0.4, min: 3, max: 20 } }
  - { name: shorts, count: 20, side: short, notional: 20e6, leverage: 2 }`;
    const flat = '{ down: 1%, up: 1%, steps: 1 }';
    const ladder = new Simulator().run(world(group('isolated'), '', flat), seed, { detail: true });
    const grid = new Simulator().run(world(group('portfolio'), '', flat), seed, { detail: true });
    expect(metric(ladder, 'liquidations')).toBeGreaterThan(20);
    const told = (result: RunResult) =>
      result.liquidations!.map(({ step, account, quantity, fillPrice }) => [step, account, quantity, fillPrice]);
    expect(told(grid)).toEqual(told(ladder));
    expect(metric(grid, 'capital_efficiency')).toBeGreaterThan(0);
  });

  test('puts held save longs whom puts sold ruin', () => {
    const liquidated = (side: string): number => {
      const group = `
  - { name: longs, count: 100, margin: portfolio, side: long, notional: 10e6, leverage: 2.5, entry: { window: 0s }, options: [{ kind: put, strike: 95%, expiry: 7d, side: ${side}, size: 1x }] }
  - { name: shorts, count: 20, side: short, notional: 10e6, leverage: 1 }`;
      return metric(new Simulator().run(world(group, '', GRID, [14, 14]), seed), 'liquidations');
    };
    expect(liquidated('long')).toBe(0);
    expect(liquidated('short')).toBe(100);
  });

  test("a venue's grid serves by its name", () => {
    const run = (rules: string): RunResult => new Simulator().run(world(GROUPS, '', rules), seed);
    expect(metric(run('derive-pmrm-v2'), 'ledger_error')).toBe(0);
    expect(() => world(GROUPS, '', 'hyperliquid')).toThrow('found hyperliquid, want one of');
  });

  test('a run in arrays used before is the same', () => {
    const used = new Simulator();
    used.run(world(GROUPS, RULES[2]), seed);
    const again = world(GROUPS, RULES[1]);
    expect(used.run(again, seed, { detail: true })).toEqual(new Simulator().run(again, seed, { detail: true }));
  });

  test('routed to the absorber, run and twin are the same', () => {
    const result = new Simulator().run(world(GROUPS, 'liquidation: { route: absorber }'), seed, { detail: true });
    expect(metric(result, 'excess_drawdown')).toBe(0);
    expect(metric(result, 'caused_share')).toBe(0);
    expect(metric(result, 'liquidations')).toBeGreaterThan(10);
  });
});
