import { describe, expect, test, vi } from 'vitest';
import type * as random from '../../src/core/random.ts';
import type * as samplers from '../../src/core/samplers.ts';
import { derive, root } from '../../src/core/random.ts';
import { Background } from '../../src/traders/background.ts';
import type { BackgroundOptions } from '../../src/traders/background.ts';
import { INDEX, OUTSIDE, TAKER, TRADERS, money, stage } from './stage.ts';

/** Draws as `stream step slot value` under their root, while anybody writes them down. */
const recorded = vi.hoisted(() => ({ draws: null as string[] | null }));
vi.mock('../../src/core/random.ts', async (original) => {
  const real = await original<typeof random>();
  const uniform: typeof real.uniform = (lo, hi, stream, step, slot) => {
    const value = real.uniform(lo, hi, stream, step, slot);
    recorded.draws?.push(`${lo} ${hi}: ${stream} ${step} ${slot} ${value}`);
    return value;
  };
  return { ...real, uniform };
});
vi.mock('../../src/core/samplers.ts', async (original) => {
  const real = await original<typeof samplers>();
  const normal: typeof real.normal = (lo, hi, stream, step, slot) => {
    const value = real.normal(lo, hi, stream, step, slot);
    recorded.draws?.push(`${lo} ${hi}: ${stream} ${step} ${slot} ${value}`);
    return value;
  };
  return { ...real, normal };
});

const FORECASTERS = { count: 10, orderRate: 3, size: money(3_000), reaction: 0.7, noise: 0.002, edge: 0.002, lifetime: 15 };
const ALL: readonly BackgroundOptions[] = [
  { kind: 'arbitrageurs', count: 3, capital: money(200_000), costs: 0.0003, latency: 2, returnHalfLife: 60 },
  { kind: 'momentum', count: 6, lookRate: 5, size: money(1_000), limit: money(20_000), threshold: 0.002, horizon: 40 },
  { ...FORECASTERS, kind: 'chartists', horizon: 30 },
  { kind: 'zeroIntelligence', limitRate: 0.02, marketRate: 1, cancelRate: 0.1, lots: 1_000, reach: 200 },
  { ...FORECASTERS, kind: 'fundamentalists' },
  { kind: 'contStoikovTalreja', limitRate: 1, exponent: 0.5, marketRate: 1, cancelRates: [0.5, 0.2], lots: 500, reach: 50 },
];
const named = (options: readonly BackgroundOptions[]): string => options.map(({ kind }) => kind).join(', ');

function market(options: readonly BackgroundOptions[]) {
  const place = stage(Background.accounts(options), Background.orders(options, 1));
  const background = new Background(options, {
    exchange: place.exchange,
    firstAccount: TRADERS,
    outside: OUTSIDE,
    stepSeconds: 1,
    start: INDEX,
    rootOf: (component) => derive(root('background', component), 0),
  });
  const index = (step: number): number => INDEX * (1 + 0.003 * Math.sin(step / 20));
  /** Seconds from one to another; at the 50th somebody sells `extra` lots. Everything that a second leaves behind, in numbers. */
  const walk = (from: number, to: number, extra = 0): number[] => {
    const trace: number[] = [];
    for (let step = from; step <= to; step++) {
      // Who quotes is late, so that there is a gap to arbitrage.
      place.quote(index(step - 5));
      if (extra > 0 && step === 50) place.exchange.market(1, extra, TAKER);
      background.act(step, index(step), place.mid());
      const { bestBid, bestAsk, last, live } = place.book;
      trace.push(bestBid, bestAsk, last, live, ...place.ledger.lots);
      expect(place.ledger.runningError()).toBe(0);
    }
    expect(place.ledger.recount()).toBe(0);
    return trace;
  };
  return { ...place, background, walk };
}

describe.each([...ALL.map((options) => [options]), [...ALL]])('%#: background traders', (...options) => {
  test(`${named(options)}: one extra lot sold by somebody else leaves every draw where it was`, () => {
    const [without, with1] = [0, 1].map((extra) => {
      recorded.draws = [];
      const { walk, ledger } = market(options);
      walk(1, 300, extra);
      const { draws } = recorded;
      recorded.draws = null;
      return { draws, position: ledger.lots[TAKER] };
    });
    expect([without!.position, with1!.position]).toEqual([0, -1]);
    expect(without!.draws.length).toBeGreaterThanOrEqual(300);
    expect(with1!.draws).toEqual(without!.draws);
  });

  test(`${named(options)}: a copy of the state goes on as the original does`, () => {
    const { background, book, ledger, exchange, displacement, walk } = market(options);
    walk(1, 100);
    const arrays = [
      ...[background, book, ledger, exchange].flatMap((part): readonly (Int32Array | Float64Array)[] => part.state()),
      displacement,
    ];
    const copies = arrays.map((array) => array.slice());
    const after = walk(101, 160);
    arrays.forEach((array, k) => array.set(copies[k]!));
    expect(walk(101, 160)).toEqual(after);
  });
});

describe('background traders', () => {
  test('the order of the options changes nothing', () => {
    expect(market([...ALL].reverse()).walk(1, 100)).toEqual(market(ALL).walk(1, 100));
  });

  test('each kind trades', () => {
    for (const options of ALL) {
      const { walk, ledger } = market([options]);
      walk(1, 200);
      // There is nobody else to trade with the quoter.
      expect(ledger.postings, options.kind).toBeGreaterThan(10);
    }
  });

  test('a kind that joins changes no other kind’s draws', () => {
    const [alone, together] = [ALL.slice(4, 5), ALL].map((options) => {
      recorded.draws = [];
      market(options).walk(1, 50);
      const { draws } = recorded;
      recorded.draws = null;
      return draws;
    });
    expect(alone!.length).toBeGreaterThan(200);
    const all = new Set(together!);
    expect(alone!.filter((draw) => !all.has(draw))).toEqual([]);
  });

  test('accounts and orders are as many as are needed', () => {
    expect(Background.accounts(ALL)).toBe(3 + 6 + 10 + 1 + 10 + 1);
    expect(ALL.map((options) => Background.accounts([options]))).toEqual([3, 6, 10, 1, 10, 1]);
    expect(Background.orders(ALL.slice(0, 2), 1)).toBe(0);
    expect(Background.window(ALL)).toBe(802);
    expect([Background.accounts([]), Background.orders([], 1), Background.window([])]).toEqual([0, 0, 0]);
    const { walk, book } = market(ALL);
    for (let step = 1; step <= 600; step++) {
      walk(step, step);
      expect(book.live).toBeLessThan(book.capacity);
    }
  });

  test('refuses a kind that is there twice', () => {
    expect(() => market([...ALL, ALL[1]!])).toThrow('background traders: found momentum twice, want each kind at most once');
  });
});
