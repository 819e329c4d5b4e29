import { initialMarginQuantums } from './quantums.ts';
import { requirement } from './tiers.ts';
import type { Tiers } from './tiers.ts';

/**
 * Initial margin that rises with all that is open in a market, as dYdX v4 asks for it: linearly from what the ladder demands up to the whole
 * of a notional. Both bounds are open interest at the mark, in quanta of notional.
 */
export interface InitialGrowth {
  /** Up to here the ladder alone holds. */
  readonly from: number;
  /** From here on all of a notional is demanded. */
  readonly to: number;
}

/** Parts of a whole in the venue's rates. */
const MILLION = 1_000_000;

/**
 * What the ladder's demand for a notional > 0 becomes at an open interest, in quanta: its rate in whole millionths, the requirement rounded up.
 * Never less than the ladder demands.
 */
export function grownInitial({ from, to }: InitialGrowth, demanded: number, notional: number, openInterest: number): number {
  const tier = {
    initialMargin: BigInt(Math.round((demanded / notional) * MILLION)),
    openInterestLower: BigInt(from),
    openInterestUpper: BigInt(to),
  };
  const grown = Number(initialMarginQuantums(tier, BigInt(Math.ceil(notional)), BigInt(Math.round(openInterest))));
  return grown > demanded ? grown : demanded;
}

/** Initial margin by a market's ladder. */
export interface InitialTerms {
  readonly initial: Tiers;
  readonly growth?: InitialGrowth | null;
}

/** Initial margin of a notional ≥ 0 at an open interest, which does not matter where nothing grows with it; all in quanta. */
export function initialRequirement({ initial, growth = null }: InitialTerms, notional: number, openInterest: number): number {
  const demanded = requirement(initial, notional);
  return growth === null || notional === 0 ? demanded : grownInitial(growth, demanded, notional, openInterest);
}
