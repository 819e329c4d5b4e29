import { exp, log } from '../core/math.ts';
import { black76 } from './black76.ts';
import { skewMultiplier, skewWidth, volatilityShock, YEAR } from './grid.ts';
import type { GridRules } from './grid.ts';

/** A listed contract or a collateral asset, as a risk unit holds it. */
export interface Series {
  /**
   * spot: an asset held, worth price / stable; linear: a perpetual or future, worth price − reference; inverse: the same settled in
   * coin, worth face × (1/reference − 1/price); array: what a clearing house publishes, its gain a lot in each scenario.
   */
  readonly kind: 'spot' | 'linear' | 'inverse' | 'call' | 'put' | 'array';
  /** The risk unit: everything of one underlying. */
  readonly unit: number;
  /** Number of its expiry; −1 for what has none. Futures have none here: their basis to the index is their own price. */
  readonly expiry: number;
  /** Options: strike price. */
  readonly strike: number;
  /** Units of the underlying in a lot; for an inverse contract its face value in quote units. */
  readonly multiplier: number;
  /** Whether it follows the scenarios; collateral that hedges nothing keeps its value in all of them. */
  readonly moves: boolean;
  /** Charged on its gross notional whatever it hedges, as fractions; `initial` comes on top of `maintenance`. */
  readonly maintenance: number;
  readonly initial: number;
  /** Under standard margin: what both rates grow by with each lot held; 0 when not given. */
  readonly growth?: number;
  /** What a lot's notional is: multiplier × index price, or its own price as it counts (an inverse contract's in coin). */
  readonly notional: 'index' | 'price';
  /** Of an array: the gain of a lot by scenario. */
  readonly gains?: readonly number[];
  /** Of an option: whether it is settled in coin: worth its price over the forward, its notional its units. */
  readonly inCoin?: boolean;
}

/** Prices and volatilities, shared by all accounts; the arrays are read at every `refresh`. */
export interface RiskMarket {
  /** Index price by unit. */
  readonly spot: Float64Array;
  /** Confidence of a unit's oracles, 0 to 1. */
  readonly unitConfidence: Float64Array;
  /** By series: price of what is linear or inverse, implied volatility of an option. */
  readonly price: Float64Array;
  /** By series: the price up to which profit is already in cash; 0 where cash holds the cost of the lots, as the ledger does. */
  readonly reference: Float64Array;
  /** By series: confidence of its own price feed. */
  readonly confidence: Float64Array;
  /** By expiry: seconds left, forward in a part that moves with the index and a fixed part (already averaged), rate a year, confidence. */
  readonly seconds: Float64Array;
  readonly forward: Float64Array;
  readonly fixed: Float64Array;
  readonly rate: Float64Array;
  readonly expiryConfidence: Float64Array;
  /** Price of the settlement currency in quote units. */
  readonly stable: number;
}

/** A market with every confidence and the settlement currency at 1 and nothing else set. */
export function emptyMarket(units: number, series: number, expiries: number): RiskMarket & { stable: number } {
  return {
    spot: new Float64Array(units),
    unitConfidence: new Float64Array(units).fill(1),
    price: new Float64Array(series),
    reference: new Float64Array(series),
    confidence: new Float64Array(series).fill(1),
    seconds: new Float64Array(expiries),
    forward: new Float64Array(expiries),
    fixed: new Float64Array(expiries),
    rate: new Float64Array(expiries),
    expiryConfidence: new Float64Array(expiries).fill(1),
    stable: 1,
  };
}

const STAY = 0;
const UP = 1;
const DOWN = 2;
const LINEAR_SKEW = 3;
const ABSOLUTE_SKEW = 4;
const SHIFTS = { none: STAY, up: UP, down: DOWN, linear: LINEAR_SKEW, absolute: ABSOLUTE_SKEW } as const;

/**
 * What a lot of each series is worth in each scenario: row `series`, column 0 now, then the scenarios in their order, then the two
 * moves of the basis. A row is priced when it is first asked for after a `refresh`, once for all accounts (an option about 2 µs for
 * 33 scenarios). Series stand in order of unit, then expiry (−1 first), then strike, so that an account's positions in ascending order
 * come grouped.
 */
export class RiskArrays {
  readonly scenarios: number;
  readonly columns: number;
  readonly values: Float64Array;
  /** By series: what its gross notional is charged on, a lot. */
  readonly notional: Float64Array;
  /** By expiry: years left. */
  readonly years: Float64Array;
  readonly series: readonly Series[];
  readonly market: RiskMarket;
  private readonly rules: GridRules;
  private readonly move: Float64Array;
  private readonly shift: Uint8Array;
  private readonly upward: Float64Array;
  private readonly downward: Float64Array;
  private readonly discount: Float64Array;
  private readonly root: Float64Array;
  private readonly priced: Int32Array;
  private version = 0;

  /** Of a grid that `checkGrid` allows, or of prices alone. @throws RangeError for series out of order, or one that is none. */
  constructor(rules: GridRules, series: readonly Series[], market: RiskMarket) {
    this.rules = rules;
    this.series = series;
    this.market = market;
    this.scenarios = rules.scenarios.length;
    this.columns = 1 + this.scenarios + (rules.basis === null ? 0 : 2);
    this.move = new Float64Array(this.columns);
    this.shift = new Uint8Array(this.columns);
    for (const [s, scenario] of rules.scenarios.entries()) {
      this.move[s + 1] = scenario.move;
      this.shift[s + 1] = SHIFTS[scenario.volatility];
    }
    if (rules.basis !== null) {
      this.move[this.columns - 2] = rules.basis.up;
      this.move[this.columns - 1] = rules.basis.down;
    }
    const expiries = market.seconds.length;
    this.values = new Float64Array(series.length * this.columns);
    this.notional = new Float64Array(series.length);
    this.years = new Float64Array(expiries);
    this.upward = new Float64Array(expiries);
    this.downward = new Float64Array(expiries);
    this.discount = new Float64Array(expiries);
    this.root = new Float64Array(expiries);
    this.priced = new Int32Array(series.length);
    for (let i = 0; i < series.length; i++) this.checkSeries(i);
    this.refresh();
  }

  /** Takes the market as it stands now; every row is stale. @throws RangeError for an option past its expiry or a price that is none. */
  refresh(): void {
    this.version++;
    const { seconds, rate } = this.market;
    const { volatility, discounting } = this.rules;
    for (let e = 0; e < seconds.length; e++) {
      if (!(seconds[e] >= 0)) throw new RangeError(`expiry ${e}: found ${seconds[e]} seconds left, which is past; want 0 or more`);
      const years = seconds[e] / YEAR;
      this.years[e] = years;
      this.root[e] = Math.sqrt(years);
      this.upward[e] = 1 + volatilityShock(volatility.up, seconds[e], volatility);
      const down = 1 - volatilityShock(volatility.down, seconds[e], volatility);
      this.downward[e] = down > 0 ? down : 0;
      this.discount[e] = discounting ? exp(-(rate[e] > 0 ? rate[e] : 0) * years) : 1;
    }
  }

  /** e^(−rate × years) of an expiry; 1 when options are not discounted. */
  discountOf(expiry: number): number {
    return this.discount[expiry];
  }

  /** Where a series' row starts in `values`, priced for the present market. */
  row(series: number): number {
    if (this.priced[series] !== this.version) this.price(series);
    return series * this.columns;
  }

  private price(index: number): void {
    const one = this.series[index];
    const start = index * this.columns;
    const { price, reference, spot, stable } = this.market;
    this.checkPrice(index);
    let value = one.multiplier * price[index];
    if (one.kind === 'call' || one.kind === 'put') {
      this.priceOption(index, one.kind === 'call', start);
      value = this.values[start];
    } else {
      const inverse = one.kind === 'inverse';
      if (inverse) value = one.multiplier / price[index];
      else if (one.kind === 'spot') value /= stable;
      const settled = reference[index] > 0 ? (inverse ? one.multiplier / reference[index] : one.multiplier * reference[index]) : 0;
      const now = inverse ? settled - value : value - settled;
      const published = one.gains;
      for (let c = 0; c < this.columns; c++) {
        const move = one.moves ? this.move[c] : 0;
        const gain =
          published === undefined ? value * (inverse ? 1 - 1 / (1 + move) : move) : c > 0 && c <= this.scenarios ? published[c - 1] : 0;
        this.values[start + c] = now + gain;
      }
    }
    if (one.inCoin === true) this.notional[index] = one.multiplier;
    else this.notional[index] = one.notional === 'index' ? one.multiplier * spot[one.unit] : value;
    this.priced[index] = this.version;
  }

  private priceOption(index: number, call: boolean, start: number): void {
    const { expiry, strike, multiplier, inCoin } = this.series[index];
    const { forward, fixed, price } = this.market;
    const { skew, volatility } = this.rules;
    const { values, move, shift } = this;
    const own = price[index];
    const root = this.root[expiry];
    const discount = this.discount[expiry];
    for (let c = 0; c < this.columns; c++) {
      const ahead = forward[expiry] * (1 + move[c]) + fixed[expiry];
      let shocked = own;
      switch (shift[c]) {
        case STAY:
          break;
        case UP:
          shocked = own * this.upward[expiry];
          if (shocked < volatility.leastUp) shocked = volatility.leastUp;
          break;
        case DOWN:
          shocked = own * this.downward[expiry];
          break;
        default:
          // The constructor has seen to it that a grid with such a shift has rules for the skew.
          if (skew !== null) {
            const k = log(strike / ahead);
            const linear = shift[c] === LINEAR_SKEW;
            const { base, slope } = linear ? skew.linear : skew.absolute;
            shocked = own * skewMultiplier(linear || k >= 0 ? k : -k, slope * root + base, skewWidth(skew, root));
          }
      }
      const worth = multiplier * black76(call, ahead, strike, shocked * root, discount);
      values[start + c] = inCoin === true ? worth / ahead : worth;
    }
  }

  private checkSeries(index: number): void {
    const one = this.series[index];
    const option = one.kind === 'call' || one.kind === 'put';
    const place = `series ${index} (${one.kind})`;
    if (!(one.multiplier > 0 && one.multiplier < Infinity))
      throw new RangeError(`${place}: found multiplier ${one.multiplier}, want a number > 0`);
    if (!(one.unit >= 0 && one.unit < this.market.spot.length)) {
      throw new RangeError(`${place}: found unit ${one.unit}, want 0 to ${this.market.spot.length - 1}`);
    }
    if (option ? !(one.expiry >= 0 && one.expiry < this.years.length) : one.expiry !== -1) {
      throw new RangeError(`${place}: found expiry ${one.expiry}, want ${option ? `0 to ${this.years.length - 1}` : '-1'}`);
    }
    if (option && !(one.strike >= 0 && one.strike < Infinity))
      throw new RangeError(`${place}: found strike ${one.strike}, want a number ≥ 0`);
    if (one.kind === 'array' ? one.gains?.length !== this.scenarios : one.gains !== undefined) {
      throw new RangeError(`${place}: found ${one.gains?.length ?? 'no'} gains, want ${one.kind === 'array' ? this.scenarios : 'none'}`);
    }
    const deepest = this.move.reduce((least, move) => (move < least ? move : least), 0);
    const coin = one.kind === 'inverse' || one.inCoin === true;
    if (coin ? deepest <= -1 : option && deepest < -1) {
      throw new RangeError(`${place}: found a scenario that moves the price by ${deepest}, want ${coin ? 'more than' : 'at least'} -1`);
    }
    if (index === 0) return;
    const before = this.series[index - 1];
    const rank = one.unit - before.unit || one.expiry - before.expiry || (option ? one.strike - before.strike : 0);
    if (rank < 0) {
      throw new RangeError(
        `${place}: found it after unit ${before.unit}, expiry ${before.expiry}, strike ${before.strike}; want that order`,
      );
    }
  }

  private checkPrice(index: number): void {
    const { price, spot, forward, fixed, stable } = this.market;
    const { unit, expiry, kind, inCoin } = this.series[index];
    const least = kind === 'inverse' ? price[index] > 0 : price[index] >= 0;
    if (!(least && price[index] < Infinity)) {
      const what = expiry >= 0 ? 'volatility' : 'price';
      throw new RangeError(`series ${index} (${kind}): found ${what} ${price[index]}, want a number ${kind === 'inverse' ? '>' : '≥'} 0`);
    }
    if (!(spot[unit] >= 0 && spot[unit] < Infinity))
      throw new RangeError(`unit ${unit}: found index price ${spot[unit]}, want a number ≥ 0`);
    if (kind === 'spot' && !(stable > 0)) throw new RangeError(`settlement currency: found price ${stable}, want a number > 0`);
    const ahead = expiry >= 0 ? forward[expiry] + fixed[expiry] : 1;
    if (!((inCoin === true ? ahead > 0 : ahead >= 0) && ahead < Infinity)) {
      throw new RangeError(`expiry ${expiry}: found forward ${ahead}, want a number ${inCoin === true ? '>' : '≥'} 0`);
    }
  }
}
