import type { Exchange } from '../market/exchange.ts';
import { halving, Ladder, NANOSECOND } from './ladder.ts';
import type { MakerOptions } from './ladder.ts';

/** Groups of makers that move their quotes. */
export interface MakersOptions {
  readonly kind: 'makers';
  /** At least one. */
  readonly groups: readonly MakerOptions[];
}

/** A standing book that nobody re-quotes: `lots` at every tick, `levels` ticks deep on each side. Used by the laws. */
export interface FlatBookOptions {
  readonly kind: 'flat';
  readonly lots: number;
  readonly bestBid: number;
  readonly bidLevels: number;
  readonly bestAsk: number;
  readonly askLevels: number;
}

/** Who quotes: makers that move, or a book that stands. */
export type QuoteOptions = MakersOptions | FlatBookOptions;

// Places in `level`.
const DISPLACEMENT = 0;
const PEAK = 1;
const CENTRE = 2;

/** How far from the outside price the makers follow this market: down to a hundredth of it and up to twice. */
const LOWEST = -0.99;
const HIGHEST = 1;
/** Seconds over which the makers measure how far the market moved. */
const MOVE_WINDOW = 60;

/**
 * The makers of one market. A group's ladders make a flat density of depth, or its profile's, and all groups' depths add up; a trade that
 * takes V from one side shifts the centre by V / density, the mean one within 1 % (the book is refilled below, as in a block-shaped book
 * that recovers exponentially), and the shift decays with half-life `recovery` towards `permanent` × its peak. Where this market stands is
 * one fact for all; each group finds out when it looks, and its quotes stand around what it saw until it looks again. Groups that are due
 * together cancel before any of them places, so they do not trade with each other's old quotes; who comes later trades with what others
 * have left standing, as any taker would.
 */
export class Makers {
  private readonly exchange: Exchange;
  private readonly ladders: readonly Ladder[];
  private readonly level = new Float64Array(3);
  /** Mids of the last minute, a ring of one a step. */
  private readonly mids: Float64Array;
  private readonly midCursor = new Int32Array(1);
  private readonly stepSeconds: number;
  private readonly recoveryFactor: number;
  private readonly permanent: number;
  /** Whether any group leans against its inventory. */
  private readonly leaning: boolean;
  /** How far from the centre quotes of any of several groups stand at most, a fraction; 0 for one group, which makes room for itself. */
  private readonly widest: number;

  /** @param firstAccount the first of as many accounts in a row as there are makers. */
  constructor(groups: readonly MakerOptions[], exchange: Exchange, firstAccount: number, outside: number, stepSeconds: number) {
    this.exchange = exchange;
    let account = firstAccount;
    this.ladders = groups.map((options) => {
      const ladder = new Ladder(options, exchange, account, outside, stepSeconds);
      account += options.count;
      return ladder;
    });
    this.mids = new Float64Array(Math.max(2, Math.round(MOVE_WINDOW / stepSeconds) + 1));
    this.stepSeconds = stepSeconds;
    this.recoveryFactor = halving(stepSeconds, jointRecovery(groups));
    this.permanent = jointPermanent(groups);
    this.leaning = groups.some(({ leaning }) => leaning !== null);
    this.widest = groups.length === 1 ? 0 : Math.max(...groups.map(({ reach, leaning }) => (leaning === null ? 2.5 : 4) * reach));
  }

  /** Ledger accounts that these makers need. */
  static accounts(groups: readonly MakerOptions[]): number {
    return groups.reduce((sum, { count }) => sum + count, 0);
  }

  /** Orders that may stand at once. */
  static capacity(groups: readonly MakerOptions[]): number {
    return groups.reduce((sum, options) => sum + Ladder.capacity(options), 0);
  }

  reset(index: number): void {
    for (const ladder of this.ladders) ladder.reset();
    this.level.fill(0);
    this.level[CENTRE] = index;
    this.mids.fill(0);
    this.midCursor[0] = 0;
  }

  /** How far this market's centre stands from the outside price, a fraction. */
  get displacement(): number {
    return this.level[DISPLACEMENT];
  }

  /** The price in ticks that the group which looked last centres on, before it leans. */
  get centre(): number {
    return this.level[CENTRE];
  }

  /** Notional in quanta that the makers want within 1 % of the centre, on each side, now. */
  get depth(): number {
    const { ladders } = this;
    let sum = 0;
    for (let g = 0; g < ladders.length; g++) sum += ladders[g].depth;
    return sum;
  }

  /** When new quotes are due. */
  get nextLook(): number {
    const { ladders } = this;
    let next = Infinity;
    for (let g = 0; g < ladders.length; g++) next = Math.min(next, ladders[g].nextLook);
    return next;
  }

  /** Once a step: lets the displacement decay, lays inventory off, measures the minute's move, and quotes again where that is due. */
  act(time: number, index: number): void {
    const { level, ladders } = this;
    const rest = this.permanent * level[PEAK];
    level[DISPLACEMENT] = rest + (level[DISPLACEMENT] - rest) * this.recoveryFactor;
    this.absorb();
    const move = this.measure(index);
    for (let g = 0; g < ladders.length; g++) {
      ladders[g].weigh(time, move);
      ladders[g].layOff(index);
    }
    // A step's time is no exact sum of reactions.
    this.quote(time, index, -NANOSECOND);
  }

  /** Lets every group whose time to look is past by `late` seconds or more look at the market and move its ladders. */
  quote(time: number, index: number, late: number): void {
    if (time < this.nextLook + late) return;
    const { level, ladders } = this;
    this.absorb();
    const displacement = level[DISPLACEMENT];
    level[CENTRE] = index * (1 + displacement);
    const variance = this.leaning ? this.variance() : 0;
    // Before anybody looks: the window must not move between one group's look and its orders.
    if (this.widest > 0) this.exchange.makeRoom(level[CENTRE], this.widest * level[CENTRE]);
    for (let g = 0; g < ladders.length; g++) {
      const ladder = ladders[g];
      if (time >= ladder.nextLook + late) ladder.look(time, index, displacement, variance);
    }
    for (let g = 0; g < ladders.length; g++) ladders[g].place();
  }

  /** Moves the centre by what takers took since the last look, against the depth that stood then. */
  private absorb(): void {
    const { level } = this;
    const { taken } = this.exchange;
    if (taken[0] === 0 && taken[1] === 0) return;
    const { depth } = this;
    // What was taken while no maker quoted was taken from somebody else.
    if (depth > 0) level[DISPLACEMENT] += (taken[1] - taken[0]) / (depth * 100);
    if (level[DISPLACEMENT] < LOWEST) level[DISPLACEMENT] = LOWEST;
    else if (level[DISPLACEMENT] > HIGHEST) level[DISPLACEMENT] = HIGHEST;
    if (Math.abs(level[DISPLACEMENT]) > Math.abs(level[PEAK])) level[PEAK] = level[DISPLACEMENT];
    taken[0] = 0;
    taken[1] = 0;
  }

  /** How far the market moved in the last minute, a fraction. */
  private measure(index: number): number {
    const { level, mids, midCursor } = this;
    const book = this.exchange.book;
    const mid = book.bestBid >= 0 && book.bestAsk >= 0 ? (book.bestBid + book.bestAsk) / 2 : index * (1 + level[DISPLACEMENT]);
    const seen = midCursor[0];
    const length = mids.length;
    mids[seen % length] = mid;
    const before = mids[seen < length ? 0 : (seen + 1) % length];
    midCursor[0] = seen + 1;
    return Math.abs(mid / before - 1);
  }

  /** Variance of the mid's returns over the last minute, a second. */
  private variance(): number {
    const { mids, stepSeconds } = this;
    const seen = this.midCursor[0];
    const length = mids.length;
    const returns = Math.min(seen, length) - 1;
    if (returns < 1) return 0;
    let sum = 0;
    let before = mids[(seen - returns - 1) % length];
    for (let i = seen - returns; i < seen; i++) {
      const mid = mids[i % length];
      const change = mid / before - 1;
      sum += change * change;
      before = mid;
    }
    return sum / (returns * stepSeconds);
  }

  /** All mutable state between steps, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.level, this.mids, this.midCursor, ...this.ladders.flatMap((ladder) => [...ladder.state()])];
  }
}

/** The half-life whose rate is the mean of the groups' rates, weighted by depth; a group's own when there is one. */
function jointRecovery(groups: readonly MakerOptions[]): number {
  const fastest = Math.min(...groups.map(({ recovery }) => recovery));
  if (fastest === Infinity) return Infinity;
  let weight = 0;
  let rate = 0;
  for (const { depth, recovery } of groups) {
    weight += depth;
    rate += depth * (fastest / recovery);
  }
  return fastest * (weight / rate);
}

/** The mean of the groups' permanent shares, weighted by depth. */
function jointPermanent(groups: readonly MakerOptions[]): number {
  const [{ permanent: first }] = groups;
  let weight = 0;
  let more = 0;
  for (const { depth, permanent } of groups) {
    weight += depth;
    more += depth * (permanent - first);
  }
  return first + more / weight;
}

/** Lays a standing book: the same lots at every tick, owned by one account. */
export function layFlatBook(options: FlatBookOptions, exchange: Exchange, account: number): void {
  for (let i = 0; i < options.bidLevels; i++) exchange.book.limit(0, options.bestBid - i, options.lots, account, i);
  for (let i = 0; i < options.askLevels; i++) exchange.book.limit(1, options.bestAsk + i, options.lots, account, i);
}
