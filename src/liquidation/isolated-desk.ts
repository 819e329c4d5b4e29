import type { Ledger } from '../core/ledger.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { EntryCosts, OwnScan } from '../margin/entry.ts';
import { checkLevel, inverseLiquidationTick, isBelow, isInverseBelow, liquidationTick } from '../margin/isolated.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { ScanIndex } from '../margin/index/scan.ts';
import { TickIndex } from '../margin/index/ticks.ts';
import type { LevelIndex } from '../margin/index/ticks.ts';
import { keeperReward, maintenanceBySize } from '../margin/skew.ts';
import type { SizedLadder } from '../margin/skew.ts';
import { requirement } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import { CALLS, LEVELS, TAKEOVERS, THRESHOLD } from './desk.ts';
import type { Level } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';
import { SingleDesk } from './single-desk.ts';

/** Whom a desk serves, and how. */
export interface IsolatedDeskParts {
  readonly place: EngineMarket;
  /** What is asked of them: the market's rules for positions, or its terms for loans. */
  readonly margin: MarginOptions;
  readonly accounts: Int32Array;
  /** Entries of all positions, in ticks: asked for only where maintenance is charged on them. */
  readonly entry: Float64Array;
  /** MCR below which the backstop takes over; 0: none. */
  readonly backstop: number;
  /** Stands for who the accounts are and what they start with: the same object, the same opening balances. */
  readonly people: object;
  readonly exactScan: boolean;
}

/** One level's index as it stood before the first step, and what it was made from. */
interface Opening {
  readonly index: TickIndex;
  people: object | null;
  terms: string;
}

/** The desk for isolated positions or loans in one market: each has one liquidation tick, found again when its balances change. */
export class IsolatedDesk extends SingleDesk {
  private margin!: MarginOptions;
  private readonly traders: number;
  private readonly maxTick: number;
  private readonly ticks: readonly TickIndex[];
  /** Opening states of the thresholds' and the calls' index: the twin and the next point of a sweep begin with the same. */
  private readonly openings: readonly Opening[];
  private indexes: LevelIndex[] = [];
  /** What positions cost, where maintenance is charged on that; null elsewhere. */
  private costs: EntryCosts | null = null;
  /** Maintenance with what is set aside for keepers, where it grows with the size of a position; null elsewhere. */
  private sized: SizedLadder | null = null;
  /** MCR of each level; 0 for takeovers without a backstop. */
  private readonly level = new Float64Array(LEVELS);

  /** Room for so many traders and marks up to `maxTick`. */
  constructor(market: number, traders: number, maxTick: number) {
    super(market);
    this.traders = traders;
    this.maxTick = maxTick;
    const index = (): TickIndex => new TickIndex({ accounts: traders, maxTick });
    this.ticks = [index(), index(), index()];
    this.openings = [THRESHOLD, CALLS].map(() => ({ index: index(), people: null, terms: '' }));
  }

  /** Takes in one run's terms and the positions of its accounts, as the ledger has them. */
  open({ place, margin, accounts, entry, backstop, people, exactScan }: IsolatedDeskParts): void {
    this.at = place;
    this.margin = margin;
    this.accounts = accounts;
    this.level[THRESHOLD] = margin.threshold;
    this.level[CALLS] = margin.call;
    this.level[TAKEOVERS] = backstop;
    this.costs = margin.maintenanceOn === 'entry' ? new EntryCosts(this.traders) : null;
    this.costs?.open(place.ledger, accounts, entry);
    const { skew = null } = margin;
    this.sized = skew === null ? null : maintenanceBySize(margin.maintenance, skew, skew.reward);
    // A size at which nothing more is added stands for all.
    const steepest =
      skew === null ? margin.maintenance : maintenanceBySize(margin.maintenance, { ...skew, maintenance: skew.most }, skew.reward).of(1);
    for (const level of this.level) checkLevel(steepest, level, this.maxTick);
    this.indexes = this.ticks.map((index, level) => (exactScan ? this.scanIndex(level as Level) : index));
    this.placeAll(THRESHOLD, people);
    this.placeAll(CALLS, people);
    if (!exactScan) this.ticks[TAKEOVERS].reset();
  }

  private scanIndex(level: Level): LevelIndex {
    const mcr = this.level[level];
    const orEqual = this.equalityAt(level);
    if (this.costs !== null || this.sized !== null)
      return new OwnScan(this.traders, (account, tick) => this.isPast(account, tick, mcr, orEqual));
    const { cash, lots, factor, inverse } = this.at.ledger;
    return new ScanIndex({
      accounts: this.traders,
      cash,
      lots,
      quantaPerTickLot: factor,
      inverse,
      tiers: this.margin.maintenance,
      level: mcr,
      orEqual,
    });
  }

  /** The ladder of a position as large as an account's. */
  private ladderOf(account: number): Tiers {
    return this.sized === null ? this.margin.maintenance : this.sized.of(this.at.ledger.lots[account]);
  }

  /** Whether an account with lots is below an MCR at a mark, or at it with `orEqual`. */
  private isPast(account: number, tick: number, mcr: number, orEqual: boolean): boolean {
    const { cash, lots, factor, inverse } = this.at.ledger;
    const ladder = this.ladderOf(account);
    if (this.costs !== null) return this.costs.isBelow(account, tick, ladder, mcr, orEqual);
    return (inverse ? isInverseBelow : isBelow)(cash[account], lots[account], tick, factor, ladder, mcr, orEqual);
  }

  private equalityAt(level: Level): boolean {
    return level === THRESHOLD && this.margin.equalityLiquidates;
  }

  private placeAll(level: 0 | 1, people: object): void {
    const index = this.indexes[level];
    const opening = this.openings[level];
    const { floor, rate, deduction } = this.margin.maintenance;
    const { factor, inverse } = this.at.ledger;
    const terms = [
      this.level[level],
      this.equalityAt(level),
      factor,
      inverse,
      this.margin.maintenanceOn,
      ...floor,
      ...rate,
      ...deduction,
      JSON.stringify(this.margin.skew ?? null),
    ].join(' ');
    if (index instanceof TickIndex && opening.people === people && opening.terms === terms) {
      index.copyFrom(opening.index);
      return;
    }
    index.reset();
    this.placeEach(level, this.accounts);
    if (!(index instanceof TickIndex)) return;
    opening.index.copyFrom(index);
    opening.people = people;
    opening.terms = terms;
  }

  /** In a function of its own, so that its compiled code serves every run. */
  private placeEach(level: Level, accounts: Int32Array): void {
    const { ledger } = this.at;
    const { lots } = ledger;
    const { maintenance } = this.margin;
    const { maxTick } = this;
    const index = this.indexes[level];
    const mcr = this.level[level];
    const orEqual = this.equalityAt(level);
    if (this.costs !== null || this.sized !== null) {
      for (const account of accounts) if (lots[account] !== 0) this.place(level, account);
      return;
    }
    for (let i = 0; i < accounts.length; i++) {
      if (lots[accounts[i]] !== 0) watch(index, accounts[i], ledger, maintenance, mcr, orEqual, maxTick);
    }
  }

  place(level: Level, account: number): void {
    const { costs } = this;
    if (costs !== null) {
      costs.take(account);
      const tick = costs.liquidationTick(account, this.ladderOf(account), this.level[level], this.equalityAt(level), this.maxTick);
      this.indexes[level].set(account, this.at.ledger.lots[account] > 0 ? 1 : -1, tick);
      return;
    }
    watch(this.indexes[level], account, this.at.ledger, this.ladderOf(account), this.level[level], this.equalityAt(level), this.maxTick);
  }

  remove(level: Level, account: number): void {
    this.indexes[level].remove(account);
  }

  collect(level: Level, marks: Float64Array, out: Int32Array): number {
    return this.indexes[level].collect(marks[this.market], out);
  }

  isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean {
    if ((this.costs !== null || this.sized !== null) && this.at.ledger.lots[account] === 0) return false;
    return this.isPast(account, marks[this.market], this.level[level], orEqual);
  }

  isDue(account: number, marks: Float64Array): boolean {
    return this.isBelow(account, marks, THRESHOLD, this.margin.equalityLiquidates);
  }

  coverage(account: number, marks: Float64Array): number {
    return marginCoverageRatio(this.worth(account, marks), this.maintenance(account, marks));
  }

  maintenance(account: number, marks: Float64Array): number {
    const { costs, at } = this;
    const mark = marks[this.market];
    if (costs !== null)
      return at.ledger.lots[account] === 0 ? 0 : at.ledger.inQuote(costs.demanded(account, this.ladderOf(account), 1), mark);
    const notional = at.notional(account, mark);
    return notional === 0 ? 0 : requirement(this.ladderOf(account), notional);
  }

  override reserved(account: number, marks: Float64Array): number {
    const { skew = null } = this.margin;
    return skew === null ? 0 : keeperReward(this.at.notional(account, marks[this.market]), skew.reward);
  }

  override sync(account: number): void {
    this.costs?.take(account);
  }

  state(): readonly (Float64Array | Int32Array | Int8Array)[] {
    return [...this.indexes.flatMap((index) => index.state()), ...(this.costs === null ? [] : this.costs.state())];
  }
}

/** Puts an account with lots into an index at the tick at which it crosses a level. */
function watch(
  index: LevelIndex,
  account: number,
  { cash, lots, factor, inverse }: Ledger,
  tiers: Tiers,
  level: number,
  orEqual: boolean,
  maxTick: number,
): void {
  const held = lots[account];
  const tickOf = inverse ? inverseLiquidationTick : liquidationTick;
  index.set(account, held > 0 ? 1 : -1, tickOf(cash[account], held, factor, tiers, level, orEqual, maxTick));
}
