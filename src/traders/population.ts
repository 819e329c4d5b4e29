import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import type { PortfolioTerms } from '../margin/portfolio-book.ts';
import type { HistoryOptions } from '../market/history.ts';
import type { Regime } from './group.ts';

/** In place of a market: the account holds positions in several, on one collateral. */
export const CROSS = 255;

/** Positions of accounts with one collateral, a column a field. */
export interface Legs {
  readonly account: Int32Array;
  readonly market: Uint8Array;
  readonly lots: Float64Array;
  readonly entry: Float64Array;
}

/** All leveraged traders of a run at its start, a column a field, ordered by group name and then ordinal. Every number is whole. */
export interface Population {
  readonly count: number;
  /** Group names in ascending order of their UTF-16 units; a group whose traders hold several positions apart is there once for each. */
  readonly groupNames: readonly string[];
  /** Regime of each group. */
  readonly regimes: readonly Regime[];
  /** Index into `groupNames`. */
  readonly group: Uint16Array;
  /** Place of the market of each isolated position, CROSS for cross and portfolio accounts. */
  readonly market: Uint8Array;
  /** Their positions, ordered by account and then market; after the last market's place come the listed options. */
  readonly legs: Legs;
  /** Words of the account key (see core/random, `keyOf`): 21 bits and 32 bits. */
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Signed: > 0 long; 0 for cross accounts. */
  readonly lots: Float64Array;
  /** Quanta: collateral less what the lots cost, of an inverse contract plus the coin that they gave, so that equity is this and their value. */
  readonly cash: Float64Array;
  /** Ticks; 0 for cross accounts. */
  readonly entry: Float64Array;
  /** Traders whose first draw would have begun at or below the season threshold, and were drawn again. */
  readonly redrawn: number;
}

/** The accounts of a regime, ascending. */
export function accountsUnder({ count, group, regimes }: Population, regime: Regime): Int32Array {
  if (!regimes.includes(regime)) return new Int32Array(0);
  return Int32Array.from({ length: count }, (_, account) => account).filter((account) => regimes[group[account]] === regime);
}

/**
 * The market in whose currency each account settles: of an isolated position its own, of positions on one collateral the first that settles in
 * theirs. @param currencies of the markets, and after them of the listed options.
 */
export function homesOf({ count, market, legs }: Population, currencies: readonly number[]): Uint8Array {
  const homes = market.slice(0, count);
  const quote = Math.max(0, currencies.indexOf(0));
  for (let i = 0; i < count; i++) if (homes[i] === CROSS) homes[i] = quote;
  for (let k = 0; k < legs.account.length; k++) homes[legs.account[k]] = currencies.indexOf(currencies[legs.market[k]]);
  return homes;
}

/** Positions of the accounts of a regime. */
export function legsUnder({ legs, group, regimes }: Population, regime: Regime): Legs {
  const chosen = Int32Array.from(legs.account.keys()).filter((k) => regimes[group[legs.account[k]]] === regime);
  if (chosen.length === legs.account.length) return legs;
  return {
    account: chosen.map((k) => legs.account[k]),
    market: Uint8Array.from(chosen, (k) => legs.market[k]),
    lots: Float64Array.from(chosen, (k) => legs.lots[k]),
    entry: Float64Array.from(chosen, (k) => legs.entry[k]),
  };
}

/** A market as a population is drawn into it. */
export interface PopulationMarket {
  readonly asset: AssetUnits;
  readonly contract: Contract;
  readonly history: HistoryOptions;
  readonly margin: MarginOptions;
  /** What is asked of groups whose margin follows the market; absent or null: there are none. */
  readonly dynamic?: DynamicMargin | null;
  /** What is asked of loans; absent: nothing is lent. */
  readonly loans?: { readonly margin: MarginOptions };
  /** Whole ticks. */
  readonly startMark: number;
}

/** What a population is drawn in. */
export interface PopulationContext {
  readonly markets: readonly PopulationMarket[];
  /** Terms of portfolio margin, and of standard margin; absent or null: nobody is under it. */
  readonly portfolio?: PortfolioTerms | null;
  readonly standard?: PortfolioTerms | null;
  /** No drawn trader starts at or below this MCR. Nothing else of a sweep's point reaches the draws. */
  readonly seasonThreshold: number;
  readonly seed: string;
  readonly replicate: number;
}

/** One position of every trader of a drawn group. */
export interface Stack {
  readonly market: number;
  readonly side: 1 | -1;
  readonly notional: number;
  readonly lots: Float64Array;
}

/** One position of a cross account. */
export interface Leg {
  readonly account: number;
  readonly market: number;
  readonly lots: number;
  readonly entry: number;
  /** Kept without lots too: the account may hold some later. */
  readonly later?: boolean;
}

/** The columns of a population but its legs, while it is filled. */
export type Filling = Omit<Population, 'legs'>;
