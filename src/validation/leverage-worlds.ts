import { flatTiers } from '../margin/tiers.ts';
import type { RunTerms } from '../simulation/world.ts';
import { lasting } from './curve-worlds.ts';
import { LawPopulation, lawOptions, lawTerms, playOut, withMarket } from './worlds.ts';

/** Opening price in ticks. */
const START = 1_000_000;
/** A tick as a fraction of the opening price. */
export const TICK = 1 / START;
/** Lots of a position. */
const LOTS = 100;
/** Generations after which a batch cascade is over for certain: its ratio is below 0.99. */
const STEPS = 3000;

/** Equal positions whose initial margin ratios are spread evenly from `lowest` to 1, on linear impact that stays. */
export interface LeverageWorld {
  readonly count: number;
  readonly lowest: number;
  /** Maintenance rate. */
  readonly m: number;
  readonly theta: number;
  /** Fall of the price when all positions are sold, as a fraction of the opening price. */
  readonly slope: number;
  /** Fall of the outside price at the first step, as a fraction. */
  readonly s: number;
  readonly mode: 'sequential' | 'batch';
}

/** What the world ended with, as fractions of the opening price and of what was open. */
export interface LeverageEnd {
  readonly x: number;
  readonly share: number;
  /** Σ max(0, −equity) of those who were closed, at the price in the end. */
  readonly debtAtEnd: number;
  /** The same as the waterfall booked it, each at what its own order got. */
  readonly booked: number;
}

function populationOf({ count, lowest }: LeverageWorld): LawPopulation {
  const population = new LawPopulation(count);
  population.count = count;
  population.lots.fill(LOTS);
  population.entry.fill(START);
  for (let i = 0; i < count; i++) population.cash[i] = Math.round(LOTS * START * (lowest + ((i + 0.5) / count) * (1 - lowest) - 1));
  return population;
}

function termsOf(law: LeverageWorld, population: LawPopulation): RunTerms {
  const { count, m, theta, slope, s, mode } = law;
  const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps: STEPS, mode, route: 'book', mark: 'last' });
  const impact = lasting({ kind: 'linear', slope: slope / (count * LOTS) });
  const margin = { maintenance: flatTiers(m), initial: flatTiers(m), threshold: theta, call: theta, equalityLiquidates: true };
  // All arrive at once, the nearest first by its key: worst first, without asking all of them again after each fill.
  const liquidation = { ...base.liquidation, queue: 'arrival' } as const;
  const options = { ...withMarket(base, { quotes: { kind: 'curve', impact }, orders: [], margin }), liquidation };
  const outside = new Float64Array(STEPS + 1).fill(START * (1 - s));
  outside[0] = START;
  return { ...lawTerms(options, population), outside: [outside] };
}

/** Plays the shock and all that follows through the whole world: margin index, queue, engine, curve, ledger, waterfall. */
export function playLeverage(law: LeverageWorld): LeverageEnd {
  const population = populationOf(law);
  const world = playOut(termsOf(law, population));
  const end = world.markets[0]?.mid() ?? NaN;
  const { lots } = world.ledger.markets[0] ?? { lots: new Float64Array(0) };
  const whole = law.count * LOTS * START;
  let debt = 0;
  for (let i = 0; i < law.count; i++) if (lots[i] === 0) debt += Math.max(0, -(population.cash[i]! + LOTS * end));
  return {
    x: 1 - end / START,
    share: world.engine.liquidated / law.count,
    debtAtEnd: debt / whole,
    booked: (world.engine.markets[0]?.waterfall.badDebt ?? NaN) / whole,
  };
}
