/** Value at risk and expected shortfall of a sample of losses, larger being worse. */
export interface Shortfall {
  /** The loss that a share `p` of the sample stays below. */
  readonly valueAtRisk: number;
  /** Mean of the losses from there on. */
  readonly expectedShortfall: number;
  /** Standard error of the expected shortfall for independent draws. */
  readonly error: number;
}

/**
 * The empirical ones: the loss of rank ⌈p·n⌉, and the mean of those above it with that loss counting for what is left of 1 − p
 * (Acerbi and Tasche, Journal of Banking and Finance 26, 2002).
 * @param sorted losses, ascending.
 * @param p in (0, 1).
 * @throws RangeError when no loss or only one lies beyond p.
 */
export function shortfall(sorted: Float64Array, p: number): Shortfall {
  const n = sorted.length;
  const rank = Math.ceil(p * n - 1e-9);
  if (!(p > 0 && p < 1 && n - rank >= 2)) throw new RangeError(`shortfall: found ${n} losses at p = ${p}, want at least two beyond p`);
  const valueAtRisk = sorted[rank - 1];
  let sum = 0;
  let squares = 0;
  for (let i = rank; i < n; i++) {
    const beyond = sorted[i] - valueAtRisk;
    sum += beyond;
    squares += beyond * beyond;
  }
  const weight = n * (1 - p);
  const mean = sum / weight;
  // Beyond p the losses spread by their own variance, and the place where they begin is itself a draw.
  const spread = squares / weight - mean * mean + p * mean * mean;
  return { valueAtRisk, expectedShortfall: valueAtRisk + mean, error: Math.sqrt(spread / weight) };
}
