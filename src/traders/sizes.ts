import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { lognormal, pareto } from '../core/samplers.ts';

// Loops over all traders of a group, each in a small function of its own: run once a population, a longer one would stay uncompiled.

/** Stream of a group's systematic samples: the slot is the stream that the offset is for. */
export const OFFSET = 0;
/** Stream of sizes; the slot is the trader's ordinal. */
export const SIZE = 1;

/** How the sizes of a group's positions are spread. */
export type SizeOptions =
  | { readonly kind: 'equal' }
  /** Pareto with tail exponent alpha, the largest position capped at `cap` quanta of notional. */
  | { readonly kind: 'pareto'; readonly alpha: number; readonly cap: number }
  | { readonly kind: 'lognormal'; readonly sigma: number };

/** Sizes of `count` positions before scaling: quantiles at (ordinal + offset)/count, or at independent uniforms with `resample`. */
export function sizeWeights(size: SizeOptions, count: number, resample: boolean, { lo, hi }: Root): Float64Array {
  const weights = new Float64Array(count);
  if (resample) for (let i = 0; i < count; i++) weights[i] = uniform(lo, hi, SIZE, 0, i);
  else fillEvenly(weights, uniform(lo, hi, OFFSET, 0, SIZE));
  switch (size.kind) {
    case 'pareto':
      for (let i = 0; i < count; i++) weights[i] = pareto(weights[i], size.alpha, 1);
      break;
    case 'lognormal':
      for (let i = 0; i < count; i++) weights[i] = lognormal(weights[i], 1, size.sigma);
      break;
    case 'equal':
      weights.fill(1);
      break;
  }
  return weights;
}

function fillEvenly(samples: Float64Array, offset: number): void {
  const count = samples.length;
  for (let i = 0; i < count; i++) samples[i] = (i + offset) / count;
}

/**
 * Splits `total` lots in proportion to the weights, none above `cap` (cap × count ≥ total), rounded with the rest carried on; written with
 * the side's sign.
 */
export function splitTotal(lots: Float64Array, side: 1 | -1, weights: Float64Array, total: number, cap: number): void {
  const count = weights.length;
  const scale = scaleToTotal(weights, total, cap);
  // Where the smallest would hold less than a lot, each gets one first and the rest in proportion; the cap, no less than the mean, still holds.
  const first = scale * smallest(weights) < 1 ? 1 : 0;
  const rest = first === 1 ? (total - count) / total : 1;
  let left = total;
  let carried = 0;
  for (let i = 0; i < count - 1; i++) {
    const scaled = scale * weights[i];
    const exact = first + (scaled < cap ? scaled : cap) * rest + carried;
    const rounded = Math.round(exact);
    const given = rounded < cap ? rounded : cap;
    carried = exact - given;
    left -= given;
    lots[i] = side * given;
  }
  lots[count - 1] = side * left;
}

/** The factor f with Σ min(cap, f × weight) = total: grows until nobody new meets the cap, which a round does at least once. */
function scaleToTotal(weights: Float64Array, total: number, cap: number): number {
  let capped = 0;
  let scale = 0;
  for (;;) {
    let free = 0;
    let above = 0;
    for (let i = 0; i < weights.length; i++) {
      if (scale * weights[i] >= cap) above++;
      else free += weights[i];
    }
    if (scale > 0 && above === capped) return scale;
    capped = above;
    if (free === 0) return scale;
    scale = (capped === 0 ? total : total - capped * cap) / free;
  }
}

function smallest(weights: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < weights.length; i++) if (weights[i] < least) least = weights[i];
  return least;
}

/** Where the largest position of a side stands, of equals the first. */
export function placeOfLargest(lots: Float64Array, side: 1 | -1): number {
  let largest = 0;
  for (let i = 1; i < lots.length; i++) if (lots[i] * side > lots[largest] * side) largest = i;
  return largest;
}

/** Sum of lots, exact. */
export function sumOf(lots: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < lots.length; i++) sum += lots[i];
  return sum;
}
