import { flatTiers } from '../margin/tiers.ts';
import type { MarketOptions, RunOptions } from '../simulation/options.ts';
import { World, shapeOf } from '../simulation/world.ts';
import type { RunTerms } from '../simulation/world.ts';
import type { Population } from '../traders/population.ts';
import type { Regime } from '../traders/group.ts';

/** A market in which a cascade has a closed form: a standing book, no outside move, an engine without delay or limit. */
export interface LawMarket {
  /** Opening price in ticks; the best bid stands one tick below. */
  readonly start: number;
  /** Lots at every tick of the book. */
  readonly lots: number;
  /** Ticks of bids below the start. */
  readonly bidLevels: number;
  /** Lots that the outside sells at step 1. */
  readonly sale: number;
  readonly steps: number;
  readonly mode: 'sequential' | 'batch';
  readonly route: 'book' | 'absorber';
  /** Rule of the mark; the laws hold under `last`. */
  readonly mark: 'last' | 'mid';
}

/** Maintenance rate of the laws' positions; any rate would do, since their liquidation prices are laid down directly. */
const RATE = 0.01;

/** The resolved options of a law's market. */
export function lawOptions(market: LawMarket): RunOptions {
  const maintenance = flatTiers(RATE);
  return {
    step: 1,
    steps: market.steps,
    markets: [
      {
        asset: { symbol: 'LAW', tick: 1, lot: 1, quantum: 1, quantaPerTickLot: 1 },
        contract: { kind: 'linear', currency: 0, factor: 1 },
        driver: { kind: 'constant', price: market.start },
        history: { ages: [0], prices: [market.start] },
        mark: { kind: market.mark, clamp: null },
        oracle: null,
        funding: null,
        session: null,
        selfTrade: 'none',
        quotes: {
          kind: 'flat',
          lots: market.lots,
          bestBid: market.start - 1,
          bidLevels: market.bidLevels,
          bestAsk: market.start + 1,
          askLevels: 1,
        },
        noise: null,
        background: [],
        adversaries: [],
        orders: [{ at: 1, lots: -market.sale }],
        margin: { maintenance, initial: flatTiers(2 * RATE), threshold: 1, call: 1, equalityLiquidates: false },
      },
    ],
    correlations: null,
    traders: [],
    liquidation: {
      policy: { kind: 'full' },
      mode: market.mode,
      queue: 'worst-first',
      ordersPerSecond: Infinity,
      latency: 0,
      route: market.route,
      backstop: null,
      insurance: 0,
      fee: 0,
      adl: null,
    },
    seasonThreshold: 1,
  };
}

/** Longs by the tick at which each is liquidated; one account outside holds the other side. */
export class LawPopulation implements Population {
  readonly groupNames: readonly string[] = ['longs'];
  readonly regimes: readonly Regime[];
  readonly redrawn = 0;
  readonly legs = { account: new Int32Array(0), market: new Uint8Array(0), lots: new Float64Array(0), entry: new Float64Array(0) };
  count = 0;
  keyHi: Uint32Array;
  keyLo: Uint32Array;
  group: Uint16Array;
  market: Uint8Array;
  lots: Float64Array;
  cash: Float64Array;
  entry: Float64Array;

  constructor(capacity: number, regimes: readonly Regime[] = ['isolated']) {
    this.regimes = regimes;
    this.keyHi = new Uint32Array(capacity);
    this.keyLo = Uint32Array.from({ length: capacity }, (_, i) => i);
    this.group = new Uint16Array(capacity);
    this.market = new Uint8Array(capacity);
    this.lots = new Float64Array(capacity);
    this.cash = new Float64Array(capacity);
    this.entry = new Float64Array(capacity);
  }

  /** A long of `lots` ≥ 2 that is below maintenance at `tick` and not at `tick + 1`. */
  add(tick: number, lots: number): void {
    const place = this.count++;
    if (place >= this.lots.length) throw new Error(`law: room for ${this.lots.length} positions, want more`);
    this.lots[place] = lots;
    this.cash[place] = Math.ceil(-lots * (1 - RATE) * (tick + 1));
    this.entry[place] = tick;
  }

  /** Everybody as they stand now: a world takes a population that it has seen before for unchanged, so each is a new one in the same arrays. */
  now(): Population {
    const { groupNames, regimes, redrawn, count, keyHi, keyLo, group, market, legs, lots, cash, entry } = this;
    return { groupNames, regimes, redrawn, count, keyHi, keyLo, group, market, legs, lots, cash, entry };
  }
}

/** Everything that a world needs to play a law once. */
export function lawTerms(options: RunOptions, population: Population): RunTerms {
  return {
    options,
    population,
    outside: options.markets.map(({ driver }) => new Float64Array(options.steps + 1).fill(driver.kind === 'constant' ? driver.price : NaN)),
    seed: { seed: 'law', replicate: 0 },
    route: options.liquidation.route,
    tapes: null,
    exactScan: false,
    recountAlways: false,
  };
}

/** The same options with something else in one of the markets. */
export function withMarket(options: RunOptions, changes: Partial<MarketOptions>, place = 0): RunOptions {
  return { ...options, markets: options.markets.map((market, m) => (m === place ? { ...market, ...changes } : market)) };
}

/** Plays a law until a step in which nobody is liquidated, and returns the world. @throws Error when its ledger does not add up. */
export function playOut(terms: RunTerms): World {
  const starts = terms.outside.map(([start = NaN]) => start);
  const world = new World(shapeOf(terms.options, terms.population, starts));
  world.open(terms);
  for (let before = -1; world.advance() && world.engine.liquidated > before;) before = world.engine.liquidated;
  if (world.ledgerError !== 0) throw new Error(`law: found a ledger error of ${world.ledgerError}, want 0`);
  return world;
}
