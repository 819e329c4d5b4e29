import { exp } from '../core/math.ts';
import { checkContinuous } from './continuity.ts';
import type { Regime } from './index/regime.ts';
import type { PortfolioMargin } from './portfolio.ts';

export interface PortfolioAccountsOptions {
  readonly margin: PortfolioMargin;
  /** What each account holds, read at every question: positions start[account] … start[account + 1], series in ascending order, each once. */
  readonly cash: Float64Array;
  readonly start: Int32Array;
  readonly series: Int32Array;
  /** Signed lots; a position of 0 keeps its place. */
  readonly quantity: Float64Array;
  /** The MCR that is asked about, and whether one that equals it counts as below. */
  readonly level: number;
  readonly orEqual: boolean;
  /** How far prices typically move between two checks. */
  readonly moves: TypicalMoves;
}

/** By series, a lot: how far its value moves in the scenario where it moves most, and how far its notional; both above 0. */
export interface TypicalMoves {
  readonly value: Float64Array;
  readonly notional: Float64Array;
}

/**
 * Typical moves as the largest differences that any of some small changes of the market makes, each at least 1/1000 of the largest of any
 * series. `feed` writes the market: change 0 as it is, 1 to `changes` with one input moved as between two checks; it is left at 0.
 */
export function typicalMoves(margin: PortfolioMargin, changes: number, feed: (change: number) => void): TypicalMoves {
  const { arrays } = margin;
  const { columns, notional, values } = arrays;
  const price = (change: number): void => {
    feed(change);
    margin.refresh();
    for (let s = 0; s < notional.length; s++) arrays.row(s);
  };
  price(0);
  const values0 = values.slice();
  const notional0 = notional.slice();
  const moves = { value: new Float64Array(notional.length), notional: new Float64Array(notional.length) };
  for (let change = 1; change <= changes; change++) {
    price(change);
    for (let i = 0; i < values.length; i++) {
      const s = Math.floor(i / columns);
      moves.value[s] = Math.max(moves.value[s], Math.abs(values[i] - values0[i]));
    }
    for (let s = 0; s < notional.length; s++) moves.notional[s] = Math.max(moves.notional[s], Math.abs(notional[s] - notional0[s]));
  }
  price(0);
  for (const list of [moves.value, moves.notional]) {
    const least = list.reduce((most, move) => Math.max(most, move), 0) / 1000;
    list.forEach((move, s) => (list[s] = Math.max(move, least)));
  }
  return moves;
}

/** A bound for the rounding of an assessment, as a share of the sum of magnitudes. */
const ROUNDING = 1e-12;
/** The radius itself is rounded, and so are the distances it is compared with. */
const SHRINK = 1 - 1e-9;
/** Weights of a coordinate whose moves are never felt, and of one whose least move ends every certificate. */
const NOT_FELT = 1e200;
const NOT_AT_ALL = 1e-200;

/**
 * Accounts under portfolio margin: below the level when equity < level × maintenance as `PortfolioMargin` assesses them.
 *
 * The coordinates are the risk arrays themselves: what a lot of each series is worth now and in each scenario, and the notional it is
 * charged on. Equity and requirement are made from them by sums, minima and maxima, so whatever moves them (price, volatility, a surface,
 * time, interest) an account's surplus moves by at most a fixed multiple of Σ |lots| × the largest move in the series' row. Only the discount
 * of expiries and the weight of their basis come in otherwise: where rules have them, a change of time or interest ends every certificate.
 */
export class PortfolioAccounts implements Regime {
  readonly accounts: number;
  readonly weights: Float64Array;
  /** Most of it is the assessment, which a scan makes too. */
  readonly certificateCost = 2;
  /** The coordinates as `quote` wrote them last. */
  readonly at: Float64Array;
  private readonly options: PortfolioAccountsOptions;
  /** Entries a series has in `at`: the columns of its row and its charge. */
  private readonly entries: number;
  /** By series: what is charged of its notional at most, and the largest magnitude in its entries. */
  private readonly charge: Float64Array;
  private readonly largest: Float64Array;
  /** By series: how far the surplus moves at most, a lot, while every coordinate moves by its weight. */
  private readonly stretch: Float64Array;
  /** Scenarios that turn the skew count by their losing side. */
  private readonly turns: boolean;

  /** @throws RangeError for arrays that do not fit, a level below 0, a move of 0 and a concentration charge that jumps. */
  constructor(options: PortfolioAccountsOptions) {
    const { margin, cash, start, level, moves } = options;
    const { series, columns, years } = margin.arrays;
    const { rules } = margin;
    if (start.length !== cash.length + 1 || moves.value.length !== series.length) {
      throw new RangeError(
        `portfolio margin: found ${cash.length} accounts, ${start.length - 1} holdings, ${series.length} series, ${moves.value.length} moves; want as many holdings as accounts and moves as series`,
      );
    }
    if (!(level >= 0 && level < Infinity)) throw new RangeError(`portfolio margin: found level ${level}, want a number ≥ 0`);
    if (rules.concentration !== null) checkContinuous(rules.concentration, 'portfolio margin, concentration');
    const steepest = rules.concentration === null ? 0 : rules.concentration.rate.reduce((most, rate) => Math.max(most, rate), 0);
    this.accounts = cash.length;
    this.options = options;
    this.entries = columns + 1;
    this.charge = Float64Array.from(series, ({ maintenance }) => maintenance + rules.nakedShort.maintenance + steepest);
    this.largest = new Float64Array(series.length);
    this.stretch = new Float64Array(series.length);
    this.turns = rules.scenarios.some(({ volatility }) => volatility === 'linear' || volatility === 'absolute');
    this.at = new Float64Array(series.length * this.entries + 2 * years.length);
    this.weights = new Float64Array(this.at.length).fill(rules.discount === null && rules.basis === null ? NOT_FELT : NOT_AT_ALL);
    for (let s = 0; s < series.length; s++) {
      const from = s * this.entries;
      this.weights.fill(moves.value[s], from, from + columns);
      this.weights[from + columns] = this.charge[s] > 0 ? moves.notional[s] * this.charge[s] : NOT_FELT;
    }
  }

  /** Prices every series at the market as it stands and gives the coordinates. Cost: the pricing, 2 µs an option of 33 scenarios. */
  quote(): Float64Array {
    const { at, entries, charge, largest, stretch } = this;
    const { margin, level, moves } = this.options;
    margin.refresh();
    const { arrays } = margin;
    const { values, columns, notional, market } = arrays;
    for (let s = 0; s < largest.length; s++) {
      const row = arrays.row(s);
      const to = s * entries;
      let most = 0;
      for (let c = 0; c < columns; c++) {
        const value = values[row + c];
        at[to + c] = value;
        const size = Math.abs(value);
        if (size > most) most = size;
      }
      const charged = charge[s] * notional[s];
      at[to + columns] = charged;
      largest[s] = charged > most ? charged : most;
    }
    at.set(arrays.years, largest.length * entries);
    at.set(market.rate, largest.length * entries + arrays.years.length);
    const { chargesScaled, factor } = margin.rules;
    const charged = level * (chargesScaled ? Math.max(1, factor.maintenance) : 1);
    const gain = this.gain();
    for (let s = 0; s < stretch.length; s++) stretch[s] = gain * moves.value[s] + charged * charge[s] * moves.notional[s];
    return at;
  }

  /** The coordinates are those of the last `quote`. */
  move(_at: Float64Array): void {}

  isBelow(account: number): boolean {
    const surplus = this.surplus(account);
    return this.options.orEqual ? surplus <= 0 : surplus < 0;
  }

  certify(accounts: Int32Array, count: number, radius: Float64Array): void {
    const { cash, start, series, quantity, orEqual } = this.options;
    const { largest, stretch } = this;
    for (let i = 0; i < count; i++) {
      const account = accounts[i];
      const surplus = this.surplus(account);
      if (orEqual ? surplus <= 0 : surplus < 0) {
        radius[i] = -1;
        continue;
      }
      let slope = 0;
      let magnitude = 0;
      const last = start[account + 1];
      for (let place = start[account]; place < last; place++) {
        const s = series[place];
        const lots = Math.abs(quantity[place]);
        slope += lots * stretch[s];
        magnitude += lots * largest[s];
      }
      const safe = surplus - ROUNDING * (Math.abs(cash[account]) + magnitude);
      radius[i] = safe > 0 ? (safe / slope) * SHRINK : 0;
    }
  }

  scan(group: Uint16Array, marked: Uint8Array, out: Int32Array, count: number): number {
    const { accounts } = this;
    for (let account = 0; account < accounts; account++) {
      if (marked[group[account]] === 1 && this.isBelow(account)) out[count++] = account;
    }
    return count;
  }

  /** Equity − level × maintenance. */
  private surplus(account: number): number {
    const { margin, cash, start, series, quantity, level } = this.options;
    margin.assessRange(cash[account], 0, series, quantity, start[account], start[account + 1]);
    return margin.equity - level * margin.maintenance;
  }

  /**
   * How far the surplus moves, charges apart, for a move of 1 in every entry of a row that one lot is held of. Write λ for level × factor, and
   * a for the share of a profit that counts: between 0 and the largest damping. Equity and one scenario's profit give
   * now + λa (discount × value − now), so |1 − λa| + λa × discount, convex in a; where the losing side counts a may be negative. The loss by
   * the basis gives the same with the weight of an expiry for a and no discount; the worst loss is one of them.
   */
  private gain(): number {
    const { margin, level } = this.options;
    const { arrays, rules } = margin;
    const { years, market } = arrays;
    const { discount, basis, factor, scenarios } = rules;
    let discounted = 1;
    let weighed = 0;
    for (let e = 0; e < years.length; e++) {
      const rate = market.rate[e] > 0 ? market.rate[e] : 0;
      if (discount !== null) {
        const long = discount.long.base * exp(-years[e] * (rate * discount.long.multiple + discount.long.add));
        const short = discount.short === null ? 1 : 1 / arrays.discountOf(e);
        discounted = Math.max(discounted, long, short);
      }
      if (basis !== null) weighed = Math.max(weighed, level * factor.maintenance * (basis.add + basis.multiple * years[e]));
    }
    const counted = level * factor.maintenance * scenarios.reduce((most, { damping }) => Math.max(most, damping), 0);
    const scenario = (this.turns ? 1 + counted : Math.abs(1 - counted)) + counted * discounted;
    return Math.max(1, scenario, Math.abs(1 - weighed) + weighed);
  }
}
