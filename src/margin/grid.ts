import { pow } from '../core/math.ts';

/** Seconds in the year that volatilities and rates are quoted for (365 days). */
export const YEAR = 31_536_000;

/** Thirty days in seconds: the time to expiry at which a volatility shock has its stated size. */
const THIRTY_DAYS = 2_592_000;

/**
 * What a scenario does to implied volatility: nothing, up, down, or turns the skew: `linear` lifts one wing and lowers the other,
 * `absolute` lifts both. Of a skew the side that loses counts, expiry by expiry.
 */
export type VolatilityShift = 'none' | 'up' | 'down' | 'linear' | 'absolute';

/** One point of a scenario grid. */
export interface Scenario {
  /** Relative move of the underlying: −0.18 is a fall of 18 %. At least −1 where options are priced, above −1 where coin is divided by it. */
  readonly move: number;
  readonly volatility: VolatilityShift;
  /** Share of the profit or loss that counts, ≥ 0: 1 in the ordinary range, less in tails that need not be covered in full. */
  readonly damping: number;
}

/** Relative volatility shocks: `range × (30 days / time to expiry)^power`, time to expiry at least `floor`. */
export interface VolatilityRules {
  /** Shock up at 30 days to expiry, as a fraction of the volatility. */
  readonly up: number;
  /** Shock down at 30 days; never beyond −100 %. */
  readonly down: number;
  /** Power up to 30 days, and beyond. */
  readonly shortPower: number;
  readonly longPower: number;
  /** Shortest time to expiry that the shock is taken at, in seconds. */
  readonly floor: number;
  /** Least volatility of an option in a scenario with volatility up. */
  readonly leastUp: number;
}

/**
 * A turn of the skew: the volatility at log-moneyness k is multiplied by 1 + clamp(k × cap / width, ±cap), for `absolute` with |k|,
 * where cap = base + slope × √τ and width = max(leastWidth, √τ × widthScale × (level + levelSlope × √τ)), τ in years.
 */
export interface SkewRules {
  readonly linear: { readonly base: number; readonly slope: number };
  readonly absolute: { readonly base: number; readonly slope: number };
  readonly leastWidth: number;
  readonly widthScale: number;
  readonly level: number;
  readonly levelSlope: number;
}

/** How prices and volatilities are moved. */
export interface GridRules {
  readonly scenarios: readonly Scenario[];
  readonly volatility: VolatilityRules;
  readonly skew: SkewRules | null;
  /** Two more moves of each expiry's forward by itself, for the basis between expiries. */
  readonly basis: { readonly up: number; readonly down: number } | null;
  /** Whether options are discounted at their expiry's rate. */
  readonly discounting: boolean;
}

/** No volatility shocks: for grids of prices alone. */
export const STILL: VolatilityRules = { up: 0, down: 0, shortPower: 0, longPower: 0, floor: 1, leastUp: 0 };

/** No scenarios: what a lot of each series is worth now, and nothing else. */
export const PRICES_ALONE: GridRules = { scenarios: [], volatility: STILL, skew: null, basis: null, discounting: false };

/** The relative volatility shock for an expiry. */
export function volatilityShock(range: number, seconds: number, rules: VolatilityRules): number {
  const power = seconds <= THIRTY_DAYS ? rules.shortPower : rules.longPower;
  return range * pow(THIRTY_DAYS / (seconds > rules.floor ? seconds : rules.floor), power);
}

/** How far from the forward (in log-moneyness) the skew's multiplier reaches its cap, √τ in √years. */
export function skewWidth(rules: SkewRules, root: number): number {
  const width = root * rules.widthScale * (rules.level + rules.levelSlope * root);
  return width > rules.leastWidth ? width : rules.leastWidth;
}

/** What the volatility at log-moneyness k is multiplied by, never below 0. */
export function skewMultiplier(k: number, cap: number, width: number): number {
  const tilt = (k * cap) / width;
  const multiplier = 1 + (k >= 0 ? (tilt < cap ? tilt : cap) : tilt > -cap ? tilt : -cap);
  return multiplier > 0 ? multiplier : 0;
}

/** Equally spaced moves from `down` to `up`, `steps` on each side and the one that stays: 2 × steps + 1 in ascending order. */
export function evenMoves(down: number, up: number, steps: number): number[] {
  const moves: number[] = [];
  for (let k = -steps; k <= steps; k++) moves.push(k < 0 ? (down * -k) / steps : (up * k) / steps);
  return moves;
}

/**
 * Refuses a grid that cannot be read as one.
 * @throws RangeError naming the scenario, what was found and what is allowed.
 */
export function checkGrid(rules: GridRules): void {
  const { scenarios, volatility, skew, basis } = rules;
  for (const [i, { move, damping, volatility: shift }] of scenarios.entries()) {
    if (!Number.isFinite(move)) throw new RangeError(`scenario ${i}: found move ${move}, want a number`);
    if (!(damping >= 0 && damping < Infinity)) throw new RangeError(`scenario ${i}: found damping ${damping}, want a number ≥ 0`);
    if (shift === 'linear' || shift === 'absolute') {
      if (skew === null) throw new RangeError(`scenario ${i}: found volatility ${shift}, but no rules for the skew`);
      if (move !== 0) throw new RangeError(`scenario ${i}: found move ${move} with a turn of the skew, want 0`);
    }
  }
  if (!scenarios.some((scenario) => scenario.move === 0)) {
    throw new RangeError('scenario grid: found no scenario in which the price stays (move 0), want one');
  }
  for (const [name, value] of Object.entries(volatility)) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`volatility shock: found ${name} ${value}, want a number ≥ 0`);
  }
  if (basis !== null && !(basis.up >= 0 && basis.down <= 0 && basis.down >= -1)) {
    throw new RangeError(`basis: found moves ${basis.up} and ${basis.down}, want one ≥ 0 and one from −1 to 0`);
  }
}
