/** Leveraged traders of one kind. Money in quanta, prices in ticks. */
export interface GroupOptions {
  /** Unique; an account's key is a hash of it and the account's ordinal. */
  readonly name: string;
  readonly kind: 'drawn';
  readonly count: number;
  readonly side: 1 | -1;
  /** Total notional of the group at the starting mark, in quanta. */
  readonly notional: number;
  readonly size:
    | { readonly kind: 'equal' }
    /** Pareto with tail exponent alpha, the largest position capped at `cap` quanta of notional. */
    | { readonly kind: 'pareto'; readonly alpha: number; readonly cap: number }
    | { readonly kind: 'lognormal'; readonly sigma: number };
  readonly leverage:
    | { readonly kind: 'constant'; readonly value: number }
    | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly min: number; readonly max: number };
  /** Entries come from the closes of the last `window` seconds, a close `halfLife` seconds older counting half. */
  readonly entry: { readonly window: number; readonly halfLife: number };
  /** true: every trader an independent draw; false: systematic sampling over size × leverage with a random start. */
  readonly resample: boolean;
}

/** Traders written down one by one. */
export interface ListedGroupOptions {
  readonly name: string;
  readonly kind: 'listed';
  readonly accounts: readonly {
    /** Signed lots: > 0 long. */
    readonly lots: number;
    /** Entry price in ticks. */
    readonly entry: number;
    /** Own collateral in quanta. */
    readonly collateral: number;
  }[];
}

export type TraderOptions = GroupOptions | ListedGroupOptions;
