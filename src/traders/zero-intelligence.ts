import { Fenwick } from '../core/fenwick.ts';
import { pow } from '../core/math.ts';
import { uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { poisson } from '../core/samplers.ts';
import type { Exchange } from '../market/exchange.ts';
import { OPEN } from '../market/session.ts';

/** The Santa Fe flow (Daniels, Farmer, Gillemot, Iori and Smith, Physical Review Letters 90, 2003): three rates and one size. */
export interface SantaFeOptions {
  readonly kind: 'zeroIntelligence';
  /** α: limit orders a second on each side at each tick, from one tick inside the opposite best quote outwards. */
  readonly limitRate: number;
  /** μ: market orders a second, both sides together. */
  readonly marketRate: number;
  /** δ: cancellations a second of each resting order, > 0. */
  readonly cancelRate: number;
  /** σ: lots of every order. */
  readonly lots: number;
  /** Ticks from the opposite best quote over which limit orders arrive. */
  readonly reach: number;
}

/**
 * The flow of Cont, Stoikov and Talreja (Operations Research 58, 2010): rates by the distance i ≥ 1 in ticks from the opposite best
 * quote.
 */
export interface ContStoikovTalrejaOptions {
  readonly kind: 'contStoikovTalreja';
  /** k of λ(i) = k / i^exponent: limit orders a second on each side at one tick from the opposite best quote. */
  readonly limitRate: number;
  /** Exponent of λ(i). */
  readonly exponent: number;
  /** Market orders a second, both sides together: twice the paper's μ, which counts one side. */
  readonly marketRate: number;
  /** θ(1), θ(2), …: cancellations a second of each order at that distance, each > 0; the last holds for all farther ones. */
  readonly cancelRates: readonly number[];
  /** Lots of every order. */
  readonly lots: number;
  /** Ticks from the opposite best quote over which limit orders arrive. */
  readonly reach: number;
}

/** Order flow without a view, in rates. */
export type ZeroIntelligenceOptions = SantaFeOptions | ContStoikovTalrejaOptions;

// Streams of the counter.
const COUNT = 0;
const EVENT = 1;
const LAID = 2;
/** Slots of the counter that one event uses. */
const SLOTS = 2;

// Places in `cursor`.
const BASE = 0;
const REF = 1;

/** λ(i) at i − 1. */
function limitRates(options: ZeroIntelligenceOptions): Float64Array {
  const rates = new Float64Array(options.reach);
  for (let i = 1; i <= options.reach; i++) {
    rates[i - 1] = options.kind === 'zeroIntelligence' ? options.limitRate : options.limitRate * pow(i, -options.exponent);
  }
  return rates;
}

function cancelRates(options: ZeroIntelligenceOptions): readonly number[] {
  return options.kind === 'zeroIntelligence' ? [options.cancelRate] : options.cancelRates;
}

/**
 * Zero-intelligence order flow of one market, one account. It is the continuous-time chain itself, made uniform: candidate events come as
 * a Poisson stream at one constant rate, and a candidate for a cancellation names an order by its price rank among all that are kept in
 * mind and is dropped in proportion to the orders that are missing and to the rate that its distance lacks. So how many candidates come
 * and what each draws depends on (seed, step, slot) alone, and steps of any length give the same law. About 200 ns a candidate.
 *
 * Orders that somebody else has filled are noticed when a cancellation names them; until then they stand in for nobody, and the rate of
 * every live order stays exact.
 */
export class ZeroIntelligence {
  private readonly exchange: Exchange;
  private readonly account: number;
  private readonly lots: number;
  private readonly reach: number;
  private readonly stepSeconds: number;
  private readonly marketRate: number;
  /** λ(1) + … + λ(i + 1). */
  private readonly cumulated: Float64Array;
  private readonly sideRate: number;
  private readonly cancelRates: readonly number[];
  private readonly fastest: number;
  private readonly most: number;
  /** Candidate events a second; a share of them does nothing. */
  readonly rate: number;
  /** Orders kept in mind, by level of the book's window. */
  private readonly kept: Fenwick;
  private readonly cursor = new Int32Array(2);

  constructor(options: ZeroIntelligenceOptions, exchange: Exchange, account: number, stepSeconds: number) {
    this.exchange = exchange;
    this.account = account;
    this.lots = options.lots;
    this.reach = options.reach;
    this.stepSeconds = stepSeconds;
    this.marketRate = options.marketRate;
    this.cumulated = limitRates(options);
    for (let i = 1; i < options.reach; i++) this.cumulated[i] += this.cumulated[i - 1];
    this.sideRate = this.cumulated[options.reach - 1];
    this.cancelRates = cancelRates(options);
    this.fastest = Math.max(...this.cancelRates);
    this.most = ZeroIntelligence.capacity(options);
    this.rate = this.marketRate + 2 * this.sideRate + this.fastest * this.most;
    this.kept = new Fenwick(exchange.book.levels);
    this.cursor[BASE] = exchange.book.base;
  }

  /** Limit orders a second on one side. */
  static sideRate(options: ZeroIntelligenceOptions): number {
    return limitRates(options).reduce((sum, rate) => sum + rate, 0);
  }

  /**
   * Most orders that may rest at once: six standard deviations and 16 above the mean of a flow that nobody takes from, which a Poisson
   * number passes once in 10^9.
   */
  static capacity(options: ZeroIntelligenceOptions): number {
    const mean = (2 * ZeroIntelligence.sideRate(options)) / Math.min(...cancelRates(options));
    return Math.ceil(mean + 6 * Math.sqrt(mean)) + 16;
  }

  /** Lays the book that the flow would have around `mid` if nobody took from it: at each distance a Poisson number of orders, mean λ/θ. */
  open(root: Root, mid: number): void {
    this.kept.clear();
    this.cursor[BASE] = this.exchange.book.base;
    this.cursor[REF] = 0;
    const { cumulated, cancelRates: rates } = this;
    this.follow(mid);
    for (let i = 1; i <= this.reach; i++) {
      const mean = (cumulated[i - 1] - (i === 1 ? 0 : cumulated[i - 2])) / rates[Math.min(i, rates.length) - 1];
      const bids = poisson(mean, uniform(root.lo, root.hi, LAID, i, 0));
      const asks = poisson(mean, uniform(root.lo, root.hi, LAID, i, 1));
      for (let n = 0; n < bids; n++) this.rest(0, Math.ceil(mid) - i);
      for (let n = 0; n < asks; n++) this.rest(1, Math.floor(mid) + i);
    }
  }

  /**
   * Sends this step's orders and cancellations, none while the market is not open. `mid` is a price in ticks and stands in for a best
   * quote that is missing; > 0.
   */
  act(root: Root, step: number, mid: number): void {
    const events = poisson(this.rate * this.stepSeconds, uniform(root.lo, root.hi, COUNT, step, 0));
    const { session } = this.exchange;
    if (session !== null && session.phase !== OPEN) return;
    this.follow(mid);
    for (let k = 0; k < events; k++) this.event(root, step, k, mid);
  }

  /** The k-th candidate of a step: candidates are 1 / rate seconds apart on average. */
  event(root: Root, step: number, k: number, mid: number): void {
    const { exchange, marketRate, sideRate, account, lots } = this;
    const drawn = uniform(root.lo, root.hi, EVENT, step, k * SLOTS) * this.rate;
    const place = uniform(root.lo, root.hi, EVENT, step, k * SLOTS + 1);
    if (drawn < marketRate) {
      exchange.market(place < 0.5 ? 0 : 1, lots, account);
      return;
    }
    const beyond = drawn - marketRate;
    if (beyond >= 2 * sideRate) {
      this.cancel(place, (beyond - 2 * sideRate) / this.fastest);
      return;
    }
    const distance = this.distance(place * sideRate);
    const { bestBid, bestAsk } = exchange.book;
    if (beyond < sideRate) {
      const ask = bestAsk >= 0 ? bestAsk : Math.max(Math.floor(mid), bestBid) + 1;
      this.rest(0, ask - distance);
    } else {
      const bid = bestBid >= 0 ? bestBid : Math.ceil(bestAsk >= 0 ? Math.min(mid, bestAsk) : mid) - 1;
      this.rest(1, bid + distance);
    }
  }

  /** Rests one order of the flow at a tick if there is a place for it. */
  rest(side: 0 | 1, tick: number): void {
    const { exchange, kept, cursor } = this;
    if (tick < 1 || kept.total >= this.most || !exchange.hasPlaceFor(tick)) return;
    const ref = cursor[REF];
    cursor[REF] = (ref + 1) & 0x7fffffff;
    const handle = exchange.limit(side, tick, this.lots, this.account, ref);
    // A price band may have put it at another tick.
    if (handle >= 0) kept.add((exchange.session === null ? tick : exchange.book.tickOf(handle)) - cursor[BASE], 1);
  }

  /** The smallest i with λ(1) + … + λ(i) > sum. */
  private distance(sum: number): number {
    const { cumulated } = this;
    let low = 0;
    let high = cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle] > sum) high = middle;
      else low = middle + 1;
    }
    return low + 1;
  }

  /**
   * Cancels the order at a quantile of the price ranks if `chance`, uniform in [0, most), lies below the orders there are times their
   * share of the fastest rate.
   */
  private cancel(quantile: number, chance: number): void {
    const { kept, cursor, account, cancelRates: rates } = this;
    const { total } = kept;
    if (chance >= total) return;
    const rank = Math.floor(quantile * total);
    const level = kept.find(rank);
    const { book } = this.exchange;
    const tick = cursor[BASE] + level;
    let ahead = rank - kept.before(level);
    let handle = book.firstAt(tick);
    while (handle >= 0 && (book.ownerOf(handle) !== account || ahead-- > 0)) handle = book.behind(handle);
    if (handle < 0) {
      // Filled or cancelled by somebody else since.
      kept.add(level, -1);
      return;
    }
    const { bestBid, bestAsk } = book;
    const opposite = tick <= bestBid ? bestAsk - tick : tick - bestBid;
    // Without an opposite quote the order is as far away as can be.
    const distance = bestBid < 0 || bestAsk < 0 ? rates.length : Math.min(opposite, rates.length);
    if (chance * this.fastest >= total * rates[distance - 1]) return;
    book.cancel(handle);
    kept.add(level, -1);
  }

  /** Moves the book's window along with the price if need be, and what is kept in mind along with the window. */
  private follow(mid: number): void {
    const { exchange, kept, cursor } = this;
    const { book } = exchange;
    exchange.makeRoom(mid, 2 * this.reach);
    const shift = book.base - cursor[BASE];
    if (shift === 0) return;
    cursor[BASE] = book.base;
    // Whoever moved the window cancelled what it left out.
    const counts = new Int32Array(book.levels);
    for (let level = Math.max(0, -shift); level < Math.min(book.levels, book.levels - shift); level++) {
      counts[level] = kept.before(level + shift + 1) - kept.before(level + shift);
    }
    kept.clear();
    for (let level = 0; level < counts.length; level++) if (counts[level] > 0) kept.add(level, counts[level]);
  }

  /** All mutable state, for snapshots. */
  state(): readonly Int32Array[] {
    return [...this.kept.state(), this.cursor];
  }
}
