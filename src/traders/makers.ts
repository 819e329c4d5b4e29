import { exp, log } from '../core/math.ts';
import type { Exchange } from '../market/exchange.ts';
import { layGrid } from './grid.ts';
import type { DepthProfile } from './grid.ts';

/** Market makers quoting ladders around outside price × (1 + displacement). Money in quanta, times in seconds, widths as fractions. */
export interface MakerOptions {
  readonly kind: 'ladder';
  readonly count: number;
  /** Notional of all makers' bids (and of their asks) within 1 % of the centre, in quanta, in a calm market; flat density unless a profile is given. */
  readonly depth: number;
  /** The depth never falls below this, in quanta. */
  readonly floor: number;
  /** depth(t) = depth / (1 + |one-minute move| / volatilityScale), at once on the way down … */
  readonly volatilityScale: number;
  /** … and back with this half-life. */
  readonly returnHalfLife: number;
  /** Half of the quoted spread as a fraction of the price; it widens as the depth shrinks, by `reach` at most. */
  readonly halfSpread: number;
  /** How far from the centre the ladder reaches, as a fraction. */
  readonly reach: number;
  /** Price levels a maker quotes on each side. */
  readonly rungs: number;
  /** How the depth lies over distance; absent: evenly, out to the reach. */
  readonly profile?: DepthProfile;
  /** Largest inventory of one maker in either direction, in quanta at the current price. */
  readonly inventoryCap: number;
  /** Half-life with which a maker lays its inventory off at the outside price; Infinity: never. */
  readonly layOffHalfLife: number;
  /** Half-life of the displacement; Infinity: it stays. */
  readonly recovery: number;
  /** Share of the displacement's peak that never decays, in [0, 1]. */
  readonly permanent: number;
  /** Seconds between looking at the market and new quotes standing. */
  readonly reaction: number;
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
export type QuoteOptions = MakerOptions | FlatBookOptions;

// Places in `level`.
const DISPLACEMENT = 0;
const PEAK = 1;
const WILLING = 2;
const LOOKED_AT = 3;
const CENTRE = 4;

/** A rung is placed again when it holds this share less or more than it should. */
const TOLERANCE = 0.1;
/** How far from the outside price the makers follow this market: down to a hundredth of it and up to twice. */
const LOWEST = -0.99;
const HIGHEST = 1;
/** Shortest reaction in seconds: nobody looks at the market without any time passing. */
const QUICKEST = 1e-3;
/** Times of steps and sums of reactions agree to better than this, in seconds. */
export const NANOSECOND = 1e-9;
/** Seconds over which the makers measure how far the market moved. */
const MOVE_WINDOW = 60;

/**
 * The makers of one market. Their ladders interleave on one geometric grid of distances, so that together they make a flat density of
 * depth, or the profile's; a trade that takes V from one side shifts the centre by V / density, the mean one within 1 % (the book is refilled
 * below, as in a block-shaped book that recovers exponentially), and the shift decays with half-life `recovery` towards `permanent` × its peak.
 */
export class Makers {
  private readonly options: MakerOptions;
  private readonly exchange: Exchange;
  private readonly firstAccount: number;
  private readonly outside: number;
  private readonly quantaPerTickLot: number;
  /** Distance of each rung of the joint grid from the centre, and the share of the depth that it holds, [rung × 2 + side]. */
  private readonly distance: Float64Array;
  private readonly share: Float64Array;
  /** Half of each rung's cell. */
  private readonly slack: Float64Array;
  /** Standing orders: [rung × 2 + side]. */
  private readonly handle: Int32Array;
  private readonly tick: Int32Array;
  private readonly wantedTick: Int32Array;
  private readonly wantedLots: Int32Array;
  private readonly level = new Float64Array(5);
  /** Mids of the last minute, a ring of one a step. */
  private readonly mids: Float64Array;
  private readonly midCursor = new Int32Array(1);
  private readonly recoveryFactor: number;
  private readonly returnFactor: number;
  private readonly layOffFactor: number;
  private readonly room: Float64Array;
  /** Whose each standing order is. */
  private readonly account: Int32Array;
  /** Orders to be placed by the current `quote`. */
  private readonly moved: Int32Array;
  /** Orders to be cancelled by it. */
  private readonly stale: Int32Array;

  constructor(
    options: MakerOptions,
    exchange: Exchange,
    firstAccount: number,
    outside: number,
    quantaPerTickLot: number,
    stepSeconds: number,
  ) {
    this.options = options;
    this.exchange = exchange;
    this.firstAccount = firstAccount;
    this.outside = outside;
    this.quantaPerTickLot = quantaPerTickLot;
    const count = options.count * options.rungs;
    const grid = layGrid({ ...options, cells: count });
    this.distance = grid.distance;
    this.share = grid.share;
    this.slack = grid.slack;
    this.handle = new Int32Array(2 * count);
    this.tick = new Int32Array(2 * count);
    this.wantedTick = new Int32Array(2 * count);
    this.wantedLots = new Int32Array(2 * count);
    this.moved = new Int32Array(2 * count);
    this.stale = new Int32Array(2 * count);
    this.account = Int32Array.from({ length: 2 * count }, (_, k) => firstAccount + ((k >> 1) % options.count));
    this.mids = new Float64Array(Math.max(2, Math.round(MOVE_WINDOW / stepSeconds) + 1));
    this.room = new Float64Array(2 * options.count);
    this.recoveryFactor = halving(stepSeconds, options.recovery);
    this.returnFactor = halving(stepSeconds, options.returnHalfLife);
    this.layOffFactor = halving(stepSeconds, options.layOffHalfLife);
  }

  /** Orders that may stand at once. */
  static capacity(options: MakerOptions): number {
    return 2 * options.count * options.rungs;
  }

  reset(index: number): void {
    this.handle.fill(-1);
    this.level.fill(0);
    this.level[WILLING] = 1;
    this.level[LOOKED_AT] = -Infinity;
    this.level[CENTRE] = index;
    this.mids.fill(0);
    this.midCursor[0] = 0;
  }

  /** How far this market's centre stands from the outside price, a fraction. */
  get displacement(): number {
    return this.level[DISPLACEMENT];
  }

  /** The price in ticks that quotes centre on. */
  get centre(): number {
    return this.level[CENTRE];
  }

  /** Notional in quanta that the makers want within 1 % of the centre, on each side, now. */
  get depth(): number {
    return Math.max(this.options.floor, this.options.depth * this.level[WILLING]);
  }

  /** Once a step: lets the displacement decay, lays inventory off, measures the minute's move, and quotes again if that is due. */
  act(time: number, index: number): void {
    const { options, level } = this;
    const rest = options.permanent * level[PEAK];
    level[DISPLACEMENT] = rest + (level[DISPLACEMENT] - rest) * this.recoveryFactor;
    this.absorb();
    this.measure(index);
    this.layOff(index);
    // A step's time is no exact sum of reactions.
    if (time >= this.nextLook - NANOSECOND) this.quote(time, index);
  }

  /** When new quotes are due: `reaction` seconds after the makers last looked. */
  get nextLook(): number {
    return this.level[LOOKED_AT] + Math.max(this.options.reaction, QUICKEST);
  }

  /** Moves the centre by what takers took since the last look, against the depth that stood then. */
  private absorb(): void {
    const { level } = this;
    const { taken } = this.exchange;
    level[DISPLACEMENT] += (taken[1] - taken[0]) / (this.depth * 100);
    if (level[DISPLACEMENT] < LOWEST) level[DISPLACEMENT] = LOWEST;
    else if (level[DISPLACEMENT] > HIGHEST) level[DISPLACEMENT] = HIGHEST;
    if (Math.abs(level[DISPLACEMENT]) > Math.abs(level[PEAK])) level[PEAK] = level[DISPLACEMENT];
    taken[0] = 0;
    taken[1] = 0;
  }

  private measure(index: number): void {
    const { level, mids, midCursor, options } = this;
    const book = this.exchange.book;
    const mid = book.bestBid >= 0 && book.bestAsk >= 0 ? (book.bestBid + book.bestAsk) / 2 : index * (1 + level[DISPLACEMENT]);
    const seen = midCursor[0];
    const length = mids.length;
    mids[seen % length] = mid;
    const before = mids[seen < length ? 0 : (seen + 1) % length];
    midCursor[0] = seen + 1;
    const move = Math.abs(mid / before - 1);
    const target = 1 / (1 + move / options.volatilityScale);
    level[WILLING] = target < level[WILLING] ? target : target - (target - level[WILLING]) * this.returnFactor;
  }

  private layOff(index: number): void {
    if (this.layOffFactor === 1) return;
    const { ledger } = this.exchange;
    const tick = Math.round(index);
    for (let m = 0; m < this.options.count; m++) {
      const account = this.firstAccount + m;
      const lots = ledger.lots[account];
      const kept = Math.trunc(lots * this.layOffFactor);
      if (lots > kept) ledger.trade(this.outside, account, lots - kept, tick);
      else if (lots < kept) ledger.trade(account, this.outside, kept - lots, tick);
    }
  }

  /**
   * Looks at the market and moves the ladders: first every order that is out of place is cancelled, then all are placed, so that the
   * makers do not trade with each other's old quotes. About 2 µs for 60 quotes of which 24 move.
   */
  quote(time: number, index: number): void {
    const { options, level, exchange, distance, share, handle, tick, wantedTick, wantedLots } = this;
    const { book } = exchange;
    this.absorb();
    const depth = this.depth;
    level[LOOKED_AT] = time;
    const centre = index * (1 + level[DISPLACEMENT]);
    level[CENTRE] = centre;
    const lotsPerShare = depth / (centre * this.quantaPerTickLot);
    const wider = Math.min(options.reach, options.halfSpread * (1 / level[WILLING] - 1));
    this.measureRoom(centre);
    exchange.makeRoom(centre, (1.5 * options.reach + wider) * centre);
    const { room, slack, moved, stale, account } = this;
    const rungs = distance.length;
    const makers = options.count;
    let count = 0;
    let gone = 0;
    let maker = 0;
    for (let j = 0; j < rungs; j++) {
      const away = distance[j] + wider;
      const most = slack[j] * centre;
      const bid = Math.floor(centre * (1 - away));
      const ask = Math.ceil(centre * (1 + away));
      for (let k = 2 * j; k <= 2 * j + 1; k++) {
        const own = 2 * maker + (k & 1);
        const at = (k & 1) === 0 ? bid : ask;
        const full = Math.floor(lotsPerShare * share[k] + 0.5);
        const space = room[own];
        const lots = full < space ? full : space;
        const live = book.resting(handle[k], account[k], k);
        if (live > 0) {
          const off = at - tick[k];
          const more = live - lots;
          const spare = TOLERANCE * lots;
          if (off <= most && off >= -most && more <= spare && more >= -spare && live <= space) {
            room[own] = space - live;
            continue;
          }
          stale[gone++] = handle[k];
        }
        handle[k] = -1;
        if (lots <= 0 || at <= 0) continue;
        room[own] = space - lots;
        wantedTick[k] = at;
        wantedLots[k] = lots;
        moved[count++] = k;
      }
      if (++maker === makers) maker = 0;
    }
    // From the outside in, so that the next best price is looked for once and not at each cancelled rung.
    while (gone > 0) book.cancel(stale[--gone]);
    for (let i = 0; i < count; i++) {
      const k = moved[i];
      tick[k] = wantedTick[k];
      handle[k] = exchange.limit((k & 1) as 0 | 1, wantedTick[k], wantedLots[k], account[k], k);
    }
  }

  /** Lots that each maker may still buy [2m] and sell [2m + 1] before its inventory is at the cap. */
  private measureRoom(centre: number): void {
    const { room, options, exchange } = this;
    const cap = Math.floor(options.inventoryCap / (centre * this.quantaPerTickLot));
    for (let m = 0; m < options.count; m++) {
      const held = exchange.ledger.lots[this.firstAccount + m];
      room[2 * m] = Math.max(0, cap - held);
      room[2 * m + 1] = Math.max(0, cap + held);
    }
  }

  /** All mutable state between steps, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.handle, this.tick, this.level, this.mids, this.midCursor];
  }
}

/** What is left of something after `seconds` when it halves every `halfLife`. */
function halving(seconds: number, halfLife: number): number {
  return halfLife === Infinity ? 1 : exp((-log(2) * seconds) / halfLife);
}

/** Lays a standing book: the same lots at every tick, owned by one account. */
export function layFlatBook(options: FlatBookOptions, exchange: Exchange, account: number): void {
  for (let i = 0; i < options.bidLevels; i++) exchange.book.limit(0, options.bestBid - i, options.lots, account, i);
  for (let i = 0; i < options.askLevels; i++) exchange.book.limit(1, options.bestAsk + i, options.lots, account, i);
}
