import { exp } from '../core/math.ts';
import { derive, keyHigh, keyLow, nameKey, root, uniform, type Root } from '../core/random.ts';
import { notionalOf, openingCash } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import { concentrationClass, openingRates } from '../margin/dynamic.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import { PortfolioBook } from '../margin/portfolio-book.ts';
import type { PortfolioTerms } from '../margin/portfolio-book.ts';
import { costAt, entryDemand, isBelowEntry } from '../margin/entry.ts';
import type { Valued } from '../margin/entry.ts';
import { isBelow, isInverseBelow } from '../margin/isolated.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { keeperReward, maintenanceBySize, NO_REWARD, NO_SKEW } from '../margin/skew.ts';
import { flatTiers } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import { debtRate, weightOfLots } from '../margin/weights.ts';
import type { CoinTerms } from '../margin/weights.ts';
import type { HistoryOptions } from '../market/history.ts';
import { leverageLaw } from './leverage.ts';
import type { LeverageOptions } from './leverage.ts';
import type { BehaviourOptions } from './conduct.ts';
import { numberByDistance } from './numbering.ts';
import { OFFSET, placeOfLargest, sizeWeights, splitTotal, sumOf } from './sizes.ts';
import type { SizeOptions } from './sizes.ts';

/**
 * What is liquidated together, and by which requirement: each position by its market's ladder (isolated) or by a rate that follows the market
 * (dynamic); a loan, collateral against a debt, by its terms (lending); all positions of an account by the sum of their ladders (cross) or by
 * the worst loss over a grid of scenarios (portfolio) or option by option (standard).
 */
export type Regime = 'isolated' | 'dynamic' | 'lending' | 'cross' | 'portfolio' | 'standard';

/** Those whose accounts hold options. */
export const OPTIONED = ['portfolio', 'standard'] as const;

/** Leveraged traders of one kind. Money in quanta, prices in ticks. */
export interface GroupOptions {
  /** Unique; an account's key is a hash of it and the account's ordinal. */
  readonly name: string;
  readonly kind: 'drawn';
  /** Place of the market that they trade in. */
  readonly market: number;
  /** Absent: each position by its market's ladder, or all of an account where it may have several. Borrowers are long. */
  readonly margin?: 'dynamic' | 'lending' | 'portfolio' | 'standard';
  readonly count: number;
  readonly side: 1 | -1;
  /**
   * Of a cross group, whose traders' positions share one collateral and are liquidated together: every trader's further positions, at most
   * one a market, their sizes in proportion to the first one's. Absent: each position has collateral of its own.
   */
  readonly cross?: readonly { readonly market: number; readonly side: 1 | -1; readonly notional: number }[];
  /** Of a group whose positions have collateral of their own: every trader's further ones, at most one a market, at the same leverage. */
  readonly apart?: readonly { readonly market: number; readonly side: 1 | -1; readonly notional: number }[];
  /**
   * Of a cross group: shares of every trader's collateral that are held in coins, at most one entry a market; the rest is cash. Below 0: so much is
   * owed in the coin, which was sold for cash.
   */
  readonly coins?: readonly { readonly market: number; readonly share: number }[];
  /** Of a group with options: listed options by their place, lots as a multiple of the first position's, signed; 0: they may buy some later. */
  readonly options?: readonly { readonly option: number; readonly ratio: number }[];
  /** Total notional of the group at the starting mark, in quanta. */
  readonly notional: number;
  readonly size: SizeOptions;
  readonly leverage: LeverageOptions;
  /** Entries come from the closes of the last `window` seconds, a close `halfLife` seconds older counting half. */
  readonly entry: { readonly window: number; readonly halfLife: number };
  /** true: every trader an independent draw; false: systematic sampling over size × leverage with a random start. */
  readonly resample: boolean;
  /** What they do of their own accord; absent: nothing. */
  readonly behaviour?: BehaviourOptions;
}

/** Traders written down one by one. */
export interface ListedGroupOptions {
  readonly name: string;
  readonly kind: 'listed';
  readonly market: number;
  /** As of a drawn group; borrowers' collateral is then what their lots are worth at entry less the debt. */
  readonly margin?: 'dynamic' | 'lending' | 'portfolio' | 'standard';
  /** Of cross accounts, one entry an account: further positions, at most one a market. Absent: isolated. */
  readonly cross?: readonly (readonly { readonly market: number; readonly lots: number; readonly entry: number }[])[];
  /** Of cross accounts, one entry an account: coins held as collateral beside the stated one; lots below 0 are owed, and were sold for cash. */
  readonly coins?: readonly (readonly { readonly market: number; readonly lots: number }[])[];
  /** Of accounts with options, one entry an account: listed options by their place, signed lots, the price paid in ticks; null: the model's at the start. */
  readonly options?: readonly (readonly { readonly option: number; readonly lots: number; readonly premium: number | null }[])[];
  readonly behaviour?: BehaviourOptions;
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

/** Regime of a group. */
export function regimeOf({ margin, cross }: TraderOptions): Regime {
  return margin ?? (cross === undefined ? 'isolated' : 'cross');
}

/** A group as one of its own in every market that it holds positions in: what a check of one market looks at. */
export function positionsOf(group: TraderOptions): readonly TraderOptions[] {
  const { cross, coins: _, ...alone } = group;
  if (cross === undefined) return alone.kind === 'drawn' ? positionsApart(alone) : [alone];
  if (alone.kind === 'listed') {
    const legs = (cross as NonNullable<ListedGroupOptions['cross']>).flat();
    return [alone, ...legs.map(({ market, lots, entry }) => ({ ...alone, market, accounts: [{ lots, entry, collateral: 0 }] }))];
  }
  return positionsApart({ ...alone, apart: cross as NonNullable<GroupOptions['cross']> });
}

/** A group of traders with several positions as one group a position, of the same name: the same people by every draw. */
function positionsApart({ apart = [], ...alone }: GroupOptions): readonly GroupOptions[] {
  const { size, notional } = alone;
  return [
    alone,
    ...apart.map((leg) => ({
      ...alone,
      ...leg,
      size: size.kind === 'pareto' ? { ...size, cap: size.cap * (leg.notional / notional) } : size,
    })),
  ];
}

/** In place of a market: the account holds positions in several, on one collateral. */
export const CROSS = 255;

/** Positions of accounts with one collateral, a column a field. */
export interface Legs {
  readonly account: Int32Array;
  readonly market: Uint8Array;
  readonly lots: Float64Array;
  readonly entry: Float64Array;
}

/** All leveraged traders of a run at its start, a column a field, ordered by group name and then ordinal. Every number is whole. */
export interface Population {
  readonly count: number;
  /** Group names in ascending order of their UTF-16 units; a group whose traders hold several positions apart is there once for each. */
  readonly groupNames: readonly string[];
  /** Regime of each group. */
  readonly regimes: readonly Regime[];
  /** Index into `groupNames`. */
  readonly group: Uint16Array;
  /** Place of the market of each isolated position, CROSS for cross and portfolio accounts. */
  readonly market: Uint8Array;
  /** Their positions, ordered by account and then market; after the last market's place come the listed options. */
  readonly legs: Legs;
  /** Words of the account key (see core/random, `keyOf`): 21 bits and 32 bits. */
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Signed: > 0 long; 0 for cross accounts. */
  readonly lots: Float64Array;
  /** Quanta: collateral less what the lots cost, of an inverse contract plus the coin that they gave, so that equity is this and their value. */
  readonly cash: Float64Array;
  /** Ticks; 0 for cross accounts. */
  readonly entry: Float64Array;
  /** Traders whose first draw would have begun at or below the season threshold, and were drawn again. */
  readonly redrawn: number;
}

/** The accounts of a regime, ascending. */
export function accountsUnder({ count, group, regimes }: Population, regime: Regime): Int32Array {
  if (!regimes.includes(regime)) return new Int32Array(0);
  return Int32Array.from({ length: count }, (_, account) => account).filter((account) => regimes[group[account]] === regime);
}

/**
 * The market in whose currency each account settles: of an isolated position its own, of positions on one collateral the first that settles in
 * theirs. @param currencies of the markets, and after them of the listed options.
 */
export function homesOf({ count, market, legs }: Population, currencies: readonly number[]): Uint8Array {
  const homes = market.slice(0, count);
  const quote = Math.max(0, currencies.indexOf(0));
  for (let i = 0; i < count; i++) if (homes[i] === CROSS) homes[i] = quote;
  for (let k = 0; k < legs.account.length; k++) homes[legs.account[k]] = currencies.indexOf(currencies[legs.market[k]]);
  return homes;
}

/** Positions of the accounts of a regime. */
export function legsUnder({ legs, group, regimes }: Population, regime: Regime): Legs {
  const chosen = Int32Array.from(legs.account.keys()).filter((k) => regimes[group[legs.account[k]]] === regime);
  if (chosen.length === legs.account.length) return legs;
  return {
    account: chosen.map((k) => legs.account[k]),
    market: Uint8Array.from(chosen, (k) => legs.market[k]),
    lots: Float64Array.from(chosen, (k) => legs.lots[k]),
    entry: Float64Array.from(chosen, (k) => legs.entry[k]),
  };
}

/** A market as a population is drawn into it. */
export interface PopulationMarket {
  readonly asset: AssetUnits;
  readonly contract: Contract;
  readonly history: HistoryOptions;
  readonly margin: MarginOptions;
  /** What is asked of groups whose margin follows the market; absent or null: there are none. */
  readonly dynamic?: DynamicMargin | null;
  /** What is asked of loans; absent: nothing is lent. */
  readonly loans?: { readonly margin: MarginOptions };
  /** Whole ticks. */
  readonly startMark: number;
}

/** What a population is drawn in. */
export interface PopulationContext {
  readonly markets: readonly PopulationMarket[];
  /** Terms of portfolio margin, and of standard margin; absent or null: nobody is under it. */
  readonly portfolio?: PortfolioTerms | null;
  readonly standard?: PortfolioTerms | null;
  /** No drawn trader starts at or below this MCR. Nothing else of a sweep's point reaches the draws. */
  readonly seasonThreshold: number;
  readonly seed: string;
  readonly replicate: number;
}

/** Streams of a group's root besides those of sizes.ts; the slot is the trader's ordinal, the step the attempt. */
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
  const named = traders.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (let g = 1; g < named.length; g++) {
    if (named[g].name === named[g - 1].name) throw new Error(`traders: found two groups named "${named[g].name}", want each name once`);
  }
  const groups = named.flatMap((group): readonly TraderOptions[] => (group.kind === 'drawn' ? positionsApart(group) : [group]));
  let count = 0;
  for (const group of groups) count += group.kind === 'drawn' ? group.count : group.accounts.length;
  const population = {
    count,
    groupNames: groups.map((group) => group.name),
    regimes: groups.map(regimeOf),
    group: new Uint16Array(count),
    market: new Uint8Array(count),
    keyHi: new Uint32Array(count),
    keyLo: new Uint32Array(count),
    lots: new Float64Array(count),
    cash: new Float64Array(count),
    entry: new Float64Array(count),
    redrawn: 0,
  };
  const stacks: (readonly Stack[])[] = [];
  const starts: number[] = [];
  let start = 0;
  groups.forEach((group, g) => {
    starts.push(start);
    const size = group.kind === 'drawn' ? group.count : group.accounts.length;
    population.group.fill(g, start, start + size);
    population.market.fill(group.cross === undefined ? group.market : CROSS, start, start + size);
    fillKeys(population, nameKey(keyName(groups, g, context)), start, size);
    const own = group.kind === 'drawn' ? stacksOf(group, population, start) : [];
    if (group.kind === 'drawn') for (const stack of own) fillLots(stack, group, context);
    stacks.push(own);
    start += size;
  });
  // A loan's collateral is nobody's short position.
  const positions = stacks.filter((_, g) => groups[g].margin !== 'lending').flat();
  for (let m = 0; m < context.markets.length; m++) balance(positions.filter((stack) => stack.market === m));
  const legs: Leg[] = [];
  groups.forEach((group, g) => {
    if (group.kind === 'listed') fillListed(population, legs, starts[g], group, context);
    else if (group.cross === undefined) population.redrawn += fillEntries(population, starts[g], group, context);
    else population.redrawn += fillCrossEntries(population, legs, starts[g], group, stacks[g], context);
  });
  return { ...population, legs: columnsOf(legs) };
}

/** What the keys of a group's accounts are made of: its name; of positions held apart also the asset, behind a sign that no name has. */
function keyName(groups: readonly TraderOptions[], g: number, { markets }: PopulationContext): string {
  const { name, market } = groups[g];
  return g > 0 && groups[g - 1].name === name ? `${name}\n${markets[market].asset.symbol}` : name;
}

/** One position of every trader of a drawn group. */
interface Stack {
  readonly market: number;
  readonly side: 1 | -1;
  readonly notional: number;
  readonly lots: Float64Array;
}

/** One position of a cross account. */
interface Leg {
  readonly account: number;
  readonly market: number;
  readonly lots: number;
  readonly entry: number;
  /** Kept without lots too: the account may hold some later. */
  readonly later?: boolean;
}

/** The columns of a population but its legs, while it is filled. */
type Filling = Omit<Population, 'legs'>;

function stacksOf(group: GroupOptions, population: Filling, start: number): readonly Stack[] {
  const { count, market, side, notional } = group;
  if (group.cross === undefined) return [{ market, side, notional, lots: population.lots.subarray(start, start + count) }];
  return [{ market, side, notional }, ...group.cross].map((position) => ({ ...position, lots: new Float64Array(count) }));
}

/** In the order of accounts and then markets, without positions of no lots but those that may come to some. */
function columnsOf(legs: readonly Leg[]): Legs {
  const held = legs.filter((leg) => leg.lots !== 0 || leg.later === true).sort((a, b) => a.account - b.account || a.market - b.market);
  return {
    account: Int32Array.from(held, (leg) => leg.account),
    market: Uint8Array.from(held, (leg) => leg.market),
    lots: Float64Array.from(held, (leg) => leg.lots),
    entry: Float64Array.from(held, (leg) => leg.entry),
  };
}

function fillListed(population: Filling, legs: Leg[], start: number, group: ListedGroupOptions, context: PopulationContext): void {
  const book = group.options === undefined ? null : bookOf(group, context);
  group.accounts.forEach(({ lots, entry, collateral }, ordinal) => {
    const account = start + ordinal;
    population.cash[account] = collateral + openingCash(context.markets[group.market].contract, lots, entry);
    if (group.cross === undefined) {
      population.lots[account] = lots;
      population.entry[account] = entry;
      return;
    }
    legs.push({ account, market: group.market, lots, entry });
    for (const leg of group.cross[ordinal] ?? []) {
      legs.push({ account, ...leg });
      population.cash[account] += openingCash(context.markets[leg.market].contract, leg.lots, leg.entry);
    }
    for (const coin of group.coins?.[ordinal] ?? []) {
      const { contract, startMark } = context.markets[coin.market];
      legs.push({ account, ...coin, entry: startMark });
      if (coin.lots < 0) population.cash[account] += openingCash(contract, coin.lots, startMark);
    }
    legs.push(...laterHedge(group, account, [group.market, ...(group.cross[ordinal] ?? []).map(({ market }) => market)], context));
    for (const { option, lots: held, premium } of group.options?.[ordinal] ?? []) {
      const price = premium ?? book?.optionPrice(option) ?? 0;
      population.cash[account] -= costOf(context, option, held, price);
      legs.push({ account, market: context.markets.length + option, lots: held, entry: price });
    }
  });
}

function fillKeys({ keyHi, keyLo }: Filling, name: Root, start: number, count: number): void {
  for (let ordinal = 0; ordinal < count; ordinal++) {
    keyHi[start + ordinal] = keyHigh(name, ordinal);
    keyLo[start + ordinal] = keyLow(name, ordinal);
  }
}

function rootOf(group: GroupOptions, context: PopulationContext): Root {
  return derive(root(context.seed, `population/${group.name}`), context.replicate);
}

/** Signed lots of a position of a drawn group, whose sum is its notional at the starting mark to the nearest lot. */
function fillLots({ market, side, notional, lots }: Stack, group: GroupOptions, context: PopulationContext): void {
  const { name, count, size } = group;
  const { startMark, contract } = context.markets[market];
  const lot = notionalOf(contract, 1, startMark);
  const total = Math.round(notional / lot);
  if (total < count)
    throw new Error(`traders "${name}": found a notional of ${total} lots for ${count} traders, want at least a lot for each`);
  // The cap is the first position's; the others are in proportion.
  const cap = size.kind === 'pareto' ? Math.floor((size.cap * (notional / group.notional)) / lot) : Infinity;
  if (cap * count < total) {
    throw new Error(
      `traders "${name}": found a notional of ${total} lots over ${count} traders capped at ${cap} each, want at most ${cap * count}`,
    );
  }
  splitTotal(lots, side, sizeWeights(size, count, group.resample, rootOf(group, context)), total, cap);
}

/** Takes what a market's drawn longs and shorts differ by from the largest position of the heavier side (of equals the first in order). */
function balance(stacks: readonly Stack[]): void {
  const sides = { long: 0, short: 0 };
  for (const { lots } of stacks) {
    const sum = sumOf(lots);
    if (sum > 0) sides.long += sum;
    else sides.short -= sum;
  }
  const excess = sides.long - sides.short;
  if (excess === 0) return;
  if (Math.abs(excess) > stacks.length) {
    throw new Error(
      `traders: found ${sides.long} lots of drawn longs and ${sides.short} lots of drawn shorts, want the same notional on both sides`,
    );
  }
  const side = excess > 0 ? 1 : -1;
  let heaviest: Float64Array | null = null;
  let largest = -1;
  for (const stack of stacks) {
    if (stack.side !== side) continue;
    const at = placeOfLargest(stack.lots, side);
    if (heaviest !== null && stack.lots[at] * side <= heaviest[largest] * side) continue;
    heaviest = stack.lots;
    largest = at;
  }
  if (heaviest === null || heaviest[largest] * side <= Math.abs(excess)) {
    throw new Error(
      `traders: found ${sides.long} and ${sides.short} lots, and no position that could give up ${Math.abs(excess)}; want finer lots`,
    );
  }
  heaviest[largest] -= excess;
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

/** The shared risk arrays of a group's regime at the opening; null where its accounts hold no options. */
function bookOf(group: TraderOptions, context: PopulationContext): PortfolioBook | null {
  const regime = OPTIONED.find((one) => one === group.margin);
  if (regime === undefined) return null;
  const terms = context[regime] ?? null;
  if (terms === null) throw new Error(`traders: found a ${regime} group and no terms of ${regime} margin`);
  const { currency } = context.markets[group.market].contract;
  return new PortfolioBook(
    terms,
    context.markets.map(({ asset, contract, startMark }) => ({
      factor: asset.quantaPerTickLot,
      startMark,
      inverse: contract.kind === 'inverse',
      held: contract.kind !== 'spot' && contract.currency === currency,
    })),
  );
}

/** What lots of an option cost at a price in ticks, in whole quanta; below 0 what was received for them. */
function costOf({ portfolio, standard, markets }: PopulationContext, option: number, lots: number, price: number): number {
  const market = (portfolio ?? standard)?.options[option].market ?? 0;
  return Math.round(lots * price * markets[market].asset.quantaPerTickLot);
}

/** Options of a trader whose first position is of so many lots. */
function optionLots(
  group: GroupOptions,
  first: number,
): readonly { readonly option: number; readonly lots: number; readonly later: boolean }[] {
  return (group.options ?? []).map(({ option, ratio }) => ({ option, lots: Math.round(ratio * Math.abs(first)), later: ratio === 0 }));
}

/** Maintenance of an account with options at the opening. */
function portfolioMaintenance(
  book: PortfolioBook,
  held: readonly { readonly market: number; readonly lots: number }[],
  options: ReturnType<typeof optionLots>,
): number {
  const positions = [
    ...held.map(({ market, lots }) => ({ series: book.perpetual[market], lots })),
    ...options.map(({ option, lots }) => ({ series: book.option[option], lots })),
  ].sort((a, b) => a.series - b.series);
  book.margin.assess({
    cash: 0,
    reserved: 0,
    series: Int32Array.from(positions, ({ series }) => series),
    quantity: Float64Array.from(positions, ({ lots }) => lots),
  });
  return book.margin.maintenance;
}

/** level × maintenance of lots that were opened at a price, where it is charged on that. */
function demandedAt(valued: Valued, lots: number, price: number, maintenance: Tiers, level: number): number {
  return entryDemand(valued, lots, costAt(valued, lots, price), maintenance, level);
}

/** Entry and cash of a drawn group; returns how many traders were drawn again. */
function fillEntries(population: Filling, start: number, group: GroupOptions, context: PopulationContext): number {
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
    entry[at] = price;
    cash[at] = own;
  }
  numberByDistance(population, start, group.count, { factor: contract.factor, inverse: contract.kind === 'inverse' }, startMark);
  return redrawn;
}

/**
 * The same for a cross group, whose traders opened all positions of theirs at one draw of the time; leverage is the notional of all at entry
 * over the collateral.
 */
function fillCrossEntries(
  population: Filling,
  legs: Leg[],
  start: number,
  group: GroupOptions,
  stacks: readonly Stack[],
  context: PopulationContext,
): number {
  const { lo, hi } = rootOf(group, context);
  const law = leverageLaw(group);
  const leverages = samplesOf(group, { lo, hi }, LEVERAGE, LEVERAGE_STEP);
  law.fill(leverages);
  const entrySamples = samplesOf(group, { lo, hi }, ENTRY, ENTRY_STEP);
  const held = stacks.map(({ market, lots }) => {
    const { contract, margin, startMark, history } = context.markets[market];
    const sized = maintenanceBySize(margin.maintenance, margin.skew ?? NO_SKEW, NO_REWARD);
    return { market, lots, contract, sized, startMark, closes: closesOf(group, history), entry: 0 };
  });
  const { reward } = stacks.map(({ market }) => context.markets[market].margin.skew ?? null).find((skew) => skew !== null) ?? NO_SKEW;
  const coins = coinsOf(group, context);
  const book = bookOf(group, context);
  let redrawn = 0;
  for (let ordinal = 0; ordinal < group.count; ordinal++) {
    let value = 0;
    let required = 0;
    let openInterest = 0;
    for (const { lots, startMark, contract, sized } of held) {
      const notional = Math.abs(notionalOf(contract, lots[ordinal], startMark));
      const asked = sized.requirement(lots[ordinal], notional);
      value += valueOf(contract, lots[ordinal], startMark);
      required += contract.kind === 'inverse' ? asked / startMark : asked;
      openInterest += notional;
    }
    required += keeperReward(openInterest, reward);
    const options = optionLots(group, stacks[0].lots[ordinal]);
    if (book !== null)
      required = portfolioMaintenance(
        book,
        held.map(({ market, lots }) => ({ market, lots: lots[ordinal] })),
        options,
      );
    required *= context.seasonThreshold;
    let attempt = 0;
    let leverage = leverages[ordinal];
    let own = crossCash(held, ordinal, entrySamples[ordinal], leverage);
    while (own + value - heldBack(coins, putIn(held, ordinal, own), context.seasonThreshold) <= required) {
      attempt++;
      if (attempt > 3 * ATTEMPTS) {
        throw new Error(
          `traders "${group.name}": found no leverage (last ${leverage}) at which a cross account starts above an MCR of ${context.seasonThreshold}, want lower leverage or maintenance`,
        );
      }
      if (attempt > ATTEMPTS) leverage = law.at(uniform(lo, hi, LEVERAGE, attempt, ordinal));
      own = crossCash(held, ordinal, attempt > 2 * ATTEMPTS ? null : uniform(lo, hi, ENTRY, attempt, ordinal), leverage);
    }
    if (attempt > 0) redrawn++;
    const collateral = putIn(held, ordinal, own);
    for (const { market, share, price, tick } of coins) {
      const lots = coinLots(share, collateral, price);
      own -= lots * price;
      legs.push({ account: start + ordinal, market, lots, entry: tick });
    }
    for (const { option, lots, later } of options) {
      const price = book?.optionPrice(option) ?? 0;
      own -= costOf(context, option, lots, price);
      legs.push({ account: start + ordinal, market: context.markets.length + option, lots, entry: price, later });
    }
    population.cash[start + ordinal] = own;
    for (const { market, lots, entry } of held) legs.push({ account: start + ordinal, market, lots: lots[ordinal], entry });
    const markets = held.map(({ market }) => market);
    legs.push(...laterHedge(group, start + ordinal, markets, context));
  }
  return redrawn;
}

/** Room for what an account may hedge with and does not hold yet: nothing where it holds it already, or hedges otherwise. */
function laterHedge(
  { behaviour }: TraderOptions,
  account: number,
  held: readonly number[],
  { markets }: PopulationContext,
): readonly Leg[] {
  const by = behaviour?.hedge?.by;
  if (by?.kind !== 'asset' || held.includes(by.market)) return [];
  return [{ account, market: by.market, lots: 0, entry: markets[by.market].startMark, later: true }];
}

/** A coin that a share of collateral is held in, or owed, at a price in quanta a lot, and on which terms. */
interface Coin {
  readonly market: number;
  readonly share: number;
  readonly tick: number;
  readonly price: number;
  readonly terms: CoinTerms;
}

function coinsOf(group: GroupOptions, { markets }: PopulationContext): readonly Coin[] {
  return (group.coins ?? []).map(({ market, share }) => {
    const { startMark, asset, margin } = markets[market];
    return { market, share, tick: startMark, price: startMark * asset.quantaPerTickLot, terms: margin };
  });
}

/** Whole lots of a coin that a share of collateral is, of either sign. */
function coinLots(share: number, collateral: number, price: number): number {
  const lots = Math.max(0, Math.floor((Math.abs(share) * collateral) / price));
  return share < 0 ? -lots : lots;
}

/** What does not count of so much collateral, and what is demanded of debts × θ. */
function heldBack(coins: readonly Coin[], collateral: number, threshold: number): number {
  return coins.reduce((sum, { share, price, terms }) => {
    const lots = coinLots(share, collateral, price);
    if (lots === 0) return sum;
    return sum + ((1 - weightOfLots(lots, terms)) * lots - threshold * debtRate(lots, terms) * lots) * price;
  }, 0);
}

/** Collateral that a trader's cash is made of: it and what the positions cost. */
function putIn(
  held: readonly { readonly lots: Float64Array; readonly contract: Contract; readonly entry: number }[],
  ordinal: number,
  cash: number,
): number {
  return held.reduce((sum, { lots, contract, entry }) => sum + valueOf(contract, lots[ordinal], entry), cash);
}

/** What lots are worth at a price, in quanta: of an inverse contract of the other sign, and not rounded. */
function valueOf({ kind, factor }: Contract, lots: number, tick: number): number {
  return kind === 'inverse' ? -(lots * factor) / tick : lots * tick * factor;
}

/**
 * Sets every position's entry from one quantile (null: the starting marks) and gives the collateral less what the positions cost, in quanta: of
 * a coin's contracts all of it rounded together.
 */
function crossCash(
  held: { lots: Float64Array; contract: Contract; startMark: number; closes: Closes; entry: number }[],
  ordinal: number,
  u: number | null,
  leverage: number,
): number {
  let cost = 0;
  let notional = 0;
  for (const position of held) {
    position.entry = u === null ? position.startMark : closeAt(position.closes, u);
    const paid = valueOf(position.contract, position.lots[ordinal], position.entry);
    cost += paid;
    notional += Math.abs(paid);
  }
  return held[0].contract.kind === 'inverse' ? Math.round(notional / leverage - cost) : Math.round(notional / leverage) - cost;
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
function samplesOf({ count, resample }: GroupOptions, { lo, hi }: Root, stream: number, latticeStep: number): Float64Array {
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
interface Closes {
  readonly prices: Float64Array;
  readonly cumulative: Float64Array;
  readonly guide: Int32Array;
}

/** The closes of the window with weight 2^(−age/halfLife). */
function closesOf(group: GroupOptions, history: HistoryOptions): Closes {
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
function closeAt({ prices, cumulative, guide }: Closes, u: number): number {
  const last = prices.length - 1;
  const sought = u * cumulative[last];
  let at = guide[Math.floor(u * prices.length)];
  while (at < last && cumulative[at] <= sought) at++;
  return prices[at];
}
