/** Marginfall for programs: everything here is synchronous, pure, and runs in a browser. Files and sweeps are in `marginfall/node`. */
import { formatSteps } from './scenario/path.ts';
import type { Context } from './scenario/context.ts';
import { resolveScenario } from './scenario/resolve.ts';
import type { Scenario } from './scenario/schema.ts';
import type { RunResult } from './simulation/result.ts';
import { Simulator } from './simulation/simulate.ts';

export { parseExperiment, parseScenario } from './scenario/parse.ts';
export type { FormulaCompiler, Parsed, ParseOptions } from './scenario/parse.ts';
export type { Report } from './scenario/context.ts';
export { drawUncertain, resolvePoint } from './scenario/experiment.ts';
export type { Experiment, Note, Point, PointValue, Uncertain, Varied } from './scenario/experiment.ts';
export { formatProblem, ScenarioError } from './scenario/problem.ts';
export type { Problem } from './scenario/problem.ts';
export type { Steps } from './scenario/path.ts';
export type { Bars } from './scenario/csv.ts';
export type { Expression, Operation } from './scenario/expression.ts';
export { jsonSchema, scenarioSchema } from './scenario/schema.ts';
export type { Scenario } from './scenario/schema.ts';
export { METRIC_NAMES, METRICS } from './severity/metrics.ts';
export type { Metric, MetricUnit } from './severity/metrics.ts';
export type { AssetUnits } from './core/units.ts';
export type { BandRules } from './liquidation/band-pool.ts';
export type { AbsorbRules, BidRules, DisposalOptions, LoanOptions } from './liquidation/disposal.ts';
export type { ChainOptions, KeeperGroup, KeeperOptions } from './liquidation/keeper-options.ts';
export type {
  ClosingPrice,
  DeleveragingRule,
  LiquidationOptions,
  Policy,
  PriceLimit,
  ProfitLimitOptions,
  ReplenishmentOptions,
  TakenPolicy,
  ThrottleOptions,
  UnwindOptions,
  WinnerOrder,
} from './liquidation/options.ts';
export type { BorrowingRate, BorrowingTerms } from './liquidation/borrowing.ts';
export type { FeeTerms } from './liquidation/fee.ts';
export type { DynamicMargin, DynamicOptions, VolatilityMargin } from './margin/dynamic.ts';
export type { MarginOptions } from './margin/isolated.ts';
export type { InitialGrowth } from './margin/initial-growth.ts';
export type { KeeperReward, SkewMargin } from './margin/skew.ts';
export type { SizedWeights } from './margin/weights.ts';
export type { ImpliedVolatility, ListedOption, PortfolioTerms } from './margin/portfolio-book.ts';
export type { ScalingBand } from './margin/scaling.ts';
export type { Tiers } from './margin/tiers.ts';
export type {
  BootstrapOptions,
  ConstantOptions,
  GarchOptions,
  GeometricOptions,
  HawkesOptions,
  HestonOptions,
  KouOptions,
  MertonOptions,
  RampOptions,
  Regime,
  RegimeOptions,
  ShockOptions,
  VeeOptions,
  WaypointOptions,
} from './market/drivers/options.ts';
export type { DriverOptions } from './market/drivers.ts';
export { executionCost, optimalExecution } from './market/execution.ts';
export type { ExecutionCost, ExecutionOptions, ExecutionSchedule } from './market/execution.ts';
export { kyleEquilibrium } from './market/kyle.ts';
export type { KyleEquilibrium, KyleOptions } from './market/kyle.ts';
export type { HistoryOptions } from './market/history.ts';
export type { MarkOptions } from './market/prices.ts';
export type { DepthProfile } from './traders/grid.ts';
export type { Leaning, MakerOptions, Withdrawal } from './traders/ladder.ts';
export type { FlatBookOptions, MakersOptions, QuoteOptions } from './traders/makers.ts';
export type { AdversaryOptions } from './traders/adversaries.ts';
export type { ArbitrageurOptions } from './traders/arbitrageurs.ts';
export type { BackgroundOptions } from './traders/background.ts';
export type { FundDrainerOptions } from './traders/fund-drainer.ts';
export type { OraclePusherOptions } from './traders/oracle-pusher.ts';
export type { StopHunterOptions } from './traders/stop-hunter.ts';
export type { ThinMarketOptions } from './traders/thin-market.ts';
export type {
  AnswerOptions,
  BehaviourOptions,
  HedgeOptions,
  PanicOptions,
  ReductionOptions,
  ReopenOptions,
  StopLossOptions,
  TopUpOptions,
} from './traders/conduct.ts';
export type { DelayOptions } from './traders/delay.ts';
export type { ChartistOptions, FundamentalistOptions } from './traders/forecasters.ts';
export type { MomentumOptions } from './traders/momentum.ts';
export type { NoiseOptions, ScheduledOrder } from './traders/noise.ts';
export type { GroupOptions, ListedGroupOptions, TraderOptions } from './traders/group.ts';
export type { CutLogNormal, LeverageOptions } from './traders/leverage.ts';
export type { SizeOptions } from './traders/sizes.ts';
export type { ContStoikovTalrejaOptions, SantaFeOptions } from './traders/zero-intelligence.ts';
export type { Probe, ProbeMoment, ProbeSeries, ProbeTake } from './severity/probes.ts';
export type { CurveOptions, ExtraArm, MarketOptions, RunOptions, RunSeed } from './simulation/options.ts';
export type { Contract } from './core/ledger.ts';
export type { SelfTrade } from './market/book.ts';
export type { FundingOptions } from './market/funding.ts';
export type { ImpactOptions, LawOptions, Resilience } from './market/impact.ts';
export type { FeedFailure } from './market/feed-failure.ts';
export type { OracleOptions } from './market/oracle.ts';
export type { OtherExchange, OtherExchangesOptions } from './market/other-exchanges.ts';
export type { CircuitBreaker, Outage, PriceBand, SessionOptions, VolatilityAuction } from './market/session.ts';
export type { AdversaryRecord, LiquidationRecord, RunResult, StepRecord } from './simulation/result.ts';
export { accountJsonSchema, accountSchema } from './scenario/account.ts';
export type { AccountFile, Amount } from './scenario/account.ts';
export { parseAccount } from './scenario/account-reading.ts';
export type { ReadAccount } from './scenario/account-reading.ts';
export { EMPTY_ACCOUNT, repriced } from './venues/account.ts';
export type { AccountHolding, AccountLoan, AccountOption, AccountPosition, VenueAccount } from './venues/account.ts';
export { margin } from './venues/account-margin.ts';
export type { AccountMargin, AccountRegime } from './venues/account-margin.ts';
export type { Figures, GridMargin, GridRow, GroupItem, MarginGroup, PriceLevels } from './venues/margin-group.ts';
export { VENUES, venueNamed } from './venues/catalogue.ts';
export type { Fact, MarginTier, StandardTerms, Venue } from './venues/venue.ts';
export type { LendingRules, LoanTerms } from './venues/lending.ts';
export type { Crossings } from './margin/crossing.ts';
export type { GridRules, Scenario as GridScenario, SkewRules, VolatilityRules, VolatilityShift } from './margin/grid.ts';
export type { LadderLevel } from './margin/ladder.ts';
export type { PortfolioRules, StaticDiscount } from './margin/portfolio.ts';
export type { StandardOptionRules, StandardRules } from './margin/standard.ts';
export type { DeriveAuctionRules } from './liquidation/derive-auction.ts';
export type { CloseFactorRules } from './liquidation/close-factor.ts';
export type { ClipRules, PriceFall } from './liquidation/clip.ts';
export type { StabilityPoolRules } from './liquidation/stability-pool.ts';
export type { PositionTerms } from './margin/isolated.ts';
export { Simulator } from './simulation/simulate.ts';
export type { RunRequest } from './simulation/simulate.ts';

/** Which run of a scenario, and what it needs besides its own text. */
export interface SimulateOptions {
  /** Seed of all randomness. */
  readonly seed: string;
  /** Which population, outside path and noise of that seed; 0 when left out. */
  readonly replicate?: number;
  /** Keep every step and liquidation; false when left out. */
  readonly detail?: boolean;
  /** Bars of each CSV file that the scenario names, as `parseScenario` read them. */
  readonly sources?: Context['bars'];
  /** Each formula that the scenario holds, as `parseScenario` compiled it. */
  readonly formulas?: Context['formulas'];
}

/**
 * One run of a scenario and its twin. Same scenario, seed and replicate: same result, in Node and in a browser. The metrics are in
 * the order of METRICS, NaN where undefined.
 *
 *     const parsed = parseScenario(text, { path: 'crash.yaml' });
 *     if ('problems' in parsed) throw new ScenarioError(parsed.problems);
 *     const { metrics, hash } = simulate(parsed.scenario, { ...parsed.experiment, replicate: 3 });
 *
 * @throws RangeError when the scenario does not fit together (a price that is not whole ticks, a ladder out of order).
 */
export function simulate(scenario: Scenario, options: SimulateOptions): RunResult {
  const { seed, replicate = 0, detail = false, sources = {}, formulas = {} } = options;
  const faults: string[] = [];
  const resolved = resolveScenario(scenario, { bars: sources, formulas, seasonThreshold: null }, (steps, message) => {
    faults.push(`${formatSteps(steps)}: ${message}`);
  });
  if (resolved === null) throw new RangeError(`this scenario cannot be run: ${faults.join('; ')}`);
  return new Simulator().run(resolved, { seed, replicate }, { detail });
}
