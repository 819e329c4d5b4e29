import { fixedPoint, fromFixedPoint } from '../core/fixed-point.ts';
import { isSkewLiquidatable, keeperReward, skewAccount, skewMargins, withdrawable } from '../margin/skew.ts';
import type { SkewPosition } from '../margin/skew.ts';
import { costOf } from './account.ts';
import type { VenueAccount } from './account.ts';
import type { Leg } from './leg.ts';
import type { OwnMargin } from './margin-group.ts';

/** Decimals of the venue's numbers. */
const DECIMALS = 18;

/** An account whose margins grow with size against the markets' skew scales; what keepers may earn counts as demanded. */
export function synthetixMargin(account: VenueAccount, legs: readonly Leg[], cash: number): OwnMargin {
  const positions = legs.map((leg) => skewPosition(leg));
  const whole = skewAccount(units(cash), positions);
  const reward = keeperReward(whole.openInterest, units(account.reward.share), units(account.reward.most));
  return {
    equity: number(whole.available),
    maintenanceMargin: number(whole.maintenance + reward),
    initialMargin: number(whole.initial + reward) + account.orders,
    liquidatable: isSkewLiquidatable(whole, reward),
    figures: { openInterest: number(whole.openInterest), keeperReward: number(reward), withdrawable: number(withdrawable(whole, reward)) },
    legs: positions.map(({ market, size, mark }) => {
      const { initial, maintenance } = skewMargins(market, size, mark);
      return { maintenanceMargin: number(maintenance), initialMargin: number(initial), figures: {} };
    }),
    closedForm: false,
  };
}

function skewPosition({ position, mark, maintenance, initial }: Leg): SkewPosition {
  const [leastInitial] = initial.rate;
  const [leastMaintenance] = maintenance.rate;
  return {
    market: {
      skewScale: units(position.skew?.scale ?? 0),
      initialFraction: units(position.skew?.fraction ?? 0),
      leastInitialRatio: units(leastInitial),
      maintenanceScalar: units(leastInitial === 0 ? 0 : leastMaintenance / leastInitial),
      leastMargin: units(position.leastMargin),
    },
    size: units(position.size),
    entry: units(costOf(position)),
    mark: units(mark),
  };
}

function units(value: number): bigint {
  return fixedPoint(value, DECIMALS);
}

function number(value: bigint): number {
  return fromFixedPoint(value, DECIMALS);
}
