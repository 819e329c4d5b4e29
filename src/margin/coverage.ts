/**
 * The margin coverage ratio: equity over maintenance requirement, both in one unit. Nothing demanded is covered without limit, so a
 * requirement of 0 gives Infinity whatever the equity.
 */
export function marginCoverageRatio(equity: number, maintenance: number): number {
  return maintenance === 0 ? Infinity : equity / maintenance;
}
