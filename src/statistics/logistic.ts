/** How often something happens as a dose grows: logistic regression, and the dose at which it happens half of the time. */
import { exp, normalQuantile } from '../core/math.ts';

/** One dose with the number of trials and of events at it. */
export interface DoseGroup {
  readonly dose: number;
  readonly trials: number;
  readonly events: number;
}

/** Maximum likelihood fit of log odds = intercept + slope × dose. */
export interface LogisticFit {
  readonly intercept: number;
  readonly slope: number;
  /** Inverse of the information: variances of intercept and slope, and their covariance. */
  readonly covariance: { readonly intercept: number; readonly slope: number; readonly both: number };
  /** Dose at which the event happens half of the time. */
  readonly middle: number;
  /** Its standard error by the delta method. */
  readonly middleError: number;
}

/** Newton steps until nothing moves; quadratic, so that more never help. */
const MOST_STEPS = 50;

/**
 * Fits by Newton's method from a flat start.
 * @throws RangeError when the events are all on one side of a dose (no finite fit), or all doses are the same.
 */
export function logisticFit(groups: readonly DoseGroup[]): LogisticFit {
  let intercept = 0;
  let slope = 0;
  let trials = 0;
  let centre = 0;
  for (const group of groups) {
    trials += group.trials;
    centre += group.trials * group.dose;
  }
  // About the mean dose the two coefficients hardly depend on each other.
  centre /= trials;
  for (let step = 0; step < MOST_STEPS; step++) {
    let [a, b] = [0, 0];
    let [aa, ab, bb] = [0, 0, 0];
    for (const group of groups) {
      const x = group.dose - centre;
      const chance = 1 / (1 + exp(-intercept - slope * x));
      const left = group.events - group.trials * chance;
      const weight = group.trials * chance * (1 - chance);
      a += left;
      b += left * x;
      aa += weight;
      ab += weight * x;
      bb += weight * x * x;
    }
    const determinant = aa * bb - ab * ab;
    const da = (bb * a - ab * b) / determinant;
    const db = (aa * b - ab * a) / determinant;
    intercept += da;
    slope += db;
    if (!(Math.abs(slope) < 1e12 && determinant > 0)) break;
    if (Math.abs(da) > 1e-13 * (1 + Math.abs(intercept)) || Math.abs(db) > 1e-13 * (1 + Math.abs(slope))) continue;
    const slopeVariance = aa / determinant;
    const middleVariance = bb / determinant;
    const both = -ab / determinant;
    const away = -intercept / slope;
    return {
      intercept: intercept - slope * centre,
      slope,
      covariance: {
        intercept: middleVariance - 2 * centre * both + centre * centre * slopeVariance,
        slope: slopeVariance,
        both: both - centre * slopeVariance,
      },
      middle: centre + away,
      middleError: Math.sqrt(middleVariance + 2 * away * both + away * away * slopeVariance) / Math.abs(slope),
    };
  }
  throw new RangeError('logistic fit: found events that a dose parts without overlap, or one dose only, want both outcomes around a dose');
}

/**
 * Fieller's interval of the middle dose; null when the slope is not clear of 0 at this confidence, where the interval has no end.
 * @param confidence in (0, 1).
 */
export function fiellerInterval(fit: LogisticFit, confidence = 0.95): readonly [low: number, high: number] | null {
  const { slope, covariance, middle } = fit;
  const z = normalQuantile((1 + confidence) / 2);
  const g = (z * z * covariance.slope) / (slope * slope);
  if (!(g < 1)) return null;
  // Variances of the ratio −intercept/slope: numerator −intercept.
  const [v11, v12, v22] = [covariance.intercept, -covariance.both, covariance.slope];
  const centre = (middle - (g * v12) / v22) / (1 - g);
  const inner = v11 - 2 * middle * v12 + middle * middle * v22 - g * (v11 - (v12 * v12) / v22);
  const half = ((z / Math.abs(slope)) * Math.sqrt(inner)) / (1 - g);
  return [centre - half, centre + half];
}
