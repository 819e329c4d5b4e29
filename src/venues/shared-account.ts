import { fixedPoint } from '../core/fixed-point.ts';
import { accountEquity, accountLiquidationPrice, collateralValue, maintenanceOf } from '../margin/account.ts';
import type { Account, AccountPosition as Line } from '../margin/account.ts';
import { tierOf } from '../margin/tiers.ts';
import { discountedAssetWeight } from '../margin/weights.ts';
import { costOf, priceOf } from './account.ts';
import type { AccountHolding, VenueAccount } from './account.ts';
import { dydxMargin } from './dydx-account.ts';
import { chargedValue, demanded, isInverse, itemOf } from './leg.ts';
import type { Leg } from './leg.ts';
import { groupOf, oneLevel, thresholdOf } from './margin-group.ts';
import type { GroupItem, GroupParts, MarginGroup, OwnMargin, PriceLevels } from './margin-group.ts';
import { synthetixMargin } from './synthetix-account.ts';
import type { Venue } from './venue.ts';

/** Venues that compute whole accounts in integers of their own. */
export const OWN: Readonly<Record<string, (account: VenueAccount, legs: readonly Leg[], cash: number) => OwnMargin>> = {
  'dydx-v4': dydxMargin,
  'synthetix-v3': synthetixMargin,
};

/** Positions that share collateral in quote units. */
export function linearGroup(
  account: VenueAccount,
  venue: Venue,
  legs: readonly Leg[],
  holdings: readonly AccountHolding[],
  as: Pick<GroupParts, 'name' | 'regime' | 'figures' | 'liquidatable'> = { name: 'cross', regime: 'cross' },
): MarginGroup {
  const weights = holdings.map((one) => weightsOf(one));
  const shared: Shared = { cash: account.cash, holdings, weights, legs, inCoin: false };
  const lines = linesOf(account, shared, {});
  const whole: Account = { collateral: account.cash, positions: lines };
  const plain = {
    equity: accountEquity(whole),
    maintenanceMargin: maintenanceOf(lines),
    initialMargin: legs.reduce((sum, leg) => sum + demanded(leg, leg.initial) * (isInverse(leg) ? leg.mark : 1), account.orders),
  };
  // Initial margin may count less of the coins than maintenance does: what is missing is demanded.
  const cut = holdings.reduce((sum, one, i) => sum + collateralValue(one.amount, priceOf(account, one.asset), weights[i].cut), 0);
  const held = holdings.reduce((sum, one, i) => sum + collateralValue(one.amount, priceOf(account, one.asset), weights[i].maintenance), 0);
  const rule = Object.hasOwn(OWN, venue.name) && legs.length > 0 ? OWN[venue.name] : undefined;
  if (rule !== undefined) for (const leg of legs) refuseTiers(venue, leg);
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
      ...legs.map((leg, i) => itemOf(venue, leg, equity, isInverse(leg) ? leg.mark : 1, own?.legs[i])),
      ...holdings.map((one, i) => holdingItem(account, one, weights[i].maintenance)),
    ],
    figures: { collateral: account.cash + held, ...as.figures, ...own?.figures },
    ...(own?.liquidatable === undefined ? {} : { liquidatable: own.liquidatable }),
  });
}

/** A venue that computes in integers of its own knows one rate a market. */
function refuseTiers(venue: Venue, { position, maintenance, initial }: Leg): void {
  const tiers = Math.max(maintenance.rate.length, initial.rate.length);
  if (tiers > 1) throw new RangeError(`${position.asset}: found ${tiers} margin tiers, want one rate: ${venue.name} has one a market`);
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
  const surplus = (moved: number): number => {
    const { equity, maintenanceMargin } = at(moved);
    return equity - thresholdOf(venue) * maintenanceMargin;
  };
  const { bankruptcyPrice } = sharedLevels(account, venue, shared, asset);
  return oneLevel(asset, price, meeting(surplus, price / 100, price * 100), bankruptcyPrice ?? 0);
}

/** Where a function that rises or falls throughout crosses 0 between two prices, by halving down to neighbouring numbers; 0 when it does not. */
function meeting(surplus: (price: number) => number, lowest: number, highest: number): number {
  let [low, high] = [lowest, highest];
  const rising = surplus(low) < 0;
  if (surplus(high) < 0 === rising) return 0;
  for (;;) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (!(middle > low && middle < high) || high - low < 1e-15 * high) return high;
    if (surplus(middle) < 0 === rising) low = middle;
    else high = middle;
  }
}

/** Coin-margined positions of one coin, which is their collateral too. */
export function inverseGroup(account: VenueAccount, venue: Venue, coin: string, legs: readonly Leg[]): MarginGroup {
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

/** Coins of an account. */
export function coinsOf(account: VenueAccount, coin: string): number {
  return account.holdings.reduce((sum, one) => sum + (one.asset === coin ? one.amount : 0), 0);
}
