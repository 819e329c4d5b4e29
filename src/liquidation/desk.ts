import type { Ledger } from '../core/ledger.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { checkLevel, inverseLiquidationTick, isBelow, isInverseBelow, liquidationTick } from '../margin/isolated.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { ScanIndex } from '../margin/index/scan.ts';
import { TickIndex } from '../margin/index/ticks.ts';
import type { LevelIndex } from '../margin/index/ticks.ts';
import { requirement } from '../margin/tiers.ts';
import type { TakerExchange } from '../market/exchange.ts';
import type { LiquidationOptions } from './options.ts';
import { Tally } from './tally.ts';
import { Waterfall } from './waterfall.ts';

/** One market as the margin engine deals with it. */
export interface DeskParts {
  readonly exchange: TakerExchange;
  readonly margin: MarginOptions;
  /** What a unit of this market's notional is in those of the engine's options. */
  readonly scale: number;
  /** The mark before the first step, in ticks. */
  readonly startMark: number;
  readonly accounts: { readonly fund: number; readonly backstop: number; readonly socialised: number; readonly absorber: number };
}

/** Levels that a desk watches. */
export type Level = 0 | 1 | 2;
/** Liquidation. */
export const THRESHOLD = 0;
/** Margin call. */
export const CALLS = 1;
/** Takeover by the backstop: only groups that are being liquidated are watched. */
export const TAKEOVERS = 2;
const LEVELS = 3;

/** One level's index as it stood before the first step, and what it was made from. */
interface Opening {
  readonly index: TickIndex;
  people: object | null;
  terms: string;
}

/**
 * The margin engine's desk for one market: which of its groups have crossed a level, what they are worth and owe there, who bears their
 * losses, and a tally of what was done.
 */
export class Desk {
  readonly tally = new Tally();
  exchange!: TakerExchange;
  ledger!: Ledger;
  margin!: MarginOptions;
  waterfall!: Waterfall;
  accounts!: DeskParts['accounts'];
  scale = 1;
  private startMark = 1;
  private readonly maxTick: number;
  private readonly ticks: readonly TickIndex[];
  /** Opening states of the thresholds' and the calls' index: the twin and the next point of a sweep begin with the same. */
  private readonly openings: readonly Opening[];
  private indexes: LevelIndex[] = [];
  /** MCR of each level; 0 for takeovers without a backstop. */
  private readonly level = new Float64Array(LEVELS);

  /** Room for so many traders and marks up to `maxTick`. */
  constructor(traders: number, maxTick: number) {
    this.maxTick = maxTick;
    const index = (): TickIndex => new TickIndex({ accounts: traders, maxTick });
    this.ticks = [index(), index(), index()];
    this.openings = [THRESHOLD, CALLS].map(() => ({ index: index(), people: null, terms: '' }));
  }

  /**
   * Takes in one run's terms and the positions of those whom `marketOf` gives to this market, as the ledger has them; `people` stands for who
   * they are and what they start with.
   */
  open(parts: DeskParts, options: LiquidationOptions, marketOf: Uint8Array, market: number, people: object, exactScan: boolean): void {
    const { margin, exchange, accounts } = parts;
    this.exchange = exchange;
    this.ledger = exchange.ledger;
    this.margin = margin;
    this.accounts = accounts;
    this.scale = parts.scale;
    this.startMark = parts.startMark;
    this.waterfall = new Waterfall(exchange.ledger, accounts);
    this.tally.reset();
    this.level[THRESHOLD] = margin.threshold;
    this.level[CALLS] = margin.call;
    this.level[TAKEOVERS] = options.backstop === null ? 0 : options.backstop.level * margin.threshold;
    for (const level of this.level) checkLevel(margin.maintenance, level, this.maxTick);
    this.indexes = this.ticks.map((index, level) => (exactScan ? this.scanIndex(level as Level, marketOf.length) : index));
    this.placeAll(THRESHOLD, marketOf, market, people);
    this.placeAll(CALLS, marketOf, market, people);
    if (!exactScan) this.ticks[TAKEOVERS].reset();
  }

  private scanIndex(level: Level, traders: number): ScanIndex {
    const { cash, lots, factor, inverse } = this.ledger;
    const { margin } = this;
    return new ScanIndex({
      accounts: traders,
      cash,
      lots,
      quantaPerTickLot: factor,
      inverse,
      tiers: margin.maintenance,
      level: this.level[level],
      orEqual: this.equalityAt(level),
    });
  }

  private equalityAt(level: Level): boolean {
    return level === THRESHOLD && this.margin.equalityLiquidates;
  }

  private placeAll(level: 0 | 1, marketOf: Uint8Array, market: number, people: object): void {
    const index = this.indexes[level];
    const opening = this.openings[level];
    const { floor, rate, deduction } = this.margin.maintenance;
    const { factor, inverse } = this.ledger;
    const terms = [this.level[level], this.equalityAt(level), factor, inverse, ...floor, ...rate, ...deduction].join(' ');
    if (index instanceof TickIndex && opening.people === people && opening.terms === terms) {
      index.copyFrom(opening.index);
      return;
    }
    index.reset();
    const { lots } = this.ledger;
    for (let i = 0; i < marketOf.length; i++) if (marketOf[i] === market && lots[i] !== 0) this.place(level, i);
    if (!(index instanceof TickIndex)) return;
    opening.index.copyFrom(index);
    opening.people = people;
    opening.terms = terms;
  }

  /** Watches a group for a level from now on, at what it holds now. */
  place(level: Level, account: number): void {
    const { ledger } = this;
    const lots = ledger.lots[account];
    const tickOf = ledger.inverse ? inverseLiquidationTick : liquidationTick;
    const tick = tickOf(
      ledger.cash[account],
      lots,
      ledger.factor,
      this.margin.maintenance,
      this.level[level],
      this.equalityAt(level),
      this.maxTick,
    );
    this.indexes[level].set(account, lots > 0 ? 1 : -1, tick);
  }

  /** Watches a group for a level no more. */
  remove(level: Level, account: number): void {
    this.indexes[level].remove(account);
  }

  /** Writes the groups that have crossed a level to `out`, in no order, watches them no more, and returns how many. */
  collect(level: Level, mark: number, out: Int32Array): number {
    return this.indexes[level].collect(mark, out);
  }

  /** Whether a group is below a level at a mark, or at it. */
  isBelow(account: number, mark: number, level: Level, orEqual: boolean): boolean {
    const { cash, lots, factor, inverse } = this.ledger;
    const isPast = inverse ? isInverseBelow : isBelow;
    return isPast(cash[account], lots[account], mark, factor, this.margin.maintenance, this.level[level], orEqual);
  }

  /** Whether a group is to be liquidated at a mark. */
  isDue(account: number, mark: number): boolean {
    return this.isBelow(account, mark, THRESHOLD, this.margin.equalityLiquidates);
  }

  /** Notional of a group's position without its sign. */
  notional(account: number, mark: number): number {
    const { ledger } = this;
    return ledger.notional(Math.abs(ledger.lots[account]), mark);
  }

  /** The same at the opening mark, in the engine's units: compares positions of several markets. */
  openingNotional(account: number): number {
    return this.notional(account, this.startMark) * this.scale;
  }

  /** MCR of a group at a mark. */
  coverage(account: number, mark: number): number {
    return marginCoverageRatio(this.ledger.worth(account, mark), requirement(this.margin.maintenance, this.notional(account, mark)));
  }

  /** The liquidation fee on a position's notional in units of its maintenance. */
  costOfClosing(size: number, mark: number, fee: number): number {
    if (fee === 0) return 0;
    const notional = this.ledger.notional(size, mark);
    return (fee * notional) / requirement(this.margin.maintenance, notional);
  }

  /** All mutable state but the ledger's and the book's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Int8Array)[] {
    return [...this.tally.state(), ...this.indexes.flatMap((index) => index.state()), ...this.waterfall.state()];
  }
}
