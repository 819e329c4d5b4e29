import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { causeOf, countCauses } from '../../src/severity/causality.ts';
import { METRICS, METRIC_NAMES } from '../../src/severity/metrics.ts';
import { amplification, drawdown, largestDistance, largestExcess, largestRise, recoverySteps } from '../../src/severity/paths.ts';

const path = (...prices: number[]): Float64Array => Float64Array.from(prices);

describe('paths', () => {
  test('the largest rise over a number of steps', () => {
    const margins = [100, 105, 120, 180, 240, 210, 160];
    expect([largestRise(margins, 1), largestRise(margins, 2), largestRise([5, 4, 3], 1)]).toEqual([60, 120, 0]);
    expect(() => largestRise([1, 2], 2)).toThrow('path: found 2 values for a rise over 2, want more');
  });

  test('a rise over two steps is at most two of one step, and scales with the path', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 40 }), (values) => {
        expect(largestRise(values, 2)).toBeLessThanOrEqual(2 * largestRise(values, 1) + 1e-9);
        expect(largestRise(values.map((one) => 2 * one), 1)).toBe(2 * largestRise(values, 1)); // prettier-ignore
      }),
    ));

  test('drawdown is the largest fall from the running peak', () => {
    expect(drawdown(path(100, 90, 95, 120, 90, 110))).toBe(0.25);
    expect(drawdown(path(1, 2, 3))).toBe(0);
  });

  test('largest excess says where and how far below the twin', () => {
    expect(largestExcess(path(100, 80, 90), path(100, 100, 100))).toEqual({ step: 1, excess: 0.2 });
    expect(largestExcess(path(100, 101), path(100, 100))).toEqual({ step: 0, excess: 0 });
  });

  test('largest distance counts both sides, as a share of the other path', () => {
    expect(largestDistance(path(100, 110, 95), path(100, 100, 100))).toBe(110 / 100 - 1);
    expect(largestDistance(path(100, 50), path(100, 200))).toBe(0.75);
    expect(largestDistance(path(3, 4), path(3, 4))).toBe(0);
  });

  test('amplification is 1 when equal, undefined when the twin hardly falls', () => {
    expect(amplification(0.2, 0.1)).toBe(2);
    expect(amplification(0.001, 0.001)).toBe(1);
    expect(amplification(0.2, 0.004)).toBeNaN();
  });

  test('recovery counts the steps until the price is within half a per cent of the twin', () => {
    expect(recoverySteps(path(100, 80, 99, 99.6), path(100, 100, 100, 100), 1)).toBe(2);
    expect(recoverySteps(path(100, 80, 90), path(100, 100, 100), 1)).toBeNaN();
  });
});

describe('causal classes', () => {
  test('follow from the first forced fill in run and twin', () => {
    expect(causeOf(5, -1, 1)).toBe('caused');
    expect(causeOf(5, 9, 1)).toBe('advanced');
    expect(causeOf(9, 5, 1)).toBe('common');
    expect(causeOf(5, 5, 1)).toBe('common');
    expect(causeOf(-1, 5, 1)).toBe('spared');
    expect(causeOf(-1, -1, 1)).toBeNull();
    expect(countCauses(path(5, 5, 9, -1, -1), path(-1, 9, 5, 5, -1), 5, 1)).toEqual({ caused: 1, advanced: 1, common: 1, spared: 1 });
  });
});

test('metric names are unique, lower case and each has its meaning', () => {
  expect(new Set(METRIC_NAMES).size).toBe(METRICS.length);
  for (const metric of METRICS) {
    expect(metric.name).toMatch(/^[a-z][a-z_]*$/);
    expect(metric.meaning.length).toBeGreaterThan(10);
  }
});
