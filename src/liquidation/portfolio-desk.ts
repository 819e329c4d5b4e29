import type { GeneralLedger } from '../core/general-ledger.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { FrameIndex } from '../margin/index/frames.ts';
import type { RegimeIndex } from '../margin/index/regime.ts';
import { RegimeScan } from '../margin/index/scan.ts';
import { PortfolioAccounts, typicalMoves } from '../margin/portfolio-accounts.ts';
import { PortfolioBook } from '../margin/portfolio-book.ts';
import type { PortfolioTerms } from '../margin/portfolio-book.ts';
import type { CrossPositions } from './cross-desk.ts';
import { CALLS, LEVELS, OFF_BOOK, TAKEOVERS, THRESHOLD } from './desk.ts';
import type { Desk, Level } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';

/** Whom a desk serves, and how. */
export interface PortfolioDeskParts {
  readonly terms: PortfolioTerms;
  readonly ledger: GeneralLedger;
  readonly markets: readonly EngineMarket[];
  /** Whatever the accounts may ever hold: of a market its perpetual, of the places after the last market the listed options. */
  readonly positions: CrossPositions;
  /** The first market that settles in their currency. */
  readonly home: number;
  /** MCR below which the backstop takes over; 0: none. */
  readonly backstop: number;
  readonly exactScan: boolean;
}

/** Typical changes between two checks, for the frames of the index; no answer depends on them: a move of every mark, and of time. */
const TYPICAL_MOVE = 0.0005;
const TYPICAL_SECONDS = 1;
/** Halvings in the search for the share of a position that has to go. */
const HALVINGS = 30;

/**
 * The desk for accounts with options: perpetuals of all markets and listed options on one collateral, and a requirement by the rule of the
 * terms: the worst loss over a grid of prices and volatilities, or standard margin. Options are worth what the model says, and trade in no
 * market of the run.
 */
export class PortfolioDesk implements Desk {
  readonly market = -1;
  readonly home: number;
  readonly accounts: Int32Array;
  private readonly ledger: GeneralLedger;
  private readonly markets: readonly EngineMarket[];
  private readonly book: PortfolioBook;
  /** Positions start[account] … start[account + 1]: series, place in the ledger, lots. */
  private readonly start: Int32Array;
  private readonly series: Int32Array;
  private readonly places: Int32Array;
  private readonly quantity: Float64Array;
  private readonly levels: readonly PortfolioAccounts[];
  private readonly indexes: readonly RegimeIndex[];
  private readonly level = new Float64Array(LEVELS);
  /** Version of the book that each level was quoted at. */
  private readonly quoted = new Int32Array(LEVELS).fill(-1);
  /** Seconds since the start. */
  private readonly clock = new Float64Array(1);

  constructor({ terms, ledger, markets, positions, home, backstop, exactScan }: PortfolioDeskParts) {
    const { cash } = markets[home].ledger;
    this.home = home;
    this.ledger = ledger;
    this.markets = markets;
    this.book = new PortfolioBook(
      terms,
      markets.map(({ ledger: { factor, inverse, cash: purse }, startMark, spot }) => ({
        factor,
        startMark,
        inverse,
        held: purse === cash && !spot,
      })),
    );
    const lists: { series: number; place: number }[][] = Array.from({ length: cash.length }, () => []);
    const members: number[] = [];
    for (let i = 0; i < positions.account.length; i++) {
      const account = positions.account[i];
      const place = positions.market[i];
      if (lists[account].length === 0) members.push(account);
      const series = place < markets.length ? this.book.perpetual[place] : this.book.option[place - markets.length];
      lists[account].push({ series, place });
    }
    this.accounts = Int32Array.from(members);
    this.start = new Int32Array(cash.length + 1);
    lists.forEach((list, account) => {
      list.sort((a, b) => a.series - b.series);
      this.start[account + 1] = this.start[account] + list.length;
    });
    this.series = Int32Array.from(lists.flat(), ({ series }) => series);
    this.places = Int32Array.from(lists.flat(), ({ place }) => place);
    this.quantity = new Float64Array(this.series.length);
    const { threshold, call, equalityLiquidates } = markets[home].margin;
    this.level[THRESHOLD] = threshold;
    this.level[CALLS] = call;
    this.level[TAKEOVERS] = backstop;
    const starts = Float64Array.from(markets, ({ startMark }) => startMark);
    const moves = typicalMoves(this.book.margin, 2, (change) => {
      const by = change === 1 ? 1 - TYPICAL_MOVE : 1;
      this.book.feed(
        starts.map((start) => start * by),
        change === 2 ? TYPICAL_SECONDS : 0,
      );
    });
    const { start, series, quantity } = this;
    this.levels = Array.from(
      this.level,
      (level, which) =>
        new PortfolioAccounts({
          margin: this.book.margin,
          cash,
          start,
          series,
          quantity,
          level,
          orEqual: which === THRESHOLD && equalityLiquidates,
          moves,
        }),
    );
    for (const account of this.accounts) this.sync(account);
    for (const which of [THRESHOLD, CALLS, TAKEOVERS] as const) this.quote(which, starts);
    this.indexes = this.levels.map((level) => (exactScan ? new RegimeScan(level) : new FrameIndex(level)));
    for (const account of this.accounts) {
      this.place(THRESHOLD, account);
      this.place(CALLS, account);
    }
    // Certificates for everybody now, or the first steps would scan.
    this.indexes.forEach((index, which) => {
      if (index instanceof FrameIndex) index.settle(this.quote(which as Level, starts));
    });
  }

  /** Lets time pass. */
  advance(time: number): void {
    this.clock[0] = time;
  }

  /** The coordinates of a level at the marks. */
  private quote(level: Level, marks: Float64Array): Float64Array {
    const { book, levels, quoted, clock } = this;
    book.feed(marks, clock[0]);
    if (quoted[level] !== book.version) {
      quoted[level] = book.version;
      levels[level].quote();
    }
    return levels[level].at;
  }

  place(level: Level, account: number): void {
    this.indexes[level].set(account);
  }

  sync(account: number): void {
    const { start, places, quantity, ledger } = this;
    for (let i = start[account]; i < start[account + 1]; i++) quantity[i] = ledger.markets[places[i]].lots[account];
  }

  remove(level: Level, account: number): void {
    this.indexes[level].remove(account);
  }

  collect(level: Level, marks: Float64Array, out: Int32Array): number {
    return this.indexes[level].collect(this.quote(level, marks), out);
  }

  /** Equity and requirements of an account at the marks, in the margin's fields. */
  private assess(account: number, marks: Float64Array): void {
    const { book, ledger, series, quantity, start, clock } = this;
    book.feed(marks, clock[0]);
    book.margin.assessRange(ledger.markets[this.home].cash[account], 0, series, quantity, start[account], start[account + 1]);
  }

  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean {
    this.assess(account, marks);
    const { equity, maintenance } = this.book.margin;
    const surplus = equity - this.level[level] * maintenance;
    return orEqual ? surplus <= 0 : surplus < 0;
  }

  isDue(account: number, marks: Float64Array): boolean {
    return this.isBelow(account, marks, THRESHOLD, this.markets[this.home].margin.equalityLiquidates);
  }

  coverage(account: number, marks: Float64Array): number {
    this.assess(account, marks);
    return marginCoverageRatio(this.book.margin.equity, this.book.margin.maintenance);
  }

  equity(account: number, marks: Float64Array): number {
    this.assess(account, marks);
    return this.book.margin.equity;
  }

  worth(account: number, marks: Float64Array): number {
    return this.inQuote(this.equity(account, marks), marks);
  }

  /** Money of the accounts as notional of their first market. */
  private inQuote(quanta: number, marks: Float64Array): number {
    return this.ledger.markets[this.home].inQuote(quanta, marks[this.home]);
  }

  maintenance(account: number, marks: Float64Array): number {
    this.assess(account, marks);
    return this.inQuote(this.book.margin.maintenance, marks);
  }

  maintenanceWith(account: number, place: number, lots: number, marks: Float64Array): number {
    const { start, places, quantity } = this;
    for (let i = start[account]; i < start[account + 1]; i++) if (places[i] === place) quantity[i] += lots;
    this.assess(account, marks);
    this.sync(account);
    return this.inQuote(this.book.margin.maintenance, marks);
  }

  /** What a lot of a listed option is worth at the marks, in ticks. */
  optionPrice(option: number, marks: Float64Array): number {
    this.book.feed(marks, this.clock[0]);
    return this.book.optionPrice(option);
  }

  lacking(account: number, coverage: number, marks: Float64Array): number {
    this.assess(account, marks);
    return coverage * this.book.margin.maintenance - this.book.margin.equity;
  }

  demanded(account: number, marks: Float64Array): number {
    this.assess(account, marks);
    return this.inQuote(Math.max(this.book.margin.initial, this.level[CALLS] * this.book.margin.maintenance), marks);
  }

  openingNotional(account: number): number {
    let sum = 0;
    for (const market of this.markets) sum += market.openingNotional(account);
    return sum;
  }

  /** What is asked of an account without some of its positions: those from `from` to before `end` of the ledger's places. */
  private maintenanceWithout(account: number, from: number, end: number, marks: Float64Array): number {
    const { start, places, quantity } = this;
    for (let i = start[account]; i < start[account + 1]; i++) if (places[i] >= from && places[i] < end) quantity[i] = 0;
    this.assess(account, marks);
    this.sync(account);
    return this.book.margin.maintenance;
  }

  /** What lowers the requirement most when it goes: a perpetual, in its market, or all options together, off the book. */
  nextMarket(account: number, marks: Float64Array, dry: Uint8Array): number {
    const { start, places, quantity, markets } = this;
    let next = -1;
    let least = Infinity;
    let options = false;
    for (let i = start[account]; i < start[account + 1]; i++) {
      const m = places[i];
      if (quantity[i] === 0) continue;
      if (m >= markets.length) {
        options = true;
        continue;
      }
      if (dry[2 * m + (quantity[i] > 0 ? 0 : 1)] === 1) continue;
      const left = this.maintenanceWithout(account, m, m + 1, marks);
      if (left >= least) continue;
      least = left;
      next = m;
    }
    if (!options) return next;
    return this.maintenanceWithout(account, markets.length, Infinity, marks) < least ? OFF_BOOK : next;
  }

  reserved(_account: number, _marks: Float64Array): number {
    return 0;
  }

  handOver(account: number, to: number, marks: Float64Array, share = 1): void {
    const { start, places, quantity, markets, ledger, book, clock } = this;
    book.feed(marks, clock[0]);
    for (let i = start[account]; i < start[account + 1]; i++) {
      const lots = Math.sign(quantity[i]) * Math.ceil(Math.abs(quantity[i]) * share);
      const option = places[i] - markets.length;
      if (option < 0 || lots === 0) continue;
      if (lots > 0) ledger.markets[places[i]].tradeAt(to, account, lots, book.optionPrice(option));
      else ledger.markets[places[i]].tradeAt(account, to, -lots, book.optionPrice(option));
    }
    this.sync(account);
  }

  /** What the options that an account took over are worth at the marks. */
  optionsWorth(account: number, marks: Float64Array): number {
    const { book, clock, ledger, markets } = this;
    book.feed(marks, clock[0]);
    let sum = 0;
    for (let k = 0; k < book.option.length; k++) {
      const { lots, factor } = ledger.markets[markets.length + k];
      sum += lots[account] * factor * book.optionPrice(k);
    }
    return sum;
  }

  largestOrder(): number {
    return Infinity;
  }

  /** Found by halving: the requirement is no line in the size of a position. */
  shareToRestore(account: number, market: number, marks: Float64Array, fee: number, level: number): number {
    const { start, places, quantity, markets, book } = this;
    let position = start[account];
    while (places[position] !== market) position++;
    const held = quantity[position];
    const cost = fee * markets[market].ledger.inQuanta(markets[market].notional(account, marks[market]), marks[market]);
    const isRestored = (share: number): boolean => {
      quantity[position] = held * (1 - share);
      this.assess(account, marks);
      // The lots that go leave their value in cash.
      const equity = book.margin.equity + held * share * markets[market].ledger.lotValue(marks[market]) - share * cost;
      return equity >= level * book.margin.maintenance;
    };
    let low = 0;
    let high = 1;
    if (isRestored(0)) high = 0;
    else if (isRestored(1)) {
      for (let k = 0; k < HALVINGS; k++) {
        const middle = (low + high) / 2;
        if (isRestored(middle)) high = middle;
        else low = middle;
      }
    }
    quantity[position] = held;
    return high;
  }

  isFlat(account: number): boolean {
    for (let i = this.start[account]; i < this.start[account + 1]; i++) if (this.quantity[i] !== 0) return false;
    return true;
  }

  state(): ReturnType<Desk['state']> {
    return [this.quantity, this.clock, ...this.indexes.flatMap((index) => index.state())];
  }
}
