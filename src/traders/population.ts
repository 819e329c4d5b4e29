import { exp, log, normalCdf, normalQuantile } from '../core/math.ts';
import { derive, keyHigh, keyLow, nameKey, root, uniform, type Root } from '../core/random.ts';
import { lognormal, pareto } from '../core/samplers.ts';
import type { AssetUnits } from '../core/units.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { requirement } from '../margin/tiers.ts';
import type { HistoryOptions } from '../market/history.ts';

/** Leveraged traders of one kind. Money in quanta, prices in ticks. */
export interface GroupOptions {
  /** Unique; an account's key is a hash of it and the account's ordinal. */
  readonly name: string;
  readonly kind: 'drawn';
  /** Place of the market that they trade in. */
  readonly market: number;
  readonly count: number;
  readonly side: 1 | -1;
  /** Total notional of the group at the starting mark, in quanta. */
  readonly notional: number;
  readonly size:
    | { readonly kind: 'equal' }
    /** Pareto with tail exponent alpha, the largest position capped at `cap` quanta of notional. */
    | { readonly kind: 'pareto'; readonly alpha: number; readonly cap: number }
    | { readonly kind: 'lognormal'; readonly sigma: number };
  readonly leverage:
    | { readonly kind: 'constant'; readonly value: number }
    | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly min: number; readonly max: number };
  /** Entries come from the closes of the last `window` seconds, a close `halfLife` seconds older counting half. */
  readonly entry: { readonly window: number; readonly halfLife: number };
  /** true: every trader an independent draw; false: systematic sampling over size × leverage with a random start. */
  readonly resample: boolean;
}

/** Traders written down one by one. */
export interface ListedGroupOptions {
  readonly name: string;
  readonly kind: 'listed';
  readonly market: number;
  readonly accounts: readonly {
    /** Signed lots: > 0 long. */
    readonly lots: number;
    /** Entry price in ticks. */
    readonly entry: number;
    /** Own collateral in quanta. */
    readonly collateral: number;
  }[];
}

/** A group of traders, drawn or written down. */
export type TraderOptions = GroupOptions | ListedGroupOptions;

/** All leveraged traders of a run at its start, a column a field, ordered by group name and then ordinal. Every number is whole. */
export interface Population {
  readonly count: number;
  /** Group names in ascending order of their UTF-16 units. */
  readonly groupNames: readonly string[];
  /** Index into `groupNames`. */
  readonly group: Uint16Array;
  /** Place of the market of each position. */
  readonly market: Uint8Array;
  /** Words of the account key (see core/random, `keyOf`): 21 bits and 32 bits. */
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Signed: > 0 long. */
  readonly lots: Float64Array;
  /** Quanta: collateral − lots × entry × quantaPerTickLot, so that equity at a price is cash + lots × price × quantaPerTickLot. */
  readonly cash: Float64Array;
  /** Ticks. */
  readonly entry: Float64Array;
  /** Traders whose first draw would have begun at or below the season threshold, and were drawn again. */
  readonly redrawn: number;
}

/** A market as a population is drawn into it. */
export interface PopulationMarket {
  readonly asset: AssetUnits;
  readonly history: HistoryOptions;
  readonly margin: MarginOptions;
  /** Whole ticks. */
  readonly startMark: number;
}

/** What a population is drawn in. */
export interface PopulationContext {
  readonly markets: readonly PopulationMarket[];
  /** No drawn trader starts at or below this MCR. Nothing else of a sweep's point reaches the draws. */
  readonly seasonThreshold: number;
  readonly seed: string;
  readonly replicate: number;
}

/** Streams of a group's root; the slot is the trader's ordinal, the step the attempt. */
const OFFSET = 0;
const SIZE = 1;
const LEVERAGE = 2;
const ENTRY = 3;

/** Attempts to season a trader by another entry, then by another leverage as well, then at an entry at the starting mark. */
const ATTEMPTS = 64;

/**
 * Steps of a rank-1 lattice over leverage and entry along the ranks of size: powers of 1/1.3247…, the plastic number, whose multiples
 * fill the unit square most evenly (Roberts 2018).
 */
const LEVERAGE_STEP = 0.7548776662466927;
const ENTRY_STEP = 0.5698402909980532;

/**
 * Draws the population. Sizes of a group are scaled to its notional at the starting mark and rounded with the rest carried on, so that a group's lots
 * are its notional's; what the long and the short drawn groups then differ by in rounding is taken from the largest position of the
 * heavier side. Listed accounts are taken as written. Each draw is a function of seed, group name, replicate and ordinal alone.
 *
 * @throws Error when two groups share a name, drawn longs and shorts differ by more than rounding, a notional cannot be split as asked,
 *   no close lies in a group's window or no draw of a group starts above the season threshold.
 */
export function buildPopulation(traders: readonly TraderOptions[], context: PopulationContext): Population {
  const groups = traders.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (let g = 1; g < groups.length; g++) {
    if (groups[g].name === groups[g - 1].name) throw new Error(`traders: found two groups named "${groups[g].name}", want each name once`);
  }
  let count = 0;
  for (const group of groups) count += group.kind === 'drawn' ? group.count : group.accounts.length;
  const population = {
    count,
    groupNames: groups.map((group) => group.name),
    group: new Uint16Array(count),
    market: new Uint8Array(count),
    keyHi: new Uint32Array(count),
    keyLo: new Uint32Array(count),
    lots: new Float64Array(count),
    cash: new Float64Array(count),
    entry: new Float64Array(count),
    redrawn: 0,
  };
  const starts: number[] = [];
  let start = 0;
  groups.forEach((group, g) => {
    starts.push(start);
    const size = group.kind === 'drawn' ? group.count : group.accounts.length;
    const key = nameKey(group.name);
    for (let ordinal = 0; ordinal < size; ordinal++) {
      population.group[start + ordinal] = g;
      population.market[start + ordinal] = group.market;
      population.keyHi[start + ordinal] = keyHigh(key, ordinal);
      population.keyLo[start + ordinal] = keyLow(key, ordinal);
    }
    if (group.kind === 'drawn') fillLots(population.lots.subarray(start, start + size), group, context);
    start += size;
  });
  for (let m = 0; m < context.markets.length; m++) balance(population.lots, groups, starts, m);
  groups.forEach((group, g) => {
    if (group.kind === 'drawn') population.redrawn += fillEntries(population, starts[g], group, context);
    else fillListed(population, starts[g], group, context.markets[group.market].asset.quantaPerTickLot);
  });
  return population;
}

function fillListed(population: Population, start: number, group: ListedGroupOptions, unit: number): void {
  group.accounts.forEach(({ lots, entry, collateral }, ordinal) => {
    population.lots[start + ordinal] = lots;
    population.entry[start + ordinal] = entry;
    population.cash[start + ordinal] = collateral - lots * entry * unit;
  });
}

function rootOf(group: GroupOptions, context: PopulationContext): Root {
  return derive(root(context.seed, `population/${group.name}`), context.replicate);
}

/** Signed lots of a drawn group, whose sum is its notional at the starting mark to the nearest lot. */
function fillLots(lots: Float64Array, group: GroupOptions, context: PopulationContext): void {
  const { name, count, size, side } = group;
  const { startMark, asset } = context.markets[group.market];
  const lot = startMark * asset.quantaPerTickLot;
  const total = Math.round(group.notional / lot);
  if (total < count)
    throw new Error(`traders "${name}": found a notional of ${total} lots for ${count} traders, want at least a lot for each`);
  const cap = size.kind === 'pareto' ? Math.floor(size.cap / lot) : Infinity;
  if (cap * count < total) {
    throw new Error(
      `traders "${name}": found a notional of ${total} lots over ${count} traders capped at ${cap} each, want at most ${cap * count}`,
    );
  }
  const weights = sizeWeights(group, rootOf(group, context));
  const scale = scaleToTotal(weights, total, cap);
  // Where the smallest would hold less than a lot, each gets one first and the rest in proportion; the cap, no less than the mean, still holds.
  const first = scale * smallest(weights) < 1 ? 1 : 0;
  const rest = first === 1 ? (total - count) / total : 1;
  let left = total;
  let carried = 0;
  for (let i = 0; i < count; i++) {
    const exact = first + Math.min(cap, scale * weights[i]) * rest + carried;
    const given = i === count - 1 ? left : Math.min(cap, Math.round(exact));
    carried = exact - given;
    left -= given;
    lots[i] = side * given;
  }
}

/** Sizes before scaling: quantiles at (ordinal + offset)/count, or at independent uniforms when the group is a lottery. */
function sizeWeights(group: GroupOptions, { lo, hi }: Root): Float64Array {
  const { count, size, resample } = group;
  const weights = new Float64Array(count);
  const offset = uniform(lo, hi, OFFSET, 0, SIZE);
  for (let i = 0; i < count; i++) {
    const u = resample ? uniform(lo, hi, SIZE, 0, i) : (i + offset) / count;
    weights[i] = size.kind === 'pareto' ? pareto(u, size.alpha, 1) : size.kind === 'lognormal' ? lognormal(u, 1, size.sigma) : 1;
  }
  return weights;
}

function smallest(weights: Float64Array): number {
  let least = Infinity;
  for (const weight of weights) if (weight < least) least = weight;
  return least;
}

/** The factor f with Σ min(cap, f × weight) = total: grows until nobody new meets the cap, which a round does at least once. */
function scaleToTotal(weights: Float64Array, total: number, cap: number): number {
  let capped = 0;
  let scale = 0;
  for (;;) {
    let free = 0;
    let above = 0;
    for (let i = 0; i < weights.length; i++) {
      if (scale * weights[i] >= cap) above++;
      else free += weights[i];
    }
    if (scale > 0 && above === capped) return scale;
    capped = above;
    if (free === 0) return scale;
    scale = (capped === 0 ? total : total - capped * cap) / free;
  }
}

/** Takes what a market's drawn longs and shorts differ by from the largest position of the heavier side (of equals the first in order). */
function balance(lots: Float64Array, groups: readonly TraderOptions[], starts: readonly number[], market: number): void {
  const sides = { long: 0, short: 0 };
  let drawn = 0;
  groups.forEach((group, g) => {
    if (group.kind !== 'drawn' || group.market !== market) return;
    drawn++;
    let sum = 0;
    for (let i = starts[g]; i < starts[g] + group.count; i++) sum += lots[i];
    if (sum > 0) sides.long += sum;
    else sides.short -= sum;
  });
  const excess = sides.long - sides.short;
  if (excess === 0) return;
  if (Math.abs(excess) > drawn) {
    throw new Error(
      `traders: found ${sides.long} lots of drawn longs and ${sides.short} lots of drawn shorts, want the same notional on both sides`,
    );
  }
  const side = excess > 0 ? 1 : -1;
  let largest = -1;
  groups.forEach((group, g) => {
    if (group.kind !== 'drawn' || group.market !== market || group.side !== side) return;
    for (let i = starts[g]; i < starts[g] + group.count; i++) {
      if (largest < 0 || lots[i] * side > lots[largest] * side) largest = i;
    }
  });
  if (lots[largest] * side <= Math.abs(excess)) {
    throw new Error(
      `traders: found ${sides.long} and ${sides.short} lots, and no position that could give up ${Math.abs(excess)}; want finer lots`,
    );
  }
  lots[largest] -= excess;
}

/** Entry and cash of a drawn group; returns how many traders were drawn again. */
function fillEntries(population: Population, start: number, group: GroupOptions, context: PopulationContext): number {
  const { seasonThreshold } = context;
  const { asset, margin, startMark, history } = context.markets[group.market];
  const unit = asset.quantaPerTickLot;
  const { lo, hi } = rootOf(group, context);
  const leverageOf = leverageQuantile(group);
  const entryOf = entryQuantile(group, history);
  const leverageOffset = uniform(lo, hi, OFFSET, 0, LEVERAGE);
  const entryOffset = uniform(lo, hi, OFFSET, 0, ENTRY);
  const { lots, entry, cash } = population;
  let redrawn = 0;
  for (let ordinal = 0; ordinal < group.count; ordinal++) {
    const at = start + ordinal;
    const held = lots[at];
    const value = held * startMark * unit;
    const required = seasonThreshold * requirement(margin.maintenance, Math.abs(value));
    let attempt = 0;
    let leverage = leverageOf(group.resample ? uniform(lo, hi, LEVERAGE, 0, ordinal) : fraction(leverageOffset + ordinal * LEVERAGE_STEP));
    let price = entryOf(group.resample ? uniform(lo, hi, ENTRY, 0, ordinal) : fraction(entryOffset + ordinal * ENTRY_STEP));
    let own = cashOf(held, price, unit, leverage);
    while (own + value <= required) {
      attempt++;
      if (attempt > 3 * ATTEMPTS) {
        throw new Error(
          `traders "${group.name}": found no leverage (last ${leverage}) at which a position of ${held} lots starts above an MCR of ${seasonThreshold}, want lower leverage or maintenance`,
        );
      }
      if (attempt > ATTEMPTS) leverage = leverageOf(uniform(lo, hi, LEVERAGE, attempt, ordinal));
      price = attempt > 2 * ATTEMPTS ? startMark : entryOf(uniform(lo, hi, ENTRY, attempt, ordinal));
      own = cashOf(held, price, unit, leverage);
    }
    if (attempt > 0) redrawn++;
    entry[at] = price;
    cash[at] = own;
  }
  return redrawn;
}

/** Collateral, its notional at entry over the leverage rounded to a quantum, less what the position cost. */
function cashOf(lots: number, entry: number, unit: number, leverage: number): number {
  const cost = lots * entry * unit;
  return Math.round(Math.abs(cost) / leverage) - cost;
}

function fraction(x: number): number {
  return x - Math.floor(x);
}

/**
 * Leverage at u in (0, 1). A log-normal is cut to [min, max], and its location is the one at which the cut law has the median asked for;
 * sizes being drawn independently, that is also its notional-weighted median.
 */
function leverageQuantile(group: GroupOptions): (u: number) => number {
  const { leverage, name } = group;
  if (leverage.kind === 'constant') return () => leverage.value;
  const { median, sigma, min, max } = leverage;
  if (!(min > 0 && min < median && median < max)) {
    throw new Error(`traders "${name}": found a median leverage of ${median} with limits ${min} and ${max}, want 0 < min < median < max`);
  }
  const below = log(min / median) / sigma;
  const above = log(max / median) / sigma;
  // The location lies `shift` standard deviations from the median asked for, such that half of the cut law lies below that median.
  const reach = Math.min(36, above - below + 1 / Math.min(-below, above));
  let low = -reach;
  let high = reach;
  let shift = 0;
  for (let i = 0; i < 100; i++) {
    shift = (low + high) / 2;
    if (cutNormal(below - shift, above - shift)(0.5) + shift < 0) low = shift;
    else high = shift;
  }
  if (!(Math.abs(cutNormal(below - shift, above - shift)(0.5) + shift) < 1e-9)) {
    throw new Error(`traders "${name}": found a median leverage of ${median} with limits ${min} and ${max}, want it further from both`);
  }
  const quantile = cutNormal(below - shift, above - shift);
  return (u) => Math.min(max, Math.max(min, median * exp(sigma * (quantile(u) + shift))));
}

/** Quantile function of a standard normal cut to [from, to]; in the upper tail by its mirror image, where the cdf keeps its digits. */
function cutNormal(from: number, to: number): (u: number) => number {
  if (from > 0) {
    const mirrored = cutNormal(-to, -from);
    return (u) => -mirrored(1 - u);
  }
  const low = normalCdf(from);
  const mass = normalCdf(to) - low;
  return (u) => normalQuantile(low + u * mass);
}

/**
 * Entry in whole ticks at u in (0, 1): a close of the window with weight 2^(−age/halfLife), found through a guide table of as many cells
 * as closes, in two looks on average.
 */
function entryQuantile(group: GroupOptions, history: HistoryOptions): (u: number) => number {
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
  return (u) => {
    let at = guide[Math.floor(u * n)];
    while (at < n - 1 && cumulative[at] <= u * sum) at++;
    return prices[at];
  };
}
