import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { MarkPrice } from '../../src/market/prices.ts';
import type { MarkOptions } from '../../src/market/prices.ts';

const TARGETS = JSON.parse(readFileSync(new URL('../../reference/targets.json', import.meta.url), 'utf8')) as {
  id: string;
  parameters: any;
  expected: any;
}[];

function target(id: string): { parameters: any; expected: any } {
  const found = TARGETS.find((t) => t.id === id);
  if (found === undefined) throw new Error(`no target ${id}`);
  return found;
}

function mark(options: MarkOptions, index: number, step = 1): MarkPrice {
  const made = new MarkPrice(options, step);
  made.reset(index);
  return made;
}

describe('exponential average', () => {
  test.each([0.001, 0.01, 0.5])('POS-EMA-STEP: crosses a distance at τ ln(s/(s − d)), steps of %d s', (dt) => {
    const { parameters, expected } = target('POS-EMA-STEP');
    const start = 1e9;
    const made = mark({ kind: 'ema', seconds: parameters.tau, cadence: dt, clamp: null }, start, dt);
    const fallen = start * (1 - parameters.s);
    let k = 0;
    do made.advance(++k, start, fallen, fallen, fallen);
    while (made.current(fallen, fallen, fallen) > start * (1 - parameters.d));
    // the first look at or after the crossing
    expect(k * dt - expected).toBeGreaterThan(-1e-6);
    expect(k * dt - expected).toBeLessThan(dt + 1e-6);
  });

  test('POS-EMA-STEP: never crosses a distance that the step itself does not', () => {
    const made = mark({ kind: 'ema', seconds: 5, cadence: 1, clamp: null }, 1e9);
    for (let k = 1; k <= 1000; k++) made.advance(k, 1e9, 9e8, 9e8, 9e8);
    expect(made.current(9e8, 9e8, 9e8)).toBeGreaterThanOrEqual(9e8);
  });

  test('POS-EMA-RAMP: lags a ramp by slope × τ', () => {
    const { parameters, expected } = target('POS-EMA-RAMP');
    const dt = 0.001;
    const unit = 1e9;
    const made = mark({ kind: 'ema', seconds: parameters.tau, cadence: dt, clamp: null }, unit, dt);
    const steps = (20 * parameters.tau) / dt;
    const price = (k: number): number => unit * (1 + parameters.v * k * dt);
    for (let k = 1; k <= steps; k++) made.advance(k, unit, price(k), price(k), price(k));
    const lag = (price(steps) - made.current(0, 0, unit)) / unit;
    expect(Math.abs(lag - expected)).toBeLessThan(1e-6);
  });

  test('moves only when a look is due, whatever the step; several looks in a step count as several', () => {
    const coarse = mark({ kind: 'ema', seconds: 7, cadence: 2, clamp: null }, 1e8, 6);
    const fine = mark({ kind: 'ema', seconds: 7, cadence: 2, clamp: null }, 1e8, 0.1);
    for (let k = 1; k <= 60; k++) {
      fine.advance(k, 1e8, 9e7, 9e7, 9e7);
      if (k === 19) expect(fine.current(9e7, 9e7, 9e7)).toBe(1e8);
    }
    coarse.advance(1, 1e8, 9e7, 9e7, 9e7);
    expect(fine.current(9e7, 9e7, 9e7)).toBe(coarse.current(9e7, 9e7, 9e7));
    expect(coarse.current(9e7, 9e7, 9e7)).toBe(Math.floor(9e7 + 1e7 * Math.exp(-6 / 7)) + 1);
  });
});

describe('sources', () => {
  test('last is the last trade, untouched', () => {
    expect(mark({ kind: 'last', clamp: null }, 100.7).current(-1, 105, 101)).toBe(101);
  });

  test('mid is rounded towards the outside price', () => {
    expect(mark({ kind: 'mid', clamp: null }, 90).current(100, 101, 7)).toBe(100);
    expect(mark({ kind: 'mid', clamp: null }, 110).current(100, 101, 7)).toBe(101);
    expect(mark({ kind: 'mid', clamp: null }, 90).current(100, 102, 7)).toBe(101);
  });

  test('on a one-sided book the middle is the last trade, moved onto the standing quote if beyond it', () => {
    const made = mark({ kind: 'mid', clamp: null }, 100);
    expect(made.current(-1, 95, 98)).toBe(95);
    expect(made.current(-1, 99, 98)).toBe(98);
    expect(made.current(104, -1, 98)).toBe(104);
    expect(made.current(97, -1, 98)).toBe(98);
    expect(made.current(-1, -1, 98)).toBe(98);
  });

  test('index holds between looks and is rounded to the nearest tick', () => {
    const made = mark({ kind: 'index', cadence: 3, clamp: null }, 100.6);
    const seen: number[] = [];
    for (let k = 1; k <= 7; k++) {
      made.advance(k, 200 + k, -1, -1, 1);
      seen.push(made.current(-1, -1, 1));
    }
    expect(seen).toEqual([101, 101, 203, 203, 203, 206, 206]);
  });

  test('a look due at a step whose time is no binary fraction is taken at it', () => {
    // 3 × 0.3 is 0.8999999999999999
    const made = mark({ kind: 'index', cadence: 0.9, clamp: null }, 100, 0.3);
    for (let k = 1; k <= 3; k++) made.advance(k, 100 * k, -1, -1, 1);
    expect(made.current(-1, -1, 1)).toBe(300);
  });

  test('median of three: the local part moves at once, but no further than the farther of the other two', () => {
    const made = mark({ kind: 'median', premiumSeconds: 150, cadence: 3, clamp: null }, 1000);
    // premium 0: both other parts stand at 1000
    expect(made.current(940, 950, 945)).toBe(1000);
    // one look at a mid 60 below the outside price
    for (let k = 1; k <= 3; k++) made.advance(k, 1000, 930, 950, 945);
    const premium = -60 * (1 - Math.exp(-3 / 150));
    expect(premium).toBeCloseTo(-1.188, 3);
    // local 945 is below oracle + premium = 998.81, which is the median, rounded up towards 1000
    expect(made.current(930, 950, 945)).toBe(999);
    // a long discount drags the first part down towards 940, which it never reaches: rounded up, 941
    for (let k = 4; k <= 6000; k++) made.advance(k, 1000, 930, 950, 945);
    expect(made.current(930, 950, 945)).toBe(945);
    expect(made.current(1, 920, 900)).toBe(941);
    expect(made.current(960, 970, 965)).toBe(965);
  });

  test('median: a median of bid, ask and last on a one-sided book', () => {
    const made = mark({ kind: 'median', premiumSeconds: 150, cadence: 1, clamp: null }, 1000);
    for (let k = 1; k <= 6000; k++) made.advance(k, 1000, 800, 800, 800);
    expect(made.current(-1, 890, 900)).toBe(890);
    expect(made.current(910, -1, 900)).toBe(910);
    expect(made.current(-1, -1, 900)).toBe(900);
  });

  test('clamp holds the mark within its distance of the outside price, for every kind', () => {
    for (const kind of ['last', 'mid'] as const) {
      const made = mark({ kind, clamp: 0.05 }, 1000.5);
      expect(made.current(500, 500, 500)).toBe(951);
      expect(made.current(2000, 2000, 2000)).toBe(1050);
      expect(made.current(1001, 1001, 1001)).toBe(1001);
      made.advance(1, 600, 500, 500, 500);
      expect(made.current(500, 500, 500)).toBe(570);
    }
  });

  test('options that cannot be are refused', () => {
    expect(() => new MarkPrice({ kind: 'index', cadence: 0, clamp: null }, 1)).toThrow('mark: found a cadence of 0');
    expect(() => new MarkPrice({ kind: 'ema', seconds: NaN, cadence: 1, clamp: null }, 1)).toThrow('mark: found a time constant of NaN');
    expect(() => new MarkPrice({ kind: 'last', clamp: -1 }, 1)).toThrow('mark: found a clamp of -1');
  });
});

test('a whole tick, between the parts it is made of, and its state is all there is', () => {
  const tick = fc.integer({ min: 1, max: 100_000 });
  const kinds = fc.constantFrom<MarkOptions>(
    { kind: 'last', clamp: null },
    { kind: 'mid', clamp: 0.1 },
    { kind: 'index', cadence: 3, clamp: null },
    { kind: 'ema', seconds: 20, cadence: 0.5, clamp: 0.3 },
    { kind: 'median', premiumSeconds: 150, cadence: 3, clamp: null },
  );
  fc.assert(
    fc.property(
      kinds,
      fc.array(
        fc.record({
          index: fc.double({ min: 1, max: 1e5, noNaN: true }),
          bid: fc.option(tick, { nil: -1 }),
          spread: fc.option(fc.nat(50), { nil: -1 }),
          last: tick,
        }),
        { minLength: 2, maxLength: 40 },
      ),
      (options, worlds) => {
        const made = mark(options, 500);
        const copy = mark(options, 77);
        worlds.forEach(({ index, bid, spread, last }, k) => {
          const ask = spread < 0 ? -1 : (bid < 0 ? last : bid) + spread + 1;
          made.advance(k + 1, index, bid, ask, last);
          if (k === 0) copy.state().forEach((array, i) => array.set(made.state()[i]));
          else copy.advance(k + 1, index, bid, ask, last);
          const now = made.current(bid, ask, last);
          expect(Number.isInteger(now)).toBe(true);
          expect(copy.current(bid, ask, last)).toBe(now);
        });
      },
    ),
    { numRuns: 300 },
  );
});
