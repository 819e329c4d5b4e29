import { describe, expect, test } from 'vitest';
import { root } from '../../src/core/random.ts';
import { normal } from '../../src/core/samplers.ts';
import { executionCost, optimalExecution } from '../../src/market/execution.ts';
import type { ExecutionOptions } from '../../src/market/execution.ts';

/** The example of Almgren and Chriss. */
const EXAMPLE: ExecutionOptions = {
  lots: 1e6,
  horizon: 5,
  periods: 5,
  volatility: 0.95,
  permanent: 2.5e-7,
  temporary: 2.5e-6,
  fixed: 0.0625,
  riskAversion: 1e-6,
};

const utility = (options: ExecutionOptions, holdings: Float64Array): number => {
  const { mean, deviation } = executionCost(options, holdings);
  return mean + options.riskAversion * deviation * deviation;
};

describe('optimal execution', () => {
  test.each([{}, { riskAversion: 0 }, { riskAversion: 1e-4, periods: 40 }, { permanent: 0, fixed: 0 }])(
    'with %o no change of a single holding does better',
    (other) => {
      const options = { ...EXAMPLE, ...other };
      const { holdings } = optimalExecution(options);
      expect([holdings[0], holdings.at(-1), holdings.length]).toEqual([options.lots, 0, options.periods + 1]);
      const best = utility(options, holdings);
      for (let k = 1; k < options.periods; k++) {
        for (const lots of [-1000, 1000]) {
          const changed = holdings.slice();
          changed[k]! += lots;
          expect(utility(options, changed)).toBeGreaterThan(best);
        }
      }
    },
  );

  test('a seller who does not mind risk sells evenly, one who does at once', () => {
    const even = optimalExecution({ ...EXAMPLE, riskAversion: 0 });
    expect(even.urgency).toBe(0);
    expect([...even.holdings].map(Math.round)).toEqual([1e6, 8e5, 6e5, 4e5, 2e5, 0]);
    const afraid = optimalExecution({ ...EXAMPLE, riskAversion: 1 });
    expect(afraid.holdings[1]).toBeLessThan(10);
    expect(optimalExecution({ ...EXAMPLE, riskAversion: 1e6, periods: 2000 }).holdings.every(Number.isFinite)).toBe(true);
  });

  test('the mean is exactly what is lost in prices that stand still but for the sales', () => {
    const { holdings, mean } = optimalExecution(EXAMPLE);
    let price = 0;
    let lost = 0;
    for (let k = 1; k <= EXAMPLE.periods; k++) {
      const sold = holdings[k - 1]! - holdings[k]!;
      lost -= sold * (price - EXAMPLE.fixed - (EXAMPLE.temporary * sold * EXAMPLE.periods) / EXAMPLE.horizon);
      price -= EXAMPLE.permanent * sold;
    }
    expect(lost / mean).toBeCloseTo(1, 12);
  });

  test('mean and deviation are those of the cost in prices that move at random', () => {
    const { holdings, mean, deviation } = optimalExecution(EXAMPLE);
    const { lo, hi } = root('execution', 'prices');
    const period = EXAMPLE.horizon / EXAMPLE.periods;
    const runs = 20_000;
    let sum = 0;
    let squares = 0;
    for (let run = 0; run < runs; run++) {
      let price = 50;
      let got = 0;
      for (let k = 1; k <= EXAMPLE.periods; k++) {
        const sold = holdings[k - 1]! - holdings[k]!;
        got += sold * (price - EXAMPLE.fixed - (EXAMPLE.temporary * sold) / period);
        price += EXAMPLE.volatility * Math.sqrt(period) * normal(lo, hi, 0, run, k) - EXAMPLE.permanent * sold;
      }
      const cost = 50 * EXAMPLE.lots - got;
      sum += cost;
      squares += cost * cost;
    }
    const found = sum / runs;
    const spread = Math.sqrt(squares / runs - found * found);
    expect(Math.abs(found - mean)).toBeLessThan((4 * deviation) / Math.sqrt(runs));
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * runs));
  });

  test.each<[Partial<ExecutionOptions>, string]>([
    [{ lots: 0 }, 'found lots 0, want a finite number above 0'],
    [{ volatility: -1 }, 'found volatility -1, want a finite number from 0'],
    [{ periods: 1.5 }, 'found periods 1.5, want a whole number from 1'],
    [{ temporary: 1e-8 }, 'found temporary 1e-8, want more than permanent × period / 2'],
  ])('%o is refused', (wrong, message) => {
    expect(() => optimalExecution({ ...EXAMPLE, ...wrong })).toThrow(message);
  });

  test('holdings of another length are refused', () => {
    expect(() => executionCost(EXAMPLE, new Float64Array(5))).toThrow('found 5 holdings, want 6');
  });
});
