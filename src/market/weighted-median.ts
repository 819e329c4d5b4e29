/** A source's price in an index, and what it counts for. */
export interface WeightedPrice {
  readonly price: number;
  /** > 0. */
  readonly weight: number;
}

/**
 * The weighted median: the lowest price at or below which at least half of the weight lies. Sources of less than half the weight cannot
 * move it beyond the prices of the others.
 * Source: Hyperliquid documentation, "Oracle" (spot prices of eight venues, weights 3, 2, 2, 1, 1, 1, 1, 1; the rule for a tie is not
 * stated, the lower price is taken).
 * @throws RangeError without prices.
 */
export function weightedMedian(prices: readonly WeightedPrice[]): number {
  if (prices.length === 0) throw new RangeError('weighted median: found no prices, want at least one');
  const ascending = prices.toSorted((a, b) => a.price - b.price || a.weight - b.weight);
  let total = 0;
  for (const { weight } of ascending) total += weight;
  let below = 0;
  let at = 0;
  while (2 * (below + ascending[at].weight) < total) below += ascending[at++].weight;
  return ascending[at].price;
}
