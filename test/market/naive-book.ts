import type { BookSide } from '../../src/market/book.ts';

/** A resting order of the naive book. */
export interface NaiveOrder {
  readonly side: BookSide;
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
  orders: NaiveOrder[] = [];
  fills: NaiveFill[] = [];
  last = -1;
  private freed: number[] = [];
  private fresh = 0;

  constructor(options: { base: number; levels: number; capacity: number }) {
    this.base = options.base;
    this.levels = options.levels;
    this.capacity = options.capacity;
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
    if (!this.crosses(side, tick)) {
      if (this.totalAt(tick) + lots > MOST) throw new RangeError('level full');
      if (this.orders.length === this.capacity) throw new RangeError('book full');
    }
    const left = lots - this.match(side, tick, lots);
    if (left === 0) return -1;
    const handle = this.freed.pop() ?? this.fresh++;
    this.orders.push({ side, tick, lots: left, owner, ref, handle });
    return handle;
  }

  ioc(side: BookSide, tick: number, lots: number): number {
    this.check(tick, lots);
    return this.match(side, tick, lots);
  }

  market(side: BookSide, lots: number): number {
    this.check(this.base, lots);
    return this.match(side, side === 0 ? Infinity : -Infinity, lots);
  }

  cancel(handle: number): number {
    const order = this.orders.find((candidate) => candidate.handle === handle);
    if (order === undefined) return 0;
    this.drop(order);
    return order.lots;
  }

  reduce(handle: number, lots: number): number {
    this.check(this.base, lots);
    const order = this.orders.find((candidate) => candidate.handle === handle);
    if (order === undefined) return 0;
    const removed = Math.min(lots, order.lots);
    if (removed === order.lots) this.drop(order);
    else order.lots -= removed;
    return removed;
  }

  recentre(base: number): void {
    if (base < 0 || base > MOST - this.levels) throw new RangeError('window off the scale');
    if (this.orders.some((order) => order.tick < base || order.tick >= base + this.levels)) throw new RangeError('order left out');
    this.base = base;
  }

  clear(): void {
    this.orders = [];
    this.fills = [];
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

  private match(side: BookSide, limit: number, lots: number): number {
    this.fills = [];
    let left = lots;
    while (left > 0 && this.crosses(side, limit)) {
      const maker = this.best(side === 0 ? 1 : 0)!;
      const quantity = Math.min(left, maker.lots);
      left -= quantity;
      maker.lots -= quantity;
      const { tick, owner, ref, handle } = maker;
      this.fills.push({ tick, lots: quantity, owner, ref, handle, left: maker.lots });
      if (maker.lots === 0) this.drop(maker);
      this.last = tick;
    }
    return lots - left;
  }

  private drop(order: NaiveOrder): void {
    this.orders.splice(this.orders.indexOf(order), 1);
    this.freed.push(order.handle);
  }

  private check(tick: number, lots: number): void {
    if (!Number.isInteger(tick) || tick < this.base || tick >= this.base + this.levels) throw new RangeError('bad tick');
    if (!Number.isInteger(lots) || lots < 1 || lots > MOST) throw new RangeError('bad lots');
  }
}
