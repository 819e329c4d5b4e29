import { exp, log } from '../core/math.ts';
import { derive, root } from '../core/random.ts';
import { YEAR, fillDriver } from '../market/drivers.ts';
import { Excitation } from '../market/drivers/hawkes.ts';
import { nextVariance, varianceLaw } from '../market/drivers/heston.ts';
import { meanGain } from '../market/drivers/jumps.ts';
import { ERRORS, runsOf } from './effort.ts';
import { ValidationUsageError, numberOf, recordOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Paths of Kou and of Heston; Hawkes windows. */
const PATHS = { full: 2_000_000, quick: 100_000 } as const;
const WINDOWS = { full: 3000, quick: 300 } as const;
/** Steps of the variance until T: the scheme keeps its mean and variance for every number. */
const STEPS = 8;
/** Steps of a window: the moments of the jumps have the same law for every number. */
const LOOKS = 100;
/** Averages of the powers 0 … 8 of a sample about a given centre: from them every moment up to the fourth and its standard error. */
function averages(sample: Float64Array, centre: number, scale: number): readonly number[] {
  const sums = Array.from({ length: 9 }, () => 0);
  for (const value of sample) {
    const from = (value - centre) / scale;
    let power = 1;
    for (let n = 0; n <= 8; n++) {
      sums[n] = (sums[n] ?? 0) + power;
      power *= from;
    }
  }
  return sums.map((sum) => sum / sample.length);
}

function years(text: Value | undefined): number {
  const found = typeof text === 'string' ? /^1\/(\d+)$/.exec(text) : null;
  const part = found === null ? NaN : Number(found[1]);
  if (!(part > 0)) throw new ValidationUsageError(`parameter T: found ${JSON.stringify(text)}, want a part of a year as 1/365`);
  return 1 / part;
}

function kou(parameters: Value, effort: Effort): Verdict {
  const sigma = numberOf(parameters, 'sigma', { above: 0, below: 100 });
  const lam = numberOf(parameters, 'lam', { above: 0, below: 1e6 });
  const p = numberOf(parameters, 'p', { above: 0, below: 1 });
  const eta1 = numberOf(parameters, 'eta1', { above: 1 });
  const eta2 = numberOf(parameters, 'eta2', { above: 1 });
  const T = years(recordOf(parameters)['T']);
  const runs = runsOf(effort, PATHS);
  const options = {
    kind: 'kou',
    price: 1,
    drift: 0,
    volatility: sigma,
    intensity: lam,
    upShare: p,
    meanUp: 1 / eta1,
    meanDown: 1 / eta2,
  } as const;
  // Cumulants of a compound Poisson sum: λT E[Jⁿ], with E[Jⁿ] = n! (p/η₁ⁿ + (−1)ⁿ q/η₂ⁿ).
  const cumulant = (n: number, factorial: number): number => lam * T * factorial * (p * (1 / eta1) ** n + (1 - p) * (-1 / eta2) ** n);
  const zeta = (p * eta1) / (eta1 - 1) + ((1 - p) * eta2) / (eta2 + 1) - 1;
  const variance = sigma * sigma * T + cumulant(2, 2);
  const deviation = Math.sqrt(variance);
  const expected = {
    var: variance,
    skew: cumulant(3, 6) / (variance * deviation),
    exkurt: cumulant(4, 24) / (variance * variance),
    zeta,
  };
  const mean = (-0.5 * sigma * sigma - lam * zeta) * T + cumulant(1, 1);
  const from = root('driver', 'DRV-KOU');
  const path = new Float64Array(2);
  const sample = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    fillDriver(options, derive(from, run), T * YEAR, 1, path);
    sample[run] = log(path[1] ?? NaN);
  }
  const m = averages(sample, mean, deviation);
  const at = (n: number): number => m[n] ?? NaN;
  // About the known mean and in known deviations: each is the plain mean of independent draws.
  const error = (n: number): number => Math.sqrt((at(2 * n) - at(n) * at(n)) / runs);
  const measured = { runs, var: at(2) * variance, skew: at(3), exkurt: at(4) - 3, zeta: meanGain(options) };
  const pass =
    Math.abs(at(1)) <= ERRORS * error(1) &&
    Math.abs(at(2) - 1) <= ERRORS * error(2) &&
    Math.abs(at(3) - expected.skew) <= ERRORS * error(3) &&
    Math.abs(at(4) - 3 - expected.exkurt) <= ERRORS * error(4) &&
    Math.abs(measured.zeta - zeta) <= 1e-12;
  const widths = [error(2) * variance, error(3), error(4)].map((one) => (ERRORS * one).toPrecision(3));
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} draws: var ±${widths[0]}, skew ±${widths[1]}, exkurt ±${widths[2]}; zeta 1e-12`,
    pass,
  };
}

function heston(parameters: Value, effort: Effort): Verdict {
  const kappa = numberOf(parameters, 'kappa', { above: 0, below: 1e6 });
  const theta = numberOf(parameters, 'theta', { above: 0, below: 1e4 });
  const xi = numberOf(parameters, 'xi', { above: 0, below: 1e4 });
  const v0 = numberOf(parameters, 'v0', { above: 0, below: 1e4 });
  const T = numberOf(parameters, 'T', { above: 0, below: 1000 });
  const runs = runsOf(effort, PATHS);
  const kept = exp(-kappa * T);
  const gone = 1 - kept;
  const expected = {
    mean: theta + (v0 - theta) * kept,
    var: (v0 * xi * xi * kept * gone) / kappa + (theta * xi * xi * gone * gone) / (2 * kappa),
    stat_mean: theta,
    stat_var: (theta * xi * xi) / (2 * kappa),
    feller: (2 * kappa * theta) / (xi * xi),
  };
  const options = {
    kind: 'heston',
    price: 1,
    drift: 0,
    volatility: Math.sqrt(theta),
    initial: Math.sqrt(v0),
    reversion: kappa,
    variability: xi,
    correlation: 0,
  } as const;
  // After 20 time constants nothing is left of the start.
  const middle = variances(options, T, runs);
  const late = variances(options, 20 / kappa, runs);
  const one = estimates(middle, expected.mean);
  const two = estimates(late, expected.stat_mean);
  const square = options.volatility * options.volatility;
  const measured = {
    runs,
    mean: one.mean,
    var: one.variance,
    stat_mean: two.mean,
    stat_var: two.variance,
    feller: (2 * options.reversion * square) / (options.variability * options.variability),
  };
  const pass =
    Math.abs(one.mean - expected.mean) <= ERRORS * one.meanError &&
    Math.abs(one.variance - expected.var) <= ERRORS * one.varianceError &&
    Math.abs(two.mean - expected.stat_mean) <= ERRORS * two.meanError &&
    Math.abs(two.variance - expected.stat_var) <= ERRORS * two.varianceError;
  const widths = [one.meanError, one.varianceError, two.meanError, two.varianceError].map((error) => (ERRORS * error).toPrecision(3));
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} draws in ${STEPS} steps: mean ±${widths[0]}, var ±${widths[1]}, stat_mean ±${widths[2]}, stat_var ±${widths[3]}; the scheme adds no bias to these`,
    pass,
  };
}

function variances(options: Parameters<typeof varianceLaw>[0], T: number, runs: number): Float64Array {
  const law = varianceLaw(options, T / STEPS);
  const from = root('driver', 'DRV-HESTON');
  return Float64Array.from({ length: runs }, (_, run) => {
    const key = derive(from, run);
    let variance = options.initial * options.initial;
    for (let k = 1; k <= STEPS; k++) variance = nextVariance(law, variance, key, k);
    return variance;
  });
}

/** Mean and variance about a known mean, with standard errors. */
function estimates(sample: Float64Array, centre: number) {
  const m = averages(sample, centre, 1);
  const at = (n: number): number => m[n] ?? NaN;
  return {
    mean: centre + at(1),
    meanError: Math.sqrt((at(2) - at(1) * at(1)) / sample.length),
    variance: at(2),
    varianceError: Math.sqrt((at(4) - at(2) * at(2)) / sample.length),
  };
}

function hawkes(parameters: Value, effort: Effort): Verdict {
  const mu = numberOf(parameters, 'mu', { above: 0, below: 1e4 });
  const beta = numberOf(parameters, 'beta', { above: 0, below: 1e4 });
  const alpha = numberOf(parameters, 'alpha', { above: 0, below: beta });
  const T = numberOf(parameters, 'T', { above: 0, below: 1e6 });
  const runs = runsOf(effort, WINDOWS);
  const room = 1 - alpha / beta;
  const expected = { rate: mu / room, fano: 1 / (room * room) };
  const from = root('driver', 'DRV-HAWKES');
  const sample = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    const key = derive(from, run);
    const excitation = new Excitation(mu, alpha, beta);
    let count = 0;
    for (let k = 1; k <= LOOKS; k++) count += excitation.advance(key, k, T / LOOKS);
    sample[run] = count;
  }
  const { mean } = estimates(sample, 0);
  const { variance } = estimates(sample, mean);
  const measured = { runs, rate: mean / T, fano: (variance * runs) / ((runs - 1) * mean) };
  // The published tolerances, or what so few windows can show: a count's relative error, and a variance's.
  const rateWidth = Math.max(0.01, 5 * Math.sqrt(expected.fano / (expected.rate * T * runs)));
  const fanoWidth = Math.max(0.15, ERRORS * Math.sqrt(2 / (runs - 1)));
  const pass = Math.abs(measured.rate / expected.rate - 1) <= rateWidth && Math.abs(measured.fano / expected.fano - 1) <= fanoWidth;
  const percent = (share: number): string => `${(share * 100).toPrecision(3)} %`;
  return { expected, measured, tolerance: `rate ${percent(rateWidth)}, Fano factor ${percent(fanoWidth)} at ${runs} windows`, pass };
}

/** The laws of what moves the outside price. */
export const OUTSIDE_CHECKS: readonly Check[] = [
  { id: 'DRV-KOU', run: kou },
  { id: 'DRV-HESTON', run: heston },
  { id: 'DRV-HAWKES', run: hawkes },
];
