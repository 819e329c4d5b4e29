import { marginCoverageRatio } from '../margin/coverage.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { BandPool } from './band-pool.ts';
import type { BandRules } from './band-pool.ts';
import { BandWatch } from './band-watch.ts';
import { CALLS, THRESHOLD } from './desk.ts';
import type { Level } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';
import { SingleDesk } from './single-desk.ts';

/** Whom a desk serves, and how. */
export interface BandedDeskParts {
  readonly market: number;
  readonly place: EngineMarket;
  /** Levels; the requirement is the bands'. */
  readonly margin: MarginOptions;
  readonly rules: BandRules;
  /** Ascending, with lots. */
  readonly accounts: Int32Array;
  /** Highest mark that can be asked about. */
  readonly maxTick: number;
  readonly exactScan: boolean;
}

/**
 * The desk for loans whose collateral lies in price bands. A loan is due once its bands, sold all the way down from the present mark on, bring less
 * than its debt after the liquidation discount: a health below 0. As a requirement on its equity that is what its bands are worth at the mark,
 * the part above their top left out, less what they so bring; the MCR is 1 where the health is 0.
 *
 * Between two trades of its bands a loan's health is no monotone function of the mark: collateral that nobody has bought yet counts less as the mark
 * falls below its band, and money that nobody has taken back less as it rises above. Only of a loan that holds nothing but collateral it is
 * known that it cannot fall due above its first band but at one tick. So those loans wait at that tick, and all others are asked about at every mark.
 */
export class BandedDesk extends SingleDesk {
  readonly pool: BandPool;
  private readonly margin: MarginOptions;
  private readonly maxTick: number;
  /** By level; nobody takes loans over. */
  private readonly watches: readonly BandWatch[];

  constructor({ market, place, margin, rules, accounts, maxTick, exactScan }: BandedDeskParts) {
    super(market);
    this.at = place;
    this.accounts = accounts;
    this.margin = margin;
    this.maxTick = maxTick;
    this.pool = new BandPool(place.ledger, accounts, place.startMark, rules);
    this.watches = ([THRESHOLD, CALLS] as const).map((level) => {
      const orEqual = level === THRESHOLD && margin.equalityLiquidates;
      return new BandWatch({
        accounts: accounts[accounts.length - 1] + 1,
        maxTick,
        isBelow: (account, mark) => this.isPast(account, mark, level, orEqual),
        quietAbove: exactScan ? () => maxTick : (account) => this.quietAbove(account, level),
      });
    });
    for (const account of accounts) {
      this.place(THRESHOLD, account);
      this.place(CALLS, account);
    }
  }

  place(level: Level, account: number): void {
    this.watches[level]?.set(account);
  }

  remove(level: Level, account: number): void {
    this.watches[level]?.remove(account);
  }

  collect(level: Level, marks: Float64Array, out: Int32Array): number {
    return this.watches[level]?.collect(marks[this.market], out) ?? 0;
  }

  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean {
    return this.isPast(account, marks[this.market], level, orEqual);
  }

  isDue(account: number, marks: Float64Array): boolean {
    return this.isBelow(account, marks, THRESHOLD, this.margin.equalityLiquidates);
  }

  coverage(account: number, marks: Float64Array): number {
    return marginCoverageRatio(this.worth(account, marks), this.maintenance(account, marks));
  }

  maintenance(account: number, marks: Float64Array): number {
    return Math.max(0, this.demanded(account, this.at.ledger.lotValue(marks[this.market])));
  }

  /** Nothing is left neither as collateral nor as money. */
  override isFlat(account: number): boolean {
    return super.isFlat(account) && this.pool.moneyOf(account) === 0;
  }

  private levelOf(level: Level): number {
    return level === THRESHOLD ? this.margin.threshold : level === CALLS ? this.margin.call : 0;
  }

  private isPast(account: number, mark: number, level: Level, orEqual: boolean): boolean {
    const { ledger } = this.at;
    const demanded = this.levelOf(level) * this.demanded(account, ledger.lotValue(mark));
    const equity = ledger.equity(account, mark);
    return orEqual ? equity <= demanded : equity < demanded;
  }

  /** The requirement at an oracle price, in quanta a lot; the same number at every price above the first band of a loan without money in its bands. */
  private demanded(account: number, oracle: number): number {
    const { pool } = this;
    const held = this.at.ledger.lots[account] * Math.min(oracle, pool.topOf(account)) + pool.moneyOf(account);
    return held - (1 - pool.rules.liquidationDiscount) * pool.proceedsOf(account, oracle);
  }

  /** A mark above which a loan is not below a level as long as its bands are not traded. */
  private quietAbove(account: number, level: Level): number {
    const { ledger } = this.at;
    const lots = ledger.lots[account];
    if (this.pool.moneyOf(account) > 0) return this.maxTick;
    if (lots === 0) return 0;
    const lot = ledger.lotValue(1);
    // Above the band equity is a whole number that rises with the mark, against a number that stands still: one more tick is beyond all rounding.
    const crossing = Math.ceil((this.levelOf(level) * this.demanded(account, Infinity) - ledger.cash[account]) / (lots * lot)) + 1;
    return Math.min(this.maxTick, Math.max(0, crossing, Math.ceil(this.pool.topOf(account) / lot)));
  }

  state(): readonly (Float64Array | Int32Array)[] {
    return [...this.pool.state(), ...this.watches.flatMap((watch) => watch.state())];
  }
}
