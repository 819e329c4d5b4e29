import { effectiveLeverage, profitLeverageScore } from '../liquidation/adl.ts';
import { collateralValue } from '../margin/account.ts';
import { bankruptcyPrice, contractValue, liquidationPrice, openingCollateral, profitAt } from '../margin/isolated.ts';
import type { PositionTerms } from '../margin/isolated.ts';
import { tierOf } from '../margin/tiers.ts';
import { priceOf } from './account.ts';
import type { VenueAccount } from './account.ts';
import { isLiquidatable, remainingCollateral } from './gmx-v2.ts';
import { chargedValue, demanded, itemOf, profitOf } from './leg.ts';
import type { Leg } from './leg.ts';
import { groupOf, oneLevel, thresholdOf } from './margin-group.ts';
import type { GroupParts, MarginGroup } from './margin-group.ts';
import { linearGroup, OWN } from './shared-account.ts';
import type { Venue } from './venue.ts';

/** A position with collateral of its own. */
export function isolatedGroup(account: VenueAccount, venue: Venue, leg: Leg): MarginGroup {
  const { position, contract, mark } = leg;
  const { asset, size, entry, isolated } = position;
  if (isolated === null || entry === null) throw new RangeError(`${asset}: an isolated position needs its entry`);
  const name = `isolated ${size < 0 ? 'short' : 'long'} ${asset}`;
  const coin = 'coin' in isolated && position.contract === 'linear' ? isolated.coin : null;
  const amount = 'leverage' in isolated ? openingCollateral(contract, Math.abs(size), entry, isolated.leverage) : isolated.amount;
  const collateral = coin === null ? amount : collateralValue(amount, priceOf(account, coin), 1);
  const atPool = venue.name === 'gmx-v2' ? pool(leg, collateral) : null;
  if (Object.hasOwn(OWN, venue.name) || coin !== null) {
    const holdings = coin === null ? [] : [{ asset: coin, amount, weight: 1, initialWeight: 1, sizeFactor: 0, moves: true }];
    const as = { name, regime: 'isolated' as const, ...(atPool === null ? {} : atPool) };
    return linearGroup({ ...account, cash: coin === null ? amount : 0, orders: 0 }, venue, [leg], holdings, as);
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
  // Levels are prices of the asset, which a mark of the position's own follows in proportion.
  const price = priceOf(account, asset);
  const ratio = mark / price;
  const bankruptcy = bankruptcyPrice(terms);
  const equity = collateral + profitOf(leg);
  const rank = venue.name === 'bitmex' ? { deleveragingScore: bitmexScore(leg, bankruptcy) } : {};
  return groupOf(venue, {
    name,
    regime: 'isolated',
    currency: position.contract === 'inverse' ? asset : 'quote',
    equity,
    maintenanceMargin: demanded(leg, leg.maintenance),
    initialMargin: demanded(leg, leg.initial),
    prices: [oneLevel(asset, price, isolatedLiquidation(leg, terms) / ratio, bankruptcy / ratio)],
    items: [itemOf(venue, leg, equity)],
    ...atPool,
    figures: { collateral, ...atPool?.figures, ...rank },
  });
}

/** What is left of a position's collateral against the pool, and whether that liquidates it. */
function pool(leg: Leg, collateral: number): Required<Pick<GroupParts, 'figures' | 'liquidatable'>> {
  const { position, mark, maintenance } = leg;
  const entry = position.entry ?? 0;
  const sizeUsd = Math.abs(position.size) * entry;
  const remaining = remainingCollateral(collateral, { side: position.size < 0 ? -1 : 1, sizeUsd, entry }, mark);
  const factor = maintenance.rate[tierOf(maintenance, sizeUsd)];
  return { figures: { remainingCollateral: remaining }, liquidatable: isLiquidatable(remaining, sizeUsd, factor, position.leastMargin) };
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
