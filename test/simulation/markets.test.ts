import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

const BTC = `
  - symbol: BTC
    tick: 1
    lot: 0.001
    driver: { kind: ramp, price: 100_000, at: 5m, length: 10m, size: 15%, volatility: 30% }
    mark: last`;
const ETH = `
  - symbol: ETH
    tick: 0.1
    lot: 0.01
    driver: { kind: ramp, price: 4_000, at: 10m, length: 10m, size: 25%, volatility: 50% }
    market: { makers: { depth: 4e6 }, noise: { size: 2_000 } }
    mark: last`;
const groups = (asset: string, notional: string): string => `
  - { name: ${asset} longs, asset: ${asset}, count: 200, side: long, notional: ${notional}, leverage: { kind: lognormal, median: 12, sigma: 0.6, min: 2, max: 40 } }
  - { name: ${asset} shorts, asset: ${asset}, count: 150, side: short, notional: ${notional}, leverage: 3 }`;

function world(assets: readonly string[], traders: readonly string[], rest = ''): RunOptions {
  const text = `horizon: 40m
assets:${assets.join('')}
market: { makers: { depth: 20e6 }, noise: { size: 5_000 } }
traders:${traders.join('')}
margin: { maintenance: 1%, initial: 2% }
${rest}`;
  const parsed = parseExperiment(text, { path: 'markets.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return resolvePoint(parsed.experiment, 0);
}

const seed = { seed: 'markets', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const both = (rest = ''): RunOptions => world([BTC, ETH], [groups('BTC', '60e6'), groups('ETH', '20e6')], rest);

describe('several assets', () => {
  test('an engine without limits treats each market as if it were alone', () => {
    const together = new Simulator().run(both(), seed, { detail: true });
    const alone = [
      new Simulator().run(world([BTC], [groups('BTC', '60e6')]), seed, { detail: true }),
      new Simulator().run(world([ETH], [groups('ETH', '20e6')]), seed, { detail: true }),
    ];
    for (const [m, one] of alone.entries()) {
      expect(metric(one, 'liquidations')).toBeGreaterThan(10);
      for (const series of ['last', 'mark', 'twin', 'bidDepth', 'forcedFlow'] as const) {
        expect(together.steps![m]![series], series).toEqual(one.steps![0]![series]);
      }
    }
    expect(metric(together, 'liquidations')).toBe(metric(alone[0]!, 'liquidations') + metric(alone[1]!, 'liquidations'));
    for (const name of ['bad_debt', 'liquidated_notional', 'margin_calls', 'backstop_notional']) {
      const sum = metric(alone[0]!, name) + metric(alone[1]!, name);
      if (Number.isNaN(sum)) expect(metric(together, name)).toBeNaN();
      else expect(metric(together, name) / sum).toBeCloseTo(1, 12);
    }
    expect(metric(together, 'ledger_error')).toBe(0);
  });

  test('an engine with a limit shares it: with both markets falling somebody waits longer', () => {
    const rest = 'liquidation: { capacity: 0.2 }';
    const together = new Simulator().run(both(rest), seed);
    const alone = new Simulator().run(world([ETH], [groups('ETH', '20e6')], rest), seed);
    expect(metric(together, 'ledger_error')).toBe(0);
    expect(metric(together, 'duration')).toBeGreaterThan(metric(alone, 'duration'));
  });

  test('a full scan gives the same bytes', () => {
    const options = both('liquidation: { capacity: 1, latency: 100ms, insurance: 1e5, fee: 0.5% }');
    const indexed = new Simulator().run(options, seed, { detail: true });
    const scanned = new Simulator().run(options, seed, { detail: true, exactScan: true });
    expect(scanned).toEqual(indexed);
    expect(metric(scanned, 'ledger_error')).toBe(0);
  });

  test('the order of assets and groups changes which prices are reported, and nothing else', () => {
    const one = new Simulator().run(both(), seed, { detail: true });
    const other = new Simulator().run(world([ETH, BTC], [groups('ETH', '20e6'), groups('BTC', '60e6')]), seed, { detail: true });
    expect(other.steps![1]!.mark).toEqual(one.steps![0]!.mark);
    expect(other.steps![0]!.mark).toEqual(one.steps![1]!.mark);
    expect(metric(other, 'liquidations')).toBe(metric(one, 'liquidations'));
  });
});

describe('rules around trading', () => {
  const crash = (asset: string, rest: string): string => `
  - { symbol: ${asset}, tick: 1, lot: 0.001, driver: { kind: ramp, price: 100_000, at: 5m, length: 10m, size: 15%, volatility: 30% }, mark: last, ${rest} }`;
  const one = (rest: string, more = ''): RunOptions => world([crash('BTC', rest)], [groups('BTC', '60e6')], more);
  const whole = (options: RunOptions): RunResult => new Simulator().run(options, seed, { detail: true, recountAlways: true });

  test('funding moves money from one side to the other and changes who is liquidated; the ledger stays at zero', () => {
    const without = whole(one('oracle: {}'));
    const paid = whole(one('oracle: {}, funding: { cadence: 2m, sampling: 10s, interest: 100%, band: unlimited, cap: none }'));
    expect(metric(paid, 'ledger_error')).toBe(0);
    const meanStep = ({ liquidations }: RunResult): number => liquidations!.reduce((sum, { step }) => sum + step, 0) / liquidations!.length;
    expect(meanStep(paid)).toBeLessThan(meanStep(without) - 10);
    expect(
      new Simulator().run(one('oracle: {}, funding: { cadence: 2m, interest: 5%, band: unlimited }'), seed, { exactScan: true }).hash,
    ).toBe(new Simulator().run(one('oracle: {}, funding: { cadence: 2m, interest: 5%, band: unlimited }'), seed).hash);
  });

  test('a venue whose own feed is frozen sees the fall late under an index mark', () => {
    const frozen = 'oracle: { failures: [{ from: 4m, until: 12m }] }';
    const options = (oracle: string): RunOptions =>
      world([crash('BTC', oracle).replace('mark: last', 'mark: index')], [groups('BTC', '60e6')]);
    const seen = whole(options('oracle: {}'));
    const late = whole(options(frozen));
    expect(seen.liquidations![0]!.step).toBeLessThan(12 * 60);
    expect(late.liquidations![0]!.step).toBe(12 * 60);
    expect(metric(late, 'ledger_error')).toBe(0);
  });

  test('a halt keeps forced orders in the queue until the auction, and everybody has a counterparty', () => {
    const session = 'market: { makers: { depth: 20e6 }, noise: { size: 5_000 }, session: { breaker: { move: 4%, window: 5m, halt: 3m } } }';
    const halted = whole(one(`oracle: {}, ${session}`));
    const free = whole(one('oracle: {}'));
    expect(halted.hash).not.toBe(free.hash);
    const traded = new Set(halted.liquidations!.map(({ step }) => step));
    let longest = 0;
    let waiting = 0;
    for (let step = 1; step < halted.steps![0]!.queued.length; step++) {
      const idle = halted.steps![0]!.queued[step]! > 0 && !traded.has(step);
      waiting = idle ? waiting + 1 : 0;
      longest = Math.max(longest, waiting);
    }
    expect(longest).toBeGreaterThan(100);
    expect(metric(halted, 'ledger_error')).toBe(0);
  });

  test('correlated outside prices, whatever the order of the assets', () => {
    const gbm = (symbol: string): string => `
  - { symbol: ${symbol}, tick: 1, lot: 0.001, driver: { kind: gbm, price: 100_000, volatility: 60% }, mark: last }`;
    const rows = 'correlations: [[AAA, BBB, 0.9]]';
    const pair = world([gbm('AAA'), gbm('BBB')], [groups('AAA', '6e6')], rows);
    const other = world([gbm('BBB'), gbm('AAA')], [groups('AAA', '6e6')], rows);
    const [a, b] = whole(pair).steps!.map(({ index }) => Array.from(index, (x, i) => (i === 0 ? 0 : x / index[i - 1]! - 1)).slice(1));
    const dot = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    const correlation = dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!));
    // 2,400 steps: standard error 0.004.
    expect(Math.abs(correlation - 0.9)).toBeLessThan(0.016);
    expect(whole(other).steps![0]!.index).toEqual(whole(pair).steps![1]!.index);
    expect(whole(other).steps![1]!.index).toEqual(whole(pair).steps![0]!.index);
  });

  test('what does not fit is reported where it stands', () => {
    expect(() => one('oracle: {}', 'correlations: [[BTC, XRP, 0.5]]')).toThrow('found XRP, want an asset of the scenario: BTC');
    expect(() => one('oracle: { failures: [{ from: 5m, until: 4m }] }')).toThrow('found 240s, want more than the 300s');
    expect(() => one('funding: { sampling: 2h, cadence: 1h }')).toThrow('found 7200s, want at most the cadence of 3600s');
  });
});
