import { exp, log } from '../core/math.ts';

/** Closes before the start, from which traders took their entries. */
export interface HistoryOptions {
  /** Seconds before the start of each close, ≥ 0, ascending (the newest first). */
  readonly ages: readonly number[];
  /** The closes, in ticks (not rounded), one an age. */
  readonly prices: readonly number[];
}

/**
 * Closes at a regular spacing out of points back in time, log-linear between them: one at the newest point and one every `spacing` seconds
 * before it, as far back as the points reach.
 * @param ages seconds before the start, ≥ 0, ascending; at least one.
 * @param prices one an age, in any unit; the closes are in the same.
 * @throws RangeError when there is no point, their numbers differ, an age does not ascend, a price is not above 0 or the spacing is not.
 */
export function spacedCloses(ages: readonly number[], prices: readonly number[], spacing: number): HistoryOptions {
  if (ages.length === 0 || ages.length !== prices.length) {
    throw new RangeError(`history: found ${ages.length} ages and ${prices.length} prices, want as many of both and at least one`);
  }
  if (!(spacing > 0)) throw new RangeError(`history: found a spacing of ${spacing} s, want more than 0`);
  for (let k = 0; k < ages.length; k++) {
    if (!(k === 0 ? ages[0] >= 0 : ages[k] > ages[k - 1])) {
      throw new RangeError(`history point ${k}: found an age of ${ages[k]} s, want ${k === 0 ? 'at least 0' : `more than ${ages[k - 1]}`}`);
    }
    if (!(prices[k] > 0)) throw new RangeError(`history point ${k}: found a price of ${prices[k]}, want more than 0`);
  }
  const closes = { ages: [ages[0]], prices: [prices[0]] };
  let older = 1;
  for (let n = 1; older < ages.length; n++) {
    const age = ages[0] + n * spacing;
    while (older < ages.length && ages[older] < age) older++;
    if (older === ages.length) break;
    closes.ages.push(age);
    closes.prices.push(between(ages[older - 1], prices[older - 1], ages[older], prices[older], age));
  }
  return closes;
}

/** Log-linear between two points, and exactly the second at its own place. */
function between(fromAt: number, from: number, toAt: number, to: number, at: number): number {
  return at === toAt ? to : from * exp((log(to / from) * (at - fromAt)) / (toAt - fromAt));
}
