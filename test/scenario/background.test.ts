import { describe, expect, test } from 'vitest';
import { derive, root } from '../../src/core/random.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { backgroundExtent } from '../../src/scenario/background.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { BackgroundOptions } from '../../src/traders/background.ts';
import { Background } from '../../src/traders/background.ts';
import { stage, INDEX, OUTSIDE, TRADERS } from '../traders/stage.ts';

const TEXT = `horizon: 10m
assets: [{ symbol: BTC, tick: 1, lot: 0.001, driver: { kind: gbm, price: 100_000, volatility: 80% } }]
market: { makers: { depth: 5e6 }, noise: {} }
traders:
  - { name: longs, count: 50, side: long, notional: 1e6, leverage: 20x }
  - { name: shorts, count: 50, side: short, notional: 1e6, leverage: 20x }
`;
const EVERYBODY = [
  'market.fundamentalists={}',
  'market.chartists={}',
  'market.momentum={}',
  'market.arbitrageurs={}',
  'market.zeroIntelligence={ size: 0.05 BTC }',
  'market.contStoikovTalreja={ size: 0.01 }',
];

function parsed(set: readonly string[]) {
  return parseExperiment(TEXT, { path: 'world.yaml', set });
}

function resolved(set: readonly string[]): RunOptions {
  const world = parsed(set);
  if ('problems' in world) throw new Error(world.problems.map((problem) => `${problem.path}: ${problem.message}`).join('\n'));
  return resolvePoint(world.experiment, 0);
}

function background(set: readonly string[]): readonly BackgroundOptions[] {
  return resolved(set).markets[0]!.background;
}

function problems(set: readonly string[]): string[] {
  const world = parsed(set);
  return 'problems' in world ? world.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('background traders of a file', () => {
  test('there are none unless they are stated', () => {
    expect(background([])).toEqual([]);
    expect(background(EVERYBODY.map((one) => one.replace(/=.*/, '=off')))).toEqual([]);
  });

  test('each kind in whole units, with its defaults', () => {
    const forecasters = { count: 50, orderRate: 0.5, size: 2e7, reaction: 0.5, noise: 0.0005, edge: 0.0005, lifetime: 60 };
    expect(background(EVERYBODY)).toEqual([
      { kind: 'zeroIntelligence', limitRate: 0.002, marketRate: 1, cancelRate: 0.02, lots: 50, reach: 1000 },
      {
        kind: 'contStoikovTalreja',
        limitRate: 1.92,
        exponent: 0.52,
        marketRate: 1.88,
        cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47],
        lots: 10,
        reach: 30,
      },
      { kind: 'fundamentalists', ...forecasters },
      { kind: 'chartists', ...forecasters, horizon: 600 },
      { kind: 'momentum', count: 50, lookRate: 1, size: 2e7, limit: 5e8, threshold: 0.005, horizon: 1800 },
      { kind: 'arbitrageurs', count: 5, capital: 1e9, costs: 0.0005, latency: 2, returnHalfLife: 600 },
    ]);
  });

  test('human units and words', () => {
    expect(background(['market.arbitrageurs={ costs: 10bps, latency: 500ms, returnHalfLife: never, capital: 2e6 }'])).toEqual([
      { kind: 'arbitrageurs', count: 5, capital: 2e9, costs: 0.001, latency: 0.5, returnHalfLife: Infinity },
    ]);
    expect(background(['market.chartists={ horizon: 5m, noise: 0.1%, lifetime: 2m }'])).toMatchObject([
      { horizon: 300, noise: 0.001, lifetime: 120 },
    ]);
  });

  test.each([
    ['market.zeroIntelligence={}', 'market.zeroIntelligence.size: missing'],
    ['market.zeroIntelligence={ size: 0.0005 }', 'market.zeroIntelligence.size: found 0.0005, want whole lots of 0.001: 0 or 0.001'],
    ['market.zeroIntelligence={ size: 1, cancelRate: 0 }', 'market.zeroIntelligence.cancelRate: found 0, want a number > 0 and ≤ 1000'],
    ['market.contStoikovTalreja={ size: 1, cancelRates: [] }', 'market.contStoikovTalreja.cancelRates: found'],
    ['market.momentum={ size: 1e6 }', 'market.momentum.size: found 1000000, want at most the limit of 500000'],
    ['market.fundamentalists={ size: 1e-9 }', 'market.fundamentalists.size: found 1e-9, want at least 0.001: one tick of one lot'],
    ['market.fundamentalists={ orderRate: 10000, lifetime: 1d }', 'market.fundamentalists: found rates by which 8'],
    ['market.arbitrageurs={ latency: -1s }', 'market.arbitrageurs.latency: found -1s, want a duration'],
    ['market.momentun={}', 'market.momentun: unknown key'],
  ])('%s is refused with its place', (set, message) => {
    const found = problems([set]);
    expect(found.join('\n')).toContain(message);
    expect(found).toHaveLength(1);
  });
});

describe('a run with everybody in it', () => {
  const play = (set: readonly string[], seed = 'crowd') =>
    new Simulator().run(resolved(set), { seed, replicate: 3 }, { recountAlways: true });
  const ledgerError = METRIC_NAMES.indexOf('ledger_error');

  test('keeps the ledger whole at every step', () => {
    expect(play(EVERYBODY).metrics[ledgerError]).toBe(0);
  });

  test('is the same again, and another without any one of them', () => {
    const { hash } = play(EVERYBODY);
    expect(play(EVERYBODY).hash).toBe(hash);
    for (let out = 0; out < EVERYBODY.length; out++) {
      expect(play(EVERYBODY.filter((_, k) => k !== out)).hash, EVERYBODY[out]).not.toBe(hash);
    }
  });

  test('with forced flow off the book goes exactly as its twin', () => {
    const { metrics } = play([
      ...EVERYBODY,
      'liquidation.route=absorber',
      'assets[0].driver={ kind: shock, price: 100_000, at: 1m, direction: down, size: 10% }',
    ]);
    expect(metrics[METRIC_NAMES.indexOf('liquidations')]).toBeGreaterThan(0);
    expect(metrics[METRIC_NAMES.indexOf('excess_drawdown')]).toBe(0);
  });
});

describe('the extent', () => {
  const SECONDS = 1500;

  test.each(EVERYBODY)('of %s bounds what a run sets in motion', (set) => {
    const [options] = background([set]);
    if (options === undefined) throw new Error('found no options');
    const extent = backgroundExtent([options], SECONDS, 1, INDEX / 2, 2 * INDEX);
    const { quote, exchange, book, ledger, mid } = stage(Background.accounts([options]), Background.orders([options], 1));
    const traders = new Background([options], {
      exchange,
      firstAccount: TRADERS,
      outside: OUTSIDE,
      stepSeconds: 1,
      start: INDEX,
      rootOf: (component) => derive(root('extent', component), 0),
    });
    let level = 0;
    let cash = 0;
    let position = 0;
    for (let step = 1; step <= SECONDS; step++) {
      const index = INDEX * (1 + 0.02 * Math.sin(step / 100));
      quote(INDEX * (1 + 0.02 * Math.sin((step - 10) / 100)));
      traders.act(step, index, mid());
      for (let account = TRADERS; account < TRADERS + Background.accounts([options]); account++) {
        cash = Math.max(cash, Math.abs(ledger.cash[account]!));
        position = Math.max(position, Math.abs(ledger.lots[account]!));
      }
      for (const tick of [book.bestBid, book.bestAsk]) level = Math.max(level, book.totalAt(tick));
    }
    expect(cash).toBeGreaterThan(0);
    expect(cash).toBeLessThanOrEqual(extent.money);
    expect(position).toBeLessThanOrEqual(extent.position);
    // The quoter's own 50,000 lots stand there as well.
    expect(level).toBeLessThanOrEqual(extent.level + 50_000);
  });
});
