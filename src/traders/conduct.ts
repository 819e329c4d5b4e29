import type { DelayOptions } from './delay.ts';

/** That and when traders answer a margin call in one way. */
export interface AnswerOptions {
  /** That a trader answers a call, drawn anew at each. */
  readonly probability: number;
  /** From the call to the answer. */
  readonly delay: DelayOptions;
}

/** How traders top up margin after a call. */
export interface TopUpOptions extends AnswerOptions {
  /** What each has left outside: a share of its own collateral, or money in quanta of the quote currency. */
  readonly reserve: { readonly kind: 'share'; readonly share: number } | { readonly kind: 'money'; readonly money: number };
  /** The MCR that a deposit restores while the reserve lasts. */
  readonly target: number;
}

/** How traders reduce their positions after a margin call. */
export interface ReductionOptions extends AnswerOptions {
  /** Share of every position that is closed, in (0, 1]; rounded up to a lot. */
  readonly share: number;
}

/** How traders hedge after a margin call. */
export interface HedgeOptions extends AnswerOptions {
  /** Of what is held the share that is hedged, in (0, 1]. */
  readonly share: number;
  readonly by:
    /** The perpetual of a market, against everything that the account holds in others. */
    | { readonly kind: 'asset'; readonly market: number }
    /** A put on what is held long in a market, or a call on what is held short: places of listed options; `spread` over the value. */
    | { readonly kind: 'option'; readonly market: number; readonly put: number; readonly call: number; readonly spread: number };
}

/** Stop prices of traders' own. */
export interface StopLossOptions {
  /** Share of the traders who have one. */
  readonly share: number;
  /** From the entry, as a fraction of it, > 0. */
  readonly distance:
    | { readonly kind: 'constant'; readonly value: number }
    | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number };
}

/** How holders leave when the market moves against them fast. */
export interface PanicOptions {
  /** The move against them within `within` seconds at which some leave, and at each multiple of which some more do; a fraction > 0. */
  readonly move: number;
  readonly within: number;
  /** Share of the holders who leave each time. */
  readonly share: number;
  /** Share of the position that they close, in (0, 1]; rounded up to a lot. */
  readonly part: number;
  /** From the move to the order. */
  readonly delay: DelayOptions;
}

/** How isolated traders come back after their position was closed. */
export interface ReopenOptions {
  /** That a trader comes back. */
  readonly probability: number;
  /** From the closing to the new position. */
  readonly delay: DelayOptions;
  /** Fresh money, as a share of the own collateral that the trader began with. */
  readonly deposit: number;
  /** Notional over all that the account then holds, at most; the venue's initial margin may allow less. */
  readonly leverage: number;
}

/** What the traders of a group do of their own accord; null: not that. */
export interface BehaviourOptions {
  /** Share of the traders who never react to anything: asleep, or cut off. */
  readonly absent: number;
  readonly topUp: TopUpOptions | null;
  readonly reduce: ReductionOptions | null;
  /** Absent: not that. */
  readonly hedge?: HedgeOptions | null;
  readonly stopLoss: StopLossOptions | null;
  readonly panic: PanicOptions | null;
  readonly reopen: ReopenOptions | null;
}

/** Whether these traders ever send an order of their own. */
export function sendsOrders(options: BehaviourOptions): boolean {
  if (options.hedge?.by.kind === 'asset') return true;
  return options.reduce !== null || options.stopLoss !== null || options.panic !== null || options.reopen !== null;
}
