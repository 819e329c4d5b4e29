import { initialBySize, keeperReward, maintenanceBySize, NO_REWARD, ratePerUnit } from '../margin/skew.ts';
import type { SkewMargin } from '../margin/skew.ts';
import type { VenueAccount } from './account.ts';
import { profitOf } from './leg.ts';
import type { Leg } from './leg.ts';
import type { OwnMargin } from './margin-group.ts';

/** An account whose margins grow with size against the markets' skew scales; what keepers may earn counts as demanded. */
export function synthetixMargin(account: VenueAccount, legs: readonly Leg[], cash: number): OwnMargin {
  const equity = legs.reduce((sum, leg) => sum + profitOf(leg), cash);
  const openInterest = legs.reduce((sum, leg) => sum + notionalOf(leg), 0);
  const reward = keeperReward(openInterest, { share: account.reward.share, largest: account.reward.most });
  const own = legs.map((leg) => ({ maintenanceMargin: maintenanceOf(leg), initialMargin: initialOf(leg), figures: {} }));
  const maintenance = own.reduce((sum, { maintenanceMargin }) => sum + maintenanceMargin, reward);
  const initial = own.reduce((sum, { initialMargin }) => sum + initialMargin, reward);
  return {
    equity,
    maintenanceMargin: maintenance,
    initialMargin: initial + account.orders,
    // Equality is enough, and an account without positions is never liquidated.
    liquidatable: openInterest > 0 && maintenance > equity,
    figures: { openInterest, keeperReward: reward, withdrawable: Math.max(0, equity - initial) },
    legs: own,
    closedForm: false,
  };
}

function notionalOf({ position, mark }: Leg): number {
  return Math.abs(position.size) * mark;
}

function maintenanceOf(leg: Leg): number {
  return maintenanceBySize(leg.maintenance, skewOf(leg), NO_REWARD).requirement(leg.position.size, notionalOf(leg));
}

function initialOf(leg: Leg): number {
  return initialBySize(leg.initial, skewOf(leg), NO_REWARD).requirement(leg.position.size, notionalOf(leg));
}

/** The scalar of maintenance is that of the ladders' first rates. */
function skewOf({ position, maintenance, initial }: Leg): SkewMargin {
  const rate = ratePerUnit(position.skew?.fraction ?? 0, position.skew?.scale ?? 0);
  const scalar = initial.rate[0] === 0 ? 0 : maintenance.rate[0] / initial.rate[0];
  return { initial: rate, maintenance: rate * scalar, most: Infinity, least: position.leastMargin, reward: NO_REWARD };
}
