import { ceilDivide, powerOfTen } from '../core/fixed-point.ts';

/**
 * How much has to be closed, repaid or handed over to cover a margin shortage, in whole units as Drift computes it. USD, prices, rates and
 * multipliers in 10^−6, base amounts in 10^−9, weights in 10^−4, token amounts in 10^−decimals. Quotients drop their fraction unless said.
 * Source: drift-labs/protocol-v2, programs/drift/src/math/liquidation, read at 0ae3e3b1 and later.
 */

const MILLION = 1_000_000n;

/**
 * Base to close so that the margin it frees, less the liquidator's and the insurance fund's fee, covers the shortage:
 * shortage / (price × quotePrice × (ratio − liquidator fee) − price × insurance fee). null when closing any amount frees nothing.
 */
export function baseToCoverShortage(terms: {
  readonly shortage: bigint;
  readonly marginRatio: bigint;
  readonly liquidatorFee: bigint;
  readonly insuranceFee: bigint;
  readonly oraclePrice: bigint;
  readonly quotePrice: bigint;
}): bigint | null {
  const { shortage, marginRatio, liquidatorFee, insuranceFee, oraclePrice, quotePrice } = terms;
  if (oraclePrice === 0n || marginRatio <= liquidatorFee) return null;
  const freed = (((oraclePrice * quotePrice) / MILLION) * (marginRatio - liquidatorFee)) / MILLION;
  const fee = (oraclePrice * insuranceFee) / MILLION;
  return freed > fee ? (shortage * 1_000_000_000n) / (freed - fee) : null;
}

/**
 * Liability to repay out of a collateral asset so that the margin it frees covers the shortage: shortage / (price × (liability weight −
 * asset weight × asset multiplier / liability multiplier) − price × insurance fee × liability weight), in 10^−decimals tokens. null when
 * repaying frees nothing.
 */
export function liabilityToCoverShortage(terms: {
  readonly shortage: bigint;
  readonly assetWeight: bigint;
  readonly assetMultiplier: bigint;
  readonly liabilityWeight: bigint;
  readonly liabilityMultiplier: bigint;
  readonly liabilityPrice: bigint;
  readonly liabilityDecimals: number;
  readonly insuranceFee: bigint;
}): bigint | null {
  const { shortage, assetWeight, assetMultiplier, liabilityWeight, liabilityMultiplier, liabilityPrice, insuranceFee } = terms;
  // Weights carry one digit more here, as the venue's do.
  const asset = (assetWeight * 10n * assetMultiplier) / liabilityMultiplier;
  const freed = liabilityPrice * (liabilityWeight * 10n - asset);
  const fee = ((liabilityPrice * insuranceFee) / MILLION) * liabilityWeight * 10n;
  if (freed <= fee) return null;
  const { up, down } = scales(terms.liabilityDecimals, 6);
  return (shortage * up * MILLION * 100_000n) / (freed - fee) / down;
}

/** Liability repaid by handing over an amount of an asset at the liquidation exchange rate, rounded up. */
export function liabilityForAsset(assetAmount: bigint, rate: ExchangeRate): bigint {
  const { up, down } = scales(rate.liabilityDecimals, rate.assetDecimals);
  const received = assetAmount * up * rate.assetPrice * rate.liabilityMultiplier;
  return ceilDivide(ceilDivide(received, rate.liabilityPrice * rate.assetMultiplier), down);
}

/**
 * Asset handed over for repaying an amount of a liability at the liquidation exchange rate, at least one unit. Within 1 USD of all that is
 * there (`available`) it is all.
 */
export function assetForLiability(liabilityAmount: bigint, available: bigint, rate: ExchangeRate): bigint {
  const { up, down } = scales(rate.assetDecimals, rate.liabilityDecimals);
  const owed = (liabilityAmount * up * rate.liabilityPrice * rate.assetMultiplier) / (rate.assetPrice * rate.liabilityMultiplier) / down;
  const transfer = owed > 0n ? owed : 1n;
  const apart = transfer > available ? transfer - available : available - transfer;
  const dollars = (apart * rate.assetPrice) / powerOfTen(rate.assetDecimals);
  return dollars < MILLION ? available : transfer;
}

/** The rate at which a liquidator swaps a liability for an asset: multipliers above and below one are the liquidator's fee. */
export interface ExchangeRate {
  readonly assetPrice: bigint;
  readonly assetDecimals: number;
  readonly assetMultiplier: bigint;
  readonly liabilityPrice: bigint;
  readonly liabilityDecimals: number;
  readonly liabilityMultiplier: bigint;
}

/** Factor and divisor that turn amounts of `from` decimals into amounts of `to` decimals. */
function scales(to: number, from: number): { readonly up: bigint; readonly down: bigint } {
  return to > from ? { up: powerOfTen(to - from), down: 1n } : { up: 1n, down: powerOfTen(from - to) };
}
