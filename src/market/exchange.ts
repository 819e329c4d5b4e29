import type { Ledger } from '../core/ledger.ts';
import type { OrderBook } from './book.ts';

/** Side of an order: a bid buys. */
export const BID = 0;
/** Side of an order: an ask sells. */
export const ASK = 1;

/**
 * The book together with the ledger: every fill is booked between its two named parties at the resting order's price.
 * Remembers what market orders took from each side since the makers last looked, and what the last one filled.
 */
export class Exchange {
  readonly book: OrderBook;
  readonly ledger: Ledger;
  /** Notional in quanta that market orders took from the bids [0] and from the asks [1]; the makers set it back when they have looked. */
  readonly taken = new Float64Array(2);
  /** Lots [0] and notional in quanta [1] of the last market order. */
  readonly filled = new Float64Array(2);
  private readonly quantaPerTickLot: number;

  constructor(book: OrderBook, ledger: Ledger, quantaPerTickLot: number) {
    this.book = book;
    this.ledger = ledger;
    this.quantaPerTickLot = quantaPerTickLot;
  }

  /** Sends a market order and books its fills; returns the lots filled, which may be fewer than asked. */
  market(side: 0 | 1, lots: number, account: number): number {
    const done = this.book.market(side, lots, account);
    const notional = this.settle(side, account);
    this.filled[0] = done;
    this.filled[1] = notional;
    this.taken[1 - side] += notional;
    return done;
  }

  /** Sends a limit order, books what crossed, and returns the handle of what rests, or −1. */
  limit(side: 0 | 1, tick: number, lots: number, account: number, ref: number): number {
    const handle = this.book.limit(side, tick, lots, account, ref);
    if (this.book.fillCount > 0) this.settle(side, account);
    return handle;
  }

  /**
   * Moves the book's window so that it reaches `reach` ticks to both sides of `centre`, if it does not; orders that the new window
   * has no place for are cancelled, and their owners notice by `owner` and `ref`.
   */
  makeRoom(centre: number, reach: number): void {
    const { book } = this;
    const { base, levels } = book;
    if ((centre - reach >= base || base === 0) && centre + reach < base + levels) return;
    const moved = Math.max(0, Math.floor(centre) - (levels >> 1));
    const { owner, tick } = book;
    for (let slot = 0; slot < book.capacity; slot++) {
      if (owner[slot] >= 0 && (tick[slot] < moved || tick[slot] >= moved + levels)) book.cancel(slot);
    }
    book.recentre(moved);
  }

  /** Whether the book has a place for a tick. */
  hasPlaceFor(tick: number): boolean {
    return tick >= this.book.base && tick < this.book.base + this.book.levels;
  }

  /** Books the fills of the last message; returns their notional in quanta. */
  private settle(side: 0 | 1, account: number): number {
    const { book, ledger } = this;
    const count = book.fillCount;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const maker = book.fillOwner[i];
      const lots = book.fillLots[i];
      const tick = book.fillTick[i];
      value += lots * tick;
      if (maker === account) continue;
      if (side === BID) ledger.trade(account, maker, lots, tick);
      else ledger.trade(maker, account, lots, tick);
    }
    return value * this.quantaPerTickLot;
  }

  /** All mutable state but the book's and the ledger's own, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.taken, this.filled];
  }
}
