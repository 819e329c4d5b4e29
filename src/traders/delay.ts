import { exponential, lognormal } from '../core/samplers.ts';

/** How long a trader takes from seeing something to acting on it, in seconds. */
export type DelayOptions =
  | { readonly kind: 'constant'; readonly seconds: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number };

/** The delay at a quantile u in (0, 1), in seconds; increasing in u. */
export function delayAt(options: DelayOptions, u: number): number {
  switch (options.kind) {
    case 'constant':
      return options.seconds;
    case 'exponential':
      return options.mean * exponential(u);
    case 'lognormal':
      return lognormal(u, options.median, options.sigma);
  }
}
