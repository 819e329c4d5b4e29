/** How far an entry may be beyond what is possible: what a matrix with six digits is off by. */
const SLACK = 1e-6;

/** Below this a path has nothing of its own beside those before it. */
const NOTHING = 1e-6;

/**
 * The lower triangle L of a correlation matrix R = L Lᵀ (Cholesky), row by row, n × n: the shocks of path i are Σ L[i][j] × the own draws
 * of path j ≤ i, so that the first path goes by its own draws alone and a path that is added at the end changes none before it. R may be
 * singular (two paths with the same shocks).
 * @param names of the paths, for messages.
 * @throws RangeError naming the pair or the row, what was found, what is allowed, and the nearest value that would do.
 */
export function correlationFactor(matrix: readonly (readonly number[])[], names: readonly string[]): Float64Array {
  const n = names.length;
  checkShape(matrix, names);
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    // What of path i's variance the paths before j have not taken.
    let left = 1;
    for (let j = 0; j < i; j++) {
      const own = factor[j * n + j];
      let shared = 0;
      for (let k = 0; k < j; k++) shared += factor[i * n + k] * factor[j * n + k];
      const reach = own * Math.sqrt(left);
      const found = matrix[i][j];
      if (!(Math.abs(found - shared) <= reach + SLACK)) {
        // Rounded to what is allowed still.
        const lowest = digits(shared - reach);
        const highest = digits(shared + reach);
        throw new RangeError(
          `correlation of ${names[i]} and ${names[j]}: found ${found}, beside the others' want from ${lowest} to ${highest}; ` +
            `the nearest is ${found > shared ? highest : lowest}`,
        );
      }
      const most = Math.sqrt(left);
      const weight = own > NOTHING ? Math.min(Math.max((found - shared) / own, -most), most) : 0;
      factor[i * n + j] = weight;
      left = Math.max(0, left - weight * weight);
    }
    factor[i * n + i] = Math.sqrt(left);
  }
  return factor;
}

function checkShape(matrix: readonly (readonly number[])[], names: readonly string[]): void {
  const n = names.length;
  if (matrix.length !== n)
    throw new RangeError(`correlations: found ${matrix.length} rows, want ${n}, one for each of ${names.join(', ')}`);
  for (let i = 0; i < n; i++) {
    const row = matrix[i];
    if (row.length !== n) throw new RangeError(`correlations of ${names[i]}: found ${row.length} numbers, want ${n}`);
    if (row[i] !== 1) throw new RangeError(`correlation of ${names[i]} with itself: found ${row[i]}, want 1`);
    for (let j = 0; j < i; j++) {
      const pair = `correlation of ${names[i]} and ${names[j]}`;
      if (!(Math.abs(row[j]) <= 1)) throw new RangeError(`${pair}: found ${row[j]}, want from −1 to 1`);
      if (row[j] !== matrix[j][i]) throw new RangeError(`${pair}: found ${row[j]} one way and ${matrix[j][i]} the other, want the same`);
    }
  }
}

/** To six digits. */
function digits(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
