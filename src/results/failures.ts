import { existsSync, readFileSync } from 'node:fs';
import type { KeyValue, Layout } from './columns.ts';
import { runNumber } from './columns.ts';

/** One line of failures.jsonl. */
export interface FailureRecord {
  readonly run: number;
  readonly point: number;
  readonly replicate: number;
  readonly seed: string;
  /** Varied and uncertain keys of the run. */
  readonly keys: Readonly<Record<string, KeyValue | null>>;
  readonly reason: string;
}

/** A failed run as its line in failures.jsonl. */
export function failureLine(
  layout: Layout,
  failure: { readonly point: number; readonly replicate: number; readonly reason: string },
): string {
  const names = [...layout.vary, ...layout.uncertain];
  const values = [...(layout.points[failure.point] ?? []), ...(layout.draws[failure.replicate] ?? [])];
  const record: FailureRecord = {
    run: runNumber(layout, failure.point, failure.replicate),
    point: failure.point,
    replicate: failure.replicate,
    seed: layout.seed,
    keys: Object.fromEntries(names.map((name, i) => [name, values[i] ?? null])),
    reason: failure.reason,
  };
  return `${JSON.stringify(record)}\n`;
}

/** The failed runs of a folder; none when there is no such file. */
export function readFailures(path: string): FailureRecord[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FailureRecord);
}
