import { notionalOf } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import { exp } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { concentrationClass, openingRates } from '../margin/dynamic.ts';
import { costAt, entryDemand, isBelowEntry } from '../margin/entry.ts';
import type { Valued } from '../margin/entry.ts';
import { isBelow, isInverseBelow } from '../margin/isolated.ts';
import { maintenanceBySize } from '../margin/skew.ts';
import { flatTiers, requirement } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import type { HistoryOptions } from '../market/history.ts';
import type { GroupOptions } from './group.ts';
import { adaptedLeverage, leverageLaw } from './leverage.ts';
import { numberByDistance } from './numbering.ts';
import type { Filling, PopulationContext, PopulationMarket } from './population.ts';
import { OFFSET } from './sizes.ts';

/** Streams of a group's root besides those of sizes.ts; the slot is the trader's ordinal, the step the attempt. */
export const LEVERAGE = 2;
export const ENTRY = 3;

/** Attempts to season a trader by another entry, then by another leverage as well, then at an entry at the starting mark. */
export const ATTEMPTS = 64;

/**
 * Steps of a rank-1 lattice over leverage and entry along the ranks of size: powers of 1/1.3247…, the plastic number, whose multiples
 * fill the unit square most evenly (Roberts 2018).
 */
export const LEVERAGE_STEP = 0.7548776662466927;
export const ENTRY_STEP = 0.5698402909980532;

export function rootOf(group: GroupOptions, context: PopulationContext): Root {
  return derive(root(context.seed, `population/${group.name}`), context.replicate);
}

/** What is demanded of a position of so many lots of a group at the opening. */
function ladderOf(
  group: GroupOptions,
  { lots, market: marketOf, group: of, regimes }: Filling,
  { margin, dynamic, loans }: PopulationMarket,
): (lots: number) => Tiers {
  if (group.margin === 'lending') return () => (loans?.margin ?? margin).maintenance;
  if (group.margin !== 'dynamic') {
    const { skew = null, maintenance } = margin;
    if (skew === null) return () => maintenance;
    const sized = maintenanceBySize(maintenance, skew, skew.reward);
    return (held) => sized.of(held);
  }
  if (dynamic === undefined || dynamic === null) throw new Error(`traders "${group.name}": found no dynamic margin in their market`);
  const sides = [0, 0];
  for (let i = 0; i < lots.length; i++)
    if (marketOf[i] === group.market && regimes[of[i]] !== 'lending') sides[lots[i] > 0 ? 0 : 1] += Math.abs(lots[i]);
  const openInterest = Math.max(...sides);
  const ladders = Array.from(openingRates(dynamic), flatTiers);
  return (held) => ladders[concentrationClass(dynamic, Math.abs(held) / openInterest)];
}

/** level × maintenance of lots that were opened at a price, where it is charged on that. */
function demandedAt(valued: Valued, lots: number, price: number, maintenance: Tiers, level: number): number {
  return entryDemand(valued, lots, costAt(valued, lots, price), maintenance, level);
}

/** Entry and cash of a drawn group; returns how many traders were drawn again. */
export function fillEntries(population: Filling, start: number, group: GroupOptions, context: PopulationContext): number {
  const { seasonThreshold } = context;
  const { contract, startMark, history } = context.markets[group.market];
  const ladder = ladderOf(group, population, context.markets[group.market]);
  const { maintenanceOn } = context.markets[group.market].margin;
  const onEntry = group.margin === undefined && maintenanceOn === 'entry';
  const isPast = contract.kind === 'inverse' ? isInverseBelow : isBelow;
  const valued = { factor: contract.factor, inverse: contract.kind === 'inverse' };
  const { lo, hi } = rootOf(group, context);
  const law = leverageLaw(group);
  const leverages = samplesOf(group, { lo, hi }, LEVERAGE, LEVERAGE_STEP);
  law.fill(leverages);
  const closes = closesOf(group, history);
  const entries = samplesOf(group, { lo, hi }, ENTRY, ENTRY_STEP);
  for (let i = 0; i < entries.length; i++) entries[i] = closeAt(closes, entries[i]);
  const { lots, entry, cash } = population;
  let redrawn = 0;
  for (let ordinal = 0; ordinal < group.count; ordinal++) {
    const at = start + ordinal;
    const held = lots[at];
    let attempt = 0;
    let leverage = leverages[ordinal];
    let price = entries[ordinal];
    let own = cashOf(held, price, contract, leverage);
    const maintenance = ladder(held);
    while (
      onEntry
        ? isBelowEntry(valued, own, held, startMark, demandedAt(valued, held, price, maintenance, seasonThreshold), true)
        : isPast(own, held, startMark, contract.factor, maintenance, seasonThreshold, true)
    ) {
      attempt++;
      if (attempt > 3 * ATTEMPTS) {
        throw new Error(
          `traders "${group.name}": found no leverage (last ${leverage}) at which a position of ${held} lots starts above an MCR of ${seasonThreshold}, want lower leverage or maintenance`,
        );
      }
      if (attempt > ATTEMPTS) leverage = law.at(uniform(lo, hi, LEVERAGE, attempt, ordinal));
      price = attempt > 2 * ATTEMPTS ? startMark : closeAt(closes, uniform(lo, hi, ENTRY, attempt, ordinal));
      own = cashOf(held, price, contract, leverage);
    }
    if (attempt > 0) redrawn++;
    if (group.adaptsTo !== undefined) {
      // After seasoning, so that no draw depends on what is demanded at a point.
      const notional = Math.abs(notionalOf(contract, held, price));
      const most = adaptedLeverage(group.adaptsTo, requirement(maintenance, notional) / notional);
      if (leverage > most) own = cashOf(held, price, contract, most);
    }
    entry[at] = price;
    cash[at] = own;
  }
  numberByDistance(population, start, group.count, { factor: contract.factor, inverse: contract.kind === 'inverse' }, startMark);
  return redrawn;
}

/**
 * Collateral, its notional at entry over the leverage rounded to a quantum, less what the position cost; of an inverse contract both are coin
 * and rounded together.
 */
function cashOf(lots: number, entry: number, { kind, factor }: Contract, leverage: number): number {
  if (kind === 'inverse') return Math.round((lots * factor) / entry + Math.abs(lots * factor) / (entry * leverage));
  const cost = lots * entry * factor;
  return Math.round(Math.abs(cost) / leverage) - cost;
}

/** Samples of a stream, one a trader of a group: independent, or of a lattice from a random offset. */
export function samplesOf({ count, resample }: GroupOptions, { lo, hi }: Root, stream: number, latticeStep: number): Float64Array {
  const samples = new Float64Array(count);
  if (resample) for (let i = 0; i < count; i++) samples[i] = uniform(lo, hi, stream, 0, i);
  else fillLattice(samples, uniform(lo, hi, OFFSET, 0, stream), latticeStep);
  return samples;
}

function fillLattice(samples: Float64Array, offset: number, step: number): void {
  for (let i = 0; i < samples.length; i++) {
    const place = offset + i * step;
    samples[i] = place - Math.floor(place);
  }
}

/** Closes that entries are taken from: whole ticks, weights summed up, and for as many even cells of their sum the first close that reaches one. */
export interface Closes {
  readonly prices: Float64Array;
  readonly cumulative: Float64Array;
  readonly guide: Int32Array;
}

/** The closes of the window with weight 2^(−age/halfLife). */
export function closesOf(group: GroupOptions, history: HistoryOptions): Closes {
  const { window, halfLife } = group.entry;
  const prices: number[] = [];
  const sums: number[] = [];
  let sum = 0;
  history.ages.forEach((age, i) => {
    if (age > window) return;
    sum += exp((-0.6931471805599453 * age) / halfLife);
    sums.push(sum);
    prices.push(Math.max(1, Math.round(history.prices[i])));
  });
  const n = prices.length;
  if (n === 0)
    throw new Error(`traders "${group.name}": found no close in the last ${window} seconds, want at least one to take entries from`);
  const cumulative = Float64Array.from(sums);
  const guide = new Int32Array(n);
  for (let cell = 0, at = 0; cell < n; cell++) {
    while (cumulative[at] <= (cell / n) * sum) at++;
    guide[cell] = at;
  }
  return { prices: Float64Array.from(prices), cumulative, guide };
}

/** Entry in whole ticks at u in (0, 1), in two looks on average. */
export function closeAt({ prices, cumulative, guide }: Closes, u: number): number {
  const last = prices.length - 1;
  const sought = u * cumulative[last];
  let at = guide[Math.floor(u * prices.length)];
  while (at < last && cumulative[at] <= sought) at++;
  return prices[at];
}
