import { exp } from '../../core/math.ts';
import type { Root } from '../../core/random.ts';
import { YEAR } from './options.ts';
import type { GeometricOptions } from './options.ts';
import { moveOf } from './streams.ts';

/** Exact log-normal steps: log S moves by (drift − volatility²/2) dt + volatility √dt z. */
export function fillGeometric(
  options: GeometricOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, drift, volatility } = options;
  const years = step / YEAR;
  const mean = (drift - 0.5 * volatility * volatility) * years;
  const deviation = volatility * Math.sqrt(years);
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    moved += mean + deviation * moveOf(root, k, shocks);
    out[k] = price * exp(moved);
  }
}
