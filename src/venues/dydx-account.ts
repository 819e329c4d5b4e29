import { fixedPoint, fromFixedPoint } from '../core/fixed-point.ts';
import { bankruptcyQuote, fillablePrice } from '../liquidation/fillable.ts';
import { QUOTE_DECIMALS } from '../margin/quantums.ts';
import { requirement } from '../margin/tiers.ts';
import { costOf } from './account.ts';
import { DYDX_FILLABLE } from './dydx-v4.ts';
import type { VenueAccount } from './account.ts';
import type { Leg } from './leg.ts';
import type { OwnMargin } from './margin-group.ts';

/** A subaccount, compared in whole quantums of the quote currency. */
export function dydxMargin(account: VenueAccount, legs: readonly Leg[], cash: number): OwnMargin {
  const values = legs.map(({ position, mark }) => position.size * mark);
  const demands = legs.map(({ maintenance }, i) => requirement(maintenance, Math.abs(values[i])));
  const initials = legs.map(({ initial }, i) => requirement(initial, Math.abs(values[i])));
  const cost = legs.reduce((sum, { position }) => sum + position.size * costOf(position), 0);
  const equity = quantums(values.reduce((sum, value) => sum + value, cash - cost));
  const maintenance = demands.reduce((sum, one) => sum + quantums(one), 0n);
  const rows = legs.map(({ position: { size } }, i) => {
    const asked = { maintenanceMargin: demands[i], initialMargin: initials[i] };
    if (maintenance === 0n) return { ...asked, figures: {} };
    const limit = fillablePrice({
      equity: usd(equity),
      maintenance: usd(maintenance),
      size,
      notional: values[i],
      positionMaintenance: demands[i],
      spreadToMaintenance: DYDX_FILLABLE.spread,
      bankruptcyAdjustment: DYDX_FILLABLE.adjustment,
    });
    const close = bankruptcyQuote({ equity, maintenance, notional: -quantums(values[i]), freed: quantums(demands[i]) });
    return { ...asked, figures: { fillablePrice: limit, closingBankruptcyPrice: usd(close) / size } };
  });
  return {
    equity: usd(equity),
    maintenanceMargin: usd(maintenance),
    initialMargin: initials.reduce((sum, one) => sum + one, account.orders),
    liquidatable: maintenance > equity && maintenance > 0n,
    legs: rows,
    closedForm: true,
  };
}

function quantums(money: number): bigint {
  return fixedPoint(money, QUOTE_DECIMALS);
}

function usd(units: bigint): number {
  return fromFixedPoint(units, QUOTE_DECIMALS);
}
