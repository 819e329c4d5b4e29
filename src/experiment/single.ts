import { join } from 'node:path';
import type { Experiment } from '../scenario/experiment.ts';
import { drawUncertain, resolvePoint } from '../scenario/experiment.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { RunResult } from '../simulation/result.ts';
import { Simulator } from '../simulation/simulate.ts';
import type { Cell } from '../results/columns.ts';
import { runColumns, runNumber, runRow } from '../results/columns.ts';
import { replaceFile } from '../results/file.ts';
import { writeDetail } from './detail.ts';
import { engineFingerprint } from './fingerprint.ts';
import { layoutOf, metricNames } from './layout.ts';
import { packageVersion } from './version.ts';

/** One run of a sweep, alone and in full. */
export interface SingleRun {
  /** Number of the run in the sweep. */
  readonly run: number;
  readonly options: RunOptions;
  readonly result: RunResult;
  /** The row of runs.parquet, by column. */
  readonly row: Readonly<Record<string, Cell>>;
}

/** What a single run is asked for besides its point. */
export interface SingleRequest {
  /** Find crossings by full scans and recount the ledger at every step: slow, and the same row. */
  readonly exactScan?: boolean;
  /** Groups of traders to leave out, besides those that the scenario leaves out. */
  readonly without?: readonly string[];
}

/**
 * Simulates one point and replicate with its twin, on this thread, keeping every step and liquidation. Gives the row that the sweep has.
 * @throws RangeError when there is no such point or replicate.
 */
export function runSingle(experiment: Experiment, point: number, replicate: number, request: SingleRequest = {}): SingleRun {
  const { points, replications } = experiment;
  if (point >= points.length) throw new RangeError(`found point ${point}, want 0 to ${points.length - 1}`);
  if (replicate >= replications) throw new RangeError(`found replicate ${replicate}, want 0 to ${replications - 1}`);
  const resolved = resolvePoint(experiment, point, drawUncertain(experiment, replicate));
  const options = { ...resolved, without: [...new Set([...(resolved.without ?? []), ...(request.without ?? [])])] };
  const { exactScan = false } = request;
  const result = new Simulator().run(options, { seed: experiment.seed, replicate }, { detail: true, exactScan });
  const layout = layoutOf(experiment);
  const columns = runColumns(layout);
  const cells = runRow(layout, columns, { point, replicate, hash: result.hash, metrics: result.metrics });
  return {
    run: runNumber(layout, point, replicate),
    options,
    result,
    row: Object.fromEntries(columns.map(({ name }, i) => [name, cells[i] ?? null])),
  };
}

/** Writes run.json, steps.parquet and liquidations.parquet. */
export function writeSingle(folder: string, experiment: Experiment, { run, options, result, row }: SingleRun): void {
  if (result.steps === undefined || result.liquidations === undefined)
    throw new Error('the simulator kept no detail of a run that was asked for it');
  writeDetail(folder, result.steps, result.liquidations);
  const keys = [...experiment.vary, ...experiment.uncertain].map(({ path }) => [path, row[path] ?? null] as const);
  const document = {
    name: experiment.name,
    question: experiment.question,
    run,
    point: row['point'],
    replicate: row['replicate'],
    seed: experiment.seed,
    hash: result.hash,
    keys: Object.fromEntries(keys),
    without: options.without,
    metrics: Object.fromEntries(metricNames(experiment).map((name) => [name, row[name] ?? null])),
    adversaries: result.adversaries ?? [],
    redrawnShare: result.redrawnShare,
    engineFingerprint: engineFingerprint(),
    version: packageVersion(),
  };
  replaceFile(join(folder, 'run.json'), `${JSON.stringify(document, null, 2)}\n`);
}
