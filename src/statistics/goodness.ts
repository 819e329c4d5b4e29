/** How well a sample agrees with a law. */
import { exp } from '../core/math.ts';
import { upperGamma } from './special.ts';

/** P(X > x) of a chi-square with the given degrees of freedom. */
export function chiSquareUpper(x: number, degrees: number): number {
  return x <= 0 ? 1 : upperGamma(degrees / 2, x / 2);
}

export interface ChiSquare {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}

/**
 * Pearson's test of observed counts against expected ones, cell by cell. Neighbouring cells are joined from the left until each expects at
 * least `minimum`; a rest that expects less joins the last cell. `fitted` parameters cost a degree of freedom each.
 * @throws RangeError when the lengths differ or fewer than two cells remain.
 */
export function chiSquareTest(observed: ArrayLike<number>, expected: ArrayLike<number>, minimum = 5, fitted = 0): ChiSquare {
  if (observed.length !== expected.length) {
    throw new RangeError(`chi-square: found ${observed.length} observed and ${expected.length} expected cells, want as many of each`);
  }
  const cells: { seen: number; wanted: number }[] = [];
  let seen = 0;
  let wanted = 0;
  for (let i = 0; i < observed.length; i++) {
    seen += observed[i];
    wanted += expected[i];
    if (wanted >= minimum) {
      cells.push({ seen, wanted });
      seen = 0;
      wanted = 0;
    }
  }
  const last = cells.at(-1);
  if (last !== undefined) {
    last.seen += seen;
    last.wanted += wanted;
  }
  const degrees = cells.length - 1 - fitted;
  if (degrees < 1)
    throw new RangeError(`chi-square: found ${cells.length} cells that expect ${minimum} or more, want at least ${fitted + 2}`);
  let statistic = 0;
  for (const cell of cells) statistic += ((cell.seen - cell.wanted) * (cell.seen - cell.wanted)) / cell.wanted;
  return { statistic, degrees, p: chiSquareUpper(statistic, degrees) };
}

/** P(D_n > d) of Kolmogorov and Smirnov's one-sample statistic by the limit law with Stephens' correction (1970); good from n = 10 on. */
export function kolmogorovUpper(d: number, n: number): number {
  const root = Math.sqrt(n);
  const x = (root + 0.12 + 0.11 / root) * d;
  if (x < 0.2) return 1;
  let sum = 0;
  let sign = 1;
  for (let k = 1; k <= 100; k++) {
    const term = exp(-2 * k * k * x * x);
    sum += sign * term;
    if (term < 1e-17) break;
    sign = -sign;
  }
  return Math.min(1, 2 * sum);
}

/** Kolmogorov and Smirnov's test of ascending values against a continuous cdf. */
export function kolmogorovSmirnov(sorted: Float64Array, cdf: (x: number) => number): { readonly statistic: number; readonly p: number } {
  const n = sorted.length;
  let statistic = 0;
  for (let i = 0; i < n; i++) {
    const at = cdf(sorted[i]);
    statistic = Math.max(statistic, at - i / n, (i + 1) / n - at);
  }
  return { statistic, p: kolmogorovUpper(statistic, n) };
}
