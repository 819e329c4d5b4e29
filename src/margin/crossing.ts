import { exp, log } from '../core/math.ts';

/** Prices at which something first falls below 0 on the way down and on the way up from here; null where it does not. */
export interface Crossings {
  readonly below: number | null;
  readonly above: number | null;
}

/** Steps that each way is walked in, evenly in the logarithm of the price. */
const STEPS = 400;

/**
 * Where a function of one price first falls below 0, on either side of a price at which it does not; both are that price if it already is
 * below 0 there. Margin over a scenario grid is not monotone in the price, so the way is walked in steps (1.2 % each over a hundredfold)
 * and the first that ends below 0 is halved down to a share of 1e-12; a dip narrower than a step between two ends above 0 is not seen.
 * For people: an engine asks the margin itself, at every price.
 * @param lowest and `highest`: how far to look, prices > 0.
 */
export function crossings(surplus: (price: number) => number, price: number, lowest: number, highest: number): Crossings {
  if (!(lowest > 0 && lowest <= price && price <= highest && highest < Infinity)) {
    throw new RangeError(`crossing: found price ${price} within ${lowest} and ${highest}, want 0 < lowest ≤ price ≤ highest`);
  }
  if (surplus(price) < 0) return { below: price, above: price };
  return { below: firstBelow(surplus, price, lowest), above: firstBelow(surplus, price, highest) };
}

function firstBelow(surplus: (price: number) => number, from: number, to: number): number | null {
  const stride = log(to / from) / STEPS;
  let sound = from;
  for (let step = 1; step <= STEPS; step++) {
    let failed = step === STEPS ? to : from * exp(stride * step);
    if (!(surplus(failed) < 0)) {
      sound = failed;
      continue;
    }
    while (Math.abs(failed - sound) > 1e-12 * failed) {
      const middle = 0.5 * (sound + failed);
      if (middle === sound || middle === failed) break;
      if (surplus(middle) < 0) failed = middle;
      else sound = middle;
    }
    return failed;
  }
  return null;
}
