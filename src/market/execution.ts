import { exp, expm1, log } from '../core/math.ts';

/** A position to be sold in equal periods, in a market with linear impact. */
export interface ExecutionOptions {
  /** Lots to sell, above 0. */
  readonly lots: number;
  /** Time until the last lot must be sold. */
  readonly horizon: number;
  /** Periods until then, 1 to 100,000; one sale a period. */
  readonly periods: number;
  /** Standard deviation of the price over one unit of time, price units. */
  readonly volatility: number;
  /** Price units a lot that never come back. */
  readonly permanent: number;
  /** Price units for each lot a unit of time of selling speed, felt by that sale alone. */
  readonly temporary: number;
  /** Price units that each lot pays whatever the speed: half the spread and fees. */
  readonly fixed: number;
  /** Price of risk: cost units for each unit of the cost's variance; 0: risk does not matter. */
  readonly riskAversion: number;
}

/** What a way of selling costs, against selling everything at the first price. */
export interface ExecutionCost {
  /** Expected cost, price units × lots. */
  readonly mean: number;
  /** Its standard deviation. */
  readonly deviation: number;
}

/** The way of selling with the least mean + riskAversion × variance of the cost. */
export interface ExecutionSchedule extends ExecutionCost {
  /** Rate at which urgency makes the position decay, per unit of time; 0: even sales. */
  readonly urgency: number;
  /** Lots held at the start and after each period. */
  readonly holdings: Float64Array;
}

/**
 * The optimal schedule of Almgren and Chriss, Journal of Risk 3 (2000): holdings in proportion to sinh(urgency × time left).
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function optimalExecution(options: ExecutionOptions): ExecutionSchedule {
  const { lots, horizon, periods, volatility, riskAversion } = options;
  const effective = checkExecution(options);
  const period = horizon / periods;
  // cosh(urgency × period) − 1
  const excess = (riskAversion * volatility * volatility * period * period) / (2 * effective);
  const urgency = log(1 + excess + Math.sqrt(excess * (excess + 2))) / period;
  const holdings = new Float64Array(periods + 1);
  for (let k = 0; k <= periods; k++) {
    const left = (periods - k) / periods;
    holdings[k] = lots * (urgency === 0 ? left : ratioOfSinh(urgency * horizon, left));
  }
  return { urgency, holdings, ...executionCost(options, holdings) };
}

/**
 * What a schedule costs when each sale's temporary impact is its own and its permanent impact is every later one's.
 * @param holdings lots held at the start and after each period.
 * @throws RangeError for options that are not allowed, or holdings of another length than periods + 1.
 */
export function executionCost(options: ExecutionOptions, holdings: Float64Array): ExecutionCost {
  const { lots, horizon, periods, volatility, permanent, fixed } = options;
  const effective = checkExecution(options);
  if (holdings.length !== periods + 1)
    throw new RangeError(`execution: found ${holdings.length} holdings, want ${periods + 1}: one at the start and one after each period`);
  const period = horizon / periods;
  let mean = (permanent * lots * lots) / 2;
  let variance = 0;
  for (let k = 1; k <= periods; k++) {
    const sold = holdings[k - 1] - holdings[k];
    mean += fixed * Math.abs(sold) + (effective * sold * sold) / period;
    variance += volatility * volatility * period * holdings[k] * holdings[k];
  }
  return { mean, deviation: Math.sqrt(variance) };
}

/** sinh(share × x) / sinh(x) for x > 0 and 0 ≤ share ≤ 1, without overflow. */
function ratioOfSinh(x: number, share: number): number {
  return (exp((share - 1) * x) * expm1(-2 * share * x)) / expm1(-2 * x);
}

/** Temporary impact less the half of the permanent one that a sale feels itself; refuses options that make no sense. */
function checkExecution(options: ExecutionOptions): number {
  for (const name of ['lots', 'horizon'] as const) {
    if (!(options[name] > 0 && options[name] < Infinity)) refuse(name, options[name], 'a finite number above 0');
  }
  for (const name of ['volatility', 'permanent', 'temporary', 'fixed', 'riskAversion'] as const) {
    if (!(options[name] >= 0 && options[name] < Infinity)) refuse(name, options[name], 'a finite number from 0');
  }
  const { periods, horizon, temporary, permanent } = options;
  if (!(Number.isInteger(periods) && periods >= 1 && periods <= 100_000)) refuse('periods', periods, 'a whole number from 1 to 100000');
  const effective = temporary - (permanent * horizon) / (2 * periods);
  if (!(effective > 0)) refuse('temporary', temporary, `more than permanent × period / 2 = ${temporary - effective}`);
  return effective;
}

function refuse(option: string, value: number, want: string): never {
  throw new RangeError(`execution: found ${option} ${value}, want ${want}`);
}
