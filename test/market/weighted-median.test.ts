import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weightedMedian } from '../../src/market/weighted-median.ts';

const prices = fc.array(fc.record({ price: fc.double({ min: 1, max: 1e5, noNaN: true }), weight: fc.integer({ min: 1, max: 5 }) }), {
  minLength: 1,
  maxLength: 12,
});

test('has at most half of the weight on either side', () =>
  fc.assert(
    fc.property(prices, (sources) => {
      const median = weightedMedian(sources);
      const weigh = (is: (price: number) => boolean): number => sources.reduce((sum, one) => (is(one.price) ? sum + one.weight : sum), 0);
      const total = weigh(() => true);
      expect(2 * weigh((price) => price < median)).toBeLessThan(total);
      expect(2 * weigh((price) => price > median)).toBeLessThanOrEqual(total);
      expect(sources.some((one) => one.price === median)).toBe(true);
    }),
  ));

test('does not depend on the order', () =>
  fc.assert(
    fc.property(prices, (sources) => {
      expect(weightedMedian(sources.toReversed())).toBe(weightedMedian(sources));
    }),
  ));

test('is not moved by a venue of little weight', () => {
  const sources = [3, 2, 2, 1, 1, 1, 1, 1].map((weight, i) => ({ price: 100 + i / 10, weight }));
  expect(weightedMedian(sources.map((one, i) => (i < 2 ? one : i === 7 ? { ...one, price: 1e6 } : one)))).toBe(weightedMedian(sources));
  expect(() => weightedMedian([])).toThrow('found no prices');
});
