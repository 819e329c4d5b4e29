import { exp, expm1, log, log1p } from '../../core/math.ts';
import { uniform } from '../../core/random.ts';
import type { Root } from '../../core/random.ts';
import { exponential } from '../../core/samplers.ts';
import { meanGain, jumpSum } from './jumps.ts';
import { YEAR } from './options.ts';
import type { HawkesOptions } from './options.ts';
import { ARRIVALS, moveOf } from './streams.ts';

/**
 * The moments of a Hawkes process with an exponential kernel: an intensity of `base`, and `kick` more after every event, which fades at
 * the rate `decay`. Exact without thinning (Dassios and Zhao, Electronic Communications in Probability 18, 2013): the wait is the shorter
 * of one from the base and one from the excitement, each by inversion. Nothing is remembered but the excitement, so a step begins its
 * waits anew, and the j-th wait of a step has slots 2j and 2j + 1 whatever came before. Nothing has happened before the start.
 */
export class Excitation {
  /** Intensity above the base. */
  excess = 0;
  /** Integral of the intensity over the last step: the events that were to be expected. */
  expected = 0;
  private readonly base: number;
  private readonly kick: number;
  private readonly decay: number;

  /** @throws RangeError unless kick / decay, the events that an event sets off, is below 1. */
  constructor(base: number, kick: number, decay: number) {
    if (!(kick / decay < 1)) throw new RangeError(`hawkes: found a branching ratio of ${kick / decay}, want less than 1`);
    this.base = base;
    this.kick = kick;
    this.decay = decay;
  }

  /** Number of events in step k, which is `length` long in the unit of time of the rates. */
  advance(root: Root, k: number, length: number): number {
    const { base, decay } = this;
    let left = length;
    this.expected = 0;
    for (let count = 0; ; count++) {
      const fromBase = exponential(uniform(root.lo, root.hi, ARRIVALS, k, 2 * count)) / base;
      // The excitement that is left for all time may not suffice for another event.
      const needed = exponential(uniform(root.lo, root.hi, ARRIVALS, k, 2 * count + 1)) * decay;
      const fromExcess = needed < this.excess ? -log1p(-needed / this.excess) / decay : Infinity;
      const wait = fromBase < fromExcess ? fromBase : fromExcess;
      const passed = wait < left ? wait : left;
      this.expected += base * passed - (this.excess * expm1(-decay * passed)) / decay;
      this.excess *= exp(-decay * passed);
      if (wait >= left) return count;
      left -= wait;
      this.excess += this.kick;
    }
  }
}

/** Kou's jumps at the moments of a Hawkes process. What they add to the expected price is taken off as their intensity goes. */
export function fillHawkes(
  options: HawkesOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, drift, volatility, intensity, branching, halfLife } = options;
  const years = step / YEAR;
  const decay = log(2) / halfLife;
  const excitation = new Excitation(intensity / YEAR, branching * decay, decay);
  const gain = meanGain(options);
  const trend = (drift - 0.5 * volatility * volatility) * years;
  const deviation = volatility * Math.sqrt(years);
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    const count = excitation.advance(root, k, step);
    moved += trend - gain * excitation.expected + deviation * moveOf(root, k, shocks);
    if (count > 0) moved += jumpSum(count, options, root, k);
    out[k] = price * exp(moved);
  }
}
