/** Levels that a desk watches. */
export type Level = 0 | 1 | 2;
/** Liquidation. */
export const THRESHOLD = 0;
/** Margin call. */
export const CALLS = 1;
/** Takeover by the backstop: only groups that are being liquidated are watched. */
export const TAKEOVERS = 2;
export const LEVELS = 3;

/** In place of a market: what goes next trades in no market of the run. */
export const OFF_BOOK = -2;

/**
 * The margin engine's desk for the groups of one regime: what each is worth and has to hold, and which of them have crossed a level. `marks`:
 * of all markets, in whole ticks. Money in quanta of the currency that the group settles in, but for `worth`.
 */
export interface Desk {
  /** Its groups, ascending. */
  readonly accounts: Int32Array;
  /** The market that all its groups' positions are in; −1: a group has positions in several, on one collateral. */
  readonly market: number;
  /** The market whose notional `worth` and `maintenance` are in: theirs, of positions in several the first that settles in their currency. */
  readonly home: number;
  /** Watches a group for a level from now on, at what it holds now. */
  place(level: Level, account: number): void;
  /** Watches a group for a level no more. */
  remove(level: Level, account: number): void;
  /** Writes the groups that have crossed a level to `out`, in no order, watches them no more, and returns how many. */
  collect(level: Level, marks: Float64Array, out: Int32Array): number;
  /** Whether a group is below a level, or at it with `orEqual`. */
  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean;
  /** Whether a group is to be liquidated, or goes on to be. */
  isDue(account: number, marks: Float64Array): boolean;
  /** MCR of a group. */
  coverage(account: number, marks: Float64Array): number;
  equity(account: number, marks: Float64Array): number;
  /** Money that a group lacks for a coverage, ≤ 0 when it has that. */
  lacking(account: number, coverage: number, marks: Float64Array): number;
  /** Equity as notional. */
  worth(account: number, marks: Float64Array): number;
  /** Value of all positions without their signs at the opening marks, in the engine's units. */
  openingNotional(account: number): number;
  /**
   * The market that the next order of a group goes to, of those with a side that has not run dry ([market × 2 + side]); −1: none; OFF_BOOK: what
   * is next to go is handed over.
   */
  nextMarket(account: number, marks: Float64Array, dry: Uint8Array): number;
  /** Most lots that an order of a group may have: a coin is sold as far as money is owed. */
  largestOrder(account: number, market: number, marks: Float64Array): number;
  /** What the venue demands of a group, in the unit of `worth`. */
  maintenance(account: number, marks: Float64Array): number;
  /** The same with so many lots more, < 0 less, at a place in the ledger: a market, or after the last a listed option. */
  maintenanceWith(account: number, place: number, lots: number, marks: Float64Array): number;
  /** What of that is set aside for keepers, as notional. */
  reserved(account: number, marks: Float64Array): number;
  /** Share of a position's lots whose closing at the mark brings the group's MCR back to `level`, at most all of it; `fee` on the notional. */
  shareToRestore(account: number, market: number, marks: Float64Array, fee: number, level: number): number;
  /** Hands a share of what trades in no market of the run to another account, rounded up to lots, at what it is worth at the marks; absent: all of it. */
  handOver(account: number, to: number, marks: Float64Array, share?: number): void;
  /** Takes in what a group holds after a trade. */
  sync(account: number): void;
  /** Whether a group is done with: it holds no contract, and no coin to pay with what it owes. */
  isFlat(account: number): boolean;
  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Int8Array | Uint8Array | Uint16Array)[];
}
