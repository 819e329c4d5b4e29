import type { LiquidationOptions } from './options.ts';

/** Lots (unsigned, whole) that a policy sends to the market for a position of `size` lots worth `notional` quanta. `first`: nothing of it was sent yet. */
export function lotsToSend(policy: LiquidationOptions['policy'], size: number, notional: number, first: boolean): number {
  if (policy.kind === 'full' || !first || notional <= policy.above) return size;
  return Math.min(size, Math.ceil(size * policy.fraction));
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
