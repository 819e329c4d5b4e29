/** How the venue makes the price that margin is checked at (the mark), from this market and from outside. */
export type MarkOptions = (
  | { readonly kind: 'last' }
  | { readonly kind: 'mid' }
  /** The outside price, seen every `cadence` seconds. */
  | { readonly kind: 'index'; readonly cadence: number }
  /** Exponential average of the mid with time constant `seconds`, advanced every `cadence` seconds by alpha = 1 − exp(−cadence/seconds). */
  | { readonly kind: 'ema'; readonly seconds: number; readonly cadence: number }
  /**
   * Hyperliquid: the median of (1) oracle + average of (mid − oracle) over `premiumSeconds`, (2) the median of best bid, best ask
   * and last trade, (3) the mid of outside perpetuals (here: the outside price). (1) and (3) move every `cadence` seconds, (2) at once.
   */
  | { readonly kind: 'median'; readonly premiumSeconds: number; readonly cadence: number }
) & {
  /** Largest distance from the outside price as a fraction of it; null: no clamp. */
  readonly clamp: number | null;
};
