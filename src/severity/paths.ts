/** Largest fall of a path from its running peak, as a fraction of the peak; 0 for a path that never falls. */
export function drawdown(path: Float64Array): number {
  let peak = path[0];
  let worst = 0;
  for (let i = 1; i < path.length; i++) {
    const price = path[i];
    if (price > peak) peak = price;
    else {
      const fall = (peak - price) / peak;
      if (fall > worst) worst = fall;
    }
  }
  return worst;
}

/** Where a path lies furthest below its twin: the step and (twin − price) / twin there; 0 at step 0 when it never does. */
export function largestExcess(path: Float64Array, twin: Float64Array): { readonly step: number; readonly excess: number } {
  let step = 0;
  let excess = 0;
  for (let i = 0; i < path.length; i++) {
    const below = (twin[i] - path[i]) / twin[i];
    if (below > excess) {
      excess = below;
      step = i;
    }
  }
  return { step, excess };
}

/** Largest distance between two paths at any step, as a fraction of the other. */
export function largestDistance(path: Float64Array, other: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < path.length; i++) {
    const distance = Math.abs(path[i] / other[i] - 1);
    if (distance > largest) largest = distance;
  }
  return largest;
}

/** Twin's drawdown below which a ratio to it says nothing. */
const SMALLEST_TWIN = 0.005;

/** Drawdown / twin's drawdown: 1 when they are equal, NaN when the twin's is under 0.5 %. */
export function amplification(run: number, twin: number): number {
  if (run === twin) return 1;
  return twin < SMALLEST_TWIN ? NaN : run / twin;
}

/** Distance to the twin at which a price counts as recovered. */
const RECOVERED = 0.005;

/** Steps from the largest excess until the path is within 0.5 % of its twin again; NaN if that never happens, 0 if it never left. */
export function recoverySteps(path: Float64Array, twin: Float64Array, from: number): number {
  for (let i = from; i < path.length; i++) {
    if (Math.abs(path[i] / twin[i] - 1) <= RECOVERED) return i - from;
  }
  return NaN;
}

/**
 * Largest rise of a path over a number of steps, in its own unit; 0 when it never rises. Of a margin it is the largest call that a holder has
 * to meet in that time (Murphy, Vasios and Vause, Bank of England Financial Stability Paper 29, 2014).
 * @throws RangeError when the path is not longer than the steps.
 */
export function largestRise(path: ArrayLike<number>, steps: number): number {
  if (!(steps >= 1 && path.length > steps)) throw new RangeError(`path: found ${path.length} values for a rise over ${steps}, want more`);
  let rise = 0;
  for (let i = steps; i < path.length; i++) if (path[i] - path[i - steps] > rise) rise = path[i] - path[i - steps];
  return rise;
}
