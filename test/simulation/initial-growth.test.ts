import { expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { run } from '../venues/example.ts';

// Initial margin that rises with what is open: who opens pays it, who holds does not.

const metric = ({ metrics }: RunResult, name: string): number => metrics[METRIC_NAMES.indexOf(name)]!;

/** As many held long as short, under the preset. */
const held = (margin: string, { symbol = 'SOL', notional = 35e6 } = {}): RunResult =>
  run(`
horizon: 5s
assets:
  - { symbol: ${symbol}, tick: 1, lot: 0.001, driver: { kind: constant, price: 100000 }, mark: index }
market: { makers: { depth: 1e7 } }
traders:
  - { name: longs, count: 5, side: long, notional: ${notional}, leverage: 8, entry: { window: 0s } }
  - { name: shorts, count: 5, side: short, notional: ${notional}, leverage: 2, entry: { window: 0s } }
margin: { venue: dydx-v4, ${margin} }
`);

test('at the opening each side demands the grown rate of what it holds', () => {
  // 35M of 20M to 50M: half-way from 10 % to all.
  const result = held('maintenance: venue');
  expect(metric(result, 'capital_efficiency')).toBeCloseTo(1 / (2 * 0.55), 4);
  expect(metric(held('initialGrowth: off'), 'capital_efficiency')).toBeCloseTo(1 / (2 * 0.1), 4);
  expect(metric(held('initialGrowth: { from: 0, to: 70e6 }'), 'capital_efficiency')).toBeCloseTo(1 / (2 * 0.55), 4);
  expect(metric(held('initialGrowth: { from: 1e6, to: 2e6 }'), 'capital_efficiency')).toBeCloseTo(1 / 2, 4);
});

test('below the lower bound, or of an asset without one, nothing is demanded but the ladder', () => {
  expect(metric(held('maintenance: venue', { notional: 19e6 }), 'capital_efficiency')).toBeCloseTo(1 / (2 * 0.1), 4);
  expect(metric(held('maintenance: venue', { symbol: 'BTC' }), 'capital_efficiency')).toBeCloseTo(1 / (2 * 0.05), 4);
});

/** A long of 100 lots is sold at 900 and comes back with all his money, while 1,000 lots are held short: 900,000 are open then. */
const opened = (initialGrowth: string): number =>
  metric(
    run(`
horizon: 20s
assets:
  - { symbol: ONE, tick: 1, lot: 1, driver: { kind: waypoints, points: [[0s, 1000], [2s, 1000], [3s, 900], [20s, 900]] }, mark: index }
market: { makers: { kind: flat, size: 10000, bid: 900, bidLevels: 1, ask: 901, askLevels: 1 } }
traders:
  - { name: long, accounts: [{ side: long, size: 100, entry: 1000, collateral: 10_500 }], reopen: { probability: 1, delay: 5s, deposit: 1, leverage: 50 } }
  - { name: short, accounts: [{ side: short, size: 1000, entry: 1000, collateral: 500_000 }] }
margin: { maintenance: 5%, initial: 10%, initialGrowth: ${initialGrowth} }
`),
    'voluntary_notional',
  ) / 901;

test('who comes back opens as much as his money is the initial margin of at that moment', () => {
  // 500 are left, 10,500 are paid in.
  const lots = (rate: number): number => Math.floor(11_000 / rate / 900);
  expect(opened('off')).toBe(lots(0.1));
  expect(opened('{ from: 900_000, to: 2e6 }')).toBe(lots(0.1));
  expect(opened('{ from: 500_000, to: 1_300_000 }')).toBe(lots(0.55));
  expect(opened('{ from: 0, to: 900_000 }')).toBe(lots(1));
});

test('of coins that the venue holds much of, what initial margin does not count is tied up as well', () => {
  const efficiency = (scaleStart: string): number =>
    metric(
      run(`
horizon: 5s
assets:
  - { symbol: ONE, tick: 1, lot: 1, driver: { kind: constant, price: 1000 }, mark: index }
  - { symbol: COIN, tick: 1, lot: 1, contract: { kind: spot, haircut: 10%, sizeFactor: 0, scaleStart: ${scaleStart} }, driver: { kind: constant, price: 100 } }
market: { makers: { depth: 1e6 } }
traders:
  - { name: long, margin: cross, accounts: [{ side: long, size: 100, entry: 1000, collateral: 0, coins: [{ asset: COIN, size: 600 }] }] }
  - { name: short, margin: cross, accounts: [{ side: short, size: 100, entry: 1000, collateral: 0, coins: [{ asset: COIN, size: 400 }] }] }
margin: { venue: drift }
`),
      'capital_efficiency',
    );
  // Two positions of 100,000 at 10 %, and of coins worth 100,000 nine tenths, or less as 50,000 or 25,000 are to the whole.
  expect(efficiency('none')).toBeCloseTo(100 / 20, 12);
  expect(efficiency('200_000')).toBeCloseTo(100 / 20, 12);
  expect(efficiency('50_000')).toBeCloseTo(100 / (20 + 45), 12);
  expect(efficiency('25_000')).toBeCloseTo(100 / (20 + 67.5), 12);
  expect(efficiency('venue')).toBeCloseTo(100 / 20, 12);
});
