import { difference, plain, quantity, range, type Quantity } from './format.ts';

/** Two ends of an interval, low ≤ high. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A varied key as an axis: its name for people and, for a threshold, the rate that each value means. */
export interface AxisKey {
  /** Key path, e.g. `margin.threshold`. */
  readonly path: string;
  /** Words with the unit, e.g. `Liquidation threshold θ`. */
  readonly label: string;
  /** Short form before a value, e.g. `θ`. */
  readonly short: string;
  /** Maintenance rate m of the market, a fraction: values are printed with θ·m below them. Null where it means nothing. */
  readonly rate: number | null;
  /** Texts of values that are not written as plain numbers, by value: `5` as `5s`. */
  readonly texts: Readonly<Record<string, string>>;
}

/** One point of one curve: what the summary says of one metric there. Values are null where undefined. */
export interface CurvePoint {
  readonly x: number | string;
  /** Which curve, for people: `backstop off`; empty when there is only one. */
  readonly series: string;
  /** Finished runs behind the point. */
  readonly runs: number;
  readonly median: number | null;
  /** Monte Carlo: interval of the median, 95 %. Null when it does not exist at this number of runs. */
  readonly interval: Interval | null;
  /** Assumption: the middle 90 % of runs over the draws of the uncertain keys. Null when nothing is uncertain. */
  readonly assumption: Interval | null;
  /** Median of the differences from the reference point, run by run. */
  readonly pairedMedian: number | null;
  readonly pairedInterval: Interval | null;
  /** Median of the differences from the first point of the same curve, run by run; 0 at that point. */
  readonly change: number | null;
  readonly changeInterval: Interval | null;
  /** What one extra lot does to the metric in nineteen of twenty runs, where the median is no more than that and so not resolved; else null. */
  readonly withinPlacebo: number | null;
}

/** How a curve moves over the sweep, judged by the paired intervals of its points against its first. */
export type Verdict = 'single' | 'undefined' | 'unresolved' | 'flat' | 'rises' | 'falls' | 'turns';

/** What a curve says. */
export interface Reading {
  readonly series: string;
  readonly verdict: Verdict;
  readonly first: CurvePoint;
  readonly last: CurvePoint;
  /** The points with the smallest and the largest median. */
  readonly lowest: CurvePoint;
  readonly highest: CurvePoint;
  /** Smallest and largest end of the intervals of the changes: the curve moves within them. Null when one does not exist. */
  readonly span: Interval | null;
  /** Values below which a span is called flat. */
  readonly tolerance: number;
}

/** A span up to a quarter of the curve's level is called flat; of a price fraction, up to one percentage point at most. */
const FLAT_POINT = 0.01;
const FLAT_SHARE = 0.25;

/** Values of x in order: numbers ascending, categories as they come. */
export function axisValues(points: readonly { readonly x: number | string }[]): (number | string)[] {
  const values = [...new Set(points.map((point) => point.x))];
  return values.every((value) => typeof value === 'number') ? (values as number[]).sort((a, b) => a - b) : values;
}

/** Curves in the order in which they come. */
export const seriesNames = (points: readonly { readonly series: string }[]): string[] => [...new Set(points.map((point) => point.series))];

/**
 * Reads one curve. Flat: the intervals of all changes from the first point lie inside a window smaller than what matters.
 * Rises or falls: the last point's interval excludes 0 (in categories too, which have an order of their own in the file).
 * Turns: it does not, but another point's does. Undefined: no point has a value. Else this many runs do not resolve it.
 */
export function read(points: readonly CurvePoint[], unit: Quantity): Reading {
  const order = axisValues(points);
  const curve = [...points].sort((a, b) => order.indexOf(a.x) - order.indexOf(b.x));
  const first = curve[0];
  const last = curve.at(-1);
  if (first === undefined || last === undefined) throw new Error('read: found an empty curve, want at least one point');
  const level = Math.max(...curve.map((point) => Math.abs(point.median ?? 0)));
  const tolerance = unit === 'fraction' ? Math.min(FLAT_POINT, FLAT_SHARE * level) : FLAT_SHARE * level;
  const ranked = curve.filter((point) => point.median !== null).sort((a, b) => (a.median ?? 0) - (b.median ?? 0));
  const base = { series: first.series, first, last, lowest: ranked[0] ?? first, highest: ranked.at(-1) ?? last, tolerance };
  if (curve.length === 1) return { ...base, verdict: 'single', span: null };
  if (curve.every((point) => point.median === null)) return { ...base, verdict: 'undefined', span: null };
  const intervals = curve.slice(1).flatMap((point) => (point.changeInterval === null ? [] : [point.changeInterval]));
  const end = last.changeInterval;
  if (end === null || intervals.length < curve.length - 1) return { ...base, verdict: 'unresolved', span: null };
  const span = { low: Math.min(0, ...intervals.map((i) => i.low)), high: Math.max(0, ...intervals.map((i) => i.high)) };
  let verdict: Verdict = 'unresolved';
  if (span.high - span.low <= tolerance) verdict = 'flat';
  else if (end.low > 0) verdict = 'rises';
  else if (end.high < 0) verdict = 'falls';
  else if (intervals.some((i) => i.low > 0 || i.high < 0)) verdict = 'turns';
  return { ...base, verdict, span };
}

/** The reading in few words, for a title: `rises by 6.1 points`; over categories, which have no direction, `1 % (last) to 7.1 % (mid)`. */
export function verdictWords(reading: Reading, unit: Quantity, axis: AxisKey): string {
  const { span, lowest, highest } = reading;
  if (typeof lowest.x === 'string' && ['rises', 'falls', 'turns'].includes(reading.verdict))
    return `${quantity(lowest.median, unit)} (${valueText(axis, lowest.x)}) to ${quantity(highest.median, unit)} (${valueText(axis, highest.x)})`;
  const unsigned = (value: number | null): string => difference(value === null ? null : Math.abs(value), unit).replace('+', '');
  switch (reading.verdict) {
    case 'single':
      return quantity(reading.first.median, unit);
    case 'undefined':
      return 'undefined in every run';
    case 'flat':
      if (span !== null && span.low === span.high) return 'the same at every point';
      return `flat, within ${span === null ? '' : unsigned(span.high - span.low)}`;
    case 'rises':
      return `rises by ${unsigned(reading.last.change)}`;
    case 'falls':
      return `falls by ${unsigned(reading.last.change)}`;
    case 'turns':
      return 'moves, but ends about where it began';
    case 'unresolved':
      return span === null
        ? 'no interval, so no change is resolved'
        : `no change is resolved (${range(span.low, span.high, unit, difference)})`;
  }
}

const GROUPED: Readonly<Record<Verdict, string>> = {
  single: 'has one point',
  undefined: 'undefined',
  unresolved: 'no change resolved',
  flat: 'flat',
  rises: 'rises',
  falls: 'falls',
  turns: 'moves and comes back',
};

/** Several curves in few words: each one of up to two, counts of more, e.g. `flat in 3 of 4 settings, rises in 1`. */
export function verdictsWords(readings: readonly Reading[], unit: Quantity, axis: AxisKey): string {
  if (readings.length <= 2)
    return readings.map((reading) => `${reading.series === '' ? '' : `${reading.series} `}${verdictWords(reading, unit, axis)}`).join('; ');
  const verdicts = [...new Set(readings.map((reading) => reading.verdict))];
  const counts = verdicts.map((verdict) => readings.filter((reading) => reading.verdict === verdict).length);
  if (verdicts.length === 1 && verdicts[0] !== undefined) return `${GROUPED[verdicts[0]]} in all ${readings.length} settings`;
  return verdicts.map((verdict, i) => `${GROUPED[verdict]} in ${counts[i]}${i === 0 ? ` of ${readings.length} settings` : ''}`).join(', ');
}

/** A value of x as text. */
export const valueText = (axis: AxisKey, x: number | string): string => axis.texts[String(x)] ?? (typeof x === 'number' ? plain(x, 6) : x);

/** A value of x for a sentence: `θ = 0.5`. */
export const atValue = (axis: AxisKey, x: number | string): string => `${axis.short}\u00a0=\u00a0${valueText(axis, x)}`;
