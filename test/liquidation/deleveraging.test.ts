import { describe, expect, test } from 'vitest';
import { flatTiers } from '../../src/margin/tiers.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import type { Population } from '../../src/traders/population.ts';

interface Listed {
  readonly name: string;
  readonly lots: number;
  readonly collateral: number;
}

/** A debtor of 1,000 lots at 10x: bought or sold at 1,000, closed 106 against it, it owes 6,000. */
const long: Listed = { name: 'debtor', lots: 1000, collateral: 100_000 };
const short: Listed = { ...long, lots: -1000 };

/** Everybody from 1,000; at step 2 the mark goes to `price` and stays, and a deep flat book stands a tick on either side of it. */
function market(people: readonly Listed[], price: number, changes: Partial<RunOptions['liquidation']>): RunOptions {
  return {
    step: 1,
    steps: 10,
    markets: [
      {
        asset: { symbol: 'X', tick: 1, lot: 1, quantum: 1, quantaPerTickLot: 1 },
        contract: { kind: 'linear', currency: 0, factor: 1 },
        driver: { kind: 'waypoints', times: [0, 1, 1.5, 10], prices: [1000, 1000, price, price], noise: 0 },
        history: { ages: [0], prices: [1000] },
        mark: { kind: 'index', cadence: 1, clamp: null },
        oracle: null,
        funding: null,
        session: null,
        selfTrade: 'none',
        quotes: { kind: 'flat', lots: 1_000_000, bestBid: price - 1, bidLevels: 20, bestAsk: price + 1, askLevels: 20 },
        noise: null,
        background: [],
        adversaries: [],
        orders: [],
        margin: { maintenance: flatTiers(0.01), initial: flatTiers(0.02), threshold: 1, call: 1.5, equalityLiquidates: false },
      },
    ],
    correlations: null,
    traders: people.map(({ name, lots, collateral }) => ({
      name,
      kind: 'listed',
      market: 0,
      accounts: [{ lots, entry: 1000, collateral }],
    })),
    liquidation: {
      policy: { kind: 'full' },
      mode: 'sequential',
      queue: 'worst-first',
      ordersPerSecond: Infinity,
      latency: 0,
      route: 'book',
      backstop: null,
      insurance: 2000,
      fee: 0,
      adl: null,
      ...changes,
    },
    seasonThreshold: 1,
  };
}

const seed = { seed: 'adl', replicate: 0 };

const populationOf = (options: RunOptions): Population =>
  buildPopulation(options.traders, {
    markets: [{ ...options.markets[0]!, startMark: 1000 }],
    seasonThreshold: options.seasonThreshold,
    ...seed,
  });

/** The world before its first step. */
function opened(options: RunOptions): World {
  const { driver } = options.markets[0]!;
  const price = driver.kind === 'waypoints' ? driver.prices.at(-1)! : NaN;
  const outside = [Float64Array.from({ length: options.steps + 1 }, (_, step) => (step < 2 ? 1000 : price))];
  const population = populationOf(options);
  const world = new World(shapeOf(options, population, [1000]));
  world.open({ options, population, outside, seed, route: 'book', tapes: null, exactScan: false, recountAlways: true });
  return world;
}

interface Outcome {
  readonly metrics: Readonly<Record<string, number>>;
  /** Equity at the last mark, by name, and the fund's cash. */
  readonly equity: Readonly<Record<string, number>>;
  readonly fund: number;
  readonly liquidated: readonly string[];
}

function play(options: RunOptions): Outcome {
  const result = new Simulator().run(options, seed, { detail: true, recountAlways: true });
  const { groupNames } = populationOf(options);
  const world = opened(options);
  while (world.advance());
  const { ledger } = world.engine.markets[0]!;
  return {
    metrics: Object.fromEntries(METRIC_NAMES.map((name, i) => [name, result.metrics[i]!])),
    equity: Object.fromEntries(groupNames.map((name, account) => [name, ledger.equity(account, world.markOf(0))])),
    fund: ledger.cash[world.shape.traders]!,
    liquidated: result.liquidations!.map(({ group }) => group),
  };
}

const money = ({ metrics }: Outcome): number[] =>
  ['bad_debt', 'insurance_used', 'adl_used', 'adl_overshoot', 'socialised_loss', 'adl_accounts', 'adl_notional'].map(
    (name) => metrics[name]!,
  );

// At 895: a has 2,100 of profit in an equity of 4,100, b 6,300 in 26,300. The debtor owes 6,000, the fund pays 2,000.
const winners: readonly Listed[] = [
  { name: 'a', lots: -20, collateral: 2000 },
  { name: 'b', lots: -60, collateral: 20_000 },
];
const NOTIONAL = 80 * 895;

describe('how fairly they are called', () => {
  const figures = (changes: Partial<RunOptions['liquidation']>, people = winners): number[] => {
    const { metrics } = play(market([long, ...people], 895, changes));
    return ['adl_gini', 'adl_gini_all', 'adl_hit_share', 'adl_inversions'].map((name) => metrics[name]!);
  };

  test('off, and where nobody was called: undefined', () => {
    expect(figures({})).toEqual([NaN, NaN, NaN, NaN]);
    expect(figures({ insurance: 6000, adl: { kind: 'queue' } })).toEqual([NaN, NaN, NaN, NaN]);
  });

  test('queue: all of a’s profit and 1900 of b’s 6300', () => {
    const gini = (1 - 1900 / 6300) / (2 * (1 + 1900 / 6300));
    const [given, all, share, inversions] = figures({ adl: { kind: 'queue' } });
    expect(given).toBeCloseTo(gini, 14);
    expect(all).toBeCloseTo(gini, 14);
    expect([share, inversions]).toEqual([1, 0]);
  });

  test('queue: one of two gives', () => expect(figures({ insurance: 4000, adl: { kind: 'queue' } })).toEqual([0, 0.5, 0.5, 0]));

  test('pro rata: the same share of every profit', () => {
    const [given, all, share, inversions] = figures({ adl: { kind: 'pro-rata' } });
    expect([given, all].map((gini) => Math.round(gini! * 1e9))).toEqual([0, 0]);
    expect([share, inversions]).toEqual([1, 0]);
  });

  test('in no order: whoever is called by key, of which one is before the other in the queue', () => {
    const [small, large] = winners.map(({ lots, collateral }) => ({ lots, collateral }));
    const swapped = [
      { name: 'a', ...large! },
      { name: 'b', ...small! },
    ];
    const changes = { insurance: 4000, adl: { kind: 'unranked' } } as const;
    const inversions = [winners, swapped].map((people) => figures(changes, people).at(-1));
    expect(inversions.toSorted()).toEqual([0, 1]);
  });

  test('closed at the mark: one is hit and gives nothing', () => {
    const [given, all, share, inversions] = figures({ insurance: 0, adl: { kind: 'queue', closes: 'mark' } });
    expect([given, all, share, inversions]).toEqual([NaN, NaN, 1, 0]);
  });
});

describe('two winners and a debtor by hand', () => {
  test('off: what the fund cannot pay is socialised, and nothing is said of ADL', () => {
    const outcome = play(market([long, ...winners], 895, {}));
    expect(money(outcome)).toEqual([6000, 2000, NaN, NaN, 4000, NaN, NaN]);
    expect(outcome.equity).toEqual({ a: 4100, b: 26_300, debtor: 0 });
  });

  test('queue: a is as profitable and more leveraged (0.105 × 17900/4100 against 0.105 × 53700/26300), so all of its profit goes first', () => {
    const outcome = play(market([long, ...winners], 895, { adl: { kind: 'queue' } }));
    expect(money(outcome)).toEqual([6000, 2000, 4000, 0, 0, 2, NOTIONAL]);
    expect(outcome.equity).toEqual({ a: 2000, b: 26_300 - 1900, debtor: 0 });
  });

  test('queue: who is not needed gives nothing', () => {
    const outcome = play(market([long, ...winners], 895, { insurance: 4000, adl: { kind: 'queue' } }));
    expect(money(outcome)).toEqual([6000, 4000, 2000, 0, 0, 1, 20 * 895]);
    expect(outcome.equity).toEqual({ a: 2100, b: 26_300, debtor: 0 });
  });

  test('pro rata: 4000 of 8400 from each', () => {
    const outcome = play(market([long, ...winners], 895, { adl: { kind: 'pro-rata' } }));
    expect(money(outcome)).toEqual([6000, 2000, 4000, 0, 0, 2, NOTIONAL]);
    expect(outcome.equity).toEqual({ a: 4100 - 1000, b: 26_300 - 3000, debtor: 0 });
  });

  test('capped: 4000 of 30400 of equity from each, rounded up, and the quantum over goes to the fund', () => {
    const outcome = play(market([long, ...winners], 895, { adl: { kind: 'capped', largest: 0.3 } }));
    expect(money(outcome)).toEqual([6000, 2000, 4000, 1, 0, 2, NOTIONAL]);
    expect(outcome.equity).toEqual({ a: 4100 - 540, b: 26_300 - 3461, debtor: 0 });
    expect(outcome.fund).toBe(1);
  });

  test('capped: at a tenth of each equity the rest is socialised', () => {
    const outcome = play(market([long, ...winners], 895, { adl: { kind: 'capped', largest: 0.1 } }));
    expect(money(outcome)).toEqual([6000, 2000, 410 + 2630, 0, 4000 - 3040, 2, NOTIONAL]);
  });

  test('nobody gives more than the profit, or when there is none, or on the side of the debtor', () => {
    for (const kind of ['queue', 'pro-rata'] as const) {
      const poor = play(market([long, { name: 'a', lots: -20, collateral: 2000 }], 895, { adl: { kind } }));
      expect(money(poor)).toEqual([6000, 2000, 2100, 0, 1900, 1, 20 * 895]);
      expect(poor.equity).toEqual({ a: 2000, debtor: 0 });
      const alone = play(market([long, { name: 'a', lots: 20, collateral: 20_000 }], 895, { adl: { kind } }));
      expect(money(alone)).toEqual([6000, 2000, 0, 0, 4000, 0, 0]);
    }
  });

  test('a debt that the fund pays touches nobody', () => {
    const outcome = play(market([long, ...winners], 895, { insurance: 6000, adl: { kind: 'pro-rata' } }));
    expect(money(outcome)).toEqual([6000, 6000, 0, 0, 0, 0, 0]);
  });

  test("a short's debt is paid by longs", () => {
    const longs = winners.map((winner) => ({ ...winner, lots: -winner.lots }));
    const outcome = play(market([short, ...longs], 1105, { adl: { kind: 'pro-rata' } }));
    expect(money(outcome)).toEqual([6000, 2000, 4000, 0, 0, 2, 80 * 1105]);
    expect(outcome.equity).toEqual({ a: 4100 - 1000, b: 26_300 - 3000, debtor: 0 });
  });

  test('of equal scores the first by account key gives first', () => {
    const twins = ['p', 'q', 'r'].map((name) => ({ name, lots: -20, collateral: 2000 }));
    const options = market([long, ...twins], 895, { insurance: 6000 - 2100, adl: { kind: 'queue' } });
    const { keyHi, keyLo, groupNames } = populationOf(options);
    const [first] = twins
      .map(({ name }) => groupNames.indexOf(name))
      .sort((i, k) => keyHi[i]! - keyHi[k]! || keyLo[i]! - keyLo[k]!)
      .map((account) => groupNames[account]!);
    const expected = { debtor: 0, p: 4100, q: 4100, r: 4100, [first!]: 2000 };
    expect(play(options).equity).toEqual(expected);
    expect(play({ ...options, traders: [...options.traders].reverse() }).equity).toEqual(expected);
  });
});

test('a winner whose cash falls below its own maintenance by the haircut is liquidated for it, and not without it', () => {
  // At 2,000 the short owes 1,000 a lot less its margin; the long's 17 of margin a lot are less than 1 % of 2,000.
  const people = [short, { name: 'thin', lots: 1000, collateral: 17_000 }];
  const spared = play(market(people, 2000, { insurance: 0 }));
  expect(spared.liquidated).toEqual(['debtor']);
  const hit = play(market(people, 2000, { insurance: 0, adl: { kind: 'queue' } }));
  // 1,000,000 of profit pays 901,000 of debt: 99,000 and 17,000 are left, 116 a lot.
  expect(hit.equity).toEqual({ debtor: 0, thin: 17_000 + 99_000 });
  expect(hit.liquidated).toEqual(['debtor']);
  const more = play(market([{ ...short, lots: -1200, collateral: 120_000 }, people[1]!], 2000, { insurance: 0, adl: { kind: 'queue' } }));
  expect(more.liquidated).toEqual(['debtor', 'thin']);
  expect(more.metrics['adl_used']).toBe(1_000_000);
  expect(more.metrics['socialised_loss']).toBe(1200 * 1001 - 120_000 - 1_000_000);
});

test('a run that goes back to a snapshot goes on with the same haircuts', () => {
  const world = opened(market([long, ...winners], 895, { adl: { kind: 'pro-rata' } }));
  const { deleveraging } = world.engine;
  const counts = (): number[] => [deleveraging!.accounts, deleveraging!.notional[0]!, world.engine.markets[0]!.waterfall.adlUsed];
  world.advance();
  const snapshot = world.snapshot();
  while (world.advance());
  expect(counts()).toEqual([2, NOTIONAL, 4000]);
  world.restore(snapshot);
  expect(counts()).toEqual([0, 0, 0]);
  while (world.advance());
  expect(counts()).toEqual([2, NOTIONAL, 4000]);
});

describe('winners closed against a debtor', () => {
  const run = (people: readonly Listed[], price: number, changes: Partial<RunOptions['liquidation']>) => {
    const { metrics, liquidations } = new Simulator().run(market(people, price, changes), seed, { detail: true, recountAlways: true });
    const values = (...names: string[]): (number | undefined)[] => names.map((name) => metrics[METRIC_NAMES.indexOf(name)]);
    const routes = liquidations!.map(({ group, quantity, route, fillPrice }) => `${group} ${quantity} ${route} ${fillPrice}`);
    return { values, routes };
  };
  const winner = (name: string, lots: number, collateral = 100_000): Listed => ({ name, lots, collateral });

  test.each([
    ['long', long, 895, -1],
    ['short', short, 1105, 1],
  ] as const)('at bankruptcy: what the fund cannot pay of a %s is theirs, and nothing goes to the book', (_, debtor, price, side) => {
    const { values, routes } = run([debtor, winner('w', side * 1500)], price, { adl: { kind: 'queue', closes: 'bankruptcy' } });
    expect(routes).toEqual([`debtor 1000 adl ${price}`]);
    // 5,000 below nothing at the mark, of which the fund has 2,000.
    expect(values('bad_debt', 'insurance_used', 'adl_used', 'adl_overshoot', 'socialised_loss')).toEqual([5000, 2000, 3000, 0, 0]);
    expect(values('adl_accounts', 'adl_notional', 'on_book_notional', 'off_book_notional')).toEqual([1, 1000 * price, 0, 1000 * price]);
  });

  test('at the mark: the winner gives nothing, and the debt is everybody’s', () => {
    const { values } = run([long, winner('w', -1500)], 895, { adl: { kind: 'queue', closes: 'mark' } });
    expect(values('bad_debt', 'insurance_used', 'adl_used', 'socialised_loss')).toEqual([5000, 2000, 0, 3000]);
  });

  test('at the mark before: what that is better than this one, even beyond the need; the fund keeps it', () => {
    // Closed at 1,000: 105 a lot.
    const { values } = run([long, winner('w', -1500)], 895, { adl: { kind: 'queue', closes: 'previous' } });
    expect(values('bad_debt', 'insurance_used', 'adl_used', 'adl_overshoot')).toEqual([5000, 2000, 3000, 102_000]);
  });

  test('pro rata closes of everybody the same share, and what winners lack goes to the book', () => {
    const people = [long, winner('a', -300), winner('b', -500)];
    const { values, routes } = run(people, 895, { adl: { kind: 'pro-rata', closes: 'bankruptcy' } });
    expect(routes).toEqual(['debtor 800 adl 895', 'debtor 200 book 894']);
    // 800 of 1,000 lots bear as much of the 3,000; the rest and the book's 200 ticks have no winner left.
    expect(values('bad_debt', 'insurance_used', 'adl_used', 'socialised_loss', 'adl_accounts')).toEqual([5200, 2000, 2400, 800, 2]);
  });

  test('what a limit leaves is closed against winners: at the mark while the group has equity', () => {
    const limit = { price: { kind: 'bankruptcy' }, retry: 1, rest: 'adl' } as const;
    const { values, routes } = run([long, winner('w', -1500)], 905, { limit, adl: { kind: 'unranked', closes: 'bankruptcy' } });
    expect(routes).toEqual(['debtor 1000 book 904']);
    const thin = market([long, winner('w', -1500)], 905, { limit, adl: { kind: 'unranked', closes: 'bankruptcy' }, remainder: 'fund' });
    const quotes = { kind: 'flat', lots: 100, bestBid: 904, bidLevels: 1, bestAsk: 1001, askLevels: 1 } as const;
    const { metrics, liquidations } = new Simulator().run({ ...thin, markets: [{ ...thin.markets[0]!, quotes }] }, seed, { detail: true });
    expect(liquidations!.map(({ quantity, route }) => [quantity, route])).toEqual([
      [100, 'book'],
      [900, 'adl'],
    ]);
    // 5,000 at the mark less 100 ticks in the book: the fund's.
    expect(metrics[METRIC_NAMES.indexOf('fund_income')]).toBe(4900);
    expect(values('bad_debt')).toEqual([0]);
  });
});
