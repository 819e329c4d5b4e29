import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverageFrom, coverageTo, isPast, triggerIn } from '../../src/margin/coverage.ts';
import type { Convention } from '../../src/margin/coverage.ts';
import { uniform } from '../uniform.ts';

const rate = uniform(0.05, 0.98);

const conventions = fc.oneof(
  fc.constant<Convention>({ kind: 'coverage' }),
  fc.constantFrom<Convention>({ kind: 'utilisation', scale: 1 }, { kind: 'utilisation', scale: 100 }),
  fc.record({
    kind: fc.constantFrom('health-factor' as const, 'collateral-ratio' as const, 'loan-to-value' as const),
    liquidationThreshold: rate,
  }),
);

test('at equality each venue does as its rule says', () => {
  expect([isPast(0.999, 1, false), isPast(1, 1, false), isPast(1, 1, true), isPast(1.001, 1, true)]).toEqual([true, false, true, false]);
});

test('a figure and its MCR are one to one', () => {
  fc.assert(
    fc.property(conventions, uniform(0.02, 0.98), (convention, share) => {
      // A loan's coverage ends at 1 / (1 − LT), where there is no debt.
      const most = 'liquidationThreshold' in convention ? 1 / (1 - convention.liquidationThreshold) : 20;
      const coverage = share * most;
      expect(coverageFrom(convention, coverageTo(convention, coverage)) / coverage).toBeCloseTo(1, 9);
    }),
  );
});

test('the trigger of each convention is where the MCR is 1', () => {
  expect(triggerIn({ kind: 'coverage' })).toBe(1);
  expect(triggerIn({ kind: 'utilisation', scale: 100 })).toBe(100);
  expect(triggerIn({ kind: 'health-factor', liquidationThreshold: 0.8 })).toBeCloseTo(1, 14);
  expect(triggerIn({ kind: 'collateral-ratio', liquidationThreshold: 1 / 1.1 })).toBeCloseTo(1.1, 14);
  expect(triggerIn({ kind: 'loan-to-value', liquidationThreshold: 0.83 })).toBeCloseTo(0.83, 14);
});

test('safer is safer in every convention', () => {
  fc.assert(
    fc.property(conventions, uniform(0.02, 0.95), (convention, share) => {
      const most = 'liquidationThreshold' in convention ? 1 / (1 - convention.liquidationThreshold) : 20;
      const rises = convention.kind !== 'utilisation' && convention.kind !== 'loan-to-value';
      expect(coverageTo(convention, share * 1.02 * most) > coverageTo(convention, share * most)).toBe(rises);
    }),
  );
});
