import { derive, root, uniform } from '../../src/core/random.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions, RunSeed } from '../../src/simulation/options.ts';
import type { RunResult, StepRecord } from '../../src/simulation/result.ts';

/**
 * Stands in for the simulator: numbers that depend on options and seed alone. Seeds with a word in them misbehave: `slow` takes 20 ms a
 * run, `fails` throws in replicate 1 at threshold 1, `dies` ends the worker there.
 */
export default function run(options: RunOptions, seed: RunSeed, { detail }: { readonly detail: boolean }): RunResult {
  const [market] = options.markets;
  if (market === undefined) throw new Error('toy engine: found no market');
  const { margin, quotes } = market;
  const marked = seed.replicate === 1 && margin.threshold === 1 && options.liquidation.mode === 'batch';
  if (seed.seed.includes('slow')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  if (seed.seed.includes('fails') && marked) throw new Error('the ledger is off by one quantum');
  if (seed.seed.includes('dies') && marked) process.exit(7);
  const key = derive(root(seed.seed, 'toy'), seed.replicate);
  const u = (slot: number): number => uniform(key.lo, key.hi, 0, 0, slot);
  const depth = quotes.kind === 'makers' ? quotes.groups[0]!.depth : 1;
  const metrics = Float64Array.from(METRIC_NAMES, (_, m) => (m === 4 && u(m) < 0.5 ? Number.NaN : u(m) * margin.threshold + 1 / depth));
  const hash = `0000000000000000${Math.floor(u(0) * 2 ** 50).toString(16)}`.slice(-16);
  return { metrics, hash, redrawnShare: 0.01, ...(detail ? { steps: [steps(options.steps + 1)], liquidations: [] } : {}) };
}

function steps(length: number): StepRecord {
  const series = (): Float64Array => new Float64Array(length).fill(1);
  return {
    asset: 'TOY',
    time: Float64Array.from({ length }, (_, i) => i),
    index: series(),
    last: series(),
    mark: series(),
    bid: series(),
    ask: new Float64Array(length).fill(Number.NaN),
    twin: series(),
    bidDepth: series(),
    askDepth: series(),
    displacement: series(),
    forcedFlow: series(),
    backstopFlow: series(),
    liquidations: series(),
    queued: series(),
  };
}
