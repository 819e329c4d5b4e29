import type { BandRules } from '../liquidation/band-pool.ts';
import type { ClipRules } from '../liquidation/clip.ts';
import type { CloseFactorRules } from '../liquidation/close-factor.ts';
import type { StabilityPoolRules } from '../liquidation/stability-pool.ts';
import { bandedCollateral } from '../margin/bands.ts';

/** What a venue lends against an asset, as shares of its value. */
export interface LoanTerms {
  /** Most debt that may be opened. */
  readonly loanToValue: number;
  /** Debt from which on the loan is liquidated. */
  readonly liquidationThreshold: number;
}

/** How a lending venue closes loans; assets by symbol. */
export type LendingRules =
  /** Anybody repays a part of the debt and takes collateral with a bonus (Aave). */
  | {
      readonly kind: 'fixed-spread';
      readonly sale: CloseFactorRules;
      readonly assets: Readonly<Record<string, LoanTerms & { readonly bonus: number }>>;
    }
  /** The venue takes the loan over and sells its collateral at a discount (Compound). */
  | {
      readonly kind: 'absorb';
      /** Share of the liquidation penalty that buyers of the collateral get. */
      readonly storeFrontFactor: number;
      /** Reserves, in quote units, from which on nothing is sold. */
      readonly targetReserves: number;
      readonly assets: Readonly<Record<string, LoanTerms & { readonly liquidationFactor: number }>>;
    }
  /** The collateral goes to a Dutch auction (Maker). */
  | { readonly kind: 'auction'; readonly assets: Readonly<Record<string, ClipRules>> }
  /** A pool of deposits burns the debt for the collateral (Liquity). */
  | { readonly kind: 'stability-pool'; readonly rules: StabilityPoolRules }
  /** The collateral is sold band by band on the way down and bought back on the way up (crvUSD). */
  | {
      readonly kind: 'soft';
      readonly amplification: number;
      /** Held back when a loan is opened, and when its health is measured. */
      readonly loanDiscount: number;
      readonly liquidationDiscount: number;
      readonly fewestBands: number;
      readonly mostBands: number;
      /** Of a loan that says nothing of them. */
      readonly bands: number;
      /** Share of what arbitrageurs pay in that the bands keep. */
      readonly fee: number;
    };

/** The one step of a loan's margin table. */
export interface LoanTier {
  readonly from: number;
  readonly maintenance: number;
  readonly initial: number;
}

/**
 * A loan as a position with margin: the asset held against debt in quote. Its equity C − D has to be at least C(1 − LT) to stay and
 * C(1 − LTV) to be opened.
 */
export function loanTiers(assets: Readonly<Record<string, LoanTerms>>): Readonly<Record<string, readonly LoanTier[]>> {
  return Object.fromEntries(
    Object.entries(assets).map(([symbol, { loanToValue, liquidationThreshold }]) => [
      symbol,
      [{ from: 0, maintenance: remainder(liquidationThreshold), initial: remainder(loanToValue) }],
    ]),
  );
}

/** Terms of loans in so many bands: what their collateral brings when it is sold band by band, less the discounts. */
export function termsOfBands(
  { amplification, loanDiscount, liquidationDiscount }: Pick<BandRules, 'amplification' | 'loanDiscount' | 'liquidationDiscount'>,
  bands: number,
): LoanTerms {
  return {
    loanToValue: bandedCollateral(1, bands, amplification, loanDiscount),
    liquidationThreshold: bandedCollateral(1, bands, amplification, liquidationDiscount),
  };
}

/** What is left of 1, without the last digit that binary fractions add: 1 − 0.83 is 0.17. */
export function remainder(share: number): number {
  return Number((1 - share).toPrecision(15));
}

/** Terms of a loan that is kept down to one collateral ratio and opened at another, both C/D. */
export function termsOfRatios(minimumRatio: number, openingRatio: number): LoanTerms {
  return { loanToValue: 1 / openingRatio, liquidationThreshold: 1 / minimumRatio };
}
