import { ceilDivide, floorDivide, powerOfTen, smaller } from '../core/fixed-point.ts';

/**
 * Margin in whole quantums and whole parts per million, rounded as dYdX v4 rounds it: a requirement up, a rate down, a notional towards 0.
 * Source: dydxprotocol/v4-chain, protocol/x/perpetuals (liquidity tiers, margin requirements), read at 84d4664b and later.
 */
export interface LiquidityTier {
  /** Base initial margin, parts per million of notional: 0 to 1,000,000. */
  readonly initialMargin: bigint;
  /** Maintenance over initial margin, parts per million: 0 to 1,000,000. */
  readonly maintenanceFraction: bigint;
  /** Open interest, in quote quantums, from which the initial margin rises, and at which it reaches 100 %; both 0: it stays. */
  readonly openInterestLower: bigint;
  readonly openInterestUpper: bigint;
}

/** A position in base quantums with what turns them into quote quantums. */
export interface QuantumPosition {
  /** Base quantums, > 0 long. One is 10^−resolution units of the asset. */
  readonly size: bigint;
  readonly resolution: number;
  /** Oracle price of one unit of the asset: price × 10^−priceDecimals quote units. */
  readonly price: bigint;
  readonly priceDecimals: number;
  readonly tier: LiquidityTier;
}

/** Decimals of a quote quantum: 10^−6 USDC. */
export const QUOTE_DECIMALS = 6;

/** Parts of a whole in parts per million. */
const MILLION = 1_000_000n;

/** size × price in quote quantums, signed, its fraction dropped. */
export function notionalQuantums(position: Omit<QuantumPosition, 'tier'>): bigint {
  const { size, resolution, price, priceDecimals } = position;
  const decimals = resolution + priceDecimals - QUOTE_DECIMALS;
  const product = size * price;
  return decimals > 0 ? product / powerOfTen(decimals) : product * powerOfTen(-decimals);
}

/** Maintenance of a position: the fraction of its initial margin before open interest scales it, both rounded up. */
export function maintenanceQuantums(position: QuantumPosition): bigint {
  const notional = notionalQuantums(position);
  return ceilMillionths(
    ceilMillionths(notional < 0n ? -notional : notional, position.tier.initialMargin),
    position.tier.maintenanceFraction,
  );
}

/** Maintenance margin of a tier in parts per million, rounded down. */
export function maintenanceMillionths(tier: Pick<LiquidityTier, 'initialMargin' | 'maintenanceFraction'>): bigint {
  return floorMillionths(tier.initialMargin, tier.maintenanceFraction);
}

/** The largest funding rate, parts per million: clamp factor × (initial − maintenance margin), rounded down. */
export function fundingClamp(tier: Pick<LiquidityTier, 'initialMargin' | 'maintenanceFraction'>, clampFactor: bigint): bigint {
  return floorMillionths(clampFactor, tier.initialMargin - maintenanceMillionths(tier));
}

/**
 * Initial margin of a tier at an open interest (quote quantums), parts per million, rounded down: the base up to the lower cap, then
 * linearly up to 100 % at the upper cap.
 */
export function scaledInitialMargin(tier: Omit<LiquidityTier, 'maintenanceFraction'>, openInterest: bigint): bigint {
  const { initialMargin, openInterestLower, openInterestUpper } = tier;
  if (openInterestUpper === 0n || openInterest <= openInterestLower) return initialMargin;
  if (openInterest >= openInterestUpper) return MILLION;
  const rise = floorDivide((openInterest - openInterestLower) * (MILLION - initialMargin), openInterestUpper - openInterestLower);
  return smaller(initialMargin + rise, MILLION);
}

/** Initial margin of an unsigned notional at an open interest, quote quantums, rounded up. */
export function initialMarginQuantums(tier: Omit<LiquidityTier, 'maintenanceFraction'>, notional: bigint, openInterest: bigint): bigint {
  return ceilMillionths(notional, scaledInitialMargin(tier, openInterest));
}

/** Equity and maintenance of a subaccount in quote quantums: balance plus Σ notional, Σ maintenance. */
export function subaccountRisk(
  balance: bigint,
  positions: readonly QuantumPosition[],
): { readonly equity: bigint; readonly maintenance: bigint } {
  let equity = balance;
  let maintenance = 0n;
  for (const position of positions) {
    equity += notionalQuantums(position);
    maintenance += maintenanceQuantums(position);
  }
  return { equity, maintenance };
}

/** Whether a subaccount is liquidated: maintenance > equity, and something is demanded at all; equality is not enough. */
export function isLiquidatable(risk: { readonly equity: bigint; readonly maintenance: bigint }): boolean {
  return risk.maintenance > 0n && risk.maintenance > risk.equity;
}

function floorMillionths(amount: bigint, millionths: bigint): bigint {
  return floorDivide(amount * millionths, MILLION);
}

function ceilMillionths(amount: bigint, millionths: bigint): bigint {
  return ceilDivide(amount * millionths, MILLION);
}
