/** Traders without a view: Poisson arrivals of small orders on both sides. */
export interface NoiseOptions {
  /** Market orders a second (both sides together). */
  readonly marketRate: number;
  /** Limit orders a second (both sides together). */
  readonly limitRate: number;
  /** Mean notional of an order in quanta (exponential). */
  readonly size: number;
  /** Limit orders rest this many seconds, then are cancelled. */
  readonly lifetime: number;
  /** Limit orders stand up to this far from the mid, as a fraction (uniform). */
  readonly reach: number;
}

/** One scheduled order from outside (`outside` account): the exogenous shock of the laws. */
export interface ScheduledOrder {
  /** Seconds from the start. */
  readonly at: number;
  /** Signed lots: > 0 buys. A market order. */
  readonly lots: number;
}
