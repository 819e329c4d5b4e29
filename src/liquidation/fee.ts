import { wholeRatio } from '../core/ratio.ts';

/** How far a liquidation fee reaches, and who gets it. */
export interface FeeTerms {
  /**
   * left: at most what is left of the group's margin; bankruptcy: nor more than the fill brought above its bankruptcy price, and what it
   * brought less the fund adds.
   */
  readonly cap: 'left' | 'bankruptcy';
  /** Millionths of what is paid, whole, ≥ 0, together at most a million: to the venue and to the backstop vault. The fund gets the rest. */
  readonly venue: number;
  readonly backstop: number;
}

/** All to the insurance fund, as far as the margin reaches. */
export const FEE_TO_FUND: FeeTerms = { cap: 'left', venue: 0, backstop: 0 };

/** Parts of a whole. */
export const MILLIONTHS = 1_000_000;

/** A fee of whole quanta by who gets it: the venue's and the vault's part rounded down, the rest to the fund. */
export function feeParts(
  paid: number,
  { venue, backstop }: FeeTerms,
): { readonly venue: number; readonly backstop: number; readonly fund: number } {
  const own = venue === 0 ? 0 : wholeRatio(paid, venue, MILLIONTHS, 'down');
  const vault = backstop === 0 ? 0 : wholeRatio(paid, backstop, MILLIONTHS, 'down');
  return { venue: own, backstop: vault, fund: paid - own - vault };
}
