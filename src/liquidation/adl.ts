/** Where a winner stands in a queue for auto-deleveraging: the larger, the sooner. Formulas as the venues publish them. */

/**
 * Hyperliquid, for longs and shorts alike: (mark / entry) × (notional / account value).
 * Source: Hyperliquid documentation, "Auto-deleveraging".
 */
export function markLeverageScore(mark: number, entry: number, notional: number, accountValue: number): number {
  return (mark / entry) * (notional / accountValue);
}

/** Value at the mark over what a position is above its bankruptcy: mark value / (mark value − bankrupt value). */
export function effectiveLeverage(markValue: number, bankruptValue: number): number {
  return markValue / (markValue - bankruptValue);
}

/**
 * BitMEX: profit × effective leverage for a winner, loss / effective leverage for a loser, profit as a fraction of the entry value.
 * Source: BitMEX, "Auto-deleveraging".
 */
export function profitLeverageScore(profit: number, leverage: number): number {
  return profit > 0 ? profit * leverage : profit / leverage;
}

/** The order in which a queue is called: indices from the highest score down, ties in the order given. */
export function queueOrder(scores: readonly number[]): readonly number[] {
  return scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
}

/**
 * Whether open profit has outgrown the pool that owes it (GMX): profit / pool > limit; equality does not trigger. Profit and pool in one
 * unit, a loss counts as a negative factor.
 * Source: GMX synthetics, ADL state (max PnL factor).
 */
export function profitOutgrowsPool(profit: number, pool: number, limit: number): { readonly factor: number; readonly triggered: boolean } {
  const factor = profit / pool;
  return { factor, triggered: factor > limit };
}
