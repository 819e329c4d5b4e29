import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Oracle } from '../../src/market/oracle.ts';
import type { OracleOptions } from '../../src/market/oracle.ts';
import { MarkPrice } from '../../src/market/prices.ts';

const PLAIN: OracleOptions = {
  lag: 0,
  cadence: 1,
  deviation: 0,
  heartbeat: Infinity,
  ageLimit: Infinity,
  whenStale: 'hold',
  failures: [],
  exchanges: null,
};

function open(options: Partial<OracleOptions>, seconds: number): Oracle {
  return new Oracle({ ...PLAIN, ...options }, seconds, () => ({ lo: 1, hi: 2 }));
}

/** What the venue goes by at each of the steps 1 … n, when the outside price at step k is path(k) and its own middle 7. */
function watch(options: Partial<OracleOptions>, path: (step: number) => number, steps: number, seconds = 1): number[] {
  const oracle = open(options, seconds);
  oracle.reset(path(0));
  return Array.from({ length: steps }, (_, i) => oracle.advance(i + 1, path(i + 1), 7));
}

const climb = (step: number): number => 100 + step;

describe('oracle', () => {
  test('without any rule it shows the outside price', () => {
    expect(watch({}, climb, 4)).toEqual([101, 102, 103, 104]);
  });

  test('a ramp is seen late by its slope × lag; a lag between two steps sees the earlier of them', () => {
    expect(watch({ lag: 3 }, climb, 6)).toEqual([100, 100, 100, 101, 102, 103]);
    expect(watch({ lag: 2.5 }, climb, 6)).toEqual([100, 100, 100, 101, 102, 103]);
    // 3 × 0.1 is 0.30000000000000004
    expect(watch({ lag: 0.3, cadence: 0.1 }, climb, 5, 0.1)).toEqual([100, 100, 100, 101, 102]);
  });

  test('it looks at multiples of the cadence, however long the steps', () => {
    expect(watch({ cadence: 3 }, climb, 7)).toEqual([100, 100, 103, 103, 103, 106, 106]);
    expect(watch({ cadence: 0.9 }, climb, 4, 0.3)).toEqual([100, 100, 103, 103]);
    expect(watch({ cadence: 1 }, climb, 2, 5)).toEqual([101, 102]);
  });

  test('it publishes at the deviation threshold, on both sides, and not before', () => {
    expect(watch({ deviation: 0.03 }, climb, 8)).toEqual([100, 100, 103, 103, 103, 103, 107, 107]);
    expect(watch({ deviation: 0.03 }, (k) => 100 - k, 6)).toEqual([100, 100, 97, 97, 97, 94]);
  });

  test('it publishes at the heartbeat, counted from the last publication', () => {
    expect(watch({ deviation: 0.5, heartbeat: 3 }, climb, 7)).toEqual([100, 100, 103, 103, 103, 106, 106]);
    const jump = (k: number): number => (k < 2 ? 100 : 200 + k);
    expect(watch({ deviation: 0.5, heartbeat: 3 }, jump, 6)).toEqual([100, 202, 202, 202, 205, 205]);
  });

  test('a frozen feed shows nothing new, one that is off shows its fraction, between two times', () => {
    expect(watch({ failures: [{ from: 2, until: 4, off: null }] }, climb, 5)).toEqual([101, 101, 101, 104, 105]);
    expect(watch({ failures: [{ from: 2, until: 4, off: -0.5 }] }, climb, 5)).toEqual([101, 51, 51.5, 104, 105]);
    // what a lagging feed shows while it is off is off by the fraction, too
    expect(watch({ lag: 1, failures: [{ from: 2, until: 3, off: 1 }] }, climb, 3)).toEqual([100, 202, 102]);
  });

  test('age counts from when the price stood outside; beyond the limit it is stale, and the own middle stands in if so chosen', () => {
    const failures = [{ from: 2, until: 6, off: null }];
    const oracle = open({ lag: 1, ageLimit: 3, failures }, 1);
    oracle.reset(100);
    const seen = Array.from({ length: 7 }, (_, i) => {
      oracle.advance(i + 1, climb(i + 1), 7);
      return [oracle.age, oracle.isStale];
    });
    expect(seen).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
      [5, true],
      [1, false],
      [1, false],
    ]);
    expect(watch({ lag: 1, ageLimit: 3, failures }, climb, 7)).toEqual([100, 100, 100, 100, 100, 105, 106]);
    expect(watch({ lag: 1, ageLimit: 3, failures, whenStale: 'own-middle' }, climb, 7)).toEqual([100, 100, 100, 7, 7, 105, 106]);
  });

  test('what is published is a look as old as the lag, within the threshold or as old as the rules allow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 0.01, 0.1),
        fc.constantFrom(2, 9, Infinity),
        fc.array(fc.double({ min: 50, max: 200, noNaN: true }), { minLength: 2, maxLength: 60 }),
        (lag, cadence, deviation, heartbeat, path) => {
          const oracle = open({ lag, cadence, deviation, heartbeat }, 1);
          const copy = open({ lag, cadence, deviation, heartbeat }, 1);
          oracle.reset(path[0] as number);
          copy.reset(1);
          for (let k = 1; k < path.length; k++) {
            const price = oracle.advance(k, path[k] as number, 0);
            const outside = path[Math.max(0, k - lag)] as number;
            if (k % cadence === 0) expect(Math.abs(outside - price)).toBeLessThanOrEqual(deviation * price * (1 + 1e-12));
            expect(oracle.age).toBeLessThanOrEqual(Math.min(k + lag, Math.ceil(heartbeat / cadence) * cadence + lag + cadence));
            // its state is all there is
            copy.state().forEach((array, i) => array.set(oracle.state()[i] as Float64Array));
            expect([copy.price, copy.age]).toEqual([price, oracle.age]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each<[Partial<OracleOptions>, string]>([
    [{ lag: -1 }, 'oracle: found lag -1, want a number ≥ 0'],
    [{ cadence: 0 }, 'found cadence 0'],
    [{ deviation: NaN }, 'found deviation NaN'],
    [{ heartbeat: 0 }, 'found heartbeat 0'],
    [{ ageLimit: 0 }, 'found age limit 0'],
    [{ failures: [{ from: 3, until: 3, off: null }] }, 'found end of failure 0 3, want a time after its beginning, 3'],
    [{ failures: [{ from: 3, until: 4, off: -1 }] }, 'found off of failure 0 -1'],
  ])('%o is refused', (options, message) => {
    expect(() => open(options, 1)).toThrow(message);
  });
});

describe('a mark that goes by an oracle', () => {
  const quotes = [90, 110, 100] as const;

  test('has the oracle for its index, clamp and premium', () => {
    const oracle = open({ cadence: 2 }, 1);
    const mark = new MarkPrice({ kind: 'last', clamp: 0.1 }, 1, oracle);
    mark.reset(100);
    mark.advance(1, 50, ...quotes);
    expect([mark.index, mark.current(...quotes)]).toEqual([100, 100]);
    mark.advance(2, 50, ...quotes);
    expect([mark.index, mark.current(...quotes)]).toEqual([50, 55]);
    expect(oracle.price).toBe(50);
  });

  test('goes by its own middle while the oracle is stale, if so chosen', () => {
    const failures = [{ from: 2, until: 10, off: null }];
    const own = open({ ageLimit: 2, whenStale: 'own-middle', failures }, 1);
    const held = open({ ageLimit: 2, failures }, 1);
    const marks = [own, held].map((oracle) => new MarkPrice({ kind: 'index', cadence: 1, clamp: null }, 1, oracle));
    for (const mark of marks) mark.reset(100);
    const seen = Array.from({ length: 4 }, (_, i) => {
      for (const mark of marks) mark.advance(i + 1, climb(i + 1), 70, 90, 75);
      return marks.map((mark) => mark.current(70, 90, 75));
    });
    expect(seen).toEqual([
      [101, 101],
      [101, 101],
      [101, 101],
      [80, 101],
    ]);
  });

  test('its own cadence takes what the oracle shows then', () => {
    const mark = new MarkPrice({ kind: 'index', cadence: 3, clamp: null }, 1, open({ lag: 1 }, 1));
    mark.reset(100);
    for (let k = 1; k <= 5; k++) mark.advance(k, climb(k), ...quotes);
    expect(mark.current(...quotes)).toBe(102);
  });

  test('with an oracle that knows everything at once it is the mark without one', () => {
    for (const kind of ['last', 'mid', 'index', 'ema', 'median'] as const) {
      const options = { kind, cadence: 2, seconds: 9, premiumSeconds: 9, clamp: 0.03 } as const;
      const bare = new MarkPrice(options, 0.5);
      const seen = new MarkPrice(options, 0.5, open({ cadence: 0.5 }, 0.5));
      bare.reset(100);
      seen.reset(100);
      for (let k = 1; k <= 40; k++) {
        const index = 100 + 9 * Math.sin(k);
        for (const mark of [bare, seen]) mark.advance(k, index, ...quotes);
        expect(seen.current(...quotes)).toBe(bare.current(...quotes));
        expect(seen.index).toBe(bare.index);
      }
      expect(seen.state()).toHaveLength(3);
    }
  });
});
