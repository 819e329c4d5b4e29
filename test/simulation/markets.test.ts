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
