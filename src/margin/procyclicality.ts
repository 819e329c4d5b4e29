/**
 * Rules against margins that follow volatility too closely, and measures of how closely they do. Margins are in one unit, money or rates.
 * Rules: EMIR technical standards, Commission Delegated Regulation (EU) 153/2013, Article 28(1). Measures: Murphy, Vasios and Vause,
 * Bank of England Financial Stability Paper 29 (2014).
 */

/** Article 28(1)(c): never below what volatility over a long lookback (ten years) demands. */
export function flooredMargin(margin: number, floor: number): number {
  return margin > floor ? margin : floor;
}

/** Article 28(1)(a): a buffer on top (at least 25 %), of which a share may be used up for a time while margins rise. */
export function bufferedMargin(margin: number, buffer: number, exhausted: number): number {
  return margin * (1 + buffer * (1 - exhausted));
}

/** Article 28(1)(b): stressed observations with a weight of their own (at least 25 %). */
export function stressedMargin(margin: number, stressed: number, weight: number): number {
  return (1 - weight) * margin + weight * stressed;
}

/**
 * Share of the buffer that is used up so that the charge does not rise above what was charged before: 0 while the full buffer fits
 * under it, 1 once the margin alone has passed it. The buffer fills again as the margin falls.
 */
export function bufferUsed(margin: number, buffer: number, charged: number): number {
  const used = 1 - (charged / margin - 1) / buffer;
  return used > 0 ? (used < 1 ? used : 1) : 0;
}

/** The largest and the smallest margin of a path, at 0 and 1, widened by its next; both are the first when it begins. */
export function widenRange(range: Float64Array, margin: number): void {
  if (margin > range[0]) range[0] = margin;
  if (margin < range[1]) range[1] = margin;
}

/** Largest over smallest margin of a path by its range; Infinity when the smallest is 0. */
export function peakToTrough(range: Float64Array): number {
  return range[0] / range[1];
}
