import { exp, log } from '../core/math.ts';
import type { Exchange } from '../market/exchange.ts';
import { halfSpread, reservationPrice, stationaryDistance } from './avellaneda-stoikov.ts';
import type { AvellanedaStoikovOptions } from './avellaneda-stoikov.ts';
import { layGrid } from './grid.ts';
import type { DepthProfile } from './grid.ts';

/** A group of market makers quoting ladders around outside price × (1 + displacement). Money in quanta, times in seconds, widths as fractions. */
export interface MakerOptions {
  /** Unique among the groups of a market. */
  readonly name: string;
  readonly count: number;
  /** Notional of all makers' bids (and of their asks) within 1 % of the centre, in quanta, in a calm market; flat density unless a profile is given. */
  readonly depth: number;
  /** The depth never falls below this, in quanta. */
  readonly floor: number;
  /** depth(t) = depth / (1 + |one-minute move| / volatilityScale), at once on the way down … */
  readonly volatilityScale: number;
  /** … and back with this half-life. */
  readonly returnHalfLife: number;
  /** When the group leaves the book altogether; null: never. */
  readonly withdrawal: Withdrawal | null;
  /** Half of the quoted spread as a fraction of the price; it widens as the depth shrinks, by `reach` at most. */
  readonly halfSpread: number;
  /** How far from the centre the ladder reaches, as a fraction. */
  readonly reach: number;
  /** Price levels a maker quotes on each side. */
  readonly rungs: number;
  /** How the depth lies over distance; absent: evenly, out to the reach. */
  readonly profile?: DepthProfile;
  /** How quotes lean against the group's inventory; null: they do not. */
  readonly leaning: Leaning | null;
  /** Largest inventory of one maker in either direction, in quanta at the current price. */
  readonly inventoryCap: number;
  /** Half-life with which a maker lays its inventory off at the outside price; Infinity: never. */
  readonly layOffHalfLife: number;
  /** Most that a maker may lose, valued at the outside price, in quanta; one that finds it has lost more quotes no longer. Infinity: no limit. */
  readonly lossLimit: number;
  /** Seconds after which it quotes again, its losses counted from then on; Infinity: never. */
  readonly lossPause: number;
  /** Half-life of the displacement; Infinity: it stays. Of several groups the rates count, weighted by depth. */
  readonly recovery: number;
  /** Share of the displacement's peak that never decays, in [0, 1]; of several groups the mean, weighted by depth. */
  readonly permanent: number;
  /** Seconds between looking at the market and new quotes standing. */
  readonly reaction: number;
}

/** Out of the book above one level of the one-minute move, back below another. Fractions. */
export interface Withdrawal {
  /** Out when the move is larger. */
  readonly at: number;
  /** Back when the move has stayed smaller … */
  readonly returnAt: number;
  /** … for so many seconds. */
  readonly returnAfter: number;
}

/** Quotes after Avellaneda and Stoikov, in fractions of the price and in fills of a stated size, so that no figure depends on tick and lot. */
export interface Leaning {
  /** Risk aversion γ: for one fill, per fraction of the price. Above 0. */
  readonly riskAversion: number;
  /** Notional of one fill in quanta: the unit in which inventory is counted. */
  readonly fill: number;
  /** Fills become rare with a distance δ from the centre as e^(−decay·δ), δ a fraction of the price. */
  readonly decay: number;
  /** Seconds ahead that inventory is feared for; Infinity: for ever, bounded by the inventory cap, which must then be finite. */
  readonly horizon: number;
}

// Places in `level`.
const WILLING = 0;
const LOOKED_AT = 1;
/** 1 while the group is out of the book. */
const OUT = 2;
/** Since when the move has been small enough to come back. */
const CALM_SINCE = 3;
/** Share of the group's makers that quote since its last look. */
const STANDING = 4;

// A rung's two quotes and what they are laid by lie together: few arrays, few cache lines. Fields of a quote, at (rung × 2 + side) × 4:
const HANDLE = 0;
const TICK = 1;
const LOTS = 2;
const ACCOUNT = 3;
// Fields of a rung's cell, at rung × 4: its distance from the centre, half its width, and the share of the depth that it holds on each side.
const DISTANCE = 0;
const SLACK = 1;
const SHARE = 2;

/** A rung is placed again when it holds this share less or more than it should. */
const TOLERANCE = 0.1;
/** Shortest reaction in seconds: nobody looks at the market without any time passing. */
const QUICKEST = 1e-3;
/** Times of steps and sums of reactions agree to better than this, in seconds. */
export const NANOSECOND = 1e-9;

/** The quotes of one group of makers: their ladders interleave on one grid of distances from the centre. */
export class Ladder {
  private readonly options: MakerOptions;
  private readonly exchange: Exchange;
  private readonly firstAccount: number;
  private readonly outside: number;
  private readonly cells: Float64Array;
  private readonly quotes: Int32Array;
  private readonly level = new Float64Array(5);
  private readonly returnFactor: number;
  private readonly layOffFactor: number;
  /** Lots that each maker may still buy [2m] and sell [2m + 1]. */
  private readonly room: Float64Array;
  /** When each maker that has lost too much quotes again [2m], and the equity from which its losses count [2m + 1]. */
  private readonly losses: Float64Array;
  /** Quotes to be placed after the current look, as rung × 2 + side, and how many they are. */
  private readonly moved: Int32Array;
  private readonly movedCount = new Int32Array(1);
  /** Orders to be cancelled by it. */
  private readonly stale: Int32Array;
  private readonly rule: AvellanedaStoikovOptions & { volatility: number };
  /** Shift of the centre [0] and half-spread [1] of a leaning group at its last look, as fractions. */
  private readonly lean = new Float64Array(2);

  constructor(options: MakerOptions, exchange: Exchange, firstAccount: number, outside: number, stepSeconds: number) {
    this.options = options;
    this.exchange = exchange;
    this.firstAccount = firstAccount;
    this.outside = outside;
    const count = options.count * options.rungs;
    const { distance, slack, share } = layGrid({ ...options, cells: count });
    this.cells = Float64Array.from({ length: 4 * count }, (_, i) => {
      const j = i >> 2;
      return [distance[j], slack[j], share[2 * j], share[2 * j + 1]][i & 3];
    });
    this.quotes = new Int32Array(8 * count);
    for (let k = 0; k < 2 * count; k++) this.quotes[4 * k + ACCOUNT] = firstAccount + ((k >> 1) % options.count);
    this.moved = new Int32Array(2 * count);
    this.stale = new Int32Array(2 * count);
    this.room = new Float64Array(2 * options.count);
    this.losses = new Float64Array(2 * options.count);
    this.returnFactor = halving(stepSeconds, options.returnHalfLife);
    this.layOffFactor = halving(stepSeconds, options.layOffHalfLife);
    const { riskAversion, decay } = options.leaning ?? { riskAversion: 0, decay: 1 };
    this.rule = { riskAversion, decay, volatility: 0, inventoryPenalty: true };
  }

  /** Orders that may stand at once. */
  static capacity(options: MakerOptions): number {
    return 2 * options.count * options.rungs;
  }

  reset(): void {
    for (let q = 0; q < this.quotes.length; q += 4) this.quotes[q + HANDLE] = -1;
    this.level.fill(0);
    this.level[WILLING] = 1;
    this.level[LOOKED_AT] = -Infinity;
    this.level[CALM_SINCE] = Infinity;
    this.level[STANDING] = 1;
    this.losses.fill(0);
  }

  /** Notional in quanta that the group wants within 1 % of the centre, on each side, now; 0 while none of it quotes. */
  get depth(): number {
    return this.stated * this.level[STANDING];
  }

  /** The same if all of it quoted. */
  private get stated(): number {
    return Math.max(this.options.floor, this.options.depth * this.level[WILLING]);
  }

  /** When new quotes are due: `reaction` seconds after the group last looked. */
  get nextLook(): number {
    return this.level[LOOKED_AT] + Math.max(this.options.reaction, QUICKEST);
  }

  /** Once a step: what the one-minute move does to the depth, and whether the group should be in the book. */
  weigh(time: number, move: number): void {
    const { level, options } = this;
    const target = 1 / (1 + move / options.volatilityScale);
    level[WILLING] = target < level[WILLING] ? target : target - (target - level[WILLING]) * this.returnFactor;
    const { withdrawal } = options;
    if (withdrawal === null) return;
    if (move >= withdrawal.returnAt) level[CALM_SINCE] = Infinity;
    else if (level[CALM_SINCE] === Infinity) level[CALM_SINCE] = time;
    if (move > withdrawal.at) level[OUT] = 1;
    else if (time - level[CALM_SINCE] >= withdrawal.returnAfter - NANOSECOND) level[OUT] = 0;
  }

  /** Once a step: trades a part of every maker's inventory with the outside. */
  layOff(index: number): void {
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
   * Looks at the market and cancels every order that is out of place; `place` then sends the new ones. About 0.6 µs for 60 quotes that all
   * stay, and 80 ns more for each that moves, `place` included.
   * @param variance of the mid's returns per second; only who leans asks for it.
   */
  look(time: number, index: number, displacement: number, variance: number): void {
    const { options, level, exchange, cells, quotes } = this;
    const { book } = exchange;
    level[LOOKED_AT] = time;
    const { halfSpread: calmHalf, reach } = options;
    let centre = index * (1 + displacement);
    let wider = Math.min(reach, calmHalf * (1 / level[WILLING] - 1));
    if (options.leaning !== null) {
      this.leanAgainst(options.leaning, centre, variance);
      centre *= 1 + this.lean[0];
      wider = this.lean[1] - calmHalf;
    }
    const lotsPerShare = this.stated / exchange.ledger.notional(1, centre);
    this.measureRoom(time, index, centre);
    exchange.makeRoom(centre, (1.5 * reach + wider) * centre);
    const { room, moved, stale } = this;
    const rooms = room.length;
    const ends = moved.length;
    let count = 0;
    let gone = 0;
    for (let side = 0; side <= 1; side++) {
      let own = side;
      for (let k = side, c = 0; k < ends; k += 2, c += 4) {
        const away = cells[c + DISTANCE] + wider;
        const at = side === 0 ? Math.floor(centre * (1 - away)) : Math.ceil(centre * (1 + away));
        const full = Math.floor(lotsPerShare * cells[c + SHARE + side] + 0.5);
        const space = room[own];
        const lots = full < space ? full : space;
        const q = 4 * k;
        const live = book.resting(quotes[q + HANDLE], quotes[q + ACCOUNT], k);
        const stays =
          live > 0 &&
          Math.abs(at - quotes[q + TICK]) <= cells[c + SLACK] * centre &&
          Math.abs(live - lots) <= TOLERANCE * lots &&
          live <= space;
        if (stays) room[own] = space - live;
        else {
          if (live > 0) stale[gone++] = quotes[q + HANDLE];
          quotes[q + HANDLE] = -1;
          if (lots > 0 && at > 0) {
            room[own] = space - lots;
            quotes[q + TICK] = at;
            quotes[q + LOTS] = lots;
            moved[count++] = k;
          }
        }
        own += 2;
        if (own >= rooms) own = side;
      }
    }
    // From the outside in, so that the next best price is looked for once and not at each cancelled rung.
    while (gone > 0) book.cancel(stale[--gone]);
    this.movedCount[0] = count;
  }

  /** Sends the orders that the last look found missing. */
  place(): void {
    const { exchange, quotes, moved, movedCount } = this;
    const count = movedCount[0];
    movedCount[0] = 0;
    for (let i = 0; i < count; i++) {
      const k = moved[i];
      const q = 4 * k;
      quotes[q + HANDLE] = exchange.limit((k & 1) as 0 | 1, quotes[q + TICK], quotes[q + LOTS], quotes[q + ACCOUNT], k);
    }
  }

  /** Finds how many lots each maker may still buy and sell before its inventory is at the cap: none while it or its group is out. */
  private measureRoom(time: number, index: number, centre: number): void {
    const { room, options, exchange, level } = this;
    const { count } = options;
    if (level[OUT] === 1) {
      room.fill(0);
      level[STANDING] = 0;
      return;
    }
    const cap = Math.floor(options.inventoryCap / exchange.ledger.notional(1, centre));
    const limited = options.lossLimit !== Infinity;
    let quoting = count;
    for (let m = 0; m < count; m++) {
      const held = exchange.ledger.lots[this.firstAccount + m];
      room[2 * m] = Math.max(0, cap - held);
      room[2 * m + 1] = Math.max(0, cap + held);
      if (!limited || this.mayQuote(m, time, index)) continue;
      room[2 * m] = 0;
      room[2 * m + 1] = 0;
      quoting--;
    }
    level[STANDING] = quoting / count;
  }

  /** Whether a maker's losses leave it in the book. */
  private mayQuote(maker: number, time: number, index: number): boolean {
    const { losses, options } = this;
    if (time < losses[2 * maker] - NANOSECOND) return false;
    const equity = this.exchange.ledger.worth(this.firstAccount + maker, index);
    if (losses[2 * maker] > 0) {
      losses[2 * maker] = 0;
      losses[2 * maker + 1] = equity;
    }
    if (losses[2 * maker + 1] - equity <= options.lossLimit) return true;
    losses[2 * maker] = time + options.lossPause;
    return false;
  }

  /** Sets `lean` from the group's inventory, by the formulas for a price of 1. */
  private leanAgainst({ fill, horizon }: Leaning, centre: number, variance: number): void {
    const { options, exchange, lean, rule, firstAccount } = this;
    const { reach } = options;
    let lots = 0;
    for (let m = 0; m < options.count; m++) lots += exchange.ledger.lots[firstAccount + m];
    const inventory = exchange.ledger.notional(lots, centre) / fill;
    let shift: number;
    let half: number;
    if (horizon === Infinity) {
      const most = (options.count * options.inventoryCap) / fill;
      const ask = within(reach, stationaryDistance(rule, inventory, most, 1));
      const bid = within(reach, stationaryDistance(rule, inventory, most, 0));
      shift = (ask - bid) / 2;
      half = (ask + bid) / 2;
    } else {
      rule.volatility = Math.sqrt(variance);
      shift = reservationPrice(rule, 0, inventory, horizon);
      half = halfSpread(rule, horizon);
    }
    lean[0] = within(reach, shift);
    lean[1] = Math.max(options.halfSpread, Math.min(reach + options.halfSpread, half));
  }

  /** All mutable state between steps, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.quotes, this.level, this.losses];
  }
}

/** A distance, but `reach` at most in either direction. */
function within(reach: number, distance: number): number {
  return Math.max(-reach, Math.min(reach, distance));
}

/** What is left of something after `seconds` when it halves every `halfLife`. */
export function halving(seconds: number, halfLife: number): number {
  return halfLife === Infinity ? 1 : exp((-log(2) * seconds) / halfLife);
}
