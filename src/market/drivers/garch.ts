import { exp } from '../../core/math.ts';
import type { Root } from '../../core/random.ts';
import { normal } from '../../core/samplers.ts';
import { YEAR } from './options.ts';
import type { GarchOptions } from './options.ts';
import { MOVES } from './streams.ts';
import { placeOf } from './waypoints.ts';

/**
 * GARCH(1,1) (Bollerslev 1986): a period's return has the variance h, the next one's is ω + α × return² + β × h with ω such that its mean
 * is the long run's. A period is cut where steps end and a step where periods end, each piece with a normal of its own and its share of h,
 * so that a period's return has the same law for every step size. The log-price moves by −h/2 more, so that the expected price grows with
 * the drift alone.
 */
export function fillGarch(
  options: GarchOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, drift, volatility, initial, alpha, beta, period } = options;
  if (!(alpha + beta < 1)) throw new RangeError(`garch: found alpha + beta = ${alpha + beta}, want less than 1`);
  const years = period / YEAR;
  const base = (1 - alpha - beta) * volatility * volatility * years;
  let variance = initial * initial * years;
  let periods = 1;
  /** Where the period ends and where the walk stands, in steps. */
  let end = placeOf(period, step);
  let from = 0;
  /** Return of the period so far, without its mean. */
  let surprise = 0;
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    // The pieces of a step that is to have a given shock make up for what their own draws are short of it.
    const short = shocks === null ? 0 : shocks[k] - stepNormal(period, root, step, k);
    for (let slot = 0; from < k; slot++) {
      const until = end < k ? end : k;
      const share = ((until - from) * step) / period;
      const own = normal(root.lo, root.hi, MOVES, k, slot);
      const move = Math.sqrt(variance * share) * (shocks === null ? own : own + Math.sqrt(until - from) * short);
      surprise += move;
      moved += drift * years * share - 0.5 * variance * share + move;
      from = until;
      if (from < end) continue;
      variance = base + alpha * surprise * surprise + beta * variance;
      surprise = 0;
      end = placeOf(++periods * period, step);
    }
    out[k] = price * exp(moved);
  }
}

/** The standard normal of a whole step: those of its pieces, each with the root of its share of the step. */
export function stepNormal(period: number, root: Root, step: number, k: number): number {
  let periods = Math.max(1, Math.floor(((k - 1) * step) / period));
  while (placeOf(periods * period, step) <= k - 1) periods++;
  let from = k - 1;
  let sum = 0;
  for (let slot = 0; from < k; slot++) {
    const until = Math.min(placeOf(periods++ * period, step), k);
    sum += Math.sqrt(until - from) * normal(root.lo, root.hi, MOVES, k, slot);
    from = until;
  }
  return sum;
}
