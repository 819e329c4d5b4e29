import { exp, expm1, log } from '../../core/math.ts';
import type { Root } from '../../core/random.ts';
import { normal } from '../../core/samplers.ts';
import type { WaypointOptions } from './options.ts';
import { MOVES } from './streams.ts';

/** How much of the amplitude the pulled-back bridge's stationary standard deviation is. */
const USUAL_SHARE = 1 / 3;

/**
 * Each stretch is walked in order: given the bridge's departure at the last moment looked at, its law at the next is normal with the mean
 * and variance of a bridge that is 0 at the stretch's end, whatever lies between; so coarse and fine steps agree in law, and points that
 * fall between steps are passed through all the same.
 */
export function fillWaypoints(options: WaypointOptions, root: Root, step: number, steps: number, out: Float64Array): void {
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
      const z = normal(root.lo, root.hi, MOVES, k, 0);
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

/** A moment's place in steps; one that falls on a step but for rounding is put exactly there. */
export function placeOf(time: number, step: number): number {
  const place = time / step;
  const nearest = Math.round(place);
  return Math.abs(place - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : place;
}

/** The waypoints' places in steps. */
function placesOf(options: WaypointOptions, step: number): Float64Array {
  const { times, prices } = options;
  if (times.length === 0 || times.length !== prices.length) {
    throw new RangeError(`waypoints: found ${times.length} times and ${prices.length} prices, want as many of both and at least one`);
  }
  const at = new Float64Array(times.length);
  for (let i = 0; i < times.length; i++) {
    at[i] = placeOf(times[i], step);
    if (!(i === 0 ? times[0] === 0 : times[i] > times[i - 1])) {
      throw new RangeError(`waypoint ${i}: found a time of ${times[i]} s, want ${i === 0 ? '0' : `more than ${times[i - 1]}`}`);
    }
    if (!(prices[i] > 0)) throw new RangeError(`waypoint ${i}: found a price of ${prices[i]}, want more than 0`);
  }
  return at;
}
