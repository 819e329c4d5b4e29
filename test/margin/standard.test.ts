import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { OptionHolding, UnitHolding } from '../../src/margin/portfolio-account.ts';
import { grownRate, soldInitial, soldMaintenance } from '../../src/margin/standard.ts';
import type { StandardMargin } from '../../src/margin/standard.ts';
import { deribitStandard } from '../../src/venues/deribit.ts';
import { srmTerms } from '../../src/venues/derive-srm.ts';

const WEEK = 7 * 86_400;
const call = (strike: number, size: number, volatility = 0.8): OptionHolding => ({ call: true, strike, size, volatility, multiplier: 1 });
const put = (strike: number, size: number, volatility = 0.8): OptionHolding => ({ ...call(strike, size, volatility), call: false });
const expiry = (seconds: number, options: readonly OptionHolding[], forward = 1500) => ({
  seconds,
  forward,
  fixed: 0,
  rate: 0,
  confidence: 1,
  options,
});
const market = (options: readonly OptionHolding[], more: Partial<UnitHolding> = {}): UnitHolding => ({
  spot: 1500,
  confidence: 1,
  plain: [],
  expiries: [expiry(WEEK, options)],
  ...more,
});
const assess = (unit: UnitHolding, cash = 0, stable = 1): StandardMargin =>
  assessAccount(srmTerms.rules, { cash, reserved: 0, stable, units: [unit] });
const margin = (options: readonly OptionHolding[], more: Partial<UnitHolding> = {}, cash = 0, stable = 1): StandardMargin =>
  assess(market(options, more), cash, stable);
/** A perpetual and a coin as Derive charges them. */
const perpetual = { ...PLAIN, price: 1500, maintenance: 0.065, initial: 0.035 };
const coin = { ...PLAIN, kind: 'spot', price: 1500, maintenance: 0.2, initial: 0.8 * 0.0625, notional: 'index' } as const;

describe('one option', () => {
  const { option } = deribitStandard.rules;

  test('held, it demands its value: it pays for nothing else', () => {
    const held = margin([call(1500, 3)]);
    expect(held.maintenance).toBeGreaterThan(0);
    expect([held.maintenance, held.initial]).toEqual([held.equity, held.equity]);
  });

  test('sold, initial margin falls with the distance from the money down to its least', () => {
    const initial = (strike: number): number => soldInitial(option, true, strike, 100, 1, 0);
    expect(initial(90)).toBeCloseTo(0.15, 15);
    expect(initial(100)).toBeCloseTo(0.15, 15);
    expect(initial(103)).toBeCloseTo(0.12, 15);
    expect(initial(150)).toBeCloseTo(0.1, 15);
  });

  test('a put deep in the money is charged on its value', () => {
    expect(soldMaintenance(option, false, 1, 3)).toBeCloseTo(0.075 * 3 + 3, 15);
    expect(soldInitial(option, false, 400, 100, 1, 3)).toBeCloseTo(0.075 * 3 + 3, 15);
  });

  test('in coin and in quote units it demands the same, but for the price', () => {
    const of = (inCoin: boolean): StandardMargin =>
      assessAccount(deribitStandard.rules, {
        cash: 0,
        reserved: 0,
        stable: 1,
        units: [market([put(1700, -2), call(1600, -3)].map((one) => ({ ...one, inCoin })))],
      });
    const [coins, quote] = [of(true), of(false)];
    expect(coins.equity * 1500).toBeCloseTo(quote.equity, 9);
    expect(coins.maintenance * 1500).toBeCloseTo(quote.maintenance, 9);
    expect(coins.initial * 1500).toBeCloseTo(quote.initial, 9);
  });
});

test('a rate grows with the size on either side', () => {
  expect(grownRate(0.02, 0.00005, 350)).toBeCloseTo(0.0375, 15);
  expect(grownRate(0.02, 0.00005, -350)).toBe(grownRate(0.02, 0.00005, 350));
  const held = (size: number): number =>
    margin([], { plain: [{ ...PLAIN, size, price: 1500, maintenance: 0.02, growth: 0.00005 }] }).maintenance;
  expect(held(-350)).toBeCloseTo(0.0375 * 350 * 1500, 6);
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
    const apart = [expiry(WEEK, [call(1500, -1)]), expiry(2 * WEEK, [call(1500, 1)])];
    const both = margin([], { expiries: apart });
    const alone = margin([call(1500, -1)]);
    expect(both.equity - both.maintenance).toBeCloseTo(alone.equity - alone.maintenance, 9);
  });
});

describe('an account', () => {
  test('perpetual, cash and collateral add up', () => {
    const plain = [
      { ...perpetual, size: -2, price: 1510, profit: -40 },
      { ...coin, size: 1 },
    ];
    const all = margin([], { plain }, 1000);
    expect(all.equity).toBe(1000 - 40 + 1500);
    expect(all.equity - all.maintenance).toBeCloseTo(1000 - 40 - 2 * 1510 * 0.065 + 1500 * 0.8, 9);
    expect(all.equity - all.initial).toBeCloseTo(1000 - 40 - 2 * 1510 * 0.1 + 1500 * 0.8 * 0.9375, 9);
  });

  test('a doubtful oracle raises initial margin of what is exposed to it', () => {
    const sure = margin([call(1500, -1)]);
    const unsure = margin([call(1500, -1)], { confidence: 0.4 });
    expect(unsure.maintenance).toBe(sure.maintenance);
    expect(unsure.initial - sure.initial).toBeCloseTo(0.6 * 1500, 9);
    expect(margin([call(1500, 1)], { confidence: 0.4 }).initial).toBe(margin([call(1500, 1)]).initial);
  });

  test('a settlement currency below its peg raises initial margin of perpetuals and sold options', () => {
    const sure = margin([call(1500, -1)], { plain: [{ ...perpetual, size: 3 }] });
    const below = margin([call(1500, -1)], { plain: [{ ...perpetual, size: 3 }] }, 0, 0.9);
    expect(below.maintenance).toBe(sure.maintenance);
    expect(below.initial - sure.initial).toBeCloseTo((0.99 - 0.9) * 2 * 4 * 1500, 9);
  });

  const options = fc.array(
    fc.record({
      call: fc.boolean(),
      strike: fc.integer({ min: 500, max: 3000 }),
      size: fc.integer({ min: -9, max: 9 }),
      volatility: fc.double({ min: 0.1, max: 2, noNaN: true }),
      multiplier: fc.constant(1),
    }),
    { maxLength: 6 },
  );
  test('initial is at least maintenance, and an option held raises neither, but for a strike at which calls sold without one held lose more', () =>
    fc.assert(
      fc.property(options, fc.boolean(), fc.integer({ min: 500, max: 3000 }), (held, isCall, strike) => {
        const before = margin(held);
        expect(before.initial).toBeGreaterThanOrEqual(before.maintenance - 1e-9);
        const after = margin([...held, isCall ? call(strike, 1) : put(strike, 1)]);
        // Losses are looked at at 0 and at the strikes: beyond the highest there was, unpaired calls go on losing up to the new one.
        const unpaired = Math.max(
          0,
          held.reduce((lots, one) => lots - (one.call ? one.size : 0), 0),
        );
        const beyond = Math.max(0, strike - Math.max(0, ...held.filter(({ size }) => size !== 0).map((one) => one.strike)));
        for (const demand of ['maintenance', 'initial'] as const)
          expect(after.equity - after[demand]).toBeGreaterThanOrEqual(before.equity - before[demand] - unpaired * beyond - 1e-6);
      }),
    ));
});

test('refuses negative collateral and an option past expiry', () => {
  expect(() => margin([], { plain: [{ ...coin, size: -1 }] })).toThrow('collateral: found -1 units, want a number ≥ 0');
  expect(() => margin([], { expiries: [expiry(-5, [])] })).toThrow('found -5 seconds left, which is past');
});
