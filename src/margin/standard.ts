import type { GroupMargin, Holdings, Slopes } from './group-margin.ts';
import { PRICES_ALONE } from './grid.ts';
import { RiskArrays } from './risk-arrays.ts';
import type { RiskMarket, Series } from './risk-arrays.ts';

/** What an option that is sold demands by itself. Rates are fractions of the underlying's price. */
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

/**
 * Standard margin: every sold option by itself, perpetuals at their rates, no credit between them. The rates of perpetuals and of assets held
 * are those of their series.
 */
export interface StandardRules {
  readonly option: StandardOptionRules;
  /** An expiry demands at most its largest loss at expiry and forward × these for every call sold without one held; null: no such limit. */
  readonly unpaired: { readonly maintenance: number; readonly initial: number } | null;
  /** Initial only: where an oracle's confidence is below its threshold, (1 − confidence) × factor of the notional. */
  readonly confidence: { readonly perpetual: number; readonly option: number; readonly collateral: number; readonly factor: number } | null;
  /** Initial only: a settlement currency below the threshold charges its shortfall × factor on perpetuals and sold options. */
  readonly peg: { readonly threshold: number; readonly factor: number } | null;
}

/** A margin rate that grows with the size of the position. */
export function grownRate(base: number, growth: number, size: number): number {
  return base + growth * (size < 0 ? -size : size);
}

/**
 * Maintenance of a unit of an option that is sold, its value included.
 * @param price the underlying's price in the margin currency: 1 where margin is in coin
 * @param value the option's mark in the margin currency
 */
export function soldMaintenance(rules: StandardOptionRules, call: boolean, price: number, value: number): number {
  return (call ? rules.call * price : larger(rules.put * price, rules.putValue * value)) + value;
}

/**
 * Initial margin of a unit of an option that is sold, its value included.
 * @param underlying the underlying's price, in the strike's unit; `price` and `value` as of `soldMaintenance`
 */
export function soldInitial(
  rules: StandardOptionRules,
  call: boolean,
  strike: number,
  underlying: number,
  price: number,
  value: number,
): number {
  const out = (call ? strike - underlying : underlying - strike) / underlying;
  const opened = larger(out > 0 ? rules.most - out : rules.most, rules.least) * price + value;
  return call ? opened : larger(opened, rules.putInitial * soldMaintenance(rules, false, price, value));
}

/**
 * Standard margin of accounts with perpetuals, options and held assets on any number of underlyings. What is demanded includes the value of
 * options, held ones too: they pay for no other position. Equity less a requirement is what venues call net margin, or what is left of a
 * margin balance.
 *
 * Source of the form: derivexyz/v2-core, src/risk-managers/StandardManager.sol.
 */
export class StandardMargin implements GroupMargin {
  readonly arrays: RiskArrays;
  readonly rules: StandardRules;
  equity = 0;
  maintenance = 0;
  initial = 0;
  readonly charge: Float64Array;
  readonly growth: Float64Array;
  readonly feelsTime = false;

  private readonly unit: Int32Array;
  private readonly expiry: Int32Array;
  private readonly strike: Float64Array;
  private readonly multiplier: Float64Array;
  private readonly maintenanceRate: Float64Array;
  private readonly initialRate: Float64Array;
  /** By series. */
  private readonly held: Uint8Array;
  private readonly call: Uint8Array;
  private readonly inCoin: Uint8Array;

  /** @throws RangeError as `RiskArrays`. */
  constructor(rules: StandardRules, series: readonly Series[], market: RiskMarket) {
    this.rules = rules;
    this.arrays = new RiskArrays(PRICES_ALONE, series, market);
    this.unit = Int32Array.from(series, (one) => one.unit);
    this.expiry = Int32Array.from(series, (one) => one.expiry);
    this.strike = Float64Array.from(series, (one) => one.strike);
    this.multiplier = Float64Array.from(series, (one) => one.multiplier);
    this.maintenanceRate = Float64Array.from(series, (one) => one.maintenance);
    this.initialRate = Float64Array.from(series, (one) => one.initial);
    this.growth = Float64Array.from(series, (one) => one.growth ?? 0);
    this.held = Uint8Array.from(series, (one) => (one.kind === 'spot' ? 1 : 0));
    this.call = Uint8Array.from(series, (one) => (one.kind === 'call' ? 1 : 0));
    this.inCoin = Uint8Array.from(series, (one) => (one.inCoin === true ? 1 : 0));
    const { option, unpaired } = rules;
    const sold = Math.max(option.put, unpaired?.maintenance ?? 0, option.call);
    this.charge = Float64Array.from(series, ({ kind, maintenance }) => (kind === 'call' || kind === 'put' ? sold : maintenance));
  }

  refresh(): void {
    this.arrays.refresh();
  }

  assess(account: Holdings): void {
    this.assessRange(account.cash, account.reserved, account.series, account.quantity, 0, account.series.length);
  }

  assessRange(cash: number, reserved: number, series: Int32Array, quantity: Float64Array, from: number, to: number): void {
    const { peg } = this.rules;
    const { stable } = this.arrays.market;
    const shortfall = peg !== null && stable < peg.threshold ? (peg.threshold - stable) * peg.factor : 0;
    this.equity = cash;
    this.maintenance = 0;
    this.initial = reserved;
    let i = from;
    while (i < to) {
      const expiry = this.expiry[series[i]];
      let end = i + 1;
      let exposed = 0;
      if (expiry < 0) exposed = this.addPlain(series[i], quantity[i]);
      else {
        const unit = this.unit[series[i]];
        while (end < to && this.unit[series[end]] === unit && this.expiry[series[end]] === expiry) end++;
        exposed = this.addExpiry(series, quantity, i, end, unit, expiry);
      }
      this.initial += exposed * shortfall;
      i = end;
    }
  }

  /**
   * Equity and the value of options in the requirement give |1 − level|, an option that is sold 1 and a share of its value. The limit of an
   * expiry moves with its forward alone: the requirement, the smaller of two, moves no further than the one that moves more.
   */
  slopes(level: number): Slopes {
    const { putValue } = this.rules.option;
    const { market, series } = this.arrays;
    // Forwards keep their ratio to the index.
    let ahead = 1;
    for (const { unit, expiry } of series)
      if (expiry >= 0) ahead = larger(ahead, (market.forward[expiry] + market.fixed[expiry]) / market.spot[unit]);
    const option = Math.abs(1 - level) + level * (1 + putValue);
    return { row: Float64Array.from(this.expiry, (expiry) => (expiry < 0 ? 1 : option)), charged: level * ahead };
  }

  /** A perpetual, a future or an asset held. Gives what of it depends on the settlement currency, at the index. */
  private addPlain(one: number, lots: number): number {
    const { arrays, rules, multiplier } = this;
    const { values, notional, market } = arrays;
    const now = lots * values[arrays.row(one)];
    const unit = this.unit[one];
    const size = lots < 0 ? -lots : lots;
    const gross = size * notional[one];
    const atIndex = size * multiplier[one] * market.spot[unit];
    this.equity += now;
    const confidence = smaller(market.confidence[one], market.unitConfidence[unit]);
    if (this.held[one] === 1) {
      // What does not count of its value, which is demanded of it.
      this.maintenance += now - gross * (1 - this.maintenanceRate[one]);
      this.initial += now - gross * (1 - this.maintenanceRate[one] - this.initialRate[one]);
      if (rules.confidence !== null && confidence < rules.confidence.collateral)
        this.initial += (1 - confidence) * rules.confidence.factor * atIndex;
      return 0;
    }
    const maintenance = grownRate(this.maintenanceRate[one], this.growth[one], lots);
    this.maintenance += gross * maintenance;
    this.initial += gross * (maintenance + this.initialRate[one]);
    if (rules.confidence !== null && confidence < rules.confidence.perpetual)
      this.initial += (1 - confidence) * rules.confidence.factor * atIndex;
    return atIndex;
  }

  /** Options of one expiry. Gives what of them is sold, at the index. */
  private addExpiry(series: Int32Array, quantity: Float64Array, from: number, to: number, unit: number, expiry: number): number {
    const { arrays, rules, multiplier, strike, call, inCoin } = this;
    const { values, notional, market } = arrays;
    const spot = market.spot[unit];
    let value = 0;
    let sold = 0;
    let calls = 0;
    let maintenance = 0;
    let initial = 0;
    let confidence = smaller(market.expiryConfidence[expiry], market.unitConfidence[unit]);
    for (let i = from; i < to; i++) {
      const one = series[i];
      const lots = quantity[i];
      const mark = values[arrays.row(one)];
      value += lots * mark;
      if (market.confidence[one] < confidence) confidence = market.confidence[one];
      if (call[one] === 1) calls += lots * multiplier[one];
      if (lots >= 0) continue;
      // A lot's price is a unit's times the units.
      const price = inCoin[one] === 1 ? multiplier[one] : notional[one];
      sold -= lots * multiplier[one];
      maintenance -= lots * soldMaintenance(rules.option, call[one] === 1, price, mark);
      initial -= lots * soldInitial(rules.option, call[one] === 1, strike[one], spot, price, mark);
    }
    if (rules.unpaired !== null) {
      const loss = this.largestLoss(series, quantity, from, to);
      const uncovered = calls < 0 ? -calls * (market.forward[expiry] + market.fixed[expiry]) : 0;
      maintenance = smaller(maintenance, loss + uncovered * rules.unpaired.maintenance);
      initial = smaller(initial, loss + uncovered * rules.unpaired.initial);
    }
    this.equity += value;
    this.maintenance += value + maintenance;
    this.initial += value + initial;
    if (rules.confidence !== null && confidence < rules.confidence.option)
      this.initial += (1 - confidence) * rules.confidence.factor * sold * spot;
    return sold * spot;
  }

  /** What options of one expiry lose at most if they expire at 0 or at a strike. */
  private largestLoss(series: Int32Array, quantity: Float64Array, from: number, to: number): number {
    const { strike } = this;
    let deepest = this.payoff(series, quantity, from, to, 0);
    for (let i = from; i < to; i++) deepest = smaller(deepest, this.payoff(series, quantity, from, to, strike[series[i]]));
    return deepest < 0 ? -deepest : 0;
  }

  /** What options pay if they expire at a price. */
  private payoff(series: Int32Array, quantity: Float64Array, from: number, to: number, price: number): number {
    const { multiplier, strike, call } = this;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const one = series[i];
      const exercised = call[one] === 1 ? price - strike[one] : strike[one] - price;
      if (exercised > 0) sum += quantity[i] * multiplier[one] * exercised;
    }
    return sum;
  }
}

function larger(a: number, b: number): number {
  return a > b ? a : b;
}

function smaller(a: number, b: number): number {
  return a < b ? a : b;
}
