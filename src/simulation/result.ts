import type { ForcedFill } from '../liquidation/closing.ts';

/** One forced fill or takeover, as `run` writes it (one row a group and clip). */
export interface LiquidationRecord {
  /** Step of the fill, 1 being the first. */
  readonly step: number;
  /** Account key, 14 hex digits: a hash of group name and ordinal. */
  readonly account: string;
  /** Name of its group in the scenario. */
  readonly group: string;
  /** Margin regime of the group. */
  readonly regime: string;
  /** Side of the position that is closed. */
  readonly side: 'long' | 'short';
  /** Symbol. */
  readonly asset: string;
  /** In units of the asset; of an inverse one in contracts. */
  readonly quantity: number;
  /** Mark at the trigger, in quote units. */
  readonly triggerPrice: number;
  /** Average price of this clip's fills, in quote units; null if nothing filled. */
  readonly fillPrice: number | null;
  /** MCR when the order was sent. */
  readonly mcr: number;
  /** Process tag: 0 when crossed by anything but a forced fill, else the parent's plus one. */
  readonly generation: number;
  /** Account key of the parent, or null. */
  readonly parent: string | null;
  /** Causal class of the account against the twin; none: a trade of price bands, which liquidates nobody. */
  readonly cause: 'caused' | 'advanced' | 'common' | 'none';
  /** How much earlier than in the twin, in seconds; null when the twin never liquidates it. */
  readonly advanceSeconds: number | null;
  /** In quote units. */
  readonly badDebt: number;
  /** Where the position went; bands and bands-back: collateral that price bands sold, and bought back. */
  readonly route: ForcedFill['route'];
  /** Of this clip, in quote units. */
  readonly notional: number;
}

/** One market, one row a step, index 0 = the state before the first step. All prices in quote units, money in quote units. */
export interface StepRecord {
  /** Symbol. */
  readonly asset: string;
  /** Seconds from the start. */
  readonly time: Float64Array;
  /** Outside price. */
  readonly index: Float64Array;
  /** Last traded price, moved onto the standing quotes when they have left it. */
  readonly last: Float64Array;
  /** Margin price. */
  readonly mark: Float64Array;
  /** Best bid; NaN when there is none. */
  readonly bid: Float64Array;
  /** Best ask; NaN when there is none. */
  readonly ask: Float64Array;
  /** The twin's price, as `last`. */
  readonly twin: Float64Array;
  /** Notional of the bids within 1 % of the mid. */
  readonly bidDepth: Float64Array;
  /** The same of the asks. */
  readonly askDepth: Float64Array;
  /** Displacement of this market's centre from the outside price, a fraction. */
  readonly displacement: Float64Array;
  /** Forced sells (< 0) and buys (> 0) filled on the book during the step. */
  readonly forcedFlow: Float64Array;
  /** Notional taken over by the backstop during the step, of either side, never negative. */
  readonly backstopFlow: Float64Array;
  /** Groups whose first forced order fell into the step. */
  readonly liquidations: Float64Array;
  /** Groups waiting for the engine at the step's end. */
  readonly queued: Float64Array;
}

/** What one adversary made in a run and in its twin, in quote units. */
export interface AdversaryRecord {
  readonly name: string;
  readonly kind: string;
  /** Symbol of what it trades. */
  readonly asset: string;
  /** Opening money of all its accounts. */
  readonly capital: number;
  /** What they are worth at the last mark, none below 0, less that. */
  readonly profit: number;
  /** The same in the twin. */
  readonly twinProfit: number;
}

/** What one run says. */
export interface RunResult {
  /** Values of METRICS, in their order, then of the scenario's probes; NaN where undefined. */
  readonly metrics: Float64Array;
  /** 64-bit hash, 16 hex digits, over the run's marks and liquidations. */
  readonly hash: string;
  /** Share of traders whose first draw would already have been liquidated and was drawn again. */
  readonly redrawnShare: number;
  /** One a market; present, as are liquidations and adversaries, when asked for with `detail: true`. */
  readonly steps?: readonly StepRecord[];
  readonly liquidations?: readonly LiquidationRecord[];
  readonly adversaries?: readonly AdversaryRecord[];
}
