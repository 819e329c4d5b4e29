import { tierOf } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import type { Policy } from './options.ts';

/** A position as a policy looks at it. */
export interface PositionView {
  /** Lots without their sign, ≥ 1. */
  readonly size: number;
  /** Its value at the mark, in the unit of the policy's own amounts. */
  readonly notional: number;
  /** Whether nothing of it was sent yet. */
  readonly first: boolean;
  /** The maintenance ladder and what a unit of `notional` is in that of its floors. */
  readonly ladder: Tiers;
  readonly ladderScale: number;
  /** Share of the lots that brings the group's MCR to a multiple of θ at the mark. */
  readonly shareToRestore: (target: number) => number;
  /** Lots that liquidators may take now. */
  readonly lotsToTake: () => number;
}

/** Share of a position worth `notional` (in the unit of `above`) that `partial` sends; of any other policy all. `first`: nothing of it was sent yet. */
export function shareToSend(policy: Policy, notional: number, first: boolean): number {
  return policy.kind !== 'partial' || !first || notional <= policy.above ? 1 : policy.fraction;
}

/** That share in whole lots of a position of `size`, rounded up. */
export function lotsToSend(policy: Policy, size: number, notional: number, first: boolean): number {
  return Math.min(size, Math.ceil(size * shareToSend(policy, notional, first)));
}

/** Lots (unsigned, whole, ≥ 1) of the next order of a position; 0 where liquidators may not take any yet. */
export function nextLots(policy: Policy, position: PositionView): number {
  const { size, notional } = position;
  switch (policy.kind) {
    case 'full':
    case 'partial':
      return lotsToSend(policy, size, notional, position.first);
    case 'restore':
      return Math.min(size, Math.max(1, Math.ceil(size * position.shareToRestore(policy.target))));
    case 'clips':
      return Math.min(size, Math.max(1, Math.floor((size * policy.notional) / notional)));
    case 'step-down':
      return size - stepDownKeeps(position);
    case 'takeover':
    case 'shortage':
      return position.lotsToTake();
  }
}

/** Seconds from an order of `lots` to the group's next one; −1: at once. */
export function pauseAfter(policy: Policy, lots: number, size: number): number {
  switch (policy.kind) {
    case 'full':
      return -1;
    case 'partial':
      return lots < size ? policy.cooldown : -1;
    case 'restore':
    case 'step-down':
    case 'clips':
      return policy.pause > 0 ? policy.pause : -1;
    case 'takeover':
      return -1;
    case 'shortage':
      return policy.slot;
  }
}

/** Lots that a step down the ladder leaves open. */
function stepDownKeeps({ size, notional, ladder, ladderScale }: PositionView): number {
  const { floor } = ladder;
  const worth = notional * ladderScale;
  const reached = tierOf(ladder, worth);
  // Requirements are continuous, so that a position at a floor is as well the largest of the tier below.
  const tier = reached > 0 && worth === floor[reached] ? reached - 1 : reached;
  const largest = Array.from({ length: tier }, (_, k) => Math.floor((size * floor[k + 1]) / worth));
  return Math.min(size - 1, keptByStepDown(size, tier + 1, largest));
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
