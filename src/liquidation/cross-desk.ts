import type { GeneralLedger } from '../core/general-ledger.ts';
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

/**
 * The desk for cross accounts: what they hold in all markets on one collateral, and which of them have crossed a level at the marks of all. All
 * their positions settle in one currency.
 */
export class CrossDesk implements Desk {
  readonly market = -1;
  readonly accounts: Int32Array;
  private readonly ledger: GeneralLedger;
  private readonly markets: readonly EngineMarket[];
  private readonly holdings: CrossHoldings;
  private readonly margins: readonly CrossMargin[];
  /** Where terms depend on how much is held; null where none do. */
  private readonly terms: HoldingTerms | null;
  private readonly reward: KeeperReward;
  private readonly indexes: readonly RegimeIndex[];
  /** MCR of each level; 0 for takeovers without a backstop. */
  private readonly level = new Float64Array(LEVELS);

  /**
   * @param positions whatever the accounts may ever hold.
   * @param backstop MCR below which the backstop takes over; 0: none.
   */
  constructor(ledger: GeneralLedger, markets: readonly EngineMarket[], positions: CrossPositions, backstop: number, exactScan: boolean) {
    const cash = ledger.cash[0];
    const lists: number[][] = Array.from({ length: cash.length }, () => []);
    const members: number[] = [];
    for (let i = 0; i < positions.account.length; i++) {
      const account = positions.account[i];
      if (lists[account].length === 0) members.push(account);
      lists[account].push(positions.market[i]);
    }
    this.ledger = ledger;
    this.markets = markets;
    this.accounts = Int32Array.from(members);
    this.holdings = createHoldings(lists, markets.length);
    const assets = markets.map(({ ledger: { factor }, margin, weight }) => ({
      quantaPerTickLot: factor,
      weight,
      maintenance: margin.maintenance,
    }));
    const starts = Float64Array.from(markets, (market) => market.startMark);
    const moves = starts.map((start) => Math.max(1, start * TYPICAL_MOVE));
    const { threshold, call, equalityLiquidates } = markets[0].margin;
    this.level[THRESHOLD] = threshold;
    this.level[CALLS] = call;
    this.level[TAKEOVERS] = backstop;
    this.terms = markets.some(({ margin: { skew, weights } }) => (skew ?? weights ?? null) !== null) ? createTerms(this.holdings) : null;
    this.reward = markets.find(({ margin }) => (margin.skew ?? null) !== null)?.margin.skew?.reward ?? NO_REWARD;
    const contract = markets.map(({ spot }) => !spot);
    this.margins = Array.from(this.level, (level, which) => {
      const options = { cash, holdings: this.holdings, assets, level, orEqual: which === THRESHOLD && equalityLiquidates, moves };
      return this.terms === null
        ? new CrossMargin(options)
        : new SizedCrossMargin({ ...options, terms: this.terms, reward: this.reward, contract });
    });
    this.indexes = this.margins.map((margin) => (exactScan ? new RegimeScan(margin) : new FrameIndex(margin)));
    for (const account of this.accounts) {
      this.sync(account);
      this.place(THRESHOLD, account);
      this.place(CALLS, account);
    }
    // Certificates for everybody now, or the first steps would scan.
    for (const index of this.indexes) if (index instanceof FrameIndex) index.settle(starts);
  }

  sync(account: number): void {
    const { start, asset } = this.holdings;
    for (let place = start[account]; place < start[account + 1]; place++) {
      const lots = this.ledger.markets[asset[place]].lots[account];
      setLots(this.holdings, account, asset[place], lots);
      if (this.terms !== null) this.markets[asset[place]].writeTerms(lots, this.terms, place);
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
    return this.indexes[level].collect(marks, out);
  }

  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean {
    const coverage = this.coverage(account, marks);
    return orEqual ? coverage <= this.level[level] : coverage < this.level[level];
  }

  isDue(account: number, marks: Float64Array): boolean {
    const margin = this.margins[THRESHOLD];
    margin.move(marks);
    return margin.isBelow(account) || this.owes(account);
  }

  /** Cash and all positions, coins after their haircuts. */
  equity(account: number, marks: Float64Array): number {
    let equity = this.ledger.cash[0][account];
    for (let m = 0; m < this.markets.length; m++) {
      const { ledger } = this.markets[m];
      const lots = ledger.lots[account];
      if (lots !== 0) equity += this.markets[m].weightOf(lots) * ledger.value(account, marks[m]);
    }
    return equity;
  }

  /** Without haircuts: what would be left at the marks. */
  worth(account: number, marks: Float64Array): number {
    let worth = this.ledger.cash[0][account];
    for (let m = 0; m < this.markets.length; m++) {
      const { ledger } = this.markets[m];
      if (ledger.lots[account] !== 0) worth += ledger.value(account, marks[m]);
    }
    return worth;
  }

  private holdsContracts(account: number): boolean {
    for (const { ledger, spot } of this.markets) if (!spot && ledger.lots[account] !== 0) return true;
    return false;
  }

  private holdsCoins(account: number): boolean {
    for (const { ledger, spot } of this.markets) if (spot && ledger.lots[account] > 0) return true;
    return false;
  }

  /** Whether nothing but coins is left and money is owed: cash is what the contracts left only once they are gone. */
  private owes(account: number): boolean {
    return this.ledger.cash[0][account] < 0 && !this.holdsContracts(account) && this.holdsCoins(account);
  }

  lacking(account: number, coverage: number, marks: Float64Array): number {
    return coverage * this.maintenance(account, marks) - this.equity(account, marks);
  }

  maintenance(account: number, marks: Float64Array): number {
    let sum = 0;
    for (let m = 0; m < this.markets.length; m++) sum += this.markets[m].maintenance(account, marks[m]);
    return sum + this.reserved(account, marks);
  }

  reserved(account: number, marks: Float64Array): number {
    if (this.reward.share === 0) return 0;
    let openInterest = 0;
    for (let m = 0; m < this.markets.length; m++) if (!this.markets[m].spot) openInterest += this.markets[m].notional(account, marks[m]);
    return keeperReward(openInterest, this.reward);
  }

  maintenanceWith(account: number, place: number, lots: number, marks: Float64Array): number {
    const market = this.markets[place];
    const held = market.ledger.lots[account];
    return this.maintenance(account, marks) - market.maintenanceOf(held, marks[place]) + market.maintenanceOf(held + lots, marks[place]);
  }

  coverage(account: number, marks: Float64Array): number {
    return marginCoverageRatio(this.equity(account, marks), this.maintenance(account, marks));
  }

  openingNotional(account: number): number {
    let sum = 0;
    for (const market of this.markets) sum += market.openingNotional(account);
    return sum;
  }

  /** Where its maintenance is largest; when it holds no contract any more, the coin with the smallest haircut. */
  nextMarket(account: number, marks: Float64Array, dry: Uint8Array): number {
    let market = -1;
    let most = -1;
    for (let m = 0; m < this.markets.length; m++) {
      const lots = this.ledger.markets[m].lots[account];
      if (lots === 0 || this.markets[m].spot || dry[2 * m + (lots > 0 ? 0 : 1)] === 1) continue;
      const asked = this.markets[m].maintenance(account, marks[m]);
      if (asked <= most) continue;
      most = asked;
      market = m;
    }
    return market >= 0 || this.holdsContracts(account) ? market : this.nextCoin(account, dry);
  }

  private nextCoin(account: number, dry: Uint8Array): number {
    let market = -1;
    for (let m = 0; m < this.markets.length; m++) {
      const { ledger, spot, weight } = this.markets[m];
      if (!spot || ledger.lots[account] === 0 || dry[2 * m] === 1) continue;
      if (market < 0 || weight > this.markets[market].weight) market = m;
    }
    return market;
  }

  /** Of a coin as much as the debt is worth at the mark. */
  largestOrder(account: number, market: number, marks: Float64Array): number {
    const { spot, ledger } = this.markets[market];
    return spot ? Math.max(1, Math.ceil(-ledger.cash[account] / ledger.lotValue(marks[market]))) : Infinity;
  }

  isFlat(account: number): boolean {
    return !this.holdsContracts(account) && !this.owes(account);
  }

  shareToRestore(account: number, market: number, marks: Float64Array, fee: number, level: number): number {
    const { markets } = this;
    if (markets[market].spot) return Math.min(1, this.largestOrder(account, market, marks) / markets[market].ledger.lots[account]);
    const short = level * this.maintenance(account, marks) - this.equity(account, marks);
    const gained = level * markets[market].maintenance(account, marks[market]) - fee * markets[market].notional(account, marks[market]);
    return gained > short ? Math.max(0, short / gained) : 1;
  }

  state(): readonly (Float64Array | Int32Array | Uint16Array | Uint8Array)[] {
    return [this.holdings.lots, ...this.indexes.flatMap((index) => index.state())];
  }
}
