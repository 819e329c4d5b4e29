import { initialRequirement } from '../margin/initial-growth.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { BID } from '../market/exchange.ts';
import type { Exchange } from '../market/exchange.ts';
import { OPEN } from '../market/session.ts';

/** A venue's market as its customers meet it who trade on margin of their own will. Prices in ticks. */
export interface Counter {
  readonly exchange: Exchange;
  readonly margin: MarginOptions;
  /** The account that trading fees go to: the venue's owners are outside of the market. */
  readonly outside: number;
  /** Margin price now. */
  mark(): number;
  /** Whether an account's owner may trade: it is not being liquidated. */
  isFree(account: number): boolean;
  /** Has the margin engine look anew at an account whose owner has traded or moved money; `long`: the side it was on, or is on now. */
  renew(account: number, long: boolean): void;
  /** Has the venue note that so many quanta are about to leave an account. */
  withdraw(account: number, amount: number): void;
}

/** Where an adversary trades, and what it can see there. */
export interface Place {
  readonly counter: Counter;
  readonly stepSeconds: number;
  /** Price of this market at the start, in ticks. */
  readonly start: number;
  /** The price in ticks past which a share of the lots of this market's isolated longs, or shorts, would be liquidated as they stand now. */
  liquidationPrice(longs: boolean, share: number): number;
}

/** Largest order in lots: inside the book's 32-bit quantities. */
const MAX_LOTS = 1 << 28;

/**
 * An isolated margin account of somebody who trades as he likes, under the rules that hold for everybody: what adds to the position needs
 * initial margin at the mark, with the order's own loss against the mark taken off first; what reduces it needs none. Between his orders
 * the margin engine treats it like any other account.
 */
export class MarginAccount {
  /** Its number in the ledger. */
  readonly account: number;
  private readonly counter: Counter;
  /** Fee on the notional of what it trades. */
  private readonly fee: number;

  constructor(account: number, counter: Counter, fee: number) {
    this.account = account;
    this.counter = counter;
    this.fee = fee;
  }

  /** Signed lots. */
  get lots(): number {
    return this.counter.exchange.ledger.lots[this.account];
  }

  get cash(): number {
    return this.counter.exchange.ledger.cash[this.account];
  }

  /** Equity at a price, in quanta. */
  equity(tick: number): number {
    return this.counter.exchange.ledger.equity(this.account, tick);
  }

  /** Notional of all that is open in the market, where initial margin rises with it; else 0. */
  private get openInterest(): number {
    const { exchange, margin } = this.counter;
    return (margin.growth ?? null) === null ? 0 : exchange.ledger.notional(exchange.ledger.openInterest, this.counter.mark());
  }

  /** Whole lots of a notional in quanta at a price. */
  lotsOf(notional: number, tick: number): number {
    return Math.min(MAX_LOTS, Math.floor(notional / this.counter.exchange.ledger.notional(1, tick)));
  }

  /** Whether orders trade now, and the account's owner may send any. */
  get isFree(): boolean {
    const { exchange } = this.counter;
    return (exchange.session === null || exchange.session.phase === OPEN) && this.counter.isFree(this.account);
  }

  /** How many of `wanted` lots the account may buy (side 0) or sell (1) at a price; it does not turn from long to short in one order. */
  allowed(side: 0 | 1, wanted: number, tick: number): number {
    const sign = side === BID ? 1 : -1;
    const held = sign * this.lots;
    if (held < 0) return Math.min(wanted, -held);
    const { ledger } = this.counter.exchange;
    const mark = this.counter.mark();
    const equity = this.equity(mark);
    const loss = ledger.notional(Math.max(0, sign * (tick - mark)) + this.fee * tick, 1);
    const { openInterest } = this;
    const isMet = (lots: number): boolean =>
      equity - lots * loss >= initialRequirement(this.counter.margin, ledger.notional(held + lots, mark), openInterest);
    if (isMet(wanted)) return wanted;
    let low = 0;
    let high = wanted;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (isMet(middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Sends a market order of as many of the lots as it may; returns the lots filled. */
  take(side: 0 | 1, wanted: number): number {
    const { book } = this.counter.exchange;
    const best = side === BID ? book.bestAsk : book.bestBid;
    if (wanted < 1 || best < 1 || !this.isFree) return 0;
    const lots = this.allowed(side, wanted, best);
    return lots < 1 ? 0 : this.send(() => this.counter.exchange.market(side, lots, this.account));
  }

  /** Takes of the lots what is there at `tick` or better, without asking what is allowed; returns the lots filled. */
  takeUpTo(side: 0 | 1, tick: number, lots: number): number {
    return this.send(() => this.counter.exchange.ioc(side, tick, lots, this.account));
  }

  /**
   * Trades with another account of the same owner, whose offer it takes at `tick` after everybody else's at that price or better. Of what is
   * not traded nothing rests. Returns how many lots the other account traded; none where its offer would trade at once or is refused.
   */
  takeFrom(other: MarginAccount, side: 0 | 1, tick: number, lots: number): number {
    const { exchange } = this.counter;
    const before = other.lots;
    other.send(() => {
      const offer = exchange.postOnly(side === BID ? 1 : 0, tick, lots, other.account, 0);
      if (offer < 0) return;
      this.send(() => {
        const left = exchange.limit(side, tick, lots, this.account, 0);
        if (exchange.book.resting(left, this.account, 0) > 0) exchange.book.cancel(left);
      });
      if (exchange.book.resting(offer, other.account, 0) > 0) exchange.book.cancel(offer);
    });
    return Math.abs(other.lots - before);
  }

  /** Takes quanta out of the account, as much as the venue lets go: what stays is initial margin, and at least `keep` of the position's notional. */
  withdraw(to: number, keep: number): number {
    const { exchange, margin } = this.counter;
    const mark = this.counter.mark();
    const notional = exchange.ledger.notional(Math.abs(this.lots), mark);
    const free = Math.floor(this.equity(mark) - Math.max(initialRequirement(margin, notional, this.openInterest), keep * notional));
    if (free < 1 || !this.isFree) return 0;
    this.counter.withdraw(this.account, free);
    exchange.ledger.transfer(this.account, to, free);
    this.counter.renew(this.account, this.lots > 0);
    return free;
  }

  /** Does something that may trade; then pays the fee on it, out of what is left, and has the engine look. Returns the lots traded. */
  private send(order: () => unknown): number {
    const { exchange, outside } = this.counter;
    const { lots, cash } = this;
    order();
    const traded = Math.abs(this.lots - lots);
    if (traded === 0) return 0;
    const left = Math.max(0, Math.floor(this.equity(this.counter.mark())));
    const fee = Math.min(left, Math.ceil(Math.abs(this.cash - cash) * this.fee));
    if (fee > 0) exchange.ledger.transfer(this.account, outside, fee);
    this.counter.renew(this.account, lots === 0 ? this.lots > 0 : lots > 0);
    return traded;
  }
}
