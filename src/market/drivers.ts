/** The outside price: what it does is decided here and never by this market. Prices are in ticks and not rounded. */
export type DriverOptions =
  | { readonly kind: 'constant'; readonly price: number }
  /** Geometric Brownian motion; `drift` per year of the expected price, `volatility` per square root of a year (365.25 days). */
  | { readonly kind: 'gbm'; readonly price: number; readonly drift: number; readonly volatility: number }
  /**
   * Through given points (seconds from the start, ascending; the first at 0), log-linear between them. `noise` is the standard
   * deviation of the log-price a square root of a second of a Brownian bridge laid over each stretch (0: straight); flat after the last point.
   * Presets of dated events and CSV bars resolve to this kind.
   */
  | { readonly kind: 'waypoints'; readonly times: readonly number[]; readonly prices: readonly number[]; readonly noise: number };
