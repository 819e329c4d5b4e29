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
  /** Weights of a small amount held and of one owed, ten-thousandths. */
  readonly asset: number;
  readonly liability: number;
}

/** On which terms a coin counts. */
export interface CoinTerms {
  /** Share of its value that does not count as equity. Absent: 0. */
  readonly haircut?: number;
  /** What is demanded of a debt in it, as a share of its value. Absent: the haircut. */
  readonly debt?: number;
  /** How both change with the amount. Absent or null: they do not. */
  readonly weights?: SizedWeights | null;
}

/** Share of the value of so many lots that counts as equity: of a debt all. */
export function weightOfLots(lots: number, { haircut = 0, weights = null }: CoinTerms): number {
  if (lots < 0) return 1;
  if (weights === null || lots === 0) return 1 - haircut;
  const { lot, factor, asset } = weights;
  return Number(discountedAssetWeight(BigInt(lots) * BigInt(lot), BigInt(factor), BigInt(asset))) / 10_000;
}

/**
 * Of the value of so many lots > 0 the share that counts as equity but not for initial margin, of which less counts the more of the coin the
 * venue holds in all: `deposits` lots that are each worth `lotValue`, whole quanta like the value `start` from which it does.
 */
export function initialShortfall(lots: number, terms: CoinTerms, deposits: number, lotValue: number, start: number): number {
  const counted = weightOfLots(lots, terms);
  const { haircut = 0, weights = null } = terms;
  const small = BigInt(weights?.asset ?? Math.round((1 - haircut) * 10_000));
  const scaled = Number(depositScaledWeight(BigInt(deposits), 0, BigInt(lotValue), BigInt(start), small));
  if (scaled === Number(small)) return 0;
  return counted - weightOfLots(lots, { haircut: 1 - scaled / 10_000, weights: weights && { ...weights, asset: scaled } });
}

/** What is demanded of so many lots of a coin, as a share of their value: nothing of what is held. */
export function debtRate(lots: number, { haircut = 0, debt = haircut, weights = null }: CoinTerms): number {
  if (lots >= 0) return 0;
  if (weights === null) return debt;
  const { lot, factor, liability } = weights;
  return Number(premiumLiabilityWeight(BigInt(-lots) * BigInt(lot), BigInt(factor), BigInt(liability)) - 10_000n) / 10_000;
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
