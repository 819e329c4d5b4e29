import type { Root } from '../core/random.ts';
import { root } from '../core/random.ts';
import { pairedMedianDifference } from '../statistics/bootstrap.ts';
import { explained } from '../statistics/explained.ts';
import { quantileInterval } from '../statistics/intervals.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import type { Layout, NumberedRun } from './columns.ts';
import { keyText } from './columns.ts';

/**
 * What makes the replicates of a point differ, and so what the spread q05 … q95 shows. `monte-carlo`: chance alone. `both`: each
 * replicate also has its own draw of the uncertain keys. The two are told apart: ci and paired are Monte Carlo in either case, they say how
 * well the median beside them is known and shrink with more runs; assumption_low … assumption_high is what the uncertain keys alone do, which more
 * runs do not shrink (statistics/explained.ts).
 */
export type Band = 'monte-carlo' | 'both';

/** One metric at one point, over the replicates in which it is defined. Null: does not exist. */
export interface SummaryRow {
  readonly point: number;
  readonly metric: string;
  /** Replicates in which the metric is defined. */
  readonly n: number;
  readonly median: number | null;
  readonly mean: number | null;
  readonly q05: number | null;
  readonly q25: number | null;
  readonly q75: number | null;
  readonly q95: number | null;
  /** 95 % interval of the median from order statistics: holds for any distribution, needs 6 runs. */
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  /** How the interval was made, or how many runs it needs. */
  readonly ciMethod: string;
  /** Median over replicates of (this point − reference point), both with the same draws. */
  readonly pairedMedian: number | null;
  /** Its 95 % percentile interval, replicates resampled 2,000 times. */
  readonly pairedLow: number | null;
  readonly pairedHigh: number | null;
  readonly band: Band;
  /** The middle 90 % of what the uncertain keys explain, chance taken out; null when nothing is uncertain or the runs are too few. */
  readonly assumptionLow: number | null;
  readonly assumptionHigh: number | null;
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Every metric at every point, points in order, metrics in column order. The bootstrap's draws depend on the seed alone. */
export function summarise(layout: Layout, runs: readonly NumberedRun[], reference: number): SummaryRow[] {
  const draws = root(layout.seed, 'paired bootstrap');
  const band: Band = layout.uncertain.length > 0 ? 'both' : 'monte-carlo';
  const causes = layout.uncertain.map((_, key) => layout.draws.map((drawn) => Number(drawn[key])));
  const byPoint = layout.points.map((): (NumberedRun | undefined)[] => []);
  for (const run of runs) (byPoint[run.point] as (NumberedRun | undefined)[])[run.replicate] = run;
  return byPoint.flatMap((at, point) =>
    layout.metrics.map((metric, m): SummaryRow => {
      const values = series(at, layout.draws.length, m);
      const base = series(byPoint[reference] ?? [], layout.draws.length, m);
      return { point, metric, ...describe(values), ...compare(values, base, draws), band, ...assume(values, causes) };
    }),
  );
}

/** A metric by replicate; NaN where the run is missing or the metric undefined. */
function series(runs: readonly (NumberedRun | undefined)[], replications: number, metric: number): Float64Array {
  return Float64Array.from({ length: replications }, (_, replicate) => runs[replicate]?.metrics[metric] ?? Number.NaN);
}

type Described = Pick<SummaryRow, 'n' | 'median' | 'mean' | 'q05' | 'q25' | 'q75' | 'q95' | 'ciLow' | 'ciHigh' | 'ciMethod'>;

function describe(values: Float64Array): Described {
  const sorted = ascending(values.filter((value) => !Number.isNaN(value)));
  const n = sorted.length;
  const [q05, q25, median, q75, q95] = QUANTILES.map((p) => (n === 0 ? null : quantileOfSorted(sorted, p))) as [
    number | null,
    number | null,
    number | null,
    number | null,
    number | null,
  ];
  const interval = quantileInterval(sorted, 0.5);
  const exists = interval.low !== null && interval.high !== null;
  return {
    n,
    median,
    mean: n === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / n,
    q05,
    q25,
    q75,
    q95,
    ciLow: exists ? interval.low : null,
    ciHigh: exists ? interval.high : null,
    ciMethod: exists ? 'order statistics' : `needs ${interval.needed ?? 0} runs`,
  };
}

function compare(values: Float64Array, base: Float64Array, draws: Root): Pick<SummaryRow, 'pairedMedian' | 'pairedLow' | 'pairedHigh'> {
  const { median, low, high } = pairedMedianDifference(values, base, { root: draws });
  return { pairedMedian: median, pairedLow: low, pairedHigh: high };
}

function assume(values: Float64Array, causes: readonly (readonly number[])[]): Pick<SummaryRow, 'assumptionLow' | 'assumptionHigh'> {
  const { low, high } = explained(values, causes);
  return { assumptionLow: low, assumptionHigh: high };
}

/** summary.csv: point, its varied keys, metric, then the statistics. Numbers with all their digits, an empty cell where nothing exists. */
export function summaryCsv(layout: Layout, rows: readonly SummaryRow[]): string {
  const statistics =
    'n median mean q05 q25 q75 q95 ci_low ci_high ci_method paired_median paired_low paired_high band assumption_low assumption_high'.split(
      ' ',
    );
  const lines = [['point', ...layout.vary, 'metric', ...statistics]];
  for (const row of rows) {
    const {
      n,
      median,
      mean,
      q05,
      q25,
      q75,
      q95,
      ciLow,
      ciHigh,
      ciMethod,
      pairedMedian,
      pairedLow,
      pairedHigh,
      band,
      assumptionLow,
      assumptionHigh,
    } = row;
    const keys = (layout.points[row.point] ?? []).map(keyText);
    const numbers = [n, median, mean, q05, q25, q75, q95, ciLow, ciHigh].map(cell);
    const paired = [pairedMedian, pairedLow, pairedHigh].map(cell);
    const assumption = [assumptionLow, assumptionHigh].map(cell);
    lines.push([String(row.point), ...keys, row.metric, ...numbers, ciMethod, ...paired, band, ...assumption]);
  }
  return lines.map((line) => `${line.map(quoted).join(',')}\n`).join('');
}

function cell(value: number | null): string {
  return value === null ? '' : String(value);
}

/** RFC 4180: quotes only where they are needed. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
