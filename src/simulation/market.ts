import type { Ledger } from '../core/ledger.ts';
import { derive, root } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { MAX_WINDOW } from '../core/units.ts';
import { OrderBook } from '../market/book.ts';
import { Exchange } from '../market/exchange.ts';
import { FundingRate, impactPrice, premiumOf } from '../market/funding.ts';
import { Oracle } from '../market/oracle.ts';
import { MarkPrice } from '../market/prices.ts';
import { OPEN, Session } from '../market/session.ts';
import type { Adversaries, AdversaryResult } from '../traders/adversaries.ts';
import { Background } from '../traders/background.ts';
import { NANOSECOND } from '../traders/ladder.ts';
import { layFlatBook, Makers } from '../traders/makers.ts';
import { Noise } from '../traders/noise.ts';
import type { MarketOptions, RunSeed } from './options.ts';

/** Highest mark that is ever looked for, in ticks: 2^30. */
const MAX_MARK = 1073741824;

/** Most orders of one adversary that rest at once: an offer, and what is left of the order that takes it. */
const ADVERSARY_ORDERS = 2;

/** A component's mutable arrays: any kind. */
export type StateArray = Float64Array | Int32Array | Uint32Array | Int8Array | Uint8Array | Uint16Array;

/** Room that a market's arrays have. */
export interface MarketShape {
  /** Accounts of makers and other background traders but noise. */
  readonly accounts: number;
  /** Ticks of the book's window, a power of two; 0: no book, but a curve. */
  readonly levels: number;
  /** Orders that rest at once. */
  readonly orders: number;
  /** Highest mark that the margin engine can be asked about. */
  readonly maxTick: number;
}

/** Accounts that all markets share. */
export interface SharedAccounts {
  readonly outside: number;
  readonly noise: number;
}

function nextPowerOfTwo(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

/** Market orders that an interruption of trading may have to collect: eight standard deviations above the mean, and a placebo's. */
function collectedOrders({ session, noise, orders }: MarketOptions, stepSeconds: number): number {
  if (session === null) return 0;
  const down = (session.outages ?? []).reduce((sum, { from, until }) => sum + until - from, 0);
  const seconds = down + (session.breaker?.halt ?? 0) + (session.auction?.call ?? 0) + 2 * stepSeconds;
  const mean = noise === null ? 0 : noise.marketRate * seconds;
  return Math.ceil(mean + 8 * Math.sqrt(mean)) + orders.length + 1;
}

/** The room that a market needs. `start`: its opening price in ticks. */
export function marketShape(options: MarketOptions, start: number, stepSeconds: number): MarketShape {
  const { quotes, noise, background } = options;
  const others =
    (noise === null ? 0 : Noise.capacity(noise, stepSeconds)) +
    Background.orders(background, stepSeconds) +
    collectedOrders(options, stepSeconds) +
    ADVERSARY_ORDERS * options.adversaries.length;
  const traders = Background.accounts(background);
  const maxTick = Math.min(MAX_MARK, 16 * Math.ceil(start) + 1024);
  if (quotes.kind === 'curve') return { accounts: 1, levels: 0, orders: 0, maxTick };
  const window = Background.window(background);
  if (quotes.kind === 'flat') {
    const levels = Math.min(
      MAX_WINDOW,
      nextPowerOfTwo(Math.max(1024, quotes.bestAsk + quotes.askLevels + 1, window === 0 ? 0 : Math.ceil(start) + window)),
    );
    return { accounts: 1 + traders, levels, orders: quotes.bidLevels + quotes.askLevels + others + 16, maxTick };
  }
  const { groups } = quotes;
  // Who leans shifts the whole ladder by as much as its reach.
  const reach = Math.max(...groups.map((group) => (group.leaning === null ? 1 : 1.5) * group.reach));
  const levels = Math.min(MAX_WINDOW, Math.max(1024, nextPowerOfTwo(Math.max(start * Math.max(1, 16 * reach), window))));
  return { accounts: Makers.accounts(groups) + traders, levels, orders: Makers.capacity(groups) + others + 16, maxTick };
}

/** A mark that the margin engine can be asked about. @throws RangeError */
export function checkedMark(mark: number, maxTick: number, symbol: string): number {
  if (mark >= 1 && mark <= maxTick) return mark;
  throw new RangeError(
    `mark of ${symbol}: found ${mark} ticks, the margin engine can look from 1 to ${maxTick}; choose a finer or coarser tick`,
  );
}

/** One market of a world: its book, who quotes and trades in it besides the leveraged traders, and its margin price. */
export class Market {
  readonly shape: MarketShape;
  readonly book: OrderBook;
  exchange!: Exchange;
  private options!: MarketOptions;
  private outside!: Float64Array;
  private shared!: SharedAccounts;
  private makers: Makers | null = null;
  private noise: Noise | null = null;
  private background: Background | null = null;
  private adversaries: Adversaries | null = null;
  private prices!: MarkPrice;
  private funding: FundingRate | null = null;
  private noiseRoot!: Root;
  /** Next scheduled order. */
  private readonly cursor = new Int32Array(1);
  /** Outside price [0], mark at the end of the last step [1]. */
  private readonly level = new Float64Array(2);

  constructor(shape: MarketShape) {
    this.shape = shape;
    this.book = new OrderBook({ base: 0, levels: shape.levels, capacity: shape.orders });
  }

  /**
   * Starts a run: the first quotes are laid. Opening balances are in the ledger.
   * @param outside price in ticks at each step.
   * @param firstAccount the first of `shape.accounts` accounts.
   */
  open(
    options: MarketOptions,
    outside: Float64Array,
    ledger: Ledger,
    firstAccount: number,
    shared: SharedAccounts,
    seed: RunSeed,
    stepSeconds: number,
  ): void {
    const { book, cursor, level } = this;
    const { quotes, noise, background } = options;
    const start = outside[0];
    const rootOf = (component: string): Root => derive(root(seed.seed, `${component}/${options.asset.symbol}`), seed.replicate);
    this.options = options;
    this.outside = outside;
    this.shared = shared;
    cursor.fill(0);
    book.clear();
    // The window of the run before may stand elsewhere.
    book.recentre(0);
    book.selfTrade = options.selfTrade;
    book.parties = null;
    this.adversaries = null;
    const session = options.session === null ? null : new Session(options.session, stepSeconds);
    session?.reset(start, start);
    const exchange = new Exchange(book, ledger, session);
    this.exchange = exchange;
    this.noise = noise === null ? null : new Noise(noise, exchange, shared.noise, stepSeconds);
    this.noiseRoot = rootOf('noise');
    let quoting = 1;
    if (quotes.kind === 'curve') throw new Error(`market of ${options.asset.symbol}: found a curve, want quotes`);
    if (quotes.kind === 'flat') {
      this.makers = null;
      layFlatBook(quotes, exchange, firstAccount);
    } else {
      quoting = Makers.accounts(quotes.groups);
      this.makers = new Makers(quotes.groups, exchange, firstAccount, shared.outside, stepSeconds);
      this.makers.reset(start);
      this.makers.act(0, start);
    }
    this.background =
      background.length === 0
        ? null
        : new Background(background, {
            exchange,
            firstAccount: firstAccount + quoting,
            outside: shared.outside,
            stepSeconds,
            start,
            rootOf,
          });
    this.prices = new MarkPrice(
      options.mark,
      stepSeconds,
      options.oracle === null ? null : new Oracle(options.oracle, stepSeconds, rootOf),
    );
    this.prices.reset(start);
    this.funding = options.funding === null ? null : new FundingRate(options.funding, stepSeconds);
    this.funding?.reset();
    level[0] = start;
    level[1] = this.look();
  }

  /** Seats adversaries, once the market is open and before its first step. */
  seat(adversaries: Adversaries): void {
    this.adversaries = adversaries;
  }

  /** Phases one to three of a step: the outside price moves, background traders act, and the mark's slow parts are looked at. */
  act(step: number, time: number): void {
    const { book, background, adversaries } = this;
    const index = this.outside[step];
    this.level[0] = index;
    this.exchange.beginStep(step, this.price, index);
    if (this.makers !== null) this.makers.act(time, index);
    if (this.noise !== null) this.noise.act(this.noiseRoot, step, this.mid());
    if (background !== null) background.act(step, index, this.mid());
    this.sendScheduled(time);
    let shown = index;
    if (adversaries !== null) {
      adversaries.act(step, index, this.mid());
      shown *= 1 + adversaries.displacement;
    }
    this.prices.advance(step, shown, book.bestBid, book.bestAsk, this.last);
  }

  private sendScheduled(time: number): void {
    const { orders } = this.options;
    const { cursor } = this;
    while (cursor[0] < orders.length && orders[cursor[0]].at <= time) this.trade(orders[cursor[0]++].lots);
  }

  /** Sends a market order of whoever is outside: lots > 0 buy. */
  trade(lots: number): void {
    this.exchange.marketOrCollect(lots > 0 ? 0 : 1, Math.abs(lots), this.shared.outside);
  }

  /** Phase four of a step: quanta that a long owes a lot now as funding, of any sign; NaN at a step without a payment. */
  fundingDue(step: number): number {
    const { funding, book, exchange } = this;
    if (funding === null || !funding.isDue(step)) return NaN;
    const { index } = this.prices;
    const { inverse, factor } = exchange.ledger;
    const notional = (this.options.funding?.impact ?? 0) / factor;
    const rate = funding.advance(step, premiumOf(impactPrice(book, 0, notional, inverse), impactPrice(book, 1, notional, inverse), index));
    return rate * Math.abs(exchange.ledger.lotValue(index));
  }

  /** The margin price as the mark's rule gives it now, in ticks. */
  look(): number {
    const { book } = this;
    return checkedMark(this.prices.current(book.bestBid, book.bestAsk, this.last), this.shape.maxTick, this.options.asset.symbol);
  }

  /** Keeps the mark as it stands at a step's end, and returns it. */
  settle(): number {
    return (this.level[1] = this.look());
  }

  /**
   * Between steps: lets those makers look at the market whose reaction time has passed; true if any did. Who is due at the next step's own
   * time looks then.
   */
  react(time: number): boolean {
    const { makers } = this;
    if (makers === null || time < this.nextLook) return false;
    makers.quote(time, this.level[0], NANOSECOND);
    return true;
  }

  /** When a group of makers looks next; Infinity when nobody does. */
  get nextLook(): number {
    return this.makers === null ? Infinity : this.makers.nextLook + NANOSECOND;
  }

  /** Whether orders trade as they come: no halt, and no call of an auction. */
  get isOpen(): boolean {
    const { session } = this.exchange;
    return session === null || session.phase === OPEN;
  }

  /** Last traded tick; the opening price, rounded, before the first trade. */
  get last(): number {
    return this.book.last >= 0 ? this.book.last : Math.round(this.outside[0]);
  }

  /** The last traded tick, moved onto the standing quotes when they have left it behind: what a trade would cost now. */
  get price(): number {
    const { bestBid, bestAsk } = this.book;
    const { last } = this;
    if (bestBid >= 0 && last < bestBid) return bestBid;
    return bestAsk >= 0 && last > bestAsk ? bestAsk : last;
  }

  /** Middle of the quotes in ticks; with an empty side the makers' centre. */
  mid(): number {
    const { bestBid, bestAsk } = this.book;
    if (bestBid >= 0 && bestAsk >= 0) return (bestBid + bestAsk) / 2;
    return this.makers === null ? this.last : this.makers.centre;
  }

  /** Best bid in ticks, −1 when there is none. */
  get bestBid(): number {
    return this.book.bestBid;
  }

  /** Best ask in ticks, −1 when there is none. */
  get bestAsk(): number {
    return this.book.bestAsk;
  }

  /** Lots of the bids [0] or asks [1] up to a price in ticks; of more than `enough` maybe not all. */
  depth(side: 0 | 1, bound: number, enough = Infinity): number {
    return this.book.depth(side, side === 0 ? Math.ceil(bound) : Math.floor(bound), enough);
  }

  /** Margin price at the end of the last step, in ticks. */
  get mark(): number {
    return this.level[1];
  }

  /** Outside price of the last step, in ticks. */
  get index(): number {
    return this.level[0];
  }

  /** Displacement of this market from the outside price. */
  get displacement(): number {
    return this.makers === null ? 0 : this.makers.displacement;
  }

  /** What each adversary has made by now, at the mark of the last step's end. */
  get results(): readonly AdversaryResult[] {
    return this.adversaries === null ? [] : this.adversaries.results(this.mark, this.index);
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly StateArray[] {
    return [
      this.cursor,
      this.level,
      ...this.book.state(),
      ...this.exchange.state(),
      ...this.prices.state(),
      ...(this.funding === null ? [] : this.funding.state()),
      ...(this.makers === null ? [] : this.makers.state()),
      ...(this.noise === null ? [] : this.noise.state()),
      ...(this.background === null ? [] : this.background.state()),
      ...(this.adversaries === null ? [] : this.adversaries.state()),
    ];
  }
}
