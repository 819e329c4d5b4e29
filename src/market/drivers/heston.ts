import { exp, expm1, log } from '../../core/math.ts';
import { uniform } from '../../core/random.ts';
import type { Root } from '../../core/random.ts';
import { normal } from '../../core/samplers.ts';
import { YEAR } from './options.ts';
import type { HestonOptions } from './options.ts';
import { VARIANCE, moveOf } from './streams.ts';

/** Above this variance / mean² of the next variance an exponential with a mass at 0 stands for it, below it a squared normal (Andersen: 1 … 2). */
const SWITCH = 1.5;

/** What a step does to the variance, from the options and the step's length. */
export interface VarianceLaw {
  /** e^(−reversion × step), and 1 less that. */
  readonly kept: number;
  readonly renewed: number;
  readonly longRun: number;
  /** The next variance's own variance is `slope × v + offset`. */
  readonly slope: number;
  readonly offset: number;
}

/** @param years of a step. */
export function varianceLaw(options: HestonOptions, years: number): VarianceLaw {
  const { volatility, reversion, variability } = options;
  const renewed = -expm1(-reversion * years);
  const kept = 1 - renewed;
  const square = variability * variability;
  const longRun = volatility * volatility;
  return {
    kept,
    renewed,
    longRun,
    slope: (square * kept * renewed) / reversion,
    offset: (longRun * square * renewed * renewed) / (2 * reversion),
  };
}

/**
 * The variance a step after `variance`: Andersen's quadratic-exponential scheme (Journal of Computational Finance 11, 2008). Both forms
 * have exactly the mean and variance of the square-root process, which are linear in `variance`; hence so have all later ones, for every
 * step size. Never below 0, also where the process itself touches it.
 */
export function nextVariance(law: VarianceLaw, variance: number, root: Root, k: number): number {
  const mean = law.longRun * law.renewed + variance * law.kept;
  const ratio = (law.slope * variance + law.offset) / (mean * mean);
  if (ratio <= SWITCH) {
    const root2 = offsetOf(ratio);
    const shifted = Math.sqrt(root2) + normal(root.lo, root.hi, VARIANCE, k, 0);
    return (mean / (1 + root2)) * shifted * shifted;
  }
  const above = 2 / (ratio + 1);
  const u = uniform(root.lo, root.hi, VARIANCE, k, 1);
  return u >= above ? 0 : (mean / above) * log(above / u);
}

/** b² of the squared normal a(b + Z)² whose variance / mean² is `ratio`. */
function offsetOf(ratio: number): number {
  const twice = 2 / ratio;
  return twice - 1 + Math.sqrt(twice * (twice - 1));
}

/**
 * log E[e^(weight × next variance)] under the scheme's own law: what the log-price is corrected by, so that the expected price is exact.
 * Infinite where that mean does not exist, for a weight far above 0.
 */
function logMoment(law: VarianceLaw, variance: number, weight: number): number {
  const mean = law.longRun * law.renewed + variance * law.kept;
  const ratio = (law.slope * variance + law.offset) / (mean * mean);
  if (ratio <= SWITCH) {
    const root2 = offsetOf(ratio);
    const scale = mean / (1 + root2);
    const left = 1 - 2 * weight * scale;
    return left > 0 ? (weight * root2 * scale) / left - 0.5 * log(left) : Infinity;
  }
  const above = 2 / (ratio + 1);
  const rate = above / mean;
  return weight < rate ? log(1 - above + (above * rate) / (rate - weight)) : Infinity;
}

/**
 * Heston (1993). Given both ends of the variance, a step's log-move is normal with half of the step at each; the part of it that goes with
 * the variance is known from those ends.
 */
export function fillHeston(
  options: HestonOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, drift, initial, reversion, variability, correlation } = options;
  const years = step / YEAR;
  const law = varianceLaw(options, years);
  const half = 0.5 * years;
  const together = correlation / variability;
  // Weights of the variance at the two ends, in the mean and in the square of the deviation.
  const early = half * (reversion * together - 0.5) - together;
  const late = half * (reversion * together - 0.5) + together;
  const own = half * (1 - correlation * correlation);
  const plain = -reversion * law.longRun * together * years;
  let variance = initial * initial;
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    const next = nextVariance(law, variance, root, k);
    const moment = logMoment(law, variance, late + 0.5 * own);
    const level = moment === Infinity ? plain : -moment - (early + 0.5 * own) * variance;
    const deviation = Math.sqrt(own * (variance + next));
    moved += drift * years + level + early * variance + late * next + deviation * moveOf(root, k, shocks);
    variance = next;
    out[k] = price * exp(moved);
  }
}
