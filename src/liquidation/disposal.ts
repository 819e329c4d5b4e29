import type { MarginOptions } from '../margin/isolated.ts';
import type { CloseFactorRules } from './close-factor.ts';

/** What becomes of loans that are due. Money in quanta, times in seconds. */
export type DisposalOptions =
  /** Keepers repay a part of the debt and take collateral with a bonus (Aave). */
  { readonly kind: 'fixed-spread'; readonly bonus: number; readonly sale: CloseFactorRules };

/** The terms on which a market's asset is lent against. */
export interface LoanOptions {
  /** A loan as a position with margin: maintenance C(1 − LT), initial C(1 − LTV). */
  readonly margin: MarginOptions;
  /** Share of the value that counts against the debt. */
  readonly liquidationThreshold: number;
  /** Rate on the debt a year, simple within `accrual` seconds and compounded over them. */
  readonly interest: number;
  readonly accrual: number;
  readonly disposal: DisposalOptions;
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
  /** Whether a group's debt grows: not while it is in an auction. */
  accrues(account: number): boolean;
  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Uint8Array)[];
}
