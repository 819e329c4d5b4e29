import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

const LEVERAGE = '{ kind: lognormal, median: 8, sigma: 0.5, min: 2, max: 15 }';
const SOME = '{ volatility: 60%, halfLife: 10m, horizon: 10m }';

/** A market that slides by an eighth. `fixed` and `dynamic`: shares of the longs, in millions of notional. */
function world(dynamic: string, fixed: number, following: number, rest = '', driver = ''): RunOptions {
  const group = (name: string, margin: string, notional: number): string =>
    notional === 0
      ? ''
      : `
  - { name: ${name}, count: ${5 * notional}, margin: ${margin}, side: long, notional: ${notional}e6, leverage: ${LEVERAGE}, entry: { window: 0s }, size: { kind: pareto, alpha: 1.5, cap: 4e6 } }`;
  const text = `horizon: 40m
assets:
  - { symbol: BTC, tick: 1, lot: 0.001, driver: ${driver || '{ kind: ramp, price: 100_000, at: 10m, length: 10m, size: 12%, volatility: 60% }'}, mark: last }
market: { makers: { depth: 20e6 }, noise: { size: 5_000 } }
traders:${group('fixed', 'isolated', fixed)}${group('following', 'dynamic', following)}
  - { name: shorts, count: 50, side: short, notional: ${fixed + following}e6, leverage: 3, entry: { window: 0s } }
margin: { maintenance: 1%, initial: 2%, dynamic: ${dynamic} }
${rest}`;
  const parsed = parseExperiment(text, { path: 'dynamic.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

const seed = { seed: 'dynamic', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;

const RULES: readonly (readonly [string, string])[] = [
  [SOME, ''],
  [
    '{ volatility: 60%, loss: { kind: filtered, window: 60, confidence: 99% }, halfLife: 20m }',
    'liquidation: { capacity: 2, latency: 200ms, fee: 0.5% }',
  ],
  [
    '{ volatility: 60%, openInterest: { free: 0.5x, slope: 0.5 }, liquidity: { power: 0.7 }, cadence: 10s, halfLife: 5m }',
    'liquidation: { backstop: { level: 0.6667x, capacity: unlimited } }',
  ],
  [
    '{ volatility: 60%, concentration: [{ from: 1%, multiple: 1.2x }, { from: 3%, multiple: 2x }], cadence: 30s }',
    'liquidation: { policy: { kind: partial, above: 50_000, fraction: 20%, cooldown: 20s } }',
  ],
  [
    '{ volatility: 60%, halfLife: 5m, floor: 2%, buffer: 25%, stressed: { rate: 6%, weight: 25% }, cap: 20% }',
    'liquidation: { mode: batch, capacity: 1, adl: queue }',
  ],
];

describe('groups whose margin follows the market', () => {
  test.each(RULES)(
    'found by index as by a full scan beside isolated ones, the ledger at zero after every step: %s %s',
    (dynamic, rules) => {
      const options = world(dynamic, 10, 20, rules);
      const indexed = new Simulator().run(options, seed, { detail: true, recountAlways: true });
      const scanned = new Simulator().run(options, seed, { detail: true, exactScan: true });
      expect(scanned).toEqual(indexed);
      expect(metric(indexed, 'ledger_error')).toBe(0);
      expect([...new Set(indexed.liquidations!.map(({ regime }) => regime))].sort()).toEqual(['dynamic', 'isolated']);
      expect(metric(indexed, 'procyclicality')).toBeGreaterThan(1);
    },
  );

  test('a rate that never moves is the ladder of one rate: the same liquidations', () => {
    const fixed = new Simulator().run(world(SOME, 30, 0), seed, { detail: true });
    const still = world('{ volatility: 1%, cap: 1.0001%, cadence: 7s }', 0, 30);
    const renamed = {
      ...still,
      traders: still.traders.map((group) => ({ ...group, name: group.name === 'following' ? 'fixed' : group.name })),
    };
    const following = new Simulator().run(renamed, seed, { detail: true });
    expect(metric(fixed, 'liquidations')).toBeGreaterThan(20);
    expect(following.liquidations!.map(({ step, account, quantity }) => [step, account, quantity])).toEqual(
      fixed.liquidations!.map(({ step, account, quantity }) => [step, account, quantity]),
    );
  });

  test('the rate is that of the returns of the mark: MCR at a liquidation is equity over it', () => {
    // Nobody trades: the mark is the outside price, so that the rate can be followed by hand.
    const options = world(
      '{ volatility: 60%, cadence: 60s, halfLife: 10m, horizon: 10m, floor: 0% }',
      0,
      20,
      'liquidation: { route: absorber }',
    );
    const [market] = options.markets;
    const marked = { ...options, markets: [{ ...market!, mark: { kind: 'index' as const, cadence: 1, clamp: null } }] };
    const { metrics, steps } = new Simulator().run(marked, seed, { detail: true });
    const { mark } = steps![0]!;
    let variance = 0.36 * (60 / 31_536_000);
    const lambda = 2 ** (-60 / 600);
    const rates = [Math.expm1(3 * Math.sqrt(variance)) * Math.sqrt(10)];
    for (let step = 60; step < mark.length; step += 60) {
      const move = Math.log(mark[step]! / mark[step - 60]!);
      variance = lambda * variance + (1 - lambda) * move * move;
      rates.push(Math.expm1(3 * Math.sqrt(variance)) * Math.sqrt(10));
    }
    expect(metrics[METRIC_NAMES.indexOf('procyclicality')]).toBeCloseTo(Math.max(...rates) / Math.min(...rates), 9);
    expect(Math.max(...rates)).toBeGreaterThan(0.02);
  });

  test('as volatility rises more are liquidated than by the rate of the start, and a floor or a stressed weight tames it', () => {
    const run = (dynamic: string): RunResult => new Simulator().run(world(dynamic, 0, 30), seed);
    const wild = run('{ volatility: 20%, halfLife: 10m, horizon: 20m }');
    const calm = run('{ volatility: 20%, halfLife: 10m, horizon: 20m, cap: 1.0001% }');
    const stressed = run('{ volatility: 20%, halfLife: 10m, horizon: 20m, stressed: { rate: 1%, weight: 75% } }');
    expect(metric(wild, 'liquidations')).toBeGreaterThan(metric(calm, 'liquidations'));
    expect(metric(calm, 'procyclicality')).toBeLessThan(1.001);
    expect(metric(stressed, 'procyclicality')).toBeGreaterThan(1);
    expect(metric(stressed, 'procyclicality')).toBeLessThan(metric(wild, 'procyclicality'));
  });

  test('nobody is liquidated at the opening rate, and capital efficiency is that of initial margin at it', () => {
    const options = world('{ volatility: 100%, horizon: 15m, initial: 3x }', 0, 20, '', '{ kind: constant, price: 100_000 }');
    const result = new Simulator().run(options, seed);
    expect(metric(result, 'liquidations')).toBe(0);
    const rate = Math.expm1(3 * Math.sqrt(60 / 31_536_000)) * Math.sqrt(15);
    // Shorts have isolated margin at the ladder's 2 % initial margin.
    expect(metric(result, 'capital_efficiency')).toBeCloseTo(1 / (3 * rate + 0.02), 2);
  });

  test('a run in arrays used before is the same, also where it reads the depth of a market', () => {
    const used = new Simulator();
    used.run(world(RULES[0]![0], 10, 20), seed);
    const options = world(RULES[2]![0], 10, 20, RULES[2]![1]);
    expect(used.run(options, seed, { detail: true })).toEqual(new Simulator().run(options, seed, { detail: true }));
  });

  test('routed to the absorber, run and twin are the same', () => {
    const result = new Simulator().run(world(SOME, 10, 20, 'liquidation: { route: absorber }'), seed, { detail: true });
    expect(metric(result, 'excess_drawdown')).toBe(0);
    expect(metric(result, 'liquidations')).toBeGreaterThan(10);
    expect(metric(result, 'caused_share')).toBe(0);
  });
});
