import type { Exchange } from '../market/exchange.ts';

// Places in `cursor`.
const HEAD = 0;
const TAIL = 1;
const REF = 2;

/** Limit orders that rest for one and the same time, of any number of accounts: a ring in the order of expiry. */
export class ExpiringOrders {
  private readonly exchange: Exchange;
  private readonly restSteps: number;
  private readonly expiry: Int32Array;
  private readonly handle: Int32Array;
  private readonly ref: Int32Array;
  private readonly account: Int32Array;
  private readonly cursor = new Int32Array(3);

  /** Orders rest for `restSteps` steps; room for `capacity` at once. */
  constructor(exchange: Exchange, restSteps: number, capacity: number) {
    this.exchange = exchange;
    this.restSteps = restSteps;
    this.expiry = new Int32Array(capacity);
    this.handle = new Int32Array(capacity);
    this.ref = new Int32Array(capacity);
    this.account = new Int32Array(capacity);
  }

  /** Room for Poisson arrivals with this mean number at rest: eight standard deviations above it, and never fewer than 64. */
  static capacity(mean: number): number {
    return Math.ceil(mean + 8 * Math.sqrt(mean)) + 64;
  }

  reset(): void {
    this.cursor.fill(0);
  }

  /** Takes what stands at `tick` or better and rests what is left, unless the book has no place there. */
  send(side: 0 | 1, tick: number, lots: number, account: number, step: number): void {
    const { exchange } = this;
    const { base, levels, bestBid, bestAsk } = exchange.book;
    let left = lots;
    // Sent as two orders, because makers see what is taken at once and not what a limit order takes.
    if (side === 0 ? bestAsk >= 0 && bestAsk <= tick : bestBid >= tick) {
      const far = side === 0 ? Math.min(tick, base + levels - 1) : Math.max(tick, base);
      left -= exchange.ioc(side, far, lots, account);
    }
    if (left > 0 && tick > 0 && exchange.hasPlaceFor(tick)) this.rest(side, tick, left, account, step);
  }

  private rest(side: 0 | 1, tick: number, lots: number, account: number, step: number): void {
    const { cursor, expiry } = this;
    const capacity = expiry.length;
    if (cursor[TAIL] - cursor[HEAD] >= capacity) return;
    const ref = cursor[REF];
    cursor[REF] = (ref + 1) & 0x7fffffff;
    const place = cursor[TAIL] % capacity;
    expiry[place] = step + this.restSteps;
    this.handle[place] = this.exchange.limit(side, tick, lots, account, ref);
    this.ref[place] = ref;
    this.account[place] = account;
    cursor[TAIL]++;
  }

  /** Cancels what has rested its time; orders that are filled or cancelled already are passed over. */
  cancelExpired(step: number): void {
    const { cursor, expiry, handle, ref, account } = this;
    const book = this.exchange.book;
    const capacity = expiry.length;
    while (cursor[HEAD] < cursor[TAIL]) {
      const place = cursor[HEAD] % capacity;
      if (expiry[place] > step) return;
      const slot = handle[place];
      // A filled order's slot may hold somebody else's by now.
      if (book.resting(slot, account[place], ref[place]) > 0) book.cancel(slot);
      cursor[HEAD]++;
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly Int32Array[] {
    return [this.expiry, this.handle, this.ref, this.account, this.cursor];
  }
}
