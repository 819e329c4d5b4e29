import { notionalOf, openingCash } from '../core/ledger.ts';
import { keyHigh, keyLow, nameKey } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { bookOf, costOf, fillCrossEntries, laterHedge } from './cross-entries.ts';
import { fillEntries, rootOf } from './entries.ts';
import { positionsApart, regimeOf } from './group.ts';
import type { GroupOptions, ListedGroupOptions, TraderOptions } from './group.ts';
import { CROSS } from './population.ts';
import type { Filling, Leg, Legs, Population, PopulationContext, Stack } from './population.ts';
import { placeOfLargest, sizeWeights, splitTotal, sumOf } from './sizes.ts';

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
