import { Bitmap } from '../core/bitmap.ts';

/** 0: a bid (buys), 1: an ask (sells). */
export type BookSide = 0 | 1;

/**
 * What happens when an order meets a resting order of its own owner: they trade; the resting one is cancelled; what is left of the
 * incoming one is; both are; or both lose the lots of the smaller one. Names and meaning: Binance, Self Trade Prevention (spot API FAQ).
 */
export type SelfTrade = 'none' | 'expire-maker' | 'expire-taker' | 'expire-both' | 'decrement';

/** Shape of an order book. */
export interface BookOptions {
  /** Lowest tick of the window, ≥ 0. */
  readonly base: number;
  /** Ticks in the window: a power of two from 2^10 to 2^20. */
  readonly levels: number;
  /** Most orders that rest at the same time, 1 to 2^24. */
  readonly capacity: number;
  /** Self-trade prevention; absent: none. */
  readonly selfTrade?: SelfTrade;
}

/** Largest tick and largest lots of one order or one level. */
const MAX_INT32 = 0x7fff_ffff;
/** Tick of a collected market order: no limit order can have it. */
const ANY_BUY = MAX_INT32;
const ANY_SELL = -1;

// Fields of an order. They lie together, 32 bytes an order, so that a message touches one cache line an order and not one a field.
const NEXT = 0;
const PREV = 1;
const LOTS = 2;
const TICK = 3;
const OWNER = 4;
const REF = 5;
const SIDE = 6;
/** 1: collected for an uncross, 0: in the queue of its tick. */
const COLLECTED = 7;
/** An order's fields begin at its handle << this. */
const STRIDE = 3;

// Fields of a level, 16 bytes together for the same reason.
const HEAD = 0;
const TAIL = 1;
const TOTAL = 2;
const COUNT = 3;
/** A level's fields begin at its number << this. */
const QUEUE_STRIDE = 2;

// Places of the scalars in the header: they lie in an array so that copying arrays copies the whole state. The best tick of a
// side lies at the side's own number, the opposite one at 1 − side.
const BEST_BID = 0;
const BEST_ASK = 1;
const LAST = 2;
const FILLS = 3;
const FREED = 4;
const FRESH = 5;
const LIVE = 6;
const BASE = 7;
const TAKER = 8;
const TAKER_SIDE = 9;
const PREVENTED = 10;
const SELF_TRADE = 11;
const CALL_FIRST = 12;
const CALL_LAST = 13;
const CALL_COUNT = 14;
/** Lots of the collected limit orders. */
const CALL_LOTS = 15;
const HEADER_LENGTH = 16;

const SELF_TRADES: readonly SelfTrade[] = ['none', 'expire-maker', 'expire-taker', 'expire-both', 'decrement'];
const NONE = 0;
const EXPIRE_MAKER = 1;
const EXPIRE_TAKER = 2;
const DECREMENT = 4;

/** Ticks by which `price` lies within a taker's limit, negative beyond it. Without a branch, since sides come in no order a processor could learn. */
function room(side: BookSide, price: number, limit: number): number {
  // x ^ −1 is −x − 1, x ^ 0 is x.
  return ((limit - price) ^ -side) + side;
}

/**
 * A limit order book with price–time priority over a window of consecutive ticks.
 *
 * Orders are slots of an Int32 pool and a handle is a slot. Slots are reused, last freed first taken, so a handle kept over
 * other messages may come to name someone else's order: whoever keeps one asks `resting` with owner and reference before
 * acting on it. The remainder of a crossing limit order may take a slot that its own match has just freed, so makers are
 * settled from the fill arrays, copied at fill time, and never by looking the handle up afterwards.
 *
 * When a side runs empty, `limit` rests what is left and every other order drops it: `market` and `ioc` return fewer lots than
 * asked, 0 against nothing, and whoever still wants the rest sends it again.
 *
 * Orders may also be collected without trading, for an auction to match (auction.ts). They have handles like any other, may be
 * cancelled and reduced, and stand in no queue: prices, totals and depth do not show them.
 *
 * Commands throw a RangeError on bad input and then leave the book as it was; queries answer for any tick, since nothing rests
 * outside the window.
 */
export class OrderBook {
  /** Ticks in the window. */
  readonly levels: number;
  /** Most orders that rest or are collected at the same time; also the length of the fill arrays. */
  readonly capacity: number;

  /** By fill of the last taker message, in the order of trading: the tick traded at. */
  readonly fillTick: Int32Array;
  /** By fill: lots traded. */
  readonly fillLots: Int32Array;
  /** By fill: owner of the resting order. */
  readonly fillOwner: Int32Array;
  /** By fill: reference of the resting order. */
  readonly fillRef: Int32Array;
  /** By fill: handle of the resting order. */
  readonly fillHandle: Int32Array;
  /** By fill: lots of the resting order left after it; 0: the order is gone and its slot free. */
  readonly fillLeft: Int32Array;

  /**
   * By level (tick − base) << 2: the first and the last order of its queue, which mean something only while the level holds lots, the lots
   * that rest, 0 when empty, and the orders that rest.
   */
  readonly queues: Int32Array;
  /** The levels that hold lots: one set for both sides, since every bid level lies below every ask level. */
  readonly occupied: Bitmap;

  /** By handle << 3: next and previous order, lots, tick, owner, ref, side, whether collected. In a free slot: the slot freed before, owner −1. */
  private readonly orders: Int32Array;
  private readonly header: Int32Array;

  /** Who stands behind each owner, whom self-trade prevention takes for one party with others; null: every owner for himself. `clear` keeps it. */
  parties: Int32Array | null = null;

  /**
   * An empty book.
   * @throws RangeError when the window or the capacity is out of bounds, or for an unknown rule of self-trade prevention.
   */
  constructor(options: BookOptions) {
    const { base, levels, capacity } = options;
    if (!Number.isInteger(levels) || levels < 1024 || levels > 1_048_576 || (levels & (levels - 1)) !== 0) {
      throw new RangeError(`order book: found a window of ${levels} ticks, want a power of two from 2^10 to 2^20`);
    }
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 16_777_216) {
      throw new RangeError(`order book: found a capacity of ${capacity} orders, want a whole number from 1 to 2^24`);
    }
    this.levels = levels;
    this.capacity = capacity;
    this.orders = new Int32Array(capacity << STRIDE);
    for (let at = OWNER; at < this.orders.length; at += 1 << STRIDE) this.orders[at] = -1;
    this.fillTick = new Int32Array(capacity);
    this.fillLots = new Int32Array(capacity);
    this.fillOwner = new Int32Array(capacity);
    this.fillRef = new Int32Array(capacity);
    this.fillHandle = new Int32Array(capacity);
    this.fillLeft = new Int32Array(capacity);
    this.queues = new Int32Array(levels << QUEUE_STRIDE);
    this.occupied = new Bitmap(levels);
    this.header = new Int32Array(HEADER_LENGTH);
    this.checkBase(base);
    this.header[BASE] = base;
    this.selfTrade = options.selfTrade ?? 'none';
    this.resetScalars();
  }

  /** Lowest tick of the window. */
  get base(): number {
    return this.header[BASE];
  }

  /** Highest bid tick, −1 when there is no bid. */
  get bestBid(): number {
    return this.header[BEST_BID];
  }

  /** Lowest ask tick, −1 when there is no ask. */
  get bestAsk(): number {
    return this.header[BEST_ASK];
  }

  /** Tick of the last fill, −1 before any. */
  get last(): number {
    return this.header[LAST];
  }

  /** What happens when an order meets one of its own owner. May be changed between messages; `clear` keeps it. */
  get selfTrade(): SelfTrade {
    return SELF_TRADES[this.header[SELF_TRADE]];
  }

  set selfTrade(rule: SelfTrade) {
    const code = SELF_TRADES.indexOf(rule);
    if (code === -1) throw new RangeError(`order book: found self-trade prevention "${rule}", want one of ${SELF_TRADES.join(', ')}`);
    this.header[SELF_TRADE] = code;
  }

  /** Fills of the last taker message (limit, post-only, ioc, fill-or-kill, market). */
  get fillCount(): number {
    return this.header[FILLS];
  }

  /** Owner of the last taker message: the other party of all its fills, −1 before any. */
  get taker(): number {
    return this.header[TAKER];
  }

  /** Side of the last taker message: 0 bought in its fills, 1 sold. */
  get takerSide(): BookSide {
    return this.header[TAKER_SIDE] === 0 ? 0 : 1;
  }

  /** Lots that self-trade prevention took off the last taker message: they neither traded nor rest. */
  get prevented(): number {
    return this.header[PREVENTED];
  }

  /** Orders that rest. */
  get live(): number {
    return this.header[LIVE];
  }

  /** Orders that are collected. */
  get collected(): number {
    return this.header[CALL_COUNT];
  }

  /**
   * Matches against the other side at `tick` or better and rests what is left, behind all orders at its tick. 35 ns in a book of 20,000.
   * @param tick inside the window.
   * @param lots 1 to 2^31 − 1.
   * @param owner ≥ 0, Int32.
   * @param ref any Int32, for the owner's own use.
   * @returns the handle of the resting order, −1 when nothing rests.
   * @throws RangeError on bad input, when the book is full or when the level and all that is collected would pass 2^31 − 1 lots.
   */
  limit(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    const header = this.header;
    const level = tick - header[BASE];
    this.checkLimit(tick, lots, owner, ref);
    const best = header[1 - side];
    let left = lots;
    if (best !== -1 && room(side, best, tick) >= 0) {
      if (lots > MAX_INT32 - header[CALL_LOTS]) this.refuseLevel(tick, lots);
      left = this.take(side, tick, lots, owner);
      // What is left of a crossing order finds its level empty and a slot freed by its own match: no check needed.
      if (left === 0) return -1;
    } else {
      if (lots > MAX_INT32 - this.queues[(level << QUEUE_STRIDE) + TOTAL] - header[CALL_LOTS]) this.refuseLevel(tick, lots);
      if (header[FREED] === -1 && header[FRESH] === this.capacity) this.refuseFull(side, tick, lots);
      this.takeNothing(side, owner);
    }
    return this.rest(side, level, this.allot(side, tick, left, owner, ref));
  }

  /**
   * Rests the order, or rejects it when it would trade.
   * @param tick inside the window.
   * @param lots 1 to 2^31 − 1.
   * @param owner ≥ 0, Int32.
   * @param ref any Int32, for the owner's own use.
   * @returns the handle of the resting order, −1 when it is rejected.
   * @throws RangeError on bad input, when the book is full or when the level would pass 2^31 − 1 lots.
   */
  postOnly(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    this.checkLimit(tick, lots, owner, ref);
    const best = this.header[1 - side];
    if (best === -1 || room(side, best, tick) < 0) return this.limit(side, tick, lots, owner, ref);
    this.takeNothing(side, owner);
    return -1;
  }

  /**
   * Takes from the other side at `tick` or better; what is left is dropped.
   * @returns lots filled.
   * @throws RangeError on a tick outside the window, bad lots or a bad owner.
   */
  ioc(side: BookSide, tick: number, lots: number, owner: number): number {
    this.checkLimit(tick, lots, owner, 0);
    return lots - this.take(side, tick, lots, owner) - this.header[PREVENTED];
  }

  /**
   * Fill-or-kill: takes all `lots` from others at `tick` or better, or does nothing at all.
   * @returns lots filled: `lots` or 0.
   * @throws RangeError on a tick outside the window, bad lots or a bad owner.
   */
  fok(side: BookSide, tick: number, lots: number, owner: number): number {
    this.checkLimit(tick, lots, owner, 0);
    if (this.canFill(side, tick, lots, owner)) return lots - this.take(side, tick, lots, owner);
    this.takeNothing(side, owner);
    return 0;
  }

  /**
   * Takes from the other side at any price; what is left when that side is empty is dropped.
   * @returns lots filled.
   * @throws RangeError on bad lots or a bad owner.
   */
  market(side: BookSide, lots: number, owner: number): number {
    if ((lots | 0) !== lots || lots <= 0) this.refuseLots(lots);
    if ((owner | 0) !== owner || owner < 0) this.refuseOwner(owner, 0);
    return lots - this.take(side, side === 0 ? MAX_INT32 : 0, lots, owner) - this.header[PREVENTED];
  }

  /**
   * Keeps a limit order for an auction, behind all collected so far; it trades with nobody until then.
   * @returns its handle.
   * @throws RangeError on bad input, when the book is full or when its level and all that is collected pass 2^31 − 1 lots.
   */
  collect(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    this.checkLimit(tick, lots, owner, ref);
    // All that is collected might come to rest at one tick.
    if (lots > MAX_INT32 - this.totalAt(tick) - this.header[CALL_LOTS]) this.refuseLevel(tick, lots);
    const handle = this.gather(side, tick, lots, owner, ref);
    this.header[CALL_LOTS] += lots;
    return handle;
  }

  /**
   * Keeps a market order for an auction, behind all collected so far; what the auction does not fill of it is dropped.
   * @returns its handle.
   * @throws RangeError on bad lots or a bad owner, or when the book is full.
   */
  collectMarket(side: BookSide, lots: number, owner: number, ref: number): number {
    this.checkLimit(this.header[BASE], lots, owner, ref);
    return this.gather(side, side === 0 ? ANY_BUY : ANY_SELL, lots, owner, ref);
  }

  /**
   * Ends the call: collected limit orders go to the end of their queues in order of arrival and keep their handles; collected market
   * orders are dropped. `last` becomes the last price; −1 leaves it.
   * @throws RangeError when bids and asks would cross: an auction has to match them first.
   */
  release(last: number): void {
    const { header, orders } = this;
    let bid = header[BEST_BID];
    let ask = header[BEST_ASK];
    for (let handle = header[CALL_FIRST]; handle !== -1; handle = this.behind(handle)) {
      const tick = this.tickOf(handle);
      if (this.isCollectedMarket(handle)) continue;
      if (this.sideOf(handle) === 0) bid = Math.max(bid, tick);
      else if (ask === -1 || tick < ask) ask = tick;
    }
    if (ask !== -1 && bid >= ask)
      throw new RangeError(`order book: found bids up to ${bid} and asks from ${ask}, want no cross at the end of a call`);
    let handle = header[CALL_FIRST];
    while (handle !== -1) {
      const at = handle << STRIDE;
      const behind = orders[at + NEXT];
      if (this.isCollectedMarket(handle)) this.free(at, handle);
      else this.rest(this.sideOf(handle), orders[at + TICK] - header[BASE], handle);
      handle = behind;
    }
    header[CALL_FIRST] = -1;
    header[CALL_LAST] = -1;
    header[CALL_COUNT] = 0;
    header[CALL_LOTS] = 0;
    if (last !== -1) header[LAST] = last;
  }

  /**
   * Removes a resting order. A handle is only a slot: see the class on handles that have gone stale.
   * @returns lots removed, 0 when no order is live under the handle.
   */
  cancel(handle: number): number {
    if (!this.isLive(handle)) return 0;
    const lots = this.orders[(handle << STRIDE) + LOTS];
    this.remove(handle, lots);
    return lots;
  }

  /**
   * Takes up to `lots` lots off a resting order, which keeps its place in the queue; all of them cancel it.
   * @returns lots removed, 0 when no order is live under the handle.
   * @throws RangeError on bad lots.
   */
  reduce(handle: number, lots: number): number {
    if ((lots | 0) !== lots || lots <= 0) this.refuseLots(lots);
    if (!this.isLive(handle)) return 0;
    const { orders } = this;
    const at = handle << STRIDE;
    const resting = orders[at + LOTS];
    if (lots >= resting) {
      this.remove(handle, resting);
      return resting;
    }
    orders[at + LOTS] = resting - lots;
    if (orders[at + COLLECTED] === 0) this.queues[((orders[at + TICK] - this.header[BASE]) << QUEUE_STRIDE) + TOTAL] -= lots;
    else if (!this.isCollectedMarket(handle)) this.header[CALL_LOTS] -= lots;
    return lots;
  }

  /** Cancels every order, resting or collected, whose tick lies outside a window that starts at `newBase`. O(capacity). */
  cancelOutside(newBase: number): void {
    for (let handle = 0; handle < this.capacity; handle++) {
      if (this.ownerOf(handle) < 0 || this.isCollectedMarket(handle)) continue;
      const tick = this.tickOf(handle);
      if (tick < newBase || tick >= newBase + this.levels) this.cancel(handle);
    }
  }

  /**
   * Lots that still stand of the order that `owner` sent with `ref` and got `handle` for, resting or collected; 0 when it is gone, and for
   * handle −1. The check to make before acting on a kept handle, all in one cache line.
   */
  resting(handle: number, owner: number, ref: number): number {
    const { orders } = this;
    const at = handle << STRIDE;
    return handle >= 0 && orders[at + OWNER] === owner && orders[at + REF] === ref ? orders[at + LOTS] : 0;
  }

  /** Owner of the order under `handle`, −1 when the slot is free. */
  ownerOf(handle: number): number {
    return this.orders[(handle << STRIDE) + OWNER];
  }

  /** The owner's own reference of the live order under `handle`. */
  refOf(handle: number): number {
    return this.orders[(handle << STRIDE) + REF];
  }

  /** Lots of the live order under `handle`. */
  lotsOf(handle: number): number {
    return this.orders[(handle << STRIDE) + LOTS];
  }

  /** Tick of the live order under `handle`; of a collected market order 2^31 − 1 when it buys, −1 when it sells. */
  tickOf(handle: number): number {
    return this.orders[(handle << STRIDE) + TICK];
  }

  /** Side of the live order under `handle`. */
  sideOf(handle: number): BookSide {
    return this.orders[(handle << STRIDE) + SIDE] === 0 ? 0 : 1;
  }

  /** The order behind the live one under `handle`, in its queue or among the collected; −1 for the last. */
  behind(handle: number): number {
    return this.orders[(handle << STRIDE) + NEXT];
  }

  /** Handle of the order that was collected first, −1 when none is; `behind` leads to the later ones. */
  get firstCollected(): number {
    return this.header[CALL_FIRST];
  }

  /** Whether the live order under `handle` is a collected market order. */
  isCollectedMarket(handle: number): boolean {
    const tick = this.tickOf(handle);
    return tick === ANY_BUY || tick === ANY_SELL;
  }

  /** Lots that rest at `tick`, 0 outside the window. */
  totalAt(tick: number): number {
    const level = tick - this.header[BASE];
    return level >= 0 && level < this.levels ? this.queues[(level << QUEUE_STRIDE) + TOTAL] : 0;
  }

  /** Orders that rest at `tick`, 0 outside the window. */
  countAt(tick: number): number {
    const level = tick - this.header[BASE];
    return level >= 0 && level < this.levels ? this.queues[(level << QUEUE_STRIDE) + COUNT] : 0;
  }

  /** Handle of the order that is filled first at `tick`, −1 when none rests there; `behind` leads to the others. */
  firstAt(tick: number): number {
    return this.totalAt(tick) > 0 ? this.queues[((tick - this.header[BASE]) << QUEUE_STRIDE) + HEAD] : -1;
  }

  /** The next occupied tick of a side that is worse than `tick`, −1 when there is none: from the best on it walks the side. */
  worse(side: BookSide, tick: number): number {
    const header = this.header;
    const base = header[BASE];
    const best = header[side];
    if (best === -1) return -1;
    if (side === 0 ? tick > best : tick < best) return best;
    const level = side === 0 ? this.occupied.highestAtOrBelow(tick - base - 1) : this.occupied.lowestAtOrAbove(tick - base + 1);
    return level === -1 ? -1 : base + level;
  }

  /**
   * Lots of a side from its best tick to `farTick`, that tick included; of more than `enough` maybe not all. 2–3 ns an occupied level and 1 ns
   * every 1,024 ticks.
   */
  depth(side: BookSide, farTick: number, enough = Infinity): number {
    const { header, levels } = this;
    const best = header[side];
    if (best === -1) return 0;
    const near = best - header[BASE];
    const far = farTick - header[BASE];
    if (side === 0) return far > near ? 0 : this.lotsBetween(far > 0 ? far : 0, near, enough);
    return far < near ? 0 : this.lotsBetween(near, far < levels ? far : levels - 1, enough);
  }

  /** Lots at the levels from `low` to `high`, each bit of the set in turn, until there are more than `enough`. */
  private lotsBetween(low: number, high: number, enough: number): number {
    const { queues } = this;
    const { words, groups } = this.occupied;
    const lowWord = low >> 5;
    const highWord = high >> 5;
    let sum = 0;
    for (let group = low >> 10; group <= high >> 10; group++) {
      let wordsLeft = groups[group];
      // Shifts take their count modulo 32; (2 << b) − 1 keeps bits 0 to b.
      if (group === low >> 10) wordsLeft &= -1 << lowWord;
      if (group === high >> 10) wordsLeft &= (2 << highWord) - 1;
      while (wordsLeft !== 0) {
        const word = (group << 5) | (31 - Math.clz32(wordsLeft & -wordsLeft));
        wordsLeft &= wordsLeft - 1;
        let bits = words[word];
        if (word === lowWord) bits &= -1 << low;
        if (word === highWord) bits &= (2 << high) - 1;
        while (bits !== 0) {
          const level = (word << 5) | (31 - Math.clz32(bits & -bits));
          bits &= bits - 1;
          sum += queues[(level << QUEUE_STRIDE) + TOTAL];
        }
        if (sum > enough) return sum;
      }
    }
    return sum;
  }

  /** Empties the book, forgets the last price and gives handles out as a new book would. O(live orders). */
  clear(): void {
    const { occupied, orders, queues } = this;
    for (let handle = this.header[CALL_FIRST]; handle !== -1; handle = this.behind(handle)) orders[(handle << STRIDE) + OWNER] = -1;
    for (let level = occupied.lowestAtOrAbove(0); level !== -1; level = occupied.lowestAtOrAbove(level + 1)) {
      const queue = level << QUEUE_STRIDE;
      for (let handle = queues[queue + HEAD]; handle !== -1; handle = this.behind(handle)) orders[(handle << STRIDE) + OWNER] = -1;
      queues[queue + TOTAL] = 0;
      queues[queue + COUNT] = 0;
      occupied.clear(level);
    }
    this.resetScalars();
  }

  /**
   * Moves the window so that it starts at `newBase`; orders keep their handles, ticks and places in the queues. O(occupied levels).
   * @throws RangeError naming an order that would fall outside; the book is then as it was.
   */
  recentre(newBase: number): void {
    this.checkBase(newBase);
    const { occupied, queues, levels, header } = this;
    const base = header[BASE];
    const shift = newBase - base;
    if (shift === 0) return;
    const lowest = occupied.lowestAtOrAbove(0);
    if (lowest !== -1) {
      if (lowest - shift < 0) this.refuseLeavingOut(newBase, queues[(lowest << QUEUE_STRIDE) + HEAD]);
      const highest = occupied.highestAtOrBelow(levels - 1);
      if (highest - shift >= levels) this.refuseLeavingOut(newBase, queues[(highest << QUEUE_STRIDE) + HEAD]);
    }
    for (let handle = header[CALL_FIRST]; handle !== -1; handle = this.behind(handle)) {
      const tick = this.tickOf(handle);
      if (!this.isCollectedMarket(handle) && (tick < newBase || tick >= newBase + levels)) this.refuseLeavingOut(newBase, handle);
    }
    // Levels move in the direction of the shift, the front one first, so none lands on one that has yet to move.
    for (
      let level = shift > 0 ? lowest : occupied.highestAtOrBelow(levels - 1);
      level !== -1;
      level = shift > 0 ? occupied.lowestAtOrAbove(level + 1) : occupied.highestAtOrBelow(level - 1)
    ) {
      const moved = level - shift;
      const from = level << QUEUE_STRIDE;
      queues.copyWithin(moved << QUEUE_STRIDE, from, from + (1 << QUEUE_STRIDE));
      occupied.set(moved);
      queues[from + TOTAL] = 0;
      queues[from + COUNT] = 0;
      occupied.clear(level);
    }
    header[BASE] = newBase;
  }

  /** The arrays that hold the whole state: copied out and copied back they restore the book byte for byte. */
  state(): readonly Int32Array[] {
    return [
      this.header,
      this.orders,
      this.queues,
      ...this.occupied.state(),
      this.fillTick,
      this.fillLots,
      this.fillOwner,
      this.fillRef,
      this.fillHandle,
      this.fillLeft,
    ];
  }

  /** Matches `lots` at `limit` or better, notes the fills, and returns the lots left. About 15 ns, 10 ns a fill and 7 ns a level emptied. */
  private take(side: BookSide, limit: number, lots: number, taker: number): number {
    const { header, orders, occupied, queues } = this;
    const { fillTick, fillLots, fillOwner, fillRef, fillHandle, fillLeft } = this;
    const base = header[BASE];
    const rule = header[SELF_TRADE];
    let best = header[1 - side];
    let left = lots;
    let fills = 0;
    let gone = 0;
    let last = header[LAST];
    let freed = header[FREED];
    let prevented = 0;
    while (left > 0 && best !== -1 && room(side, best, limit) >= 0) {
      const level = best - base;
      let before = left;
      const queue = level << QUEUE_STRIDE;
      let slot = queues[queue + HEAD];
      let count = queues[queue + COUNT];
      for (;;) {
        const at = slot << STRIDE;
        const available = orders[at + LOTS];
        if (rule !== NONE && this.isOneParty(orders[at + OWNER], taker)) {
          const both = left < available ? left : available;
          const fromMaker = rule === EXPIRE_TAKER ? 0 : rule === DECREMENT ? both : available;
          const fromTaker = rule === EXPIRE_MAKER ? 0 : rule === DECREMENT ? both : left;
          prevented += fromTaker;
          left -= fromTaker;
          // The level loses before − left in the end, whoever loses what.
          before += fromMaker - fromTaker;
          if (fromMaker < available) {
            orders[at + LOTS] = available - fromMaker;
            break;
          }
        } else {
          fillTick[fills] = best;
          fillOwner[fills] = orders[at + OWNER];
          fillRef[fills] = orders[at + REF];
          fillHandle[fills] = slot;
          last = best;
          if (left < available) {
            fillLots[fills] = left;
            fillLeft[fills] = available - left;
            fills++;
            orders[at + LOTS] = available - left;
            left = 0;
            break;
          }
          fillLots[fills] = available;
          fillLeft[fills] = 0;
          fills++;
          left -= available;
        }
        const behind = orders[at + NEXT];
        orders[at + OWNER] = -1;
        orders[at + NEXT] = freed;
        freed = slot;
        slot = behind;
        count--;
        gone++;
        if (left === 0 || slot === -1) break;
      }
      queues[queue + TOTAL] -= before - left;
      queues[queue + COUNT] = count;
      if (slot === -1) {
        occupied.clear(level);
        const after = side === 0 ? occupied.lowestAtOrAbove(level + 1) : occupied.highestAtOrBelow(level - 1);
        best = after === -1 ? -1 : base + after;
      } else {
        queues[queue + HEAD] = slot;
        orders[(slot << STRIDE) + PREV] = -1;
      }
    }
    header[1 - side] = best;
    header[LAST] = last;
    header[FILLS] = fills;
    header[FREED] = freed;
    header[LIVE] -= gone;
    header[TAKER] = taker;
    header[TAKER_SIDE] = side;
    header[PREVENTED] = prevented;
    return left;
  }

  /** Whether an order would find all its lots with others at `limit` or better. 2–3 ns a level; with self-trade prevention, an order. */
  private canFill(side: BookSide, limit: number, lots: number, taker: number): boolean {
    const { header, queues } = this;
    const other = side === 0 ? 1 : 0;
    const rule = header[SELF_TRADE];
    let left = lots;
    for (let best = header[other]; best !== -1 && room(side, best, limit) >= 0; best = this.worse(other, best)) {
      if (rule === NONE) left -= queues[((best - header[BASE]) << QUEUE_STRIDE) + TOTAL];
      for (let handle = rule === NONE ? -1 : this.firstAt(best); handle !== -1 && left > 0; handle = this.behind(handle)) {
        if (!this.isOneParty(this.ownerOf(handle), taker)) left -= this.lotsOf(handle);
        // Any other rule would take lots off this order.
        else if (rule !== EXPIRE_MAKER) return false;
      }
      if (left <= 0) return true;
    }
    return false;
  }

  /** Whether two owners are the same party to self-trade prevention. */
  private isOneParty(one: number, other: number): boolean {
    const { parties } = this;
    return one === other || (parties !== null && parties[one] === parties[other]);
  }

  /** Notes a taker message that fills nothing. */
  private takeNothing(side: BookSide, owner: number): void {
    const { header } = this;
    header[FILLS] = 0;
    header[TAKER] = owner;
    header[TAKER_SIDE] = side;
    header[PREVENTED] = 0;
  }

  /** Writes an order into a free slot, which there is, and returns it; the order stands nowhere yet. */
  private allot(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    const { header, orders } = this;
    let slot = header[FREED];
    if (slot !== -1) header[FREED] = orders[(slot << STRIDE) + NEXT];
    else slot = header[FRESH]++;
    const at = slot << STRIDE;
    orders[at + LOTS] = lots;
    orders[at + TICK] = tick;
    orders[at + OWNER] = owner;
    orders[at + REF] = ref;
    orders[at + SIDE] = side;
    return slot;
  }

  /** Puts an order that crosses nothing at the end of the queue of its level; returns its slot. 10–15 ns. */
  private rest(side: BookSide, level: number, slot: number): number {
    const { header, orders, queues } = this;
    const at = slot << STRIDE;
    orders[at + NEXT] = -1;
    orders[at + COLLECTED] = 0;
    const queue = level << QUEUE_STRIDE;
    const total = queues[queue + TOTAL];
    if (total > 0) {
      const tail = queues[queue + TAIL];
      orders[at + PREV] = tail;
      orders[(tail << STRIDE) + NEXT] = slot;
    } else {
      const tick = level + header[BASE];
      orders[at + PREV] = -1;
      queues[queue + HEAD] = slot;
      this.occupied.set(level);
      if (side === 0) {
        if (tick > header[BEST_BID]) header[BEST_BID] = tick;
      } else if (header[BEST_ASK] === -1 || tick < header[BEST_ASK]) {
        header[BEST_ASK] = tick;
      }
    }
    queues[queue + TAIL] = slot;
    queues[queue + TOTAL] = total + orders[at + LOTS];
    queues[queue + COUNT]++;
    header[LIVE]++;
    return slot;
  }

  /** Puts an order behind all collected so far, if there is a slot for it. */
  private gather(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    const { header, orders } = this;
    if (header[FREED] === -1 && header[FRESH] === this.capacity) this.refuseFull(side, tick, lots);
    const slot = this.allot(side, tick, lots, owner, ref);
    const at = slot << STRIDE;
    const tail = header[CALL_LAST];
    orders[at + NEXT] = -1;
    orders[at + PREV] = tail;
    orders[at + COLLECTED] = 1;
    if (tail === -1) header[CALL_FIRST] = slot;
    else orders[(tail << STRIDE) + NEXT] = slot;
    header[CALL_LAST] = slot;
    header[CALL_COUNT]++;
    return slot;
  }

  /** Whether an order, resting or collected, is live under `handle`. */
  private isLive(handle: number): boolean {
    return (handle | 0) === handle && handle >= 0 && handle < this.capacity && this.orders[(handle << STRIDE) + OWNER] >= 0;
  }

  /** Takes a live order out of its queue and frees its slot. 10–20 ns, by how much of the pool is in cache. */
  private remove(slot: number, lots: number): void {
    const { header, orders, queues } = this;
    const at = slot << STRIDE;
    const ahead = orders[at + PREV];
    const behind = orders[at + NEXT];
    if (ahead !== -1) orders[(ahead << STRIDE) + NEXT] = behind;
    if (behind !== -1) orders[(behind << STRIDE) + PREV] = ahead;
    this.free(at, slot);
    if (orders[at + COLLECTED] === 1) {
      if (ahead === -1) header[CALL_FIRST] = behind;
      if (behind === -1) header[CALL_LAST] = ahead;
      header[CALL_COUNT]--;
      if (!this.isCollectedMarket(slot)) header[CALL_LOTS] -= lots;
      return;
    }
    const tick = orders[at + TICK];
    const level = tick - header[BASE];
    const queue = level << QUEUE_STRIDE;
    if (ahead === -1) queues[queue + HEAD] = behind;
    if (behind === -1) queues[queue + TAIL] = ahead;
    header[LIVE]--;
    queues[queue + COUNT]--;
    if ((queues[queue + TOTAL] -= lots) === 0) this.emptied(tick, level);
  }

  /** Puts a slot on the stack of free ones. */
  private free(at: number, slot: number): void {
    const { header, orders } = this;
    orders[at + OWNER] = -1;
    orders[at + NEXT] = header[FREED];
    header[FREED] = slot;
  }

  /** Takes an emptied level off the set and finds the next best of its side when it was the best. */
  private emptied(tick: number, level: number): void {
    const { header, occupied } = this;
    occupied.clear(level);
    if (tick === header[BEST_BID]) {
      const after = occupied.highestAtOrBelow(level - 1);
      header[BEST_BID] = after === -1 ? -1 : header[BASE] + after;
    } else if (tick === header[BEST_ASK]) {
      const after = occupied.lowestAtOrAbove(level + 1);
      header[BEST_ASK] = after === -1 ? -1 : header[BASE] + after;
    }
  }

  private resetScalars(): void {
    const header = this.header;
    header[BEST_BID] = -1;
    header[BEST_ASK] = -1;
    header[LAST] = -1;
    header[FILLS] = 0;
    header[FREED] = -1;
    header[FRESH] = 0;
    header[LIVE] = 0;
    header[TAKER] = -1;
    header[TAKER_SIDE] = 0;
    header[PREVENTED] = 0;
    header[CALL_FIRST] = -1;
    header[CALL_LAST] = -1;
    header[CALL_COUNT] = 0;
    header[CALL_LOTS] = 0;
  }

  private checkBase(base: number): void {
    const highest = MAX_INT32 - this.levels;
    if (!Number.isInteger(base) || base < 0 || base > highest) {
      throw new RangeError(`order book: found a window from tick ${base}, want a whole number from 0 to ${highest}`);
    }
  }

  private checkLimit(tick: number, lots: number, owner: number, ref: number): void {
    const level = tick - this.header[BASE];
    if ((tick | 0) !== tick || level < 0 || level >= this.levels) this.refuseTick(tick);
    if ((lots | 0) !== lots || lots <= 0) this.refuseLots(lots);
    if ((owner | 0) !== owner || owner < 0 || (ref | 0) !== ref) this.refuseOwner(owner, ref);
  }

  // What refuses lies outside the hot functions, to keep them small enough to be inlined.

  private refuseTick(tick: number): never {
    const base = this.base;
    throw new RangeError(`order book: found tick ${tick}, want a whole tick of the window ${base} to ${base + this.levels - 1}`);
  }

  private refuseLots(lots: number): never {
    throw new RangeError(`order book: found ${lots} lots, want a whole number from 1 to ${MAX_INT32}`);
  }

  private refuseOwner(owner: number, ref: number): never {
    throw new RangeError(`order book: found owner ${owner} and ref ${ref}, want 32-bit whole numbers, the owner ≥ 0`);
  }

  private refuseLevel(tick: number, lots: number): never {
    throw new RangeError(
      `order book: tick ${tick} holds ${this.totalAt(tick) + this.header[CALL_LOTS]} lots and takes no ${lots} more, want at most ${MAX_INT32} in all`,
    );
  }

  private refuseFull(side: BookSide, tick: number, lots: number): never {
    const order = `${side === 0 ? 'bid' : 'ask'} for ${lots} lots at tick ${tick}`;
    throw new RangeError(`order book: no room for a ${order}, want at most ${this.capacity} orders`);
  }

  private refuseLeavingOut(newBase: number, handle: number): never {
    const side = this.sideOf(handle) === 0 ? 'bid' : 'ask';
    const order = `${side} of owner ${this.ownerOf(handle)} for ${this.lotsOf(handle)} lots at tick ${this.tickOf(handle)} (handle ${handle})`;
    throw new RangeError(
      `order book: a window from tick ${newBase} to ${newBase + this.levels - 1} would leave out the ${order}, want every resting order inside`,
    );
  }
}
