import { exp, log } from '../core/math.ts';
import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { exponential, normal, poisson } from '../core/samplers.ts';
import type { Exchange } from '../market/exchange.ts';
import { ExpiringOrders } from './expiring.ts';

/** What both kinds of forecaster have. Money in quanta, times in seconds, returns as logarithms. */
interface ForecasterOptions {
  /** Traders, an account each. */
  readonly count: number;
  /** Orders a second, all traders together. */
  readonly orderRate: number;
  /** Mean notional of an order (exponential). */
  readonly size: number;
  /**
   * Mean over the traders of how strongly they react (exponential): the share of the gap, or the multiple of the past return, that they
   * expect.
   */
  readonly reaction: number;
  /** Standard deviation of what they add to each expected return by chance. */
  readonly noise: number;
  /** Orders stand up to this far on the safe side of the expected price (uniform). */
  readonly edge: number;
  /** Limit orders rest this long, then are cancelled. */
  readonly lifetime: number;
}

/** Traders who expect the price to come back towards the outside price. */
export interface FundamentalistOptions extends ForecasterOptions {
  readonly kind: 'fundamentalists';
}

/** Traders who expect the past return to go on. */
export interface ChartistOptions extends ForecasterOptions {
  readonly kind: 'chartists';
  /** Longest time that a trader looks back, and ahead (uniform from 0 over the traders). */
  readonly horizon: number;
}

// Streams of the counter.
const COUNT = 0;
const ORDER = 1;
const CHANCE = 2;
const TRAITS = 3;
/** Slots of the counter that one order uses, and the traits of one trader. */
const SLOTS = 3;
const TRAIT_SLOTS = 2;

/** Largest order in lots: keeps a freak draw inside the book's 32-bit quantities. */
const MAX_LOTS = 1 << 28;
/** Largest expected return either way, in logarithms. */
const FARTHEST = 1;

/**
 * Fundamentalists or chartists of one market, after Chiarella and Iori (Quantitative Finance 2, 2002). A trader whose turn it is expects
 * the price mid × e^r; fundamentalists have r = reaction × log(outside price / mid), chartists r = reaction × log(mid / mid one horizon
 * ago), both with noise added. With r > 0 it bids below what it expects, with r < 0 it asks above, by an edge drawn for the order; what
 * crosses the book trades, the rest stays for its lifetime. Whose turn, how large and with what edge depends on (seed, step, slot) alone.
 *
 */
export class Forecasters {
  private readonly options: FundamentalistOptions | ChartistOptions;
  private readonly exchange: Exchange;
  private readonly firstAccount: number;
  private readonly mean: number;
  private readonly orders: ExpiringOrders;
  /** By trader: how strongly it reacts. */
  private readonly reaction: Float64Array;
  /** By trader: steps it looks back. */
  private readonly lookBack: Int32Array;
  /** log mid at step modulo its length; fundamentalists need none. */
  private readonly past: Float64Array;

  constructor(options: FundamentalistOptions | ChartistOptions, exchange: Exchange, firstAccount: number, stepSeconds: number) {
    this.options = options;
    this.exchange = exchange;
    this.firstAccount = firstAccount;
    this.mean = options.orderRate * stepSeconds;
    const restSteps = Math.max(1, Math.round(options.lifetime / stepSeconds));
    this.orders = new ExpiringOrders(exchange, restSteps, Forecasters.capacity(options, stepSeconds));
    this.reaction = new Float64Array(options.count);
    this.lookBack = new Int32Array(options.count);
    const longest = options.kind === 'chartists' ? Math.max(1, Math.round(options.horizon / stepSeconds)) : 0;
    this.past = new Float64Array(longest + 1);
  }

  /** Most limit orders that may rest at once. */
  static capacity(options: FundamentalistOptions | ChartistOptions, stepSeconds: number): number {
    return ExpiringOrders.capacity(options.orderRate * Math.max(options.lifetime, stepSeconds));
  }

  /** Draws every trader's reaction and horizon; nothing has moved before the start. */
  open(root: Root, mid: number): void {
    const { options, reaction, lookBack, past } = this;
    const longest = past.length - 1;
    this.orders.reset();
    past.fill(log(mid));
    for (let i = 0; i < options.count; i++) {
      reaction[i] = options.reaction * exponential(uniform(root.lo, root.hi, TRAITS, 0, i * TRAIT_SLOTS));
      lookBack[i] = Math.ceil(longest * uniform(root.lo, root.hi, TRAITS, 0, i * TRAIT_SLOTS + 1));
    }
  }

  /** Sends this step's orders. `index` is the outside price and `mid` this market's, in ticks, > 0. */
  act(root: Root, step: number, index: number, mid: number): void {
    const { options, past, reaction, lookBack, orders, firstAccount } = this;
    const { lo, hi } = root;
    orders.cancelExpired(step);
    const length = past.length;
    const now = log(mid);
    past[step % length] = now;
    const count = this.mean === 0 ? 0 : poisson(this.mean, uniform(lo, hi, COUNT, step, 0));
    const gap = log(index) - now;
    const trend = options.kind === 'chartists';
    const meanLots = options.size / this.exchange.ledger.notional(1, mid);
    for (let k = 0; k < count; k++) {
      const trader = Math.floor(uniform(lo, hi, ORDER, step, k * SLOTS) * options.count);
      const lots = Math.min(MAX_LOTS, Math.floor(exponential(uniform(lo, hi, ORDER, step, k * SLOTS + 1)) * meanLots));
      const edge = uniform(lo, hi, ORDER, step, k * SLOTS + 2) * options.edge;
      const chance = options.noise * normal(lo, hi, CHANCE, step, k);
      const seen = trend ? now - past[(step + length - lookBack[trader]) % length] : gap;
      const expected = Math.max(-FARTHEST, Math.min(FARTHEST, reaction[trader] * seen + chance));
      if (lots === 0 || expected === 0) continue;
      const price = mid * exp(expected);
      if (expected > 0) orders.send(0, Math.floor(price * (1 - edge)), lots, firstAccount + trader, step);
      else orders.send(1, Math.ceil(price * (1 + edge)), lots, firstAccount + trader, step);
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.past, this.reaction, this.lookBack, ...this.orders.state()];
  }
}
