import { describe, expect, test } from 'vitest';
import { describeAssumptions, resolvePoint } from '../../src/scenario/experiment.ts';
import type { Experiment } from '../../src/scenario/experiment.ts';
import { EVENTS, eventPath } from '../../src/scenario/events.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { jsonSchema } from '../../src/scenario/schema.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import type { MarketOptions, RunOptions } from '../../src/simulation/options.ts';
import { withFirstMarket } from './only-market.ts';

const BARS = `ts,open,high,low,close,volume
1700000000,100000,101000,99500,100000,1
1700000060,100500,100600,98100,99000,1
1700000120,99000,100900,98000,100800,1
1700000180,100800,101000,99000,100000,1
`;

function experimentOf(driver: string): Experiment {
  const parsed = parseScenario(
    `horizon: 2m
step: 1s
assets: [{ symbol: BTC, tick: 0.5, lot: 0.001, driver: ${driver} }]
market: { kind: book, makers: { depth: 1e6 }, noise: { size: 2_000 } }
traders:
  - { name: longs, count: 20, side: long, notional: 1e6, leverage: 10x, entry: { window: 0s } }
  - { name: shorts, count: 20, side: short, notional: 1e6, leverage: 2x, entry: { window: 0s } }
`,
    { path: 'world.yaml', read: () => BARS },
  );
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.experiment;
}

const world = (driver: string): ReturnType<typeof withFirstMarket> => withFirstMarket(resolvePoint(experimentOf(driver), 0));

/** Metrics of one run by their names. */
function metricsOf(options: RunOptions): Readonly<Record<string, number | null>> {
  const { metrics } = new Simulator().run(options, { seed: 'driver', replicate: 0 });
  return Object.fromEntries(METRIC_NAMES.map((name, i) => [name, metrics[i] ?? null]));
}

describe('a driver in the units of the engine: prices in ticks, times in seconds, rates a year', () => {
  test.each([
    [
      '{ kind: garch, price: 100_000, volatility: 80%, alpha: 0.1, beta: 0.85 }',
      { kind: 'garch', price: 200_000, drift: 0, volatility: 0.8, initial: 0.8, alpha: 0.1, beta: 0.85, period: 60 },
    ],
    [
      '{ kind: heston, price: 100_000, volatility: 80%, initial: 60%, reversion: 2, variability: 1, correlation: -0.5 }',
      { kind: 'heston', price: 200_000, drift: 0, volatility: 0.8, initial: 0.6, reversion: 2, variability: 1, correlation: -0.5 },
    ],
    [
      '{ kind: merton, price: 100_000, drift: 10%, volatility: 50%, intensity: 30, mean: -2%, deviation: 4% }',
      { kind: 'merton', price: 200_000, drift: 0.1, volatility: 0.5, intensity: 30, mean: -0.02, deviation: 0.04 },
    ],
    [
      '{ kind: kou, price: 100_000, volatility: 60%, intensity: 30, upShare: 40%, meanUp: 3%, meanDown: 4% }',
      { kind: 'kou', price: 200_000, drift: 0, volatility: 0.6, intensity: 30, upShare: 0.4, meanUp: 0.03, meanDown: 0.04 },
    ],
    [
      '{ kind: hawkes, price: 100_000, volatility: 60%, intensity: 30, branching: 60%, halfLife: 10m, meanUp: 1%, meanDown: 2% }',
      {
        kind: 'hawkes',
        price: 200_000,
        drift: 0,
        volatility: 0.6,
        intensity: 30,
        branching: 0.6,
        halfLife: 600,
        upShare: 0.5,
        meanUp: 0.01,
        meanDown: 0.02,
      },
    ],
    [
      '{ kind: regimes, price: 100_000, regimes: [{ volatility: 50%, stay: 10d }, { drift: -500%, volatility: 200%, stay: 2h, weight: 3 }] }',
      {
        kind: 'regimes',
        price: 200_000,
        regimes: [
          { drift: 0, volatility: 0.5, stay: 864_000, weight: 1 },
          { drift: -5, volatility: 2, stay: 7200, weight: 3 },
        ],
      },
    ],
    [
      '{ kind: shock, price: 100_000, at: 30s, size: 50%, recovery: { halfLife: 5m, share: 25% } }',
      { kind: 'shock', price: 200_000, volatility: 0, at: 30, move: -Math.LN2, recovery: { share: 0.25, halfLife: 300 } },
    ],
    [
      '{ kind: ramp, price: 100_000, volatility: 40%, at: 10s, length: 1m, direction: up, size: 100% }',
      { kind: 'ramp', price: 200_000, volatility: 0.4, from: 10, until: 70, move: Math.LN2 },
    ],
    [
      '{ kind: vee, price: 100_000, there: 20s, back: 1m, size: 50%, recovered: 80% }',
      { kind: 'vee', price: 200_000, volatility: 0, from: 0, turn: 20, until: 80, move: -Math.LN2, recovered: 0.8 },
    ],
    [
      '{ kind: bootstrap, file: bars.csv, block: 2m, noise: 1bps }',
      {
        kind: 'bootstrap',
        price: 200_000,
        returns: [Math.log(0.99), Math.log(100.8 / 99), Math.log(100 / 100.8)],
        period: 60,
        block: 2,
        noise: 1e-4,
      },
    ],
  ])('%s', (text, expected) => {
    const { driver } = world(text);
    expect(Object.keys(driver).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      const found = (driver as unknown as Record<string, unknown>)[key];
      if (typeof value === 'number') expect(found, key).toBeCloseTo(value, 12);
      else if (key === 'returns') (value as number[]).forEach((one, i) => expect((found as number[])[i]).toBeCloseTo(one, 12));
      else expect(found, key).toEqual(value);
    }
  });

  test.each([
    '{ kind: garch, price: 100_000, volatility: 80%, alpha: 0.1, beta: 0.85 }',
    '{ kind: heston, price: 100_000, volatility: 80%, reversion: 2, variability: 1 }',
    '{ kind: hawkes, price: 100_000, volatility: 60%, intensity: 3000, branching: 60%, halfLife: 10m, meanUp: 0.1%, meanDown: 0.2% }',
    '{ kind: regimes, price: 100_000, regimes: [{ volatility: 50%, stay: 1m }, { volatility: 200%, stay: 10s }] }',
    '{ kind: bootstrap, file: bars.csv, price: 100_000, block: 1m }',
  ])('a run and its ledger: %s', (text) => {
    const metrics = metricsOf(world(text));
    expect(metrics['ledger_error']).toBe(0);
  });

  test('a shock sets off what stands in its way', () => {
    const metrics = metricsOf(world('{ kind: shock, price: 100_000, at: 30s, size: 20% }'));
    expect(metrics['liquidations']).toBeGreaterThan(0);
    expect(metrics['drawdown_twin']).toBeGreaterThan(0.15);
    expect(metricsOf(world('{ kind: shock, price: 100_000, at: 119s, size: 0.1% }'))['liquidations']).toBe(0);
  });
});

describe('an assumed share of forced selling', () => {
  const event = EVENTS.find((one) => one.name === '2025-10-10');
  const stated = event === undefined ? { times: [], prices: [] } : eventPath(event);
  const lowest = (driver: MarketOptions['driver']): number => (driver.kind === 'waypoints' ? Math.min(...driver.prices) : Number.NaN) / 2;

  test('is 0 unless stated, and then the path is the event’s own', () => {
    const plain = world('{ kind: event, name: 2025-10-10 }').driver;
    expect(plain).toEqual(world('{ kind: event, name: 2025-10-10, endogenous: 0 }').driver);
    expect(plain).toMatchObject({ times: stated.times, prices: stated.prices.map((price) => price * 2) });
  });

  test('takes that share of the fall from the high out of the low of an event', () => {
    const high = stated.prices[0] ?? 0;
    const low = Math.min(...stated.prices);
    expect(lowest(world('{ kind: event, name: 2025-10-10, endogenous: 15% }').driver)).toBeCloseTo(high * (low / high) ** 0.85, 6);
    expect(lowest(world('{ kind: event, name: 2025-10-10, endogenous: 1 }').driver)).toBeCloseTo(high, 6);
  });

  test('is listed among what is assumed, and only when it is', () => {
    const notes = (text: string) => describeAssumptions(experimentOf(text)).filter(({ path }) => path === 'assets[0].driver.endogenous');
    expect(notes('{ kind: event, name: 2025-10-10 }')).toEqual([]);
    const [note] = notes('{ kind: event, name: 2025-10-10, endogenous: 15% }');
    expect(note).toMatchObject({ hypothetical: true });
    expect(note?.value).toContain('0.15 of each fall');
  });

  test('takes it out of the bars of a file', () => {
    // The first bar goes 100,000 to 101,000 by way of the nearer extreme, 99,500; the second falls to 98,100.
    const full = world('{ kind: csv, file: bars.csv }').driver;
    const half = world('{ kind: csv, file: bars.csv, endogenous: 50% }').driver;
    expect(lowest(half)).toBeCloseTo(Math.sqrt(101_000 * lowest(full)), 6);
  });
});

test('the JSON Schema knows every kind and all of its keys', () => {
  const text = JSON.stringify(jsonSchema('scenario'));
  for (const kind of ['garch', 'heston', 'merton', 'kou', 'hawkes', 'regimes', 'shock', 'ramp', 'vee', 'bootstrap']) {
    expect(text).toContain(`{"type":"string","const":"${kind}"}`);
  }
});
