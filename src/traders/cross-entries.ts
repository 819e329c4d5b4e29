import { notionalOf } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import { uniform } from '../core/random.ts';
import { PortfolioBook } from '../margin/portfolio-book.ts';
import { NO_REWARD, NO_SKEW, keeperReward, maintenanceBySize } from '../margin/skew.ts';
import { debtRate, weightOfLots } from '../margin/weights.ts';
import type { CoinTerms } from '../margin/weights.ts';
import { ATTEMPTS, ENTRY, ENTRY_STEP, LEVERAGE, LEVERAGE_STEP, closeAt, closesOf, rootOf, samplesOf } from './entries.ts';
import type { Closes } from './entries.ts';
import { OPTIONED } from './group.ts';
import type { GroupOptions, TraderOptions } from './group.ts';
import { adaptedLeverage, leverageLaw } from './leverage.ts';
import type { Filling, Leg, PopulationContext, Stack } from './population.ts';

/** The shared risk arrays of a group's regime at the opening; null where its accounts hold no options. */
export function bookOf(group: TraderOptions, context: PopulationContext): PortfolioBook | null {
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
export function costOf({ portfolio, standard, markets }: PopulationContext, option: number, lots: number, price: number): number {
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

/**
 * The same for a cross group, whose traders opened all positions of theirs at one draw of the time; leverage is the notional of all at entry
 * over the collateral.
 */
export function fillCrossEntries(
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
    // In the unit that is demanded in, of inverse contracts coin.
    let size = 0;
    for (const { lots, startMark, contract, sized } of held) {
      const notional = Math.abs(notionalOf(contract, lots[ordinal], startMark));
      const asked = sized.requirement(lots[ordinal], notional);
      value += valueOf(contract, lots[ordinal], startMark);
      required += contract.kind === 'inverse' ? asked / startMark : asked;
      openInterest += notional;
      size += contract.kind === 'inverse' ? notional / startMark : notional;
    }
    required += keeperReward(openInterest, reward);
    const options = optionLots(group, stacks[0].lots[ordinal]);
    if (book !== null)
      required = portfolioMaintenance(
        book,
        held.map(({ market, lots }) => ({ market, lots: lots[ordinal] })),
        options,
      );
    const share = required / size;
    required *= context.seasonThreshold;
    let attempt = 0;
    let leverage = leverages[ordinal];
    let sample: number | null = entrySamples[ordinal];
    let own = crossCash(held, ordinal, sample, leverage);
    while (own + value - heldBack(coins, putIn(held, ordinal, own), context.seasonThreshold) <= required) {
      attempt++;
      if (attempt > 3 * ATTEMPTS) {
        throw new Error(
          `traders "${group.name}": found no leverage (last ${leverage}) at which a cross account starts above an MCR of ${context.seasonThreshold}, want lower leverage or maintenance`,
        );
      }
      if (attempt > ATTEMPTS) leverage = law.at(uniform(lo, hi, LEVERAGE, attempt, ordinal));
      sample = attempt > 2 * ATTEMPTS ? null : uniform(lo, hi, ENTRY, attempt, ordinal);
      own = crossCash(held, ordinal, sample, leverage);
    }
    if (attempt > 0) redrawn++;
    if (group.adaptsTo !== undefined) {
      const most = adaptedLeverage(group.adaptsTo, share);
      if (leverage > most) own = crossCash(held, ordinal, sample, most);
    }
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
export function laterHedge(
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
