/** Which input of a function matters: Sobol indices and Morris screening. */
import { uniform32 } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { MOST_DIMENSIONS, sobolPoints } from './sequences.ts';

/** A function of inputs in [0, 1); it may not keep the array. */
export type Response = (inputs: Float64Array) => number;

/** How the variance of a response splits over its inputs. */
export interface SobolIndices {
  readonly mean: number;
  readonly variance: number;
  /** By input: share of the variance that it makes alone. */
  readonly first: Float64Array;
  /** By input: share that it makes alone and together with others. */
  readonly total: Float64Array;
  /** By pair asked for: share that the two make together beyond what each makes alone. */
  readonly pairs: Float64Array;
}

/**
 * Sobol indices from count × (inputs + pairs + 2) calls at Sobol points: first-order by Saltelli et al. (Computer Physics Communications
 * 181, 2010), total by Jansen.
 * @param inputs number of inputs, at most 10.
 * @param count points; a power of two keeps them even.
 * @param pairs pairs of inputs whose interaction is wanted.
 * @throws RangeError for fewer than 1 or more than 10 inputs, or fewer than 2 points.
 */
export function sobolIndices(
  response: Response,
  inputs: number,
  count: number,
  pairs: readonly (readonly [number, number])[] = [],
): SobolIndices {
  if (!(Number.isInteger(inputs) && inputs >= 1 && 2 * inputs <= MOST_DIMENSIONS))
    throw new RangeError(`sobol indices: found ${inputs} inputs, want a whole number from 1 to ${Math.floor(MOST_DIMENSIONS / 2)}`);
  if (!(Number.isInteger(count) && count >= 2)) throw new RangeError(`sobol indices: found ${count} points, want a whole number from 2`);
  const points = sobolPoints(2 * inputs, count);
  const at = new Float64Array(inputs);
  /** The response at the first half of a point, with the inputs of `from` taken from its second half. */
  const call = (point: number, from: readonly number[]): number => {
    const start = point * 2 * inputs;
    for (let k = 0; k < inputs; k++) at[k] = points[start + k];
    for (const k of from) at[k] = points[start + inputs + k];
    return response(at);
  };
  const every = Array.from({ length: inputs }, (_, k) => k);
  const here = new Float64Array(count);
  const there = new Float64Array(count);
  let sum = 0;
  for (let j = 0; j < count; j++) {
    here[j] = call(j, []);
    there[j] = call(j, every);
    sum += here[j] + there[j];
  }
  const mean = sum / (2 * count);
  let squares = 0;
  for (let j = 0; j < count; j++) squares += (here[j] - mean) * (here[j] - mean) + (there[j] - mean) * (there[j] - mean);
  const variance = squares / (2 * count);
  /** Share of the variance that a set of inputs makes among itself, and the share that it has a part in. */
  const shares = (set: readonly number[]): readonly [own: number, total: number] => {
    let own = 0;
    let total = 0;
    for (let j = 0; j < count; j++) {
      const mixed = call(j, set);
      // About the mean, which changes no expectation and takes most of the error away.
      own += (there[j] - mean) * (mixed - here[j]);
      total += (here[j] - mixed) * (here[j] - mixed);
    }
    return [own / count / variance, total / (2 * count) / variance];
  };
  const first = new Float64Array(inputs);
  const total = new Float64Array(inputs);
  for (let k = 0; k < inputs; k++) [first[k], total[k]] = shares([k]);
  const together = Float64Array.from(pairs, ([a, b]) => shares([a, b])[0] - first[a] - first[b]);
  return { mean, variance, first, total, pairs: together };
}

/** Elementary effects of each input: what the response changes by, a unit of the input. */
export interface MorrisEffects {
  /** Mean. */
  readonly mu: Float64Array;
  /** Mean of the size: how much the input matters. */
  readonly muStar: Float64Array;
  /** Standard deviation: how much that depends on the other inputs, or on the input itself. */
  readonly sigma: Float64Array;
}

/**
 * Morris screening (Technometrics 33, 1991): trajectories that change one input after the other by half of the grid, in an order and from
 * a place of their own. Costs trajectories × (inputs + 1) calls.
 * @param trajectories at least 2.
 * @param levels places of the grid of an input, even, at least 2.
 * @throws RangeError when either is out of bounds.
 */
export function morrisEffects(response: Response, inputs: number, trajectories: number, levels: number, from: Root): MorrisEffects {
  if (!(Number.isInteger(trajectories) && trajectories >= 2))
    throw new RangeError(`morris: found ${trajectories} trajectories, want a whole number from 2`);
  if (!(Number.isInteger(levels) && levels >= 2 && levels % 2 === 0))
    throw new RangeError(`morris: found ${levels} levels, want an even number from 2`);
  const half = levels / 2;
  const step = half / (levels - 1);
  const at = new Float64Array(inputs);
  const direction = new Float64Array(inputs);
  const order = Int32Array.from({ length: inputs }, (_, k) => k);
  const effects = Array.from({ length: inputs }, () => new Float64Array(trajectories));
  for (let t = 0; t < trajectories; t++) {
    // Half of the inputs start low and go up, half start high and go down.
    for (let k = 0; k < inputs; k++) {
      const place = Math.floor(uniform32(from.lo, from.hi, 0, t, k) * levels);
      at[k] = place / (levels - 1);
      direction[k] = place < half ? step : -step;
    }
    // Fisher and Yates: every order is as likely.
    for (let k = inputs - 1; k > 0; k--) {
      const other = Math.floor(uniform32(from.lo, from.hi, 1, t, k) * (k + 1));
      [order[k], order[other]] = [order[other], order[k]];
    }
    let before = response(at);
    for (const k of order) {
      at[k] += direction[k];
      const after = response(at);
      effects[k][t] = (after - before) / direction[k];
      before = after;
    }
  }
  const mu = Float64Array.from(effects, meanOf);
  return {
    mu,
    muStar: Float64Array.from(effects, (list) => meanOf(list.map(Math.abs))),
    sigma: Float64Array.from(effects, (list, k) => {
      let squares = 0;
      for (const effect of list) squares += (effect - mu[k]) * (effect - mu[k]);
      return Math.sqrt(squares / (trajectories - 1));
    }),
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
