import type { RunOptions, RunSeed } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';

/** The simulator, but replicate 1 at the lowest and the highest threshold throws. */
export default function run(options: RunOptions, seed: RunSeed, detail: { readonly detail: boolean }): RunResult {
  if (seed.replicate === 1 && options.markets[0]?.margin.threshold !== 1) throw new Error('the ledger is off by one quantum');
  return new Simulator().run(options, seed, detail);
}
