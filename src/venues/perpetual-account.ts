import { effectiveLeverage, markLeverageScore, profitLeverageScore } from '../liquidation/adl.ts';
import { takeoverPrice } from '../liquidation/fillable.ts';
import { accountEquity, accountLiquidationPrice, collateralValue, maintenanceOf } from '../margin/account.ts';
import type { Account, AccountPosition as Line } from '../margin/account.ts';
import { fixedPoint } from '../core/fixed-point.ts';
import { crossings } from '../margin/crossing.ts';
import { bankruptcyPrice, chargedRate, contractValue, liquidationPrice, openingCollateral, profitAt } from '../margin/isolated.ts';
import type { PositionTerms } from '../margin/isolated.ts';
import { requirement, tierOf, tiersFromRates } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import { discountedAssetWeight } from '../margin/weights.ts';
import { costOf, markOf, priceOf } from './account.ts';
import type { AccountHolding, AccountPosition, VenueAccount } from './account.ts';
import { inverseCrossPrices } from './bybit.ts';
import { marginTable } from './catalogue.ts';
import { dydxMargin } from './dydx-account.ts';
import { remainingCollateral } from './gmx-v2.ts';
import { groupOf, oneLevel, thresholdOf } from './margin-group.ts';
import type { Figures, GroupItem, GroupParts, MarginGroup, PriceLevels } from './margin-group.ts';
import { synthetixMargin } from './synthetix-account.ts';
import type { Venue } from './venue.ts';

/** A position with what the venue makes of it. */
export interface Leg {
  readonly position: AccountPosition;
  readonly contract: PositionTerms['contract'];
  readonly mark: number;
  readonly maintenance: Tiers;
  readonly initial: Tiers;
}

/** What an account with rules of its own demands. */
export type OwnMargin = Pick<GroupParts, 'equity' | 'maintenanceMargin' | 'initialMargin' | 'liquidatable' | 'figures'> & {
  /** By leg, what the venue demands of it and what else it says. */
  readonly legs: readonly (Pick<GroupItem, 'maintenanceMargin' | 'initialMargin'> & { readonly figures: Figures })[];
  /** Whether requirements are linear in the price but for rounding, so that the closed form holds. */
  readonly closedForm: boolean;
};

/** Venues that compute whole accounts in integers of their own. */
const OWN: Readonly<Record<string, (account: VenueAccount, legs: readonly Leg[], cash: number) => OwnMargin>> = {
  'dydx-v4': dydxMargin,
  'synthetix-v3': synthetixMargin,
};

/** Venues whose cross margin values coin-margined contracts in quote units, beside linear ones. */
const ONE_WALLET: readonly string[] = ['binance-pm'];

/** All groups of an account of perpetuals: isolated positions, and what shares collateral, by the coin that margin is in. */
export function perpetualGroups(account: VenueAccount, venue: Venue): readonly MarginGroup[] {
  const legs = account.positions.map((position) => legOf(account, venue, position));
  const isolated = legs.filter((leg) => leg.position.isolated !== null).map((leg) => isolatedGroup(account, venue, leg));
  const shared = legs.filter((leg) => leg.position.isolated === null);
  const apart = ONE_WALLET.includes(venue.name) ? [] : shared.filter((leg) => isInverse(leg));
  const coins = [...new Set(apart.map((leg) => leg.position.asset))];
  const groups = coins.map((coin) => {
    const own = apart.filter((leg) => leg.position.asset === coin);
    return venue.name === 'bybit' ? bybitInverse(account, venue, coin, own) : inverseGroup(account, venue, coin, own);
  });
  const linear = shared.filter((leg) => !apart.includes(leg));
  const holdings = account.holdings.filter((one) => !coins.includes(one.asset));
  const empty = linear.length === 0 && holdings.length === 0 && account.cash === 0;
  if (empty && isolated.length + groups.length > 0) return [...groups, ...isolated];
  return [linearGroup(account, venue, linear, holdings), ...groups, ...isolated];
}

function isInverse({ position }: Leg): boolean {
  return position.contract === 'inverse';
}

function legOf(account: VenueAccount, venue: Venue, position: AccountPosition): Leg {
  const onEntry = venue.contract === 'entry-notional' || venue.contract === 'inverse-entry';
  const contract = position.contract === 'inverse' ? (onEntry ? 'inverse-entry' : 'inverse') : onEntry ? 'entry-notional' : 'mark-notional';
  if (onEntry && position.entry === null)
    throw new RangeError(`${position.asset}: found no entry, want one: ${venue.name} charges at entry`);
  const { maintenance, initial } = requirementsOf(venue, position);
  return { position, contract, mark: markOf(account, position), maintenance, initial };
}

/**
 * Both requirements of a position: its own, else the venue's of that asset; maintenance with the fee of closing.
 * @throws RangeError when neither has one.
 */
export function requirementsOf(
  venue: Venue,
  position: Pick<AccountPosition, 'asset' | 'maintenance' | 'initial'>,
): { readonly maintenance: Tiers; readonly initial: Tiers } {
  const table = position.maintenance !== null && position.initial !== null ? null : marginTable(venue, position.asset);
  const listed = (which: 'maintenance' | 'initial'): Tiers => {
    if (table !== null) return tiersFromRates(table.map((tier) => ({ floor: tier.from, rate: tier[which] })));
    throw new RangeError(`${position.asset}: ${venue.name} lists no ${which} margin of it (it has ${Object.keys(venue.tiers).join(', ')})`);
  };
  const own = position.maintenance;
  const maintenance =
    own === null ? listed('maintenance') : { ...own, rate: own.rate.map((rate) => chargedRate(rate, venue.closingFee ?? 0)) };
  // An account that states maintenance alone is asked for that much to open, too, where the venue lists nothing.
  const initial = position.initial ?? (table === null ? maintenance : listed('initial'));
  return { maintenance, initial };
}

/** What a leg is charged on when its mark is at a price: its value there or at entry. */
function chargedValue({ contract, position }: Leg, mark: number): number {
  const onEntry = contract === 'entry-notional' || contract === 'inverse-entry';
  return contractValue(contract, Math.abs(position.size), onEntry ? costOf(position) : mark);
}

function demanded(leg: Leg, tiers: Tiers): number {
  const asked = requirement(tiers, chargedValue(leg, leg.mark));
  return asked > leg.position.leastMargin ? asked : leg.position.leastMargin;
}

function profitOf({ contract, position, mark }: Leg): number {
  const { size, entry } = position;
  if (entry === null)
    return (size < 0 ? -1 : 1) * contractValue(contract, Math.abs(size), mark) * (position.contract === 'inverse' ? -1 : 1);
  return profitAt({ contract, side: size < 0 ? -1 : 1, size: Math.abs(size), entry }, mark);
}

function itemOf(venue: Venue, leg: Leg, equity: number, own?: OwnMargin['legs'][number]): GroupItem {
  const { position, mark } = leg;
  return {
    name: `${position.size < 0 ? 'short' : 'long'} ${position.asset}${position.contract === 'inverse' ? ' inverse' : ''}`,
    size: position.size,
    mark,
    value: profitOf(leg),
    maintenanceMargin: own?.maintenanceMargin ?? demanded(leg, leg.maintenance),
    initialMargin: own?.initialMargin ?? demanded(leg, leg.initial),
    figures: { ...venueFigures(venue, leg, equity), ...own?.figures },
  };
}

/** What a venue publishes of a position besides its margin. */
function venueFigures(venue: Venue, leg: Leg, equity: number): Figures {
  const { position, mark, contract } = leg;
  if (venue.name === 'vertex') {
    const rate = leg.maintenance.rate[tierOf(leg.maintenance, chargedValue(leg, mark))];
    return { takeoverPrice: takeoverPrice(mark, position.size < 0 ? 1 + rate : 1 - rate) };
  }
  if (venue.name === 'hyperliquid' && position.entry !== null && equity > 0) {
    const notional = contractValue(contract, Math.abs(position.size), mark);
    return { deleveragingScore: markLeverageScore(mark, position.entry, notional, equity) };
  }
  return {};
}

function isolatedGroup(account: VenueAccount, venue: Venue, leg: Leg): MarginGroup {
  const { position, contract, mark } = leg;
  const { asset, size, entry, isolated } = position;
  if (isolated === null || entry === null) throw new RangeError(`${asset}: an isolated position needs its entry`);
  const name = `isolated ${size < 0 ? 'short' : 'long'} ${asset}`;
  const coin = 'coin' in isolated && position.contract === 'linear' ? isolated.coin : null;
  const amount = 'leverage' in isolated ? openingCollateral(contract, Math.abs(size), entry, isolated.leverage) : isolated.amount;
  const collateral = coin === null ? amount : collateralValue(amount, priceOf(account, coin), 1);
  if (Object.hasOwn(OWN, venue.name) || coin !== null) {
    const holdings = coin === null ? [] : [{ asset: coin, amount, weight: 1, initialWeight: 1, sizeFactor: 0, moves: true }];
    return linearGroup({ ...account, cash: coin === null ? amount : 0, orders: 0 }, venue, [leg], holdings, { name, regime: 'isolated' });
  }
  const terms: PositionTerms = {
    contract,
    side: size < 0 ? -1 : 1,
    entry,
    size: Math.abs(size),
    collateral,
    rate: 0,
    threshold: thresholdOf(venue),
  };
  const bankruptcy = bankruptcyPrice(terms);
  const equity = collateral + profitOf(leg);
  const rank = venue.name === 'bitmex' ? { deleveragingScore: bitmexScore(leg, bankruptcy) } : {};
  const pool =
    venue.name === 'gmx-v2'
      ? { remainingCollateral: remainingCollateral(collateral, { side: terms.side, sizeUsd: terms.size * entry, entry }, mark) }
      : {};
  return groupOf(venue, {
    name,
    regime: 'isolated',
    currency: position.contract === 'inverse' ? asset : 'quote',
    equity,
    maintenanceMargin: demanded(leg, leg.maintenance),
    initialMargin: demanded(leg, leg.initial),
    prices: [oneLevel(asset, mark, isolatedLiquidation(leg, terms), bankruptcy)],
    items: [itemOf(venue, leg, equity)],
    figures: { collateral, ...pool, ...rank },
    ...poolRule(venue, equity),
  });
}

/** A pool closes a position whose collateral is used up even when nothing more is demanded. */
function poolRule(venue: Venue, equity: number): { readonly liquidatable?: boolean } {
  return venue.name === 'gmx-v2' && equity <= 0 ? { liquidatable: true } : {};
}

/** BitMEX ranks by profit, as a share of the value at entry, and what the position is levered at its mark. */
function bitmexScore({ contract, position, mark }: Leg, bankruptcy: number): number | null {
  const size = Math.abs(position.size);
  if (position.entry === null || !(bankruptcy > 0 && bankruptcy < Infinity)) return null;
  const leverage = Math.abs(effectiveLeverage(contractValue(contract, size, mark), contractValue(contract, size, bankruptcy)));
  const side = position.size < 0 ? -1 : 1;
  const gain = profitAt({ contract, side, size, entry: position.entry }, mark) / contractValue(contract, size, position.entry);
  return profitLeverageScore(gain, leverage);
}

/** The closed form in the tier that its own solution falls into. */
function isolatedLiquidation(leg: Leg, terms: PositionTerms): number {
  const { maintenance, position } = leg;
  let price = leg.mark;
  let tier = -1;
  for (let round = 0; round <= maintenance.rate.length; round++) {
    const next = tierOf(maintenance, chargedValue(leg, price));
    if (next === tier) break;
    tier = next;
    price = liquidationPrice({ ...terms, rate: maintenance.rate[tier], deduction: maintenance.deduction[tier] });
  }
  if (position.leastMargin === 0) return price;
  // A least requirement binds where it is reached first.
  const least = liquidationPrice({ ...terms, rate: 0, deduction: -position.leastMargin });
  return terms.side > 0 === least > price ? least : price;
}

/** Positions that share collateral in quote units. */
function linearGroup(
  account: VenueAccount,
  venue: Venue,
  legs: readonly Leg[],
  holdings: readonly AccountHolding[],
  as: Pick<GroupParts, 'name' | 'regime'> = { name: 'cross', regime: 'cross' },
): MarginGroup {
  const weights = holdings.map((one) => weightsOf(one));
  const shared: Shared = { cash: account.cash, holdings, weights, legs, inCoin: false };
  const lines = linesOf(account, shared, {});
  const whole: Account = { collateral: account.cash, positions: lines };
  const plain = {
    equity: accountEquity(whole),
    maintenanceMargin: least(legs, maintenanceOf(lines)),
    initialMargin: legs.reduce((sum, leg) => sum + demanded(leg, leg.initial) * (isInverse(leg) ? leg.mark : 1), account.orders),
  };
  // Initial margin may count less of the coins than maintenance does: what is missing is demanded.
  const cut = holdings.reduce((sum, one, i) => sum + collateralValue(one.amount, priceOf(account, one.asset), weights[i].cut), 0);
  const held = holdings.reduce((sum, one, i) => sum + collateralValue(one.amount, priceOf(account, one.asset), weights[i].maintenance), 0);
  const rule = Object.hasOwn(OWN, venue.name) && legs.length > 0 ? OWN[venue.name] : undefined;
  const own = rule?.(account, legs, account.cash + held);
  const { equity, maintenanceMargin, initialMargin } = own ?? plain;
  const assets = [...new Set([...legs.map((leg) => leg.position.asset), ...holdings.map((one) => one.asset)])];
  const prices = assets.map((asset) =>
    own === undefined || own.closedForm
      ? sharedLevels(account, venue, shared, asset)
      : searched(account, venue, shared, asset, rule as NonNullable<typeof rule>),
  );
  return groupOf(venue, {
    ...as,
    currency: 'quote',
    equity,
    maintenanceMargin,
    initialMargin: initialMargin + cut,
    prices,
    items: [
      ...legs.map((leg, i) => itemOf(venue, leg, equity, own?.legs[i])),
      ...holdings.map((one, i) => holdingItem(account, one, weights[i].maintenance)),
    ],
    figures: { collateral: account.cash + held, ...own?.figures },
    ...(own?.liquidatable === undefined ? poolRule(venue, equity) : { liquidatable: own.liquidatable }),
  });
}

function holdingItem(account: VenueAccount, one: AccountHolding, weight: number): GroupItem {
  const mark = priceOf(account, one.asset);
  return {
    name: `${one.asset} held`,
    size: one.amount,
    mark,
    value: collateralValue(one.amount, mark, weight),
    maintenanceMargin: null,
    initialMargin: null,
    figures: { weight },
  };
}

/** Shares of a coin's value: what counts for maintenance, and what initial margin takes off that. */
function weightsOf(one: AccountHolding): { readonly maintenance: number; readonly cut: number } {
  if (!(one.amount >= 0)) throw new RangeError(`collateral: found ${one.amount} ${one.asset}, want a number ≥ 0`);
  const stated = one.weight ?? 1;
  // Sizes are in 10^−9, factors in 10^−6, weights in 10^−4.
  const maintenance =
    one.sizeFactor === 0
      ? stated
      : Number(discountedAssetWeight(fixedPoint(one.amount, 9), fixedPoint(one.sizeFactor, 6), fixedPoint(stated, 4))) / 1e4;
  return { maintenance, cut: maintenance - Math.min(maintenance, one.initialWeight ?? maintenance) };
}

/** What shares one collateral. */
interface Shared {
  readonly cash: number;
  readonly holdings: readonly AccountHolding[];
  readonly weights: readonly { readonly maintenance: number }[];
  readonly legs: readonly Leg[];
  /** Whether money is in the coin that the contracts are margined in. */
  readonly inCoin: boolean;
}

/**
 * Legs and coins as lines on the price of their asset, which their marks follow in proportion; of coin-margined contracts on its
 * reciprocal, in which they are linear. Each at the rate of the tier that it is in at the prices given (else at its mark).
 */
function linesOf(
  account: VenueAccount,
  { holdings, weights, legs, inCoin }: Shared,
  at: Readonly<Record<string, number>>,
): readonly Line[] {
  const lines = legs.map((leg): Line => {
    const { position, contract, maintenance } = leg;
    const { asset, size } = position;
    const price = priceOf(account, asset);
    const ratio = leg.mark / price;
    const value = chargedValue(leg, (at[asset] ?? price) * ratio);
    const tier = tierOf(maintenance, value);
    const onEntry = contract === 'entry-notional' || contract === 'inverse-entry';
    const charge = onEntry
      ? { rate: 0, deduction: -demanded(leg, maintenance) }
      : { rate: maintenance.rate[tier], deduction: maintenance.deduction[tier] };
    if (position.contract === 'inverse' && !inCoin) {
      // In quote units a coin-margined contract gains size / entry × (price − entry), and its requirement stands still.
      const { entry } = position;
      if (entry === null) throw new RangeError(`${asset}: a coin-margined contract beside linear ones needs its entry`);
      const fixed = demanded(leg, maintenance) * leg.mark;
      return { symbol: asset, size: (size * ratio) / entry, entry: entry / ratio, mark: price, rate: 0, deduction: -fixed };
    }
    return position.contract === 'inverse'
      ? { symbol: asset, size: -size / ratio, entry: position.entry === null ? 0 : ratio / position.entry, mark: 1 / price, ...charge }
      : { symbol: asset, size: size * ratio, entry: costOf(position) / ratio, mark: price, ...charge };
  });
  const coins = holdings.map(({ asset, amount }, i): Line => {
    return { symbol: asset, size: amount * weights[i].maintenance, entry: 0, mark: priceOf(account, asset), rate: 0, deduction: 0 };
  });
  return [...lines, ...coins];
}

/** A group never asks for less than its legs' least requirements. */
function least(legs: readonly Leg[], asked: number): number {
  const floor = legs.reduce((sum, { position }) => sum + position.leastMargin, 0);
  return asked > floor ? asked : floor;
}

/** Liquidation and bankruptcy price of one asset of a group, by the closed form in the tier that the solution falls into. */
function sharedLevels(account: VenueAccount, venue: Venue, shared: Shared, asset: string): PriceLevels {
  const price = priceOf(account, asset);
  const solve = (at: number, level: number): number => {
    const lines = linesOf(account, shared, { [asset]: at });
    const found = accountLiquidationPrice({ collateral: shared.cash, positions: lines }, asset, level);
    return shared.inCoin ? 1 / found : found;
  };
  let liquidation = price;
  const rounds = shared.legs.reduce((sum, leg) => sum + leg.maintenance.rate.length, 1);
  for (let round = 0; round <= rounds; round++) {
    const next = solve(liquidation, thresholdOf(venue));
    if (next === liquidation) break;
    liquidation = next;
  }
  return oneLevel(asset, price, liquidation, solve(price, 0));
}

/** The same by the venue's own margin, where requirements bend with the price. */
function searched(
  account: VenueAccount,
  venue: Venue,
  shared: Shared,
  asset: string,
  rule: (account: VenueAccount, legs: readonly Leg[], cash: number) => OwnMargin,
): PriceLevels {
  const price = priceOf(account, asset);
  const at = (moved: number): OwnMargin => {
    const legs = shared.legs.map((leg) => (leg.position.asset === asset ? { ...leg, mark: (leg.mark / price) * moved } : leg));
    const held = shared.holdings.reduce(
      (sum, one, i) =>
        sum + collateralValue(one.amount, one.asset === asset ? moved : priceOf(account, one.asset), shared.weights[i].maintenance),
      shared.cash,
    );
    return rule(account, legs, held);
  };
  const found = (surplus: (margin: OwnMargin) => number): number => {
    const { below, above } = crossings((moved) => surplus(at(moved)), price, price / 100, price * 100);
    return below ?? above ?? 0;
  };
  const liquidation = found((margin) => margin.equity - thresholdOf(venue) * margin.maintenanceMargin);
  return oneLevel(
    asset,
    price,
    liquidation,
    found((margin) => margin.equity),
  );
}

/** Coin-margined positions of one coin, which is their collateral too. */
function inverseGroup(account: VenueAccount, venue: Venue, coin: string, legs: readonly Leg[]): MarginGroup {
  const cash = coinsOf(account, coin);
  const shared: Shared = { cash, holdings: [], weights: [], legs, inCoin: true };
  const lines = linesOf(account, shared, {});
  const equity = accountEquity({ collateral: cash, positions: lines });
  return groupOf(venue, {
    name: `cross ${coin}`,
    regime: 'cross',
    currency: coin,
    equity,
    maintenanceMargin: maintenanceOf(lines),
    initialMargin: legs.reduce((sum, leg) => sum + demanded(leg, leg.initial), 0) + account.orders,
    prices: [sharedLevels(account, venue, shared, coin)],
    items: legs.map((leg) => itemOf(venue, leg, equity)),
    figures: { collateral: cash },
  });
}

function coinsOf(account: VenueAccount, coin: string): number {
  return account.holdings.reduce((sum, one) => sum + (one.asset === coin ? one.amount : 0), 0);
}

/** Bybit's coin-margined cross mode: the fee of closing at the bankruptcy price is part of what is demanded. */
function bybitInverse(account: VenueAccount, venue: Venue, coin: string, legs: readonly Leg[]): MarginGroup {
  const [leg] = legs;
  const entry = leg.position.entry;
  if (legs.length !== 1 || entry === null)
    throw new RangeError(`${coin}: found ${legs.length} coin-margined positions that share collateral, want one with an entry`);
  const { position, mark, maintenance } = leg;
  const balance = coinsOf(account, coin);
  const takerFee = venue.closingFee ?? 0;
  const size = Math.abs(position.size);
  const bare = requirement(maintenance, chargedValue(leg, mark));
  const rate = bare / chargedValue(leg, mark) - takerFee;
  const side = position.size < 0 ? -1 : 1;
  const terms = { side, size, entry, balance, orderMargin: account.orders, rate, takerFee } as const;
  const { bankruptcy, liquidation } = inverseCrossPrices(terms, 1);
  const equity = balance - account.orders + profitOf(leg);
  return groupOf(venue, {
    name: `cross ${coin}`,
    regime: 'cross',
    currency: coin,
    equity,
    maintenanceMargin: rate * chargedValue(leg, mark) + takerFee * contractValue('inverse', size, bankruptcy),
    initialMargin: demanded(leg, leg.initial),
    prices: [oneLevel(coin, mark, liquidation, bankruptcy)],
    items: [itemOf(venue, leg, equity)],
    figures: { collateral: balance, closingFee: takerFee * contractValue('inverse', size, bankruptcy) },
  });
}
