import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unitShortfalls } from '../../src/core/units.ts';
import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { eventPath, EVENTS } from '../../src/scenario/events.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { extentOf } from '../../src/scenario/extent.ts';
import { smallestRatio } from '../../src/scenario/ladder.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { withFirstMarket } from './only-market.ts';

function world(overrides: readonly string[] = []): ReturnType<typeof withFirstMarket> {
  const text = `horizon: 2h
assets: [{ symbol: BTC, tick: 0.5, lot: 0.001, driver: { kind: constant, price: 100_000.5 } }]
market: { makers: { depth: 5e6 } }
traders:
  - { name: longs, count: 5, side: long, notional: 1e6, leverage: 5x }
  - { name: shorts, count: 5, side: short, notional: 1e6, leverage: 5x }
  - { name: listed, accounts: [{ side: short, size: 5 BTC, entry: 100_000, leverage: 50 }, { side: long, size: 0.001, entry: 90_000, collateral: 12.3456 }] }
orders: [{ at: 10s, side: sell, size: 2.5 BTC }, { at: 0, side: buy, size: 1 }]
`;
  const parsed = parseExperiment(text, { path: 'world.yaml', set: overrides });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return withFirstMarket(resolvePoint(parsed.experiment, 0));
}

describe('whole units', () => {
  test('ticks, lots and quanta', () => {
    const { asset, driver, traders, orders, quotes, steps } = world();
    expect(asset).toEqual({ symbol: 'BTC', tick: 0.5, lot: 0.001, quantum: 0.0005, quantaPerTickLot: 1 });
    expect(driver).toEqual({ kind: 'constant', price: 200_001 });
    expect(steps).toBe(7200);
    expect(orders).toEqual([
      { at: 10, lots: -2500 },
      { at: 0, lots: 1000 },
    ]);
    expect(quotes).toMatchObject({ groups: [{ depth: 1e10 }] });
    expect(traders[2]).toMatchObject({
      accounts: [
        { lots: -5000, entry: 200_000, collateral: 20_000_000 },
        { lots: 1, entry: 180_000, collateral: 24_691 },
      ],
    });
  });

  test('margin is called where the venue calls, which moves with the threshold, and else a twentieth above the threshold', () => {
    expect(world(['margin.venue=binance-pm']).margin).toMatchObject({ threshold: 1.05, call: 1.5 });
    expect(world(['margin.venue=binance-pm', 'margin.threshold=1.26']).margin.call).toBeCloseTo(1.8, 12);
    expect(world(['margin.venue=binance-pm', 'margin.call=1.2']).margin.call).toBe(1.2);
    expect(world(['margin.venue=bybit']).margin.call).toBe(1.05);
    expect(() => world(['margin.venue=binance-pm', 'margin.threshold=1.5'])).toThrow('found venue, which is 2.14286');
  });

  test('what is left out has its default', () => {
    const { margin, liquidation, noise, mark, history, quotes } = world();
    expect(margin).toMatchObject({ threshold: 1, call: 1.05, equalityLiquidates: false });
    expect(liquidation).toEqual({
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
      grace: 0,
    });
    expect([noise, mark, history]).toEqual([null, { kind: 'last', clamp: null }, { ages: [0], prices: [200_001] }]);
    expect(quotes).toMatchObject({ groups: [{ recovery: 20, layOffHalfLife: 120, inventoryCap: Infinity }] });
  });

  test('words for what has no number', () => {
    const { quotes, liquidation } = world([
      'market.makers={ depth: 5e6, recovery: never, layOffHalfLife: never, volatilityScale: off }',
      'liquidation={ backstop: { level: 0.5, capacity: 1e6, stated: 2e6 }, capacity: 200 }',
      'margin.threshold=1.5',
    ]);
    expect(quotes).toMatchObject({ groups: [{ recovery: Infinity, layOffHalfLife: Infinity, volatilityScale: Infinity }] });
    // A plain coverage ratio of 0.5 is a third of a threshold of 1.5.
    expect(liquidation.backstop?.level).toBeCloseTo(1 / 3, 15);
    expect(liquidation).toMatchObject({ ordersPerSecond: 200, backstop: { capacity: 2e9, stated: 4e9 } });
  });

  test.each([
    ['off', null],
    ['queue', { kind: 'queue' }],
    ['pro-rata', { kind: 'pro-rata' }],
    ['capped', { kind: 'capped', largest: 0.3 }],
    ['{ kind: capped, largest: 5% }', { kind: 'capped', largest: 0.05 }],
    ['unranked', { kind: 'unranked' }],
    ['venue', null],
    ['{ kind: pro-rata, closes: cash }', { kind: 'pro-rata' }],
    ['{ kind: queue, closes: previous }', { kind: 'queue', rank: 'profit', closes: 'previous' }],
    ['{ kind: queue, rank: mark }', { kind: 'queue', rank: 'mark' }],
  ])('auto-deleveraging %s', (text, expected) => expect(world([`liquidation.adl=${text}`]).liquidation.adl).toEqual(expected));

  test.each([
    ['full', { kind: 'full' }],
    ['step-down', { kind: 'step-down', pause: 0 }],
    ['{ kind: restore, target: 1.25x, pause: 2s }', { kind: 'restore', target: 1.25, pause: 2 }],
    ['{ kind: restore, target: 1.5 }', { kind: 'restore', target: 1.5, pause: 0 }],
    ['{ kind: clips, notional: 5_000, pause: 1s }', { kind: 'clips', notional: 1e7, pause: 1 }],
  ])('policy %s', (text, expected) => expect(world([`liquidation.policy=${text}`]).liquidation.policy).toEqual(expected));

  test.each([
    ['off', undefined],
    ['venue', undefined],
    ['{ kind: bankruptcy }', { price: { kind: 'bankruptcy' }, retry: 1, rest: 'wait' }],
    ['{ kind: fillable, spread: 1.5, retry: 3s }', { price: { kind: 'fillable', spread: 1.5, adjustment: 1 }, retry: 3, rest: 'wait' }],
  ])('limit %s', (text, expected) => expect(world([`liquidation.limit=${text}`]).liquidation.limit).toEqual(expected));

  test.each([
    ['venue', { fee: 0 }],
    ['50bps', { fee: 0.005 }],
    ['{ rate: 1% }', { fee: 0.01, feeTerms: { cap: 'left', venue: 0, backstop: 0 } }],
    ['{ rate: 1%, cap: bankruptcy, venue: 33.3333% }', { fee: 0.01, feeTerms: { cap: 'bankruptcy', venue: 333_333, backstop: 0 } }],
  ])('fee %s', (text, expected) => {
    const { fee, feeTerms } = world([`liquidation.fee=${text}`]).liquidation;
    expect({ fee, ...(feeTerms === undefined ? {} : { feeTerms }) }).toEqual(expected);
  });

  test('a limit on all that is being liquidated, and a vault that goes with the market', () => {
    const { throttle, backstop } = world([
      'liquidation={ throttle: { system: 3e6 }, backstop: { level: 0.5x, unwind: { share: 10%, off: 50bps } } }',
    ]).liquidation;
    expect(throttle).toEqual({ block: 1, position: null, account: Infinity, market: Infinity, window: null, system: 6e9 });
    expect(backstop?.unwind).toEqual({ rate: Infinity, share: 0.1, off: 0.005 });
  });

  test('throttles and the vault’s pace', () => {
    const { throttle, backstop } = world([
      'liquidation={ throttle: { account: 1e5, position: { share: 10%, least: 1_000 }, window: { notional: 5e6, time: 10s } }, backstop: { level: 0.5x, unwind: 2e6 } }',
    ]).liquidation;
    expect(throttle).toEqual({
      block: 1,
      position: { share: 0.1, least: 2e6 },
      account: 2e8,
      market: Infinity,
      window: { notional: 1e10, seconds: 10 },
    });
    expect(backstop?.unwind).toEqual({ rate: 4e9, share: Infinity, off: Infinity });
    expect(world().liquidation.throttle).toBeUndefined();
    const dydx = world(['margin={ venue: dydx, maintenance: 3%, initial: 5% }']).liquidation.throttle;
    expect(dydx).toEqual({ block: 1, position: { share: 0.1, least: 2e6 }, account: 2e8, market: Infinity, window: null });
  });

  test('what a venue states holds until the file says otherwise', () => {
    const { limit, policy } = world(['margin={ venue: dydx, maintenance: 3%, initial: 5% }']).liquidation;
    expect([limit, policy]).toEqual([
      { price: { kind: 'fillable', adjustment: 1, spread: 1.5 }, retry: 1, rest: 'wait' },
      { kind: 'full' },
    ]);
    expect(world(['margin={ venue: dydx, maintenance: 3%, initial: 5% }', 'liquidation.limit=off']).liquidation.limit).toBeUndefined();
    expect(world(['margin={ venue: binance-pm }']).margin.threshold).toBe(1.05);
    expect(world(['margin={ venue: binance-pm, threshold: 1 }']).margin.threshold).toBe(1);
  });

  test.each([
    ['last', { kind: 'last', clamp: null }],
    ['index', { kind: 'index', cadence: 1, clamp: null }],
    ['{ kind: ema, timeConstant: 150s, cadence: 3s, clamp: 1% }', { kind: 'ema', seconds: 150, cadence: 3, clamp: 0.01 }],
    ['{ kind: median, premium: 150s, cadence: 3s }', { kind: 'median', premiumSeconds: 150, cadence: 3, clamp: null }],
    ['{ kind: mid, clamp: 50bps }', { kind: 'mid', clamp: 0.005 }],
  ])('mark %s', (text, expected) => expect(world([`assets[0].mark=${text}`]).mark).toEqual(expected));

  test('a gbm driver and a history by waypoints', () => {
    const options = world([
      'assets[0].driver={ kind: gbm, price: 100_000, drift: -10%, volatility: 80% }',
      'assets[0].history={ kind: waypoints, points: [[0s, 100_000], [2h, 200_000]] }',
      'traders=[{ name: a, accounts: [{ side: long, size: 1, entry: 100_000, leverage: 5x }] }]',
    ]);
    expect(options.driver).toEqual({ kind: 'gbm', price: 200_000, drift: -0.1, volatility: 0.8 });
    expect(options.history.ages).toEqual([0, 3600, 7200]);
    expect(options.history.prices[1]).toBeCloseTo(400_000 / Math.SQRT2, 5);
    expect(options.history.prices[2]).toBeCloseTo(400_000, 5);
  });

  test('a standing book', () => {
    const { quotes } = world(['market.makers={ kind: flat, size: 0.5 BTC, bid: 100_000, bidLevels: 10, ask: 100_000.5, askLevels: 4 }']);
    expect(quotes).toEqual({ kind: 'flat', lots: 500, bestBid: 200_000, bidLevels: 10, bestAsk: 200_001, askLevels: 4 });
  });
});

describe('events', () => {
  const facts = JSON.parse(readFileSync(new URL('../../reference/events.json', import.meta.url), 'utf8')) as {
    readonly id: string;
    readonly start: string;
    readonly end?: string;
    readonly source: string;
    readonly waypoints: readonly (readonly [string, number])[];
  }[];

  test('are the facts of the reference file', () => {
    expect(EVENTS.map((event) => event.name).sort()).toEqual(facts.map((fact) => fact.id).sort());
    for (const event of EVENTS) {
      const fact = facts.find((one) => one.id === event.name);
      expect(event).toMatchObject({ start: fact?.start, source: fact?.source, waypoints: fact?.waypoints });
    }
  });

  test.each(EVENTS.map((event) => [event.name, event] as const))('%s ascends from its start, over midnight if need be', (name, event) => {
    const { times, prices } = eventPath(event);
    expect(times[0]).toBe(0);
    expect(times.every((time, k) => k === 0 || time > (times[k - 1] ?? 0))).toBe(true);
    expect(prices.every((price) => price > 0)).toBe(true);
    const hours = { '2020-03-12': 5, '2020-03-13': 6, '2021-05-19': 4, '2025-10-10': 2 }[name];
    expect(times.at(-1)).toBe((hours ?? 0) * 3600);
  });

  test.each(EVENTS.map((event) => [event.name, event] as const))('%s has three days before it that meet its start', (name, event) => {
    const [newest] = event.history;
    expect(newest).toEqual([0, event.waypoints[0]?.[1]]);
    expect(event.history.at(-1)?.[0]).toBe(72);
    expect(event.historySource).toContain('hypothetical');
    const { history } = world([`assets[0].driver={ kind: event, name: ${name} }`]);
    expect(history.ages).toEqual(Array.from({ length: 73 }, (_, k) => k * 3600));
  });
});

describe('the smallest initial / maintenance', () => {
  const tiers = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 40 })), { minLength: 0, maxLength: 5 })
    .map((parts) => {
      let floor = 0;
      let rate = 0.01;
      const steps = [{ floor: 0, rate }];
      for (const [width, rise] of parts) {
        floor += width;
        rate += rise / 1000;
        steps.push({ floor, rate });
      }
      return tiersFromRates(steps);
    });

  test('is not above the ratio at any notional, and is reached', () => {
    fc.assert(
      fc.property(
        tiers,
        tiers,
        fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 50, maxLength: 50 }),
        (a, b, notionals) => {
          const { value, notional } = smallestRatio(a, b);
          const ratioAt = (n: number): number => requirement(a, n) / requirement(b, n);
          for (const n of notionals) expect(ratioAt(n)).toBeGreaterThanOrEqual(value * (1 - 1e-9));
          // Where it is the limit of large notionals it is only approached.
          if (notional > 0 && (a.floor.includes(notional) || b.floor.includes(notional))) expect(ratioAt(notional)).toBeCloseTo(value, 9);
        },
      ),
    );
  });
});

describe('the proof that integers stay exact', () => {
  test('the main job passes with room to spare', () => {
    const text = readFileSync(new URL('../../experiments/mcr-threshold.yaml', import.meta.url), 'utf8');
    const parsed = parseExperiment(text, { path: 'mcr-threshold.yaml' });
    if ('problems' in parsed) throw new Error('want no problems');
    const extent = extentOf(resolvePoint(parsed.experiment, 0, { 'market.makers.depth': 350e6, 'market.makers.recovery': 5 }), 0);
    expect(unitShortfalls(extent)).toEqual([]);
    expect(extent.money).toBeLessThan(Number.MAX_SAFE_INTEGER / 2);
    expect(extent.money * 0.0001).toBeGreaterThan(2 * 4.5e9);
  });

  test('each limit is found, with the factor that is missing', () => {
    const sound = { money: 1, order: 1, level: 1, position: 1, window: 1 };
    expect(unitShortfalls(sound)).toEqual([]);
    expect(unitShortfalls({ ...sound, money: 2 ** 53 })[0]).toContain('money can reach 9.01e+15 quanta, want less than 9007199254740991');
    expect(unitShortfalls({ ...sound, order: 2 ** 31 })[0]).toContain('an order can reach 2.15e+9 lots');
    expect(unitShortfalls({ ...sound, level: 10 * 2 ** 31 })[0]).toContain('the quantity at one price');
    expect(unitShortfalls({ ...sound, position: 2 ** 54 })[0]).toContain('positions');
    expect(unitShortfalls({ money: 2 ** 54, order: 2 ** 40, level: 1, position: 1, window: 1 })).toHaveLength(2);
    expect(unitShortfalls({ ...sound, window: 2 ** 21 })[0]).toContain('make the tick at least 3 times coarser');
  });

  test('what is larger has the larger extent', () => {
    const extent = (overrides: readonly string[]) => extentOf(world(overrides), 0);
    const base = extent([]);
    expect(extent(['traders[longs].notional=2e6', 'traders[shorts].notional=2e6']).money).toBeGreaterThan(base.money);
    expect(extent(['liquidation.insurance=1e6']).money - base.money).toBeCloseTo(2e9, 0);
    expect(extent(['orders[0].size=500']).order).toBe(500_000);
    expect(extent(['market.noise={ size: 1e6 }']).level).toBeGreaterThan(base.level);
    expect(extent(['market.makers.depth=5e7']).level).toBeGreaterThan(base.level);
    expect(extent(['assets[0].driver={ kind: gbm, price: 100_000, volatility: 100% }']).money).toBeGreaterThan(base.money);
  });
});
