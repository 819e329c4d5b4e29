import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { exponential, poisson, poissonStart } from '../core/samplers.ts';
import type { PoissonStart } from '../core/samplers.ts';
import type { Exchange } from '../market/exchange.ts';

/** Traders without a view: Poisson arrivals of small orders on both sides. */
export interface NoiseOptions {
  /** Market orders a second (both sides together). */
  readonly marketRate: number;
  /** Limit orders a second (both sides together). */
  readonly limitRate: number;
  /** Mean notional of an order in quanta (exponential). */
  readonly size: number;
  /** Limit orders rest this many seconds, then are cancelled. */
  readonly lifetime: number;
  /** Limit orders stand up to this far from the mid, as a fraction (uniform). */
  readonly reach: number;
}

/** One scheduled order from outside (`outside` account): the exogenous shock of the laws. */
export interface ScheduledOrder {
  /** Seconds from the start. */
  readonly at: number;
  /** Signed lots: > 0 buys. A market order. */
  readonly lots: number;
}

const COUNTS = 0;
const MARKET = 1;
const LIMIT = 2;
/** Slots of the counter that one order uses. */
const SLOTS = 4;

/** Largest order in lots: keeps a freak draw inside the book's 32-bit quantities. */
const MAX_LOTS = 1 << 28;

/**
 * The noise traders of one market, one account. How many orders come, on which side and how large depends on (seed, step, slot)
 * alone; only where a limit order stands follows the mid.
 */
export class Noise {
  private readonly options: NoiseOptions;
  private readonly exchange: Exchange;
  private readonly account: number;
  private readonly marketMean: number;
  private readonly limitMean: number;
  private readonly marketStart: PoissonStart;
  private readonly limitStart: PoissonStart;
  private readonly restSteps: number;
  /** Ring of resting orders in order of expiry: step, handle, ref. */
  private readonly expiry: Int32Array;
  private readonly handle: Int32Array;
  private readonly ref: Int32Array;
  /** Ring head, ring tail, next ref. */
  private readonly cursor = new Int32Array(3);

  constructor(options: NoiseOptions, exchange: Exchange, account: number, stepSeconds: number) {
    this.options = options;
    this.exchange = exchange;
    this.account = account;
    this.marketMean = options.marketRate * stepSeconds;
    this.limitMean = options.limitRate * stepSeconds;
    this.marketStart = poissonStart(this.marketMean);
    this.limitStart = poissonStart(this.limitMean);
    this.restSteps = Math.max(1, Math.round(options.lifetime / stepSeconds));
    const capacity = Noise.capacity(options, stepSeconds);
    this.expiry = new Int32Array(capacity);
    this.handle = new Int32Array(capacity);
    this.ref = new Int32Array(capacity);
  }

  /** Most limit orders that may rest at once: eight standard deviations above the mean, and never fewer than 64. */
  static capacity(options: NoiseOptions, stepSeconds: number): number {
    const mean = options.limitRate * Math.max(options.lifetime, stepSeconds);
    return Math.ceil(mean + 8 * Math.sqrt(mean)) + 64;
  }

  reset(): void {
    this.cursor.fill(0);
  }

  /** Sends this step's orders. `mid` is a price in ticks; with nothing to look at (0) limit orders stay away. */
  act(root: Root, step: number, mid: number): void {
    this.cancelExpired(step);
    const { lo, hi } = root;
    const { exchange, account } = this;
    const markets = this.marketMean === 0 ? 0 : poisson(this.marketMean, uniform(lo, hi, COUNTS, step, 0), this.marketStart);
    const limits = this.limitMean === 0 ? 0 : poisson(this.limitMean, uniform(lo, hi, COUNTS, step, 1), this.limitStart);
    if (mid <= 0) return;
    const meanLots = this.options.size / exchange.ledger.notional(1, mid);
    for (let i = 0; i < markets; i++) {
      const side = uniform(lo, hi, MARKET, step, i * SLOTS) < 0.5 ? 0 : 1;
      const lots = Math.min(MAX_LOTS, Math.floor(exponential(uniform(lo, hi, MARKET, step, i * SLOTS + 1)) * meanLots));
      if (lots > 0) exchange.marketOrCollect(side, lots, account);
    }
    for (let i = 0; i < limits; i++) {
      const side = uniform(lo, hi, LIMIT, step, i * SLOTS) < 0.5 ? 0 : 1;
      const lots = Math.min(MAX_LOTS, Math.floor(exponential(uniform(lo, hi, LIMIT, step, i * SLOTS + 1)) * meanLots));
      const distance = uniform(lo, hi, LIMIT, step, i * SLOTS + 2) * this.options.reach;
      if (lots > 0) this.rest(side, mid, distance, lots, step);
    }
  }

  private rest(side: 0 | 1, mid: number, distance: number, lots: number, step: number): void {
    const cursor = this.cursor;
    const capacity = this.expiry.length;
    if (cursor[1] - cursor[0] >= capacity) return;
    const tick = side === 0 ? Math.floor(mid * (1 - distance)) : Math.ceil(mid * (1 + distance));
    if (!this.exchange.hasPlaceFor(tick)) return;
    const ref = cursor[2];
    cursor[2] = (ref + 1) & 0x7fffffff;
    const handle = this.exchange.limit(side, tick, lots, this.account, ref);
    if (handle < 0) return;
    const place = cursor[1] % capacity;
    this.expiry[place] = step + this.restSteps;
    this.handle[place] = handle;
    this.ref[place] = ref;
    cursor[1]++;
  }

  private cancelExpired(step: number): void {
    const { cursor, expiry, handle, ref, account } = this;
    const book = this.exchange.book;
    const capacity = expiry.length;
    while (cursor[0] < cursor[1]) {
      const place = cursor[0] % capacity;
      if (expiry[place] > step) return;
      const slot = handle[place];
      // A filled order's slot may hold somebody else's by now.
      if (book.resting(slot, account, ref[place]) > 0) book.cancel(slot);
      cursor[0]++;
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly Int32Array[] {
    return [this.expiry, this.handle, this.ref, this.cursor];
  }
}
