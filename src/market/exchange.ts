import type { Ledger } from '../core/ledger.ts';
import { clearing, uncross } from './auction.ts';
import type { OrderBook } from './book.ts';
import { OPEN } from './session.ts';
import type { Session } from './session.ts';

/** Side of an order: a bid buys. */
export const BID = 0;
/** Side of an order: an ask sells. */
export const ASK = 1;

/** Where whoever takes now or never sends orders: a book, or a curve in its place. */
export interface TakerExchange {
  readonly ledger: Ledger;
  /** Lots [0], notional [1] and money in quanta [2] of the last market order. */
  readonly filled: Float64Array;
  /** Notional that has traded here since the start. */
  readonly volume: Float64Array;
  /** Sends a market order and books what it fills; returns the lots filled, which may be fewer than asked. */
  market(side: 0 | 1, lots: number, account: number): number;
  /** The same at `tick` or better; 0 or Infinity, whichever the side cannot get worse than: at no price. */
  ioc(side: 0 | 1, tick: number, lots: number, account: number): number;
  /** Quanta that selling `lots` now would bring; −1 where the market does not take as many. Changes nothing. */
  proceeds(lots: number): number;
  /** The same of what buying `lots` now would cost. */
  outlay(lots: number): number;
}

/**
 * The book together with the ledger: every fill is booked between its two named parties at the resting order's price.
 * Remembers what market orders took from each side since the makers last looked, and what the last one filled.
 *
 * A session, if there is one, decides when and how far orders trade. While it is not open nobody trades: limit orders are collected,
 * orders that fill now or never fill nothing and are gone, so that a margin engine keeps them in its own queue.
 */
export class Exchange implements TakerExchange {
  readonly book: OrderBook;
  readonly ledger: Ledger;
  readonly session: Session | null;
  /** Notional that market orders took from the bids [0] and from the asks [1]; the makers set it back when they have looked. */
  readonly taken = new Float64Array(2);
  /** Lots [0], notional [1] and money in quanta [2] of the last market order. */
  readonly filled = new Float64Array(3);
  readonly volume = new Float64Array(1);

  constructor(book: OrderBook, ledger: Ledger, session: Session | null = null) {
    this.book = book;
    this.ledger = ledger;
    this.session = session;
  }

  /**
   * Once a step, with the market's price and the outside price in ticks, before anybody trades: lets the session halt the market, or
   * open it with an auction of all that was collected.
   */
  beginStep(step: number, price: number, index: number): void {
    const { session } = this;
    if (session === null || !session.advance(step, price, index)) return;
    const lots = this.uncross(session.stoppedAt);
    session.reopen(lots > 0 ? this.book.last : price, index);
  }

  /**
   * Sends a market order and books its fills; returns the lots filled, which are fewer than asked when the side runs dry or the session's
   * band is reached, and none while the market is not open.
   */
  market(side: 0 | 1, lots: number, account: number): number {
    const { book, session } = this;
    if (session === null) return this.took(side, book.market(side, lots, account), account);
    const far = this.bound(session, side, side === BID ? Infinity : 0);
    return far < 0 ? this.tookNothing() : this.took(side, book.ioc(side, far, lots, account), account);
  }

  proceeds(lots: number): number {
    return this.priceOf(BID, this.session === null ? 0 : this.bound(this.session, ASK, 0), lots);
  }

  outlay(lots: number): number {
    return this.priceOf(ASK, this.session === null ? Infinity : this.bound(this.session, BID, Infinity), lots);
  }

  /** Quanta that `lots` are worth to a side that rests up to a tick; −1 where it is not as many. */
  private priceOf(side: 0 | 1, far: number, lots: number): number {
    const { book, ledger } = this;
    if (far < 0) return -1;
    let left = lots;
    let value = 0;
    let tick = side === BID ? book.bestBid : book.bestAsk;
    while (tick >= 0 && (side === BID ? tick >= far : tick <= far)) {
      const taken = Math.min(left, book.totalAt(tick));
      value += ledger.inverse ? taken / tick : taken * tick;
      left -= taken;
      if (left === 0) return value * ledger.factor;
      tick = book.worse(side, tick);
    }
    return -1;
  }

  /** A market order of somebody who does not wait for an answer: in a market that is not open it is collected for the auction. */
  marketOrCollect(side: 0 | 1, lots: number, account: number): void {
    if (this.session === null || this.session.phase === OPEN) this.market(side, lots, account);
    else this.book.collectMarket(side, lots, account, 0);
  }

  /** Takes at `tick` or better what is there, as `market` does at any price. */
  ioc(side: 0 | 1, tick: number, lots: number, account: number): number {
    const far = this.bound(this.session, side, tick);
    return far < 0 ? this.tookNothing() : this.took(side, this.book.ioc(side, far, lots, account), account);
  }

  /** Takes all `lots` at `tick` or better, or none. */
  fok(side: 0 | 1, tick: number, lots: number, account: number): number {
    const far = this.session === null ? tick : this.bound(this.session, side, tick);
    return far < 0 ? this.tookNothing() : this.took(side, this.book.fok(side, far, lots, account), account);
  }

  /**
   * Sends a limit order, books what crossed, and returns the handle of what rests or, while the market is not open, of the collected order;
   * −1 when all of it traded or the session's band rejects it.
   */
  limit(side: 0 | 1, tick: number, lots: number, account: number, ref: number): number {
    const { book, session } = this;
    let at = tick;
    if (session !== null) {
      if (session.phase !== OPEN) return book.collect(side, tick, lots, account, ref);
      at = this.admitted(session, side, tick);
      if (at < 0) return -1;
    }
    const handle = book.limit(side, at, lots, account, ref);
    if (book.fillCount > 0) this.settle(side, account);
    return handle;
  }

  /** As `limit`, but −1 also when the order would trade at once. */
  postOnly(side: 0 | 1, tick: number, lots: number, account: number, ref: number): number {
    const { book, session } = this;
    if (session === null) return book.postOnly(side, tick, lots, account, ref);
    if (session.phase !== OPEN) return book.collect(side, tick, lots, account, ref);
    const at = this.admitted(session, side, tick);
    return at < 0 ? -1 : book.postOnly(side, at, lots, account, ref);
  }

  /**
   * Matches all that rests and was collected at the one price that trades most (nearest to `reference`, in ticks, of equals), books it,
   * and ends the call; returns the lots traded. An owner may meet itself here. What collected market orders trade counts as taken.
   */
  uncross(reference: number): number {
    const { book, ledger, taken, volume } = this;
    const cleared = clearing(book, reference);
    if (cleared === null) {
      book.release(-1);
      return 0;
    }
    const { tick } = cleared;
    uncross(book, tick, (buy, sell, lots) => {
      const buyer = book.ownerOf(buy);
      const seller = book.ownerOf(sell);
      if (buyer !== seller) ledger.trade(buyer, seller, lots, tick);
      const notional = ledger.notional(lots, tick);
      volume[0] += notional;
      if (book.isCollectedMarket(buy)) taken[ASK] += notional;
      if (book.isCollectedMarket(sell)) taken[BID] += notional;
    });
    return cleared.lots;
  }

  /**
   * Moves the book's window so that it reaches `reach` ticks to both sides of `centre`, if it does not; orders that the new window
   * has no place for are cancelled, and their owners notice by `resting`.
   */
  makeRoom(centre: number, reach: number): void {
    const { book } = this;
    const { base, levels } = book;
    if ((centre - reach >= base || base === 0) && centre + reach < base + levels) return;
    const moved = Math.max(0, Math.floor(centre) - (levels >> 1));
    book.cancelOutside(moved);
    book.recentre(moved);
  }

  /** Whether the book has a place for a tick. */
  hasPlaceFor(tick: number): boolean {
    return tick >= this.book.base && tick < this.book.base + this.book.levels;
  }

  /** The tick up to which an order that accepts `limit` may trade now, inside the book's window; −1: not at all. */
  private bound(session: Session | null, side: 0 | 1, limit: number): number {
    const { book } = this;
    const best = side === BID ? book.bestAsk : book.bestBid;
    if (best === -1 || (session !== null && (session.phase !== OPEN || best < session.lowest || best > session.highest))) return -1;
    // The best price is inside the window, so what is not worse than it and not beyond the window's end is too.
    if (side === BID) return limit < best ? -1 : Math.min(limit, session?.highest ?? Infinity, book.base + book.levels - 1);
    return limit > best ? -1 : Math.max(limit, session?.lowest ?? 0, book.base);
  }

  /** The tick at which the session takes a limit order, −1 when it rejects it: beyond the band, or crossing quotes that the band has left behind. */
  private admitted(session: Session, side: 0 | 1, tick: number): number {
    const { book } = this;
    const { lowest, highest } = session;
    if (side === BID) {
      if (book.bestAsk !== -1 && book.bestAsk < lowest && tick >= book.bestAsk) return -1;
      return tick <= highest ? tick : session.clips && highest >= book.base ? highest : -1;
    }
    if (book.bestBid > highest && tick <= book.bestBid) return -1;
    return tick >= lowest ? tick : session.clips && lowest < book.base + book.levels ? lowest : -1;
  }

  /** Books what an order that takes now or never has filled. */
  private took(side: 0 | 1, lots: number, account: number): number {
    const { ledger, filled } = this;
    const money = this.settle(side, account);
    const notional = ledger.inverse ? lots * ledger.factor : money;
    filled[0] = lots;
    filled[1] = notional;
    filled[2] = money;
    this.taken[1 - side] += notional;
    return lots;
  }

  private tookNothing(): number {
    this.filled.fill(0);
    return 0;
  }

  /** Books the fills of the last message; returns their money in quanta. */
  private settle(side: 0 | 1, account: number): number {
    const { book, ledger } = this;
    const { inverse, factor } = ledger;
    const count = book.fillCount;
    let value = 0;
    let filled = 0;
    for (let i = 0; i < count; i++) {
      const maker = book.fillOwner[i];
      const lots = book.fillLots[i];
      const tick = book.fillTick[i];
      value += inverse ? lots / tick : lots * tick;
      filled += lots;
      if (maker === account) continue;
      if (side === BID) ledger.trade(account, maker, lots, tick);
      else ledger.trade(maker, account, lots, tick);
    }
    this.volume[0] += inverse ? filled * factor : value * factor;
    return value * factor;
  }

  /** All mutable state but the book's and the ledger's own, for snapshots. */
  state(): readonly Float64Array[] {
    return this.session === null ? [this.taken, this.filled, this.volume] : [this.taken, this.filled, this.volume, ...this.session.state()];
  }
}
