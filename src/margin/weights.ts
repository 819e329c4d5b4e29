import { larger, powerOfTen, smaller, squareRoot } from '../core/fixed-point.ts';

/**
 * Weights of collateral and debt that change with size, in whole units of 10^−4 as Drift computes them (quotients drop their fraction).
 * Sizes in 10^−9 units, the size factor in 10^−6, prices and USD in 10^−6.
 * Source: drift-labs/protocol-v2, programs/drift/src/math/margin and state/spot_market.
 */

/** How an asset's weights change with the amount held, in the whole numbers of the venue's arithmetic. */
export interface SizedWeights {
  /** Billionths of a unit in a lot. */
  readonly lot: number;
  /** Size factor, millionths. */
  readonly factor: number;
  /** Weight of a small amount, ten-thousandths. */
  readonly asset: number;
}

/** Share of the value of so many lots > 0 that counts as equity. */
export function weightOfLots(lots: number, { lot, factor, asset }: SizedWeights): number {
  return Number(discountedAssetWeight(BigInt(lots) * BigInt(lot), BigInt(factor), BigInt(asset))) / 10_000;
}

const MILLION = 1_000_000n;
/** 10^5, the unit of the root of a size in 10^−10. */
const ROOT = 100_000n;

/** Weight of an asset held in size: 1.1 / (1 + factor × √size), at most its plain weight. */
export function discountedAssetWeight(size: bigint, factor: bigint, weight: bigint): bigint {
  if (factor === 0n) return weight;
  return smaller(weight, (1_100_000n * 10_000n) / (MILLION + (rootOf(size) * factor) / ROOT));
}

/** Weight of a liability owed in size: 0.8 × weight + factor × √size, at least its plain weight. */
export function premiumLiabilityWeight(size: bigint, factor: bigint, weight: bigint): bigint {
  if (factor === 0n) return weight;
  return larger(weight, weight - weight / 5n + (rootOf(size) * factor) / ((ROOT * MILLION) / 10_000n));
}

/** Initial weight of an asset of which the venue holds much: weight × start / value of all deposits once that value reaches the start (0: never). */
export function depositScaledWeight(deposits: bigint, decimals: number, price: bigint, start: bigint, weight: bigint): bigint {
  const value = (deposits * price) / powerOfTen(decimals);
  return start === 0n || value < start ? weight : (weight * start) / value;
}

/** √size in 10^−5, of a size in 10^−9. */
function rootOf(size: bigint): bigint {
  return squareRoot(size * 10n + 1n);
}
