import { describe, expect, test } from 'vitest';
import { flatTiers } from '../../src/margin/tiers.ts';
import { lotsToSend, shareToRestore } from '../../src/liquidation/policies.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { withMarket } from '../../src/validation/worlds.ts';

const RATE = 0.01;

/** Longs from 1,000 against a deep flat book (or a thin one), the mark at the outside price, which falls at step 2 and stays. */
function market(
  longs: { lots: number; leverage: number }[],
  price: number,
  changes: Partial<RunOptions['liquidation']> = {},
  bookLots = 1_000_000,
): RunOptions {
  return {
    step: 1,
    steps: 60,
    markets: [
      {
        asset: { symbol: 'X', tick: 1, lot: 1, quantum: 1, quantaPerTickLot: 1 },
        contract: { kind: 'linear', currency: 0, factor: 1 },
        driver: { kind: 'waypoints', times: [0, 1, 1.5, 60], prices: [1000, 1000, price, price], noise: 0 },
        history: { ages: [0], prices: [1000] },
        mark: { kind: 'index', cadence: 1, clamp: null },
        oracle: null,
        funding: null,
        session: null,
        selfTrade: 'none',
        quotes: { kind: 'flat', lots: bookLots, bestBid: price - 1, bidLevels: 20, bestAsk: 1001, askLevels: 20 },
        noise: null,
        background: [],
        adversaries: [],
        orders: [],
        margin: { maintenance: flatTiers(RATE), initial: flatTiers(2 * RATE), threshold: 1, call: 1.5, equalityLiquidates: false },
      },
    ],
    correlations: null,
    traders: longs.map(({ lots, leverage }, i) => ({
      name: `long ${i}`,
      kind: 'listed',
      market: 0,
      accounts: [{ lots, entry: 1000, collateral: Math.round((lots * 1000) / leverage) }],
    })),
    liquidation: {
      policy: { kind: 'full' },
      mode: 'sequential',
      queue: 'worst-first',
      ordersPerSecond: Infinity,
      latency: 0,
      route: 'book',
      backstop: null,
      insurance: 0,
      fee: 0,
      adl: null,
      ...changes,
    },
    seasonThreshold: 1,
  };
}

const play = (options: RunOptions): RunResult =>
  new Simulator().run(options, { seed: 'e', replicate: 0 }, { detail: true, recountAlways: true });
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const clips = (result: RunResult): string[] => result.liquidations!.map((l) => `${l.step} ${l.group} ${l.quantity} ${l.route}`);

describe('policies', () => {
  const partial = { kind: 'partial', above: 100_000, fraction: 0.2, cooldown: 30 } as const;

  test('up to the limit the whole goes, above it a fifth first (hyperliquid/partial_liquidation_fraction)', () => {
    expect(lotsToSend(partial, 1000, 100_000, true)).toBe(1000);
    expect(lotsToSend(partial, 1000, 150_000, true)).toBe(200);
    expect(lotsToSend(partial, 1000, 150_000, false)).toBe(1000);
    expect(lotsToSend(partial, 3, 150_000, true)).toBe(1);
    expect(lotsToSend({ kind: 'full' }, 1000, 150_000, true)).toBe(1000);
  });

  test('closing 1 − MCR / θ at the mark restores θ', () => {
    expect(shareToRestore(0.75, 1)).toBe(0.25);
    expect(shareToRestore(1.2, 1)).toBe(0);
    expect(shareToRestore(-3, 1)).toBe(1);
  });
});

describe('engine', () => {
  test('a large position sends a fifth, and the whole after thirty seconds if it is still below', () => {
    // 10 % of margin at 100x leverage less: equity at 905 is 5 on 1,000 lots × … below 1 %.
    const result = play(
      market([{ lots: 1000, leverage: 10 }], 905, { policy: { kind: 'partial', above: 100_000, fraction: 0.2, cooldown: 30 } }),
    );
    expect(clips(result)).toEqual(['2 long 0 200 book', '32 long 0 800 book']);
    expect(metric(result, 'liquidations')).toBe(1);
  });

  test('the backstop takes over below two thirds of the requirement, at the mark and off the book, with the margin', () => {
    const backstop = { level: 2 / 3, capacity: Infinity, stated: null };
    const kept = play(market([{ lots: 1000, leverage: 10 }], 907, { backstop }));
    // Equity 7,000 on a requirement of 9,070: below θ, above two thirds.
    expect(clips(kept)).toEqual(['2 long 0 1000 book']);
    const taken = play(market([{ lots: 1000, leverage: 10 }], 905, { backstop }));
    // Equity 5,000 on 9,050: below two thirds.
    expect(clips(taken)).toEqual(['2 long 0 1000 backstop']);
    expect(taken.liquidations![0]!.fillPrice).toBe(905);
    expect(metric(taken, 'backstop_notional')).toBe(905_000);
    expect(metric(taken, 'backstop_pnl')).toBe(5_000);
    expect(metric(taken, 'bad_debt')).toBe(0);
    const bankrupt = play(market([{ lots: 1000, leverage: 10 }], 895, { backstop, insurance: 100_000 }));
    expect(metric(bankrupt, 'bad_debt')).toBe(5_000);
    expect(metric(bankrupt, 'backstop_loss')).toBe(5_000);
    expect(metric(bankrupt, 'insurance_used')).toBe(0);
  });

  test('a vault without room leaves the position to the market', () => {
    const backstop = { level: 2 / 3, capacity: 1_000_000, stated: null };
    const result = play(
      market(
        [
          { lots: 1000, leverage: 10 },
          { lots: 900, leverage: 10 },
        ],
        905,
        { backstop },
      ),
    );
    expect(
      clips(result)
        .map((clip) => clip.split(' ').at(-1))
        .sort(),
    ).toEqual(['backstop', 'book']);
    expect(metric(result, 'backstop_notional')).toBeLessThanOrEqual(1_000_000);
  });

  test('capacity is orders a second, whatever the step', () => {
    const longs = Array.from({ length: 10 }, () => ({ lots: 100, leverage: 12 }));
    const result = play(market(longs, 905, { ordersPerSecond: 4 }));
    const perStep = new Map<number, number>();
    for (const { step } of result.liquidations!) perStep.set(step, (perStep.get(step) ?? 0) + 1);
    expect([...perStep]).toEqual([
      [2, 4],
      [3, 4],
      [4, 2],
    ]);
    const halved = { ...market(longs, 905, { ordersPerSecond: 4 }), step: 0.5, steps: 120 };
    const seconds = play(halved).liquidations!.map(({ step }) => Math.floor(step / 2));
    expect(seconds.filter((s) => s === seconds[0]).length).toBeLessThanOrEqual(4);
    expect(new Set(seconds).size).toBeGreaterThanOrEqual(3);
  });

  test('an order reaches the book its latency after the trigger', () => {
    const result = play(market([{ lots: 100, leverage: 12 }], 905, { latency: 2.5 }));
    expect(result.liquidations!.map((l) => l.step)).toEqual([4]);
  });

  test('worst first: the lowest MCR goes before, ties by account key and never by place in the file', () => {
    const longs = [
      { lots: 100, leverage: 11 },
      { lots: 100, leverage: 14 },
      { lots: 100, leverage: 12 },
    ];
    const result = play(market(longs, 905, { ordersPerSecond: 1 }));
    expect(result.liquidations!.map((l) => l.group)).toEqual(['long 1', 'long 2', 'long 0']);
    expect(result.liquidations!.map((l) => l.step)).toEqual([2, 3, 4]);
  });

  test('what the book cannot fill waits; nothing is lost', () => {
    const result = play(market([{ lots: 1000, leverage: 10 }], 905, {}, 10));
    expect(result.liquidations!.reduce((sum, l) => sum + l.quantity, 0)).toBe(200);
    expect(metric(result, 'latent_bad_debt')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('the fee goes to the fund and never makes a debt', () => {
    // Sold at 904: equity 4,000 − fee of at most 0.5 % of 904,000 = 4,520.
    const result = play(market([{ lots: 1000, leverage: 10 }], 905, { fee: 0.005 }));
    expect(metric(result, 'fund_income')).toBe(4_000);
    expect(metric(result, 'bad_debt')).toBe(0);
  });

  test('a fee is shared, and takes of a part of a position no more than that part of the margin where it stops at bankruptcy', () => {
    const policy = { kind: 'partial', above: 100_000, fraction: 0.2, cooldown: 100 } as const;
    const paid = (cap: 'left' | 'bankruptcy'): RunResult =>
      play(market([{ lots: 1000, leverage: 10 }], 905, { policy, fee: 0.01, feeTerms: { cap, venue: 500_000, backstop: 200_000 } }));
    // 200 lots at 904: 1 % is 1,808. Equity was 5,000 of 1,000 lots at 905: a fifth of it less what the fill lost is 800.
    expect(metric(paid('left'), 'liquidation_fees')).toBe(1_808);
    const result = paid('bankruptcy');
    expect(['liquidation_fees', 'venue_income', 'fund_income', 'ledger_error'].map((name) => metric(result, name))).toEqual([
      800, 400, 240, 0,
    ]);
  });

  test('bad debt is paid by the fund as far as it reaches, the rest is socialised', () => {
    const result = play(market([{ lots: 1000, leverage: 10 }], 895, { insurance: 2_000 }));
    // Sold at 894: 6,000 short.
    expect(metric(result, 'bad_debt')).toBe(6_000);
    expect(metric(result, 'insurance_used')).toBe(2_000);
    expect(metric(result, 'socialised_loss')).toBe(4_000);
  });

  test('a group that is covered again when its turn comes is let go', () => {
    const base = market([{ lots: 100, leverage: 12 }], 905, { latency: 5 });
    const options = withMarket(base, {
      driver: { kind: 'waypoints', times: [0, 1, 2, 3, 60], prices: [1000, 1000, 905, 1000, 1000], noise: 0 },
    });
    expect(play(options).liquidations).toEqual([]);
  });
});

describe('a book that has run dry', () => {
  /** One maker who refills every second; a long too large for its bids at the first look. */
  const dry = (step: number): RunOptions => ({
    ...withMarket(market([{ lots: 40_000, leverage: 10 }], 905), {
      quotes: {
        kind: 'makers',
        groups: [
          {
            name: 'maker',
            count: 1,
            depth: 4_000_000,
            floor: 1_000_000,
            volatilityScale: 0.01,
            returnHalfLife: 60,
            withdrawal: null,
            halfSpread: 0.001,
            reach: 0.02,
            rungs: 8,
            leaning: null,
            inventoryCap: Infinity,
            layOffHalfLife: Infinity,
            lossLimit: Infinity,
            lossPause: Infinity,
            recovery: 5,
            permanent: 0,
            reaction: 1,
          },
        ],
      },
    }),
    step,
    steps: Math.round(60 / step),
  });

  test('waits for the makers and not for the next step', () => {
    const duration = (step: number): number => metric(play(dry(step)), 'duration');
    expect(duration(1)).toBeGreaterThan(2);
    // All of it within one step: the makers refill every second of it.
    expect(duration(10)).toBeGreaterThan(2);
    expect(duration(10)).toBeLessThan(10);
    expect(metric(play(dry(10)), 'ledger_error')).toBe(0);
  });
});

test('a vault with limited room takes the worst first, whatever the groups are called', () => {
  const backstop = { level: 2 / 3, capacity: 1_000_000, stated: null };
  const longs = [
    { lots: 1000, leverage: 10 },
    { lots: 1000, leverage: 10.3 },
  ];
  const taken = (order: typeof longs): number[] =>
    play(market(order, 905, { backstop }))
      .liquidations!.filter((l) => l.route === 'backstop')
      .map((l) => l.mcr);
  expect(taken(longs)).toHaveLength(1);
  expect(taken(longs)).toEqual(taken(longs.toReversed()));
});

describe('policies, end to end', () => {
  /** Longs from `start` against bids at the last of the marks, one a second, that take everything. */
  const atTheMark = (longs: { lots: number; collateral: number }[], prices: number[], changes: Partial<RunOptions['liquidation']>) => {
    const [last] = prices.slice(-1);
    const options = market([], last!, changes);
    const times = prices.map((_, i) => i);
    return withMarket(
      {
        ...options,
        steps: prices.length - 1,
        traders: longs.map(({ lots, collateral }, i) => ({
          name: `long ${i}`,
          kind: 'listed',
          market: 0,
          accounts: [{ lots, entry: prices[0]!, collateral }],
        })),
      },
      {
        driver: { kind: 'waypoints', times, prices, noise: 0 },
        quotes: { kind: 'flat', lots: 1_000_000, bestBid: last!, bidLevels: 1, bestAsk: 2 * prices[0]!, askLevels: 1 },
        margin: { ...options.markets[0]!.margin, equalityLiquidates: true },
      },
    );
  };

  test('POS-RESTORE: at a ratio of 1 % it closes (g − r) / (g − c) to get to 1.5 %', () => {
    // 1,300 lots at 900 with 1 % left; closing costs 0.2 % of what is closed.
    const changes = { policy: { kind: 'restore', target: 1.5, pause: 0 }, fee: 0.002 } as const;
    const result = play(atTheMark([{ lots: 1300, collateral: 141_700 }], [1000, 1000, 900, 900, 900], changes));
    expect(clips(result)).toEqual(['2 long 0 500 book']);
    expect(metric(result, 'fund_income')).toBe(900);
    // What restores θ itself is nothing here: all of it is beyond.
    expect(metric(result, 'over_liquidation')).toBe(1);
  });

  test('POS-PARTIAL: once f is closed at a ratio of m, the next trigger is m·f / ((1 − f)(1 − m)) further down', () => {
    const start = 110_000;
    const from = 100_000;
    const falls = Array.from({ length: 400 }, (_, k) => from - k);
    // Equity of 1 % of 4 lots at 100,000.
    const changes = { policy: { kind: 'partial', above: 0, fraction: 0.25, cooldown: 0 } } as const;
    const world = atTheMark([{ lots: 4, collateral: 44_000 }], [start, start, ...falls], changes);
    // One lot at the first mark, and one at each tick below.
    const quotes = { kind: 'flat', lots: 1, bestBid: from, bidLevels: 400, bestAsk: 2 * start, askLevels: 1 } as const;
    const result = play(withMarket(world, { quotes }));
    const next = from * (1 - (0.01 * 0.25) / (0.75 * 0.99));
    const triggers = result.liquidations!.map(({ triggerPrice }) => triggerPrice);
    expect(triggers.slice(0, 2)).toEqual([from, Math.floor(next)]);
  });

  test('clips come at their cadence, and stop when the position is covered again', () => {
    const changes = { policy: { kind: 'clips', notional: 90_000, pause: 2 } } as const;
    // Equity 9,001 on 11,700: 300 lots too many, a hundred at a time.
    const result = play(atTheMark([{ lots: 1300, collateral: 139_001 }], [1000, 1000, ...Array<number>(12).fill(900)], changes));
    expect(clips(result)).toEqual(['2 long 0 100 book', '4 long 0 100 book', '6 long 0 100 book']);
  });

  test('POS-GAP-FROM-ENTRY: a gap through the bankruptcy price leaves what it is deep as bad debt, with a limit there as latent debt', () => {
    // Bankrupt at 900, a tenth below entry; the mark gaps to 880 and the book with it.
    const world = (changes: Partial<RunOptions['liquidation']>): RunResult =>
      play(atTheMark([{ lots: 100, collateral: 10_000 }], [1000, 1000, 880, 880, 880], changes));
    const debt = 100 * Math.max(0, 900 - 880);
    expect(metric(world({}), 'bad_debt')).toBe(debt);
    const limited = world({ limit: { price: { kind: 'bankruptcy' }, retry: 1, rest: 'wait' } });
    expect([metric(limited, 'liquidations'), metric(limited, 'bad_debt'), metric(limited, 'latent_bad_debt')]).toEqual([0, 0, debt]);
  });

  test('what a limit leaves goes to the backstop when the rule says so, if it has room', () => {
    const world = (capacity: number): RunResult =>
      play(
        atTheMark([{ lots: 100, collateral: 10_000 }], [1000, 1000, 905, 880], {
          limit: { price: { kind: 'bankruptcy' }, retry: 1, rest: 'backstop' },
          backstop: { level: 0.01, capacity, stated: null },
        }),
      );
    // The book bids 880 only, bankruptcy is at 900: the mark of the takeover is 905.
    expect(clips(world(Infinity))).toEqual(['2 long 0 100 backstop']);
    expect(world(1000).liquidations).toEqual([]);
  });

  test('the vault works off what it took over at its own pace, and its later result is its own', () => {
    const backstop = { level: 0.9, capacity: Infinity, unwind: { rate: 90_000, share: Infinity, off: Infinity }, stated: null };
    const prices = [1000, 1000, ...Array<number>(10).fill(900)];
    const world = (changes: object): RunResult =>
      play(atTheMark([{ lots: 250, collateral: 26_000 }], prices, { backstop: { ...backstop, ...changes } }));
    const result = world({});
    // Taken over at 900 with 1,000 of margin; a hundred lots a second find 900 until the book is a tick lower.
    expect(clips(result)).toEqual(['2 long 0 250 backstop']);
    expect(metric(result, 'backstop_pnl')).toBe(1000);
    expect(result.steps![0]!.last.slice(2, 6)).toEqual(Float64Array.of(900, 900, 900, 900));
    expect(metric(result, 'on_book_notional')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
    // At 899 and below the book would pay less than the vault did: one level of 50 lots, then the next.
    const thin = atTheMark([{ lots: 250, collateral: 26_000 }], prices, { backstop });
    const quotes = { kind: 'flat', lots: 50, bestBid: 900, bidLevels: 20, bestAsk: 2000, askLevels: 1 } as const;
    const lost = play(withMarket(thin, { quotes }));
    expect(metric(lost, 'backstop_pnl')).toBe(1000 - 50 * (0 + 1 + 2 + 3 + 4));
  });
});
