import type { GeneralLedger } from '../core/general-ledger.ts';
import { CoinCrossMargin } from '../margin/coin-cross.ts';
import { CrossMargin, createHoldings, setLots } from '../margin/cross.ts';
import type { CrossHoldings } from '../margin/cross.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { createTerms, SizedCrossMargin } from '../margin/sized-cross.ts';
import type { HoldingTerms } from '../margin/sized-cross.ts';
import { keeperReward, NO_REWARD } from '../margin/skew.ts';
import type { KeeperReward } from '../margin/skew.ts';
import { FrameIndex } from '../margin/index/frames.ts';
import type { RegimeIndex } from '../margin/index/regime.ts';
import { RegimeScan } from '../margin/index/scan.ts';
import { CALLS, LEVELS, TAKEOVERS, THRESHOLD } from './desk.ts';
import type { Desk, Level } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';

/** Positions of cross accounts at the start, ordered by account and then market. */
export interface CrossPositions {
  readonly account: Int32Array;
  readonly market: Uint8Array;
}

/** A typical move of a mark in one step, as a share of it: no answer depends on it. */
const TYPICAL_MOVE = 0.0005;

/** What a cross desk is opened with. */
export interface CrossDeskParts {
  readonly ledger: GeneralLedger;
  readonly markets: readonly EngineMarket[];
  /** Whatever its accounts may ever hold, all of which settles in one currency. */
  readonly positions: CrossPositions;
  /** The first market that settles in it. */
  readonly home: number;
  /** MCR below which the backstop takes over; 0: none. */
  readonly backstop: number;
  readonly exactScan: boolean;
}

/**
 * The desk for cross accounts of one currency: what they hold in all its markets on one collateral, and which of them have crossed a level at the
 * marks of all. Of a coin's accounts money is coin, and `worth` that coin at the mark of the first market that settles in it.
 */
export class CrossDesk implements Desk {
  readonly market = -1;
  readonly home: number;
  readonly accounts: Int32Array;
  private readonly ledger: GeneralLedger;
  private readonly markets: readonly EngineMarket[];
  /** The markets that settle in the currency, ascending; a holding's asset is a place among them. */
  private readonly own: readonly number[];
  private readonly holdings: CrossHoldings;
  private readonly margins: readonly (CrossMargin | CoinCrossMargin)[];
  /** Where terms depend on how much is held; null where none do. */
  private readonly terms: HoldingTerms | null;
  private readonly reward: KeeperReward;
  private readonly indexes: readonly RegimeIndex[];
  /** MCR of each level; 0 for takeovers without a backstop. */
  private readonly level = new Float64Array(LEVELS);
  /** The marks as the index has them: of a coin's contracts one over them. */
  private readonly coordinates: Float64Array;

  constructor({ ledger, markets, positions, home, backstop, exactScan }: CrossDeskParts) {
    const { cash, inverse } = markets[home].ledger;
    const own = [...markets.keys()].filter((m) => markets[m].ledger.cash === cash);
    const lists: number[][] = Array.from({ length: cash.length }, () => []);
    const members: number[] = [];
    for (let i = 0; i < positions.account.length; i++) {
      const account = positions.account[i];
      if (lists[account].length === 0) members.push(account);
      lists[account].push(own.indexOf(positions.market[i]));
    }
    this.ledger = ledger;
    this.markets = markets;
    this.home = home;
    this.own = own;
    this.accounts = Int32Array.from(members);
    this.holdings = createHoldings(lists, own.length);
    this.coordinates = new Float64Array(own.length);
    const starts = own.map((m) => markets[m].startMark);
    const moves = Float64Array.from(starts, (start) => (inverse ? TYPICAL_MOVE / start : Math.max(1, start * TYPICAL_MOVE)));
    const { threshold, call, equalityLiquidates } = markets[home].margin;
    this.level[THRESHOLD] = threshold;
    this.level[CALLS] = call;
    this.level[TAKEOVERS] = backstop;
    const sized = own.some((m) => (markets[m].margin.skew ?? markets[m].margin.weights ?? null) !== null);
    if (sized && inverse)
      throw new Error('cross desk: found margins that grow with the size of a position, want none of what settles in coin');
    const owing = own.some((m) => markets[m].spot && members.some((account) => markets[m].isOwed(account)));
    this.terms = sized || owing ? createTerms(this.holdings) : null;
    this.reward = own.map((m) => markets[m].margin.skew ?? null).find((skew) => skew !== null)?.reward ?? NO_REWARD;
    const contract = own.map((m) => !markets[m].spot);
    const assets = own.map((m) => {
      const { ledger: books, margin, weight } = markets[m];
      return { factor: books.factor, quantaPerTickLot: books.factor, weight, maintenance: margin.maintenance };
    });
    const { holdings, terms, reward } = this;
    this.margins = Array.from(this.level, (level, which) => {
      const asked = { cash, holdings, level, orEqual: which === THRESHOLD && equalityLiquidates, moves };
      if (inverse) return new CoinCrossMargin({ ...asked, contracts: assets });
      return terms === null ? new CrossMargin({ ...asked, assets }) : new SizedCrossMargin({ ...asked, assets, terms, reward, contract });
    });
    this.indexes = this.margins.map((margin) => (exactScan ? new RegimeScan(margin) : new FrameIndex(margin)));
    for (const account of this.accounts) {
      this.sync(account);
      this.place(THRESHOLD, account);
      this.place(CALLS, account);
    }
    // Certificates for everybody now, or the first steps would scan.
    const opening = Float64Array.from(starts, (start) => (inverse ? 1 / start : start));
    for (const index of this.indexes) if (index instanceof FrameIndex) index.settle(opening);
  }

  sync(account: number): void {
    const { start, asset } = this.holdings;
    for (let place = start[account]; place < start[account + 1]; place++) {
      const market = this.own[asset[place]];
      const lots = this.ledger.markets[market].lots[account];
      setLots(this.holdings, account, asset[place], lots);
      if (this.terms !== null) this.markets[market].writeTerms(lots, this.terms, place);
    }
  }

  handOver(): void {}

  place(level: Level, account: number): void {
    this.indexes[level].set(account);
  }

  remove(level: Level, account: number): void {
    this.indexes[level].remove(account);
  }

  collect(level: Level, marks: Float64Array, out: Int32Array): number {
    return this.indexes[level].collect(this.quote(marks), out);
  }

  private quote(marks: Float64Array): Float64Array {
    const { own, coordinates } = this;
    const { inverse } = this.ledger.markets[this.home];
    for (let k = 0; k < own.length; k++) coordinates[k] = inverse ? 1 / marks[own[k]] : marks[own[k]];
    return coordinates;
  }

  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean {
    const coverage = this.coverage(account, marks);
    return orEqual ? coverage <= this.level[level] : coverage < this.level[level];
  }

  isDue(account: number, marks: Float64Array): boolean {
    const margin = this.margins[THRESHOLD];
    margin.move(this.quote(marks));
    return margin.isBelow(account) || this.owes(account);
  }

  /** Cash and all positions, coins after their haircuts. */
  equity(account: number, marks: Float64Array): number {
    let equity = this.ledger.markets[this.home].cash[account];
    for (let m = 0; m < this.markets.length; m++) {
      const { ledger } = this.markets[m];
      const lots = ledger.lots[account];
      if (lots !== 0) equity += this.markets[m].weightOf(lots) * ledger.value(account, marks[m]);
    }
    return equity;
  }

  /** Without haircuts: what would be left at the marks. */
  worth(account: number, marks: Float64Array): number {
    const books = this.ledger.markets[this.home];
    let worth = books.cash[account];
    for (let m = 0; m < this.markets.length; m++) {
      const { ledger } = this.markets[m];
      if (ledger.lots[account] !== 0) worth += ledger.value(account, marks[m]);
    }
    return books.inQuote(worth, marks[this.home]);
  }

  private holdsContracts(account: number): boolean {
    for (const { ledger, spot } of this.markets) if (!spot && ledger.lots[account] !== 0) return true;
    return false;
  }

  private owesCoins(account: number): boolean {
    for (const market of this.markets) if (market.isOwed(account)) return true;
    return false;
  }

  private holdsCoins(account: number): boolean {
    for (const { ledger, spot } of this.markets) if (spot && ledger.lots[account] > 0) return true;
    return false;
  }

  /** Whether nothing but coins is left and money is owed: cash is what contracts and debts left only once they are gone. */
  private owes(account: number): boolean {
    if (this.ledger.markets[this.home].cash[account] >= 0 || this.holdsContracts(account) || this.owesCoins(account)) return false;
    return this.holdsCoins(account);
  }

  lacking(account: number, coverage: number, marks: Float64Array): number {
    return coverage * this.demanded(account, marks) - this.equity(account, marks);
  }

  /** Maintenance of a position by its market's ladder, in quanta. */
  private asked(account: number, market: number, marks: Float64Array): number {
    return this.markets[market].ledger.inQuanta(this.markets[market].maintenance(account, marks[market]), marks[market]);
  }

  /** Maintenance of all, and what is set aside for keepers, in quanta. */
  private demanded(account: number, marks: Float64Array): number {
    let sum = 0;
    for (let m = 0; m < this.markets.length; m++) sum += this.asked(account, m, marks);
    return sum + this.reserved(account, marks);
  }

  maintenance(account: number, marks: Float64Array): number {
    return this.ledger.markets[this.home].inQuote(this.demanded(account, marks), marks[this.home]);
  }

  reserved(account: number, marks: Float64Array): number {
    if (this.reward.share === 0) return 0;
    let openInterest = 0;
    for (let m = 0; m < this.markets.length; m++) if (!this.markets[m].spot) openInterest += this.markets[m].notional(account, marks[m]);
    return keeperReward(openInterest, this.reward);
  }

  maintenanceWith(account: number, place: number, lots: number, marks: Float64Array): number {
    const market = this.markets[place];
    const { ledger } = market;
    const asked = (held: number): number => ledger.inQuanta(market.maintenanceOf(held, marks[place]), marks[place]);
    const held = ledger.lots[account];
    const demanded = this.demanded(account, marks) - asked(held) + asked(held + lots);
    return this.ledger.markets[this.home].inQuote(demanded, marks[this.home]);
  }

  coverage(account: number, marks: Float64Array): number {
    return marginCoverageRatio(this.equity(account, marks), this.demanded(account, marks));
  }

  openingNotional(account: number): number {
    let sum = 0;
    for (const market of this.markets) sum += market.openingNotional(account);
    return sum;
  }

  /** The contract with the largest maintenance; when it holds none any more such a debt, and then the coin of which most counts. */
  nextMarket(account: number, marks: Float64Array, dry: Uint8Array): number {
    if (this.holdsContracts(account)) return this.nextOf(false, account, marks, dry);
    return this.owesCoins(account) ? this.nextOf(true, account, marks, dry) : this.nextCoin(account, dry);
  }

  /** Of the contracts, or the coins owed, the one with the largest maintenance, on a side that has not run dry; −1: none. */
  private nextOf(owed: boolean, account: number, marks: Float64Array, dry: Uint8Array): number {
    let market = -1;
    let most = -1;
    for (let m = 0; m < this.markets.length; m++) {
      const place = this.markets[m];
      const lots = place.ledger.lots[account];
      if (lots === 0 || (place.spot ? !owed || lots > 0 : owed) || dry[2 * m + (lots > 0 ? 0 : 1)] === 1) continue;
      const asked = this.asked(account, m, marks);
      if (asked <= most) continue;
      most = asked;
      market = m;
    }
    return market;
  }

  private nextCoin(account: number, dry: Uint8Array): number {
    let market = -1;
    for (let m = 0; m < this.markets.length; m++) {
      const { ledger, spot, weight } = this.markets[m];
      if (!spot || !(ledger.lots[account] > 0) || dry[2 * m] === 1) continue;
      if (market < 0 || weight > this.markets[market].weight) market = m;
    }
    return market;
  }

  /** Of a coin as much as the debt is worth at the mark. */
  largestOrder(account: number, market: number, marks: Float64Array): number {
    const { spot, ledger } = this.markets[market];
    return spot && ledger.lots[account] > 0 ? Math.max(1, Math.ceil(-ledger.cash[account] / ledger.lotValue(marks[market]))) : Infinity;
  }

  isFlat(account: number): boolean {
    return !this.holdsContracts(account) && !this.owesCoins(account) && !this.owes(account);
  }

  shareToRestore(account: number, market: number, marks: Float64Array, fee: number, level: number): number {
    const { markets } = this;
    if (markets[market].spot && !markets[market].isOwed(account))
      return Math.min(1, this.largestOrder(account, market, marks) / markets[market].ledger.lots[account]);
    const short = level * this.demanded(account, marks) - this.equity(account, marks);
    const { ledger } = markets[market];
    const cost = fee * ledger.inQuanta(markets[market].notional(account, marks[market]), marks[market]);
    const gained = level * this.asked(account, market, marks) - cost;
    return gained > short ? Math.max(0, short / gained) : 1;
  }

  state(): readonly (Float64Array | Int32Array | Uint16Array | Uint8Array)[] {
    const { terms } = this;
    const sized = terms === null ? [] : [terms.weight, terms.rate, terms.flat];
    return [this.holdings.lots, ...sized, ...this.indexes.flatMap((index) => index.state())];
  }
}
