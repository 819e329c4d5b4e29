/** Marginfall for Node: files, worker threads and results folders. What runs in a browser too is in `marginfall`. */
export * from './index.ts';
export { loadExperiment } from './scenario/load.ts';
export type { LoadOptions } from './scenario/load.ts';
export { runSingle, writeSingle } from './experiment/single.ts';
export type { SingleRun } from './experiment/single.ts';
export { sweep } from './experiment/sweep.ts';
export type { Progress, SweepOptions, SweepResult } from './experiment/sweep.ts';
export { writeReport } from './report/report.ts';
export type { WrittenReport } from './report/report.ts';
export { readFailures } from './results/failures.ts';
export type { FailureRecord } from './results/failures.ts';
export { readManifest } from './results/manifest.ts';
export type { Cell, KeyValue } from './results/columns.ts';
export type { Manifest, Source, Status } from './results/manifest.ts';
export type { Plan } from './results/plan.ts';
export { readRows } from './results/parquet.ts';
export { ResultsProblem } from './results/problem.ts';
export type { Band, SummaryRow } from './results/summary.ts';
