import { log1p } from '../core/math.ts';

/**
 * How a maker quotes that weighs fills against the risk of its inventory (Avellaneda and Stoikov, Quantitative Finance 8, 2008). Prices
 * and distances in price units, inventory in lots, time in any one unit.
 */
export interface AvellanedaStoikovOptions {
  /** Risk aversion γ per unit of money; 0: none. */
  readonly riskAversion: number;
  /** Standard deviation σ of the price over one unit of time. */
  readonly volatility: number;
  /** How fast fills become rare with a quote's distance δ from the mid: they arrive at a rate in proportion to e^(−decay·δ). Above 0. */
  readonly decay: number;
  /** Whether quotes lean against the inventory; without it they stand evenly around the mid. */
  readonly inventoryPenalty: boolean;
}

/**
 * The price at which the maker is indifferent to one lot more or less: mid − inventory × γσ² × time left, or the mid without penalty.
 * @param inventory signed lots.
 * @param left time until the inventory is valued at the mid, ≥ 0.
 */
export function reservationPrice(options: AvellanedaStoikovOptions, mid: number, inventory: number, left: number): number {
  if (!options.inventoryPenalty) return mid;
  return mid - inventory * options.riskAversion * options.volatility * options.volatility * left;
}

/**
 * Distance of both quotes from the reservation price: γσ² × time left / 2 + ln(1 + γ/k)/γ, where the second part is 1/k without risk
 * aversion. Above 0.
 */
export function halfSpread(options: AvellanedaStoikovOptions, left: number): number {
  const { riskAversion, volatility, decay } = options;
  const fills = riskAversion === 0 ? 1 / decay : log1p(riskAversion / decay) / riskAversion;
  return (riskAversion * volatility * volatility * left) / 2 + fills;
}

/**
 * Distance from the mid at which the bid (side 0) or ask (side 1) of a maker stands whose inventory is never valued, only bounded: the
 * paper's infinite horizon, a discounted utility −e^(−γ(cash + q·price)) / (ω − γ²σ²q²/2), with the natural ω = γ²σ²(most + 1)²/2. One lot
 * more is worth the same at a distance of −ln(1 − (1 + 2q) / ((most + 1)² − q²)) / γ below the mid, one less at its mirror image above it, and
 * ln(1 + γ/k)/γ for the fills comes on top. The volatility cancels. Infinity for the side that would pass the bound.
 * @param inventory signed lots; counts as `most` beyond it.
 * @param most largest inventory in lots, > 0.
 */
export function stationaryDistance(options: AvellanedaStoikovOptions, inventory: number, most: number, side: 0 | 1): number {
  const { riskAversion, decay } = options;
  const held = Math.max(-most, Math.min(most, side === 0 ? inventory : -inventory));
  const left = (most + 1) * (most + 1) - held * held;
  const indifference = -log1p(Math.max(-1, (-1 - 2 * held) / left));
  return (indifference + log1p(riskAversion / decay)) / riskAversion;
}

/**
 * Refuses options that make no sense.
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function checkAvellanedaStoikov(options: AvellanedaStoikovOptions): void {
  const { riskAversion, volatility, decay } = options;
  if (!(riskAversion >= 0 && riskAversion < Infinity)) refuse('risk aversion', riskAversion, 'a finite number from 0');
  if (!(volatility >= 0 && volatility < Infinity)) refuse('volatility', volatility, 'a finite number from 0');
  if (!(decay > 0 && decay < Infinity)) refuse('decay', decay, 'a finite number above 0');
}

function refuse(option: string, value: number, want: string): never {
  throw new RangeError(`avellaneda-stoikov: found a ${option} of ${value}, want ${want}`);
}
