import type { LiquidationOptions } from './options.ts';

/** Share of a position worth `notional` (in the unit of `above`) that a policy sends to the market. `first`: nothing of it was sent yet. */
export function shareToSend(policy: LiquidationOptions['policy'], notional: number, first: boolean): number {
  return policy.kind === 'full' || !first || notional <= policy.above ? 1 : policy.fraction;
}

/** Lots (unsigned, whole) that a policy sends to the market for a position of `size` lots worth `notional` quanta. `first`: nothing of it was sent yet. */
export function lotsToSend(policy: LiquidationOptions['policy'], size: number, notional: number, first: boolean): number {
  return Math.min(size, Math.ceil(size * shareToSend(policy, notional, first)));
}

/**
 * Contracts that stay open when a position in a tier is liquidated by steps: from tier 3 on it is cut to the most that two tiers below
 * hold, in tiers 1 and 2 it is closed. `largest[k]` is the most contracts of tier k + 1.
 * Source: OKX help, "Partial liquidation".
 */
export function keptByStepDown(contracts: number, tier: number, largest: readonly number[]): number {
  return tier < 3 ? 0 : Math.min(contracts, largest[tier - 3]);
}

/**
 * Share of a position that has to go at the mark to lift its MCR to the threshold: (θ − MCR) / (θ − cost), within [0, 1]. `cost`: what closing
 * costs, in the MCR's own unit (fee × notional / maintenance). From a cost of θ on, closing lifts nothing and the whole has to go.
 */
export function shareToRestore(mcr: number, threshold: number, cost = 0): number {
  if (mcr >= threshold) return 0;
  const share = (threshold - mcr) / (threshold - cost);
  return share >= 0 && share < 1 ? share : 1;
}
