import { log } from '../core/math.ts';
import { notionalOf, openingCash } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { Extent } from '../core/units.ts';
import { listedOptions } from '../margin/portfolio-book.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { priceRange, startPrice } from '../market/drivers/range.ts';
import type { RunOptions } from '../simulation/options.ts';
import type { AdversaryOptions } from '../traders/adversaries.ts';
import { layGrid } from '../traders/grid.ts';
import type { MakerOptions } from '../traders/ladder.ts';
import { leastAdapted } from '../traders/leverage.ts';
import { positionsOf } from '../traders/group.ts';
import type { TraderOptions } from '../traders/group.ts';
import { adversaryExtent, largestOf } from './adversaries.ts';
import { backgroundExtent } from './background.ts';

/** How far this market may stand from the outside price before its makers stop following: a hundredth below, twice above. */
const LOWEST_SHARE = 0.01;
const HIGHEST_SHARE = 2;
/** Standard deviations that a draw is allowed: beyond ten there is nothing to wait for. */
const DEVIATIONS = 10;
/** Every lot changes hands at most so often on its way: trader → maker → outside, each booked on both sides. */
const HANDS = 4;
/** The hands of one group of makers more, when there are several: who looks first takes what others have left standing. */
const MORE_HANDS = 2;

/**
 * An upper bound of all that a run can set in motion in one of its markets, and of the money in all that settle in the same currency, from its
 * options alone.
 */
export function extentOf(options: RunOptions, market: number): Extent {
  const extents = options.markets.map((_, m) => marketExtent(options, m));
  const own = extents[market];
  const asked = options.markets[market];
  const [first] = options.markets;
  if (own === undefined || asked === undefined || first === undefined)
    throw new RangeError(`found market ${market}, want 0 to ${extents.length - 1}`);
  const { insurance, replenishment } = options.liquidation;
  const deposit = replenishment?.deposit ?? null;
  const deposits = deposit === null ? 0 : deposit.amount * ((options.step * options.steps) / deposit.every);
  const fund = (insurance + deposits) * (first.asset.quantum / asked.asset.quantum);
  const { currency, kind } = asked.contract;
  const money = options.markets.reduce(
    (sum, { contract }, m) => (contract.currency === currency ? sum + (extents[m]?.money ?? 0) : sum),
    kind === 'inverse' ? fund / startPrice(asked.driver) : fund,
  );
  // What the fund gets of trades is a part of what they move.
  return { ...own, money: money * (1 + (replenishment?.trades ?? 0)) };
}

/** What one market can set in motion. */
function marketExtent(run: RunOptions, market: number): Extent {
  const options = run.markets[market];
  if (options === undefined) throw new RangeError(`found market ${market}, want 0 to ${run.markets.length - 1}`);
  const { contract } = options;
  const seconds = run.step * run.steps;
  const range = priceRange(options.driver, seconds);
  const start = startPrice(options.driver);
  const lowest = Math.max(1, range.lowest * LOWEST_SHARE);
  const highest = range.highest * HIGHEST_SHARE;
  const entries = Math.max(...options.history.prices, start);
  const inverse = contract.kind === 'inverse';
  const startLot = notionalOf(contract, 1, start);
  const fewest = notionalOf(contract, 1, lowest);

  const hands = options.quotes.kind === 'makers' && options.quotes.groups.length > 1 ? HANDS + MORE_HANDS : HANDS;
  let position = 0;
  let order = 0;
  // Notional, of which an inverse contract's coin is at most this at the lowest price; and money that is stated as such.
  let money = 0;
  let stated = 0;
  for (const lots of run.traders.map((group) => optionLots(run, group, market, startLot))) {
    position += lots;
    // A call is worth no more than what it is on; a put no more than its strike.
    const strikes = listedOptions(run).map(({ strike }) => strike);
    strikes.push(...run.traders.flatMap((group) => premiumsOf(group)));
    money += notionalOf(contract, lots, Math.max(highest, ...strikes)) * 2;
  }
  for (const { lots, value } of run.traders.map((group) => coinsOf(group, market, startLot))) {
    position += lots;
    order = Math.max(order, lots);
    money += value * (entries / start);
  }
  for (const group of run.traders.flatMap(positionsOf)) {
    if (group.market !== market) continue;
    order = Math.max(order, largestLots(group, startLot));
    const reserve = group.behaviour?.topUp?.reserve;
    const share = reserve?.kind === 'share' ? reserve.share : 0;
    const reopen = group.behaviour?.reopen;
    if (reserve?.kind === 'money') money += reserve.money * (group.kind === 'listed' ? group.accounts.length : group.count);
    if (group.kind === 'listed') {
      for (const account of group.accounts) {
        const lots = Math.abs(account.lots);
        position += lots;
        if (reopen !== undefined && reopen !== null) {
          const again = (account.collateral * (1 + reopen.deposit) * reopen.leverage) / fewest;
          position += again;
          order = Math.max(order, again);
        }
        stated += account.collateral * (1 + share + (reopen?.deposit ?? 0)) + Math.abs(openingCash(contract, lots, account.entry));
      }
      continue;
    }
    const leverage = leastAdapted(group);
    position += group.notional / startLot + group.count;
    money += group.notional * (entries / start) * (1 + (1 + share + (reopen?.deposit ?? 0)) / leverage);
    if (reopen !== undefined && reopen !== null) {
      // Who comes back has at most the old collateral and the fresh one.
      const again = ((1 + reopen.deposit) * reopen.leverage) / leverage;
      position += (group.notional * (entries / start) * again) / fewest;
      order = Math.max(order, (largestLots(group, startLot) * (entries / start) * again * startLot) / fewest);
    }
  }
  const hedged = run.traders.reduce((sum, group) => sum + hedgedNotional(group, market, run), 0) * (highest / start);
  position += hedged / fewest;
  order = Math.max(order, hedged / fewest);
  money += 2 * hedged;
  const extra = run.arms?.includes('placebo') === true ? [{ lots: -1 }] : [];
  for (const scheduled of [...options.orders, ...extra]) {
    order = Math.max(order, Math.abs(scheduled.lots));
    position += Math.abs(scheduled.lots);
  }
  const foes = adversaryExtent(options.adversaries, fewest);
  position += foes.position;
  order = Math.max(order, foes.order);
  money += notionalOf(contract, position, highest) * hands + foes.money;

  let level = order + foes.level;
  let window: number;
  let cheapest = Math.max(1, Math.min(lowest, ...options.history.prices));
  if (options.noise !== null) {
    const { marketRate, limitRate, size, lifetime } = options.noise;
    const orders = (marketRate + limitRate) * seconds;
    money += size * (orders + DEVIATIONS * Math.sqrt(2 * orders) + DEVIATIONS) * hands * HIGHEST_SHARE;
    const resting = limitRate * lifetime;
    level += (size * (resting + DEVIATIONS * Math.sqrt(2 * resting) + DEVIATIONS)) / notionalOf(contract, 1, range.lowest);
  }
  const crowd = backgroundExtent(options.background, seconds, run.step, fewest, notionalOf(contract, 1, highest));
  money += crowd.money * hands;
  order = Math.max(order, crowd.order);
  level += crowd.level;
  position += crowd.position;
  if (options.quotes.kind === 'flat') {
    level += options.quotes.lots;
    window = options.quotes.bestAsk + options.quotes.askLevels;
    order = Math.max(order, options.quotes.lots);
    position += options.quotes.lots * (options.quotes.bidLevels + options.quotes.askLevels);
    const { lots, bidLevels, bestBid, askLevels, bestAsk } = options.quotes;
    money += notionalOf(contract, lots * bidLevels, bestBid) + notionalOf(contract, lots * askLevels, bestAsk + askLevels);
    cheapest = Math.max(1, Math.min(cheapest, bestBid - bidLevels));
  } else if (options.quotes.kind === 'curve') {
    // What it gives is what traders and orders take.
    window = 0;
  } else {
    const { groups } = options.quotes;
    const way = log(range.highest / range.lowest);
    window = 0;
    for (const group of groups) {
      const own = makersExtent(group, lowest, highest, fewest);
      // What others take of old quotes: all that the price has passed in between.
      const passed = groups.length === 1 ? 0 : group.depth * 100 * way * passes(seconds / Math.max(group.reaction, run.step));
      order = Math.max(order, own.order);
      level += own.level;
      position += own.position + passed / fewest;
      money += own.money + 2 * passed;
      window = Math.max(window, own.window);
    }
  }
  return {
    money: stated + (inverse ? money / cheapest : money),
    order,
    level,
    position,
    window: Math.max(window, crowd.window),
  };
}

/** Lots of options on a market that a group holds. */
function optionLots(run: RunOptions, group: TraderOptions, market: number, startLot: number): number {
  const listed = listedOptions(run);
  if (group.kind === 'listed') {
    const held = (group.options ?? []).flat().filter(({ option }) => listed[option]?.market === market);
    return held.reduce((sum, { lots }) => sum + Math.abs(lots), 0);
  }
  const by = group.behaviour?.hedge?.by;
  const bought = (option: number): number => (by?.kind === 'option' && (by.put === option || by.call === option) ? 1 : 0);
  return (group.options ?? []).reduce(
    (sum, { option, ratio }) =>
      listed[option]?.market === market ? sum + (Math.abs(ratio) + bought(option)) * (group.notional / startLot + group.count) : sum,
    0,
  );
}

/** Most notional at the start of a group's other positions that it may hedge with a market's asset. */
function hedgedNotional(group: TraderOptions, market: number, run: RunOptions): number {
  const { by, share = 0 } = group.behaviour?.hedge ?? {};
  if (by?.kind !== 'asset' || by.market !== market) return 0;
  const others = positionsOf(group).filter((position) => position.market !== market);
  return share * others.reduce((sum, position) => sum + notionalAtStart(position, run), 0);
}

function notionalAtStart(group: TraderOptions, { markets }: RunOptions): number {
  if (group.kind === 'drawn') return group.notional;
  const asked = markets[group.market];
  if (asked === undefined) return 0;
  return group.accounts.reduce((sum, { lots }) => sum + notionalOf(asked.contract, Math.abs(lots), startPrice(asked.driver)), 0);
}

/** What listed accounts of a group say that they paid for options, in ticks. */
function premiumsOf(group: TraderOptions): number[] {
  return group.kind === 'listed' ? (group.options ?? []).flat().map(({ premium }) => premium ?? 0) : [];
}

/** Most that a group holds of a coin: lots, and what they are worth at the start. */
function coinsOf(group: TraderOptions, market: number, startLot: number): { readonly lots: number; readonly value: number } {
  if (group.kind === 'listed') {
    const lots = (group.coins ?? []).flat().reduce((sum, coin) => (coin.market === market ? sum + Math.abs(coin.lots) : sum), 0);
    return { lots, value: lots * startLot };
  }
  const share = Math.abs(group.coins?.find((coin) => coin.market === market)?.share ?? 0);
  const notional = positionsOf(group).reduce((sum, position) => sum + (position.kind === 'drawn' ? position.notional : 0), 0);
  const leverage = leastAdapted(group);
  // Entries may lie above the opening price.
  const value = (2 * share * notional) / leverage;
  return { lots: value / startLot, value };
}

/**
 * How often at most a price runs through its whole range, seen at so many looks: of a random walk the steps add up to 0.8 √looks standard
 * deviations of the whole, a range allows twenty, and five times that is more than any driver does.
 */
function passes(looks: number): number {
  return 2 + Math.sqrt(looks) / 5;
}

/** What one group of makers can set in motion by itself, at prices from `lowest` to `highest` ticks; `fewest`: notional of a lot at the lowest. */
function makersExtent(group: MakerOptions, lowest: number, highest: number, fewest: number): Extent {
  const { depth, reach, rungs, count, inventoryCap, profile, leaning } = group;
  // Depth is stated within 1 %, the ladder goes on at the same density.
  const side = depth * (profile === undefined ? Math.max(1, reach / 0.01) : Math.max(profile.bids.at(-1) ?? 0, profile.asks.at(-1) ?? 0));
  const rung = profile === undefined ? side / (rungs * count) : depth * Math.max(...layGrid({ ...group, cells: rungs * count }).share);
  const rungLots = Math.min(rung, inventoryCap) / fewest;
  const sharing = Math.max(1, (rungs * count) / Math.max(1, lowest * reach));
  return {
    money: 2 * (inventoryCap === Infinity ? side : inventoryCap * count),
    order: rungLots,
    level: rungLots * Math.ceil(sharing),
    position: side / fewest,
    // Half as much again as the reach on both sides, the spread that widens by as much as the reach, and a lean as far as the reach.
    window: (leaning === null ? 5 : 7) * reach * highest,
  };
}

/** Largest notional that a position of these groups, or of an adversary, can have within a run. */
export function largestPosition(
  groups: readonly TraderOptions[],
  adversaries: readonly AdversaryOptions[],
  driver: DriverOptions,
  seconds: number,
  contract: Contract,
): number {
  const startLot = notionalOf(contract, 1, startPrice(driver));
  let lots = 0;
  for (const options of adversaries) lots = Math.max(lots, largestOf(options) / startLot);
  for (const group of groups) lots = Math.max(lots, largestLots(group, startLot));
  return notionalOf(contract, lots, priceRange(driver, seconds).highest * HIGHEST_SHARE);
}

/** Lots of a group's largest position; `startLot`: notional of a lot at the starting price. */
export function largestLots(group: TraderOptions, startLot: number): number {
  if (group.kind === 'listed') return group.accounts.reduce((most, account) => Math.max(most, Math.abs(account.lots)), 0);
  const largest =
    group.size.kind === 'pareto' ? group.size.cap : group.size.kind === 'equal' ? group.notional / group.count : group.notional;
  return largest / startLot + 1;
}
