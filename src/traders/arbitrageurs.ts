import { exp, log } from '../core/math.ts';
import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import type { Exchange } from '../market/exchange.ts';

/** Traders between this market and the outside. Money in quanta, times in seconds, widths as fractions. */
export interface ArbitrageurOptions {
  readonly kind: 'arbitrageurs';
  /** Traders, an account each. */
  readonly count: number;
  /** Money of each at the start: bounds what it may have tied up. */
  readonly capital: number;
  /** Distance from the outside price beyond which they trade: what a round trip costs them. It is a threshold, nobody is paid it. */
  readonly costs: number;
  /** Mean over the traders of the time from seeing to acting (uniform from half to one and a half times this, in whole steps). */
  readonly latency: number;
  /** Half-life with which tied capital comes back; Infinity: never. */
  readonly returnHalfLife: number;
}

// Streams of the counter.
const TURN = 0;
const TRAITS = 1;

/** Largest order in lots: inside the book's 32-bit quantities. */
const MAX_LOTS = 1 << 28;

/**
 * Arbitrageurs of one market. A quote better than the outside price by more than the costs is seen, and one's own latency later taken, up
 * to the price that was worth it when it was seen and as far as the capital goes; what was bought is sold outside at once, at the outside
 * price of that moment, so that latency is a risk. Each trade ties capital by the larger of its two notionals, which comes back with a
 * half-life; losses take from capital, profits are not put to work. Who goes first in a step is drawn.
 */
export class Arbitrageurs {
  private readonly options: ArbitrageurOptions;
  private readonly exchange: Exchange;
  private readonly firstAccount: number;
  private readonly outside: number;
  private readonly stepSeconds: number;
  private readonly returnFactor: number;
  /** By trader: steps from seeing to acting. */
  private readonly delay: Int32Array;
  /** By trader: capital that is tied, in quanta. */
  private readonly tied: Float64Array;
  /** By step modulo its length, what was worth taking: +tick for asks up to it, −tick for bids down to it, 0 for nothing. */
  private readonly seen: Int32Array;

  constructor(options: ArbitrageurOptions, exchange: Exchange, firstAccount: number, outside: number, stepSeconds: number) {
    this.options = options;
    this.exchange = exchange;
    this.firstAccount = firstAccount;
    this.outside = outside;
    this.stepSeconds = stepSeconds;
    this.returnFactor = options.returnHalfLife === Infinity ? 1 : exp((-log(2) * stepSeconds) / options.returnHalfLife);
    this.delay = new Int32Array(options.count);
    this.tied = new Float64Array(options.count);
    this.seen = new Int32Array(Math.round((1.5 * options.latency) / stepSeconds) + 1);
  }

  /** Draws every trader's latency; nothing is tied yet. */
  open(root: Root): void {
    const { options, delay } = this;
    this.tied.fill(0);
    this.seen.fill(0);
    for (let i = 0; i < options.count; i++) {
      const latency = options.latency * (0.5 + uniform(root.lo, root.hi, TRAITS, 0, i));
      delay[i] = Math.round(latency / this.stepSeconds);
    }
  }

  /** Looks at the book, and lets those trade whose time has come. `index` is the outside price in ticks, > 0. */
  act(root: Root, step: number, index: number): void {
    const { options, tied, seen, delay, returnFactor } = this;
    const { count } = options;
    const length = seen.length;
    seen[step % length] = this.worthTaking(index);
    const first = Math.floor(uniform(root.lo, root.hi, TURN, step, 0) * count);
    for (let k = 0; k < count; k++) {
      const trader = first + k < count ? first + k : first + k - count;
      tied[trader] *= returnFactor;
      const limit = seen[(step + length - delay[trader]) % length];
      if (limit !== 0) this.trade(trader, limit, index);
    }
  }

  private worthTaking(index: number): number {
    const { costs } = this.options;
    const { bestBid, bestAsk } = this.exchange.book;
    const buyAt = Math.ceil(index * (1 - costs)) - 1;
    if (bestAsk >= 0 && bestAsk <= buyAt) return buyAt;
    const sellAt = Math.floor(index * (1 + costs)) + 1;
    return bestBid >= sellAt ? -sellAt : 0;
  }

  private trade(trader: number, limit: number, index: number): void {
    const { exchange, tied, outside } = this;
    const { book, ledger, filled } = exchange;
    const account = this.firstAccount + trader;
    const buys = limit > 0;
    const far = buys ? limit : -limit;
    const tick = Math.round(index);
    // The most that a lot can tie up.
    const price = Math.max(buys ? limit : book.bestBid, tick);
    // Nothing is held between trades: its cash is what it has gained.
    const free = this.options.capital + Math.min(0, ledger.inQuote(ledger.cash[account], index)) - tied[trader];
    const lots = Math.min(MAX_LOTS, Math.floor(free / ledger.notional(1, price)));
    if (lots <= 0 || !exchange.hasPlaceFor(far)) return;
    const done = exchange.ioc(buys ? 0 : 1, far, lots, account);
    if (done === 0) return;
    tied[trader] += Math.max(filled[1], ledger.notional(done, tick));
    if (buys) ledger.trade(outside, account, done, tick);
    else ledger.trade(account, outside, done, tick);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.delay, this.tied, this.seen];
  }
}
