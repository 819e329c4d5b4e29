import { flatTiers } from '../margin/tiers.ts';
import type { MarketOptions } from '../simulation/options.ts';
import type { Population } from '../traders/population.ts';
import { CROSS } from '../traders/population.ts';
import { lasting } from './curve-worlds.ts';
import { lawOptions, lawTerms, playOut, withMarket } from './worlds.ts';

/** Opening price of every asset in ticks. */
const START = 1_000_000;
/** A tick as a fraction of the opening price. */
export const TICK = 1 / START;
/** Lots of all positions of an account together; weights are known to half of one. */
const LOTS = 1000;
/** So little that an account which has closed one position is still due for what that cost it: all of it goes. */
const MAINTENANCE = 1e-9;
/** Generations after which a batch cascade is over for certain: its ratio is below 0.99. */
const STEPS = 3000;

/** Cross accounts of several kinds over several assets, each on linear impact that stays. */
export interface ContagionWorld {
  /** Accounts of the densest kind; the others have as many as their density. */
  readonly count: number;
  /** Distance of the furthest accounts: what their basket has to fall by, as a fraction. */
  readonly reach: number;
  /** By kind: lots a unit of distance, and the share of each asset in the basket. */
  readonly densities: readonly number[];
  readonly weights: readonly (readonly number[])[];
  /** By asset: fall of its price for a lot sold, and of its outside price at the first step, as fractions. */
  readonly slopes: readonly number[];
  readonly shocks: readonly number[];
}

/** Shares of the assets as whole lots of an account have them. */
export function heldShares(weights: readonly number[]): readonly number[] {
  const lots = weights.map((weight) => Math.round(LOTS * weight));
  const last = LOTS - lots.slice(0, -1).reduce((sum, each) => sum + each, 0);
  return [...lots.slice(0, -1), last].map((each) => each / LOTS);
}

/** What one account of any kind stands for, in the law's lots. */
export function lotsEach({ count, reach, densities }: Pick<ContagionWorld, 'count' | 'reach' | 'densities'>): number {
  return (Math.max(...densities) * reach) / count;
}

/** Ordered by how far they are, so that the nearest of all kinds come first by their keys. */
function populationOf(law: ContagionWorld): Population {
  const each = lotsEach(law);
  const accounts = law.densities
    .flatMap((density, kind) =>
      Array.from({ length: Math.round((density * law.reach) / each) }, (_, i) => ({ kind, distance: ((i + 0.5) * each) / density })),
    )
    .sort((a, b) => a.distance - b.distance || a.kind - b.kind);
  const baskets = law.weights.map((weights) => heldShares(weights).map((share) => Math.round(LOTS * share)));
  const assets = law.slopes.length;
  const count = accounts.length;
  const legs = accounts.flatMap(({ kind }, account) =>
    (baskets[kind] ?? []).flatMap((lots, market) => (lots === 0 ? [] : [{ account, market, lots }])),
  );
  const none = new Float64Array(count);
  return {
    count,
    groupNames: baskets.map((_, kind) => `kind ${kind} of ${assets} assets`),
    regimes: baskets.map(() => 'cross'),
    group: Uint16Array.from(accounts, ({ kind }) => kind),
    market: new Uint8Array(count).fill(CROSS),
    legs: {
      account: Int32Array.from(legs, ({ account }) => account),
      market: Uint8Array.from(legs, ({ market }) => market),
      lots: Float64Array.from(legs, ({ lots }) => lots),
      entry: new Float64Array(legs.length).fill(START),
    },
    keyHi: new Uint32Array(count),
    keyLo: Uint32Array.from({ length: count }, (_, i) => i),
    lots: none,
    cash: Float64Array.from(accounts, ({ distance }) => Math.round(-LOTS * START * (1 - distance))),
    entry: none,
    redrawn: 0,
  };
}

/** Plays it through the whole world: margin index, queue, engine, curves, ledger, waterfall. The fall of each price, as a fraction. */
export function playContagion(law: ContagionWorld, mode: 'sequential' | 'batch'): readonly number[] {
  const base = lawOptions({ start: START, lots: 1, bidLevels: 1, sale: 0, steps: STEPS, mode, route: 'book', mark: 'last' });
  const ladder = flatTiers(MAINTENANCE);
  const margin = { maintenance: ladder, initial: ladder, threshold: 1, call: 1, equalityLiquidates: true };
  const [one] = withMarket(base, { orders: [], margin }).markets as [MarketOptions];
  const scale = lotsEach(law) / LOTS;
  const markets = law.slopes.map((slope, j): MarketOptions => ({
    ...one,
    asset: { ...one.asset, symbol: `LAW${j}` },
    quotes: { kind: 'curve', impact: lasting({ kind: 'linear', slope: slope * scale }) },
  }));
  const population = populationOf(law);
  const options = { ...base, markets, liquidation: { ...base.liquidation, queue: 'arrival' as const } };
  const outside = law.shocks.map((s) => {
    const path = new Float64Array(STEPS + 1).fill(START * (1 - s));
    path[0] = START;
    return path;
  });
  const world = playOut({ ...lawTerms(options, population), outside });
  return world.markets.map((market) => 1 - market.mid() / START);
}
