import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { costAt, EntryCosts, entryDemand, entryLiquidationTick, isBelowEntry } from '../../src/margin/entry.ts';
import { liquidationPrice, maintenanceAt } from '../../src/margin/isolated.ts';
import { flatTiers, tiersFromRates } from '../../src/margin/tiers.ts';

const MAX_TICK = 3000;

const position = fc.record({
  inverse: fc.boolean(),
  long: fc.boolean(),
  lots: fc.integer({ min: 1, max: 500 }),
  entry: fc.integer({ min: 100, max: 2000 }),
  leverage: fc.double({ min: 1, max: 60, noNaN: true }),
  rate: fc.constantFrom(0.004, 0.01, 0.05),
  level: fc.constantFrom(0, 0.7, 1, 1.5),
  orEqual: fc.boolean(),
});

function opened({ inverse, long, lots, entry, leverage }: typeof position extends fc.Arbitrary<infer T> ? T : never) {
  const valued = { factor: inverse ? 1000 * entry : 10, inverse };
  const held = long ? lots : -lots;
  const cost = costAt(valued, held, entry);
  const cash = Math.round(cost / leverage - (inverse ? -1 : 1) * Math.sign(held) * cost);
  return { valued, held, cost, cash };
}

describe('maintenance on the value at entry', () => {
  test('the tick is where the predicate turns, which it does once: against every tick', () => {
    fc.assert(
      fc.property(position, (one) => {
        const { valued, held, cost, cash } = opened(one);
        const tiers = tiersFromRates([
          { floor: 0, rate: one.rate },
          { floor: cost / 2, rate: one.rate * 2 },
        ]);
        const demanded = entryDemand(valued, held, cost, tiers, one.level);
        const tick = entryLiquidationTick(valued, cash, held, demanded, one.orEqual, MAX_TICK);
        for (let at = 1; at <= MAX_TICK; at++)
          expect(isBelowEntry(valued, cash, held, at, demanded, one.orEqual)).toBe(one.long ? at <= tick : at >= tick);
      }),
      { numRuns: 60 },
    );
  });

  test('it is the closed form of PositionTerms, linear and coin-margined', () => {
    fc.assert(
      fc.property(position, (one) => {
        const { valued, held, cost, cash } = opened(one);
        const tiers = flatTiers(one.rate);
        const terms = {
          contract: one.inverse ? 'inverse-entry' : 'entry-notional',
          side: one.long ? 1 : -1,
          entry: one.entry,
          size: one.lots * valued.factor,
          collateral: cash + (one.inverse ? -1 : 1) * Math.sign(held) * cost,
          rate: one.rate,
          threshold: one.level,
        } as const;
        expect(entryDemand(valued, held, cost, tiers, 1)).toBeCloseTo(maintenanceAt(terms, one.entry / 2), 6);
        const tick = entryLiquidationTick(valued, cash, held, entryDemand(valued, held, cost, tiers, one.level), true, 1_000_000);
        const price = liquidationPrice(terms);
        if (price > 0 && price < 1_000_000) expect(Math.abs(tick - price)).toBeLessThanOrEqual(1 + 1e-6 * price);
      }),
    );
  });
});

describe('what positions cost', () => {
  function stage() {
    const ledger = new Ledger(3, 10);
    ledger.deposit(0, 5000 - 4 * 100 * 10, 4);
    ledger.deposit(1, 1_000_000, -4);
    ledger.open();
    const costs = new EntryCosts(3);
    costs.open(ledger, Int32Array.of(0), Float64Array.of(100, 0, 0));
    const tiers = flatTiers(0.01);
    const cost = (): number => Math.round(100 * costs.demanded(0, tiers, 1));
    return { ledger, costs, cost };
  }

  test('what is closed takes its share along, at whatever price', () => {
    const { ledger, costs, cost } = stage();
    expect(cost()).toBe(4000);
    ledger.trade(1, 0, 1, 37);
    costs.take(0);
    expect(cost()).toBe(3000);
  });

  test('what is added costs what it cost, and other money nothing', () => {
    const { ledger, costs, cost } = stage();
    ledger.transfer(1, 0, 777);
    costs.take(0);
    expect(cost()).toBe(4000);
    ledger.trade(0, 1, 2, 250);
    costs.take(0);
    expect(cost()).toBe(4000 + 2 * 250 * 10);
  });

  test('a position that turns round, and one opened after the last was closed, cost what they were opened at', () => {
    const { ledger, costs, cost } = stage();
    ledger.trade(1, 0, 7, 90);
    costs.take(0);
    expect(cost()).toBe(3 * 90 * 10);
    ledger.trade(0, 1, 3, 80);
    costs.take(0);
    ledger.transfer(0, 1, 100);
    costs.take(0);
    ledger.trade(0, 1, 5, 60);
    costs.take(0);
    expect(cost()).toBe(5 * 60 * 10);
  });
});
