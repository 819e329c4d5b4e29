import { ascending, quantileOfSorted } from './quantile.ts';

/** What a fit says of the part of a spread that known causes explain. */
export interface Explained {
  /** Quantiles at 5 % and 95 % of what the causes explain; null when there are too few values for the fit. */
  readonly low: number | null;
  readonly high: number | null;
  /** Share of the variance that they explain, corrected for the number of coefficients, in [0, 1]; null with the band. */
  readonly share: number | null;
}

/** Values a coefficient: fewer would fit chance. */
const VALUES_PER_COEFFICIENT = 6;

/**
 * How far values spread because of `causes` alone, without chance: an additive quadratic in the ranks of each cause (any monotone scale of it
 * gives the same) is fitted by least squares, and its fitted values are drawn in towards their mean by √(corrected / plain share of the variance),
 * so that causes without effect leave about no band. More values make the band more exact, not narrower.
 * @param values one a replicate; NaN where undefined.
 * @param causes each with one number a replicate.
 * @throws RangeError when a cause has another number of entries than there are values.
 */
export function explained(values: Float64Array, causes: readonly ArrayLike<number>[]): Explained {
  for (const cause of causes) {
    if (cause.length !== values.length)
      throw new RangeError(`explained: found ${cause.length} draws for ${values.length} values, want as many`);
  }
  const kept = [...values.keys()].filter((i) => !Number.isNaN(values[i]));
  const n = kept.length;
  const coefficients = 1 + 2 * causes.length;
  if (causes.length === 0 || n < VALUES_PER_COEFFICIENT * coefficients) return { low: null, high: null, share: null };
  const mean = kept.reduce((sum, i) => sum + values[i], 0) / n;
  const left = Float64Array.from(kept, (i) => values[i] - mean);
  const total = dot(left, left);
  if (!(total > 0)) return { low: mean, high: mean, share: 0 };
  const basis: Float64Array[] = [];
  const fitted = new Float64Array(n);
  for (const cause of causes) {
    const rank = ranksOf(kept.map((i) => cause[i]));
    for (const column of [rank, rank.map((x) => x * x)]) {
      // Gram–Schmidt, the constant first.
      const centre = column.reduce((sum, x) => sum + x, 0) / n;
      for (let i = 0; i < n; i++) column[i] -= centre;
      for (const other of basis) subtract(column, other, dot(column, other));
      const length = Math.sqrt(dot(column, column));
      // A cause that is constant, or says what the ones before it have said.
      if (length < 1e-9 * n) continue;
      for (let i = 0; i < n; i++) column[i] /= length;
      const weight = dot(left, column);
      for (let i = 0; i < n; i++) fitted[i] += weight * column[i];
      basis.push(column);
    }
  }
  const plain = dot(fitted, fitted) / total;
  const share = Math.max(0, 1 - ((1 - plain) * (n - 1)) / (n - 1 - basis.length));
  const towards = plain > 0 ? Math.sqrt(share / plain) : 0;
  const spread = ascending(fitted.map((value) => mean + towards * value));
  return { low: quantileOfSorted(spread, 0.05), high: quantileOfSorted(spread, 0.95), share };
}

/** Ranks on [−1, 1], equal values at their middle rank. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) ranks[order[k]] = (from + to) / values.length - 1;
    from = to;
  }
  return ranks;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function subtract(from: Float64Array, other: Float64Array, weight: number): void {
  for (let i = 0; i < from.length; i++) from[i] -= weight * other[i];
}
