import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import type { SelfTrade } from '../market/book.ts';
import type { DriverOptions } from '../market/drivers.ts';
import type { FundingOptions } from '../market/funding.ts';
import type { HistoryOptions } from '../market/history.ts';
import type { ImpactOptions } from '../market/impact.ts';
import type { OracleOptions } from '../market/oracle.ts';
import type { MarkOptions } from '../market/prices.ts';
import type { SessionOptions } from '../market/session.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import type { PortfolioTerms } from '../margin/portfolio-book.ts';
import type { AdversaryOptions } from '../traders/adversaries.ts';
import type { BackgroundOptions } from '../traders/background.ts';
import type { QuoteOptions } from '../traders/makers.ts';
import type { NoiseOptions, ScheduledOrder } from '../traders/noise.ts';
import type { TraderOptions } from '../traders/group.ts';
import type { LoanOptions } from '../liquidation/disposal.ts';
import type { BorrowingTerms } from '../liquidation/borrowing.ts';
import type { LiquidationOptions } from '../liquidation/options.ts';
import type { Probe } from '../severity/probes.ts';

/** A market in reduced form, in place of who quotes. */
export interface CurveOptions {
  readonly kind: 'curve';
  /** Lots and seconds; displacements are fractions of the opening price. */
  readonly impact: ImpactOptions;
}

/** One asset and the market that it is traded in. */
export interface MarketOptions {
  readonly asset: AssetUnits;
  /** How a lot is worth what in which currency; its factor is the asset's quanta a tick and lot. */
  readonly contract: Contract;
  readonly driver: DriverOptions;
  readonly history: HistoryOptions;
  readonly mark: MarkOptions;
  /** How the venue sees the outside price; null: as it is. */
  readonly oracle: OracleOptions | null;
  /** null: none. The premium is measured at `impact` quanta of notional. */
  readonly funding: (FundingOptions & { readonly impact: number }) | null;
  /** When and how far the market may trade; null: always and at any price. */
  readonly session: SessionOptions | null;
  /** What happens when an order meets one of the same account. */
  readonly selfTrade: SelfTrade;
  /** Who quotes, or the curve that orders fill on in place of a book; with a curve there is no noise, background or session. */
  readonly quotes: QuoteOptions | CurveOptions;
  readonly noise: NoiseOptions | null;
  readonly background: readonly BackgroundOptions[];
  /** Each has a group of the run's traders of its own name, with its accounts. */
  readonly adversaries: readonly AdversaryOptions[];
  readonly orders: readonly ScheduledOrder[];
  readonly margin: MarginOptions;
  /** What is asked of groups whose margin follows the market; absent or null: there are none. */
  readonly dynamic?: DynamicMargin | null;
  /** Interest on what cross accounts owe of the asset, a coin; absent or null: none. */
  readonly borrowing?: BorrowingTerms | null;
  /** Terms on which the asset is lent against; absent: nobody borrows. */
  readonly loans?: LoanOptions;
}

/**
 * An arm that is played beside a run and its twin. quiet: the twin without margin-driven voluntary orders. placebo: the run with one extra lot
 * sold in every market at the first trigger.
 */
export type ExtraArm = 'quiet' | 'placebo';

/** One run, resolved: whole units everywhere, no file, no default left open. Made by scenario/resolve, frozen. */
export interface RunOptions {
  /** Seconds a step. */
  readonly step: number;
  /** Number of steps. */
  readonly steps: number;
  /** At least one; prices are reported of the first. */
  readonly markets: readonly MarketOptions[];
  /** Of the Gaussian moves of the outside prices, a row and a column a market; null: nobody moves with anybody. */
  readonly correlations: readonly (readonly number[])[] | null;
  readonly traders: readonly TraderOptions[];
  /**
   * Terms of groups under portfolio margin, and of those under standard margin, and the options that they hold, which are the same in both;
   * absent or null: there are none.
   */
  readonly portfolio?: PortfolioTerms | null;
  readonly standard?: PortfolioTerms | null;
  readonly liquidation: LiquidationOptions;
  /** Nobody starts at or below this MCR: the largest threshold of the sweep, so that every point begins with the same population. */
  readonly seasonThreshold: number;
  /** Absent: none. */
  readonly arms?: readonly ExtraArm[];
  /** Numbers that its row has beside the metrics; absent: none. */
  readonly probes?: readonly Probe[];
  /** Groups of traders that are drawn with everybody else and then left out; whoever is outside holds the other side. Absent: none. */
  readonly without?: readonly string[];
}

/** Which run of the many. */
export interface RunSeed {
  readonly seed: string;
  readonly replicate: number;
}
