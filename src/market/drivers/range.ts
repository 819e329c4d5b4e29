import { exp } from '../../core/math.ts';
import { YEAR } from './options.ts';
import type { BootstrapOptions, DriverOptions } from './options.ts';

/** Standard deviations that a draw is allowed: beyond ten there is nothing to wait for. */
const DEVIATIONS = 10;
/** The same as the exponent of a probability, for what has an exponential tail. */
const EXPONENT = 50;
/** Of GARCH, whose tails fall as a power, this many times as many. */
const HEAVY = 3;
/** A log-move whose exponential is still a number. */
const WIDEST = 700;

/** Prices in ticks that a path is allowed to reach. */
export interface PriceRange {
  readonly lowest: number;
  readonly highest: number;
}

/** Price at the start, in ticks. */
export function startPrice(options: DriverOptions): number {
  return options.kind === 'waypoints' ? (options.prices[0] ?? 1) : options.price;
}

/** Lowest and highest outside price within so many seconds, ten standard deviations wide where it is random. */
export function priceRange(options: DriverOptions, seconds: number): PriceRange {
  const years = seconds / YEAR;
  const diffusion = (volatility: number): number => DEVIATIONS * volatility * Math.sqrt(years);
  switch (options.kind) {
    case 'constant':
      return { lowest: options.price, highest: options.price };
    case 'gbm':
      return around(options.price, Math.abs(options.drift) * years + diffusion(options.volatility));
    case 'waypoints':
      return alongPoints(options.prices, bridgeWidth(options.times, options.noise));
    case 'garch':
      return around(options.price, Math.abs(options.drift) * years + HEAVY * diffusion(Math.max(options.volatility, options.initial)));
    case 'heston': {
      const { volatility, initial, reversion, variability } = options;
      const highest = Math.max(volatility, initial);
      const calm = highest * highest;
      // The variance of the variance grows with time until it is that of the long run.
      const time = Math.min(years, 1 / reversion);
      const variance = calm + DEVIATIONS * variability * Math.sqrt(calm * time);
      return around(options.price, Math.abs(options.drift) * years + diffusion(Math.sqrt(variance)));
    }
    case 'merton': {
      const { intensity, mean, deviation } = options;
      const jumps = intensity * years;
      const spread =
        DEVIATIONS * (Math.sqrt(jumps * (mean * mean + deviation * deviation)) + deviation) + Math.abs(mean) * (jumps + DEVIATIONS);
      return around(options.price, Math.abs(options.drift) * years + diffusion(options.volatility) + spread);
    }
    case 'kou':
      return around(
        options.price,
        Math.abs(options.drift) * years +
          diffusion(options.volatility) +
          exponentials(Math.max(options.meanUp, options.meanDown), options.intensity * years),
      );
    case 'hawkes': {
      const { branching, meanUp, meanDown } = options;
      // The spread of the count is that of independent jumps, (1 − branching)⁻¹ times as wide.
      const jumps = (options.intensity * years) / (1 - branching);
      const spread = (DEVIATIONS * Math.sqrt(2 * jumps)) / (1 - branching) + EXPONENT;
      return around(
        options.price,
        Math.abs(options.drift) * years + diffusion(options.volatility) + Math.max(meanUp, meanDown) * (jumps + spread),
      );
    }
    case 'regimes': {
      let volatility = 0;
      let drift = 0;
      for (const regime of options.regimes) {
        volatility = Math.max(volatility, regime.volatility);
        drift = Math.max(drift, Math.abs(regime.drift));
      }
      return around(options.price, drift * years + diffusion(volatility));
    }
    case 'shock':
    case 'ramp':
    case 'vee': {
      const moved = options.price * exp(Math.min(WIDEST, options.move));
      return alongPoints([options.price, moved], diffusion(options.volatility));
    }
    case 'bootstrap':
      return around(options.price, blocksWidth(options, seconds) + bridgeWidth([0, options.period], options.noise));
  }
}

function around(price: number, width: number): PriceRange {
  const factor = exp(Math.min(WIDEST, width));
  return { lowest: price / factor, highest: price * factor };
}

function alongPoints(prices: readonly number[], width: number): PriceRange {
  const factor = exp(Math.min(WIDEST, width));
  let lowest = Infinity;
  let highest = 0;
  for (const price of prices) {
    lowest = Math.min(lowest, price);
    highest = Math.max(highest, price);
  }
  return { lowest: lowest / factor, highest: highest * factor };
}

/** A bridge is widest in the middle: noise × √length / 2. */
function bridgeWidth(times: readonly number[], noise: number): number {
  let longest = 0;
  for (let k = 1; k < times.length; k++) longest = Math.max(longest, times[k] - times[k - 1]);
  return (DEVIATIONS * noise * Math.sqrt(longest)) / 2;
}

/** w with P(a Poisson number of exponentials adds up to more than w) ≤ e^−EXPONENT, by Chernoff's bound at its best. */
function exponentials(mean: number, count: number): number {
  const root = Math.sqrt(EXPONENT) + Math.sqrt(count);
  return mean * root * root;
}

/** Every block the widest stretch of the source, or ten standard deviations and one such stretch, whichever is less. */
function blocksWidth(options: BootstrapOptions, seconds: number): number {
  const { returns, period, block } = options;
  const sums = new Float64Array(returns.length + 2 * block + 1);
  for (let i = 1; i < sums.length; i++) sums[i] = sums[i - 1] + returns[(i - 1) % returns.length];
  let squares = 0;
  for (let i = 0; i < returns.length; i++) squares += (sums[i + block] - sums[i]) * (sums[i + block] - sums[i]);
  // Any block lies within two neighbouring ones of a fixed division.
  let widest = 0;
  for (let from = 0; from < returns.length; from += block) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i <= from + 2 * block; i++) {
      low = Math.min(low, sums[i]);
      high = Math.max(high, sums[i]);
    }
    widest = Math.max(widest, high - low);
  }
  const periods = Math.ceil(seconds / period);
  const blocks = Math.ceil(periods / block);
  const drift = Math.abs(sums[returns.length] / returns.length) * periods;
  return Math.min(blocks * widest, drift + DEVIATIONS * Math.sqrt((squares / returns.length) * blocks) + widest);
}
