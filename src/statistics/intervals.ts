/** Confidence intervals that hold at any sample size, and say so where none exists at this one. */
import { expm1, log, log1p, normalQuantile } from '../core/math.ts';
import { betaQuantile, binomialCdf } from './special.ts';

/** Ends of an interval; an end is null where the sample is too small to bound that side. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
  /** The sample size from which both ends exist; null when they do. */
  readonly needed: number | null;
}

/** The smallest sample whose largest (or smallest, the harder of the two) value bounds the p-quantile two-sided: 6 for the median, 72 for p = 0.95 at 95 %. */
export function runsNeeded(p: number, confidence = 0.95): number {
  const harder = p < 0.5 ? 1 - p : p;
  return Math.ceil(log((1 - confidence) / 2) / log(harder) - 1e-9);
}

/**
 * Distribution-free interval of the p-quantile from ascending values: two order statistics whose ranks come from the binomial law, each
 * side missing the quantile with probability at most (1 − confidence)/2 (David and Nagaraja, Order Statistics, 2003, 7.1).
 */
export function quantileInterval(sorted: Float64Array, p: number, confidence = 0.95): Interval {
  const n = sorted.length;
  const side = (1 - confidence) / 2;
  // Of the sample the number below the quantile is binomial(n, p): value l lies above it when fewer than l do.
  let lower = 0;
  while (lower < n && binomialCdf(lower, n, p) <= side) lower++;
  let upper = n + 1;
  while (upper > 1 && 1 - binomialCdf(upper - 2, n, p) <= side) upper--;
  const low = lower >= 1 ? sorted[lower - 1] : null;
  const high = upper <= n ? sorted[upper - 1] : null;
  return { low, high, needed: low === null || high === null ? runsNeeded(p, confidence) : null };
}

/** Wilson's score interval of a probability, from `events` in `n` trials (1927). */
export function wilsonInterval(events: number, n: number, confidence = 0.95): readonly [low: number, high: number] {
  checkCount(events, n);
  const z = normalQuantile(0.5 + confidence / 2);
  const share = events / n;
  const square = z * z;
  const centre = share + square / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  const scale = 1 + square / n;
  return [events === 0 ? 0 : (centre - half) / scale, events === n ? 1 : (centre + half) / scale];
}

/** Clopper and Pearson's exact interval of a probability (1934): covers at least as often as it says. */
export function clopperPearsonInterval(events: number, n: number, confidence = 0.95): readonly [low: number, high: number] {
  checkCount(events, n);
  const side = (1 - confidence) / 2;
  return [events === 0 ? 0 : betaQuantile(side, events, n - events + 1), events === n ? 1 : betaQuantile(1 - side, events + 1, n - events)];
}

/** Upper bound (one-sided) of a probability of which n trials showed no event: 1 − (1 − confidence)^(1/n). 48 trials bound it by 6.1 %. */
export function zeroEventBound(n: number, confidence = 0.95): number {
  return -expm1(log(1 - confidence) / n);
}

/** Trials without an event that bound a probability by p (one-sided): 299 for 1 %. */
export function zeroEventRuns(p: number, confidence = 0.95): number {
  return Math.ceil(log(1 - confidence) / log1p(-p) - 1e-9);
}

function checkCount(events: number, n: number): void {
  if (!(n >= 1 && events >= 0 && events <= n))
    throw new RangeError(`interval of a share: found ${events} of ${n}, want 0 to n events of n ≥ 1`);
}
