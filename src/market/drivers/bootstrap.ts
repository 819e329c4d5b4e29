import { exp } from '../../core/math.ts';
import { uniform } from '../../core/random.ts';
import type { Root } from '../../core/random.ts';
import type { BootstrapOptions } from './options.ts';
import { BLOCKS } from './streams.ts';
import { fillWaypoints } from './waypoints.ts';

/**
 * Circular block bootstrap (Politis and Romano 1992): block j begins at a return drawn from (root, j) alone, all returns equally likely,
 * so that a return at a given place has the source's own mean and variance. Between two ends of a period the path is a waypoint's.
 */
export function fillBootstrap(options: BootstrapOptions, root: Root, step: number, steps: number, out: Float64Array): void {
  const { price, returns, period, block, noise } = options;
  if (returns.length === 0 || !(block >= 1)) {
    throw new RangeError(`bootstrap: found ${returns.length} returns in blocks of ${block}, want at least one of both`);
  }
  const periods = Math.max(1, Math.ceil((steps * step) / period));
  const times = [0];
  const prices = [price];
  let moved = 0;
  let first = 0;
  for (let m = 0; m < periods; m++) {
    const inside = m % block;
    if (inside === 0) first = Math.floor(uniform(root.lo, root.hi, BLOCKS, m / block, 0) * returns.length);
    moved += returns[(first + inside) % returns.length];
    times.push((m + 1) * period);
    prices.push(price * exp(moved));
  }
  fillWaypoints({ kind: 'waypoints', times, prices, noise }, root, step, steps, out);
}
