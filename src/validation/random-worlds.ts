import { bits, root } from '../core/random.ts';
import { flatTiers, tiersFromRates } from '../margin/tiers.ts';
import type { MarketOptions, RunOptions } from '../simulation/options.ts';
import type { BehaviourOptions, TopUpOptions } from '../traders/conduct.ts';
import type { DelayOptions } from '../traders/delay.ts';
import type { GroupOptions } from '../traders/group.ts';

/** Dear and often, so that it moves somebody's liquidation price. */
const FUNDING: MarketOptions['funding'] = {
  sampling: 2,
  cadence: 20,
  period: 20,
  interest: 0.0005,
  band: 0.0005,
  cap: 0.002,
  weights: 'equal',
  impact: 1,
};

/** Quanta of coin that a lot of a random inverse market is worth at the start, at most: few, so that rounding has something to do. */
const COIN = 10_000;

/**
 * A small random market that crashes: some dozens of traders, every policy, mark rule, queue rule and mode in turn. An inverse one is a linear one
 * in which a lot is worth what it is at the start at every price, settled in coin and with funding in some.
 */
export function randomOptions(seed: number, kind: 'linear' | 'inverse' = 'linear'): RunOptions {
  const from = root('random options', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  // Mostly few ticks: what a world costs goes by them.
  const start = whole(0, 7) > 0 ? whole(800, 4000) : whole(4000, 60_000);
  const inverse = kind === 'inverse';
  const unit = inverse ? COIN : 1;
  const factor = inverse ? start * unit : unit;
  const money = (lots: number): number => lots * start * unit;
  const count = whole(15, 90);
  const group = (name: string, side: 1 | -1, share: number): GroupOptions => ({
    name,
    kind: 'drawn',
    market: 0,
    count: Math.max(3, Math.round(count * share)),
    side,
    notional: Math.round(money(200_000) * share),
    size: pick<GroupOptions['size']>(
      { kind: 'equal' },
      { kind: 'pareto', alpha: 1.2, cap: money(30_000) },
      { kind: 'lognormal', sigma: 1 },
    ),
    leverage: pick<GroupOptions['leverage']>(
      { kind: 'lognormal', median: 8, sigma: 0.7, min: 1, max: 30 },
      { kind: 'constant', value: whole(5, 12) },
    ),
    entry: { window: 7200, halfLife: 1800 },
    resample: pick(true, false),
  });
  const step = pick(0.5, 1, 2);
  const steps = whole(30, 80);
  const rate = pick(0.005, 0.0125, 0.02);
  const threshold = pick(0.8, 1, 1.5);
  const fall = whole(5, 25) / 100;
  return {
    step,
    steps,
    markets: [
      {
        asset: { symbol: 'X', tick: 1, lot: 1, quantum: 1 / unit, quantaPerTickLot: factor },
        contract: { kind, currency: 0, factor },
        driver: pick<MarketOptions['driver']>(
          {
            kind: 'waypoints',
            times: [0, (steps * step) / 2, steps * step],
            prices: [start, start * (1 - fall), start * (1 - fall / 2)],
            noise: 0.001,
          },
          { kind: 'gbm', price: start, drift: 0, volatility: 40 },
        ),
        history: { ages: [0, 600, 3600], prices: [start, start * 1.01, start * 0.98] },
        mark: pick<MarketOptions['mark']>(
          { kind: 'last', clamp: null },
          { kind: 'mid', clamp: 0.05 },
          { kind: 'ema', seconds: 10, cadence: step, clamp: null },
          { kind: 'median', premiumSeconds: 150, cadence: 3, clamp: null },
          { kind: 'index', cadence: step, clamp: null },
        ),
        oracle: null,
        funding: inverse && seed % 2 === 0 ? FUNDING : null,
        session: null,
        selfTrade: 'none',
        quotes: {
          kind: 'makers',
          groups: [
            {
              name: 'makers',
              count: whole(1, 4),
              depth: money(whole(5_000, 60_000)),
              floor: money(2_000),
              volatilityScale: 0.004,
              returnHalfLife: 600,
              withdrawal: null,
              halfSpread: 0.0005,
              reach: 0.05,
              rungs: whole(3, 8),
              leaning: null,
              inventoryCap: money(whole(10_000, 400_000)),
              layOffHalfLife: pick(Infinity, 60),
              lossLimit: Infinity,
              lossPause: Infinity,
              recovery: pick(Infinity, 5, 20),
              permanent: pick(0, 0.3, 1),
              reaction: pick(0.25, 1),
            },
          ],
        },
        noise: pick<MarketOptions['noise']>(null, { marketRate: 1, limitRate: 2, size: money(50), lifetime: 10, reach: 0.002 }),
        background: [],
        adversaries: [],
        orders: pick<MarketOptions['orders']>([], [{ at: 10, lots: -whole(100, 5000) }]),
        margin: {
          maintenance: pick(
            flatTiers(rate),
            tiersFromRates([
              { floor: 0, rate },
              { floor: money(3_000), rate: rate * 2 },
            ]),
          ),
          initial: flatTiers(4 * rate),
          threshold,
          call: threshold * 1.2,
          equalityLiquidates: pick(true, false),
        },
      },
    ],
    correlations: null,
    traders: [group('longs', 1, 1), group('shorts', -1, 0.4), group('desks', -1, 0.6)],
    liquidation: {
      policy: pick<RunOptions['liquidation']['policy']>(
        { kind: 'full' },
        { kind: 'partial', above: money(500), fraction: 0.2, cooldown: 30 },
      ),
      mode: pick('sequential', 'sequential', 'batch'),
      queue: pick('worst-first', 'trigger-price', 'arrival', 'largest', 'random'),
      ordersPerSecond: pick(Infinity, 50, 5),
      latency: pick(0, 0.05, 1.5),
      route: 'book',
      backstop: pick<RunOptions['liquidation']['backstop']>(null, { level: 2 / 3, capacity: pick(Infinity, money(20_000)), stated: null }),
      insurance: pick(0, money(100)),
      fee: pick(0, 0.005),
      adl: null,
    },
    seasonThreshold: threshold * 1.1,
  };
}

/** A random world with auto-deleveraging by one of the rules, in two of three without a vault, so that debts reach it. */
export function deleveragedOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random deleveraging', 'test');
  const draw = (slot: number, choices: number): number => bits(from.lo, from.hi, 0, world, slot) % choices;
  const { liquidation } = options;
  const rules: readonly RunOptions['liquidation']['adl'][] = [
    { kind: 'queue' },
    { kind: 'pro-rata' },
    { kind: 'capped', largest: (1 + draw(2, 10)) / 10 },
  ];
  const adl = rules[draw(0, rules.length)] ?? null;
  return { ...options, liquidation: { ...liquidation, backstop: draw(1, 3) > 0 ? null : liquidation.backstop, adl } };
}

/** A random world in which winners' positions are closed against debtors', and in half of them against what a limit has left too. */
export function closeoutOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random closeouts', 'test');
  const draw = (slot: number, choices: number): number => bits(from.lo, from.hi, 0, world, slot) % choices;
  const { liquidation } = options;
  const orders = [{ kind: 'queue', rank: 'profit' }, { kind: 'queue', rank: 'mark' }, { kind: 'unranked' }, { kind: 'pro-rata' }] as const;
  const prices = ['bankruptcy', 'bankruptcy', 'mark', 'previous'] as const;
  const adl = { ...(orders[draw(0, 4)] ?? orders[0]), closes: prices[draw(1, 4)] ?? prices[0] };
  const limit = { price: { kind: 'bankruptcy' }, retry: 1 + draw(2, 3), rest: 'adl' } as const;
  return {
    ...options,
    liquidation: {
      ...liquidation,
      backstop: draw(3, 3) > 0 ? null : liquidation.backstop,
      adl,
      ...(draw(4, 2) === 0 ? { limit } : {}),
      ...(draw(5, 3) === 0 ? { remainder: 'fund' as const } : {}),
    },
  };
}

/** A random world in which only so much may be liquidated in a block or a window, with a vault that works off what it took over. */
export function throttledOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random throttles', 'test');
  const draw = (slot: number, choices: number): number => bits(from.lo, from.hi, 0, world, slot) % choices;
  const { liquidation, markets } = options;
  const quotes = markets[0]?.quotes;
  const depth = quotes?.kind === 'makers' ? (quotes.groups[0]?.depth ?? 1e9) : 1e9;
  const part = (slot: number): number => Math.ceil(depth / (2 + draw(slot, 50)));
  const throttle = {
    block: [0.3, 1, 2][draw(0, 3)] ?? 1,
    position: draw(1, 2) === 0 ? { share: (1 + draw(2, 9)) / 10, least: part(3) } : null,
    account: draw(4, 3) === 0 ? part(5) : Infinity,
    market: draw(6, 3) === 0 ? part(7) : Infinity,
    window: draw(8, 3) === 0 ? { notional: part(9), seconds: 1 + draw(10, 9) } : null,
    ...(draw(12, 2) === 0 ? { system: part(13) } : {}),
  };
  const { backstop } = liquidation;
  const unwind = {
    rate: draw(14, 3) === 0 ? Infinity : part(11),
    share: draw(15, 2) === 0 ? (1 + draw(16, 20)) / 10 : Infinity,
    off: draw(17, 2) === 0 ? (1 + draw(18, 20)) / 1000 : Infinity,
  };
  return { ...options, liquidation: { ...liquidation, throttle, backstop: backstop && { ...backstop, unwind } } };
}

/** A random world whose traders react: every group in its own way, some not at all, with auto-deleveraging in half of the worlds. */
export function reactingOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random behaviour', 'test');
  let slot = 0;
  const draw = (choices: number): number => bits(from.lo, from.hi, 0, world, slot++) % choices;
  const pick = <T>(...choices: T[]): T => choices[draw(choices.length)]!;
  const call = options.markets[0]?.margin.call ?? 1;
  const delay = (): DelayOptions =>
    pick<DelayOptions>(
      { kind: 'constant', seconds: pick(0, 0.7, 5) },
      { kind: 'exponential', mean: 4 },
      { kind: 'lognormal', median: 3, sigma: 1 },
    );
  const behaviour = (): BehaviourOptions => ({
    absent: pick(0, 0.2),
    topUp: pick<BehaviourOptions['topUp']>(null, {
      probability: pick(1, 0.6),
      delay: delay(),
      reserve: pick<TopUpOptions['reserve']>({ kind: 'share', share: pick(0.1, 1, 5) }, { kind: 'money', money: 100_000 }),
      target: call * pick(1, 1.3, 2),
    }),
    reduce: pick<BehaviourOptions['reduce']>(null, { probability: pick(1, 0.5), delay: delay(), share: pick(0.1, 0.5, 1) }),
    stopLoss: pick<BehaviourOptions['stopLoss']>(
      null,
      { share: 0.3, distance: { kind: 'constant', value: 0.04 } },
      { share: 1, distance: { kind: 'lognormal', median: 0.08, sigma: 0.8 } },
    ),
    panic: pick<BehaviourOptions['panic']>(null, {
      move: pick(0.01, 0.04),
      within: pick(3, 30),
      share: pick(0.05, 0.5),
      part: pick(0.2, 1),
      delay: delay(),
    }),
    reopen: pick<BehaviourOptions['reopen']>(null, {
      probability: pick(1, 0.5),
      delay: delay(),
      deposit: pick(0.5, 2),
      leverage: pick(3, 80),
    }),
  });
  const traders = options.traders.map((group) => (draw(4) === 0 ? group : { ...group, behaviour: behaviour() }));
  const adl = pick<RunOptions['liquidation']['adl']>(null, { kind: 'queue' });
  // In every third world maintenance is charged on entries, which whoever comes back has anew.
  const maintenanceOn = world % 3 === 0 ? ('entry' as const) : ('mark' as const);
  const markets = options.markets.map((market) => ({ ...market, margin: { ...market.margin, maintenanceOn } }));
  return { ...options, markets, traders, liquidation: { ...options.liquidation, adl, grace: pick(0, 0, 2.5, 15) } };
}

/** A random linear market and two inverse ones that settle in the same coin, under one engine: the linear world's. */
export function mixedOptions(seed: number): RunOptions {
  const parts = [randomOptions(seed), randomOptions(2 * seed, 'inverse'), randomOptions(2 * seed + 1, 'inverse')];
  const [linear] = parts;
  return {
    ...linear!,
    markets: parts.map(({ markets: [market] }, m) => ({
      ...market!,
      asset: { ...market!.asset, symbol: 'XYZ'[m]! },
      contract: { ...market!.contract, currency: m === 0 ? 0 : 1 },
    })),
    traders: parts.flatMap(({ traders }, m) => traders.map((group) => ({ ...group, name: `${'XYZ'[m]} ${group.name}`, market: m }))),
    seasonThreshold: Math.max(...parts.map(({ seasonThreshold }) => seasonThreshold)),
  };
}

/** A random world whose forced orders go by one of the policies that a plain one does not have, half of them up to a limit. */
export function policyOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random policies', 'test');
  const draw = (slot: number, choices: number): number => bits(from.lo, from.hi, 0, world, slot) % choices;
  const { liquidation, markets } = options;
  const quotes = markets[0]?.quotes;
  const depth = quotes?.kind === 'makers' ? (quotes.groups[0]?.depth ?? 1e9) : 1e9;
  const pause = draw(1, 3);
  const policies: readonly RunOptions['liquidation']['policy'][] = [
    { kind: 'restore', target: 1 + draw(2, 5) / 10, pause },
    { kind: 'step-down', pause },
    { kind: 'clips', notional: Math.ceil(depth / (10 + draw(2, 90))), pause },
    { kind: 'takeover' },
    {
      kind: 'shortage',
      fee: { base: 0.001, largest: 0.01, grace: 2, step: 0.001 },
      insurance: 0.002,
      initial: draw(7, 10) / 10,
      over: draw(8, 20),
      slot: [0.4, 1, 3][draw(9, 3)] ?? 1,
    },
    liquidation.policy,
  ];
  const limits: readonly RunOptions['liquidation']['limit'][] = [
    { price: { kind: 'bankruptcy' }, retry: 1 + draw(3, 3), rest: 'wait' },
    { price: { kind: 'fillable', adjustment: 1 + draw(4, 2), spread: 1.5 }, retry: 1 + draw(3, 3), rest: 'wait' },
    liquidation.backstop === null ? undefined : { price: { kind: 'bankruptcy' }, retry: 2, rest: 'backstop' },
  ];
  const policy = policies[draw(0, policies.length)] ?? liquidation.policy;
  // What goes by no policy of its own goes by a limit.
  const limit = policy === liquidation.policy || draw(5, 2) === 0 ? (limits[draw(6, 3)] ?? limits[0]) : undefined;
  const socialised = draw(10, 2) === 0 ? { socialised: 'positions' as const } : {};
  const profitLimit = draw(11, 3) === 0 ? { profitLimit: { pool: Math.ceil(depth), largest: 0.05, until: draw(12, 5) / 100 } } : {};
  return { ...options, liquidation: { ...liquidation, policy, ...(limit === undefined ? {} : { limit }), ...socialised, ...profitLimit } };
}
