/** Marginfall for Node: files, worker threads and results folders. What runs in a browser too is in `marginfall`. */
export * from './index.ts';
export { loadExperiment } from './scenario/load.ts';
export type { LoadOptions } from './scenario/load.ts';
export { runSingle, writeSingle } from './experiment/single.ts';
export type { SingleRun } from './experiment/single.ts';
export { sweep } from './experiment/sweep.ts';
export type { Progress, SweepOptions, SweepResult } from './experiment/sweep.ts';
export { readFailures } from './results/failures.ts';
export type { FailureRecord } from './results/failures.ts';
export { readManifest } from './results/manifest.ts';
export type { Manifest } from './results/manifest.ts';
export { readRows } from './results/parquet.ts';
export { ResultsProblem } from './results/problem.ts';
export type { SummaryRow } from './results/summary.ts';
