import { bits, root } from '../core/random.ts';
import type { Policy } from '../liquidation/options.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import { evenMoves, STILL } from '../margin/grid.ts';
import { flatTiers } from '../margin/tiers.ts';
import type { ListedOption, PortfolioTerms } from '../margin/portfolio-book.ts';
import type { MarketOptions, RunOptions } from '../simulation/options.ts';
import type { GroupOptions } from '../traders/group.ts';
import { mixedOptions, randomOptions } from './random-worlds.ts';

/** Often, and large enough to move somebody over a level. */
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

/**
 * A random world in which every regime stands beside every other: two perpetuals and a coin that serves as collateral, each in a random market
 * of its own; isolated, dynamic, cross (with and without coins), portfolio and standard accounts (with options); funding in some.
 */
export function regimeOptions(seed: number): RunOptions {
  const from = root('random regimes', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  const first = randomOptions(3 * seed);
  const second = randomOptions(3 * seed + 1);
  const third = randomOptions(3 * seed + 2);
  const [x, y, z] = [first, second, third].map(({ markets: [market] }) => market!) as [MarketOptions, MarketOptions, MarketOptions];
  const { margin } = x;
  const levels = { threshold: margin.threshold, call: margin.call, equalityLiquidates: margin.equalityLiquidates };
  const none = flatTiers(0);
  // In every third world isolated positions are charged on their entries.
  const maintenanceOn = seed % 3 === 0 ? ('entry' as const) : ('mark' as const);
  const markets: MarketOptions[] = [
    { ...x, margin: { ...margin, maintenanceOn }, dynamic: dynamicMargin(whole, pick), funding: pick(null, FUNDING) },
    { ...y, asset: { ...y.asset, symbol: 'Y' }, margin: { ...y.margin, ...levels, maintenanceOn }, dynamic: dynamicMargin(whole, pick) },
    {
      ...z,
      asset: { ...z.asset, symbol: 'Z' },
      contract: { ...z.contract, kind: 'spot' },
      margin: { maintenance: none, initial: none, ...levels, haircut: whole(0, 30) / 100 },
    },
  ];
  /** Quanta of so many thousands of a market's lots at the start: a lot is a quantum a tick. */
  const money = (market: number, lots: number): number => lots * 1000 * Math.max(...(markets[market]?.history.prices.slice(0, 1) ?? []));
  const entry = { window: 7200, halfLife: 1800 };
  const common = { kind: 'drawn', entry, resample: pick(true, false), size: { kind: 'lognormal', sigma: 1 } } as const;
  const leverage: GroupOptions['leverage'] = { kind: 'lognormal', median: 8, sigma: 0.5, min: 2, max: 20 };
  const shared = whole(20, 60);
  const hedge = whole(5, 30);
  const mixed: GroupOptions[] = [
    {
      ...common,
      name: 'cross',
      market: 0,
      side: 1,
      count: whole(5, 40),
      notional: money(0, shared),
      leverage,
      cross: [{ market: 1, side: pick(1, -1), notional: money(1, hedge) }],
      ...(whole(0, 2) === 0 ? {} : { coins: [{ market: 2, share: whole(10, 90) / 100 }] }),
    },
    {
      ...common,
      name: 'books',
      margin: 'portfolio',
      market: pick(0, 1),
      side: pick(1, -1),
      count: whole(5, 40),
      notional: 0,
      leverage: { kind: 'lognormal', median: 4, sigma: 0.3, min: 2, max: 6 },
      cross: [],
    },
  ];
  const [cross, books] = mixed as [GroupOptions, GroupOptions];
  const portfolio = portfolioTerms(books.market, markets, whole, pick);
  const traded: GroupOptions[] = [
    cross,
    {
      ...books,
      notional: money(books.market, whole(20, 60)),
      options: portfolio.options.map((_, option) => ({ option, ratio: whole(-40, 60) / 100 })),
    },
  ];
  const regime = (): { readonly margin?: 'dynamic' } => (whole(0, 1) === 0 ? {} : { margin: 'dynamic' });
  const sellers = standardGroup(seed, books, portfolio, money);
  const alone = [first, second].flatMap(({ traders }, market) =>
    traders.map((group): GroupOptions => ({ ...(group as GroupOptions), ...regime(), name: `${market} ${group.name}`, market })),
  );
  return {
    ...first,
    markets,
    portfolio,
    standard: standardTerms(seed, portfolio, markets),
    traders: [...alone, ...traded, sellers, ...counterparts([...traded, sellers], common, leverage)],
    liquidation: { ...first.liquidation, adl: pick(null, null, { kind: 'pro-rata' }, { kind: 'queue' }) },
  };
}

/** A random world whose perpetuals ask more of larger positions, keepers' reward included, and whose coin counts for less the more of it is held. */
export function sizedOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random sized margins', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, world, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  // A lot is a quantum a tick; whoever has twenty times what he put in must still begin covered.
  const reward = { share: pick(0, 0.0005, 0.001), largest: pick(100, 5000, Infinity) };
  const markets = options.markets.map((market): MarketOptions => {
    const { margin, contract } = market;
    if (contract.kind === 'spot') {
      const asset = Math.round(10_000 * (1 - (margin.haircut ?? 0)));
      return {
        ...market,
        margin: { ...margin, weights: { lot: pick(1_000_000, 1_000_000_000), factor: whole(1, 20_000), asset, liability: 20_000 - asset } },
      };
    }
    const rate = 1 / whole(10_000, 2_000_000);
    const skew = { initial: 2 * rate, maintenance: rate, most: 0.01, least: pick(0, 0, whole(1, 10)), reward };
    return { ...market, margin: { ...margin, skew } };
  });
  return { ...options, markets };
}

/**
 * A random world in which cross accounts owe the coin that others of them hold: in half of the worlds liquidators repay it, in the others forced
 * orders buy it back.
 */
export function owingOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random debts in coins', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, world, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  const share = whole(20, 150) / 100;
  const kept = whole(10, 90) / 100;
  const debt = whole(0, 5) / 100;
  const traders = options.traders.flatMap((group) => {
    if (group.kind !== 'drawn' || group.name !== 'cross') return [group];
    const { cross: _, coins: __, ...alone } = group;
    const savers: GroupOptions = { ...alone, name: 'savers', cross: [], coins: [{ market: 2, share: kept }] };
    return [
      { ...group, coins: [{ market: 2, share: -share }] },
      savers,
      { ...alone, name: 'against savers', side: group.side > 0 ? (-1 as const) : (1 as const) },
    ];
  });
  const markets = options.markets.map((market): MarketOptions => {
    if (market.contract.kind !== 'spot') return market;
    const { weights = null } = market.margin;
    // Who owes most must still begin covered.
    const mild =
      weights === null
        ? {}
        : { weights: { ...weights, factor: Math.min(weights.factor, 300), liability: 10_000 + Math.round(debt * 10_000) } };
    return { ...market, margin: { ...market.margin, debt, ...mild } };
  });
  const fee = { base: pick(0, 0.02, 0.1), largest: 0.2, grace: 10, step: 0.01 };
  const repaid: Policy = {
    kind: 'shortage',
    fee,
    insurance: pick(0, 0.01),
    initial: pick(0.1, 1),
    over: 20,
    slot: pick(0.5, 1, 3),
    dollar: 1,
  };
  // So much that seconds of it matter.
  const [base, kink] = [whole(0, 500), whole(500, 5000)];
  const borrowing = pick(null, { rate: { base, optimal: 0.5, kink, most: 2 * kink }, accrual: pick(1, 7) * options.step });
  const { liquidation } = options;
  return {
    ...options,
    traders,
    markets: markets.map((market) => (market.contract.kind === 'spot' ? { ...market, borrowing } : market)),
    liquidation:
      world % 2 === 0 ? { ...liquidation, policy: repaid, socialised: 'positions' } : { ...liquidation, policy: pick(FULL, repaid) },
  };
}

const FULL: Policy = { kind: 'full' };

/** A random world, of linear or inverse markets, in which the margin of about every other isolated group follows its market. */
export function dynamicOptions(options: RunOptions, world: number): RunOptions {
  const from = root('random dynamic margin', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, world, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  const markets = options.markets.map((market) => ({ ...market, dynamic: dynamicMargin(whole, pick) }));
  const traders = options.traders.map((group) => (whole(0, 1) === 0 ? group : { ...group, margin: 'dynamic' as const }));
  return { ...options, markets, traders };
}

type Whole = (low: number, high: number) => number;
type Choose = <T>(...choices: T[]) => T;

function dynamicMargin(whole: Whole, pick: Choose): DynamicMargin {
  return {
    cadence: whole(1, 15),
    initial: 2,
    volatility: {
      lambda: pick(0.8, 0.94),
      variance: 1e-6,
      horizon: whole(2, 10),
      loss: pick<DynamicMargin['volatility']['loss']>(
        { kind: 'normal', deviations: 3 },
        { kind: 'filtered', window: whole(5, 40), confidence: 0.97 },
      ),
    },
    openInterest: pick(null, { free: 0.8, slope: 0.5 }),
    liquidity: pick(null, { reference: 1, power: 0.5 }),
    concentration: pick<DynamicMargin['concentration']>(
      [{ from: 0, multiple: 1 }],
      [
        { from: 0, multiple: 1 },
        { from: 0.01, multiple: 1.3 },
        { from: 0.05, multiple: 2 },
      ],
    ),
    floor: pick(0, 0.005, 0.01),
    buffer: pick(0, 0.25),
    stressed: pick({ rate: 0, weight: 0 }, { rate: 0.02, weight: 0.25 }),
    cap: 0.06,
  };
}

function portfolioTerms(market: number, markets: readonly MarketOptions[], whole: Whole, pick: Choose): PortfolioTerms {
  const price = markets[market]?.history.prices[0] ?? 1;
  const range = whole(3, 5) / 100;
  const shifts = pick<readonly ('none' | 'up' | 'down')[]>(['none'], ['none', 'up', 'down']);
  const listed = (): ListedOption => ({
    market,
    call: pick(true, false),
    strike: Math.round(price * (1 + whole(-20, 20) / 100)),
    expiry: pick(86_400, 604_800, 2_592_000),
  });
  const rules: PortfolioTerms['rules'] = {
    scenarios: shifts.flatMap((volatility) => evenMoves(-range, range, whole(1, 3)).map((move) => ({ move, volatility, damping: 1 }))),
    volatility: { ...STILL, up: 0.3, down: 0.2, floor: 86_400 },
    skew: null,
    basis: null,
    discounting: false,
    factor: { maintenance: 1, initial: 1.5 },
    chargesScaled: pick(true, false),
    discount: null,
    gainOffset: pick(0, 0.5, 1),
    nakedShort: { maintenance: pick(0, 0.01), initial: 0 },
    leastPerOption: 0,
    confidence: null,
    peg: null,
    concentration: null,
  };
  const rate = pick(0, 0.005);
  return {
    rules,
    perpetual: markets.map(() => ({ maintenance: rate, initial: 0 })),
    implied: { volatility: whole(30, 90) / 100, skew: pick(0, -0.4), elasticity: pick(0, 1, 4) },
    options: Array.from({ length: whole(0, 4) }, listed).filter(
      (option, k, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(option)) === k,
    ),
  };
}

function drawn(seed: number): { readonly whole: Whole; readonly pick: Choose } {
  const from = root('random standard margin', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  return { whole, pick: (...choices) => choices[whole(0, choices.length - 1)]! };
}

/** Standard margin on the same options at the same prices. */
function standardTerms(seed: number, { implied, options }: PortfolioTerms, markets: readonly MarketOptions[]): PortfolioTerms {
  const { whole, pick } = drawn(seed);
  const maintenance = whole(20, 60) / 1000;
  const growth = pick(0, 1e-5);
  return {
    rules: {
      option: { most: 0.15, least: 0.1, call: whole(30, 90) / 1000, put: whole(30, 90) / 1000, putValue: pick(0, 0.075), putInitial: 1 },
      unpaired: pick(null, { maintenance: 1.1, initial: 1.2 }, { maintenance: 0.02, initial: 0.03 }),
      confidence: null,
      peg: null,
    },
    perpetual: markets.map(() => ({ maintenance, initial: maintenance, growth })),
    implied,
    options,
  };
}

/** Accounts that hold and sell options under standard margin, like those under portfolio margin. */
function standardGroup(
  seed: number,
  books: GroupOptions,
  { options }: PortfolioTerms,
  money: (market: number, lots: number) => number,
): GroupOptions {
  const { whole, pick } = drawn(seed + 1_000_000);
  return {
    ...books,
    name: 'sellers',
    margin: 'standard',
    side: pick(1, -1),
    count: whole(5, 40),
    notional: money(books.market, whole(20, 60)),
    // Whoever has sold many series needs several times what the perpetual alone asks for.
    leverage: { kind: 'lognormal', median: 2, sigma: 1, min: 0.3, max: 6 },
    options: options.map((_, option) => ({ option, ratio: whole(-40, 40) / 100 })),
  };
}

/** Isolated groups on the other side of every position. */
function counterparts(
  groups: readonly GroupOptions[],
  common: Pick<GroupOptions, 'kind' | 'entry' | 'resample' | 'size'>,
  leverage: GroupOptions['leverage'],
): GroupOptions[] {
  return groups.flatMap((group) =>
    [group, ...(group.cross ?? [])].map(({ market, side, notional }, k) => ({
      ...common,
      name: `against ${group.name} ${k}`,
      market,
      side: side > 0 ? (-1 as const) : (1 as const),
      count: 5,
      notional,
      leverage,
    })),
  );
}

/**
 * A random world with a linear market and two of one coin, in which cross and portfolio accounts of the coin hold positions in one or both of
 * its contracts, beside those of the quote currency (portfolios with options) and everybody's isolated positions; in every third world the
 * first market settles in coin.
 */
export function coinCrossOptions(seed: number): RunOptions {
  const from = root('random coin accounts', 'test');
  let slot = 0;
  const whole = (low: number, high: number): number => low + (bits(from.lo, from.hi, 0, seed, slot++) % (high - low + 1));
  const pick = <T>(...choices: T[]): T => choices[whole(0, choices.length - 1)]!;
  const base = mixedOptions(seed);
  const { threshold, call, equalityLiquidates } = base.markets[0]!.margin;
  const markets = base.markets.map((market) => ({ ...market, margin: { ...market.margin, threshold, call, equalityLiquidates } }));
  /** Notional of so many thousands of a market's lots at the start. */
  const money = (market: number, lots: number): number => {
    const { contract, history } = markets[market]!;
    return lots * 1000 * contract.factor * (contract.kind === 'inverse' ? 1 : Math.max(...history.prices.slice(0, 1)));
  };
  const entry = { window: 7200, halfLife: 1800 };
  const common = { kind: 'drawn', entry, resample: pick(true, false), size: { kind: 'lognormal', sigma: 1 } } as const;
  const leverage: GroupOptions['leverage'] = { kind: 'lognormal', median: 9, sigma: 0.5, min: 2, max: 25 };
  const cross = (name: string, market: number, legs: readonly number[]): GroupOptions => ({
    ...common,
    name,
    market,
    side: pick(1, 1, -1),
    count: whole(5, 40),
    notional: money(market, whole(20, 80)),
    leverage,
    cross: legs.map((leg) => ({ market: leg, side: pick(1, -1), notional: money(leg, whole(10, 80)) })),
  });
  const books = { margin: 'portfolio', leverage: { kind: 'lognormal', median: 4, sigma: 0.3, min: 2, max: 6 } } as const;
  const groups: GroupOptions[] = [
    cross('coin', 1, [2]),
    cross('one contract', pick(1, 2), []),
    cross('quote', 0, []),
    { ...cross('coin books', 1, [2]), ...books },
    { ...cross('quote books', 0, []), ...books },
  ];
  const portfolio = portfolioTerms(0, markets, whole, pick);
  const held = portfolio.options.map((_, option) => ({ option, ratio: whole(-40, 60) / 100 }));
  const optioned = groups.map((group) => (group.name === 'quote books' ? { ...group, options: held } : group));
  const traders = [...base.traders, ...optioned, ...counterparts(groups, common, leverage)];
  const options = { ...base, markets, portfolio, traders, seasonThreshold: threshold * 1.1 };
  return seed % 3 === 0 ? rotated(options) : options;
}

/** The same world with its first market named last. */
function rotated(options: RunOptions): RunOptions {
  const { length } = options.markets;
  const place = (market: number): number => (market + length - 1) % length;
  const { portfolio = null } = options;
  return {
    ...options,
    portfolio: portfolio && { ...portfolio, options: portfolio.options.map((option) => ({ ...option, market: place(option.market) })) },
    markets: [...options.markets.slice(1), ...options.markets.slice(0, 1)],
    traders: options.traders.map((group) => {
      if (group.kind !== 'drawn') return { ...group, market: place(group.market) };
      const cross = group.cross?.map((leg) => ({ ...leg, market: place(leg.market) }));
      return { ...group, market: place(group.market), ...(cross === undefined ? {} : { cross }) };
    }),
  };
}
