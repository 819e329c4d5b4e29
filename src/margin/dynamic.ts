import { expm1, normalQuantile, pow } from '../core/math.ts';
import { bufferedMargin, bufferUsed, flooredMargin, stressedMargin } from './procyclicality.ts';

/** A margin rate that follows the market: what volatility demands, scaled by open interest and depth, then the rules against procyclicality. */
export interface DynamicOptions {
  readonly volatility: VolatilityMargin;
  /** Rate × (1 + slope × (open interest / free − 1)) above `free`, in the unit of the open interest that is fed; null: not at all. */
  readonly openInterest: { readonly free: number; readonly slope: number } | null;
  /** Rate × (reference / depth)^power while depth is below the reference; null: not at all. */
  readonly liquidity: { readonly reference: number; readonly power: number } | null;
  /** Multiples of the rate for accounts by share of the open interest: class k from `from` on, ascending from 0. */
  readonly concentration: readonly { readonly from: number; readonly multiple: number }[];
  /** Least rate (a long lookback's), buffer, weight of a stressed rate; 0 switches each off. */
  readonly floor: number;
  readonly buffer: number;
  readonly stressed: { readonly rate: number; readonly weight: number };
  /** Largest rate of any class, below 1. */
  readonly cap: number;
}

/** The same for a market of a run: open interest and depth are fed as multiples of what they were at the opening. */
export interface DynamicMargin extends DynamicOptions {
  /** Steps between two rates, and so the step of returns, variance and horizon. */
  readonly cadence: number;
  /** Initial margin as a multiple of maintenance, ≥ 1. */
  readonly initial: number;
}

/** How volatility becomes a rate. Returns are log returns a step. */
export interface VolatilityMargin {
  /** Weight of the past in the variance, between 0 and 1 (RiskMetrics: 0.94 a day). */
  readonly lambda: number;
  /** Variance a step at the start. */
  readonly variance: number;
  /** Steps that a position takes to close (margin period of risk). */
  readonly horizon: number;
  /**
   * normal: so many standard deviations; filtered: the loss at a confidence among the last `window` returns, each divided by the
   * volatility of its time and multiplied by the present one (Barone-Adesi, Giannopoulos and Vosper, Journal of Futures Markets 19, 1999).
   */
  readonly loss:
    | { readonly kind: 'normal'; readonly deviations: number }
    | { readonly kind: 'filtered'; readonly window: number; readonly confidence: number };
}

/** Variance after a return: σ² = λσ² + (1 − λ)r² (RiskMetrics technical document, 1996). */
export function ewmaVariance(previous: number, lambda: number, logReturn: number): number {
  return lambda * previous + (1 - lambda) * logReturn * logReturn;
}

/** Relative price change of a log return: what a short loses (move > 0), or a long (move < 0), as a share of the price. */
export function lossOfMove(logMove: number): number {
  return Math.abs(expm1(logMove));
}

/** Scales a one-step loss to the time that closing takes, by the square root. */
export function overHorizon(loss: number, steps: number): number {
  return loss * Math.sqrt(steps);
}

/**
 * The larger loss of the two sides at a confidence among standardised returns: the smallest x such that at least that share is ≤ x in
 * magnitude (nearest rank, no interpolation). @throws RangeError for no returns or a confidence outside (0, 1].
 */
export function filteredQuantile(standardised: Float64Array, confidence: number): number {
  if (standardised.length === 0 || !(confidence > 0 && confidence <= 1)) {
    throw new RangeError(`filtered history: found ${standardised.length} returns, confidence ${confidence}; want some, and 0 to 1`);
  }
  const sorted = standardised.map(Math.abs).sort();
  return sorted[Math.max(0, Math.ceil(confidence * sorted.length) - 1)];
}

/** Factor on the rate for open interest above what is free. */
export function openInterestFactor(rules: DynamicOptions['openInterest'], openInterest: number): number {
  return rules === null || openInterest <= rules.free ? 1 : 1 + rules.slope * (openInterest / rules.free - 1);
}

/** Factor on the rate for a book thinner than the reference; Infinity for an empty one, where the cap decides. */
export function liquidityFactor(rules: DynamicOptions['liquidity'], depth: number): number {
  return rules === null || depth >= rules.reference ? 1 : pow(rules.reference / depth, rules.power);
}

/** The class of an account by its share of the open interest: the last that begins at or below it. */
export function concentrationClass({ concentration }: DynamicOptions, share: number): number {
  let index = 0;
  while (index + 1 < concentration.length && share >= concentration[index + 1].from) index++;
  return index;
}

const VARIANCE = 0;
const CHARGED = 1;
const SEEN = 2;
const HISTORY = 3;

/**
 * The rate of one market under dynamic margin, advanced once a step. All its state is `memory`, so that a world can be stopped and set on
 * again. About 20 ns a step with normal losses; filtered losses sort the window, only when the rate is asked for.
 */
export class DynamicRate {
  /** Variance, rate charged last, returns seen, and the window of standardised returns. */
  readonly memory: Float64Array;
  private readonly options: DynamicOptions;
  private readonly window: number;

  /** @throws RangeError for options out of range. */
  constructor(options: DynamicOptions) {
    checkDynamicOptions(options);
    this.options = options;
    this.window = options.volatility.loss.kind === 'filtered' ? options.volatility.loss.window : 0;
    this.memory = new Float64Array(HISTORY + this.window);
    this.reset();
  }

  reset(): void {
    this.memory.fill(0);
    this.memory[VARIANCE] = this.options.volatility.variance;
  }

  /**
   * Fills the window of a filtered history with standard normal returns, as if the market had been what its variance says. They stand in the
   * order of an additive recurrence by the golden ratio, so that tail and middle are replaced evenly.
   */
  seed(): void {
    for (let k = 0; k < this.window; k++) {
      const u = 0.5 + k * 0.6180339887498949;
      this.memory[HISTORY + k] = normalQuantile(u - Math.floor(u));
    }
    this.memory[SEEN] = this.window;
  }

  /** Present volatility a step. */
  get volatility(): number {
    return Math.sqrt(this.memory[VARIANCE]);
  }

  /** Takes a step's return in. */
  see(logReturn: number): void {
    const { memory, window } = this;
    if (window > 0) {
      const deviation = Math.sqrt(memory[VARIANCE]);
      memory[HISTORY + (memory[SEEN] % window)] = deviation > 0 ? logReturn / deviation : 0;
    }
    memory[SEEN]++;
    memory[VARIANCE] = ewmaVariance(memory[VARIANCE], this.options.volatility.lambda, logReturn);
  }

  /**
   * The rate that class 0 is charged from now on: loss of the present volatility × open interest × depth, the stressed weight, the buffer as
   * far as it is not used up by what was charged before, the floor, the cap. Call it once a step.
   */
  charge(openInterest: number, depth: number): number {
    const { options, memory } = this;
    const { buffer, stressed, cap, floor } = options;
    const factor = openInterestFactor(options.openInterest, openInterest) * liquidityFactor(options.liquidity, depth);
    let rate = this.loss() * factor;
    rate = stressedMargin(rate, stressed.rate, stressed.weight);
    if (buffer > 0 && rate > 0) rate = bufferedMargin(rate, buffer, memory[CHARGED] === 0 ? 0 : bufferUsed(rate, buffer, memory[CHARGED]));
    rate = flooredMargin(rate, floor);
    if (!(rate < cap)) rate = cap;
    memory[CHARGED] = rate;
    return rate;
  }

  /** Loss as a share of the price at the present volatility, over the time that closing takes. */
  loss(): number {
    const { loss, horizon } = this.options.volatility;
    const deviations =
      loss.kind === 'normal' ? loss.deviations : this.memory[SEEN] === 0 ? 0 : filteredQuantile(this.history(), loss.confidence);
    return overHorizon(lossOfMove(deviations * this.volatility), horizon);
  }

  /** Rate of a concentration class from the rate of class 0. */
  rateOfClass(index: number, rate: number): number {
    const own = rate * this.options.concentration[index].multiple;
    return own < this.options.cap ? own : this.options.cap;
  }

  /** The class of an account by its share of the open interest. */
  classOf(share: number): number {
    return concentrationClass(this.options, share);
  }

  private history(): Float64Array {
    const seen = this.memory[SEEN];
    return this.memory.subarray(HISTORY, HISTORY + (seen < this.window ? seen : this.window));
  }
}

/** By class of concentration: the rates that a market opens with, at its opening open interest and depth. */
export function openingRates(options: DynamicOptions): Float64Array {
  const rate = new DynamicRate(options);
  rate.seed();
  const first = rate.charge(1, 1);
  return Float64Array.from(options.concentration, (_, index) => rate.rateOfClass(index, first));
}

/**
 * Refuses options without a meaning.
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function checkDynamicOptions(options: DynamicOptions): void {
  const { volatility, openInterest, liquidity, concentration, floor, buffer, stressed, cap } = options;
  const want = (holds: boolean, what: string, found: unknown, wanted: string): void => {
    if (!holds) throw new RangeError(`dynamic margin, ${what}: found ${String(found)}, want ${wanted}`);
  };
  want(volatility.lambda > 0 && volatility.lambda < 1, 'lambda', volatility.lambda, 'more than 0, less than 1');
  want(volatility.variance >= 0, 'variance', volatility.variance, 'a number ≥ 0');
  want(volatility.horizon > 0, 'horizon', volatility.horizon, 'a number > 0');
  if (volatility.loss.kind === 'normal') want(volatility.loss.deviations > 0, 'deviations', volatility.loss.deviations, 'a number > 0');
  else {
    want(Number.isInteger(volatility.loss.window) && volatility.loss.window > 0, 'window', volatility.loss.window, 'a whole number ≥ 1');
    want(
      volatility.loss.confidence > 0 && volatility.loss.confidence <= 1,
      'confidence',
      volatility.loss.confidence,
      'more than 0, at most 1',
    );
  }
  if (openInterest !== null)
    want(openInterest.free > 0 && openInterest.slope >= 0, 'openInterest.free', openInterest.free, 'more than 0, slope ≥ 0');
  if (liquidity !== null)
    want(liquidity.reference > 0 && liquidity.power >= 0, 'liquidity.reference', liquidity.reference, 'more than 0, power ≥ 0');
  want(concentration.length > 0 && concentration[0].from === 0, 'concentration', concentration[0]?.from, 'a first class from 0');
  for (const [k, one] of concentration.entries()) {
    const before = k === 0 ? { from: -1, multiple: 0 } : concentration[k - 1];
    want(one.from > before.from && one.multiple >= before.multiple, `concentration class ${k}`, one.from, 'classes that ascend in both');
  }
  want(cap > 0 && cap < 1, 'cap', cap, 'more than 0, less than 1');
  want(floor >= 0 && floor <= cap, 'floor', floor, `0 to the cap, ${cap}`);
  want(buffer >= 0, 'buffer', buffer, 'a number ≥ 0');
  want(stressed.weight >= 0 && stressed.weight <= 1 && stressed.rate >= 0, 'stressed.weight', stressed.weight, '0 to 1, rate ≥ 0');
}
