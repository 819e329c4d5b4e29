import type { MarginOptions } from '../margin/isolated.ts';
import type { BandRules } from './band-pool.ts';
import type { ClipRules } from './clip.ts';
import type { CloseFactorRules } from './close-factor.ts';
import type { StabilityPoolRules } from './stability-pool.ts';

/** What becomes of loans that are due. Money in quanta, times in seconds. */
export type DisposalOptions =
  /** Keepers repay a part of the debt and take collateral with a bonus (Aave). */
  | { readonly kind: 'fixed-spread'; readonly bonus: number; readonly sale: CloseFactorRules }
  /** The price of the collateral falls until somebody buys (Maker's Liquidations 2.0). */
  | { readonly kind: 'dutch-auction'; readonly rules: ClipRules }
  /** Bids for the collateral rise until nobody raises them (Maker before). Of the rules the fall, the opening price and `deepest` are not used. */
  | { readonly kind: 'english-auction'; readonly rules: ClipRules; readonly bids: BidRules }
  /** A pool burns the debt and takes the collateral, other loans the rest (Liquity). `deposits`: of each depositor. */
  | { readonly kind: 'stability-pool'; readonly rules: StabilityPoolRules; readonly deposits: readonly number[] }
  /** The lenders take the loan over and sell its collateral at a discount (Compound). */
  | { readonly kind: 'absorb'; readonly rules: AbsorbRules }
  /** The collateral is sold band by band on the way down and bought back on the way up, and the rest goes to whoever repays it (crvUSD). */
  | { readonly kind: 'soft-liquidation'; readonly rules: BandRules };

/** How bids go up in an English auction. Times in seconds. */
export interface BidRules {
  /** Least rise of a bid over the last one, a fraction. */
  readonly raise: number;
  /** A bid that nobody has raised for so long wins. */
  readonly life: number;
}

/** Terms on which lenders absorb loans. Money in quanta. */
export interface AbsorbRules {
  /** Share of the value that a borrower is credited with. */
  readonly liquidationFactor: number;
  /** Share of the liquidation penalty that buyers of the collateral get. */
  readonly storeFrontFactor: number;
  /** What lenders have from which on nothing is sold. */
  readonly targetReserves: number;
}

/** The terms on which a market's asset is lent against. */
export interface LoanOptions {
  /** A loan as a position with margin: maintenance C(1 − LT), initial C(1 − LTV); in price bands, of one that none of them has touched yet. */
  readonly margin: MarginOptions;
  /** Share of the value that counts against the debt. */
  readonly liquidationThreshold: number;
  /** Rate on the debt a year, simple within `accrual` seconds and compounded over them. */
  readonly interest: number;
  readonly accrual: number;
  readonly disposal: DisposalOptions;
}

/** Sums of a disposal. */
export interface DisposalOutcome {
  /** Lots that were sold in auctions, and those of them that went for less than a hundredth of the mark. */
  readonly auctioned: number;
  readonly forNothing: number;
  /** Debt that other loans took, in quanta. */
  readonly redistributed: number;
  /** Seconds in recovery mode. */
  readonly recovery: number;
  /** What bands of loans sold and bought back, and what that cost the loans, all at the mark, in quanta. */
  readonly bandsSold: number;
  readonly bandsBought: number;
  readonly bandsLost: number;
}

/** How groups of a desk leave that the venue does not close by orders of its own. It acts at moments of its choosing, which the engine asks for. */
export interface Disposal {
  /** A group has crossed its threshold. */
  enter(account: number, time: number): void;
  /** Groups and keepers that it has yet to deal with. */
  readonly waiting: number;
  /** When it acts next; Infinity while nobody waits. */
  readonly nextTime: number;
  /**
   * Does the next thing that is due at a moment ≥ `nextTime`. Returns the group whose collateral was sold in the market, whose mark may have moved;
   * −1: nothing was.
   */
  act(time: number): number;
  /** The debt of a group that grows, in quanta: none while it is in an auction. */
  owing(account: number): number;
  /** What it has come to so far. */
  readonly outcome: DisposalOutcome;
  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Uint8Array)[];
}
