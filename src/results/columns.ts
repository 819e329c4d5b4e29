/** A value of a varied or uncertain key: a number in base units, a word, or a plain list or map. */
export type KeyValue = number | string | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };

export type ColumnType = 'int32' | 'float64' | 'text';

/** One column of runs.parquet. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** What a cell holds; null where undefined. */
export type Cell = number | string | null;

/** One row of runs.parquet, in column order. */
export type Row = readonly Cell[];

/** Everything that turns finished runs into rows: which points there are, and what each column is called. */
export interface Layout {
  readonly seed: string;
  /** Varied key paths, in file order. */
  readonly vary: readonly string[];
  /** The values of the varied keys at each point, in the order of `vary`. */
  readonly points: readonly (readonly KeyValue[])[];
  /** Uncertain key paths, in file order. */
  readonly uncertain: readonly string[];
  /** The values of the uncertain keys in each replicate, in the order of `uncertain`; one entry a replicate. */
  readonly draws: readonly (readonly KeyValue[])[];
  /** Names of the measured columns. */
  readonly metrics: readonly string[];
}

/** A finished run under its present numbers. */
export interface NumberedRun {
  readonly point: number;
  readonly replicate: number;
  readonly hash: string;
  readonly metrics: Float64Array;
}

/** `run = replicate × points + point`: more replications append, every prefix is balanced. */
export function runNumber(layout: Layout, point: number, replicate: number): number {
  return replicate * layout.points.length + point;
}

/** The name of a point that does not depend on its number: its values as JSON. */
export function pointKey(values: readonly KeyValue[]): string {
  return JSON.stringify(values);
}

/** The columns of runs.parquet: `run, point, replicate, seed, hash`, the varied and uncertain keys, the metrics. */
export function runColumns(layout: Layout): Column[] {
  return [
    { name: 'run', type: 'int32' },
    { name: 'point', type: 'int32' },
    { name: 'replicate', type: 'int32' },
    { name: 'seed', type: 'text' },
    { name: 'hash', type: 'text' },
    ...layout.vary.map((name, i) => ({ name, type: keyType(layout.points, i) })),
    ...layout.uncertain.map((name, i) => ({ name, type: keyType(layout.draws, i) })),
    ...layout.metrics.map((name) => ({ name, type: 'float64' as const })),
  ];
}

/** A key's column is a number column when all its values are numbers, else text. */
function keyType(values: readonly (readonly KeyValue[])[], key: number): ColumnType {
  return values.every((row) => typeof row[key] === 'number') ? 'float64' : 'text';
}

/** A value as it stands in a text column. */
export function keyText(value: KeyValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One run as a row of runs.parquet. */
export function runRow(layout: Layout, columns: readonly Column[], run: NumberedRun): Row {
  const keys = [...(layout.points[run.point] ?? []), ...(layout.draws[run.replicate] ?? [])];
  return [
    runNumber(layout, run.point, run.replicate),
    run.point,
    run.replicate,
    layout.seed,
    run.hash,
    ...keys.map((value, i) => (columns[5 + i]?.type === 'float64' ? (value as number) : keyText(value))),
    ...Array.from(run.metrics, (value) => (Number.isNaN(value) ? null : value)),
  ];
}
