import type { Root } from '../core/random.ts';
import { correlationFactor } from './correlation.ts';
import { fillBootstrap } from './drivers/bootstrap.ts';
import { fillGarch, stepNormal } from './drivers/garch.ts';
import { fillGeometric } from './drivers/geometric.ts';
import { fillHawkes } from './drivers/hawkes.ts';
import { fillHeston } from './drivers/heston.ts';
import { fillJumps } from './drivers/jumps.ts';
import type { DriverOptions } from './drivers/options.ts';
import { fillRegimes } from './drivers/regimes.ts';
import { fillShape } from './drivers/shapes.ts';
import { moveOf } from './drivers/streams.ts';
import { fillWaypoints } from './drivers/waypoints.ts';

export { YEAR } from './drivers/options.ts';
export type { DriverOptions } from './drivers/options.ts';

/**
 * Writes the outside price of every step, out[0] = at the start, in ticks and not rounded. Every draw is a function of (root, step), so
 * a longer run begins with a shorter one's path. The law at given times is the same for every step size; of Heston's the expected price
 * and the mean and variance of the variance are, of GARCH's the law at the ends of its periods.
 * @param root of the draws, e.g. `derive(root(seed, 'driver'), replicate)`.
 * @param step seconds a step.
 * @param out room for steps + 1 prices.
 * @param shocks the standard normal of the price's move in each step, from 1 on, where it is not the path's own draw; for a kind that has one.
 * @throws RangeError when `out` is too short or the options describe no price: waypoints not ascending from 0 or not above 0, a variance
 *   or a chain of jumps without a mean.
 */
export function fillDriver(
  options: DriverOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null = null,
): void {
  if (out.length < steps + 1) throw new RangeError(`driver: found room for ${out.length} prices, want ${steps + 1}`);
  switch (options.kind) {
    case 'constant':
      out.fill(options.price, 0, steps + 1);
      return;
    case 'gbm':
      fillGeometric(options, root, step, steps, out, shocks);
      return;
    case 'waypoints':
      fillWaypoints(options, root, step, steps, out);
      return;
    case 'garch':
      fillGarch(options, root, step, steps, out, shocks);
      return;
    case 'heston':
      fillHeston(options, root, step, steps, out, shocks);
      return;
    case 'merton':
    case 'kou':
      fillJumps(options, root, step, steps, out, shocks);
      return;
    case 'hawkes':
      fillHawkes(options, root, step, steps, out, shocks);
      return;
    case 'regimes':
      fillRegimes(options, root, step, steps, out, shocks);
      return;
    case 'shock':
    case 'ramp':
    case 'vee':
      fillShape(options, root, step, steps, out, shocks);
      return;
    case 'bootstrap':
      fillBootstrap(options, root, step, steps, out);
  }
}

/** One path of several. */
export interface DriverPath {
  /** Of the asset, for messages. */
  readonly name: string;
  readonly options: DriverOptions;
  /** Of its draws, unlike all others'. */
  readonly root: Root;
  /** Room for steps + 1 prices. */
  readonly out: Float64Array;
}

/**
 * Writes several outside prices whose Gaussian shocks have the given correlations. Every path keeps its own draws; the shocks of a path
 * are its own and those of the paths before it, weighted by the Cholesky factor, so a path that correlates with none before it is what
 * `fillDriver` writes.
 *
 * The shock is what a step adds to the log-price as a normal: all of it with gbm, garch and regimes, between two changes of regime with
 * their common variance; what is left beside the jumps with merton, kou and hawkes; beside the course with shock, ramp and vee; with
 * heston the part that does not go with the variance, so that returns correlate √(1 − ρ²) times as much for each heston path. Jumps,
 * changes of regime and variances are each path's own. constant, waypoints and bootstrap have no such shock.
 * @param correlations one row and column a path; null: none.
 * @throws RangeError as `correlationFactor` and `fillDriver` do, and for a correlation other than 0 with a path that has no shock.
 */
export function fillDrivers(
  paths: readonly DriverPath[],
  correlations: readonly (readonly number[])[] | null,
  step: number,
  steps: number,
): void {
  const shocks = correlations === null ? paths.map(() => null) : correlatedShocks(paths, correlations, step, steps);
  paths.forEach(({ options, root, out }, i) => fillDriver(options, root, step, steps, out, shocks[i]));
}

/** The shocks of every path that goes by others' draws too, null for the rest. */
function correlatedShocks(
  paths: readonly DriverPath[],
  correlations: readonly (readonly number[])[],
  step: number,
  steps: number,
): readonly (Float64Array | null)[] {
  const n = paths.length;
  const names = paths.map((path) => path.name);
  const factor = correlationFactor(correlations, names);
  paths.forEach(({ name, options }, i) => {
    const other = correlations[i].findIndex((value, j) => j !== i && value !== 0);
    if (other < 0 || hasShocks(options)) return;
    throw new RangeError(
      `correlation of ${name} and ${names[other]}: found ${correlations[i][other]}, want 0: the path of ${name} (${options.kind}) has no Gaussian shocks`,
    );
  });
  const own = paths.map(({ options, root }, j) => {
    const needed = paths.some((_, i) => i > j && factor[i * n + j] !== 0) || factor[j * n + j] !== 1;
    return needed ? ownShocks(options, root, step, steps) : null;
  });
  return paths.map((_, i) => {
    if (factor[i * n + i] === 1) return null;
    const mixed = new Float64Array(steps + 1);
    for (let j = 0; j <= i; j++) {
      const weight = factor[i * n + j];
      const draws = own[j];
      if (weight === 0 || draws === null) continue;
      for (let k = 1; k <= steps; k++) mixed[k] += weight * draws[k];
    }
    return mixed;
  });
}

/** Whether a path's log-price moves by a normal in each step. */
export function hasShocks(options: DriverOptions): boolean {
  switch (options.kind) {
    case 'constant':
    case 'waypoints':
    case 'bootstrap':
      return false;
    case 'shock':
    case 'ramp':
    case 'vee':
      return options.volatility > 0;
    default:
      return true;
  }
}

/** What `fillDriver` draws for the moves of each step, from 1 on. */
function ownShocks(options: DriverOptions, root: Root, step: number, steps: number): Float64Array {
  const draws = new Float64Array(steps + 1);
  for (let k = 1; k <= steps; k++) {
    draws[k] = options.kind === 'garch' ? stepNormal(options.period, root, step, k) : moveOf(root, k, null);
  }
  return draws;
}
