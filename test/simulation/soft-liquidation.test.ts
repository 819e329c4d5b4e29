import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { shapeOf, World } from '../../src/simulation/world.ts';
import { buildPopulation } from '../../src/traders/drawing.ts';
import { loanWorld } from './one-loan.ts';

interface Case {
  readonly id: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, number>>;
}

const CASES = JSON.parse(readFileSync(new URL('../../reference/vectors.json', import.meta.url), 'utf8')) as readonly Case[];
const OPENINGS = CASES.filter(({ id }) => id.startsWith('crvusd/create_loan_bands/'));

const seed = { seed: 'bands', replicate: 0 };
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const run = (options: RunOptions): RunResult => new Simulator().run(options, seed, { detail: true, recountAlways: true });

/** Loans in bands under prices at moments, in steps of a second and blocks of one. */
function banded(
  points: readonly (readonly [number, number])[],
  loans: string,
  rules = 'fee: 0',
  keepers = '[{ name: k }]',
  market?: string,
): RunOptions {
  const [[, price]] = points as [readonly [number, number]];
  return loanWorld({
    price,
    loans,
    horizon: `${points.at(-1)![0]}s`,
    driver: `{ kind: waypoints, noise: 0, points: [${points.map(([time, at]) => `[${time}s, ${at.toFixed(2)}]`).join(', ')}] }`,
    margin: '{ venue: crvusd }',
    ...(market === undefined ? {} : { market }),
    liquidation: `{ chain: { block: 1s }, keepers: ${keepers}, loans: { kind: soft-liquidation, ${rules} } }`,
  });
}

/** The same in a world of its own, whose balances can be looked at, driven along the outside prices given. */
function worldOf(options: RunOptions, prices: readonly number[]): World {
  const [market] = options.markets;
  const { asset, contract, history, margin, loans } = market!;
  const outside = Float64Array.from({ length: options.steps + 1 }, (_, step) => 100 * prices[Math.min(step, prices.length - 1)]!);
  const population = buildPopulation(options.traders, {
    markets: [{ asset, contract, history, margin, loans: loans!, startMark: Math.round(outside[0]!) }],
    seasonThreshold: options.seasonThreshold,
    ...seed,
  });
  const world = new World(shapeOf(options, population, [outside[0]!]));
  world.open({ options, population, outside: [outside], seed, route: 'book', tapes: null, exactScan: false, recountAlways: true });
  return world;
}

describe.each(OPENINGS)('$id in a run', ({ inputs, expected }) => {
  const {
    collateral,
    debt,
    base_price: base,
    bands,
    A,
    loan_discount: loan,
    liquidation_discount: held,
  } = inputs as Record<string, number>;
  const rules = `bands: ${bands}, amplification: ${A}, loanDiscount: ${loan}, liquidationDiscount: ${held}, fee: 0`;
  const loans = `{ collateral: ${collateral} ETH, debt: ${debt} }`;
  const fall = (to: number): RunResult =>
    run(
      banded(
        [
          [0, base!],
          [300, to],
          [360, to],
        ],
        loans,
        rules,
      ),
    );

  test('collateral is sold from the top of the first band down to the bottom of the last', () => {
    const { p_up: top, p_down: bottom } = expected as Record<string, number>;
    expect(metric(fall(top! * 1.0005), 'bands_sold')).toBe(0);
    expect(metric(fall(top! * 0.998), 'bands_sold')).toBeGreaterThan(0);
    const world = worldOf(
      banded(
        [
          [0, base!],
          [400, bottom! * 0.999],
        ],
        loans,
        rules,
      ),
      falling(base!, bottom! * 0.999, 400),
    );
    while (world.advance());
    expect(world.ledger.markets[0]!.lots[0]).toBe(0);
    expect(world.ledger.markets[0]!.cash[0]).toBeGreaterThan(0);
    expect(world.engine.liquidated).toBe(0);
  });

  test('its health at the opening is the vector’s', () => {
    const world = worldOf(
      banded(
        [
          [0, base!],
          [60, base!],
        ],
        loans,
        rules,
      ),
      [base!],
    );
    // At the top of the band a loan lacks its debt × −health to its requirement; a tick lower it is the same to the second order.
    const mark = Math.floor(expected['p_up']! * 100);
    const quantum = 1e-5;
    const health = -(world.engine.lacking(0, 1, Float64Array.of(mark)) * quantum) / debt!;
    expect(health).toBeCloseTo(expected['health_not_full']!, 6);
  });
});

function falling(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, k) => from + ((to - from) * k) / steps);
}

describe('soft liquidation', () => {
  const loans = '{ collateral: 10 ETH, debt: 15_000 }, { collateral: 30 ETH, debt: 50_000 }';

  test('a slow fall and rise through all bands sells and buys back, for a small loss and no liquidation', () => {
    const result = run(
      banded(
        [
          [0, 2000],
          [1200, 1550],
          [2400, 2000],
        ],
        loans,
      ),
    );
    // 10 + 30 ETH at prices of their bands.
    expect(metric(result, 'bands_sold')).toBeGreaterThan(40 * 1550);
    expect(metric(result, 'bands_sold')).toBeLessThan(40 * 2000);
    expect(metric(result, 'bands_bought')).toBeGreaterThan(0.97 * metric(result, 'bands_sold'));
    expect(metric(result, 'bands_lost')).toBeGreaterThan(0);
    expect(metric(result, 'bands_lost')).toBeLessThan(0.03 * metric(result, 'bands_sold'));
    // What is sold out of bands, and bought back, is taken in the book.
    expect(metric(result, 'on_book_notional')).toBeGreaterThan(1.9 * metric(result, 'bands_sold'));
    expect(metric(result, 'liquidations')).toBe(0);
    // Each trade has a row a loan: what they come to is what the metrics say, and nobody is liquidated by them.
    const rows = result.liquidations ?? [];
    const sum = (route: string, of: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + (row.route === route ? of(row) : 0), 0);
    expect(sum('bands', ({ notional }) => notional)).toBeCloseTo(metric(result, 'bands_sold'), 2);
    expect(sum('bands-back', ({ notional }) => notional)).toBeCloseTo(metric(result, 'bands_bought'), 2);
    const lost =
      sum('bands', ({ notional, quantity, fillPrice }) => notional - quantity * fillPrice!) +
      sum('bands-back', ({ notional, quantity, fillPrice }) => quantity * fillPrice! - notional);
    expect(lost).toBeCloseTo(metric(result, 'bands_lost'), 2);
    expect(sum('bands', ({ quantity }) => quantity)).toBeCloseTo(40, 1);
    expect(new Set(rows.map(({ cause, parent, generation }) => `${cause} ${parent} ${generation}`))).toEqual(new Set(['none null 0']));
    expect(new Set(rows.map(({ account }) => account)).size).toBe(2);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('the owner loses more the faster the price goes there and back', () => {
    const lost = [2400, 600, 120].map((half) =>
      metric(
        run(
          banded(
            [
              [0, 2000],
              [half, 1550],
              [2 * half, 2000],
            ],
            loans,
          ),
        ),
        'bands_lost',
      ),
    );
    expect(lost[1]).toBeGreaterThan(lost[0]!);
    expect(lost[2]).toBeGreaterThan(lost[1]!);
  });

  test('without anybody to trade with them bands stay as they are, and a loan whose health is gone is left with its debt', () => {
    const result = run(
      banded(
        [
          [0, 2000],
          [60, 1500],
          [120, 1500],
        ],
        '{ collateral: 10 ETH, debt: 17_000 }',
        'fee: 0',
        '[{ name: k, profit: 1e9 }]',
      ),
    );
    expect(metric(result, 'bands_sold')).toBe(0);
    expect(metric(result, 'liquidations')).toBe(0);
    expect(metric(result, 'latent_bad_debt')).toBeCloseTo(2000, 0);
  });

  test('a loan is closed when its health falls to 0, and its owner keeps nothing', () => {
    // Bands are traded only for a profit of 30, a liquidation brings more.
    const result = run(
      banded(
        [
          [0, 2000],
          [60, 1600],
          [300, 1600],
        ],
        '{ collateral: 10 ETH, debt: 15_500 }',
        'fee: 0, bands: 4',
        '[{ name: k, profit: 300 }]',
      ),
    );
    const first = result.liquidations!.find(({ route }) => route === 'keeper');
    expect(first!.regime).toBe('lending');
    expect(first!.mcr).toBeLessThan(1);
    expect(metric(result, 'bad_debt')).toBe(0);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('a loan whose bands are traded while the mark stands above them is watched from then on', () => {
    // The mark is the outside price. In a book that stands bids are above it: keepers sell collateral of the first bands there.
    const points = [
      [0, 2000],
      [1, 2010],
      [5, 2010],
      [6, 3500],
      [20, 3500],
    ] as const;
    const market = '{ makers: { kind: flat, size: 20, bid: 2300, bidLevels: 4000, ask: 2310, askLevels: 4000 } }';
    const options = banded(points, '{ collateral: 10 ETH, debt: 17_400 }', 'fee: 0', '[{ name: k }]', market);
    const result = run(options);
    expect(metric(result, 'bands_sold')).toBeGreaterThan(0);
    // What the bands got for it buys back the less collateral the further the mark is above them.
    expect(result.liquidations!.length).toBeGreaterThan(0);
    expect(new Simulator().run(options, seed, { detail: true, exactScan: true })).toEqual(result);
  });

  test('interest is charged on the debt, not on what is left of it after the money in bands', () => {
    const slow = banded(
      [
        [0, 2000],
        [300, 1550],
        [7200, 1550],
      ],
      '{ collateral: 10 ETH, debt: 15_000 }',
    );
    const owed = (options: RunOptions): number => {
      const world = worldOf(options, falling(2000, 1550, 300));
      while (world.advance());
      return world.ledger.markets[0]!.cash[0]!;
    };
    const [market] = slow.markets;
    const dear = { ...slow, markets: [{ ...market!, loans: { ...market!.loans!, interest: 1, accrual: 3600 } }] };
    const year = 365 * 24;
    // Compounded once.
    expect((owed(slow) - owed(dear)) * 1e-5).toBeCloseTo(15_000 * ((1 + 1 / year) ** 2 - 1), 3);
  });

  test('whatever way the price goes down through all bands and back, the loans gain nothing, and nothing is lost in between', () => {
    const way = fc.array(fc.integer({ min: 1500, max: 2100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(way, way, fc.constantFrom(1, 3, 20), fc.constantFrom(0, 0.006, 0.03), (down, up, pace, fee) => {
        const legs = [2000, ...down, 1450, ...up, 2000, 2000];
        const prices = legs.flatMap((price, k) => (k === 0 ? [price] : falling(legs[k - 1]!, price, pace).slice(1)));
        const world = worldOf(
          banded(
            [
              [0, 2000],
              [prices.length + 20, 2000],
            ],
            loans,
            `fee: ${fee}`,
          ),
          prices,
        );
        const { cash, lots, factor } = world.ledger.markets[0]!;
        const worth = (account: number): number => cash[account]! + lots[account]! * 200_000 * factor;
        const sums = (): readonly number[] => [cash, lots].map((balances) => balances.reduce((a, b) => a + b, 0));
        const before = [worth(0), worth(1)];
        const conserved = sums();
        while (world.advance()) expect(world.ledger.recount()).toBe(0);
        expect(sums()).toEqual(conserved);
        // Rounding is in the loans' favour: at most a quantum a band and trade. Fees are theirs.
        if (fee === 0) for (const account of [0, 1]) expect(worth(account) - before[account]!).toBeLessThanOrEqual(40 * prices.length);
      }),
      { numRuns: 25 },
    );
  });

  test('nobody begins with bands above the price', () => {
    const drawn =
      '\n  - { name: many, count: 50, margin: lending, notional: 5e6, loanToValue: { kind: lognormal, median: 75%, sigma: 0.2, min: 30%, max: 86% } }';
    const result = run(
      banded(
        [
          [0, 2000],
          [60, 2000],
        ],
        drawn,
      ),
    );
    expect(metric(result, 'bands_sold')).toBe(0);
    expect(result.liquidations).toEqual([]);
  });
});
