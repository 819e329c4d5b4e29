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

/** Seconds of the longest run. */
const HORIZON = 80;
/** Opening price of every asset, quote units, with a tick of 1. */
const PRICE = 2000;
/** Smallest quantity. */
const LOT = 0.01;

const driver: fc.Arbitrary<Keys> = kinds(
  {
    constant: {},
    gbm: { volatility: some(1, 10, 40) },
    garch: { volatility: some(5, 20), alpha: some(0.1), beta: some(0.8), period: some('1s', '10s') },
    heston: { volatility: some(5, 20), reversion: some(1000, 100_000), variability: some(10, 1000), correlation: some(-0.7, 0) },
    merton: { volatility: some(5), intensity: some(100_000, 1_000_000), mean: some(-0.02, 0), deviation: some(0.02) },
    kou: { volatility: some(5), intensity: some(500_000), upShare: some(0.3), meanUp: some(0.02), meanDown: some(0.04) },
    hawkes: {
      volatility: some(5),
      intensity: some(200_000),
      branching: some(0.5, 0.8),
      halfLife: some('5s'),
      meanUp: some(0.01),
      meanDown: some(0.03),
    },
    shock: { at: some('5s', '20s'), size: some(0.08, 0.15, 0.3), volatility: some(0, 2), direction: some('down', 'up') },
    ramp: { length: some('20s', '50s'), size: some(0.1, 0.2, 0.4), volatility: some(0, 5), direction: some('down', 'up') },
    vee: { there: some('20s'), back: some('30s'), size: some(0.1, 0.25), volatility: some(0, 5) },
    waypoints: { points: some([['0s', PRICE], ['30s', 1700], ['60s', 1900]], [['0s', PRICE], ['10s', 1800], ['40s', 2300]]), noise: some(0, 0.001) }, // prettier-ignore
  },
  ['volatility', 'alpha', 'beta', 'reversion', 'variability', 'intensity', 'deviation', 'branching', 'halfLife', 'meanUp', 'meanDown', 'at', 'size', 'length', 'there', 'back', 'points'], // prettier-ignore
).map((keys) => {
  if (keys['kind'] === 'waypoints') return keys;
  return { ...keys, price: PRICE };
});

const mark = fc.oneof(
  some('venue', 'last', 'mid', 'index'),
  kinds(
    {
      last: { clamp: some('5%') },
      mid: { clamp: some('5%') },
      index: { cadence: some('1s', '3s') },
      ema: { timeConstant: some('5s', '30s'), cadence: some('1s', '3s') },
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
  failures: some([{ from: '10s', until: '30s' }], [{ from: '15s', until: '25s', direction: 'down', size: '5%' }]),
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
  some(3, 8, 11),
  fc.record({ kind: some('lognormal'), median: some(4, 8), sigma: some(0.5, 1), min: some(1), max: some(12, 20) }),
);
/** What differs between the two sides of a pair of groups. */
const half = fc.record({ count: whole(1, 40), size: sizes, leverage, resample: fc.boolean() }, { requiredKeys: ['count', 'leverage'] });
/** Longs and shorts of one notional; of a cross pair also in the second asset. */
const pair = fc.record(
  {
    notional: some<number>(40_000, 150_000, 400_000),
    long: half,
    short: half,
    second: fc.boolean(),
    regime: fc.constantFrom('isolated', 'cross', 'dynamic'),
    coins: some<number>(0.3, 1),
    also: fc.boolean(),
  },
  { requiredKeys: ['notional', 'long', 'short'] },
);

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
    initial: some('1.5x', '2x'),
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
const liquidation = optional({
  policy: fc.oneof(
    some('venue', 'full', 'takeover'),
    fc.record(
      {
        kind: some('shortage'),
        fee: some('0.5%', '2%'),
        insurance: some('1%'),
        initial: some('0%', '30%'),
        over: some('10s'),
        slot: some('0.4s', '2s'),
      },
      { requiredKeys: ['kind', 'fee'] },
    ),
    fc.record({ kind: some('partial'), above: some(500, 5000), fraction: some('20%', '50%'), cooldown: some('0s', '5s', '30s') }),
  ),
  mode: some('sequential', 'batch'),
  queue: some('worst-first', 'trigger-price', 'arrival', 'largest', 'random'),
  capacity: some('unlimited', 2, 20),
  latency: some('0s', '0.05s', '1.5s'),
  backstop: fc.oneof(
    some('off'),
    fc.record({
      level: some('0.5x', '0.9x'),
      capacity: some('unlimited', 20_000),
      unwind: some('never', 2000, { share: '20%', off: '1%' }, { rate: 5000, off: '0.2%' }),
    }),
  ),
  throttle: some('off', { system: 5000 }, { system: 500, account: 300 }),
  insurance: some(0, 0, 100),
  socialised: some('positions', 'claim'),
  replenishment: optional({ deposit: some({ amount: 50, every: '10s' }), trades: some('1bps', '1%') }),
  fee: some('0.5%', '2%', { rate: '1%', venue: '33%' }, { rate: '20%', cap: 'bankruptcy', venue: '10%' }),
  adl: fc.oneof(some('queue', 'pro-rata', 'capped'), fc.record({ kind: some('capped'), largest: some('10%', '100%') })),
});

const margin = optional({
  venue: some('hyperliquid', 'generic'),
  threshold: some(0.8, 1, 1.5),
  call: level,
  maintenance: some('0.5%', '2%', [{ from: 0, rate: '1%' }, { from: 5000, rate: '2%' }]), // prettier-ignore
  initial: some('6%'),
  maintenanceOn: some('mark', 'entry'),
});

const SYMBOLS = ['BTC', 'ETH'] as const;

/** What cross accounts may hold as collateral: a falling coin of its own. */
const COIN: Keys = {
  symbol: 'SOL',
  tick: 0.1,
  lot: 0.01,
  contract: { kind: 'spot', haircut: '10%' },
  driver: { kind: 'ramp', price: 150, length: '30s', size: 0.2, volatility: 2 },
  market: { makers: { depth: 50_000 } },
};

/** A scenario file as data: what `JSON.stringify` writes is a file that the parser reads. */
export const randomScenario: fc.Arbitrary<Keys> = fc
  .record(
    {
      step: some<string>('0.5s', '1s', '2s', '5s'),
      horizon: whole(3, HORIZON / 10),
      assets: fc.array(asset, { minLength: 1, maxLength: 2 }),
      market,
      pairs: fc.array(pair, { minLength: 1, maxLength: 3 }),
      orders: fc.array(fc.record({ at: some('3s', '12.25s'), side: some('buy', 'sell'), size: some('1', '20') }), { maxLength: 2 }),
      margin,
      liquidation,
      correlation: some(-0.5, 0.9),
      dynamic,
      foes: fc.array(foe, { maxLength: 2 }),
    },
    { requiredKeys: ['step', 'horizon', 'assets', 'market', 'pairs', 'margin', 'liquidation', 'dynamic'] },
  )
  .map(
    ({
      step,
      horizon,
      assets,
      market: shared,
      pairs,
      orders,
      margin: demanded,
      liquidation: closing,
      correlation,
      dynamic: follows,
      foes,
    }) => {
      const inverse = assets.map((one) => one.inverse === true);
      const listed = assets.map(({ inverse: coin, market: own, ...rest }, k) => ({
        symbol: SYMBOLS[k],
        tick: 1,
        lot: coin === true ? 1 : LOT,
        ...(coin === true ? { contract: { kind: 'inverse', face: 10, coin: 'COIN', quantum: 1e-6 } } : {}),
        ...(own === undefined ? {} : { market: coin === true ? withoutSizes(own) : own }),
        ...rest,
      }));
      const traders = pairs.flatMap(({ notional, long, short: other, second, regime, also, coins }, k) => {
        const place = second === true && assets.length > 1 ? 1 : 0;
        const canCross = regime === 'cross' && inverse.every((one) => !one);
        const group = (side: 'long' | 'short', { count, ...own }: Keys): Keys => ({
          name: `${side}s ${k}`,
          asset: SYMBOLS[place],
          side,
          count,
          notional,
          ...own,
          ...(canCross ? { margin: 'cross' } : regime === 'dynamic' && !inverse[place] ? { margin: 'dynamic' } : {}),
          ...(canCross && also === true && assets.length > 1
            ? { also: [{ asset: SYMBOLS[1 - place], side: side === 'long' ? 'short' : 'long', notional: notional / 2 }] }
            : {}),
        });
        const held = canCross && coins !== undefined ? { coins: [{ asset: 'SOL', share: coins }] } : {};
        return [{ ...group('long', long), ...held }, group('short', other)];
      });
      return {
        horizon: `${10 * horizon}s`,
        step,
        assets: traders.some((one) => 'coins' in one) ? [...listed, COIN] : listed,
        market: inverse[0] ? withoutSizes(shared) : shared,
        traders,
        ...(orders === undefined || inverse[0] ? {} : { orders }),
        ...(correlation === undefined || assets.length < 2 || !assets.every(hasGaussianMoves)
          ? {}
          : { correlations: [[...SYMBOLS, correlation]] }),
        ...(foes === undefined || inverse[0] || (assets[0]?.market ?? shared)['kind'] === 'curve'
          ? {}
          : { adversaries: foes.map((one, k) => ({ name: `foe ${k}`, ...one })) }),
        margin: pairs.some(({ regime }) => regime === 'dynamic') ? { ...demanded, dynamic: follows } : demanded,
        liquidation: closing,
      };
    },
  );

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
