import { log, pow } from '../core/math.ts';

/**
 * A ladder of price bands (crvUSD's LLAMMA). Band n reaches from top(n) = base × ((A − 1)/A)ⁿ down to top(n + 1); a loan's collateral lies in
 * equal parts in `count` neighbouring bands, and the market maker sells it as the oracle price passes through them.
 */
export interface BandLadder {
  /** Top of band 0, quote units. */
  readonly basePrice: number;
  /** A > 1: a band is 1/A wide. */
  readonly amplification: number;
}

/** Upper edge of a band, quote units; band numbers rise as prices fall and may be negative. */
export function bandTop(ladder: BandLadder, band: number): number {
  const { basePrice, amplification } = ladder;
  return basePrice * pow((amplification - 1) / amplification, band);
}

/** Lower edge of a band: the next one's top. */
export function bandBottom(ladder: BandLadder, band: number): number {
  return bandTop(ladder, band + 1);
}

/**
 * Collateral as it counts when it lies in `count` bands: sold on the way down, each part brings the geometric mean of its band's edges; in
 * units of the asset at the first band's top. `discount`: share that is held back.
 */
export function bandedCollateral(collateral: number, count: number, amplification: number, discount: number): number {
  const ratio = (amplification - 1) / amplification;
  const series = amplification * (1 - pow(ratio, count));
  return ((collateral * (1 - discount) * Math.sqrt(ratio)) / count) * series;
}

/** The bands of a new loan, first to last, and the prices between which it is sold. */
export interface LoanBands {
  readonly first: number;
  readonly last: number;
  readonly top: number;
  readonly bottom: number;
}

/** The lowest bands that still cover the debt: the first one is the largest n at which counted collateral × top(n) reaches it. */
export function loanBands(collateral: number, debt: number, count: number, ladder: BandLadder, loanDiscount: number): LoanBands {
  const counted = bandedCollateral(collateral, count, ladder.amplification, loanDiscount);
  const width = -log((ladder.amplification - 1) / ladder.amplification);
  // The logarithms land within a band of it, the comparison has the last word.
  let first = Math.floor(log((counted * ladder.basePrice) / debt) / width);
  while (counted * bandTop(ladder, first) < debt) first--;
  while (counted * bandTop(ladder, first + 1) >= debt) first++;
  const last = first + count - 1;
  return { first, last, top: bandTop(ladder, first), bottom: bandBottom(ladder, last) };
}

/**
 * Health of a loan whose bands are untouched: what they bring when sold on the way down, after the liquidation discount, over the debt,
 * less 1. Below 0 the loan may be closed as a whole.
 */
export function bandedHealth(
  collateral: number,
  debt: number,
  count: number,
  ladder: BandLadder,
  first: number,
  liquidationDiscount: number,
): number {
  return (bandedCollateral(collateral, count, ladder.amplification, liquidationDiscount) * bandTop(ladder, first)) / debt - 1;
}
