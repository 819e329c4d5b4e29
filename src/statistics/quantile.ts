/** A copy of the values in ascending order. NaN goes last. */
export function ascending(values: Float64Array): Float64Array {
  return values.slice().sort();
}

/**
 * Quantile of ascending values by linear interpolation at rank 1 + (n − 1)p (type 7 of Hyndman and Fan 1996, the default of R and NumPy).
 * @throws RangeError when there are no values or p is outside [0, 1].
 */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (sorted.length === 0) throw new RangeError('quantile: found no values, want at least one');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: found p = ${p}, want 0 to 1`);
  const rank = (sorted.length - 1) * p;
  const below = Math.floor(rank);
  const low = sorted[below];
  if (below === rank) return low;
  const high = sorted[below + 1];
  return low === high ? low : low + (rank - below) * (high - low);
}

/** Quantile of values in any order, which stay as they are. See `quantileOfSorted`. */
export function quantile(values: Float64Array, p: number): number {
  return quantileOfSorted(ascending(values), p);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Float64Array): number {
  return quantile(values, 0.5);
}
