import { contractValue } from '../margin/isolated.ts';
import { requirement } from '../margin/tiers.ts';
import { priceOf } from './account.ts';
import type { VenueAccount } from './account.ts';
import { inverseCrossPrices } from './bybit.ts';
import { isolatedGroup } from './isolated-account.ts';
import { chargedValue, demanded, isInverse, itemOf, legOf, profitOf } from './leg.ts';
import type { Leg } from './leg.ts';
import { groupOf, oneLevel } from './margin-group.ts';
import type { MarginGroup } from './margin-group.ts';
import { coinsOf, inverseGroup, linearGroup } from './shared-account.ts';
import type { Venue } from './venue.ts';

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
  const price = priceOf(account, coin);
  const equity = balance - account.orders + profitOf(leg);
  return groupOf(venue, {
    name: `cross ${coin}`,
    regime: 'cross',
    currency: coin,
    equity,
    maintenanceMargin: rate * chargedValue(leg, mark) + takerFee * contractValue('inverse', size, bankruptcy),
    initialMargin: demanded(leg, leg.initial),
    prices: [oneLevel(coin, price, (liquidation * price) / mark, (bankruptcy * price) / mark)],
    items: [itemOf(venue, leg, equity)],
    figures: { collateral: balance, closingFee: takerFee * contractValue('inverse', size, bankruptcy) },
  });
}
