import type { RunOptions, RunSeed } from './options.ts';
import type { RunResult } from './result.ts';

/** Keeps arrays, the last population and the last outside path between runs, so that a worker's next run starts at once. */
export class Simulator {
  /** One run and its twin. Same options and seed: same bytes. */
  run(options: RunOptions, seed: RunSeed, detail: { readonly detail?: boolean; readonly exactScan?: boolean } = {}): RunResult {
    throw new Error(`no engine yet for ${options.asset.symbol} ${seed.seed} ${String(detail.detail)}`);
  }
}
