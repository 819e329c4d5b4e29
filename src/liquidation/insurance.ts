import { floorDivide, powerOfTen, smaller } from '../core/fixed-point.ts';

const MILLION = 1_000_000n;

/**
 * What passes between a liquidated account and the insurance fund for one fill, quanta: > 0 a fee to the fund, < 0 what the fund adds so
 * that the fill counts as one at the bankruptcy price. The fee is what the fill brought above bankruptcy, at most `largestFee` parts per
 * million of the fill's value, rounded down.
 * @param received signed quote of the fill: > 0 for a sale, < 0 for a purchase
 * @param bankruptcy signed quote of the same quantity at the bankruptcy price (`bankruptcyQuote`)
 * Source: dYdX v4, liquidation insurance fund delta.
 */
export function insuranceDelta(received: bigint, bankruptcy: bigint, largestFee: bigint): bigint {
  // A fill below bankruptcy is the smaller of the two, since no fee is.
  return smaller(floorDivide((received < 0n ? -received : received) * largestFee, MILLION), received - bankruptcy);
}

/**
 * Drift's fee to the insurance fund for a perpetual, in units of 10^−6 of the value closed: what is left of the margin ratio after the
 * liquidator's fee and the shortage per value, of which 95 %, at most `largestFee`. Rates in 10^−6, the shortage in 10^−6 USD, base in
 * 10^−9 units, prices in 10^−6. 0 when the liquidator's fee alone takes the ratio.
 * Source: drift-labs/protocol-v2, math/liquidation (fee kept to 19/20 so that it cannot itself make the account bankrupt).
 */
export function perpetualInsuranceFee(terms: {
  readonly shortage: bigint;
  readonly base: bigint;
  readonly marginRatio: bigint;
  readonly liquidatorFee: bigint;
  readonly oraclePrice: bigint;
  readonly quotePrice: bigint;
  readonly largestFee: bigint;
}): bigint {
  const { shortage, base, marginRatio, liquidatorFee, oraclePrice, quotePrice, largestFee } = terms;
  if (base === 0n || oraclePrice === 0n || quotePrice === 0n || marginRatio <= liquidatorFee) return 0n;
  const price = (oraclePrice * quotePrice) / MILLION;
  const shortageRate = (((shortage * 1_000_000_000n) / base) * MILLION) / price;
  return smaller(largestFee, (remainder(marginRatio - liquidatorFee, shortageRate) * 19n) / 20n);
}

/**
 * Drift's fee to the insurance fund for a borrowed token, in units of 10^−6 of the liability repaid: what repaying frees (liability weight −
 * asset weight × asset multiplier / liability multiplier) less the shortage per value, as a share of the liability weight, at most
 * `largestFee`. Weights, multipliers and fee in 10^−6, the shortage in 10^−6 USD, the amount in 10^−decimals tokens, the price in 10^−6.
 * 0 when the asset weighs as much as the liability.
 */
export function spotInsuranceFee(terms: {
  readonly shortage: bigint;
  readonly amount: bigint;
  readonly decimals: number;
  readonly assetWeight: bigint;
  readonly assetMultiplier: bigint;
  readonly liabilityWeight: bigint;
  readonly liabilityMultiplier: bigint;
  readonly liabilityPrice: bigint;
  readonly largestFee: bigint;
}): bigint {
  const { shortage, amount, decimals, assetWeight, assetMultiplier, liabilityWeight, liabilityMultiplier, liabilityPrice } = terms;
  if (amount === 0n || liabilityPrice === 0n || assetWeight >= liabilityWeight) return 0n;
  const freed = remainder(liabilityWeight, (assetWeight * assetMultiplier) / liabilityMultiplier);
  const shortageRate = (shortage * MILLION * powerOfTen(decimals)) / amount / liabilityPrice;
  return smaller(terms.largestFee, (remainder(freed, shortageRate) * MILLION) / liabilityWeight);
}

/** a − b, at least 0. */
function remainder(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n;
}
