/** A stretch of time in which a feed of prices fails, from `from` (seconds) and until before `until`. */
export interface FeedFailure {
  readonly from: number;
  readonly until: number;
  /** What it shows instead, as a fraction off the price (−0.3: 30 % too low); null: nothing new. */
  readonly off: number | null;
}

/** The failure at a time in seconds, the first that is listed; null: none. */
export function failureAt(failures: readonly FeedFailure[], now: number): FeedFailure | null {
  for (const failure of failures) {
    if (now >= failure.from && now < failure.until) return failure;
  }
  return null;
}

/** @throws RangeError naming whose failure, what was found and what is allowed. */
export function checkFailures(whose: string, failures: readonly FeedFailure[]): void {
  failures.forEach(({ from, until, off }, i) => {
    if (!(until > from)) throw new RangeError(`${whose}: found end of failure ${i} ${until}, want a time after its beginning, ${from}`);
    if (off !== null && !(off > -1)) throw new RangeError(`${whose}: found off of failure ${i} ${off}, want a fraction above −1`);
  });
}
