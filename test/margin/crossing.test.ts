import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crossings } from '../../src/margin/crossing.ts';

test('finds a root on either side, to twelve digits', () =>
  fc.assert(
    fc.property(fc.double({ min: 1, max: 99, noNaN: true }), fc.double({ min: 101, max: 9999, noNaN: true }), (low, high) => {
      const { below, above } = crossings((price) => (price - low) * (high - price), 100, 0.5, 10_000);
      expect(Math.abs((below ?? NaN) / low - 1)).toBeLessThan(1e-11);
      expect(Math.abs((above ?? NaN) / high - 1)).toBeLessThan(1e-11);
    }),
  ));

test('the nearest of several, and null where there is none', () => {
  expect(crossings((price) => Math.cos(price / 10), 62.8, 1, 1000).above).toBeCloseTo(25 * Math.PI, 9);
  expect(crossings((price) => price - 50, 100, 60, 1000)).toEqual({ below: null, above: null });
  expect(crossings(() => -1, 100, 1, 1000)).toEqual({ below: 100, above: 100 });
  expect(crossings((price) => price - 100, 100, 1, 1000).below).toBeCloseTo(100, 9);
});

test('refuses a range that does not hold the price', () => {
  expect(() => crossings(() => 1, 100, 0, 1000)).toThrow('found price 100 within 0 and 1000, want 0 < lowest ≤ price ≤ highest');
  expect(() => crossings(() => 1, 100, 200, 1000)).toThrow('found price 100 within 200 and 1000');
});
