import type { Root } from '../core/random.ts';
import { fillBootstrap } from './drivers/bootstrap.ts';
import { fillGarch } from './drivers/garch.ts';
import { fillGeometric } from './drivers/geometric.ts';
import { fillHawkes } from './drivers/hawkes.ts';
import { fillHeston } from './drivers/heston.ts';
import { fillJumps } from './drivers/jumps.ts';
import type { DriverOptions } from './drivers/options.ts';
import { fillRegimes } from './drivers/regimes.ts';
import { fillShape } from './drivers/shapes.ts';
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
 * @throws RangeError when `out` is too short or the options describe no price: waypoints not ascending from 0 or not above 0, a variance
 *   or a chain of jumps without a mean.
 */
export function fillDriver(options: DriverOptions, root: Root, step: number, steps: number, out: Float64Array): void {
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
      return;
    case 'garch':
      fillGarch(options, root, step, steps, out);
      return;
    case 'heston':
      fillHeston(options, root, step, steps, out);
      return;
    case 'merton':
    case 'kou':
      fillJumps(options, root, step, steps, out);
      return;
    case 'hawkes':
      fillHawkes(options, root, step, steps, out);
      return;
    case 'regimes':
      fillRegimes(options, root, step, steps, out);
      return;
    case 'shock':
    case 'ramp':
    case 'vee':
      fillShape(options, root, step, steps, out);
      return;
    case 'bootstrap':
      fillBootstrap(options, root, step, steps, out);
  }
}
