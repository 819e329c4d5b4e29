import type { MarginOptions } from '../margin/isolated.ts';
import type { MarkOptions } from '../market/prices.ts';
import type { FeeTerms } from '../liquidation/fee.ts';
import type {
  DeleveragingRule,
  LiquidationOptions,
  Policy,
  PriceLimit,
  ProfitLimitOptions,
  ReplenishmentOptions,
  ThrottleOptions,
  WinnerOrder,
} from '../liquidation/options.ts';
import type { MakerOptions } from '../traders/ladder.ts';
import type { MarketOptions, RunOptions } from './options.ts';

/**
 * The same options in objects of one hidden class each, whatever they were built from. V8 compiles the step for the shapes it has seen: with
 * options merged and frozen in another order every run, each run would throw the compiled step away (measured: about a tenth of a run's time).
 */
export function reshape(options: RunOptions): RunOptions {
  return whole<RunOptions>({
    step: options.step,
    steps: options.steps,
    markets: options.markets.map(market),
    correlations: options.correlations,
    traders: options.traders,
    portfolio: options.portfolio ?? null,
    standard: options.standard ?? null,
    liquidation: liquidation(options.liquidation),
    seasonThreshold: options.seasonThreshold,
    arms: options.arms ?? [],
    probes: options.probes ?? [],
    without: options.without ?? [],
  });
}

/** Options with all their keys, those too that may be absent: undefined then, so that none can be forgotten here. */
type Whole<T> = { readonly [K in keyof Required<T>]: T extends Record<K, T[K]> ? T[K] : T[K] | undefined };

function whole<T>(options: Whole<T>): T {
  return options as T;
}

function market(options: MarketOptions): MarketOptions {
  const { asset, contract, margin, noise } = options;
  return whole<MarketOptions>({
    asset: { symbol: asset.symbol, tick: asset.tick, lot: asset.lot, quantum: asset.quantum, quantaPerTickLot: asset.quantaPerTickLot },
    contract: { kind: contract.kind, currency: contract.currency, factor: contract.factor },
    driver: options.driver,
    history: options.history,
    mark: mark(options.mark),
    oracle: options.oracle,
    funding: options.funding,
    session: options.session,
    selfTrade: options.selfTrade,
    quotes: quotes(options.quotes),
    noise:
      noise === null
        ? null
        : { marketRate: noise.marketRate, limitRate: noise.limitRate, size: noise.size, lifetime: noise.lifetime, reach: noise.reach },
    background: options.background,
    adversaries: options.adversaries,
    orders: options.orders.map(({ at, lots }) => ({ at, lots })).sort((a, b) => a.at - b.at || a.lots - b.lots),
    margin: marginRules(margin),
    dynamic: options.dynamic ?? null,
    borrowing: options.borrowing ?? null,
    loans: options.loans && { ...options.loans, margin: marginRules(options.loans.margin) },
  });
}

function marginRules(margin: MarginOptions): MarginOptions {
  return whole<MarginOptions>({
    maintenance: { floor: margin.maintenance.floor, rate: margin.maintenance.rate, deduction: margin.maintenance.deduction },
    initial: { floor: margin.initial.floor, rate: margin.initial.rate, deduction: margin.initial.deduction },
    threshold: margin.threshold,
    call: margin.call,
    equalityLiquidates: margin.equalityLiquidates,
    maintenanceOn: margin.maintenanceOn ?? 'mark',
    haircut: margin.haircut ?? 0,
    debt: margin.debt ?? margin.haircut ?? 0,
    weights: margin.weights ?? null,
    scaleStart: margin.scaleStart ?? 0,
    skew: margin.skew ?? null,
    growth: margin.growth ?? null,
  });
}

function mark(options: MarkOptions): MarkOptions {
  const { clamp } = options;
  switch (options.kind) {
    case 'last':
    case 'mid':
      return { kind: options.kind, clamp };
    case 'index':
      return { kind: 'index', cadence: options.cadence, clamp };
    case 'ema':
      return { kind: 'ema', seconds: options.seconds, cadence: options.cadence, clamp };
    case 'median':
      return { kind: 'median', premiumSeconds: options.premiumSeconds, cadence: options.cadence, clamp };
  }
}

function quotes(options: MarketOptions['quotes']): MarketOptions['quotes'] {
  if (options.kind === 'curve') return { kind: 'curve', impact: options.impact };
  if (options.kind === 'flat') {
    const { lots, bestBid, bidLevels, bestAsk, askLevels } = options;
    return { kind: 'flat', lots, bestBid, bidLevels, bestAsk, askLevels };
  }
  // By name, so that the order of a file is never seen.
  return { kind: 'makers', groups: options.groups.map(makers).sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function makers(options: MakerOptions): MakerOptions {
  const { withdrawal, leaning } = options;
  return whole<MakerOptions>({
    name: options.name,
    count: options.count,
    depth: options.depth,
    floor: options.floor,
    volatilityScale: options.volatilityScale,
    returnHalfLife: options.returnHalfLife,
    withdrawal: withdrawal && { at: withdrawal.at, returnAt: withdrawal.returnAt, returnAfter: withdrawal.returnAfter },
    halfSpread: options.halfSpread,
    reach: options.reach,
    rungs: options.rungs,
    profile: options.profile,
    leaning: leaning && { riskAversion: leaning.riskAversion, fill: leaning.fill, decay: leaning.decay, horizon: leaning.horizon },
    inventoryCap: options.inventoryCap,
    layOffHalfLife: options.layOffHalfLife,
    lossLimit: options.lossLimit,
    lossPause: options.lossPause,
    recovery: options.recovery,
    permanent: options.permanent,
    reaction: options.reaction,
  });
}

function liquidation(options: LiquidationOptions): LiquidationOptions {
  const { policy, limit, throttle, backstop } = options;
  return whole<LiquidationOptions>({
    policy: policyOf(policy),
    limit: limit && limitOf(limit),
    mode: options.mode,
    queue: options.queue,
    ordersPerSecond: options.ordersPerSecond,
    latency: options.latency,
    grace: options.grace ?? 0,
    route: options.route,
    throttle: throttle && throttleOf(throttle),
    backstop: backstop === null ? null : backstopOf(backstop),
    insurance: options.insurance,
    replenishment: options.replenishment && replenishmentOf(options.replenishment),
    fee: options.fee,
    feeTerms: options.feeTerms && feeTermsOf(options.feeTerms),
    profitLimit: options.profitLimit && profitLimitOf(options.profitLimit),
    socialised: options.socialised,
    remainder: options.remainder,
    adl: options.adl === null ? null : deleveragingOf(options.adl),
    auction: options.auction,
    keepers: options.keepers,
  });
}

function feeTermsOf({ cap, venue, backstop }: FeeTerms): FeeTerms {
  return { cap, venue, backstop };
}

function replenishmentOf({ deposit, trades }: ReplenishmentOptions): ReplenishmentOptions {
  return { deposit: deposit && { amount: deposit.amount, every: deposit.every }, trades };
}

function profitLimitOf({ pool, largest, until }: ProfitLimitOptions): ProfitLimitOptions {
  return { pool, largest, until };
}

function policyOf(policy: Policy): Policy {
  switch (policy.kind) {
    case 'full':
      return { kind: 'full' };
    case 'partial':
      return { kind: 'partial', above: policy.above, fraction: policy.fraction, cooldown: policy.cooldown };
    case 'restore':
      return { kind: 'restore', target: policy.target, pause: policy.pause };
    case 'step-down':
      return { kind: 'step-down', pause: policy.pause };
    case 'clips':
      return { kind: 'clips', notional: policy.notional, pause: policy.pause };
    case 'takeover':
      return { kind: 'takeover' };
    case 'shortage': {
      const { fee, insurance, initial, over, slot, dollar = 1 } = policy;
      const { base, largest, grace, step } = fee;
      return { kind: 'shortage', fee: { base, largest, grace, step }, insurance, initial, over, slot, dollar };
    }
  }
}

function limitOf({ price, retry, rest }: PriceLimit): PriceLimit {
  return {
    price: price.kind === 'bankruptcy' ? { kind: 'bankruptcy' } : { kind: 'fillable', adjustment: price.adjustment, spread: price.spread },
    retry,
    rest,
  };
}

function deleveragingOf(rule: DeleveragingRule): DeleveragingRule {
  const { closes } = rule;
  return { ...orderOf(rule), ...(closes === undefined ? {} : { closes }) };
}

function orderOf(rule: WinnerOrder): WinnerOrder {
  switch (rule.kind) {
    case 'queue':
      return rule.rank === undefined ? { kind: 'queue' } : { kind: 'queue', rank: rule.rank };
    case 'capped':
      return { kind: 'capped', largest: rule.largest };
    case 'unranked':
    case 'pro-rata':
      return { kind: rule.kind };
  }
}

function throttleOf({ block, position, account, market, system, window }: ThrottleOptions): ThrottleOptions {
  return whole<ThrottleOptions>({
    block,
    position: position && { share: position.share, least: position.least },
    account,
    market,
    system,
    window: window && { notional: window.notional, seconds: window.seconds },
  });
}

function backstopOf({ level, capacity, stated, unwind }: NonNullable<LiquidationOptions['backstop']>): LiquidationOptions['backstop'] {
  return whole<NonNullable<LiquidationOptions['backstop']>>({
    level,
    capacity,
    unwind: unwind && { rate: unwind.rate, share: unwind.share, off: unwind.off },
    stated,
  });
}
