import type { GroupMargin } from './group-margin.ts';
import type { Regime } from './index/regime.ts';

export interface PortfolioAccountsOptions {
  readonly margin: GroupMargin;
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
export function typicalMoves(margin: GroupMargin, changes: number, feed: (change: number) => void): TypicalMoves {
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
 * Accounts of perpetuals and options: below the level when equity < level × maintenance as their rule assesses them.
 *
 * The coordinates are the risk arrays themselves: what a lot of each series is worth now and in each scenario, and the notional it is
 * charged on. Equity and requirement are made from them by sums, minima and maxima, so whatever moves them (price, volatility, a surface,
 * time, interest) an account's surplus moves by at most a fixed multiple of Σ |lots| × the largest move in the series' row. Where a rule feels
 * time or interest otherwise (the discount of expiries, the weight of their basis), a change of them ends every certificate.
 */
export class PortfolioAccounts implements Regime {
  readonly accounts: number;
  readonly weights: Float64Array;
  /** Most of it is the assessment, which a scan makes too. */
  readonly certificateCost = 2;
  /** The coordinates as `quote` wrote them last. */
  readonly at: Float64Array;
  private readonly options: PortfolioAccountsOptions;
  /** Entries a series has in `at`: the columns of its row and its notional. */
  private readonly entries: number;
  /** By series: the largest magnitude in its entries. */
  private readonly largest: Float64Array;
  /** By series: how far the surplus moves at most, a lot, while every coordinate moves by its weight, and what that grows by with each lot. */
  private readonly stretch: Float64Array;
  private readonly growing: Float64Array;

  /** @throws RangeError for arrays that do not fit, a level below 0 and a move of 0. */
  constructor(options: PortfolioAccountsOptions) {
    const { margin, cash, start, level, moves } = options;
    const { series, columns, years } = margin.arrays;
    if (start.length !== cash.length + 1 || moves.value.length !== series.length) {
      throw new RangeError(
        `portfolio margin: found ${cash.length} accounts, ${start.length - 1} holdings, ${series.length} series, ${moves.value.length} moves; want as many holdings as accounts and moves as series`,
      );
    }
    if (!(level >= 0 && level < Infinity)) throw new RangeError(`portfolio margin: found level ${level}, want a number ≥ 0`);
    this.accounts = cash.length;
    this.options = options;
    this.entries = columns + 1;
    this.largest = new Float64Array(series.length);
    this.stretch = new Float64Array(series.length);
    this.growing = new Float64Array(series.length);
    this.at = new Float64Array(series.length * this.entries + 2 * years.length);
    this.weights = new Float64Array(this.at.length).fill(margin.feelsTime ? NOT_AT_ALL : NOT_FELT);
    for (let s = 0; s < series.length; s++) {
      const from = s * this.entries;
      this.weights.fill(moves.value[s], from, from + columns);
      this.weights[from + columns] = margin.charge[s] > 0 || margin.growth[s] > 0 ? moves.notional[s] : NOT_FELT;
    }
  }

  /** Prices every series at the market as it stands and gives the coordinates. Cost: the pricing, 2 µs an option of 33 scenarios. */
  quote(): Float64Array {
    const { at, entries, largest, stretch, growing } = this;
    const { margin, level, moves } = this.options;
    margin.refresh();
    const { arrays, charge, growth } = margin;
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
      at[to + columns] = notional[s];
      largest[s] = charged > most ? charged : most;
    }
    at.set(arrays.years, largest.length * entries);
    at.set(market.rate, largest.length * entries + arrays.years.length);
    const { row, charged } = margin.slopes(level);
    for (let s = 0; s < stretch.length; s++) {
      stretch[s] = row[s] * moves.value[s] + charged * charge[s] * moves.notional[s];
      growing[s] = charged * growth[s] * moves.notional[s];
    }
    return at;
  }

  /** The coordinates are those of the last `quote`. */
  move(_at: Float64Array): void {}

  isBelow(account: number): boolean {
    const surplus = this.surplus(account);
    return this.options.orEqual ? surplus <= 0 : surplus < 0;
  }

  certify(accounts: Int32Array, count: number, radius: Float64Array): void {
    const { margin, cash, start, series, quantity, orEqual } = this.options;
    const { largest, stretch, growing } = this;
    for (let i = 0; i < count; i++) {
      const account = accounts[i];
      const surplus = this.surplus(account);
      if (orEqual ? surplus <= 0 : surplus < 0) {
        radius[i] = -1;
        continue;
      }
      let slope = 0;
      // What is demanded is a sum of such magnitudes too.
      let magnitude = Math.abs(margin.maintenance);
      const last = start[account + 1];
      for (let place = start[account]; place < last; place++) {
        const s = series[place];
        const lots = Math.abs(quantity[place]);
        slope += lots * (stretch[s] + lots * growing[s]);
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
}
