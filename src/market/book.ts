import { Bitmap } from '../core/bitmap.ts';

/** 0: a bid (buys), 1: an ask (sells). */
export type BookSide = 0 | 1;

/** Shape of an order book. */
export interface BookOptions {
  /** Lowest tick of the window, ≥ 0. */
  readonly base: number;
  /** Ticks in the window: a power of two from 2^10 to 2^20. */
  readonly levels: number;
  /** Most orders that rest at the same time, 1 to 2^24. */
  readonly capacity: number;
}

/** Largest tick and largest lots of one order or one level. */
const MAX_INT32 = 0x7fff_ffff;

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
const HEADER_LENGTH = 10;

/** Ticks by which `price` lies within a taker's limit, negative beyond it. Without a branch, since sides come in no order a processor could learn. */
function room(side: BookSide, price: number, limit: number): number {
  // x ^ −1 is −x − 1, x ^ 0 is x.
  return ((limit - price) ^ -side) + side;
}

/**
 * A limit order book with price–time priority over a window of consecutive ticks.
 *
 * Orders are slots of Int32 pools and a handle is a slot. Slots are reused, last freed first taken, so a handle kept over
 * other messages may come to name someone else's order: whoever keeps one checks `owner[handle]` and `ref[handle]` before
 * acting on it. The remainder of a crossing limit order may take a slot that its own match has just freed, so makers are
 * settled from the fill arrays, copied at fill time, and never by looking the handle up afterwards.
 *
 * An owner may trade with itself. Commands throw a RangeError on bad input and then leave the book as it was; queries
 * answer for any tick, since nothing rests outside the window.
 */
export class OrderBook {
  /** Ticks in the window. */
  readonly levels: number;
  /** Most orders that rest at the same time; also the length of the fill arrays. */
  readonly capacity: number;

  /** By handle: the order behind it in its queue, −1 for the last (in a free slot: the slot freed before). */
  readonly next: Int32Array;
  /** By handle: the order ahead of it in its queue, −1 for the first. */
  readonly prev: Int32Array;
  /** By handle: lots that still rest. */
  readonly lots: Int32Array;
  /** By handle: its tick. */
  readonly tick: Int32Array;
  /** By handle: its owner, −1 when the slot is free. */
  readonly owner: Int32Array;
  /** By handle: the owner's own reference. */
  readonly ref: Int32Array;

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

  /** By level (tick − base): the first order of its queue; means something only while the level holds lots. */
  readonly levelHead: Int32Array;
  /** By level: the last order of its queue; means something only while the level holds lots. */
  readonly levelTail: Int32Array;
  /** By level: lots that rest, 0 when empty. */
  readonly levelLots: Int32Array;
  /** By level: orders that rest. */
  readonly levelCount: Int32Array;
  /** The levels that hold lots: one set for both sides, since every bid level lies below every ask level. */
  readonly occupied: Bitmap;

  private readonly header: Int32Array;

  /**
   * An empty book.
   * @throws RangeError when the window or the capacity is out of bounds.
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
    this.next = new Int32Array(capacity);
    this.prev = new Int32Array(capacity);
    this.lots = new Int32Array(capacity);
    this.tick = new Int32Array(capacity);
    this.owner = new Int32Array(capacity).fill(-1);
    this.ref = new Int32Array(capacity);
    this.fillTick = new Int32Array(capacity);
    this.fillLots = new Int32Array(capacity);
    this.fillOwner = new Int32Array(capacity);
    this.fillRef = new Int32Array(capacity);
    this.fillHandle = new Int32Array(capacity);
    this.fillLeft = new Int32Array(capacity);
    this.levelHead = new Int32Array(levels);
    this.levelTail = new Int32Array(levels);
    this.levelLots = new Int32Array(levels);
    this.levelCount = new Int32Array(levels);
    this.occupied = new Bitmap(levels);
    this.header = new Int32Array(HEADER_LENGTH);
    this.checkBase(base);
    this.header[BASE] = base;
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

  /** Fills of the last taker message (limit, ioc, market). */
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

  /** Orders that rest. */
  get live(): number {
    return this.header[LIVE];
  }

  /**
   * Matches against the other side at `tick` or better and rests what is left, behind all orders at its tick.
   * @param tick inside the window.
   * @param lots 1 to 2^31 − 1.
   * @param owner ≥ 0, Int32.
   * @param ref any Int32, for the owner's own use.
   * @returns the handle of the resting order, −1 when nothing rests.
   * @throws RangeError on bad input, when the book is full or when the level would pass 2^31 − 1 lots.
   */
  limit(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    const header = this.header;
    const level = tick - header[BASE];
    if ((tick | 0) !== tick || level < 0 || level >= this.levels) this.refuseTick(tick);
    if ((lots | 0) !== lots || lots <= 0) this.refuseLots(lots);
    if ((owner | 0) !== owner || owner < 0 || (ref | 0) !== ref) this.refuseOwner(owner, ref);
    const best = header[1 - side];
    let left = lots;
    if (best !== -1 && room(side, best, tick) >= 0) {
      left = this.take(side, tick, lots, owner);
      // What is left of a crossing order finds its level empty and a slot freed by its own match: no check needed.
      if (left === 0) return -1;
    } else {
      if (lots > MAX_INT32 - this.levelLots[level]) this.refuseLevel(tick, lots);
      if (header[FREED] === -1 && header[FRESH] === this.capacity) this.refuseFull(side, tick, lots);
      header[FILLS] = 0;
      header[TAKER] = owner;
      header[TAKER_SIDE] = side;
    }
    return this.rest(side, tick, level, left, owner, ref);
  }

  /**
   * Takes from the other side at `tick` or better; what is left is dropped.
   * @returns lots filled.
   * @throws RangeError on a tick outside the window, bad lots or a bad owner.
   */
  ioc(side: BookSide, tick: number, lots: number, owner: number): number {
    const level = tick - this.header[BASE];
    if ((tick | 0) !== tick || level < 0 || level >= this.levels) this.refuseTick(tick);
    if ((lots | 0) !== lots || lots <= 0) this.refuseLots(lots);
    if ((owner | 0) !== owner || owner < 0) this.refuseOwner(owner, 0);
    return lots - this.take(side, tick, lots, owner);
  }

  /**
   * Takes from the other side at any price; what is left when that side is empty is dropped.
   * @returns lots filled.
   * @throws RangeError on bad lots or a bad owner.
   */
  market(side: BookSide, lots: number, owner: number): number {
    if ((lots | 0) !== lots || lots <= 0) this.refuseLots(lots);
    if ((owner | 0) !== owner || owner < 0) this.refuseOwner(owner, 0);
    return lots - this.take(side, side === 0 ? MAX_INT32 : 0, lots, owner);
  }

  /**
   * Removes a resting order. A handle is only a slot: see the class on handles that have gone stale.
   * @returns lots removed, 0 when no order is live under the handle.
   */
  cancel(handle: number): number {
    if (handle < 0 || handle >= this.capacity || !(this.owner[handle] >= 0)) return 0;
    const lots = this.lots[handle];
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
    if (handle < 0 || handle >= this.capacity || !(this.owner[handle] >= 0)) return 0;
    const resting = this.lots[handle];
    if (lots >= resting) {
      this.remove(handle, resting);
      return resting;
    }
    this.lots[handle] = resting - lots;
    this.levelLots[this.tick[handle] - this.header[BASE]] -= lots;
    return lots;
  }

  /** Side of the live order under `handle`. */
  sideOf(handle: number): BookSide {
    return this.tick[handle] <= this.header[BEST_BID] ? 0 : 1;
  }

  /** Lots that rest at `tick`, 0 outside the window. */
  totalAt(tick: number): number {
    const level = tick - this.header[BASE];
    return level >= 0 && level < this.levels ? this.levelLots[level] : 0;
  }

  /** Orders that rest at `tick`, 0 outside the window. */
  countAt(tick: number): number {
    const level = tick - this.header[BASE];
    return level >= 0 && level < this.levels ? this.levelCount[level] : 0;
  }

  /** Handle of the order that is filled first at `tick`, −1 when none rests there; `next` leads to those behind. */
  firstAt(tick: number): number {
    return this.totalAt(tick) > 0 ? this.levelHead[tick - this.header[BASE]] : -1;
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

  /** Lots of a side from its best tick to `farTick`, that tick included. 2–3 ns an occupied level. */
  depth(side: BookSide, farTick: number): number {
    const header = this.header;
    const { occupied, levelLots } = this;
    const base = header[BASE];
    const far = farTick - base;
    let sum = 0;
    if (side === 0) {
      for (let level = header[BEST_BID] - base; level >= far && level >= 0; level = occupied.highestAtOrBelow(level - 1)) {
        sum += levelLots[level];
      }
    } else if (header[BEST_ASK] !== -1) {
      for (let level = header[BEST_ASK] - base; level <= far && level !== -1; level = occupied.lowestAtOrAbove(level + 1)) {
        sum += levelLots[level];
      }
    }
    return sum;
  }

  /** Empties the book, forgets the last price and gives handles out as a new book would. O(live orders). */
  clear(): void {
    const { occupied, owner, next, levelHead, levelLots, levelCount } = this;
    for (let level = occupied.lowestAtOrAbove(0); level !== -1; level = occupied.lowestAtOrAbove(level + 1)) {
      for (let handle = levelHead[level]; handle !== -1; handle = next[handle]) owner[handle] = -1;
      levelLots[level] = 0;
      levelCount[level] = 0;
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
    const { occupied, levelHead, levelTail, levelLots, levelCount, levels, header } = this;
    const base = header[BASE];
    const shift = newBase - base;
    if (shift === 0) return;
    const lowest = occupied.lowestAtOrAbove(0);
    if (lowest !== -1) {
      if (lowest - shift < 0) this.refuseRecentre(newBase, base + lowest);
      const highest = occupied.highestAtOrBelow(levels - 1);
      if (highest - shift >= levels) this.refuseRecentre(newBase, base + highest);
    }
    // Levels move in the direction of the shift, the front one first, so none lands on one that has yet to move.
    for (
      let level = shift > 0 ? lowest : occupied.highestAtOrBelow(levels - 1);
      level !== -1;
      level = shift > 0 ? occupied.lowestAtOrAbove(level + 1) : occupied.highestAtOrBelow(level - 1)
    ) {
      const moved = level - shift;
      levelHead[moved] = levelHead[level];
      levelTail[moved] = levelTail[level];
      levelLots[moved] = levelLots[level];
      levelCount[moved] = levelCount[level];
      occupied.set(moved);
      levelLots[level] = 0;
      levelCount[level] = 0;
      occupied.clear(level);
    }
    header[BASE] = newBase;
  }

  /** The arrays that hold the whole state: copied out and copied back they restore the book byte for byte. */
  state(): readonly Int32Array[] {
    return [
      this.header,
      this.next,
      this.prev,
      this.lots,
      this.tick,
      this.owner,
      this.ref,
      this.levelHead,
      this.levelTail,
      this.levelLots,
      this.levelCount,
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
    const { header, next, prev, owner, occupied, levelHead, levelLots, levelCount } = this;
    const { fillTick, fillLots, fillOwner, fillRef, fillHandle, fillLeft } = this;
    const resting = this.lots;
    const ref = this.ref;
    const base = header[BASE];
    let best = header[1 - side];
    let left = lots;
    let fills = 0;
    let gone = 0;
    let last = header[LAST];
    let freed = header[FREED];
    while (left > 0 && best !== -1 && room(side, best, limit) >= 0) {
      const level = best - base;
      const before = left;
      let slot = levelHead[level];
      let count = levelCount[level];
      for (;;) {
        const available = resting[slot];
        fillTick[fills] = best;
        fillOwner[fills] = owner[slot];
        fillRef[fills] = ref[slot];
        fillHandle[fills] = slot;
        if (left < available) {
          fillLots[fills] = left;
          fillLeft[fills] = available - left;
          fills++;
          resting[slot] = available - left;
          left = 0;
          break;
        }
        fillLots[fills] = available;
        fillLeft[fills] = 0;
        fills++;
        left -= available;
        const behind = next[slot];
        owner[slot] = -1;
        next[slot] = freed;
        freed = slot;
        slot = behind;
        count--;
        gone++;
        if (left === 0 || slot === -1) break;
      }
      last = best;
      levelLots[level] -= before - left;
      levelCount[level] = count;
      if (slot === -1) {
        occupied.clear(level);
        const after = side === 0 ? occupied.lowestAtOrAbove(level + 1) : occupied.highestAtOrBelow(level - 1);
        best = after === -1 ? -1 : base + after;
      } else {
        levelHead[level] = slot;
        prev[slot] = -1;
      }
    }
    header[1 - side] = best;
    header[LAST] = last;
    header[FILLS] = fills;
    header[FREED] = freed;
    header[LIVE] -= gone;
    header[TAKER] = taker;
    header[TAKER_SIDE] = side;
    return left;
  }

  /** Puts an order that crosses nothing at the end of its queue; there is a free slot. 10–15 ns. */
  private rest(side: BookSide, tick: number, level: number, lots: number, owner: number, ref: number): number {
    const { header, levelTail, levelLots } = this;
    let slot = header[FREED];
    if (slot !== -1) header[FREED] = this.next[slot];
    else slot = header[FRESH]++;
    this.next[slot] = -1;
    this.lots[slot] = lots;
    this.tick[slot] = tick;
    this.owner[slot] = owner;
    this.ref[slot] = ref;
    const total = levelLots[level];
    if (total > 0) {
      const tail = levelTail[level];
      this.prev[slot] = tail;
      this.next[tail] = slot;
    } else {
      this.prev[slot] = -1;
      this.levelHead[level] = slot;
      this.occupied.set(level);
      if (side === 0) {
        if (tick > header[BEST_BID]) header[BEST_BID] = tick;
      } else if (header[BEST_ASK] === -1 || tick < header[BEST_ASK]) {
        header[BEST_ASK] = tick;
      }
    }
    levelTail[level] = slot;
    levelLots[level] = total + lots;
    this.levelCount[level]++;
    header[LIVE]++;
    return slot;
  }

  /** Takes a live order out of its queue and frees its slot. 10–20 ns, by how much of the pools is in cache. */
  private remove(slot: number, lots: number): void {
    const { header, next, prev } = this;
    const tick = this.tick[slot];
    const level = tick - header[BASE];
    const ahead = prev[slot];
    const behind = next[slot];
    if (ahead === -1) this.levelHead[level] = behind;
    else next[ahead] = behind;
    if (behind === -1) this.levelTail[level] = ahead;
    else prev[behind] = ahead;
    this.owner[slot] = -1;
    next[slot] = header[FREED];
    header[FREED] = slot;
    header[LIVE]--;
    this.levelCount[level]--;
    if ((this.levelLots[level] -= lots) === 0) this.emptied(tick, level);
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
  }

  private checkBase(base: number): void {
    const highest = MAX_INT32 - this.levels;
    if (!Number.isInteger(base) || base < 0 || base > highest) {
      throw new RangeError(`order book: found a window from tick ${base}, want a whole number from 0 to ${highest}`);
    }
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
      `order book: tick ${tick} holds ${this.totalAt(tick)} lots and takes no ${lots} more, want at most ${MAX_INT32} in all`,
    );
  }

  private refuseFull(side: BookSide, tick: number, lots: number): never {
    const order = `${side === 0 ? 'bid' : 'ask'} for ${lots} lots at tick ${tick}`;
    throw new RangeError(`order book: no room for a ${order}, want at most ${this.capacity} resting orders`);
  }

  private refuseRecentre(newBase: number, tick: number): never {
    const handle = this.firstAt(tick);
    const order = `${this.sideOf(handle) === 0 ? 'bid' : 'ask'} of owner ${this.owner[handle]} for ${this.lots[handle]} lots at tick ${tick} (handle ${handle})`;
    throw new RangeError(
      `order book: a window from tick ${newBase} to ${newBase + this.levels - 1} would leave out the ${order}, want every resting order inside`,
    );
  }
}
