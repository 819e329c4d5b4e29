import { World, shapeOf } from '../simulation/world.ts';
import type { RunTerms } from '../simulation/world.ts';
import { LawPopulation, lawOptions, lawTerms } from './worlds.ts';
import type { LawMarket } from './worlds.ts';

/** Lots of every bid. */
const LOTS = 10;

/** A book with the same bid at every tick, an exogenous sale, and longs who are liquidated one by one. */
export interface FlatBookOptions {
  /** Ticks that the exogenous sale eats, ≥ 1. */
  readonly sale: number;
  /** Ticks of bids. */
  readonly ticks: number;
  /** Most longs. */
  readonly positions: number;
  readonly mark: LawMarket['mark'];
}

/** What came of one cascade. */
export interface Fall {
  /** Ticks by which the last trade stands below the opening price. */
  readonly drop: number;
  readonly liquidated: number;
  /** Whether the bids ended before the cascade did. */
  readonly ended: boolean;
}

/** The same world played again and again with other longs: the real book, index, queue, engine and ledger, whole. */
export class FlatBook {
  private readonly options: FlatBookOptions;
  private readonly start: number;
  private readonly population: LawPopulation;
  private terms: RunTerms | null = null;
  private world: World | null = null;

  constructor(options: FlatBookOptions) {
    this.options = options;
    this.start = options.ticks + 2;
    this.population = new LawPopulation(options.positions);
  }

  /** Takes all longs away. */
  clear(): void {
    this.population.count = 0;
  }

  /** A long who is liquidated once the last trade is `depth` ticks below the opening price, and whose sale then eats `size` ticks. */
  add(depth: number, size: number): void {
    this.population.add(this.start - depth, size * LOTS);
  }

  /** Plays the sale and all that follows from it. @throws Error when the ledger errs or the price has not fallen by what was sold. */
  play(): Fall {
    const { options, start, population } = this;
    const world = this.world ?? this.build();
    world.open({ ...this.terms!, population: population.now() });
    world.advance();
    const { liquidated, waiting } = world.engine;
    const drop = start - (world.markets[0]?.last ?? NaN);
    const sold = (world.engine.markets[0]?.tally.forcedLots ?? NaN) / LOTS;
    if (drop !== options.sale + sold) throw new Error(`flat book: ${sold} ticks of forced sales left the price ${drop} below the start`);
    if (world.ledgerError !== 0) throw new Error(`flat book: ledger error ${world.ledgerError}`);
    return { drop, liquidated, ended: waiting > 0 };
  }

  private build(): World {
    const { options, start, population } = this;
    const { sale, ticks, mark } = options;
    const terms = lawOptions({ start, lots: LOTS, bidLevels: ticks, sale: sale * LOTS, steps: 1, mode: 'sequential', route: 'book', mark });
    const { count } = population;
    population.count = population.lots.length;
    this.world = new World(shapeOf(terms, population, [start]));
    population.count = count;
    this.terms = lawTerms(terms, population);
    return this.world;
  }
}
