import type { FeeTerms } from './fee.ts';
import type { DeriveAuctionRules } from './derive-auction.ts';
import type { KeeperOptions } from './keeper-options.ts';

/** How the margin engine closes what has crossed its threshold. Money in quanta, times in seconds. */
export interface LiquidationOptions {
  readonly policy: Policy;
  /** The worst price at which forced orders trade; at any when not given. */
  readonly limit?: PriceLimit;
  /** sequential: the mark is looked at again after each fill; batch: all that is triggered at the step's mark goes at once. */
  readonly mode: 'sequential' | 'batch';
  readonly queue: 'worst-first' | 'trigger-price' | 'arrival' | 'largest' | 'random';
  /** Orders the engine can send a second; Infinity: no limit. */
  readonly ordersPerSecond: number;
  /** How much may go in a block or a window; no limit when not given. */
  readonly throttle?: ThrottleOptions;
  /** From the trigger to the order's arrival at the book. */
  readonly latency: number;
  /**
   * A group is not liquidated before so long after its margin call, in seconds, unless it falls below the backstop's level, or below 0
   * where there is no backstop. Absent: 0.
   */
  readonly grace?: number;
  /** Where forced orders go: into the book, or to the absorber at the mark (the twin). */
  readonly route: 'book' | 'absorber';
  /** The backstop vault takes an account over, with its margin, at the mark and off the book, once its MCR is below `level`; null: no vault. */
  readonly backstop: {
    /** A multiple of θ. */
    readonly level: number;
    /** Most notional it holds, in quanta; Infinity: unlimited. */
    readonly capacity: number;
    /** How it works off what it holds, in every market; it keeps it when not given. */
    readonly unwind?: UnwindOptions;
    /** A stated size to compare with: the report prints how often and by how much takeovers exceed it. In quanta. */
    readonly stated: number | null;
  } | null;
  /** Starting money of the insurance fund, in quanta. */
  readonly insurance: number;
  /** What fills it besides liquidation fees; nothing when not given. */
  readonly replenishment?: ReplenishmentOptions;
  /** Liquidation fee on notional, paid out of what is left of the margin. */
  readonly fee: number;
  /** How far it reaches and who gets it; `FEE_TO_FUND` when not given. */
  readonly feeTerms?: FeeTerms;
  /** Who keeps what is left of the margin when a group was closed by force: the trader when not given. */
  readonly remainder?: 'fund';
  /** Whose profit pays for a debt that the insurance fund cannot pay; null: nobody's, the debt is socialised. */
  readonly adl: DeleveragingRule | null;
  /** A pool that owes traders their profit, and how much of it they may have open; absent: there is none. */
  readonly profitLimit?: ProfitLimitOptions;
  /** Who bears what is left of a debt then: every open position of its market, by its lots. Absent: it stays a claim that nobody pays. */
  readonly socialised?: 'positions';
  /** Accounts with positions in several markets are auctioned whole to keepers; when not given the venue closes them by orders. */
  readonly auction?: DeriveAuctionRules;
  /** Who repays loans and bids in auctions; where there are neither nobody asks. */
  readonly keepers?: KeeperOptions;
}

/** How much of a position one order closes. `pause`: seconds until the group's next order, 0: at once. */
export type Policy =
  | { readonly kind: 'full' }
  /** Positions above `above` quanta of notional send `fraction` first and the whole after `cooldown` seconds. */
  | { readonly kind: 'partial'; readonly above: number; readonly fraction: number; readonly cooldown: number }
  /** What brings the MCR back to `target`, a multiple of θ ≥ 1, if it fills at the mark. */
  | { readonly kind: 'restore'; readonly target: number; readonly pause: number }
  /** From the third tier of the maintenance ladder on what is above the tier two below, in the first two the whole. */
  | { readonly kind: 'step-down'; readonly pause: number }
  /** Orders of at most `notional` quanta. */
  | { readonly kind: 'clips'; readonly notional: number; readonly pause: number }
  | TakenPolicy;

/** Liquidators take the position over, off the book. */
export type TakenPolicy =
  /** All of it, half-way from the mark to what it counts for in maintenance. */
  | { readonly kind: 'takeover' }
  /**
   * What covers the shortage of margin, or the share of it that may be freed by now: `initial` at first, all after `over` seconds. They pay the
   * mark less a fee, which rises by `step` a slot once nobody has acted for `grace` seconds; the fund gets up to `insurance` of the notional.
   */
  | {
      readonly kind: 'shortage';
      readonly fee: { readonly base: number; readonly largest: number; readonly grace: number; readonly step: number };
      readonly insurance: number;
      readonly initial: number;
      readonly over: number;
      /** Seconds. */
      readonly slot: number;
      /** What a quantum of notional is in dollars: small shortages go at once. Absent: 1. */
      readonly dollar?: number;
    };

/** What fills the insurance fund besides liquidation fees. Money in quanta of the first market, times in seconds. */
export interface ReplenishmentOptions {
  /** The venue pays so much out of its own money every so often, a whole number of steps; null: nothing. */
  readonly deposit: { readonly amount: number; readonly every: number } | null;
  /** Share of all that trades in a market that goes from the venue's trading fees to the fund: a rate on notional, ≥ 0. */
  readonly trades: number;
}

/** At what pace and price a vault sends what it holds to the book. */
export interface UnwindOptions {
  /** Most notional a second, in quanta; Infinity: no limit. */
  readonly rate: number;
  /** Most as a share of what others have traded in the market since it last looked, > 0; Infinity: no limit. */
  readonly share: number;
  /** How far off the mark it trades at most, a fraction below 1, to the millionth; Infinity: at any price. */
  readonly off: number;
}

/** How much may be liquidated at a time. Notional in quanta, Infinity: no limit. */
export interface ThrottleOptions {
  /** Seconds of a block. */
  readonly block: number;
  /** Of a position in a block: this share of it, but not less than `least`; null: no limit. */
  readonly position: { readonly share: number; readonly least: number } | null;
  /** Of an account in a block. */
  readonly account: number;
  /** Of a market in a block. */
  readonly market: number;
  /** Of all markets together that is being liquidated at a time: begun and not yet over. No limit when not given. */
  readonly system?: number;
  /** Of a market within any so many seconds; null: no limit. */
  readonly window: { readonly notional: number; readonly seconds: number } | null;
}

/** A limit on the price of forced orders: what it leaves unfilled is sent again, or leaves another way. */
export interface PriceLimit {
  readonly price:
    /** Where the position has used up its share of the group's equity. */
    | { readonly kind: 'bankruptcy' }
    /** Off the mark by up to `spread` maintenances of the position, the sooner the larger `adjustment`: `fillablePrice`. */
    | { readonly kind: 'fillable'; readonly adjustment: number; readonly spread: number };
  /** Seconds until what was not filled is sent again. */
  readonly retry: number;
  /** wait: it is only sent again; backstop: the vault takes the whole group over at once, if it has room. */
  /** adl: winners take it over at once, as `DeleveragingRule.closes` says; none where nobody is deleveraged. */
  readonly rest: 'wait' | 'backstop' | 'adl';
}

/** How far open profit may grow: of the longs of a market, and of its shorts. */
export interface ProfitLimitOptions {
  /** Money of the pool, in quanta. */
  readonly pool: number;
  /** Share of it above which positions are closed, at the mark and off the book, the most profitable first. */
  readonly largest: number;
  /** Share at which it is enough; at most `largest`. */
  readonly until: number;
}

/** How winners share in auto-deleveraging. */
export type DeleveragingRule = WinnerOrder & {
  /**
   * The price at which winners' positions are closed against the debtor's before its lots go into the book; not given: they keep them and pay
   * in cash once the debt is known.
   */
  readonly closes?: ClosingPrice;
};

/** bankruptcy: winners bear all that the fund cannot pay; mark: nothing; previous: what the mark has moved since it was last another. */
export type ClosingPrice = 'bankruptcy' | 'mark' | 'previous';

/** Who is called, and for how much. */
export type WinnerOrder =
  /** All of the first in the queue, then of the next: by profit × leverage, or by mark / entry × notional / equity. */
  | { readonly kind: 'queue'; readonly rank?: 'profit' | 'mark' }
  /** All of anybody on the other side, in the order of account keys. */
  | { readonly kind: 'unranked' }
  /** From everybody the same share: of the profit in cash, of the lots where positions are closed. */
  | { readonly kind: 'pro-rata' }
  /** From everybody the same share of the equity, but of nobody more than the profit or than `largest` of the equity, a share in (0, 1]. */
  | { readonly kind: 'capped'; readonly largest: number };
