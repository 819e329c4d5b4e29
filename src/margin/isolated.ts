import type { InitialGrowth } from './initial-growth.ts';
import type { SkewMargin } from './skew.ts';
import { requirement, tierOf } from './tiers.ts';
import type { Tiers } from './tiers.ts';
import type { SizedWeights } from './weights.ts';

/** What the venue demands of an isolated position, and when it acts. All levels are plain MCR numbers (equity / maintenance). */
export interface MarginOptions {
  readonly maintenance: Tiers;
  readonly initial: Tiers;
  /** θ: the MCR at which the engine liquidates. */
  readonly threshold: number;
  /** The MCR below which a margin call goes out. */
  readonly call: number;
  /** Whether a group whose MCR equals the threshold is liquidated (Binance, Bybit) or not yet (Hyperliquid). */
  readonly equalityLiquidates: boolean;
  /** What maintenance of isolated positions is charged on: their value at the mark or at entry. Absent: at the mark. */
  readonly maintenanceOn?: 'mark' | 'entry';
  /** Of an asset that is held as collateral: the share of its value that does not count. Absent: 0. */
  readonly haircut?: number;
  /** Of such an asset: what is demanded of a debt in it, as a share of its value. Absent: the haircut. */
  readonly debt?: number;
  /** Of such an asset: how both change with the amount. Absent or null: they do not. */
  readonly weights?: SizedWeights | null;
  /** Of such an asset: value of all that is held of it, in quanta, from which less of it counts for initial margin. Absent or 0: none. */
  readonly scaleStart?: number;
  /** What grows with the size of a position. Absent or null: nothing. */
  readonly skew?: SkewMargin | null;
  /** How initial margin rises with the market's open interest. Absent or null: it does not. */
  readonly growth?: InitialGrowth | null;
}

/**
 * Whether an isolated position stands below a level at a mark: equity < level × maintenance, or ≤ with `orEqual`. Scan, index and
 * engine all ask this one function. Cash (own collateral less what the lots cost) in quanta, lots signed and not 0, tick whole and ≥ 1.
 *
 * Monotone in the tick also in floating point. Write N = |lots| × c and λ = level × rate. Equity is a whole number below 2^53, so
 * exact, and moves by N a tick. The demanded side carries three roundings (rate ×, − deduction, level ×) plus those of K
 * deductions: an error below (3 + 2K) × 2^-53 × λ × N × tick. A short's equity falls and its demand does not, so a tick moves their
 * difference by at least N, a long's by at least N × (1 − λ); either beats two such errors as long as 1 − λ > (6 + 4K) × 2^-53 × tick,
 * which `checkLevel` asks for.
 */
export function isBelow(
  cash: number,
  lots: number,
  tick: number,
  quantaPerTickLot: number,
  tiers: Tiers,
  level: number,
  orEqual: boolean,
): boolean {
  const value = lots * quantaPerTickLot * tick;
  const equity = cash + value;
  const demanded = level * requirement(tiers, Math.abs(value));
  return orEqual ? equity <= demanded : equity < demanded;
}

/**
 * `isBelow` of an inverse contract, whose equity is cash − lots × factor / tick in coin. The tiers' notional is the face value, |lots| × factor
 * at every price, and what they ask for is owed in coin at the mark: requirement / tick. Times the tick the test is
 *
 *     cash × tick < lots × factor + level × requirement(|lots| × factor)
 *
 * and its right side does not move with the tick. Monotone in floating point without a condition, because rounding keeps the order of
 * products; a long's left side rises with the tick from below to above, a short's falls. Products below 2^53 are exact; beyond, each side is
 * right to (2 + K) × 2^-53 of itself, K the number of tiers, which moves the crossing by less than a thousandth of a tick.
 */
export function isInverseBelow(
  cash: number,
  lots: number,
  tick: number,
  factor: number,
  tiers: Tiers,
  level: number,
  orEqual: boolean,
): boolean {
  const demanded = faceDemand(lots, factor, tiers, level);
  return orEqual ? cash * tick <= demanded : cash * tick < demanded;
}

/** Cash × tick at which an inverse position is at a level. */
function faceDemand(lots: number, factor: number, tiers: Tiers, level: number): number {
  const face = lots * factor;
  return face + level * requirement(tiers, Math.abs(face));
}

/**
 * Refuses a level under which a long would have no single liquidation tick: level × rate must stay below 1 by more than rounding.
 * @throws RangeError naming the tier, its rate and what is allowed.
 */
export function checkLevel(tiers: Tiers, level: number, maxTick: number): void {
  if (!(level >= 0)) throw new RangeError(`margin level: found ${level}, want a number ≥ 0`);
  // 2^-53 = 1.1102230246251565e-16: half a unit in the last place of 1
  const slack = (6 + 4 * tiers.rate.length) * 1.1102230246251565e-16 * maxTick;
  for (let k = 0; k < tiers.rate.length; k++) {
    const product = level * tiers.rate[k];
    if (!(1 - product > slack)) {
      throw new RangeError(`margin level ${level} × rate ${tiers.rate[k]} of tier ${k}: found ${product}, want less than ${1 - slack}`);
    }
  }
}

/**
 * The exact whole tick at which a position crosses a level: for a long the highest in 1 … maxTick at which `isBelow` holds, 0 when it
 * holds at none; for a short the lowest, maxTick + 1 when at none. Arguments as in `isBelow`; `checkLevel` must have passed.
 *
 * The closed form decides where it lies further from a whole tick than rounding can be wrong, which is nearly always; else the predicate
 * has the last word. At tick x of a tier, with N = |lots| × c and s = |1 ∓ λ|: equity less demand moves by N × s a tick, the closed form
 * is off by 3 × 2^-53 × (λ / s + 1) × x for the roundings of its numerator and denominator, and the predicate by 3 × 2^-53 × λ / s × x for
 * those of the demand: together less than 8 × 2^-53 × x / s ticks for either side, and twice that is allowed for; a least margin is a
 * deduction below 0, larger than the notional maybe, and is rounded as often. About 20 ns.
 */
export function liquidationTick(
  cash: number,
  lots: number,
  quantaPerTickLot: number,
  tiers: Tiers,
  level: number,
  orEqual: boolean,
  maxTick: number,
): number {
  const { floor, rate, deduction } = tiers;
  const perTick = lots * quantaPerTickLot;
  const size = perTick < 0 ? -perTick : perTick;
  // Where equity = level × maintenance on the real line, by the tier that the solution itself falls into.
  let tier = 0;
  let next = 0;
  let slope: number;
  let crossing: number;
  let rounds = rate.length;
  do {
    tier = next;
    slope = perTick - level * rate[tier] * size;
    crossing = -(cash + level * deduction[tier]) / slope;
    if (!(crossing > 0)) return searchTick(0, cash, lots, quantaPerTickLot, tiers, level, orEqual, maxTick);
    next = floor.length === 1 || size * crossing < floor[1] ? 0 : tierOf(tiers, size * crossing);
  } while (next !== tier && rounds-- > 0);
  const below = Math.floor(crossing);
  const part = crossing - below;
  // 2^-53 = 1.1102230246251565e-16: half a unit in the last place of 1
  const doubt = 16 * 1.1102230246251565e-16 * (crossing * size + level * Math.abs(deduction[tier]));
  const rise = Math.abs(slope);
  const isSure = part * rise > doubt && (1 - part) * rise > doubt && crossing < maxTick;
  if (isSure && isWithin(tiers, tier, size * below, size * (below + 1))) return lots > 0 ? below : below + 1;
  return searchTick(below, cash, lots, quantaPerTickLot, tiers, level, orEqual, maxTick);
}

/** Whether two notionals, the lower one first, fall into a tier. */
function isWithin({ floor }: Tiers, tier: number, low: number, high: number): boolean {
  return low >= floor[tier] && (tier === floor.length - 1 || high < floor[tier + 1]);
}

/** The same by the predicate alone, from an estimate outwards. */
function searchTick(
  estimate: number,
  cash: number,
  lots: number,
  quantaPerTickLot: number,
  tiers: Tiers,
  level: number,
  orEqual: boolean,
  maxTick: number,
): number {
  const long = lots > 0;
  // `low` is the highest tick known to lie on the low side of the crossing (below the level for a long, not yet for a short), `high`
  // the lowest known to lie on the other; 0 and maxTick + 1 stand for "none".
  let low = 0;
  let high = maxTick + 1;
  let tick = estimate < 1 ? 1 : estimate > maxTick ? maxTick : estimate;
  let stride = 1;
  while (high - low > 1) {
    if (isBelow(cash, lots, tick, quantaPerTickLot, tiers, level, orEqual) === long) {
      low = tick;
      tick += stride;
    } else {
      high = tick;
      tick -= stride;
    }
    if (tick <= low || tick >= high) tick = (low + high) >>> 1;
    else stride *= 2;
  }
  return long ? low : high;
}

/** `liquidationTick` of an inverse contract: the quotient lands within a tick of it, the predicate has the last word. */
export function inverseLiquidationTick(
  cash: number,
  lots: number,
  factor: number,
  tiers: Tiers,
  level: number,
  orEqual: boolean,
  maxTick: number,
): number {
  const demanded = faceDemand(lots, factor, tiers, level);
  const isPast = (tick: number): boolean => (orEqual ? cash * tick <= demanded : cash * tick < demanded);
  const long = lots > 0;
  // Without coin of its own a long is below the level at every price; a short whose coin covers its face value is at none.
  if (long ? cash <= 0 : cash >= 0) return long ? maxTick : maxTick + 1;
  const estimate = Math.floor(demanded / cash);
  let tick = estimate > maxTick ? maxTick : estimate < 0 ? 0 : estimate;
  // The highest tick on the low side of the crossing: below the level for a long, not yet for a short.
  while (tick >= 1 && isPast(tick) !== long) tick--;
  while (tick < maxTick && isPast(tick + 1) === long) tick++;
  return long ? tick : tick + 1;
}

/** An isolated position in real numbers, for people: prices in quote units, not ticks. */
export interface PositionTerms {
  /**
   * What maintenance is charged on: the value at the mark (Hyperliquid, dYdX, OKX), the value at entry (Bybit, KuCoin), or the same two
   * for a coin-margined contract, whose value is in coin (Kraken, BitMEX at the mark; Bybit at entry).
   */
  readonly contract: 'mark-notional' | 'entry-notional' | 'inverse' | 'inverse-entry';
  /** 1 long, −1 short. */
  readonly side: 1 | -1;
  readonly entry: number;
  /** Units of the asset, > 0; for an inverse contract its face value in quote units. */
  readonly size: number;
  /** Own collateral in quote units; for an inverse contract in coin. */
  readonly collateral: number;
  /** Maintenance rate m. */
  readonly rate: number;
  /** What the tier takes off rate × notional, in the margin currency; 0 when not given. */
  readonly deduction?: number;
  /** θ, the MCR at which the position is liquidated. */
  readonly threshold: number;
}

/** What a position is worth at a price, unsigned, in the contract's margin currency. */
export function contractValue(contract: PositionTerms['contract'], size: number, price: number): number {
  return isInverse(contract) ? size / price : size * price;
}

/** The collateral that a position opened at a leverage starts with: its value at entry / leverage. */
export function openingCollateral(contract: PositionTerms['contract'], size: number, entry: number, leverage: number): number {
  return contractValue(contract, size, entry) / leverage;
}

/** What a venue charges that sets the fee of closing aside on top of maintenance (OKX, Gate), as a rate. */
export function chargedRate(maintenance: number, closingFee: number): number {
  return maintenance + closingFee;
}

/** Profit of a position since its entry at a price, in the contract's margin currency. */
export function profitAt(position: Pick<PositionTerms, 'contract' | 'side' | 'entry' | 'size'>, price: number): number {
  const { contract, side, entry, size } = position;
  return side * size * (isInverse(contract) ? 1 / entry - 1 / price : price - entry);
}

/** Equity at a price, in the contract's margin currency. */
export function equityAt(position: PositionTerms, price: number): number {
  return position.collateral + profitAt(position, price);
}

/** Maintenance at a price (before θ), in the contract's margin currency. */
export function maintenanceAt(position: PositionTerms, price: number): number {
  const { contract, entry, size, rate, deduction = 0 } = position;
  const atEntry = contract === 'entry-notional' || contract === 'inverse-entry';
  return rate * contractValue(contract, size, atEntry ? entry : price) - deduction;
}

/** The price at which equity = θ × maintenance; 0 for a long and Infinity for a short that no price liquidates. */
export function liquidationPrice(position: PositionTerms): number {
  return crossingPrice(position, position.threshold);
}

/** The price at which equity is 0; 0 for a long and Infinity for a short that no price bankrupts. */
export function bankruptcyPrice(position: PositionTerms): number {
  return crossingPrice(position, 0);
}

/** Where equity = level × maintenance. */
function crossingPrice(position: PositionTerms, level: number): number {
  const { contract, side, entry, size } = position;
  const rate = level * position.rate;
  const collateral = position.collateral + level * (position.deduction ?? 0);
  if (isInverse(contract)) {
    // collateral + side × size / entry = (side + rate) × size / price: a short whose coin covers its face value has no crossing
    const coin = side * collateral + size / entry;
    const atEntry = contract === 'inverse-entry';
    const left = atEntry ? coin - (side * rate * size) / entry : coin;
    return left > 0 ? (atEntry ? size : (1 + side * rate) * size) / left : Infinity;
  }
  const cash = collateral - side * size * entry;
  return contract === 'entry-notional'
    ? linearCrossing(cash - rate * size * entry, side * size, 0)
    : linearCrossing(cash, side * size, rate * size);
}

/**
 * The price at which cash + size × price = charge × price: where an account of linear positions reaches its requirement on one symbol.
 * `charge` is rate × |size| (0: nothing that moves with the price); `cash` is all that does not move: collateral less what the position
 * cost, plus the profit and less the requirement of the others. 0 when the crossing lies below, Infinity when there is none above.
 */
export function linearCrossing(cash: number, size: number, charge: number): number {
  const price = cash / (charge - size);
  return price > 0 ? price : 0;
}

function isInverse(contract: PositionTerms['contract']): boolean {
  return contract === 'inverse' || contract === 'inverse-entry';
}
