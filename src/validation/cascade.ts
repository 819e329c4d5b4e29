import { derive, root, uniform } from '../core/random.ts';
import { poisson } from '../core/samplers.ts';
import { World, shapeOf } from '../simulation/world.ts';
import { LawPopulation, lawOptions, lawTerms } from './worlds.ts';

/** The acceptance law's world: T ticks of exogenous selling, b liquidation prices a tick on average. */
export interface PoissonCascade {
  readonly T: number;
  readonly b: number;
  /** Mean number of liquidation prices inside the ticks that the sale eats; T × b when left out. */
  readonly a?: number;
  readonly runs: number;
  /** Liquidations at which a run counts as a runaway and its book ends. */
  readonly most: number;
  readonly seed: string;
}

/** Lots of every bid, every position and, times T, of the exogenous sale. */
const LOTS = 10;

/**
 * Plays the cascade through the real book, index, queue and engine; returns the number of liquidations of each run (`most` for one
 * that ate the whole book). Throws when a run's price is not exactly T + N ticks below the start.
 */
export function cascadeSizes(cascade: PoissonCascade): Int32Array {
  const { T, b, runs, most } = cascade;
  const start = T + most + 2;
  const bidLevels = T + most;
  const options = lawOptions({ start, lots: LOTS, bidLevels, sale: T * LOTS, steps: 1, mode: 'sequential', route: 'book' });
  const sizes = new Int32Array(runs);
  const first = cascade.a === undefined ? b : cascade.a / T;
  const mean = T * first + most * b;
  const laid = Math.ceil(mean + 12 * Math.sqrt(mean) + 64);
  const population = new LawPopulation(laid);
  const from = root(cascade.seed, 'liquidation prices');
  population.count = laid;
  const world = new World(shapeOf(options, population, start));
  const terms = lawTerms(options, population);
  for (let run = 0; run < runs; run++) {
    const { lo, hi } = derive(from, run);
    population.count = 0;
    for (let tick = start - 1; tick >= start - bidLevels; tick--) {
      const here = poisson(tick >= start - T ? first : b, uniform(lo, hi, 0, 0, tick));
      for (let i = 0; i < here; i++) population.add(tick, LOTS);
    }
    world.open(terms);
    world.advance();
    const size = world.engine.groups;
    const last = Math.max(start - T - size, start - bidLevels);
    if (world.last !== last) throw new Error(`cascade run ${run}: ${size} liquidations left the price at ${world.last}, want ${last}`);
    if (world.ledgerError !== 0) throw new Error(`cascade run ${run}: ledger error ${world.ledgerError}`);
    sizes[run] = size > most ? most : size;
  }
  return sizes;
}
