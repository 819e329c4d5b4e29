import { fixedPoint, fromFixedPoint } from '../core/fixed-point.ts';
import { bankruptcyQuote, closeOf, fillablePrice } from '../liquidation/fillable.ts';
import { isLiquidatable, maintenanceQuantums, notionalQuantums, QUOTE_DECIMALS, subaccountRisk } from '../margin/quantums.ts';
import type { QuantumPosition } from '../margin/quantums.ts';
import { requirement, tierOf } from '../margin/tiers.ts';
import { costOf } from './account.ts';
import { DYDX_FILLABLE } from './dydx-v4.ts';
import type { VenueAccount } from './account.ts';
import type { Leg } from './leg.ts';
import type { OwnMargin } from './margin-group.ts';

/** Decimals of a base quantum and of a price (those of BTC), and of parts per million. */
const [RESOLUTION, PRICE_DECIMALS, PPM] = [10, 9, 6];

/** A subaccount in whole quantums. The requirement is rounded up, so that the closed form of a price is off by less than a quantum. */
export function dydxMargin(account: VenueAccount, legs: readonly Leg[], cash: number): OwnMargin {
  const cost = legs.reduce((sum, { position }) => sum + position.size * costOf(position), 0);
  const balance = fixedPoint(cash - cost, QUOTE_DECIMALS);
  const positions = legs.map((leg) => quantums(leg));
  const risk = subaccountRisk(balance, positions);
  const equity = usd(risk.equity);
  const maintenance = usd(risk.maintenance);
  const initials = legs.map(({ initial, position, mark }) => requirement(initial, Math.abs(position.size) * mark));
  const rows = positions.map((one, i) => {
    const { size } = legs[i].position;
    const asked = { maintenanceMargin: usd(maintenanceQuantums(one)), initialMargin: initials[i] };
    if (risk.maintenance === 0n) return { ...asked, figures: {} };
    const close = closeOf(balance, positions, i, -one.size);
    const limit = fillablePrice({
      equity,
      maintenance,
      size,
      notional: usd(notionalQuantums(one)),
      positionMaintenance: usd(maintenanceQuantums(one)),
      spreadToMaintenance: DYDX_FILLABLE.spread,
      bankruptcyAdjustment: DYDX_FILLABLE.adjustment,
    });
    return { ...asked, figures: { fillablePrice: limit, closingBankruptcyPrice: usd(bankruptcyQuote(close)) / size } };
  });
  return {
    equity,
    maintenanceMargin: maintenance,
    initialMargin: initials.reduce((sum, one) => sum + one, account.orders),
    liquidatable: isLiquidatable(risk),
    legs: rows,
    closedForm: true,
  };
}

function quantums({ position, mark, maintenance, initial }: Leg): QuantumPosition {
  const value = Math.abs(position.size) * mark;
  const opened = initial.rate[tierOf(initial, value)];
  const kept = maintenance.rate[tierOf(maintenance, value)];
  return {
    size: fixedPoint(position.size, RESOLUTION),
    resolution: RESOLUTION,
    price: fixedPoint(mark, PRICE_DECIMALS),
    priceDecimals: PRICE_DECIMALS,
    tier: {
      initialMargin: fixedPoint(opened, PPM),
      maintenanceFraction: fixedPoint(opened === 0 ? 0 : kept / opened, PPM),
      openInterestLower: 0n,
      openInterestUpper: 0n,
    },
  };
}

function usd(units: bigint): number {
  return fromFixedPoint(units, QUOTE_DECIMALS);
}
