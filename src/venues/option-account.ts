import { exp } from '../core/math.ts';
import { collateralValue } from '../margin/account.ts';
import { black76 } from '../margin/black76.ts';
import { crossings } from '../margin/crossing.ts';
import { YEAR } from '../margin/grid.ts';
import { contractValue, profitAt } from '../margin/isolated.ts';
import { assessPortfolio, PLAIN } from '../margin/portfolio-account.ts';
import type { ExpiryHolding, PlainHolding, PortfolioAccount, UnitHolding } from '../margin/portfolio-account.ts';
import type { PortfolioMargin } from '../margin/portfolio.ts';
import { optionDemand, standardMargin } from '../margin/standard.ts';
import type { StandardMarket, StandardRules } from '../margin/standard.ts';
import { markOf, priceOf, repriced } from './account.ts';
import type { AccountOption, AccountPosition, VenueAccount } from './account.ts';
import { deribitFutures, deribitOptions, sizeMargin } from './deribit.ts';
import { requirement } from '../margin/tiers.ts';
import { marginTable } from './catalogue.ts';
import { coinsOf } from './shared-account.ts';
import { groupOf, oneLevel, thresholdOf, twoLevels } from './margin-group.ts';
import type { GridMargin, GroupItem, GroupParts, MarginGroup, PriceLevels } from './margin-group.ts';
import type { Venue } from './venue.ts';

/** What an assessment of a whole account gives, at whatever prices it has. */
interface Assessed {
  readonly equity: number;
  readonly maintenanceMargin: number;
  readonly initialMargin: number;
}

/** One account under standard margin, in quote units. */
export function standardGroup(account: VenueAccount, venue: Venue, rules: StandardRules, levels: boolean): MarginGroup {
  refuseInverse(account, venue);
  const assess = (moved: VenueAccount): Assessed => standardOf(moved, venue, rules);
  return groupOf(venue, {
    name: 'account',
    regime: 'standard',
    currency: 'quote',
    ...assess(account),
    prices: !levels ? [] : assetsOf(account).map((asset) => levelsOf(account, venue, asset, 'standard', assess)),
    items: itemsOf(account, false, 1),
  });
}

/** Markets add up, each at the rates of its own perpetual and the weight of its own coin. */
function standardOf(account: VenueAccount, venue: Venue, rules: StandardRules): Assessed {
  let [equity, maintenanceMargin, initialMargin] = [account.cash, 0, account.orders];
  for (const asset of assetsOf(account)) {
    const market = standardMarket(account, asset);
    const margin = standardMargin(rulesFor(account, venue, rules, asset), 0, account.stable, [market]);
    equity += margin.equity;
    maintenanceMargin += margin.maintenance;
    initialMargin += margin.initial;
  }
  return { equity, maintenanceMargin, initialMargin };
}

/** The rules of one market: the table of an asset that the venue's own rules do not name, and what the account states. */
function rulesFor(account: VenueAccount, venue: Venue, rules: StandardRules, asset: string): StandardRules {
  const position = account.positions.find((one) => one.asset === asset);
  const other = Object.hasOwn(venue.tiers, asset) ? null : (marginTable(venue, asset)?.[0] ?? null);
  const listed = other ?? rules.perpetual;
  const perpetual = {
    maintenance: position?.maintenance?.rate[0] ?? listed.maintenance,
    initial: position?.initial?.rate[0] ?? listed.initial,
  };
  const held = account.holdings.find((one) => one.asset === asset);
  const maintenance = held?.weight ?? rules.collateral.maintenance;
  const initial = held?.initialWeight == null || maintenance === 0 ? rules.collateral.initial : held.initialWeight / maintenance;
  return { ...rules, perpetual, collateral: { maintenance, initial } };
}

function standardMarket(account: VenueAccount, asset: string): StandardMarket {
  const spot = priceOf(account, asset);
  const positions = account.positions.filter((one) => one.asset === asset);
  if (positions.length > 1) throw new RangeError(`${asset}: found ${positions.length} positions, want one perpetual an asset`);
  const [position] = positions;
  const price = position === undefined ? spot : markOf(account, position);
  const size = position?.size ?? 0;
  return {
    spot,
    spotConfidence: 1,
    perpetual: { size, price, confidence: 1, profit: position === undefined ? 0 : linearProfit(position, price) },
    held: coinsOf(account, asset),
    expiries: expiriesOf(account, asset).map(({ seconds, forward, fixed, options }) => ({
      seconds,
      forward: forward + fixed,
      confidence: 1,
      options: options.map((one) => ({ call: one.call, strike: one.strike, size: one.size * one.multiplier, volatility: one.volatility })),
    })),
  };
}

/** Deribit's standard margin of one coin: futures by size, options each by itself, everything in coin. */
export function deribitStandardGroup(account: VenueAccount, venue: Venue, coin: string, levels: boolean): MarginGroup {
  const own = ofCoin(account, coin);
  const assess = (moved: VenueAccount): Assessed => deribitStandard(moved, coin);
  return groupOf(venue, {
    name: `account in ${coin}`,
    regime: 'standard',
    currency: coin,
    ...assess(own),
    prices: levels ? [levelsOf(own, venue, coin, 'standard', assess)] : [],
    items: itemsOf(own, true, 1),
  });
}

function deribitStandard(account: VenueAccount, coin: string): Assessed {
  const spot = priceOf(account, coin);
  let equity = coinsOf(account, coin);
  let maintenanceMargin = 0;
  let initialMargin = account.orders;
  for (const position of account.positions) {
    const mark = markOf(account, position);
    equity += inverseProfit(position, mark);
    const size = contractValue('inverse', Math.abs(position.size), mark);
    const rates = Object.hasOwn(deribitFutures, coin) ? deribitFutures[coin] : undefined;
    if (rates === undefined && (position.maintenance === null || position.initial === null))
      throw new RangeError(`${coin}: deribit lists futures of ${Object.keys(deribitFutures).join(', ')}, state maintenance and initial`);
    maintenanceMargin +=
      position.maintenance === null && rates !== undefined
        ? sizeMargin(rates.maintenance, size, mark).coin
        : requirement(position.maintenance as NonNullable<typeof position.maintenance>, size);
    initialMargin +=
      position.initial === null && rates !== undefined
        ? sizeMargin(rates.initial, size, mark).coin
        : requirement(position.initial as NonNullable<typeof position.initial>, size);
  }
  for (const option of account.options) {
    const value = optionValue(account, option, true, 1);
    const size = option.size * option.multiplier;
    equity += size * value;
    const asked = optionDemand(deribitOptions, option.call, option.strike, spot, 1, value, size);
    maintenanceMargin += asked.maintenance;
    initialMargin += asked.initial;
  }
  return { equity, maintenanceMargin, initialMargin };
}

/** A portfolio in quote units. */
export function portfolioGroup(account: VenueAccount, venue: Venue, levels: boolean): MarginGroup {
  refuseInverse(account, venue);
  return gridGroup(account, venue, 'account', 'quote', levels, (moved) =>
    assess(venue, {
      cash: moved.cash,
      reserved: moved.orders,
      stable: moved.stable,
      units: assetsOf(moved).map((asset) => unitOf(moved, venue, asset, false)),
    }),
  );
}

/** A portfolio of one coin, in coin. */
export function coinPortfolioGroup(account: VenueAccount, venue: Venue, coin: string, levels: boolean): MarginGroup {
  return gridGroup(ofCoin(account, coin), venue, `account in ${coin}`, coin, levels, (moved) =>
    assess(venue, {
      cash: coinsOf(moved, coin),
      reserved: moved.orders,
      stable: 1,
      units: [unitOf({ ...moved, holdings: [] }, venue, coin, true)],
    }),
  );
}

function assess(venue: Venue, account: PortfolioAccount): PortfolioMargin {
  if (venue.portfolio === undefined) throw new RangeError(`${venue.name}: found no portfolio rules`);
  return assessPortfolio(venue.portfolio, account);
}

function gridGroup(
  account: VenueAccount,
  venue: Venue,
  name: string,
  currency: string,
  levels: boolean,
  margin: (account: VenueAccount) => PortfolioMargin,
): MarginGroup {
  const whole = margin(account);
  const figures = ({ equity, maintenance, initial }: PortfolioMargin): Assessed => {
    return { equity, maintenanceMargin: maintenance, initialMargin: initial };
  };
  const assets = currency === 'quote' ? assetsOf(account) : [currency];
  return groupOf(venue, {
    name,
    regime: 'portfolio',
    currency,
    ...figures(whole),
    prices: !levels ? [] : assets.map((asset) => levelsOf(account, venue, asset, 'portfolio', (moved) => figures(margin(moved)))),
    items: itemsOf(account, currency !== 'quote', venue.portfolio?.discounting === true ? 0 : 1),
    grid: gridOf(whole),
  } satisfies GroupParts);
}

function gridOf(margin: PortfolioMargin): GridMargin {
  const { scenarios } = margin.rules;
  const { worstScenario, worstLoss, minimumCharge } = margin;
  const binds =
    minimumCharge > worstLoss ? 'options' : worstScenario < 0 ? 'none' : worstScenario === scenarios.length ? 'basis' : 'scenario';
  return {
    scenarios: scenarios.map(({ move, volatility, damping }, s) => ({
      move,
      volatility,
      damping,
      profit: margin.profit[s],
      counted: margin.counted[s],
      binds: binds === 'scenario' && s === worstScenario,
    })),
    worstLoss,
    binds,
    binding: binds === 'scenario' ? worstScenario : null,
    basisLoss: margin.basisLoss,
    maintenanceCharge: margin.maintenanceCharge,
    initialCharge: margin.initialCharge,
    concentrationCharge: margin.concentrationCharge,
  };
}

/** Everything of one underlying. What is stated beside a position or a coin stands in the place of the venue's charge. */
function unitOf(account: VenueAccount, venue: Venue, asset: string, inCoin: boolean): UnitHolding {
  const spot = priceOf(account, asset);
  const charges = venue.charges ?? { perpetual: { maintenance: 0, initial: 0 }, held: { maintenance: 0, initial: 0 }, notional: 'price' };
  const positions = account.positions
    .filter((one) => one.asset === asset)
    .map((one): PlainHolding => {
      const price = markOf(account, one);
      return {
        ...PLAIN,
        kind: inCoin ? 'inverse' : 'linear',
        size: inCoin ? (one.size < 0 ? -1 : 1) * contractValue('inverse', Math.abs(one.size), price) : one.size,
        price,
        profit: inCoin ? inverseProfit(one, price) : linearProfit(one, price),
        maintenance: one.maintenance?.rate[0] ?? charges.perpetual.maintenance,
        initial: one.initial?.rate[0] ?? charges.perpetual.initial,
        notional: charges.notional,
      };
    });
  const held = account.holdings
    .filter((one) => one.asset === asset)
    .map((one): PlainHolding => {
      const maintenance = one.weight === null ? charges.held.maintenance : 1 - one.weight;
      const initial = one.initialWeight === null ? charges.held.initial : 1 - one.initialWeight - maintenance;
      return { ...PLAIN, kind: 'spot', size: one.amount, price: spot, maintenance, initial, notional: charges.notional, moves: one.moves };
    });
  return { spot, confidence: 1, plain: [...positions, ...held], expiries: expiriesOf(account, asset, inCoin) };
}

/** Options of one asset by expiry, the nearest first. */
function expiriesOf(account: VenueAccount, asset: string, inCoin = false): readonly ExpiryHolding[] {
  const options = account.options.filter((one) => one.asset === asset);
  const times = [...new Set(options.map((one) => one.seconds))].sort((a, b) => a - b);
  return times.map((seconds) => {
    const own = options.filter((one) => one.seconds === seconds);
    const [{ forward, fixed, rate }] = own;
    return {
      seconds,
      forward: forward ?? priceOf(account, asset),
      fixed,
      rate,
      confidence: 1,
      options: own.map(({ call, strike, size, multiplier, volatility }) => ({ call, strike, size, multiplier, volatility, inCoin })),
    };
  });
}

/** Value of one unit of an option, in quote units or in coin; `plain` 1: without discounting. */
function optionValue(account: VenueAccount, option: AccountOption, inCoin: boolean, plain: 0 | 1): number {
  const forward = (option.forward ?? priceOf(account, option.asset)) + option.fixed;
  const years = option.seconds / YEAR;
  const discount = plain === 1 ? 1 : exp(-option.rate * years);
  const value = black76(option.call, forward, option.strike, option.volatility * Math.sqrt(years), discount);
  return inCoin ? value / forward : value;
}

function itemsOf(account: VenueAccount, inCoin: boolean, plain: 0 | 1): readonly GroupItem[] {
  const bare = { maintenanceMargin: null, initialMargin: null, figures: {} };
  return [
    ...account.positions.map((one): GroupItem => {
      const mark = markOf(account, one);
      const name = `${one.size < 0 ? 'short' : 'long'} ${one.asset}${inCoin ? ' inverse' : ''}`;
      return { ...bare, name, size: one.size, mark, value: inCoin ? inverseProfit(one, mark) : linearProfit(one, mark) };
    }),
    ...account.options.map((one): GroupItem => {
      const mark = optionValue(account, one, inCoin, plain);
      const name = `${one.asset} ${one.strike} ${one.call ? 'call' : 'put'}`;
      return { ...bare, name, size: one.size, mark, value: one.size * one.multiplier * mark };
    }),
    ...account.holdings.map((one): GroupItem => {
      const mark = inCoin ? 1 : priceOf(account, one.asset);
      return { ...bare, name: `${one.asset} held`, size: one.amount, mark, value: collateralValue(one.amount, mark, 1) };
    }),
  ];
}

function levelsOf(
  account: VenueAccount,
  venue: Venue,
  asset: string,
  regime: 'standard' | 'portfolio',
  assessed: (account: VenueAccount) => Assessed,
): PriceLevels {
  const price = priceOf(account, asset);
  const level = thresholdOf(venue);
  const search = (surplus: (margin: Assessed) => number) =>
    crossings((moved) => surplus(assessed(repriced(account, { [asset]: moved }))), price, price / 100, price * 100);
  const liquidation = search(({ equity, maintenanceMargin }) => equity - level * maintenanceMargin);
  const bankruptcy = search(({ equity }) => equity);
  // Without options equity and every scenario are straight lines of the price: one side at most.
  const options = account.options.some((one) => one.asset === asset);
  const past = liquidation.below === price;
  if (options || past) return twoLevels(asset, price, liquidation, bankruptcy, regime);
  return oneLevel(asset, price, liquidation.below ?? liquidation.above ?? 0, bankruptcy.below ?? bankruptcy.above ?? 0);
}

/** Assets of an account, in the order in which they come. */
export function assetsOf(account: VenueAccount): readonly string[] {
  return [...new Set([...account.positions, ...account.options, ...account.holdings].map((one) => one.asset))];
}

function ofCoin(account: VenueAccount, coin: string): VenueAccount {
  const own = <T extends { readonly asset: string }>(all: readonly T[]): readonly T[] => all.filter((one) => one.asset === coin);
  const positions = own(account.positions);
  for (const one of positions)
    if (one.contract !== 'inverse') throw new RangeError(`${coin}: found a linear position, want inverse ones: margin is in coin`);
  return { ...account, positions, options: own(account.options), holdings: own(account.holdings) };
}

function refuseInverse(account: VenueAccount, venue: Venue): void {
  for (const one of account.positions) {
    if (one.contract === 'inverse')
      throw new RangeError(`${one.asset}: found an inverse contract, want linear ones: ${venue.name} settles in quote units`);
  }
}

function linearProfit({ size, entry }: AccountPosition, mark: number): number {
  return entry === null ? size * mark : profitAt({ contract: 'mark-notional', side: 1, size, entry }, mark);
}

function inverseProfit({ size, entry }: AccountPosition, mark: number): number {
  return entry === null ? -size / mark : profitAt({ contract: 'inverse', side: 1, size, entry }, mark);
}
