import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { hyperliquid } from '../../src/venues/hyperliquid.ts';
import { readVectors } from '../vectors/file.ts';
import { run } from './example.ts';

// An index of other exchanges, in runs under the preset that states one.

const PRICE = 100_000;
const calm = { kind: 'constant', price: PRICE };
const fall = { kind: 'ramp', price: PRICE, at: '60s', length: '4m', size: '12%', volatility: '30%' };

function play(oracle: unknown, { driver = calm as unknown, tick = 1, lot = 0.001, mark = 'index', venue = 'hyperliquid' } = {}): RunResult {
  const longs = {
    name: 'longs',
    count: 60,
    side: 'long',
    notional: 2e7,
    leverage: { kind: 'lognormal', median: 12, sigma: 0.4, min: 3, max: 30 },
  };
  return run(
    JSON.stringify({
      horizon: '6m',
      assets: [{ symbol: 'BTC', tick, lot, driver, mark, ...(oracle === undefined ? {} : { oracle }) }],
      market: { makers: { depth: 2e7 }, noise: { size: 2000 } },
      traders: [longs, { ...longs, name: 'shorts', side: 'short', leverage: 3 }],
      margin: { venue },
    }),
  );
}

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)]!;
const failing = (names: readonly string[], direction: string, size: string) =>
  names.map((exchange) => ({ exchange, from: '30s', until: '5m', direction, size }));

describe('hyperliquid: the weighted median of eight exchanges', () => {
  test('hyperliquid/oracle_weighted_median/01 is the mark of a run in which they stand at these prices', () => {
    const path = fileURLToPath(new URL('../../reference/vectors.json', import.meta.url));
    const { inputs, expected } = readVectors(path).find(({ id }) => id === 'hyperliquid/oracle_weighted_median/01')!;
    const rows = inputs['prices_weights'] as readonly (readonly [string, number, number])[];
    expect(rows.map(([, , weight]) => weight)).toEqual(hyperliquid.exchanges!.map(({ weight }) => weight));
    // The outside price is elsewhere, so that nothing but the exchanges can bring the mark to where it is.
    const outside = 80;
    const failures = rows.map(([, price], i) => ({
      exchange: hyperliquid.exchanges![i]!.name,
      from: 0,
      until: '1h',
      direction: 'up',
      size: (price / outside - 1).toFixed(12),
    }));
    const result = play({ exchanges: { failures } }, { driver: { kind: 'constant', price: outside }, tick: 0.1, lot: 1 });
    const { mark } = result.steps![0]!;
    expect(mark[0]).toBeCloseTo(outside, 9);
    for (const price of mark.slice(1)) expect(price).toBeCloseTo(Number(expected['oracle']), 9);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('a run with exchanges that do not deviate is the run without', () => {
    expect(play({ exchanges: {} }, { driver: fall }).hash).toBe(play({}, { driver: fall }).hash);
  });

  test('less than half of the weight, pushed away or frozen, changes nothing; more liquidates those who were sound', () => {
    const sound = play({});
    expect(metric(sound, 'liquidations')).toBe(0);
    for (const [direction, size] of [
      ['down', '20%'],
      ['frozen', '0%'],
    ] as const)
      // prettier-ignore
      expect(play({ exchanges: { failures: failing(['Binance', 'OKX'], direction, size) } }).hash).toBe(sound.hash);
    const pushed = play({ exchanges: { failures: failing(['Binance', 'OKX', 'Bybit'], 'down', '20%') } });
    expect(metric(pushed, 'liquidations')).toBeGreaterThan(10);
    expect(Math.min(...pushed.liquidations!.map(({ step }) => step))).toBeGreaterThanOrEqual(30);
    expect(metric(pushed, 'ledger_error')).toBe(0);
  });

  test('exchanges that are frozen with more than half of the weight show a fall when they come back', () => {
    const all = hyperliquid.exchanges!.map(({ name }) => name);
    const frozen = play({ exchanges: { failures: failing(all, 'frozen', '0%') } }, { driver: fall });
    expect(frozen.liquidations!.length).toBeGreaterThan(0);
    expect(frozen.liquidations![0]!.step).toBe(300);
    expect(play({}, { driver: fall }).liquidations![0]!.step).toBeLessThan(300);
  });

  test('deviations stay in the mark: they move no other draw', () => {
    const weights = [{ name: 'one', weight: 1 }];
    const [plain, deviating] = [undefined, { exchanges: { weights, dispersion: '1%', halfLife: '20s' } }].map((oracle) =>
      play(oracle, { mark: 'last', driver: fall }),
    );
    expect(deviating!.steps![0]!).toEqual(plain!.steps![0]!);
    expect(play({ exchanges: { weights, dispersion: '1%' } }).steps![0]!.mark).not.toEqual(play({}).steps![0]!.mark);
  });
});
