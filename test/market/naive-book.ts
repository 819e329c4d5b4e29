import type { BookOptions, BookSide, SelfTrade } from '../../src/market/book.ts';

/** An order of the naive book: in the queue of its tick or collected for an auction. */
export interface NaiveOrder {
  readonly side: BookSide;
  /** ±Infinity for a collected market order. */
  readonly tick: number;
  lots: number;
  readonly owner: number;
  readonly ref: number;
  readonly handle: number;
}

/** A fill of the naive book, with the fields of the fast book's fill arrays. */
export interface NaiveFill {
  readonly tick: number;
  readonly lots: number;
  readonly owner: number;
  readonly ref: number;
  readonly handle: number;
  readonly left: number;
}

/** Largest lots of an order or a level. */
const MOST = 2 ** 31 - 1;

/**
 * What an order book means, written to be read: one plain array of orders in order of arrival, searched from end to end for
 * everything. Refuses what the fast book refuses, and gives out handles by the same rule (last freed first, then the next unused).
 */
export class NaiveBook {
  base: number;
  readonly levels: number;
  readonly capacity: number;
  selfTrade: SelfTrade;
  orders: NaiveOrder[] = [];
  collected: NaiveOrder[] = [];
  fills: NaiveFill[] = [];
  /** What an auction traded: buyer's and seller's handle, lots. */
  pairs: [number, number, number][] = [];
  prevented = 0;
  last = -1;
  private freed: number[] = [];
  private fresh = 0;

  constructor(options: BookOptions) {
    this.base = options.base;
    this.levels = options.levels;
    this.capacity = options.capacity;
    this.selfTrade = options.selfTrade ?? 'none';
  }

  /** The order that trades first on a side: best price, then earliest arrival. */
  best(side: BookSide): NaiveOrder | undefined {
    let best: NaiveOrder | undefined;
    for (const order of this.orders) {
      if (order.side !== side) continue;
      if (best === undefined || (side === 0 ? order.tick > best.tick : order.tick < best.tick)) best = order;
    }
    return best;
  }

  bestTick(side: BookSide): number {
    return this.best(side)?.tick ?? -1;
  }

  limit(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    this.check(tick, lots);
    const crosses = this.crosses(side, tick);
    if ((crosses ? 0 : this.totalAt(tick)) + this.waiting() + lots > MOST) throw new RangeError('level full');
    if (!crosses) this.checkRoom();
    const left = lots - this.match(side, tick, lots, owner) - this.prevented;
    return left === 0 ? -1 : this.add(this.orders, side, tick, left, owner, ref);
  }

  postOnly(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    this.check(tick, lots);
    if (!this.crosses(side, tick)) return this.limit(side, tick, lots, owner, ref);
    this.fills = [];
    this.prevented = 0;
    return -1;
  }

  ioc(side: BookSide, tick: number, lots: number, owner: number): number {
    this.check(tick, lots);
    return this.match(side, tick, lots, owner);
  }

  fok(side: BookSide, tick: number, lots: number, owner: number): number {
    this.check(tick, lots);
    // Tries it on a copy: all of it, or nothing.
    const trial = new NaiveBook({ base: this.base, levels: this.levels, capacity: this.capacity, selfTrade: this.selfTrade });
    trial.orders = this.orders.map((order) => ({ ...order }));
    if (trial.match(side, tick, lots, owner) === lots) return this.match(side, tick, lots, owner);
    this.fills = [];
    this.prevented = 0;
    return 0;
  }

  market(side: BookSide, lots: number, owner: number): number {
    this.check(this.base, lots);
    return this.match(side, side === 0 ? Infinity : -Infinity, lots, owner);
  }

  collect(side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    this.check(tick, lots);
    if (this.totalAt(tick) + this.waiting() + lots > MOST) throw new RangeError('level full');
    this.checkRoom();
    return this.add(this.collected, side, tick, lots, owner, ref);
  }

  collectMarket(side: BookSide, lots: number, owner: number, ref: number): number {
    this.check(this.base, lots);
    this.checkRoom();
    return this.add(this.collected, side, side === 0 ? Infinity : -Infinity, lots, owner, ref);
  }

  /** Lots that would trade at a tick, and what either side would have left over. */
  volumeAt(tick: number): { traded: number; left: number } {
    let wanted = 0;
    let offered = 0;
    for (const list of [this.orders, this.collected]) {
      for (const order of list) {
        if (order.side === 0 && order.tick >= tick) wanted += order.lots;
        if (order.side === 1 && order.tick <= tick) offered += order.lots;
      }
    }
    return { traded: Math.min(wanted, offered), left: Math.abs(wanted - offered) };
  }

  /** Where an auction clears, tried at every tick of the window: most traded, least left, nearest to the reference, lowest. −1: nowhere. */
  clearingTick(reference: number): number {
    let best = -1;
    let rank = [0, 0, 0];
    for (let tick = this.base; tick < this.base + this.levels; tick++) {
      const { traded, left } = this.volumeAt(tick);
      if (traded === 0) continue;
      const mine = [traded, -left, -Math.abs(tick - reference)];
      const first = mine.findIndex((value, i) => value !== rank[i]);
      if (best === -1 || (first !== -1 && mine[first] > rank[first])) {
        best = tick;
        rank = mine;
      }
    }
    return best;
  }

  /** The auction at the clearing tick, or just the end of the call. */
  uncross(reference: number): void {
    const tick = this.clearingTick(reference);
    this.pairs = [];
    if (tick !== -1) {
      const inLine = (side: BookSide): NaiveOrder[] =>
        [...this.orders, ...this.collected]
          .filter((order) => order.side === side && (side === 0 ? order.tick >= tick : order.tick <= tick))
          .toSorted((a, b) => (a.tick === b.tick ? 0 : side === 0 ? b.tick - a.tick : a.tick - b.tick));
      for (;;) {
        const [buy] = inLine(0);
        const [sell] = inLine(1);
        if (buy === undefined || sell === undefined) break;
        const lots = Math.min(buy.lots, sell.lots);
        this.pairs.push([buy.handle, sell.handle, lots]);
        for (const order of [buy, sell]) {
          order.lots -= lots;
          if (order.lots === 0) this.drop(order);
        }
      }
      this.last = tick;
    }
    for (const order of this.collected.slice()) {
      if (!Number.isFinite(order.tick)) this.drop(order);
      else this.orders.push(order);
    }
    this.collected = [];
  }

  cancel(handle: number): number {
    const order = this.find(handle);
    if (order === undefined) return 0;
    this.drop(order);
    return order.lots;
  }

  reduce(handle: number, lots: number): number {
    this.check(this.base, lots);
    const order = this.find(handle);
    if (order === undefined) return 0;
    const removed = Math.min(lots, order.lots);
    if (removed === order.lots) this.drop(order);
    else order.lots -= removed;
    return removed;
  }

  recentre(base: number): void {
    if (base < 0 || base > MOST - this.levels) throw new RangeError('window off the scale');
    const outside = (order: NaiveOrder): boolean => Number.isFinite(order.tick) && (order.tick < base || order.tick >= base + this.levels);
    if ([...this.orders, ...this.collected].some(outside)) throw new RangeError('order left out');
    this.base = base;
  }

  clear(): void {
    this.orders = [];
    this.collected = [];
    this.fills = [];
    this.prevented = 0;
    this.last = -1;
    this.freed = [];
    this.fresh = 0;
  }

  /** The queue at a tick, first to trade first. */
  queue(tick: number): NaiveOrder[] {
    return this.orders.filter((order) => order.tick === tick);
  }

  totalAt(tick: number): number {
    return this.queue(tick).reduce((sum, order) => sum + order.lots, 0);
  }

  depth(side: BookSide, farTick: number): number {
    return this.orders
      .filter((order) => order.side === side && (side === 0 ? order.tick >= farTick : order.tick <= farTick))
      .reduce((sum, order) => sum + order.lots, 0);
  }

  private crosses(side: BookSide, tick: number): boolean {
    const opposite = this.best(side === 0 ? 1 : 0);
    return opposite !== undefined && (side === 0 ? opposite.tick <= tick : opposite.tick >= tick);
  }

  private match(side: BookSide, limit: number, lots: number, taker: number): number {
    this.fills = [];
    this.prevented = 0;
    let left = lots;
    let filled = 0;
    while (left > 0 && this.crosses(side, limit)) {
      const maker = this.best(side === 0 ? 1 : 0)!;
      const quantity = Math.min(left, maker.lots);
      if (maker.owner === taker && this.selfTrade !== 'none') {
        const [fromMaker, fromTaker] = {
          'expire-maker': [maker.lots, 0],
          'expire-taker': [0, left],
          'expire-both': [maker.lots, left],
          decrement: [quantity, quantity],
        }[this.selfTrade];
        maker.lots -= fromMaker;
        left -= fromTaker;
        this.prevented += fromTaker;
      } else {
        left -= quantity;
        filled += quantity;
        maker.lots -= quantity;
        const { tick, owner, ref, handle } = maker;
        this.fills.push({ tick, lots: quantity, owner, ref, handle, left: maker.lots });
        this.last = tick;
      }
      if (maker.lots === 0) this.drop(maker);
    }
    return filled;
  }

  /** Lots of collected limit orders: all of them might come to rest at one tick. */
  private waiting(): number {
    return this.collected.reduce((sum, order) => sum + (Number.isFinite(order.tick) ? order.lots : 0), 0);
  }

  private find(handle: number): NaiveOrder | undefined {
    const named = (candidate: NaiveOrder): boolean => candidate.handle === handle;
    return this.orders.find(named) ?? this.collected.find(named);
  }

  private add(list: NaiveOrder[], side: BookSide, tick: number, lots: number, owner: number, ref: number): number {
    const handle = this.freed.pop() ?? this.fresh++;
    list.push({ side, tick, lots, owner, ref, handle });
    return handle;
  }

  private drop(order: NaiveOrder): void {
    for (const list of [this.orders, this.collected]) if (list.includes(order)) list.splice(list.indexOf(order), 1);
    this.freed.push(order.handle);
  }

  private checkRoom(): void {
    if (this.orders.length + this.collected.length === this.capacity) throw new RangeError('book full');
  }

  private check(tick: number, lots: number): void {
    if (!Number.isInteger(tick) || tick < this.base || tick >= this.base + this.levels) throw new RangeError('bad tick');
    if (!Number.isInteger(lots) || lots < 1 || lots > MOST) throw new RangeError('bad lots');
  }
}
