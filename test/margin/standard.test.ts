import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionDemand, standardMargin } from '../../src/margin/standard.ts';
import type { StandardMarket } from '../../src/margin/standard.ts';
import { deribitOptions } from '../../src/venues/deribit.ts';
import { srmRules } from '../../src/venues/derive-srm.ts';

const WEEK = 7 * 86_400;
type Option = StandardMarket['expiries'][number]['options'][number];
const call = (strike: number, size: number, volatility = 0.8): Option => ({ call: true, strike, size, volatility });
const put = (strike: number, size: number, volatility = 0.8): Option => ({ call: false, strike, size, volatility });
const market = (options: readonly Option[], more: Partial<StandardMarket> = {}): StandardMarket => ({
  spot: 1500,
  spotConfidence: 1,
  perpetual: { size: 0, price: 1500, confidence: 1, profit: 0 },
  held: 0,
  expiries: [{ seconds: WEEK, forward: 1500, confidence: 1, options }],
  ...more,
});
const margin = (options: readonly Option[], more: Partial<StandardMarket> = {}, cash = 0, stable = 1) =>
  standardMargin(srmRules, cash, stable, [market(options, more)]);

describe('one option', () => {
  test('held, it demands nothing', () => {
    expect(optionDemand(deribitOptions, true, 100, 100, 1, 0.1, 3)).toEqual({ maintenance: 0, initial: 0 });
  });

  test('sold, initial margin falls with the distance from the money down to its least, in coin and by the unit', () => {
    const initial = (strike: number): number => optionDemand(deribitOptions, true, strike, 100, 1, 0, -2).initial;
    expect(initial(90)).toBeCloseTo(2 * 0.15, 15);
    expect(initial(100)).toBeCloseTo(2 * 0.15, 15);
    expect(initial(103)).toBeCloseTo(2 * 0.12, 15);
    expect(initial(150)).toBeCloseTo(2 * 0.1, 15);
  });

  test('a put deep in the money is charged on its value', () => {
    expect(optionDemand(deribitOptions, false, 400, 100, 1, 3, -1).maintenance).toBeCloseTo(0.075 * 3 + 3, 15);
    expect(optionDemand(deribitOptions, false, 400, 100, 1, 3, -1).initial).toBeCloseTo(0.075 * 3 + 3, 15);
  });
});

describe('an expiry', () => {
  test('demands no more than it can lose: a spread its width, whatever it is worth', () => {
    const spread = margin([call(1400, -1), call(1500, 1)]);
    expect(spread.maintenance).toBeCloseTo(100 + spread.equity, 9);
    expect(spread.initial).toBeCloseTo(spread.maintenance, 9);
    const puts = margin([put(1500, -3), put(1400, 3)]);
    expect(puts.maintenance).toBeCloseTo(300 + puts.equity, 9);
  });

  test('what it can only gain from is worth nothing as margin', () => {
    const long = margin([call(1500, 2), put(1400, 1)]);
    expect(long.equity).toBeGreaterThan(0);
    expect(long.equity - long.maintenance).toBe(0);
  });

  test('a call sold without one held can lose without end: far below the forward it costs that and the scale', () => {
    const naked = margin([call(1e-6, -1)]);
    // By itself it demands 9 % + its value, which is less than forward × 1.1.
    expect(naked.equity - naked.maintenance).toBeCloseTo(-1500 * 1.09, 3);
  });

  test('two expiries do not offset', () => {
    const one = { seconds: WEEK, forward: 1500, confidence: 1 };
    const apart = [
      { ...one, options: [call(1500, -1)] },
      { ...one, seconds: 2 * WEEK, options: [call(1500, 1)] },
    ];
    const both = standardMargin(srmRules, 0, 1, [market([], { expiries: apart })]);
    const alone = standardMargin(srmRules, 0, 1, [market([call(1500, -1)])]);
    expect(both.equity - both.maintenance).toBeCloseTo(alone.equity - alone.maintenance, 9);
  });
});

describe('an account', () => {
  test('perpetual, cash and collateral add up', () => {
    const all = margin([], { perpetual: { size: -2, price: 1510, confidence: 1, profit: -40 }, held: 1 }, 1000);
    expect(all.equity).toBe(1000 - 40 + 1500);
    expect(all.equity - all.maintenance).toBeCloseTo(1000 - 40 - 2 * 1510 * 0.065 + 1500 * 0.8, 9);
    expect(all.equity - all.initial).toBeCloseTo(1000 - 40 - 2 * 1510 * 0.1 + 1500 * 0.8 * 0.9375, 9);
  });

  test('a doubtful oracle raises initial margin of what is exposed to it', () => {
    const sure = margin([call(1500, -1)]);
    const unsure = margin([call(1500, -1)], { spotConfidence: 0.4 });
    expect(unsure.maintenance).toBe(sure.maintenance);
    expect(unsure.initial - sure.initial).toBeCloseTo(0.6 * 1500, 9);
    expect(margin([call(1500, 1)], { spotConfidence: 0.4 }).initial).toBe(margin([call(1500, 1)]).initial);
  });

  test('a settlement currency below its peg raises initial margin of perpetuals and sold options', () => {
    const sure = margin([call(1500, -1)], { perpetual: { size: 3, price: 1500, confidence: 1, profit: 0 } });
    const below = margin([call(1500, -1)], { perpetual: { size: 3, price: 1500, confidence: 1, profit: 0 } }, 0, 0.9);
    expect(below.maintenance).toBe(sure.maintenance);
    expect(below.initial - sure.initial).toBeCloseTo((0.99 - 0.9) * 2 * 4 * 1500, 9);
  });

  const options = fc.array(
    fc.record({
      call: fc.boolean(),
      strike: fc.integer({ min: 500, max: 3000 }),
      size: fc.integer({ min: -9, max: 9 }),
      volatility: fc.double({ min: 0.1, max: 2, noNaN: true }),
    }),
    { maxLength: 6 },
  );
  test('initial is at least maintenance, and an option held never raises either', () =>
    fc.assert(
      fc.property(options, fc.integer({ min: 500, max: 3000 }), (held, strike) => {
        const before = margin(held);
        expect(before.initial).toBeGreaterThanOrEqual(before.maintenance - 1e-9);
        const after = margin([...held, put(strike, 1)]);
        expect(after.equity - after.maintenance).toBeGreaterThanOrEqual(before.equity - before.maintenance - 1e-9);
      }),
    ));
});

test('refuses negative collateral and an option past expiry', () => {
  expect(() => margin([], { held: -1 })).toThrow('collateral: found -1 units, want a number ≥ 0');
  expect(() => margin([], { expiries: [{ seconds: -5, forward: 1, confidence: 1, options: [] }] })).toThrow(
    'found -5 seconds left, which is past',
  );
});
