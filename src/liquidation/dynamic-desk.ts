import { log } from '../core/math.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { DynamicRate } from '../margin/dynamic.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import { createMovingRate, RateIndex } from '../margin/index/rates.ts';
import type { RateLevelIndex } from '../margin/index/rates.ts';
import { RateScan } from '../margin/index/scan.ts';
import { isBelow, isInverseBelow } from '../margin/isolated.ts';
import { peakToTrough, widenRange } from '../margin/procyclicality.ts';
import { CALLS, LEVELS, TAKEOVERS, THRESHOLD } from './desk.ts';
import type { Desk, Level } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';
import { SingleDesk } from './single-desk.ts';

/** Whom a desk serves, and how. */
export interface DynamicDeskParts {
  readonly market: number;
  readonly place: EngineMarket;
  readonly margin: DynamicMargin;
  /** Ascending. */
  readonly accounts: Int32Array;
  /** MCR below which the backstop takes over; 0: none. */
  readonly backstop: number;
  /** Highest mark that can be asked about. */
  readonly maxTick: number;
  /** Depth of the market at the opening, in any unit; 0: nobody asks for it. */
  readonly depth: number;
  readonly exactScan: boolean;
}

/**
 * The desk for isolated positions in one market whose requirement follows it: one rate for every notional, by class of the account's share of
 * the open interest at the opening, renewed from returns of the mark, open interest and depth. Between two renewals the rate stands still.
 */
export class DynamicDesk extends SingleDesk {
  /** Steps between two rates. */
  readonly cadence: number;
  private readonly margin: DynamicMargin;
  private readonly rate: DynamicRate;
  /** Maintenance rate by class, as it stands. */
  private readonly rates: Float64Array;
  private readonly tiers = createMovingRate();
  private readonly indexes: readonly RateLevelIndex[];
  private readonly level = new Float64Array(LEVELS);
  /** Lots that were held long, and depth, at the opening. */
  private readonly openInterest: number;
  private readonly depth: number;
  /** Mark at the last renewal. */
  private readonly renewedAt = new Float64Array(1);
  /** Largest and smallest rate of the first class so far. */
  private readonly range = new Float64Array(2);

  /** Takes in one run's terms and the positions of its accounts, as the ledger has them. @throws RangeError for options out of range. */
  constructor({ market, place, margin, accounts, backstop, maxTick, depth, exactScan }: DynamicDeskParts) {
    super(market);
    const { ledger } = place;
    const { threshold, call, equalityLiquidates } = place.margin;
    this.at = place;
    this.accounts = accounts;
    this.margin = margin;
    this.cadence = margin.cadence;
    this.rate = new DynamicRate(margin);
    this.rate.seed();
    this.rates = new Float64Array(margin.concentration.length);
    this.openInterest = ledger.openInterest;
    this.depth = depth;
    this.charge(1, 1);
    this.renewedAt[0] = place.startMark;
    this.range.fill(this.rates[0]);
    this.level[THRESHOLD] = threshold;
    this.level[CALLS] = call;
    this.level[TAKEOVERS] = backstop;
    this.indexes = Array.from(this.level, (level, which) => {
      const options = {
        accounts: accounts[accounts.length - 1] + 1,
        cash: ledger.cash,
        lots: ledger.lots,
        quantaPerTickLot: ledger.factor,
        inverse: ledger.inverse,
        rates: this.rates,
        level,
        orEqual: which === THRESHOLD && equalityLiquidates,
        maxTick,
      };
      return exactScan ? new RateScan(options) : new RateIndex(options);
    });
    for (const account of accounts) {
      this.place(THRESHOLD, account);
      this.place(CALLS, account);
    }
  }

  /** Whether a rate asks for the market's depth. */
  get asksDepth(): boolean {
    return this.margin.liquidity !== null;
  }

  /** Takes in the market as it stands at the end of a cadence: the rate that holds from now on. `depth` in the unit of the opening's. */
  renew(mark: number, depth: number): void {
    const { renewedAt, range, rates } = this;
    this.rate.see(log(mark / renewedAt[0]));
    const held = this.margin.openInterest === null ? 1 : this.at.ledger.openInterest / this.openInterest;
    this.charge(held, this.depth > 0 ? depth / this.depth : 1);
    renewedAt[0] = mark;
    widenRange(range, rates[0]);
  }

  private charge(openInterest: number, depth: number): void {
    const rate = this.rate.charge(openInterest, depth);
    for (let k = 0; k < this.rates.length; k++) this.rates[k] = this.rate.rateOfClass(k, rate);
  }

  /** Rate of the first class now. */
  get firstRate(): number {
    return this.rates[0];
  }

  /** Largest over smallest rate of the first class so far. */
  get procyclicality(): number {
    return peakToTrough(this.range);
  }

  private classOf(account: number): number {
    return this.rate.classOf(Math.abs(this.at.ledger.lots[account]) / this.openInterest);
  }

  place(level: Level, account: number): void {
    this.indexes[level].set(account, this.classOf(account));
  }

  remove(level: Level, account: number): void {
    this.indexes[level].remove(account);
  }

  collect(level: Level, marks: Float64Array, out: Int32Array): number {
    return this.indexes[level].collect(marks[this.market], out);
  }

  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean {
    const { cash, lots, factor, inverse } = this.at.ledger;
    const isPast = inverse ? isInverseBelow : isBelow;
    this.tiers.set(this.rates[this.classOf(account)]);
    return isPast(cash[account], lots[account], marks[this.market], factor, this.tiers.tiers, this.level[level], orEqual);
  }

  isDue(account: number, marks: Float64Array): boolean {
    return this.isBelow(account, marks, THRESHOLD, this.at.margin.equalityLiquidates);
  }

  maintenance(account: number, marks: Float64Array): number {
    return this.rates[this.classOf(account)] * this.at.notional(account, marks[this.market]);
  }

  coverage(account: number, marks: Float64Array): number {
    return marginCoverageRatio(this.worth(account, marks), this.maintenance(account, marks));
  }

  demanded(account: number, marks: Float64Array): number {
    return Math.max(this.margin.initial, this.level[CALLS]) * this.maintenance(account, marks);
  }

  state(): ReturnType<Desk['state']> {
    return [this.rates, this.rate.memory, this.renewedAt, this.range, ...this.indexes.flatMap((index) => index.state())];
  }
}
