import type { DynamicMargin } from '../margin/dynamic.ts';
import { flatTiers, tiersFromRates } from '../margin/tiers.ts';
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

/** Equal positions on linear impact that stays, which are liquidated at distances spread evenly up to a reach while nothing is demanded of them. */
export interface ProcyclicalWorld {
  readonly count: number;
  readonly reach: number;
  /** Move of the price when all positions within a distance are closed, as a share of that distance. */
  readonly b: number;
  /** What is demanded of a position, as a share of its opening value, for each such share that the price has moved against it. */
  readonly kappa: number;
  /** Move of the outside price against them at the first step, as a fraction. */
  readonly s: number;
}

/** What the world ended with: the move of the price as a fraction of the opening price, and how many were liquidated. */
export interface ProcyclicalEnd {
  readonly x: number;
  readonly liquidated: number;
}

function populationOf({ count, reach }: ProcyclicalWorld, side: 1 | -1, regime: 'isolated' | 'dynamic'): LawPopulation {
  const population = new LawPopulation(count, [regime]);
  population.count = count;
  population.lots.fill(side * LOTS);
  population.entry.fill(START);
  for (let i = 0; i < count; i++) population.cash[i] = Math.round(LOTS * START * (((i + 0.5) / count) * reach - side));
  return population;
}

function play({ count, reach, b, s }: ProcyclicalWorld, population: LawPopulation, side: 1 | -1, terms: Terms): ProcyclicalEnd {
  const { mode, ladder, dynamic } = terms;
  const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps: STEPS, mode, route: 'book', mark: 'last' });
  const impact = lasting({ kind: 'linear', slope: (b * reach) / (count * LOTS) });
  const margin = { maintenance: ladder, initial: ladder, threshold: 1, call: 1, equalityLiquidates: true };
  // All arrive at once, the nearest first by its key: worst first, without asking all of them again after each fill.
  const liquidation = { ...base.liquidation, queue: 'arrival' } as const;
  const options = { ...withMarket(base, { quotes: { kind: 'curve', impact }, orders: [], margin, dynamic }), liquidation };
  const outside = new Float64Array(STEPS + 1).fill(START * (1 - side * s));
  outside[0] = START;
  const run: RunTerms = { ...lawTerms(options, population), outside: [outside] };
  const world = playOut(run);
  return { x: Math.abs((world.markets[0]?.mid() ?? NaN) / START - 1), liquidated: world.engine.liquidated };
}

interface Terms {
  readonly mode: 'sequential' | 'batch';
  readonly ladder: ReturnType<typeof flatTiers>;
  readonly dynamic: DynamicMargin | null;
}

/**
 * Shorts under a ladder whose second tier begins at their opening value: the requirement is κ times what the price has risen. Whole: margin
 * index, queue, engine, curve, ledger, waterfall.
 */
export function playLadder(law: ProcyclicalWorld, mode: 'sequential' | 'batch'): ProcyclicalEnd {
  const ladder = tiersFromRates([
    { floor: 0, rate: 0 },
    { floor: LOTS * START, rate: law.kappa },
  ]);
  return play(law, populationOf(law, -1, 'isolated'), -1, { mode, ladder, dynamic: null });
}

/** Longs under dynamic margin at a rate of κ standard deviations of the last step's return alone, each step's cascade to its end at one rate. */
export function playVolatility(law: ProcyclicalWorld): ProcyclicalEnd {
  const dynamic: DynamicMargin = {
    cadence: 1,
    initial: 1,
    // What came before the last step weighs nothing.
    volatility: { lambda: 1e-300, variance: 0, horizon: law.kappa * law.kappa, loss: { kind: 'normal', deviations: 1 } },
    openInterest: null,
    liquidity: null,
    concentration: [{ from: 0, multiple: 1 }],
    floor: 0,
    buffer: 0,
    stressed: { rate: 0, weight: 0 },
    cap: 0.99,
  };
  return play(law, populationOf(law, 1, 'dynamic'), 1, { mode: 'sequential', ladder: flatTiers(0), dynamic });
}

/** Where that ends: a step at the rate m goes on to x = s + b (m + x (1 − m)), and the next rate is κ times the fall from its price, over the price. */
export function volatilityEnd({ b, kappa, s }: Pick<ProcyclicalWorld, 'b' | 'kappa' | 's'>): number {
  let [seen, x] = [1, s];
  for (;;) {
    const rate = kappa * (seen / (1 - x) - 1);
    seen = 1 - x;
    const next = Math.max(x, (s + b * rate) / (1 - b * (1 - rate)));
    if (next === x) return x;
    x = next;
  }
}
