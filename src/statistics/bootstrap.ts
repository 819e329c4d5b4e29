/** Bootstrap intervals. Resample r of a root draws the same members whatever else is computed, so paired points share their noise. */
import { normalCdf, normalQuantile } from '../core/math.ts';
import type { Root } from '../core/random.ts';
import { bits } from '../core/random.ts';
import { runsNeeded, type Interval } from './intervals.ts';
import { ascending, median, quantileOfSorted } from './quantile.ts';

export interface BootstrapOptions {
  /** Keys all draws. */
  readonly root: Root;
  /** Number of resamples; 2,000 when left out. */
  readonly resamples?: number;
  /** Two-sided; 0.95 when left out. */
  readonly confidence?: number;
}

/** A statistic of a sample given as the indices of its members, 0 to n − 1, with repeats. */
export type Statistic = (members: Int32Array) => number;

/** The statistic over `resamples` samples of n members drawn with replacement, ascending. */
export function resample(n: number, statistic: Statistic, options: BootstrapOptions): Float64Array {
  const { root } = options;
  const values = new Float64Array(options.resamples ?? 2000);
  const members = new Int32Array(n);
  for (let r = 0; r < values.length; r++) {
    for (let i = 0; i < n; i++) members[i] = member(root, r, i, n);
    values[r] = statistic(members);
  }
  return values.sort();
}

function member(root: Root, sample: number, slot: number, n: number): number {
  return Math.floor(bits(root.lo, root.hi, 0, sample, slot) * 2.3283064365386963e-10 * n);
}

/** Percentile interval (Efron 1979): the quantiles of the resampled statistic. */
export function percentileInterval(n: number, statistic: Statistic, options: BootstrapOptions): readonly [low: number, high: number] {
  const side = (1 - (options.confidence ?? 0.95)) / 2;
  const values = resample(n, statistic, options);
  return [quantileOfSorted(values, side), quantileOfSorted(values, 1 - side)];
}

export interface BcaInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** z0: normal quantile of the share of resamples below the estimate. */
  readonly bias: number;
  /** From the jackknife. */
  readonly acceleration: number;
}

/** Bias-corrected and accelerated interval (Efron 1987; Efron and Tibshirani 1993, 14.3). */
export function bcaInterval(n: number, statistic: Statistic, options: BootstrapOptions): BcaInterval {
  const confidence = options.confidence ?? 0.95;
  const values = resample(n, statistic, options);
  const estimate = statistic(Int32Array.from({ length: n }, (_, i) => i));
  let below = 0;
  for (const value of values) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const bias = normalQuantile(below / values.length);
  const acceleration = jackknifeAcceleration(n, statistic);
  const end = (p: number): number => {
    const z = bias + normalQuantile(p);
    const level = normalCdf(bias + z / (1 - acceleration * z));
    // With every resample on one side of the estimate the bias is infinite, and so is the correction: the end is the extreme resample.
    return quantileOfSorted(values, level === level ? level : bias > 0 ? 1 : 0);
  };
  return { estimate, low: end((1 - confidence) / 2), high: end((1 + confidence) / 2), bias, acceleration };
}

/** Acceleration by leaving out one member at a time: Σ(m − x)³ / 6(Σ(m − x)²)^(3/2); 0 when the statistic does not move. */
export function jackknifeAcceleration(n: number, statistic: Statistic): number {
  const left = new Float64Array(n);
  const members = new Int32Array(n - 1);
  let sum = 0;
  for (let out = 0; out < n; out++) {
    for (let i = 0; i < n - 1; i++) members[i] = i < out ? i : i + 1;
    left[out] = statistic(members);
    sum += left[out];
  }
  const mean = sum / n;
  let squares = 0;
  let cubes = 0;
  for (const value of left) {
    const d = mean - value;
    squares += d * d;
    cubes += d * d * d;
  }
  return squares > 0 ? cubes / (6 * squares * Math.sqrt(squares)) : 0;
}

export interface PairedMedian extends Interval {
  /** Median of a − b over the pairs; null without a pair. */
  readonly median: number | null;
  /** Pairs of which both values are numbers. */
  readonly n: number;
}

/**
 * Median of the paired differences a[i] − b[i] (i: replicate) with its percentile interval over resampled replicates. A pair with NaN on
 * either side is left out. Below the sample size at which any interval of a median exists (6 at 95 %) both ends are null.
 */
export function pairedMedianDifference(a: Float64Array, b: Float64Array, options: BootstrapOptions): PairedMedian {
  if (a.length !== b.length) throw new RangeError(`paired difference: found ${a.length} and ${b.length} values, want as many of each`);
  const differences = a.map((value, i) => value - b[i]).filter((value) => value === value);
  const n = differences.length;
  if (n === 0) return { median: null, low: null, high: null, needed: runsNeeded(0.5, options.confidence), n };
  const middle = median(differences);
  const needed = runsNeeded(0.5, options.confidence);
  if (n < needed) return { median: middle, low: null, high: null, needed, n };
  const medians = resampledMedians(differences, options);
  const side = (1 - (options.confidence ?? 0.95)) / 2;
  return { median: middle, low: quantileOfSorted(medians, side), high: quantileOfSorted(medians, 1 - side), needed: null, n };
}

/** Medians of resamples, ascending: draws are counted by the rank of their value, which costs n additions where sorting costs n log n. */
function resampledMedians(values: Float64Array, options: BootstrapOptions): Float64Array {
  const { root } = options;
  const n = values.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i] - values[j] || i - j);
  const rank = new Int32Array(n);
  for (let r = 0; r < n; r++) rank[order[r]] = r;
  const sorted = ascending(values);
  const medians = new Float64Array(options.resamples ?? 2000);
  const count = new Int32Array(n);
  const half = (n - 1) >> 1;
  for (let r = 0; r < medians.length; r++) {
    count.fill(0);
    for (let i = 0; i < n; i++) count[rank[member(root, r, i, n)]]++;
    let at = 0;
    let seen = count[0];
    while (seen <= half) seen += count[++at];
    const low = sorted[at];
    if ((n & 1) === 0 && seen === half + 1) {
      do at++;
      while (count[at] === 0);
    }
    medians[r] = (low + sorted[at]) / 2;
  }
  return medians.sort();
}
