/**
 * Scenarios as a user could write them, drawn: every market, mark, policy, queue, margin mode, waterfall, driver and adversary that the schema has, mixed. What
 * a scenario leaves out is left out of the file, so that a failure shrinks to few keys.
 */
import fc from 'fast-check';

type Keys = Record<string, unknown>;
/** Keys that may each be left out. */
const optional = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Keys> => fc.record(keys, { requiredKeys: [] });
const some = <T = unknown>(...values: readonly NoInfer<T>[]): fc.Arbitrary<T> => fc.constantFrom<T>(...values);
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const kinds = (map: Record<string, Record<string, fc.Arbitrary<unknown>>>, must: readonly string[] = []): fc.Arbitrary<Keys> =>
  fc.oneof(
    ...Object.entries(map).map(([kind, keys]) => {
      const required = Object.keys(keys).filter((key) => must.includes(key));
      return fc.record({ kind: fc.constant(kind), ...keys }, { requiredKeys: ['kind', ...required] as never[] }) as fc.Arbitrary<Keys>;
    }),
  );

/** Seconds of the longest run: a few dozen steps, so that thousands can be played. */
const HORIZON = 60;
/** Opening price of every asset, quote units, with a tick of 1. */
const PRICE = 2000;
/** Smallest quantity. */
const LOT = 0.01;

const moving: fc.Arbitrary<Keys> = kinds(
  {
    gbm: { volatility: some(70, 100) },
    garch: { volatility: some(100), alpha: some(0.1), beta: some(0.8), period: some('1s', '10s') },
    heston: { volatility: some(100), reversion: some(1000, 100_000), variability: some(10, 1000), correlation: some(-0.7, 0) },
    merton: { volatility: some(60), intensity: some(1_500_000), mean: some(-0.03, 0), deviation: some(0.02) },
    kou: { volatility: some(60), intensity: some(1_500_000), upShare: some(0.3), meanUp: some(0.02), meanDown: some(0.04) },
    hawkes: {
      volatility: some(60),
      intensity: some(800_000),
      branching: some(0.5, 0.8),
      halfLife: some('5s'),
      meanUp: some(0.01),
      meanDown: some(0.03),
    },
    shock: { at: some('5s', '10s'), size: some(0.3, 0.4), volatility: some(0, 2), direction: some('down', 'up') },
    ramp: { length: some('10s', '20s'), size: some(0.3, 0.4), volatility: some(0, 5), direction: some('down', 'up') },
    vee: { there: some('10s'), back: some('10s'), size: some(0.3, 0.4), volatility: some(0, 5) },
    waypoints: { points: some([['0s', PRICE], ['10s', 1600], ['60s', 1900]], [['0s', PRICE], ['10s', 1700], ['20s', 2500]]), noise: some(0, 0.001) }, // prettier-ignore
  },
  ['volatility', 'alpha', 'beta', 'reversion', 'variability', 'intensity', 'deviation', 'branching', 'halfLife', 'meanUp', 'meanDown', 'at', 'size', 'length', 'there', 'back', 'points'], // prettier-ignore
);

/** Moves that margin is made for, mostly: where nothing happens the laws hold by themselves. */
const driver: fc.Arbitrary<Keys> = fc
  .oneof({ arbitrary: moving, weight: 19 }, { arbitrary: fc.constant({ kind: 'constant' }), weight: 1 })
  .map((keys) => (keys['kind'] === 'waypoints' ? keys : { ...keys, price: PRICE }));

const mark = fc.oneof(
  some('venue', 'last', 'mid', 'index'),
  kinds(
    {
      last: { clamp: some('5%') },
      mid: { clamp: some('5%') },
      index: { cadence: some('1s', '3s') },
      ema: { timeConstant: some('5s', '20s'), cadence: some('1s', '3s') },
      median: { premium: some('30s', '150s'), cadence: some('3s') },
    },
    ['timeConstant', 'premium', 'cadence'],
  ),
);

const oracle = optional({
  lag: some('0s', '3s'),
  cadence: some('1s', '5s'),
  deviation: some('0.2%'),
  heartbeat: some('20s'),
  ageLimit: some('10s'),
  whenStale: some('hold', 'own-middle'),
  failures: some([{ from: '10s', until: '16s' }], [{ from: '15s', until: '25s', direction: 'down', size: '5%' }]),
  exchanges: some(
    { weights: [{ name: 'A', weight: 2 }, { name: 'B', weight: 1 }], dispersion: '0.2%', halfLife: '5s' }, // prettier-ignore
    { weights: [{ name: 'A', weight: 1, dispersion: '1%' }], failures: [{ exchange: 'A', from: '10s', until: '18s' }] },
  ),
});

const funding = optional({
  sampling: some('2s', '5s'),
  cadence: some('20s'),
  period: some('20s', '8h'),
  interest: some('0.05%', '-0.05%'),
  impact: some(0, 5000),
  weights: some('equal', 'rising'),
});

const depth = some(5000, 30_000, 100_000, 400_000);

const maker: Record<string, fc.Arbitrary<unknown>> = {
  count: whole(1, 5),
  depth,
  volatilityScale: some('off', 0.004, 0.02),
  halfSpread: some(0.0005, 0.002),
  reach: some(0.02, 0.1),
  rungs: whole(2, 8),
  inventoryCap: some(20_000, 200_000),
  lossLimit: some(500, 5000),
  lossPause: some('10s'),
  layOffHalfLife: some('never', '20s'),
  recovery: some('never', '2s', '20s'),
  permanent: some(0, 0.3, 1),
  reaction: some('0.1s', '0.5s', '2s'),
  withdrawal: some({ at: '2%', returnAt: '1%', returnAfter: '5s' }),
  profile: some([['1%', 1, 1]], [['0.5%', 0.2, 0.4], ['2%', 1, 2]]), // prettier-ignore
};
const ladder = fc.record(maker, { requiredKeys: ['depth'] });
const leaning: fc.Arbitrary<Keys> = fc.record<Keys>(
  { kind: some('avellaneda-stoikov'), ...maker, riskAversion: some(1e-6, 1e-4), fill: some(2000), horizon: some('60s') },
  { requiredKeys: ['kind', 'depth', 'riskAversion'] },
);

const book = fc.record(
  {
    makers: fc.oneof(
      ladder,
      leaning,
      fc.tuple(ladder, leaning).map(([one, other]) => [{ name: 'near', ...one }, { name: 'far', ...other }]), // prettier-ignore
      fc.record({
        kind: some('flat'),
        size: some('0.5', '5'),
        bid: some(1999),
        bidLevels: some(300, 1000),
        ask: some(2001),
        askLevels: some(100, 1000),
      }),
    ),
    noise: optional({ marketRate: some(0.5, 3), limitRate: some(1, 4), size: some(200, 2000), lifetime: some('10s'), reach: some('0.5%') }),
    fundamentalists: optional({ count: some(5), size: some(500, 5000), orderRate: some(0.5, 3), lifetime: some('20s') }),
    chartists: optional({ count: some(5), size: some(500, 5000), orderRate: some(0.5, 3), horizon: some('30s') }),
    momentum: optional({ count: some(5), size: some(2000), limit: some(20_000), threshold: some('1%'), horizon: some('30s') }),
    arbitrageurs: optional({ count: some(3), capital: some(5000, 50_000), costs: some('0.1%'), latency: some('0s', '2s'), returnHalfLife: some('never', '20s') }), // prettier-ignore
    zeroIntelligence: fc.record({ limitRate: some(0.01), marketRate: some(1), cancelRate: some(0.05), size: some('0.1'), reach: some(40) }),
    contStoikovTalreja: fc.record({ limitRate: some(1.9), size: some('0.05'), reach: some(20) }),
    session: fc.record(
      {
        band: fc.record({ width: some('3%', '10%'), reference: some('index', '30s'), beyond: some('reject', 'clip') }),
        breaker: fc.record({ move: some('3%'), window: some('20s'), halt: some('10s') }),
        auction: fc.record({ move: some('2%'), window: some('10s'), call: some('5s') }),
        outages: some([{ from: '5s', until: '12s' }]),
      },
      { requiredKeys: [] },
    ),
    selfTrade: some('none', 'expire-maker', 'expire-taker', 'expire-both', 'decrement'),
  },
  { requiredKeys: ['makers'] },
);

const curve = fc.record(
  {
    kind: some('curve'),
    law: some('linear', 'square-root', 'power', 'exponential', 'constant-product', 'latent', 'obizhaeva-wang', 'propagator', { kind: 'exponential', decay: -20 }, { kind: 'square-root', window: '10s' }), // prettier-ignore
    depth,
    recovery: some('never', '2s', '20s'),
    permanent: some(0, 0.3, 1),
  },
  { requiredKeys: ['kind', 'depth'] },
);

const market: fc.Arbitrary<Keys> = fc.oneof({ arbitrary: book, weight: 3 }, { arbitrary: curve, weight: 1 });

const sizes = fc.oneof(some('equal'), kinds({ pareto: { alpha: some(1.1, 2), cap: some(400_000) }, lognormal: { sigma: some(0.5, 1.5) } }, ['alpha', 'cap', 'sigma'])); // prettier-ignore
const leverage = fc.oneof(
  some(8, 10),
  fc.record({ kind: some('lognormal'), median: some(9, 12), sigma: some(0.5, 1), min: some(3), max: some(15, 25) }),
);

const delay = fc.oneof(some('0s', '0.7s', '5s'), some({ kind: 'exponential', mean: '3s' }, { kind: 'lognormal', median: '3s', sigma: 1 }));

/** What the traders of a group do of their own accord. */
const conduct: Record<string, fc.Arbitrary<unknown>> = {
  absent: some(0.2),
  topUp: fc.record(
    { reserve: some(0.1, 1, { money: 2000 }), probability: some(0.6), delay, target: some('1.6x', '3x') },
    { requiredKeys: ['reserve', 'target'] },
  ),
  reduce: optional({ probability: some(0.5), delay, share: some(0.1, 1) }),
  stopLoss: fc.record(
    { share: some(0.3), distance: some('3%', { kind: 'lognormal', median: '6%', sigma: 0.8 }) },
    { requiredKeys: ['distance'] },
  ),
  panic: fc.record(
    { move: some('1%', '4%'), within: some('3s', '20s'), share: some(0.1, 0.5), part: some(0.3), delay },
    { requiredKeys: ['move', 'within', 'share'] },
  ),
  reopen: fc.record({ leverage: some(3, 50), probability: some(0.5), delay, deposit: some(0.5, 2) }, { requiredKeys: ['leverage'] }),
};
/** What differs between the two sides of a pair of groups. */
const half = fc.record(
  { count: whole(1, 25), size: sizes, leverage, response: some('fixed', 'adapts'), resample: fc.boolean(), ...conduct },
  { requiredKeys: ['count', 'leverage'] },
);
const option = fc.record({
  kind: some('call', 'put'),
  strike: some('85%', '100%', '110%'),
  expiry: some('1d', '30d'),
  side: some('long', 'short'),
  size: some('0.3x', '1x'),
});
/** Longs and shorts of one notional; of a shared pair also in the second asset. */
const pair = fc.record(
  {
    notional: some<number>(40_000, 150_000, 400_000),
    long: half,
    short: half,
    second: fc.boolean(),
    regime: fc.constantFrom('isolated', 'cross', 'dynamic', 'portfolio', 'standard'),
    options: fc.uniqueArray(option, { maxLength: 2, selector: ({ kind, strike, expiry }) => JSON.stringify([kind, strike, expiry]) }),
    coins: some<number>(0.3, 1),
    borrows: some<number>(0.2, 0.5),
    also: fc.boolean(),
    hedges: fc.boolean(),
  },
  { requiredKeys: ['notional', 'long', 'short'] },
);

type Pair = typeof pair extends fc.Arbitrary<infer T> ? T : never;

const asset = fc.record(
  {
    driver,
    mark,
    oracle,
    funding,
    inverse: fc.boolean(),
    market,
  },
  { requiredKeys: ['driver'] },
);

const dynamic = fc.record(
  {
    volatility: some(0.5, 5),
    cadence: some('10s'),
    halfLife: some('5s', '60s'),
    horizon: some('10s', '300s'),
    loss: some({ kind: 'normal', deviations: 3 }, { kind: 'filtered', window: 20, confidence: 0.95 }),
    openInterest: fc.record({ slope: some(1), free: some('0.5x', '1x') }, { requiredKeys: ['slope'] }),
    liquidity: fc.record({ power: some(0.5) }),
    concentration: some([{ from: 0.05, multiple: '1.5x' }], [{ from: 0.02, multiple: '1.2x' }, { from: 0.1, multiple: '2x' }]), // prettier-ignore
    floor: some('maintenance', '1%'),
    buffer: some('25%'),
    stressed: some({ rate: '8%', weight: '25%' }),
    cap: some('30%'),
    initial: some('2.5x', '4x'),
  },
  { requiredKeys: ['volatility'] },
);

/** Who attacks the venue or others; prices, sizes and times fit every scenario here. */
const foe = fc.oneof(
  fc.record(
    {
      kind: some('stop-hunter'),
      at: some('2s', '8s'),
      latency: some('0s', '1s'),
      capital: some(0, 5000, 50_000),
      leverage: some(5, 10),
      direction: some('down', 'up'),
      rate: some(1000, 10_000),
      target: some({ kind: 'price', price: 1900 }, { kind: 'price', price: 2100 }, { kind: 'cluster', share: 0.3 }),
      patience: some('10s'),
      rest: some('2s'),
      before: some({ notional: 5000, over: '2s' }),
    },
    { requiredKeys: ['kind', 'at', 'capital', 'rate', 'target'] },
  ),
  fc.record(
    {
      kind: some('fund-drainer'),
      at: some('2s', '8s'),
      capital: some(0, 2000, 20_000),
      leverage: some(5, 10),
      hold: some('3s'),
      off: some('5%', '20%'),
      linked: fc.boolean(),
    },
    { requiredKeys: ['kind', 'at', 'capital', 'leverage', 'hold', 'off'] },
  ),
  fc.record(
    {
      kind: some('oracle-pusher'),
      at: some('2s', '8s'),
      capital: some(0, 2000, 20_000),
      leverage: some(3, 10),
      direction: some('up', 'down'),
      over: some('5s'),
      push: some({ on: 'market', notional: 20_000, capital: 5000 }, { on: 'outside', notional: 50_000, capital: 50_000, depth: 20_000 }),
      keep: some('10%'),
      linked: fc.boolean(),
    },
    { requiredKeys: ['kind', 'at', 'capital', 'leverage', 'over', 'push'] },
  ),
);

const level = some('1.1x', '1.3x');
const pause = some('0s', '1s', '5s');
const unfilled = { retry: some('1s', '3s'), rest: some('wait', 'backstop', 'adl') };
const closes = some('cash', 'bankruptcy', 'mark', 'previous');
const vault = fc.record(
  {
    level: some('0.5x', '0.9x'),
    capacity: some('unlimited', 20_000),
    unwind: some(500, 20_000, { share: '20%', off: '1%' }, { rate: 5000, off: '0.2%' }),
  },
  { requiredKeys: ['level', 'capacity'] },
);
const throttle = optional({
  block: some('1s', '3s'),
  position: some({ share: '50%' }, { share: '10%', least: 1000 }),
  account: some(500, 10_000),
  market: some(2000, 30_000),
  system: some(500, 5000),
  window: some({ notional: 5000, time: '5s' }),
});
const liquidation = optional({
  policy: fc.oneof(
    some('venue', 'full', 'step-down', 'takeover'),
    kinds(
      {
        partial: { above: some(500, 5000), fraction: some('20%', '50%'), cooldown: some('0s', '5s', '30s') },
        restore: { target: some('1x', '1.4x'), pause },
        'step-down': { pause },
        clips: { notional: some(300, 5000), pause },
        shortage: {
          fee: some('0.5%', '2%'),
          insurance: some('1%'),
          initial: some('0%', '30%'),
          over: some('10s'),
          slot: some('0.4s', '2s'),
        },
      },
      ['above', 'fraction', 'cooldown', 'target', 'notional', 'fee'],
    ),
  ),
  limit: fc.oneof(
    some('off', 'venue'),
    kinds({ bankruptcy: unfilled, fillable: { spread: some(0.5, 1.5), adjustment: some(2), ...unfilled } }, ['spread']),
  ),
  throttle: fc.oneof(some('off', 'venue'), throttle),
  mode: some('sequential', 'batch'),
  queue: some('worst-first', 'trigger-price', 'arrival', 'largest', 'random'),
  capacity: some('unlimited', 2, 20),
  latency: some('0s', '0.05s', '1.5s'),
  backstop: fc.oneof({ arbitrary: some('off', 'venue'), weight: 1 }, { arbitrary: vault, weight: 1 }),
  insurance: some(0, 0, 100),
  socialised: some('positions', 'claim'),
  profitLimit: fc.record(
    { pool: some(5000, 50_000), largest: some('10%', '50%'), until: some('0%', '10%') },
    { requiredKeys: ['pool', 'largest'] },
  ),
  replenishment: optional({ deposit: some({ amount: 50, every: '10s' }), trades: some('1bps', '1%') }),
  fee: some(
    '0.5%',
    '2%',
    { rate: '1%', venue: '33%' },
    { rate: '20%', cap: 'bankruptcy', venue: '10%' },
    { rate: '1%', venue: '20%', backstop: '30%' },
  ),
  remainder: some('trader', 'fund'),
  adl: fc.oneof(
    some('venue', 'off', 'queue', 'unranked', 'pro-rata', 'capped'),
    kinds({ queue: { rank: some('profit', 'mark'), closes }, unranked: { closes }, 'pro-rata': { closes }, capped: { largest: some('10%', '100%') } }, ['largest', 'closes']), // prettier-ignore
  ),
});

/** Presets with a margin table for everything here. */
const PRESETS = [
  'generic', 'hyperliquid', 'binance-usdm', 'binance-coinm', 'binance-pm', 'bitmex', 'bybit', 'deribit', 'derive-srm', 'drift', 'dydx-v4',
  'gate-okx', 'gmx-v2', 'kraken-futures', 'kucoin', 'okx', 'paradex', 'synthetix-v3', 'vertex',
] as const; // prettier-ignore

const margin = optional({
  venue: fc.oneof(some('generic'), some(...PRESETS)),
  threshold: some(0.8, 1, 1.25),
  call: level,
  grace: some('2s', '10s'),
  maintenance: some('0.5%', '2%', [{ from: 0, rate: '1%' }, { from: 5000, rate: '2%' }, { from: 10_000, rate: '3%' }]), // prettier-ignore
  maintenanceOn: some('mark', 'entry'),
  skew: some('off', { scale: 5e7, fraction: 1 }, { scale: 1e7, fraction: 1, least: 1, reward: '0.1%', largestReward: 5 }),
  initialGrowth: some('off', { from: 1e4, to: 1e6 }, { from: 0, to: 1e5 }),
  initial: some('8%'),
});

const portfolio = fc.record(
  {
    rules: fc.oneof(
      some('deribit', 'derive-pmrm-v2', 'cme-span'),
      fc.record(
        {
          down: some('10%'),
          up: some('10%'),
          steps: some(2, 3),
          volatilityUp: some('30%'),
          volatilityDown: some('20%'),
          tails: some([{ move: '-40%', counts: '20%' }]),
          contingency: some('0.5%'),
          nakedShort: some('1%'),
          offset: some(0.5, 1),
          initial: some('2.5x'),
        },
        { requiredKeys: ['down', 'up', 'steps', 'initial'] },
      ),
    ),
    volatility: some('40%', '90%'),
    skew: some(-0.3),
    elasticity: some(0, 1),
  },
  { requiredKeys: ['rules', 'volatility'] },
);

/** Beside it: the options of both have one surface. */
const standard = fc.record(
  {
    rules: some('derive-srm', 'deribit'),
    option: some({ call: '5%', put: '6%' }, { most: '20%', least: '15%' }),
    unpaired: some('none', { maintenance: 0.5, initial: 1 }),
    perpetual: some({ maintenance: '4%', initial: '8%' }, { maintenance: '1%', initial: '5%' }),
  },
  { requiredKeys: ['rules', 'perpetual'] },
);

const auctioned = { penalty: some('13%'), leastDebt: some(10), limit: some(20_000) };
/** Borrowers, their terms, what becomes of their loans, and who sees to it. */
const lending = fc.record({
  group: fc.record(
    {
      count: whole(1, 25),
      notional: some(20_000, 100_000),
      size: sizes,
      loanToValue: some('70%', { kind: 'lognormal', median: '70%', sigma: 0.1, min: '40%', max: '74%' }),
      resample: fc.boolean(),
    },
    { requiredKeys: ['count', 'notional', 'loanToValue'] },
  ),
  terms: fc.record(
    { liquidationThreshold: some('80%'), loanToValue: some('66%'), interest: some('10%', '1000%'), accrual: whole(1, 5) },
    { requiredKeys: ['liquidationThreshold', 'loanToValue', 'accrual'] },
  ),
  loans: kinds(
    {
      'fixed-spread': { bonus: some('0%', '5%', '15%'), closeFactor: some('25%', '100%'), fullCloseBelow: some(0), leastLeftover: some(0), protocolShare: some('0%') }, // prettier-ignore
      'dutch-auction': { ...auctioned, opening: some(1, 1.3), fall: some({ kind: 'linear', duration: '20s' }, { kind: 'exponential', cut: '97%' }, { kind: 'stairs', cut: '90%', step: '2s' }), longest: some('15s'), flatIncentive: some(0, 10), shareIncentive: some('1%') }, // prettier-ignore
      'english-auction': { ...auctioned, longest: some('20s'), raise: some('3%', '20%'), life: some('2s', '8s') },
      'stability-pool': { deposits: some([], [1000], [200, 5000, 33]), criticalRatio: some('150%', '200%') },
      absorb: { liquidationFactor: some('90%'), storeFrontFactor: some('50%', '100%'), targetReserves: some(0, 2000) },
    },
    ['bonus', 'fullCloseBelow', 'leastLeftover', 'leastDebt', 'life', 'fall'],
  ),
  keepers: fc.array(
    fc.record(
      { count: whole(1, 3), capital: some(500, 20_000), latency: some('2s'), profit: some(5), ceiling: some(50) },
      { requiredKeys: ['count'] },
    ),
    { minLength: 1, maxLength: 2 },
  ),
  chain: fc.record(
    { block: some('1s', '4s'), room: some(1, 5), cost: some(1), move: some('2%'), window: some('20s'), crowd: some(3) },
    { requiredKeys: ['block'] },
  ),
});

const SYMBOLS = ['BTC', 'ETH'] as const;

/** What cross accounts may hold as collateral: a falling coin of its own. */
const COIN: Keys = {
  symbol: 'SOL',
  tick: 0.1,
  lot: 0.01,
  contract: {
    kind: 'spot',
    haircut: '10%',
    sizeFactor: 0.01,
    scaleStart: 1000,
    interest: { base: '10%', optimal: '60%', kink: '200%', most: '1000%' },
    accrual: '10s',
  },
  driver: { kind: 'ramp', price: 150, length: '30s', size: 0.2, volatility: 2 },
  market: { makers: { depth: 50_000 } },
};

/** A scenario file as data: what `JSON.stringify` writes is a file that the parser reads. */
export const randomScenario: fc.Arbitrary<Keys> = fc
  .record(
    {
      step: some<string>('0.5s', '1s', '2s', '5s'),
      horizon: whole(4, HORIZON / 10),
      assets: fc.array(asset, { minLength: 1, maxLength: 2 }),
      market,
      pairs: fc.array(pair, { minLength: 1, maxLength: 3 }),
      orders: fc.array(fc.record({ at: some('3s', '12.25s'), side: some('buy', 'sell'), size: some('1', '20') }), { maxLength: 2 }),
      margin,
      liquidation,
      correlation: some(-0.5, 0.9),
      dynamic,
      portfolio,
      standard,
      lending: fc.oneof({ arbitrary: lending, weight: 1 }, { arbitrary: fc.constant(undefined), weight: 1 }),
      arms: some(['quiet'], ['placebo']),
      foes: fc.array(foe, { maxLength: 2 }),
    },
    { requiredKeys: ['step', 'horizon', 'assets', 'market', 'pairs', 'margin', 'liquidation', 'dynamic', 'portfolio', 'standard'] },
  )
  .map(({ step, horizon, assets, market: shared, pairs, orders, margin: demanded, liquidation: closing, correlation, foes, ...rest }) => {
    const inverse = assets.map((one) => one.inverse === true);
    const linear = !inverse.includes(true);
    const listed = assets.map(({ inverse: coin, market: own, ...keys }, k) => ({
      symbol: SYMBOLS[k],
      tick: 1,
      lot: coin === true ? 1 : LOT,
      ...(coin === true ? { contract: { kind: 'inverse', face: 10, coin: 'COIN', quantum: 1e-6 } } : {}),
      ...(own === undefined ? {} : { market: coin === true ? withoutSizes(own) : own }),
      ...keys,
      // What a lot owes as funding is no part of a loan.
      ...(k === 0 && rest.lending !== undefined ? { funding: undefined } : {}),
    }));
    const traders = pairs.flatMap((one, k) => groupsOf(one, k, assets.length > 1, inverse));
    const regimes = new Set(traders.map((group) => group['margin']));
    const { rules, ...surface } = rest.portfolio;
    const byPreset = regimes.has('standard') || (regimes.has('portfolio') && typeof rules === 'string');
    const lent = inverse[0] ? undefined : rest.lending;
    return {
      horizon: `${10 * horizon}s`,
      step,
      assets: traders.some((group) => 'coins' in group || 'borrows' in group) ? [...listed, COIN] : listed,
      market: linear ? shared : withoutSizes(shared),
      traders: lent === undefined ? traders : [...traders, { name: 'borrowers', margin: 'lending', ...lent.group }],
      ...(orders === undefined || inverse[0] ? {} : { orders }),
      ...(correlation === undefined || assets.length < 2 || !assets.every(hasGaussianMoves)
        ? {}
        : { correlations: [[...SYMBOLS, correlation]] }),
      ...(foes === undefined || inverse[0] || (assets[0]?.market ?? shared)['kind'] === 'curve'
        ? {}
        : { adversaries: foes.map((one, k) => ({ name: `foe ${k}`, ...one })) }),
      ...(rest.arms === undefined ? {} : { arms: rest.arms }),
      margin: {
        ...demandedOf(demanded, byPreset),
        ...(regimes.has('dynamic') ? { dynamic: rest.dynamic } : {}),
        // In coin nothing that accounts share grows with size.
        ...(regimes.has('cross') && !linear ? { skew: 'off' } : {}),
        ...(regimes.has('portfolio') ? { portfolio: rest.portfolio } : {}),
        ...(regimes.has('standard') ? { standard: { ...rest.standard, ...surface } } : {}),
        ...(lent === undefined ? {} : { lending: { ...lent.terms, accrual: `${lent.terms.accrual! * Number(step.slice(0, -1))}s` } }),
      },
      liquidation: {
        ...fitting(closing),
        ...(lent === undefined
          ? {}
          : { loans: lent.loans, keepers: lent.keepers.map((one, k) => ({ name: `keepers ${k}`, ...one })), chain: lent.chain }),
      },
    };
  });

/** Without levels that a preset's initial margin leaves no room for. */
function demandedOf({ initial, call, threshold, ...keys }: Keys, byPreset: boolean): Keys {
  const { venue = 'generic', maintenance } = keys;
  const own = maintenance === undefined ? {} : { initial: initial ?? '8%' };
  const roomy = !byPreset && (venue === 'generic' || maintenance !== undefined);
  return { ...keys, ...own, ...(roomy ? { call, threshold } : {}) };
}

/** Two groups of one notional, long and short. */
function groupsOf(drawn: Pair, k: number, hasSecond: boolean, inverse: readonly boolean[]): Keys[] {
  const { notional, long, short: other, second, also, coins, borrows, options, hedges } = drawn;
  const place = second === true && hasSecond ? 1 : 0;
  // What shares collateral has to settle in one currency, and options are worth quote units.
  const mayHold = (one: Pair['regime']): boolean => one === 'portfolio' || one === 'standard';
  const fits = mayHold(drawn.regime) ? !inverse.includes(true) : drawn.regime !== 'dynamic' || !inverse[place];
  const regime = fits ? (drawn.regime ?? 'isolated') : 'isolated';
  const hasOptions = mayHold(regime);
  const shares = (regime === 'cross' || hasOptions) && inverse[1 - place] === inverse[place];
  const held = hasOptions && options !== undefined ? options : [];
  const sells = held.some((one) => one.side === 'short');
  const group = (side: 'long' | 'short', { reopen, ...own }: Keys): Keys => ({
    name: `${side}s ${k}`,
    asset: SYMBOLS[place],
    side,
    notional,
    ...own,
    // A grid, and options that are sold, ask for more than a ladder.
    ...(hasOptions ? { leverage: regime === 'standard' && !(sells && side === 'long') ? 7 : 3 } : {}),
    ...(regime === 'isolated' ? {} : { margin: regime }),
    ...(regime === 'isolated' && reopen !== undefined ? { reopen } : {}),
    ...(shares && also === true && hasSecond
      ? {
          also: [{ asset: SYMBOLS[1 - place], side: side === 'long' ? 'short' : 'long', notional: notional / 2 }],
          ...(hedges === true ? { hedge: { delay: '2s', by: { kind: 'asset', asset: SYMBOLS[1 - place] } } } : {}),
        }
      : {}),
    // A portfolio may also hedge with what it does not hold.
    ...(regime === 'portfolio' && also !== true && hedges === true && hasSecond
      ? { hedge: { delay: '2s', by: { kind: 'asset', asset: SYMBOLS[1 - place] } } }
      : {}),
  });
  return [
    {
      ...group('long', long),
      ...(regime === 'cross' && coins !== undefined && !inverse.includes(true) ? { coins: [{ asset: 'SOL', share: coins }] } : {}),
      ...(regime === 'cross' && coins === undefined && borrows !== undefined && !inverse.includes(true)
        ? { borrows: [{ asset: 'SOL', share: borrows }] }
        : {}),
      ...(held.length > 0 ? { options: held } : {}),
    },
    group('short', other),
  ];
}

/** Without a vault's share of fees where there is no vault, and without what becomes of an order's rest where nobody is there to take it. */
function fitting({ limit, fee, ...others }: Keys): Keys {
  const keys =
    typeof fee === 'object' && typeof others['backstop'] !== 'object' ? others : { ...others, ...(fee === undefined ? {} : { fee }) };
  if (typeof limit !== 'object' || limit === null) return limit === undefined ? keys : { ...keys, limit };
  const { rest, ...price } = limit as Keys;
  const { backstop, adl } = keys;
  const deleverages = typeof adl === 'object' && adl !== null && 'closes' in adl && adl.closes !== 'cash';
  const served = rest === 'backstop' ? typeof backstop === 'object' : rest !== 'adl' || deleverages;
  return { ...keys, limit: served && rest !== undefined ? limit : price };
}

/** Whether a driver has moves that can be correlated with another's. */
function hasGaussianMoves({ driver: { volatility } }: { readonly driver: Keys }): boolean {
  return volatility !== undefined && volatility !== 0;
}

/** Without what is stated in units of a linear asset. */
function withoutSizes(own: Keys): Keys {
  const { zeroIntelligence: _, contStoikovTalreja: __, makers, ...rest } = own;
  const flat = typeof makers === 'object' && makers !== null && (makers as Keys)['kind'] === 'flat';
  return makers === undefined ? own : { ...rest, makers: flat ? { depth: 100_000 } : makers };
}
