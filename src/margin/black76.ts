import { exp, log, normalCdf } from '../core/math.ts';

/** A European option on a forward, in real numbers. */
export interface OptionTerms {
  readonly call: boolean;
  /** Forward price for the expiry, ≥ 0. */
  readonly forward: number;
  /** ≥ 0, in the forward's unit. */
  readonly strike: number;
  /** Implied volatility a year, as a fraction, ≥ 0. */
  readonly volatility: number;
  /** Time to expiry in years, ≥ 0. */
  readonly years: number;
  /** Continuously compounded interest rate a year. */
  readonly rate: number;
}

/** What an option is worth and how that moves. */
export interface Greeks {
  readonly price: number;
  /** Change per unit of the forward: 0 to 1 for a call, −1 to 0 for a put, times the discount. */
  readonly delta: number;
  /** Change of delta per unit of the forward. */
  readonly gamma: number;
  /** Change per unit of volatility (1 = 100 percentage points). */
  readonly vega: number;
  /** Change per year that passes, forward and volatility standing still. */
  readonly theta: number;
}

/** Density of a standard normal at 0. */
const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/**
 * Black's price of an option on a forward (The pricing of commodity contracts, Journal of Financial Economics 3, 1976):
 * discount × [F·N(d1) − K·N(d2)] for a call, each side by its own formula, so that no price is a difference of two large ones.
 * `deviation` is volatility × √years; at 0 (expiry, or no volatility) it is the value if exercised, at Infinity the forward (call) or the
 * strike (put). Arguments are taken as they are, finite and ≥ 0: `checkOption` asks. About 60 ns.
 */
export function black76(call: boolean, forward: number, strike: number, deviation: number, discount: number): number {
  if (!(deviation > 0)) {
    const exercised = call ? forward - strike : strike - forward;
    return exercised > 0 ? discount * exercised : 0;
  }
  const distance = log(forward / strike) / deviation;
  const d1 = distance + 0.5 * deviation;
  const d2 = distance - 0.5 * deviation;
  const price = call ? forward * normalCdf(d1) - strike * normalCdf(d2) : strike * normalCdf(-d2) - forward * normalCdf(-d1);
  return price > 0 ? discount * price : 0;
}

/** Price and greeks. @throws RangeError as `checkOption`. */
export function greeks(terms: OptionTerms): Greeks {
  checkOption(terms);
  const { call, forward, strike, volatility, years, rate } = terms;
  const discount = exp(-rate * years);
  const root = Math.sqrt(years);
  const deviation = volatility * root;
  const price = black76(call, forward, strike, deviation, discount);
  if (!(deviation > 0) || forward === 0 || strike === 0) {
    // No spread of outcomes: a step at the strike, where it counts as half.
    const exercised = forward > strike ? 1 : forward < strike ? 0 : 0.5;
    return { price, delta: discount * (call ? exercised : exercised - 1), gamma: 0, vega: 0, theta: rate * price };
  }
  const d1 = log(forward / strike) / deviation + 0.5 * deviation;
  const density = INVERSE_ROOT_TWO_PI * exp(-0.5 * d1 * d1);
  const vega = discount * forward * density * root;
  return {
    price,
    delta: discount * (call ? normalCdf(d1) : -normalCdf(-d1)),
    gamma: (discount * density) / (forward * deviation),
    vega,
    theta: rate * price - (vega * volatility) / (2 * years),
  };
}

/**
 * Refuses an option that has no price.
 * @throws RangeError naming the term, what was found and what is allowed.
 */
export function checkOption(terms: OptionTerms): void {
  if (terms.years < 0) throw new RangeError(`option: found ${terms.years} years to expiry, which is past; want 0 or more`);
  for (const term of ['forward', 'strike', 'volatility', 'years'] as const) {
    if (!(terms[term] >= 0 && terms[term] < Infinity)) throw new RangeError(`option: found ${term} ${terms[term]}, want a number ≥ 0`);
  }
  if (!Number.isFinite(terms.rate)) throw new RangeError(`option: found rate ${terms.rate}, want a number`);
}
