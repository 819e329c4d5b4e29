/**
 * What a margin regime tells its index: one exact predicate, and how far the coordinates (prices, volatilities, rates) may move before it
 * can change. Distances are d(x, y) = max over k of |x_k − y_k| / weight_k.
 */
export interface Regime {
  /** How many accounts there can be, numbered from 0. */
  readonly accounts: number;
  /** A typical move of each coordinate between two checks, above 0: no answer depends on it, the time of a check does. */
  readonly weights: Float64Array;
  /** What a certificate costs, counted in accounts that a scan asks meanwhile; at least 1. */
  readonly certificateCost: number;
  /** Takes the coordinates that all further questions are about. */
  move(at: Float64Array): void;
  /** Whether the account stands below the level. */
  isBelow(account: number): boolean;
  /**
   * For each of the first `count` accounts the distance within which `isBelow` stays false (0: known only here), or −1 where it is true.
   * A radius holds for the predicate as computed, rounding and all, and for distances that are wrong in the fifteenth digit.
   */
  certify(accounts: Int32Array, count: number, radius: Float64Array): void;
  /** Appends to `out`, from `count` on, every account i that is below and has `marked[group[i]]` = 1; returns the new count. */
  scan(group: Uint16Array, marked: Uint8Array, out: Int32Array, count: number): number;
}

/** Which accounts of a regime are below its level. Two ways to know it, with the same answer. */
export interface RegimeIndex {
  /** Puts an account in; for one that is in: its balances have changed. */
  set(account: number): void;
  /** Takes an account out; one that is not in stays out. */
  remove(account: number): void;
  /**
   * Writes every account below the level at these coordinates to `out` (room for all accounts), takes each out of the index, and returns
   * how many. Their order means nothing; whoever still holds a position is put back by the caller.
   */
  collect(at: Float64Array, out: Int32Array): number;
  /** Takes everybody out. */
  reset(): void;
  /** The arrays that hold the whole state; copying them copies the index. */
  state(): readonly (Int32Array | Uint16Array | Uint8Array | Float64Array)[];
}
