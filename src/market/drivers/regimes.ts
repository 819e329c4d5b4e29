import { exp } from '../../core/math.ts';
import { uniform } from '../../core/random.ts';
import type { Root } from '../../core/random.ts';
import { exponential } from '../../core/samplers.ts';
import { YEAR } from './options.ts';
import type { RegimeOptions } from './options.ts';
import { ARRIVALS, moveOf } from './streams.ts';

/**
 * A Markov chain in continuous time with exponential stays, which a step begins anew; the j-th change within a step has slots 2j and
 * 2j + 1. Given how long each regime ruled, the step's log-move is one normal. In the long run a regime rules a share of the time that is
 * proportional to weight × (sum of all weights − weight) × stay.
 */
export function fillRegimes(
  options: RegimeOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, regimes } = options;
  if (regimes.length === 0) throw new RangeError('regimes: found none, want at least one');
  let weights = 0;
  for (const regime of regimes) weights += regime.weight;
  let ruling = 0;
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    let left = step;
    let variance = 0;
    for (let slot = 0; left > 0; slot += 2) {
      const { drift, volatility, stay, weight } = regimes[ruling];
      const others = weights - weight;
      const wait = regimes.length === 1 ? Infinity : stay * exponential(uniform(root.lo, root.hi, ARRIVALS, k, slot));
      const passed = wait < left ? wait : left;
      const years = passed / YEAR;
      variance += volatility * volatility * years;
      moved += (drift - 0.5 * volatility * volatility) * years;
      left -= passed;
      if (left > 0) ruling = chosen(options, ruling, others * uniform(root.lo, root.hi, ARRIVALS, k, slot + 1));
    }
    moved += Math.sqrt(variance) * moveOf(root, k, shocks);
    out[k] = price * exp(moved);
  }
}

/** The regime, other than the one that ends, in whose stretch of the weights laid end to end `place` lies. */
function chosen({ regimes }: RegimeOptions, ended: number, place: number): number {
  let last = ended;
  let below = 0;
  for (let i = 0; i < regimes.length; i++) {
    if (i === ended) continue;
    last = i;
    below += regimes[i].weight;
    if (place < below) break;
  }
  return last;
}
