import type { CurvePoint, Interval } from '../charts/curve.ts';
import { root } from '../core/random.ts';
import type { SummaryRow } from '../results/summary.ts';
import { isResolved, PLACEBO_OF } from '../severity/causality.ts';
import { pairedMedianDifference } from '../statistics/bootstrap.ts';
import { axesOf, axisValue, seriesText } from './names.ts';
import { summaryOf, valuesByReplicate, type Results } from './results.ts';

/** An interval, or null when an end does not exist. */
export const interval = (low: number | null | undefined, high: number | null | undefined): Interval | null =>
  low === null || high === null || low === undefined || high === undefined ? null : { low, high };

/**
 * One metric over the sweep, a point a point of it. Medians and intervals are those of summary.csv; the change from the
 * first point of the same curve is computed from the rows the same way: median of the differences run by run, with the
 * percentile interval of 2,000 resamples of the replicates.
 */
export function curveOf(results: Results, metric: string): CurvePoint[] {
  const { key } = axesOf(results);
  const draws = root(results.manifest.seed, 'paired bootstrap');
  const values = results.points.map((_, point) => valuesByReplicate(results, point, metric));
  const series = results.points.map((_, point) => seriesText(results, point, key));
  const at = results.points.map((keys) => (key < 0 ? '' : axisValue(keys[key] ?? '')));
  return results.points.map((_, point) => {
    const row = summaryOf(results, point, metric);
    const first = firstOf(series, at, point);
    const change = pairedMedianDifference(values[point] ?? new Float64Array(), values[first] ?? new Float64Array(), { root: draws });
    return {
      x: at[point] ?? '',
      series: series[point] ?? '',
      runs: row?.n ?? 0,
      median: row?.median ?? null,
      interval: interval(row?.ciLow, row?.ciHigh),
      assumption: assumption(row),
      pairedMedian: row?.pairedMedian ?? null,
      pairedInterval: interval(row?.pairedLow, row?.pairedHigh),
      change: change.median,
      changeInterval: interval(change.low, change.high),
      withinPlacebo: withinPlacebo(results, point, metric),
    };
  });
}

/** The 95 % quantile of what one extra lot does to a metric, where the median of a point is no more than that; null where it is resolved. */
export function withinPlacebo(results: Results, point: number, metric: string): number | null {
  const median = summaryOf(results, point, metric)?.median ?? null;
  const placebo = summaryOf(results, point, PLACEBO_OF[metric] ?? '')?.q95 ?? null;
  return median === null || isResolved(median, placebo) ? null : placebo;
}

/** What the uncertain keys alone do; null where nothing is uncertain. */
const assumption = (row: SummaryRow | undefined): Interval | null => interval(row?.assumptionLow, row?.assumptionHigh);

/** The point that a curve starts with: the smallest number, or the first category. */
function firstOf(series: readonly string[], at: readonly (number | string)[], point: number): number {
  let best = point;
  series.forEach((name, candidate) => {
    if (name !== series[point]) return;
    const [a, b] = [at[candidate], at[best]];
    if (typeof a === 'number' && typeof b === 'number' ? a < b : candidate < best) best = candidate;
  });
  return best;
}
