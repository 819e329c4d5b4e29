import { exp, log } from '../core/math.ts';
import { cumulative, mean, probability, runaway, tail, variance } from '../statistics/generalized-poisson.ts';
import { chiSquareTest } from '../statistics/goodness.ts';
import { clopperPearsonInterval } from '../statistics/intervals.ts';
import { cascadeSizes } from './cascade.ts';
import type { PoissonCascade } from './cascade.ts';
import { ValidationUsageError, casesOf, numberOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Two-sided confidence of "four standard errors". */
const FOUR_SIGMA = 0.99993666;
/** Longest cascade that a world is laid out for; close below b = 1 the law's tail is longer than this. */
const LONGEST = 200_000;
/** A run counts as a runaway from this many liquidations on, at least and at most. */
const RUNAWAY_FROM = 50;
const RUNAWAY_TO = 1600;
/** Largest size that the chi-square gives a cell of its own. */
const CELLS = 60;

const PMF_AT = [0, 1, 5, 10];
const TAIL_AT = [50, 100, 200];

/** The law of a sample, the sample, and whether they agree. */
interface Comparison {
  readonly expected: Moments;
  readonly measured: Moments;
  readonly tolerance: string;
  readonly pass: boolean;
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
  /** P(N = k) by k. */
  readonly pmf: Readonly<Record<string, number>>;
  /** P(N ≥ k) by k. */
  readonly tail: Readonly<Record<string, number>>;
}

/** Whether k events in n runs are compatible with a probability, at four standard errors, exactly. */
function compatible(events: number, n: number, p: number): boolean {
  const [low, high] = clopperPearsonInterval(events, n, FOUR_SIGMA);
  return p >= low && p <= high;
}

/**
 * A number of liquidations that a run of the law reaches with probability below 1e-12: P(N = k) is below e^(a(1/b − 1) − (b − 1 − log b) k).
 */
function longestOf(a: number, b: number): number {
  return Math.ceil((28 + a * (1 / b - 1)) / (b - 1 - log(b))) + 50;
}

function at(ks: readonly number[], value: (k: number) => number): Record<string, number> {
  return Object.fromEntries(ks.map((k) => [String(k), value(k)]));
}

function momentsOf(sizes: Int32Array): Moments {
  const n = sizes.length;
  let sum = 0;
  for (const size of sizes) sum += size;
  const average = sum / n;
  let squares = 0;
  for (const size of sizes) squares += (size - average) * (size - average);
  const share = (holds: (size: number) => boolean): number => sizes.reduce((count, size) => count + (holds(size) ? 1 : 0), 0) / n;
  return {
    mean: average,
    variance: squares / (n - 1),
    pmf: at(PMF_AT, (k) => share((size) => size === k)),
    tail: at(TAIL_AT, (k) => share((size) => size >= k)),
  };
}

/** Chi-square of the whole histogram; null when there are too few runs for two cells. */
function histogramFit(sizes: Int32Array, a: number, b: number): number | null {
  const runs = sizes.length;
  const seen = new Float64Array(CELLS + 2);
  const wanted = new Float64Array(CELLS + 2);
  for (const size of sizes) seen[Math.min(size, CELLS + 1)]!++;
  for (let k = 0; k <= CELLS; k++) wanted[k] = runs * probability(k, a, b);
  wanted[CELLS + 1] = runs * tail(CELLS + 1, a, b);
  return wanted.filter((cell) => cell >= 5).length < 2 ? null : chiSquareTest(seen, wanted).p;
}

/** Compares sizes with the Generalized Poisson law below b = 1: moments, point probabilities, tail, and a chi-square of the whole histogram. */
export function compareSizes(sizes: Int32Array, a: number, b: number): Comparison {
  const runs = sizes.length;
  const expected = {
    mean: mean(a, b),
    variance: variance(a, b),
    pmf: at(PMF_AT, (k) => probability(k, a, b)),
    tail: at(TAIL_AT, (k) => tail(k, a, b)),
  };
  const measured = momentsOf(sizes);
  const square = expected.variance * expected.variance;
  const spare = 1 - b;
  // Fourth cumulant of the law (Consul and Jain 1973), for the sampling error of the variance.
  const fourth = (a * (1 + 8 * b + 6 * b * b)) / (spare * spare * spare * spare * spare * spare * spare);
  const meanError = Math.sqrt(expected.variance / runs);
  const varianceError = Math.sqrt(fourth / runs + (2 * square) / (runs - 1));
  const fit = histogramFit(sizes, a, b);
  const holds = (got: number, want: number): boolean => compatible(Math.round(got * runs), runs, want);
  const pass =
    Math.abs(measured.mean - expected.mean) <= 4 * meanError &&
    Math.abs(measured.variance - expected.variance) <= 4 * varianceError &&
    PMF_AT.every((k) => holds(measured.pmf[k] ?? NaN, expected.pmf[k] ?? NaN)) &&
    TAIL_AT.every((k) => holds(measured.tail[k] ?? NaN, expected.tail[k] ?? NaN)) &&
    (fit === null || fit > 0.001);
  const spread = `mean ±${(4 * meanError).toPrecision(3)}, variance ±${(4 * varianceError).toPrecision(3)}`;
  const histogram = fit === null ? 'too few runs for a chi-square' : `chi-square on 0…${CELLS}: p = ${fit.toPrecision(3)}, want > 0.001`;
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} runs: ${spread}, shares by exact binomial intervals; ${histogram}`,
    pass,
  };
}

/** Sizes of cascades below b = 1, in a book that none of them reaches the end of. */
function subcritical(cascade: Omit<PoissonCascade, 'most'>): Comparison {
  const { T, b, a = T * b } = cascade;
  return compareSizes(cascadeSizes({ ...cascade, most: longestOf(a, b) }), a, b);
}

interface Runaways {
  readonly expected: number;
  readonly measured: number;
  readonly tolerance: string;
  readonly pass: boolean;
}

/**
 * The share of runs that never end, above b = 1. A run counts as one when it reaches a limit; finite cascades that long are part of the
 * probability it is compared with, and the limit is doubled until they are no more than a standard error.
 */
function supercritical(cascade: Omit<PoissonCascade, 'most'>): Runaways {
  const { T, b, a = T * b, runs } = cascade;
  const expected = runaway(a, b);
  const error = Math.sqrt((expected * (1 - expected)) / runs);
  let most = RUNAWAY_FROM;
  let reached = 1 - cumulative(most - 1, a, b);
  while (reached - expected > error && most < RUNAWAY_TO) {
    most *= 2;
    reached = 1 - cumulative(most - 1, a, b);
  }
  const sizes = cascadeSizes({ ...cascade, most });
  const away = sizes.reduce((n, size) => n + (size >= most ? 1 : 0), 0);
  return {
    expected,
    measured: away / runs,
    tolerance: `4 standard errors of ${runs} runs (±${(4 * error).toPrecision(3)}), exact binomial interval; ${most} liquidations count as a runaway, which adds ${Math.max(0, reached - expected).toPrecision(1)} of finite cascades`,
    pass: compatible(away, runs, Math.min(1, reached)),
  };
}

function runsOf(effort: Effort, usual: number): number {
  const runs = effort.runs ?? usual;
  if (runs < 2) throw new ValidationUsageError(`runs: found ${runs}, want at least 2 for a variance`);
  return runs;
}

function densityOf(parameters: Value): number {
  return numberOf(parameters, 'b', { above: 0, below: 10 });
}

/** Refuses a law whose tail no book reaches the end of. */
function checkTail(a: number, b: number): void {
  if (b === 1) throw new ValidationUsageError('parameter b: found 1, where every cascade ends and none has a mean; want it below or above');
  if (b > 1 || longestOf(a, b) <= LONGEST) return;
  throw new ValidationUsageError(
    `parameter b: found ${b}, at which cascades grow longer than ${LONGEST} liquidations; want it further from 1`,
  );
}

function engineLaw(parameters: Value, effort: Effort): Verdict {
  const T = numberOf(parameters, 'T', { above: 0, below: 10_001 });
  const b = densityOf(parameters);
  if (!Number.isInteger(T)) throw new ValidationUsageError(`parameter T: found ${T}, want a whole number of ticks`);
  checkTail(T * b, b);
  const runs = runsOf(effort, effort.quick ? 3000 : 20_000);
  const seed = 'CAS-GP-ENGINE';
  if (b < 1) {
    const { expected, measured, tolerance, pass } = subcritical({ T, b, runs, seed });
    const p0 = { expected: exp(-T * b), measured: measured.pmf['0'] ?? NaN };
    return { expected: { ...expected, p0: p0.expected }, measured: { runs, ...measured, p0: p0.measured }, tolerance, pass };
  }
  const { expected, measured, tolerance, pass } = supercritical({ T, b, runs, seed });
  return { expected: { runaway: expected }, measured: { runs, runaway: measured }, tolerance, pass };
}

function generalLaw(parameters: Value, effort: Effort): Verdict {
  const a = numberOf(parameters, 'a', { above: 0, below: 1000 });
  const b = numberOf(parameters, 'b', { above: 0, below: 1 });
  checkTail(a, b);
  const runs = runsOf(effort, effort.quick ? 3000 : 20_000);
  const { expected, measured, tolerance, pass } = subcritical({ T: 1, a, b, runs, seed: 'CAS-GP' });
  const named = ({ mean, variance, pmf, tail }: Moments): Record<string, number> => ({
    mean,
    var: variance,
    p0: pmf['0'] ?? NaN,
    p1: pmf['1'] ?? NaN,
    p5: pmf['5'] ?? NaN,
    p10: pmf['10'] ?? NaN,
    P_ge_50: tail['50'] ?? NaN,
    P_ge_100: tail['100'] ?? NaN,
    P_ge_200: tail['200'] ?? NaN,
  });
  return { expected: named(expected), measured: { runs, ...named(measured) }, tolerance, pass };
}

function runawayLaw(parameters: Value, effort: Effort): Verdict {
  const runs = runsOf(effort, effort.quick ? 1000 : 10_000);
  const results = casesOf(parameters).map((one, i) => {
    const a = numberOf(one, 'a', { above: 0, below: 1000 });
    const b = numberOf(one, 'b', { above: 1, below: 10 });
    return supercritical({ T: 1, a, b, runs, seed: `CAS-GP-RUNAWAY ${i}` });
  });
  return {
    expected: results.map((result) => result.expected),
    measured: results.map((result) => result.measured),
    tolerance: results[0]?.tolerance ?? '',
    pass: results.every((result) => result.pass),
  };
}

/** Laws of the number of liquidations, through the real book, index, queue and engine. */
export const CASCADE_LAW_CHECKS: readonly Check[] = [
  { id: 'CAS-GP', run: generalLaw },
  { id: 'CAS-GP-ENGINE', run: engineLaw },
  { id: 'CAS-GP-RUNAWAY', run: runawayLaw },
];
