import { exp, log } from '../../core/math.ts';
import type { Root } from '../../core/random.ts';
import { YEAR } from './options.ts';
import type { RampOptions, ShockOptions, VeeOptions } from './options.ts';
import { moveOf } from './streams.ts';
import { placeOf } from './waypoints.ts';

/** A stated course of the log-price, laid over a Brownian motion without drift of the expected price. */
export function fillShape(
  options: ShockOptions | RampOptions | VeeOptions,
  root: Root,
  step: number,
  steps: number,
  out: Float64Array,
  shocks: Float64Array | null,
): void {
  const { price, volatility } = options;
  const years = step / YEAR;
  const mean = -0.5 * volatility * volatility * years;
  const deviation = volatility * Math.sqrt(years);
  const course = courseOf(options, step);
  let moved = 0;
  out[0] = price;
  for (let k = 1; k <= steps; k++) {
    if (volatility > 0) moved += mean + deviation * moveOf(root, k, shocks);
    out[k] = price * exp(moved + course(k));
  }
}

/** The course's log-price at step k, 0 at the start. At the moment of a shock the price stands where it has jumped to. */
function courseOf(options: ShockOptions | RampOptions | VeeOptions, step: number): (k: number) => number {
  const { move } = options;
  switch (options.kind) {
    case 'shock': {
      const at = placeOf(options.at, step);
      if (options.recovery === null) return (k) => (k < at ? 0 : move);
      const { share, halfLife } = options.recovery;
      const rate = (log(2) * step) / halfLife;
      return (k) => (k < at ? 0 : move * (1 - share + share * exp(-rate * (k - at))));
    }
    case 'ramp': {
      const from = placeOf(options.from, step);
      const until = placeOf(options.until, step);
      return (k) => move * done(k, from, until);
    }
    case 'vee': {
      const from = placeOf(options.from, step);
      const turn = placeOf(options.turn, step);
      const until = placeOf(options.until, step);
      return (k) => move * (done(k, from, turn) - options.recovered * done(k, turn, until));
    }
  }
}

/** Share of the way between two moments that is done at k. */
function done(k: number, from: number, until: number): number {
  return k <= from ? 0 : k >= until ? 1 : (k - from) / (until - from);
}
