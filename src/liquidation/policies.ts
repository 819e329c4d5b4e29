import type { LiquidationOptions } from './options.ts';

/** Lots (unsigned, whole) that a policy sends to the market for a position of `size` lots worth `notional` quanta. `first`: nothing of it was sent yet. */
export function lotsToSend(policy: LiquidationOptions['policy'], size: number, notional: number, first: boolean): number {
  if (policy.kind === 'full' || !first || notional <= policy.above) return size;
  return Math.min(size, Math.ceil(size * policy.fraction));
}

/** Share of a position that has to go, at the mark and free of cost, to lift its MCR to the threshold: 1 − MCR / θ, within [0, 1]. */
export function shareToRestore(mcr: number, threshold: number): number {
  const share = 1 - mcr / threshold;
  return share > 1 ? 1 : share > 0 ? share : 0;
}
