import { ceilDivide, floorDivide, smaller } from '../core/fixed-point.ts';

/**
 * Rates in whole parts per million and margins in whole quantums, rounded as dYdX v4 rounds them: a rate down, a requirement up.
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

/** Decimals of a quote quantum: 10^−6 USDC. */
export const QUOTE_DECIMALS = 6;

/** Parts of a whole in parts per million. */
const MILLION = 1_000_000n;

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

function floorMillionths(amount: bigint, millionths: bigint): bigint {
  return floorDivide(amount * millionths, MILLION);
}

function ceilMillionths(amount: bigint, millionths: bigint): bigint {
  return ceilDivide(amount * millionths, MILLION);
}
