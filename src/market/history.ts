/** Closes before the start, from which traders took their entries. */
export interface HistoryOptions {
  /** Seconds before the start of each close, ≥ 0, ascending (the newest first). */
  readonly ages: readonly number[];
  /** The closes, in ticks (not rounded), one an age. */
  readonly prices: readonly number[];
}
