import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyValue } from '../results/columns.ts';
import { keyText } from '../results/columns.ts';
import { readManifest, type Manifest } from '../results/manifest.ts';
import { readRows } from '../results/parquet.ts';
import { canonical } from '../results/plan.ts';
import type { SummaryRow } from '../results/summary.ts';
import type { Experiment } from '../scenario/experiment.ts';

/** The experiment as the manifest keeps it. */
export type StoredExperiment = Omit<Experiment, 'sources'>;

/** One row of runs.parquet, by column name. */
export type RunRow = Readonly<Record<string, number | string | null>>;

/** Notional by step: longs sold (≤ 0) and shorts bought back (≥ 0). */
export interface Sides {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

/** Who takes what does not go to the book: the backstop, winners (auto-deleveraging), or keepers, pools and lenders. */
export type OffBookRoute = 'backstop' | 'winners' | 'others';

/** The example run in the market of the first asset: its series by column name, and how its forced orders went. */
export interface Example {
  readonly point: number;
  readonly replicate: number;
  readonly run: number;
  /** A row a step; NaN where undefined. */
  readonly steps: Readonly<Record<string, Float64Array>>;
  /** What left the book out in each step. */
  readonly offBook: Readonly<Record<OffBookRoute, Sides>>;
  /** Of the first asset. */
  readonly liquidations: readonly RunRow[];
}

/** A results folder as a report reads it. */
export interface Results {
  readonly manifest: Manifest;
  readonly experiment: StoredExperiment;
  /** Values of the varied keys at each point. */
  readonly points: readonly (readonly KeyValue[])[];
  readonly summary: readonly SummaryRow[];
  readonly runs: readonly RunRow[];
  /** Null when the folder keeps no example run. */
  readonly example: Example | null;
}

/** Fields of a CSV text (RFC 4180), a list a line. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      line.push(field.endsWith('\r') && c === '\n' ? field.slice(0, -1) : field);
      field = '';
      if (c === '\n') {
        lines.push(line);
        line = [];
      }
    } else field += c;
  }
  if (field !== '' || line.length > 0) lines.push([...line, field]);
  return lines;
}

function readSummary(path: string): SummaryRow[] {
  const [header = [], ...lines] = parseCsv(readFileSync(path, 'utf8'));
  const at = (name: string): number => {
    const column = header.indexOf(name);
    if (column < 0) throw new Error(`${path}: found no column ${name} in ${header.join(', ')}`);
    return column;
  };
  const columns = Object.fromEntries(
    [
      'point',
      'metric',
      'n',
      'median',
      'mean',
      'q05',
      'q25',
      'q75',
      'q95',
      'ci_low',
      'ci_high',
      'ci_method',
      'paired_median',
      'paired_low',
      'paired_high',
      'band',
      'assumption_low',
      'assumption_high',
    ].map((name) => [name, at(name)]),
  );
  return lines.map((line) => {
    const text = (name: string): string => line[columns[name] ?? -1] ?? '';
    const number = (name: string): number | null => (text(name) === '' ? null : Number(text(name)));
    return {
      point: Number(text('point')),
      metric: text('metric'),
      n: Number(text('n')),
      median: number('median'),
      mean: number('mean'),
      q05: number('q05'),
      q25: number('q25'),
      q75: number('q75'),
      q95: number('q95'),
      ciLow: number('ci_low'),
      ciHigh: number('ci_high'),
      ciMethod: text('ci_method'),
      pairedMedian: number('paired_median'),
      pairedLow: number('paired_low'),
      pairedHigh: number('paired_high'),
      band: text('band') as SummaryRow['band'],
      assumptionLow: number('assumption_low'),
      assumptionHigh: number('assumption_high'),
    };
  });
}

async function readExample(folder: string, place: NonNullable<Manifest['example']>, symbol: string): Promise<Example | null> {
  const path = join(folder, 'example');
  if (!existsSync(join(path, 'steps.parquet'))) return null;
  const [steps, all] = await Promise.all([readRows(join(path, 'steps.parquet')), readRows(join(path, 'liquidations.parquet'))]);
  const liquidations = all.filter((row) => row['asset'] === symbol);
  const names = Object.keys(steps[0] ?? {});
  const series = Object.fromEntries(
    names.map((name) => [name, Float64Array.from(steps, (row) => (row[name] === null ? NaN : Number(row[name])))]),
  );
  const sides = (routes: readonly string[]): Sides => bySide(steps.length, liquidations, routes);
  return {
    ...place,
    steps: series,
    offBook: { backstop: sides(['backstop']), winners: sides(['adl']), others: sides(LENDING_ROUTES) },
    liquidations,
  };
}

/** How loans leave without the book. */
const LENDING_ROUTES = ['keeper', 'auction', 'pool', 'redistributed', 'lenders', 'bands'];

/** Notional by step that went one of these routes. */
function bySide(steps: number, liquidations: readonly RunRow[], routes: readonly string[]): Sides {
  const sides = { long: new Float64Array(steps), short: new Float64Array(steps) };
  for (const row of liquidations) {
    if (!routes.includes(String(row['route']))) continue;
    const side = row['side'] === 'long' ? sides.long : sides.short;
    const step = Number(row['step']);
    side[step] = (side[step] ?? 0) + (row['side'] === 'long' ? -1 : 1) * Number(row['notional']);
  }
  return sides;
}

/**
 * Reads manifest.json, summary.csv, runs.parquet and, where there is one, the example run.
 * @throws Error when the folder holds no manifest, or a file of it is missing or not what a sweep writes.
 */
export async function readResults(folder: string): Promise<Results> {
  const manifest = readManifest(folder);
  if (manifest === null) throw new Error(`${folder}: found no manifest.json, want a results folder`);
  const experiment = manifest.experiment as StoredExperiment;
  return {
    manifest,
    experiment,
    points: manifest.points,
    summary: readSummary(join(folder, 'summary.csv')),
    runs: await readRows(join(folder, 'runs.parquet')),
    example: manifest.example === null ? null : await readExample(folder, manifest.example, experiment.scenario.assets[0]?.symbol ?? ''),
  };
}

/** The summary of one metric at one point. */
export const summaryOf = (results: Results, point: number, metric: string): SummaryRow | undefined =>
  results.summary.find((row) => row.point === point && row.metric === metric);

/** A metric's values at one point by replicate, up to the largest replicate of the folder; NaN where the run failed or it is undefined. */
export function valuesByReplicate(results: Results, point: number, metric: string): Float64Array {
  const replicates = 1 + results.runs.reduce((most, row) => Math.max(most, Number(row['replicate'])), -1);
  const values = new Float64Array(replicates).fill(NaN);
  for (const row of results.runs) {
    const value = row[metric];
    if (Number(row['point']) === point && typeof value === 'number') values[Number(row['replicate'])] = value;
  }
  return values;
}

/** A varied value as the experiment's file has it. */
export function labelOf(experiment: StoredExperiment, path: string, value: KeyValue): string {
  const key = experiment.vary.find((varied) => varied.path === path);
  // Manifests keep the keys of maps in another order.
  const at = key?.values.findIndex((candidate) => canonical(candidate) === canonical(value)) ?? -1;
  return key?.labels[at] ?? keyText(value);
}
