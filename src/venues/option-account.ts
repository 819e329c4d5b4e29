import { exp } from '../core/math.ts';
import { collateralValue } from '../margin/account.ts';
import { black76 } from '../margin/black76.ts';
import { crossings } from '../margin/crossing.ts';
import { YEAR } from '../margin/grid.ts';
import { contractValue, profitAt } from '../margin/isolated.ts';
import type { GroupMargin } from '../margin/group-margin.ts';
import { assessAccount, PLAIN } from '../margin/portfolio-account.ts';
import type { ExpiryHolding, PlainHolding, PortfolioAccount, UnitHolding } from '../margin/portfolio-account.ts';
import type { PortfolioMargin } from '../margin/portfolio.ts';
import { markOf, priceOf, repriced } from './account.ts';
import type { AccountHolding, AccountOption, AccountPosition, VenueAccount } from './account.ts';
import { standardCharge } from './standard-charge.ts';
import { coinsOf } from './shared-account.ts';
import { groupOf, oneLevel, thresholdOf, twoLevels } from './margin-group.ts';
import type { GridMargin, GroupItem, GroupParts, MarginGroup, PriceLevels } from './margin-group.ts';
import type { StandardTerms, Venue } from './venue.ts';

/** What an assessment of a whole account gives, at whatever prices it has. */
interface Assessed {
  readonly equity: number;
  readonly maintenanceMargin: number;
  readonly initialMargin: number;
}

/** One account under standard margin, in quote units. */
export function standardGroup(account: VenueAccount, venue: Venue, terms: StandardTerms, levels: boolean): MarginGroup {
  refuseInverse(account, venue);
  const assess = (moved: VenueAccount): Assessed =>
    figuresOf(
      assessAccount(terms.rules, {
        cash: moved.cash,
        reserved: moved.orders,
        stable: moved.stable,
        units: assetsOf(moved).map((asset) => unitOf(moved, standardCharges(venue, terms), asset, false)),
      }),
    );
  return groupOf(venue, {
    name: 'account',
    regime: 'standard',
    currency: 'quote',
    ...assess(account),
    prices: !levels ? [] : assetsOf(account).map((asset) => levelsOf(account, venue, asset, 'standard', assess)),
    items: itemsOf(account, false, 1),
  });
}

/** Standard margin of one coin's contracts, in coin. */
export function coinStandardGroup(account: VenueAccount, venue: Venue, terms: StandardTerms, coin: string, levels: boolean): MarginGroup {
  const own = ofCoin(account, coin);
  const charges = standardCharges(venue, terms);
  const assess = (moved: VenueAccount): Assessed =>
    figuresOf(
      assessAccount(terms.rules, {
        cash: coinsOf(moved, coin),
        reserved: moved.orders,
        stable: 1,
        units: [unitOf({ ...moved, holdings: [] }, charges, coin, true)],
      }),
    );
  return groupOf(venue, {
    name: `account in ${coin}`,
    regime: 'standard',
    currency: coin,
    ...assess(own),
    prices: levels ? [levelsOf(own, venue, coin, 'standard', assess)] : [],
    items: itemsOf(own, true, 1),
  });
}

function figuresOf({ equity, maintenance, initial }: GroupMargin): Assessed {
  return { equity, maintenanceMargin: maintenance, initialMargin: initial };
}

/** A portfolio in quote units. */
export function portfolioGroup(account: VenueAccount, venue: Venue, levels: boolean): MarginGroup {
  refuseInverse(account, venue);
  return gridGroup(account, venue, 'account', 'quote', levels, (moved) =>
    assess(venue, {
      cash: moved.cash,
      reserved: moved.orders,
      stable: moved.stable,
      units: assetsOf(moved).map((asset) => unitOf(moved, portfolioCharges(venue), asset, false)),
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
      units: [unitOf({ ...moved, holdings: [] }, portfolioCharges(venue), coin, true)],
    }),
  );
}

function assess(venue: Venue, account: PortfolioAccount): PortfolioMargin {
  if (venue.portfolio === undefined) throw new RangeError(`${venue.name}: found no portfolio rules`);
  return assessAccount(venue.portfolio, account);
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
  const assets = currency === 'quote' ? assetsOf(account) : [currency];
  return groupOf(venue, {
    name,
    regime: 'portfolio',
    currency,
    ...figuresOf(whole),
    prices: !levels ? [] : assets.map((asset) => levelsOf(account, venue, asset, 'portfolio', (moved) => figuresOf(margin(moved)))),
    items: itemsOf(account, currency !== 'quote', venue.portfolio?.discounting === true ? 0 : 1),
    grid: gridOf(whole),
  } satisfies GroupParts);
}

function gridOf(margin: PortfolioMargin): GridMargin {
  const { scenarios } = margin.rules;
  const { worstScenario, worstLoss, minimumCharge } = margin;
  const binds =
    minimumCharge > worstLoss
      ? margin.rules.closing === undefined
        ? 'options'
        : 'closing'
      : worstScenario < 0
        ? 'none'
        : worstScenario === scenarios.length
          ? 'basis'
          : 'scenario';
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

/** What is charged on gross notional; `initial` on top of `maintenance`. What is stated beside a position or a coin comes first. */
interface Charges {
  readonly position: (one: AccountPosition) => Pick<PlainHolding, 'maintenance' | 'initial' | 'growth' | 'notional'>;
  readonly held: (one: AccountHolding) => Pick<PlainHolding, 'maintenance' | 'initial' | 'notional'>;
}

function portfolioCharges({ charges }: Venue): Charges {
  const none = { maintenance: 0, initial: 0 };
  const { perpetual, held, notional } = charges ?? { perpetual: none, held: none, notional: 'price' };
  return {
    position: ({ maintenance, initial }) => ({
      maintenance: maintenance?.rate[0] ?? perpetual.maintenance,
      initial: initial?.rate[0] ?? perpetual.initial,
      growth: 0,
      notional,
    }),
    held: ({ weight, initialWeight }) => {
      const maintenance = weight === null ? held.maintenance : 1 - weight;
      return { maintenance, initial: initialWeight === null ? held.initial : 1 - initialWeight - maintenance, notional };
    },
  };
}

function standardCharges(venue: Venue, terms: StandardTerms): Charges {
  return {
    position: ({ asset, maintenance, initial }) => {
      const own = standardCharge(venue, terms, asset);
      const [kept, opened] = [maintenance?.rate[0] ?? own?.maintenance, initial?.rate[0]];
      if (kept === undefined || (own === null && opened === undefined))
        throw new RangeError(`${asset}: ${venue.name} lists ${Object.keys(venue.tiers).join(', ')}, state maintenance and initial`);
      // A rate that is stated is what the market has, at any size.
      const growth = maintenance === null && initial === null ? (own?.growth ?? 0) : 0;
      return { maintenance: kept, initial: opened === undefined ? (own?.initial ?? 0) : opened - kept, growth, notional: 'price' };
    },
    held: ({ weight, initialWeight }) => {
      const counted = weight ?? terms.collateral.maintenance;
      const opened = initialWeight ?? counted * terms.collateral.initial;
      return { maintenance: 1 - counted, initial: counted - opened, notional: 'index' };
    },
  };
}

/** Everything of one underlying. */
function unitOf(account: VenueAccount, charges: Charges, asset: string, inCoin: boolean): UnitHolding {
  const spot = priceOf(account, asset);
  const positions = account.positions
    .filter((one) => one.asset === asset)
    .map((one): PlainHolding => {
      const price = markOf(account, one);
      return {
        ...PLAIN,
        ...charges.position(one),
        kind: inCoin ? 'inverse' : 'linear',
        size: inCoin ? (one.size < 0 ? -1 : 1) * contractValue('inverse', Math.abs(one.size), price) : one.size,
        price,
        profit: inCoin ? inverseProfit(one, price) : linearProfit(one, price),
      };
    });
  const held = account.holdings
    .filter((one) => one.asset === asset)
    .map((one): PlainHolding => ({
      ...PLAIN,
      ...charges.held(one),
      kind: 'spot',
      size: one.amount,
      price: spot,
      moves: one.moves,
    }));
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
