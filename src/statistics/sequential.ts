import { normalQuantile } from '../core/math.ts';

/** When a mean is known well enough. */
export interface FixedWidthOptions {
  /** Half-width that the interval of the mean shall have. */
  readonly halfWidth: number;
  /** Draws before the first look, at least 2. */
  readonly first: number;
  /** In (0, 1). */
  readonly confidence: number;
}

/** Mean of a sample that grew until it was known well enough. */
export interface FixedWidthMean {
  readonly mean: number;
  readonly draws: number;
}

/**
 * Draws until z × s / √n is at most the half-width (Chow and Robbins, Annals of Mathematical Statistics 36, 1965). Its interval covers the
 * mean slightly less often than the confidence says, since it tends to stop when the spread looks small.
 * @throws RangeError when an option is out of bounds.
 */
export function fixedWidthMean(draw: (i: number) => number, options: FixedWidthOptions): FixedWidthMean {
  const { halfWidth, first, confidence } = options;
  if (!(halfWidth > 0)) throw new RangeError(`fixed width: found a half-width of ${halfWidth}, want a number above 0`);
  if (!(Number.isInteger(first) && first >= 2)) throw new RangeError(`fixed width: found ${first} first draws, want a whole number from 2`);
  const z = normalQuantile((1 + confidence) / 2);
  const bound = (halfWidth * halfWidth) / (z * z);
  let mean = 0;
  let squares = 0;
  for (let n = 1; ; n++) {
    const x = draw(n - 1);
    const off = x - mean;
    mean += off / n;
    squares += off * (x - mean);
    if (n >= first && squares / (n - 1) <= bound * n) return { mean, draws: n };
  }
}
