import { exp, expm1, log } from '../core/math.ts';
import { normal } from '../core/samplers.ts';

/** The outside price: what it does is decided here and never by this market. Prices are in ticks and not rounded. */
export type DriverOptions =
  | { readonly kind: 'constant'; readonly price: number }
  /** Geometric Brownian motion; `drift` per year of the expected price, `volatility` per square root of a year (365.25 days). */
  | { readonly kind: 'gbm'; readonly price: number; readonly drift: number; readonly volatility: number }
  /**
   * Through given points (seconds from the start, ascending; the first at 0), log-linear between them. `noise` is the standard
   * deviation of the log-price a square root of a second of a Brownian bridge laid over each stretch (0: straight); flat after the last point.
   * Presets of dated events and CSV bars resolve to this kind.
   */
  | {
      readonly kind: 'waypoints';
      readonly times: readonly number[];
      readonly prices: readonly number[];
      readonly noise: number;
      /**
       * Largest departure of the log-price from the straight line, never passed; absent: none, and departures grow with the root of a
       * stretch's length. With it the bridge is pulled back to the line so that a third of it is the departures' usual size.
       */
      readonly amplitude?: number;
    };

/** Seconds of a year of 365.25 days. */
export const YEAR = 31_557_600;

/** The stream of draws under the driver's root: one normal a step. */
const STREAM = 0;

/** How much of the amplitude the pulled-back bridge's stationary standard deviation is. */
const USUAL_SHARE = 1 / 3;

/**
 * Writes the outside price of every step, out[0] = at the start, in ticks and not rounded. Every draw is a function of (root, step), so
 * a longer run begins with a shorter one's path. The law at given times is the same for every step size.
 * @param root of the draws, e.g. `derive(root(seed, 'driver'), replicate)`.
 * @param step seconds a step.
 * @param out room for steps + 1 prices.
 * @throws RangeError when `out` is too short or a waypoint cannot be: times ascending from 0, prices above 0, one price a time.
 */
export function fillDriver(
  options: DriverOptions,
  root: { readonly lo: number; readonly hi: number },
  step: number,
  steps: number,
  out: Float64Array,
): void {
  if (out.length < steps + 1) throw new RangeError(`driver: found room for ${out.length} prices, want ${steps + 1}`);
  switch (options.kind) {
    case 'constant':
      out.fill(options.price, 0, steps + 1);
      return;
    case 'gbm':
      fillGeometric(options, root, step, steps, out);
      return;
    case 'waypoints':
      fillWaypoints(options, root, step, steps, out);
  }
}

/** Exact log-normal steps: log S moves by (drift − volatility²/2) dt + volatility √dt z. */
function fillGeometric(
  options: DriverOptions & { kind: 'gbm' },
  root: { readonly lo: number; readonly hi: number },
  step: number,
  steps: number,
  out: Float64Array,
): void {
  const { price, drift, volatility } = options;
  const years = step / YEAR;
  const mean = (drift - 0.5 * volatility * volatility) * years;
  const deviation = volatility * Math.sqrt(years);
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    moved += mean + deviation * normal(root.lo, root.hi, STREAM, k, 0);
    out[k] = price * exp(moved);
  }
}

/**
 * Each stretch is walked in order: given the bridge's departure at the last moment looked at, its law at the next is normal with the mean
 * and variance of a bridge that is 0 at the stretch's end, whatever lies between; so coarse and fine steps agree in law, and points that
 * fall between steps are passed through all the same.
 */
function fillWaypoints(
  options: DriverOptions & { kind: 'waypoints' },
  root: { readonly lo: number; readonly hi: number },
  step: number,
  steps: number,
  out: Float64Array,
): void {
  const { prices, noise } = options;
  const amplitude = options.amplitude ?? Infinity;
  const at = placesOf(options, step);
  const final = at.length - 1;
  // Rate of the pull: stationary variance = noise² / (2 × pull).
  const usual = amplitude * USUAL_SHARE;
  const pull = amplitude === Infinity ? 0 : (noise * noise) / (2 * usual * usual);
  let stretch = 0;
  /** Where the bridge was looked at last, in steps, and its departure there. */
  let from = 0;
  let departure = 0;
  let logStart = log(prices[0]);
  let slope = 0;
  out[0] = prices[0];
  for (let k = 1; k <= steps; k++) {
    if (k >= at[final]) {
      out[k] = prices[final];
      continue;
    }
    if (k === 1 || k >= at[stretch + 1]) {
      while (k >= at[stretch + 1]) stretch++;
      from = at[stretch];
      departure = 0;
      logStart = log(prices[stretch]);
      slope = log(prices[stretch + 1] / prices[stretch]) / (at[stretch + 1] - from);
    }
    if (k === at[stretch]) {
      out[k] = prices[stretch];
      continue;
    }
    let above = 0;
    if (noise > 0 && amplitude > 0) {
      const done = (k - from) * step;
      const left = (at[stretch + 1] - k) * step;
      const z = normal(root.lo, root.hi, STREAM, k, 0);
      departure = pull === 0 ? brownian(departure, done, left, noise, z) : pulledBack(departure, done, left, pull, usual, z);
      from = k;
      above = departure / Math.sqrt(1 + (departure / amplitude) * (departure / amplitude));
    }
    out[k] = exp(logStart + slope * (k - at[stretch]) + above);
  }
}

/** A Brownian bridge `done` seconds on, with `left` seconds to its end at 0. */
function brownian(departure: number, done: number, left: number, noise: number, z: number): number {
  const whole = done + left;
  return (departure * left) / whole + noise * Math.sqrt((done * left) / whole) * z;
}

/**
 * An Ornstein–Uhlenbeck bridge, the same walk with a pull towards 0; `usual` is the standard deviation it would settle at. With
 * a = e^(−pull × done) and b = e^(−pull × left) its mean is x·a(1 − b²)/(1 − a²b²), its variance usual²·(1 − a²)(1 − b²)/(1 − a²b²).
 */
function pulledBack(departure: number, done: number, left: number, pull: number, usual: number, z: number): number {
  const doneShare = -expm1(-2 * pull * done);
  const leftShare = -expm1(-2 * pull * left);
  const whole = -expm1(-2 * pull * (done + left));
  return (departure * exp(-pull * done) * leftShare) / whole + usual * Math.sqrt((doneShare * leftShare) / whole) * z;
}

/** The waypoints' places in steps; one that falls on a step but for rounding is put exactly there. */
function placesOf(options: DriverOptions & { kind: 'waypoints' }, step: number): Float64Array {
  const { times, prices } = options;
  if (times.length === 0 || times.length !== prices.length) {
    throw new RangeError(`waypoints: found ${times.length} times and ${prices.length} prices, want as many of both and at least one`);
  }
  const at = new Float64Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const place = times[i] / step;
    const nearest = Math.round(place);
    at[i] = Math.abs(place - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : place;
    if (!(i === 0 ? times[0] === 0 : times[i] > times[i - 1])) {
      throw new RangeError(`waypoint ${i}: found a time of ${times[i]} s, want ${i === 0 ? '0' : `more than ${times[i - 1]}`}`);
    }
    if (!(prices[i] > 0)) throw new RangeError(`waypoint ${i}: found a price of ${prices[i]}, want more than 0`);
  }
  return at;
}
