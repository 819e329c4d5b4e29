import { describe, expect, test } from 'vitest';
import { fiellerInterval, logisticFit } from '../../src/statistics/logistic.ts';

const GROUPS = [
  { dose: 1, trials: 40, events: 4 },
  { dose: 2, trials: 40, events: 15 },
  { dose: 3, trials: 40, events: 30 },
  { dose: 4, trials: 40, events: 37 },
];

describe('logistic fit', () => {
  test('likelihood falls whichever way the coefficients move', () => {
    const { intercept, slope, middle } = logisticFit(GROUPS);
    const likelihood = (a: number, b: number): number =>
      GROUPS.reduce((sum, { dose, trials, events }) => {
        const odds = a + b * dose;
        return sum + events * odds - trials * Math.log(1 + Math.exp(odds));
      }, 0);
    const best = likelihood(intercept, slope);
    for (const [a, b] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-3],
      [0, -1e-3],
    ] as const)
      expect(likelihood(intercept + a, slope + b)).toBeLessThan(best);
    expect(middle).toBeCloseTo(-intercept / slope, 12);
  });

  test('is the same in other units of the dose', () => {
    const one = logisticFit(GROUPS);
    const other = logisticFit(GROUPS.map((group) => ({ ...group, dose: 1000 + group.dose / 100 })));
    expect(other.slope / one.slope).toBeCloseTo(100, 8);
    expect((other.middle - 1000) * 100).toBeCloseTo(one.middle, 8);
    expect(other.middleError * 100).toBeCloseTo(one.middleError, 8);
  });

  test("Fieller's ends are the doses at which the log odds are a deviation away from even", () => {
    const fit = logisticFit(GROUPS);
    const ends = fiellerInterval(fit, 0.9);
    expect(ends).not.toBeNull();
    for (const dose of ends!) {
      const { intercept, slope, both } = fit.covariance;
      const deviation = Math.sqrt(intercept + 2 * dose * both + dose * dose * slope);
      expect(Math.abs(fit.intercept + fit.slope * dose) / deviation).toBeCloseTo(1.6448536269514722, 8);
    }
    expect(fiellerInterval(logisticFit(GROUPS.map((group, i) => ({ ...group, events: 20 + (i % 2) }))))).toBeNull();
  });

  test('events that a dose parts, or a single dose, are refused', () => {
    const parted = GROUPS.map((group) => ({ ...group, events: group.dose > 2 ? group.trials : 0 }));
    expect(() => logisticFit(parted)).toThrow('found events that a dose parts');
    expect(() => logisticFit([GROUPS[0]!])).toThrow('one dose only');
  });
});
