import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { KeyValue } from './columns.ts';
import { replaceFile } from './file.ts';
import type { Plan } from './plan.ts';
import { plain } from './plan.ts';
import { ResultsProblem } from './problem.ts';

/** running: a process is at it, or was killed; interrupted: stopped by the user; complete: all runs are in runs.parquet. */
export type Status = 'running' | 'interrupted' | 'complete';

/** Where an experiment came from. */
export interface Source {
  /** Relative to the working directory of the sweep; of a file given by its absolute path the name alone. */
  readonly file: string;
  /** `PATH=VALUE`, in order. */
  readonly set: readonly string[];
}

/** manifest.json: what a results folder is, and how to make it again. Holds no path of the machine. */
export interface Manifest {
  readonly name: string;
  readonly question: string | null;
  /** The file and what `--set` changed in it, as the command line named them; null when no command line was involved. */
  readonly source: Source | null;
  /** The resolved experiment: every key with its value, defaults included. */
  readonly experiment: unknown;
  readonly plan: Plan;
  /** SHA-256 of the plan's identity (see plan.ts). */
  readonly planHash: string;
  readonly seed: string;
  /** SHA-256 of the compiled engine rooms. */
  readonly engineFingerprint: string;
  /** Version of the package that wrote the folder. */
  readonly version: string;
  /** SHA-256 over the rows; null until complete. */
  readonly resultHash: string | null;
  readonly counts: { readonly planned: number; readonly done: number; readonly failed: number };
  readonly status: Status;
  /** Varied keys and their values at each point, in point order. */
  readonly vary: readonly string[];
  readonly points: readonly (readonly KeyValue[])[];
  readonly uncertain: readonly string[];
  /** The point that paired differences are taken from. */
  readonly reference: number;
  /** The run whose steps and liquidations lie in example/; null when there is none. */
  readonly example: { readonly run: number; readonly point: number; readonly replicate: number } | null;
  /** Share of the example run's traders whose first draw would have begun below the largest threshold and was drawn again. Null: no example. */
  readonly redrawnShare: number | null;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  /** Seconds spent simulating, all sessions together. */
  readonly wallTime: number;
}

const NAME = 'manifest.json';

/** @throws ResultsProblem when the file is there and not a manifest. */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, NAME);
  if (!existsSync(path)) return null;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    if (typeof value.planHash !== 'string' || typeof value.plan !== 'object' || !Array.isArray(value.points))
      throw new SyntaxError('keys are missing');
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw new ResultsProblem(`${path} is not a manifest of marginfall: ${error.message}`);
    throw error;
  }
}

/** Renamed into place, so that a reader always finds a whole manifest. */
export function writeManifest(folder: string, manifest: Manifest): void {
  replaceFile(
    join(folder, NAME),
    `${JSON.stringify({ ...manifest, experiment: plain(manifest.experiment), plan: plain(manifest.plan) }, null, 2)}\n`,
  );
}

/** The machine as the manifest names it. */
export function machine(): Manifest['machine'] {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}
