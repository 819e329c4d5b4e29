import type { BehaviourOptions } from './conduct.ts';
import type { LeverageOptions } from './leverage.ts';
import type { SizeOptions } from './sizes.ts';

/**
 * What is liquidated together, and by which requirement: each position by its market's ladder (isolated) or by a rate that follows the market
 * (dynamic); a loan, collateral against a debt, by its terms (lending); all positions of an account by the sum of their ladders (cross) or by
 * the worst loss over a grid of scenarios (portfolio) or option by option (standard).
 */
export type Regime = 'isolated' | 'dynamic' | 'lending' | 'cross' | 'portfolio' | 'standard';

/** Those whose accounts hold options. */
export const OPTIONED = ['portfolio', 'standard'] as const;

/** Leveraged traders of one kind. Money in quanta, prices in ticks. */
export interface GroupOptions {
  /** Unique; an account's key is a hash of it and the account's ordinal. */
  readonly name: string;
  readonly kind: 'drawn';
  /** Place of the market that they trade in. */
  readonly market: number;
  /** Absent: each position by its market's ladder, or all of an account where it may have several. Borrowers are long. */
  readonly margin?: 'dynamic' | 'lending' | 'portfolio' | 'standard';
  readonly count: number;
  readonly side: 1 | -1;
  /**
   * Of a cross group, whose traders' positions share one collateral and are liquidated together: every trader's further positions, at most
   * one a market, their sizes in proportion to the first one's. Absent: each position has collateral of its own.
   */
  readonly cross?: readonly { readonly market: number; readonly side: 1 | -1; readonly notional: number }[];
  /** Of a group whose positions have collateral of their own: every trader's further ones, at most one a market, at the same leverage. */
  readonly apart?: readonly { readonly market: number; readonly side: 1 | -1; readonly notional: number }[];
  /**
   * Of a cross group: shares of every trader's collateral that are held in coins, at most one entry a market; the rest is cash. Below 0: so much is
   * owed in the coin, which was sold for cash.
   */
  readonly coins?: readonly { readonly market: number; readonly share: number }[];
  /** Of a group with options: listed options by their place, lots as a multiple of the first position's, signed; 0: they may buy some later. */
  readonly options?: readonly { readonly option: number; readonly ratio: number }[];
  /** Total notional of the group at the starting mark, in quanta. */
  readonly notional: number;
  readonly size: SizeOptions;
  readonly leverage: LeverageOptions;
  /**
   * The call level, as a coverage, of traders who fit their leverage to the venue's demands: nobody opens below it. Absent: leverage is as drawn.
   */
  readonly adaptsTo?: number;
  /** Entries come from the closes of the last `window` seconds, a close `halfLife` seconds older counting half. */
  readonly entry: { readonly window: number; readonly halfLife: number };
  /** true: every trader an independent draw; false: systematic sampling over size × leverage with a random start. */
  readonly resample: boolean;
  /** What they do of their own accord; absent: nothing. */
  readonly behaviour?: BehaviourOptions;
}

/** Traders written down one by one. */
export interface ListedGroupOptions {
  readonly name: string;
  readonly kind: 'listed';
  readonly market: number;
  /** As of a drawn group; borrowers' collateral is then what their lots are worth at entry less the debt. */
  readonly margin?: 'dynamic' | 'lending' | 'portfolio' | 'standard';
  /** Of cross accounts, one entry an account: further positions, at most one a market. Absent: isolated. */
  readonly cross?: readonly (readonly { readonly market: number; readonly lots: number; readonly entry: number }[])[];
  /** Of cross accounts, one entry an account: coins held as collateral beside the stated one; lots below 0 are owed, and were sold for cash. */
  readonly coins?: readonly (readonly { readonly market: number; readonly lots: number }[])[];
  /** Of accounts with options, one entry an account: listed options by their place, signed lots, the price paid in ticks; null: the model's at the start. */
  readonly options?: readonly (readonly { readonly option: number; readonly lots: number; readonly premium: number | null }[])[];
  readonly behaviour?: BehaviourOptions;
  readonly accounts: readonly {
    /** Signed lots: > 0 long. */
    readonly lots: number;
    /** Entry price in ticks. */
    readonly entry: number;
    /** Own collateral in quanta. */
    readonly collateral: number;
  }[];
}

/** A group of traders, drawn or written down. */
export type TraderOptions = GroupOptions | ListedGroupOptions;

/** Regime of a group. */
export function regimeOf({ margin, cross }: TraderOptions): Regime {
  return margin ?? (cross === undefined ? 'isolated' : 'cross');
}

/** A group as one of its own in every market that it holds positions in: what a check of one market looks at. */
export function positionsOf(group: TraderOptions): readonly TraderOptions[] {
  const { cross, coins: _, ...alone } = group;
  if (cross === undefined) return alone.kind === 'drawn' ? positionsApart(alone) : [alone];
  if (alone.kind === 'listed') {
    const legs = (cross as NonNullable<ListedGroupOptions['cross']>).flat();
    return [alone, ...legs.map(({ market, lots, entry }) => ({ ...alone, market, accounts: [{ lots, entry, collateral: 0 }] }))];
  }
  return positionsApart({ ...alone, apart: cross as NonNullable<GroupOptions['cross']> });
}

/** A group of traders with several positions as one group a position, of the same name: the same people by every draw. */
export function positionsApart({ apart = [], ...alone }: GroupOptions): readonly GroupOptions[] {
  const { size, notional } = alone;
  return [
    alone,
    ...apart.map((leg) => ({
      ...alone,
      ...leg,
      size: size.kind === 'pareto' ? { ...size, cap: size.cap * (leg.notional / notional) } : size,
    })),
  ];
}
