import { exp } from '../core/math.ts';
import type { Root } from '../core/random.ts';
import { normal } from '../core/samplers.ts';
import { checkFailures, failureAt } from './feed-failure.ts';
import type { FeedFailure } from './feed-failure.ts';
import { weightedMedian } from './weighted-median.ts';

/** An exchange that a venue's index is made of. */
export interface OtherExchange {
  readonly name: string;
  /** > 0. */
  readonly weight: number;
  /** Standard deviation of its price from the outside price, as a fraction of it; 0: it is the outside price. */
  readonly dispersion: number;
  readonly failures: readonly FeedFailure[];
}

/** The exchanges that a venue's index is made of. */
export interface OtherExchangesOptions {
  /** At least one; each has a name of its own. */
  readonly exchanges: readonly OtherExchange[];
  /** Time, in seconds, in which half of a deviation is gone; 0: every step's is new. */
  readonly halfLife: number;
}

/** Stream of an exchange’s root. */
const DEVIATION = 0;

/** A price would reach 0 at 20 standard deviations: a chance below 1e-88 a draw. */
const LARGEST_DISPERSION = 0.05;

/**
 * Prices of other exchanges, each the outside price × (1 + a deviation of its own), and their weighted median. A deviation is Gaussian,
 * stationary from the start, and keeps 2^(−step / half-life) of itself a step. Prices in ticks, not rounded.
 */
export class OtherExchanges {
  private readonly exchanges: readonly OtherExchange[];
  private readonly roots: readonly Root[];
  private readonly stepSeconds: number;
  /** What a deviation keeps in a step, and the share of a new draw that leaves its variance at 1. */
  private readonly kept: number;
  private readonly drawn: number;
  private readonly weights: Float64Array;
  /** In standard deviations. */
  private readonly deviations: Float64Array;
  private readonly prices: Float64Array;

  /**
   * @param rootOf root of the draws of a component; each exchange is one, so that its deviations do not depend on who else is there.
   * @throws RangeError naming the exchange, what was found and what is allowed.
   */
  constructor({ exchanges, halfLife }: OtherExchangesOptions, stepSeconds: number, rootOf: (component: string) => Root) {
    if (exchanges.length === 0) throw new RangeError('other exchanges: found none, want at least one');
    if (!(halfLife >= 0 && halfLife < Infinity)) throw new RangeError(`other exchanges: found half-life ${halfLife}, want a number ≥ 0`);
    for (const { name, weight, dispersion, failures } of exchanges) {
      if (!(weight > 0 && weight < Infinity)) throw new RangeError(`exchange ${name}: found weight ${weight}, want a number above 0`);
      if (!(dispersion >= 0 && dispersion <= LARGEST_DISPERSION))
        throw new RangeError(`exchange ${name}: found dispersion ${dispersion}, want a number from 0 to ${LARGEST_DISPERSION}`);
      checkFailures(`exchange ${name}`, failures);
    }
    this.exchanges = exchanges;
    this.roots = exchanges.map(({ name }) => rootOf(`exchange/${name}`));
    this.stepSeconds = stepSeconds;
    this.kept = halfLife === 0 ? 0 : exp((-Math.LN2 * stepSeconds) / halfLife);
    this.drawn = Math.sqrt(1 - this.kept * this.kept);
    this.weights = Float64Array.from(exchanges, ({ weight }) => weight);
    this.deviations = new Float64Array(exchanges.length);
    this.prices = new Float64Array(exchanges.length);
  }

  /** Before the first step: all have stood at the outside price. */
  reset(outside: number): void {
    this.prices.fill(outside);
    this.roots.forEach(({ lo, hi }, i) => (this.deviations[i] = normal(lo, hi, DEVIATION, 0, 0)));
  }

  /** Once a step (the first is 1), with the outside price; gives the weighted median of theirs. About 0.3 µs for eight. */
  advance(step: number, outside: number): number {
    const { exchanges, roots, kept, drawn, deviations, prices } = this;
    const now = step * this.stepSeconds;
    for (let i = 0; i < exchanges.length; i++) {
      const { dispersion, failures } = exchanges[i];
      let price = outside;
      if (dispersion > 0) {
        const { lo, hi } = roots[i];
        deviations[i] = kept * deviations[i] + drawn * normal(lo, hi, DEVIATION, step, 0);
        price *= 1 + dispersion * deviations[i];
      }
      const failure = failureAt(failures, now);
      if (failure === null) prices[i] = price;
      else if (failure.off !== null) prices[i] = price * (1 + failure.off);
    }
    return weightedMedian(prices, this.weights);
  }

  /** The arrays that hold the whole state; copying them copies the exchanges. */
  state(): readonly Float64Array[] {
    return [this.deviations, this.prices];
  }
}
