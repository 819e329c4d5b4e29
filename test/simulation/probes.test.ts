import { expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { Probe } from '../../src/severity/probes.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { closeoutOptions, randomOptions } from '../../src/validation/random-worlds.ts';
import { run } from '../venues/example.ts';

const probe = (name: string, changes: Partial<Probe>): Probe => ({ name, of: 'forced', take: 'sum', from: 0, until: null, ...changes });

test.each([
  ['as they come', (seed: number) => randomOptions(seed)],
  ['with winners closed against debtors', (seed: number) => closeoutOptions(randomOptions(seed), seed)],
])('what probes measure over the whole run is what the metrics say, and it changes nothing else: worlds %s', (_, optionsOf) => {
  let forced = 0;
  for (let seed = 0; seed < 40; seed++) {
    const options = optionsOf(seed);
    const probes = [
      probe('forced', {}),
      probe('on', { of: 'on-book' }),
      probe('off', { of: 'off-book' }),
      probe('groups', { of: 'liquidations' }),
      probe('adl', { of: 'adl' }),
      probe('half', { take: 'share', until: Math.floor(options.steps / 2) * options.step }),
      probe('rest', { take: 'share', from: (Math.floor(options.steps / 2) + 1) * options.step }),
      probe('thin', { of: 'depth', take: 'min', from: options.step }),
    ];
    const at = { seed: 'probes', replicate: seed };
    const plain = new Simulator().run(options, at);
    const { metrics, hash } = new Simulator().run({ ...options, probes }, at);
    expect(hash).toBe(plain.hash);
    expect(metrics.subarray(0, METRIC_NAMES.length)).toEqual(plain.metrics);
    const value = (name: string): number => metrics[METRIC_NAMES.indexOf(name)]!;
    const [all, on, off, groups, adl, half, rest] = metrics.subarray(METRIC_NAMES.length);
    const near = (found: number | undefined, want: number): void =>
      expect(Math.abs(found! - want)).toBeLessThanOrEqual(1e-9 * Math.max(1, want));
    near(all, value('liquidated_notional'));
    near(on, value('on_book_notional'));
    near(off, value('off_book_notional'));
    expect(groups).toBe(value('liquidations'));
    near(adl, value('adl_notional') || 0);
    if (all! > 0) expect(half! + rest!).toBeCloseTo(1, 12);
    else expect(half).toBeNaN();
    forced += all!;
  }
  expect(forced).toBeGreaterThan(0);
});

test('the rate of margin that follows a market: highest over lowest is the procyclicality; a longer time rises no less', () => {
  const { metrics } = run(`
horizon: 60s
assets: [{ symbol: BTC, tick: 1, lot: 0.001, driver: { kind: waypoints, points: [[0s, 100_000], [20s, 99_000], [30s, 90_000], [60s, 95_000]] }, mark: index }]
market: { makers: { depth: 1e7 } }
traders:
  - { name: longs, count: 20, margin: dynamic, side: long, notional: 4e6, leverage: 3 }
  - { name: shorts, count: 20, side: short, notional: 4e6, leverage: 3 }
margin: { dynamic: { volatility: 80%, cadence: 2s, halfLife: 20s, horizon: 60s, floor: 0.1% } }
probes:
  - { name: high, of: margin, take: max }
  - { name: low, of: margin, take: min }
  - { name: step, of: margin, take: rise }
  - { name: cadence, of: margin, take: rise, over: 2s }
  - { name: cadences, of: margin, take: rise, over: 4s }
`);
  const [high, low, step, cadence, cadences] = metrics.subarray(METRIC_NAMES.length);
  expect(high! / low!).toBe(metrics[METRIC_NAMES.indexOf('procyclicality')]);
  expect(step).toBeGreaterThan(0);
  // It moves at its cadence alone.
  expect(cadence).toBe(step);
  expect(cadences).toBeGreaterThan(step!);
  expect(cadences).toBeLessThanOrEqual(Math.min(2 * step!, high! - low!));
});
