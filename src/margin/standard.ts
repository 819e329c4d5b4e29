import { black76 } from './black76.ts';
import { YEAR } from './grid.ts';

/**
 * Standard margin: every sold option by itself, an expiry never more than it can lose, perpetuals at a rate, no credit between them.
 * Rates are fractions of the underlying's price.
 */
export interface StandardOptionRules {
  /** Initial: `most` less how far the option is out of the money, at least `least`, plus its value. */
  readonly most: number;
  readonly least: number;
  /** Maintenance on top of the value: a rate for calls, for puts the larger of a rate and a share of the value. */
  readonly call: number;
  readonly put: number;
  readonly putValue: number;
  /** A put's initial margin is at least this multiple of its maintenance, its value included. */
  readonly putInitial: number;
}

/** Rules of a whole account under standard margin. */
export interface StandardRules {
  readonly option: StandardOptionRules;
  /** Whether an expiry demands at most its largest loss at expiry: forward × these for every call sold without one held. */
  readonly unpaired: { readonly maintenance: number; readonly initial: number };
  readonly perpetual: { readonly maintenance: number; readonly initial: number };
  /** Share of a held asset's value that counts; initial margin counts `initial` of that share. */
  readonly collateral: { readonly maintenance: number; readonly initial: number };
  /** Initial only: where an oracle's confidence is below its threshold, (1 − confidence) × factor of the notional. */
  readonly confidence: { readonly perpetual: number; readonly option: number; readonly collateral: number; readonly factor: number };
  /** Initial only: a settlement currency below the threshold charges its shortfall × factor on perpetuals and sold options. */
  readonly peg: { readonly threshold: number; readonly factor: number };
}

/** What an option position demands, its value included, in the margin currency; nothing when it is held and not sold. */
export interface OptionDemand {
  readonly maintenance: number;
  readonly initial: number;
}

/**
 * Demand of one option position by itself.
 * @param underlying the underlying's price, in the strike's unit
 * @param price the same in the margin currency: 1 where margin is in coin
 * @param value the option's mark in the margin currency, a unit
 * @param size signed units
 */
export function optionDemand(
  rules: StandardOptionRules,
  call: boolean,
  strike: number,
  underlying: number,
  price: number,
  value: number,
  size: number,
): OptionDemand {
  if (size >= 0) return { maintenance: 0, initial: 0 };
  const maintenance = (call ? rules.call * price : larger(rules.put * price, rules.putValue * value)) + value;
  const out = (call ? strike - underlying : underlying - strike) / underlying;
  const opened = larger(out > 0 ? rules.most - out : rules.most, rules.least) * price + value;
  return { maintenance: -size * maintenance, initial: -size * (call ? opened : larger(opened, rules.putInitial * maintenance)) };
}

/** One underlying of an account under standard margin. */
export interface StandardMarket {
  readonly spot: number;
  readonly spotConfidence: number;
  readonly perpetual: { readonly size: number; readonly price: number; readonly confidence: number; readonly profit: number };
  /** Units of the underlying held, ≥ 0. */
  readonly held: number;
  readonly expiries: readonly {
    readonly seconds: number;
    readonly forward: number;
    readonly confidence: number;
    readonly options: readonly { readonly call: boolean; readonly strike: number; readonly size: number; readonly volatility: number }[];
  }[];
}

/** Equity and requirements in the settlement currency. Equity less a requirement is what venues call net margin. */
export interface StandardMargin {
  readonly equity: number;
  readonly maintenance: number;
  readonly initial: number;
}

/**
 * Standard margin of an account with perpetuals, options and held assets on any number of underlyings.
 * Source of the form: derivexyz/v2-core, src/risk-managers/StandardManager.sol.
 * @param stable price of the settlement currency in quote units
 * @throws RangeError for negative collateral or an option past expiry.
 */
export function standardMargin(rules: StandardRules, cash: number, stable: number, markets: readonly StandardMarket[]): StandardMargin {
  const { perpetual, collateral, confidence, peg, unpaired } = rules;
  const shortfall = stable < peg.threshold ? (peg.threshold - stable) * peg.factor : 0;
  let equity = cash;
  // Net margin: cash and values held less what is demanded.
  let maintained = cash;
  let opened = cash;
  for (const market of markets) {
    const { spot, spotConfidence, held } = market;
    const size = market.perpetual.size < 0 ? -market.perpetual.size : market.perpetual.size;
    const penalty = (threshold: number, own: number, units: number): number =>
      own < threshold ? (1 - own) * confidence.factor * spot * units : 0;

    const notional = size * market.perpetual.price;
    equity += market.perpetual.profit;
    maintained += market.perpetual.profit - notional * perpetual.maintenance;
    opened +=
      market.perpetual.profit -
      notional * perpetual.initial -
      penalty(confidence.perpetual, smaller(market.perpetual.confidence, spotConfidence), size);

    if (!(held >= 0)) throw new RangeError(`collateral: found ${held} units, want a number ≥ 0`);
    equity += (held * spot) / stable;
    const counted = held * spot * collateral.maintenance;
    maintained += counted;
    opened += counted * collateral.initial - penalty(confidence.collateral, spotConfidence, held);

    let exposed = size;
    for (const expiry of market.expiries) {
      const { value, sold, maintenance, initial } = expiryMargin(rules.option, unpaired, spot, expiry);
      equity += value;
      maintained -= maintenance;
      opened -= initial + penalty(confidence.option, smaller(expiry.confidence, spotConfidence), sold);
      exposed += sold;
    }
    opened -= exposed * shortfall * spot;
  }
  return { equity, maintenance: equity - maintained, initial: equity - opened };
}

/** Options of one expiry: their value, lots sold, and what they demand: each by itself, or the largest loss at expiry if that is less. */
function expiryMargin(
  rules: StandardOptionRules,
  unpaired: StandardRules['unpaired'],
  spot: number,
  expiry: StandardMarket['expiries'][number],
): { readonly value: number; readonly sold: number; readonly maintenance: number; readonly initial: number } {
  const { seconds, forward, options } = expiry;
  if (!(seconds >= 0)) throw new RangeError(`expiry: found ${seconds} seconds left, which is past; want 0 or more`);
  const root = Math.sqrt(seconds / YEAR);
  let value = 0;
  let sold = 0;
  let calls = 0;
  let maintenance = 0;
  let initial = 0;
  let deepest = payoff(options, 0);
  for (const { call, strike, size, volatility } of options) {
    const mark = black76(call, forward, strike, volatility * root, 1);
    value += size * mark;
    if (call) calls += size;
    deepest = smaller(deepest, payoff(options, strike));
    if (size < 0) sold -= size;
    const one = optionDemand(rules, call, strike, spot, spot, mark, size);
    maintenance += one.maintenance;
    initial += one.initial;
  }
  const loss = deepest < 0 ? -deepest : 0;
  const uncovered = calls < 0 ? -calls * forward : 0;
  return {
    value,
    sold,
    maintenance: smaller(maintenance, loss + uncovered * unpaired.maintenance),
    initial: smaller(initial, loss + uncovered * unpaired.initial),
  };
}

/** What options pay if they expire at a price. */
function payoff(options: StandardMarket['expiries'][number]['options'], price: number): number {
  let sum = 0;
  for (const { call, strike, size } of options) {
    const exercised = call ? price - strike : strike - price;
    if (exercised > 0) sum += size * exercised;
  }
  return sum;
}

function larger(a: number, b: number): number {
  return a > b ? a : b;
}

function smaller(a: number, b: number): number {
  return a < b ? a : b;
}
