import { exp, log } from '../../core/math.ts';
import { uniform } from '../../core/random.ts';
import type { Root } from '../../core/random.ts';
import { normal, poisson } from '../../core/samplers.ts';
import { YEAR } from './options.ts';
import type { DoubleExponential, KouOptions, MertonOptions } from './options.ts';
import { ARRIVALS, SIZES, moveOf } from './streams.ts';

/** Mean of e^jump − 1: what a jump adds to the expected price. */
export function meanGain(options: MertonOptions | DoubleExponential): number {
  if ('deviation' in options) return exp(options.mean + 0.5 * options.deviation * options.deviation) - 1;
  const { upShare, meanUp, meanDown } = options;
  return upShare / (1 - meanUp) + (1 - upShare) / (1 + meanDown) - 1;
}

/** A double exponential log-jump by inversion of one uniform, increasing in it. */
export function doubleExponential(u: number, sizes: DoubleExponential): number {
  const down = 1 - sizes.upShare;
  return u < down ? sizes.meanDown * log(u / down) : -sizes.meanUp * log((1 - u) / sizes.upShare);
}

/** Sum of the log-jumps of a step, each from a slot of its own. */
export function jumpSum(count: number, sizes: DoubleExponential, root: Root, k: number): number {
  let sum = 0;
  for (let slot = 0; slot < count; slot++) sum += doubleExponential(uniform(root.lo, root.hi, SIZES, k, slot), sizes);
  return sum;
}

/**
 * Merton (1976) and Kou (2002): a step's number of jumps is Poisson by inversion of one uniform; normal jumps add up to one normal. What
 * jumps add to the expected price is taken from the drift.
 */
export function fillJumps(
  options: MertonOptions | KouOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, drift, volatility, intensity } = options;
  const years = step / YEAR;
  const gain = meanGain(options);
  if (!(gain < Infinity) || (options.kind === 'kou' && options.meanUp >= 1)) {
    throw new RangeError('jumps: found a law whose expected price is infinite, want smaller jumps upwards');
  }
  const trend = (drift - 0.5 * volatility * volatility - intensity * gain) * years;
  const deviation = volatility * Math.sqrt(years);
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    moved += trend + deviation * moveOf(root, k, shocks);
    const count = poisson(intensity * years, uniform(root.lo, root.hi, ARRIVALS, k, 0));
    if (count > 0) {
      moved +=
        options.kind === 'merton'
          ? count * options.mean + options.deviation * Math.sqrt(count) * normal(root.lo, root.hi, SIZES, k, 0)
          : jumpSum(count, options, root, k);
    }
    out[k] = price * exp(moved);
  }
}
