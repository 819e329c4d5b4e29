import { exp, log } from '../../core/math.ts';

/** A path by its points: seconds, and prices above 0. */
export interface PricePath {
  readonly times: readonly number[];
  readonly prices: readonly number[];
}

/**
 * The path without an assumed share of its falls: wherever it stands below its highest price so far, that distance in the log-price is
 * (1 − share) of what it was. A new high is left as it is, so a fall that was made good leaves no trace, and how finely a fall is cut into
 * points does not matter. Where a stretch rises through the old high, a point is added there.
 * @param share 0 … 1; 0 gives the path back.
 */
export function withoutEndogenous(path: PricePath, share: number): PricePath {
  if (share === 0) return path;
  const times: number[] = [];
  const prices: number[] = [];
  let high = 0;
  for (let i = 0; i < path.times.length; i++) {
    const time = path.times[i];
    const price = path.prices[i];
    if (i > 0 && price > high && path.prices[i - 1] < high) {
      const before = path.times[i - 1];
      const crossing = before + ((time - before) * log(high / path.prices[i - 1])) / log(price / path.prices[i - 1]);
      if (crossing > before && crossing < time) {
        times.push(crossing);
        prices.push(high);
      }
    }
    if (price > high) high = price;
    times.push(time);
    prices.push(price === high ? price : high * exp((1 - share) * log(price / high)));
  }
  return { times, prices };
}
