/** How the margin engine closes what has crossed its threshold. Money in quanta, times in seconds. */
export interface LiquidationOptions {
  readonly policy:
    | { readonly kind: 'full' }
    /** Positions above `above` quanta of notional send `fraction` first and the whole after `cooldown` seconds. */
    | { readonly kind: 'partial'; readonly above: number; readonly fraction: number; readonly cooldown: number };
  /** sequential: the mark is looked at again after each fill; batch: all that is triggered at the step's mark goes at once. */
  readonly mode: 'sequential' | 'batch';
  readonly queue: 'worst-first' | 'trigger-price' | 'arrival' | 'largest' | 'random';
  /** Orders the engine can send a second; Infinity: no limit. */
  readonly ordersPerSecond: number;
  /** From the trigger to the order's arrival at the book. */
  readonly latency: number;
  /** Where forced orders go: into the book, or to the absorber at the mark (the twin). */
  readonly route: 'book' | 'absorber';
  /** The backstop vault takes an account over, with its margin, at the mark and off the book, once its MCR is below `level`; null: no vault. */
  readonly backstop: {
    /** A multiple of θ. */
    readonly level: number;
    /** Most notional it holds, in quanta; Infinity: unlimited. */
    readonly capacity: number;
    /** A stated size to compare with: the report prints how often and by how much takeovers exceed it. In quanta. */
    readonly stated: number | null;
  } | null;
  /** Starting money of the insurance fund, in quanta. */
  readonly insurance: number;
  /** Liquidation fee on notional, paid to the insurance fund out of what is left of the margin. */
  readonly fee: number;
  /** Whose profit pays for a debt that the insurance fund cannot pay; null: nobody's, the debt is socialised. */
  readonly adl: DeleveragingRule | null;
}

/** How winners share in auto-deleveraging. */
export type DeleveragingRule =
  /** All the profit of the first in the queue, then of the next. */
  | { readonly kind: 'queue' }
  /** From everybody the same share of the profit. */
  | { readonly kind: 'pro-rata' }
  /** From everybody the same share of the equity, but of nobody more than the profit or than `largest` of the equity, a share in (0, 1]. */
  | { readonly kind: 'capped'; readonly largest: number };
