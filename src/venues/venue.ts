import type { PositionTerms } from '../margin/isolated.ts';
import type { DeleveragingRule, Policy, PriceLimit, ProfitLimitOptions, ThrottleOptions } from '../liquidation/options.ts';
import type { FeeTerms } from '../liquidation/fee.ts';
import type { DeriveAuctionRules } from '../liquidation/derive-auction.ts';
import type { LadderLevel } from '../margin/ladder.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import type { KeeperReward } from '../margin/skew.ts';
import type { StandardRules } from '../margin/standard.ts';
import type { MarkOptions } from '../market/prices.ts';
import type { LendingRules } from './lending.ts';

/** A figure of a venue with where it comes from. */
export interface Fact {
  readonly what: string;
  /** A page, a dated file, or the reason why the figure was chosen. */
  readonly source: string;
  /** true: not published, assumed here. */
  readonly hypothetical: boolean;
}

/** One step of a margin table: from this notional (quote units) on, positions may be opened at this leverage. */
export interface MarginTier {
  readonly from: number;
  readonly maintenance: number;
  readonly initial: number;
}

/** Standard margin of perpetuals, options and coins on one collateral. */
export interface StandardTerms {
  readonly rules: StandardRules;
  /** Rates of every perpetual; the first of its table when not given. */
  readonly perpetual?: { readonly maintenance: number; readonly initial: number };
  /** What both rates of a perpetual grow by with each unit of its asset; nothing when not given. */
  readonly growth?: Readonly<Record<string, number>>;
  /** Share of a coin's value that counts; initial margin counts `initial` of that share. */
  readonly collateral: { readonly maintenance: number; readonly initial: number };
}

/** The rules of a venue as dated data. Money in quote units, times in seconds, rates as fractions. */
export interface Venue {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  /** Day on which the figures held, ISO 8601. */
  readonly date: string;
  /** Margin tables by asset; the table under `*`, if there is one, is for any other asset. */
  readonly tiers: Readonly<Record<string, readonly MarginTier[]>>;
  /** Whether a coverage equal to the threshold liquidates. */
  readonly equalityLiquidates: boolean;
  readonly mark: MarkOptions;
  /** How much of a position one order closes; a target is a multiple of the threshold. */
  readonly policy: Policy;
  /** Worst price of forced orders; any when not given. */
  readonly limit?: PriceLimit;
  /** How much may be liquidated in a block or a window, in quote units; no limit when not given. */
  readonly throttle?: ThrottleOptions;
  /** level: a multiple of the threshold; capacity and stated size in quote units. */
  readonly backstop: { readonly level: number; readonly capacity: number; readonly stated: number | null } | null;
  /** Who keeps what is left of the margin of a group closed by force; the trader when not given. */
  readonly remainder?: 'fund';
  /** Who is deleveraged, and how; nobody when not given. */
  readonly adl?: DeleveragingRule;
  /** How far open profit may grow against a pool that owes it, in quote units; as far as it will when not given. */
  readonly profitLimit?: ProfitLimitOptions;
  /** Who bears what nobody has paid of a debt; nobody when not given. */
  readonly socialised?: 'positions';
  /** What maintenance is charged on; the value at the mark when not given. */
  readonly contract?: PositionTerms['contract'];
  /** Rate of the fee that the venue sets aside for closing, on top of the maintenance rate; 0 when not given. */
  readonly closingFee?: number;
  /** Fee of forced orders as a rate on their notional, how far it reaches, and the venue's own share; the fund gets the rest. None when not given. */
  readonly liquidationFee?: { readonly rate: number; readonly cap: FeeTerms['cap']; readonly venue: number };
  /** How fast the share of a coin's value that counts as collateral falls with the root of the amount held; not at all when not given. */
  readonly sizeFactor?: number;
  /** Value of all that is held of a coin, in quote units, from which less of it counts for initial margin; all the same when not given. */
  readonly scaleStart?: number;
  /** Margins that grow with size: the scale of a market's skew and money in quote units; they do not when not given. */
  readonly skew?: { readonly scale: number; readonly fraction: number; readonly least: number; readonly reward: KeeperReward };
  /** Open interest by asset, in quote units, from which initial margin rises, and at which it is all of a notional; it stays when not given. */
  readonly initialGrowth?: Readonly<Record<string, { readonly from: number; readonly to: number }>>;
  /** The exchanges whose weighted median is its outside price; not stated when not given. */
  readonly exchanges?: readonly { readonly name: string; readonly weight: number }[];
  /** Largest funding rate of 8 hours by asset, of either sign; not stated when not given. */
  readonly fundingCap?: Readonly<Record<string, number>>;
  /** The MCR at which it liquidates; 1 when not given. */
  readonly threshold?: number;
  /** The MCR at which it calls for margin; not given: it calls nobody. */
  readonly call?: number;
  /** What an account is in at which MCR, from the highest level down. */
  readonly ladder?: readonly LadderLevel[];
  /** How a venue that lends closes loans. */
  readonly lending?: LendingRules;
  /** Whether whole accounts are kept in coin, unless they hold money or contracts in quote units. */
  readonly settlesInCoin?: boolean;
  /** Whether accounts of perpetuals by the tables are the usual ones, beside those under portfolio margin. */
  readonly byPosition?: boolean;
  /** Requirement of accounts under portfolio margin. */
  readonly portfolio?: PortfolioRules;
  /** Portfolio margin: rates on the notional of perpetuals and of coins held, `initial` on top of `maintenance`. */
  readonly charges?: {
    readonly perpetual: { readonly maintenance: number; readonly initial: number };
    readonly held: { readonly maintenance: number; readonly initial: number };
    readonly notional: 'index' | 'price';
  };
  /** Requirement of accounts with options under standard margin. */
  readonly standard?: StandardTerms;
  /** How whole portfolios are auctioned. */
  readonly auction?: DeriveAuctionRules;
  /** Every figure above, by what it is. */
  readonly facts: readonly Fact[];
}
