import { MAX_WINDOW } from '../core/units.ts';
import { createLanes, derive, mix, root } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { Ledger } from '../core/ledger.ts';
import { LiquidationEngine } from '../liquidation/engine.ts';
import type { Surroundings } from '../liquidation/engine.ts';
import type { LiquidationOptions } from '../liquidation/options.ts';
import { OrderBook } from '../market/book.ts';
import { Exchange } from '../market/exchange.ts';
import { MarkPrice } from '../market/prices.ts';
import { Makers, layFlatBook } from '../traders/makers.ts';
import { Noise } from '../traders/noise.ts';
import type { Population } from '../traders/population.ts';
import type { RunOptions, RunSeed } from './options.ts';

/** Accounts that are no traders, after the last trader's place. */
const FUND = 0;
const BACKSTOP = 1;
const SOCIALISED = 2;
const ABSORBER = 3;
const OUTSIDE = 4;
const NOISE = 5;
const SYSTEM = 6;

/** Steps between two recounts of the ledger; a cascade's end brings one too. */
const RECOUNT_EVERY = 600;

/** Highest mark that is ever looked for, in ticks: 2^30. */
const MAX_MARK = 1073741824;

/** A world's mutable arrays: any kind that a component keeps. */
type StateArray = Float64Array | Int32Array | Uint32Array | Int8Array | Uint8Array | Uint16Array;

/** A copy of everything mutable, taken at a step boundary. */
export interface Snapshot {
  readonly arrays: readonly StateArray[];
}

/** Room that a world's arrays have; a world is reused for every run that fits. */
export interface WorldShape {
  readonly traders: number;
  readonly makers: number;
  /** Ticks of the book's window, a power of two. */
  readonly levels: number;
  /** Orders that rest at once. */
  readonly orders: number;
  /** Highest mark that the margin engine can be asked about. */
  readonly maxTick: number;
}

/** One run's terms besides its options. */
export interface RunTerms {
  readonly options: RunOptions;
  readonly population: Population;
  /** Outside price in ticks at each step, steps + 1 long. */
  readonly outside: Float64Array;
  readonly seed: RunSeed;
  /** Where forced flow goes in this arm. */
  readonly route: LiquidationOptions['route'];
  readonly exactScan: boolean;
  /** Recount the ledger at every step. */
  readonly recountAlways: boolean;
}

function nextPowerOfTwo(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

/** The room that a run needs: populations are rounded up to a power of two so that the next replicate fits as well. */
export function shapeOf(options: RunOptions, population: Population, start: number): WorldShape {
  const { quotes, noise } = options;
  const noiseOrders = noise === null ? 0 : Noise.capacity(noise, options.step);
  const maxTick = Math.min(MAX_MARK, 16 * Math.ceil(start) + 1024);
  if (quotes.kind === 'flat') {
    const top = quotes.bestAsk + quotes.askLevels;
    const levels = nextPowerOfTwo(Math.max(1024, top + 1));
    return {
      traders: nextPowerOfTwo(population.count),
      makers: 1,
      levels,
      orders: quotes.bidLevels + quotes.askLevels + noiseOrders + 16,
      maxTick,
    };
  }
  const levels = Math.min(MAX_WINDOW, Math.max(1024, nextPowerOfTwo(start * Math.max(1, 16 * quotes.reach))));
  return {
    traders: nextPowerOfTwo(population.count),
    makers: quotes.count,
    levels,
    orders: Makers.capacity(quotes) + noiseOrders + 16,
    maxTick,
  };
}

/**
 * One market with everybody in it: all mutable state of a run, in typed arrays. `open` starts a run, `advance` does one step;
 * `snapshot` and `restore` at a step boundary give the same bytes as an unbroken run.
 */
export class World {
  readonly shape: WorldShape;
  readonly book: OrderBook;
  readonly ledger: Ledger;
  readonly engine: LiquidationEngine;
  /** Lanes of the run's hash. */
  readonly hash = createLanes();
  exchange!: Exchange;
  private terms!: RunTerms;
  private makers: Makers | null = null;
  private noise: Noise | null = null;
  private prices!: MarkPrice;
  private noiseRoot!: Root;
  private surroundings!: Surroundings;
  private readonly system: number;
  /** Steps done [0], next scheduled order [1], forced postings at the last recount [2]. */
  private readonly cursor = new Int32Array(3);
  /** Largest ledger error seen [0], mark [1], outside price [2]. */
  private readonly level = new Float64Array(3);

  constructor(shape: WorldShape) {
    this.shape = shape;
    this.book = new OrderBook({ base: 0, levels: shape.levels, capacity: shape.orders });
    this.system = shape.traders;
    this.ledger = new Ledger(shape.traders + SYSTEM + shape.makers, 1);
    this.engine = new LiquidationEngine({ traders: shape.traders, maxTick: shape.maxTick });
  }

  /** Starts a run: everybody gets their opening balances, the first quotes are laid. */
  open(terms: RunTerms): void {
    const { options, population, outside } = terms;
    const { ledger, book, system } = this;
    const { quotes, noise } = options;
    const start = outside[0];
    const unit = options.asset.quantaPerTickLot;
    this.terms = terms;
    this.hash.set(createLanes());
    this.cursor.fill(0);
    this.level.fill(0);
    ledger.reset(unit);
    book.clear();
    // The window of the run before may stand elsewhere.
    book.recentre(0);
    this.deposit(population);
    ledger.deposit(system + FUND, options.liquidation.insurance, 0);
    ledger.open();
    const exchange = new Exchange(book, ledger, unit);
    this.exchange = exchange;
    const firstMaker = system + SYSTEM;
    this.noise = noise === null ? null : new Noise(noise, exchange, system + NOISE, unit, options.step);
    this.noiseRoot = derive(root(terms.seed.seed, 'noise'), terms.seed.replicate);
    if (quotes.kind === 'flat') {
      this.makers = null;
      layFlatBook(quotes, exchange, firstMaker);
    } else {
      this.makers = new Makers(quotes, exchange, firstMaker, system + OUTSIDE, unit, options.step);
      this.makers.reset(start);
      this.makers.act(0, start);
    }
    this.prices = new MarkPrice(options.mark, options.step);
    this.prices.reset(start);
    this.engine.open({
      exchange,
      options: { ...options.liquidation, route: terms.route },
      margin: options.margin,
      quantaPerTickLot: unit,
      traders: population.count,
      accounts: { fund: system + FUND, backstop: system + BACKSTOP, socialised: system + SOCIALISED, absorber: system + ABSORBER },
      keyHi: population.keyHi,
      keyLo: population.keyLo,
      people: population,
      root: derive(root(terms.seed.seed, 'queue'), terms.seed.replicate),
      exactScan: terms.exactScan,
      hash: this.hash,
    });
    this.level[2] = start;
    this.surroundings = {
      mark: () => this.look(),
      react: (time) => this.react(time),
      nextLook: () => (this.makers === null ? Infinity : this.makers.nextLook),
    };
    this.level[1] = this.look();
  }

  private deposit(population: Population): void {
    const { ledger } = this;
    const { cash, lots, count } = population;
    let held = 0;
    for (let i = 0; i < count; i++) {
      ledger.deposit(i, cash[i], lots[i]);
      held += lots[i];
    }
    // What listed traders hold against nobody, the outside holds.
    ledger.deposit(this.system + OUTSIDE, 0, -held);
  }

  /** Does one step; returns false when the run is over. */
  advance(): boolean {
    const { options, outside } = this.terms;
    const step = this.cursor[0] + 1;
    if (step > options.steps) return false;
    this.cursor[0] = step;
    const time = step * options.step;
    const index = outside[step];
    this.level[2] = index;
    const { book, engine } = this;
    engine.tally.beginStep();
    if (this.makers !== null) this.makers.act(time, index);
    if (this.noise !== null) this.noise.act(this.noiseRoot, step, this.mid());
    this.sendScheduled(time);
    this.prices.advance(step, index, book.bestBid, book.bestAsk, this.last);
    engine.evaluate(this.look(), time, -1);
    engine.work(time, time + options.step, this.surroundings);
    const mark = this.look();
    this.level[1] = mark;
    mix(this.hash, mark);
    this.checkLedger(step);
    return true;
  }

  private sendScheduled(time: number): void {
    const { orders } = this.terms.options;
    const { cursor, exchange } = this;
    while (cursor[1] < orders.length && orders[cursor[1]].at <= time) {
      const { lots } = orders[cursor[1]++];
      exchange.market(lots > 0 ? 0 : 1, Math.abs(lots), this.system + OUTSIDE);
    }
  }

  /** The margin price as the mark's rule gives it now. */
  private look(): number {
    const { book } = this;
    const mark = this.prices.current(book.bestBid, book.bestAsk, this.last);
    if (mark < 1 || mark > this.shape.maxTick) {
      throw new RangeError(
        `mark: found ${mark} ticks, the margin engine can look from 1 to ${this.shape.maxTick}; choose a finer or coarser tick`,
      );
    }
    return mark;
  }

  private react(time: number): boolean {
    const { makers } = this;
    if (makers === null || !makers.due(time)) return false;
    makers.quote(time, this.level[2]);
    return true;
  }

  private checkLedger(step: number): void {
    const { ledger, engine, level, cursor } = this;
    const error = ledger.runningError();
    if (error > level[0]) level[0] = error;
    const { groups } = engine.tally;
    const cascadeEnded = groups !== cursor[2] && engine.waiting === 0;
    if (cascadeEnded) cursor[2] = groups;
    if (!this.terms.recountAlways && !cascadeEnded && step % RECOUNT_EVERY !== 0 && step !== this.terms.options.steps) return;
    const counted = ledger.recount();
    if (counted > level[0]) level[0] = counted;
  }

  /** Last traded tick; the opening price, rounded, before the first trade. */
  get last(): number {
    return this.book.last >= 0 ? this.book.last : Math.round(this.terms.outside[0]);
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

  /** Margin price at the end of the last step, in ticks. */
  get mark(): number {
    return this.level[1];
  }

  /** Outside price of the last step, in ticks. */
  get index(): number {
    return this.level[2];
  }

  /** Displacement of this market from the outside price. */
  get displacement(): number {
    return this.makers === null ? 0 : this.makers.displacement;
  }

  /** Steps done. */
  get step(): number {
    return this.cursor[0];
  }

  /** Largest imbalance that either check has found. */
  get ledgerError(): number {
    return this.level[0];
  }

  /** The backstop's equity at a mark, in quanta. */
  backstopEquity(mark: number): number {
    return this.ledger.equity(this.system + BACKSTOP, mark);
  }

  private state(): readonly StateArray[] {
    return [
      this.hash,
      this.cursor,
      this.level,
      ...this.ledger.state(),
      ...this.book.state(),
      ...this.exchange.state(),
      ...this.prices.state(),
      ...this.engine.state(),
      ...(this.makers === null ? [] : this.makers.state()),
      ...(this.noise === null ? [] : this.noise.state()),
    ];
  }

  /** Copies everything mutable, between two steps. */
  snapshot(): Snapshot {
    return { arrays: this.state().map((array) => array.slice()) };
  }

  /** Goes back to a snapshot of the same run. */
  restore(snapshot: Snapshot): void {
    const arrays = this.state();
    if (arrays.length !== snapshot.arrays.length)
      throw new Error(`world: found a snapshot of ${snapshot.arrays.length} arrays, want ${arrays.length}`);
    for (let i = 0; i < arrays.length; i++) arrays[i].set(snapshot.arrays[i]);
  }
}
