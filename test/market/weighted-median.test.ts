import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weightedMedian } from '../../src/market/weighted-median.ts';

interface Source {
  readonly price: number;
  readonly weight: number;
}

const price = fc.oneof(fc.double({ min: 1, max: 1e5, noNaN: true }), fc.integer({ min: 1, max: 5 }));
const prices = fc.array(fc.record({ price, weight: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 12 });

function medianOf(sources: readonly Source[]): number {
  return weightedMedian(
    Float64Array.from(sources, (one) => one.price),
    Float64Array.from(sources, (one) => one.weight),
  );
}

test('has at most half of the weight on either side', () =>
  fc.assert(
    fc.property(prices, (sources) => {
      const median = medianOf(sources);
      const weigh = (is: (price: number) => boolean): number => sources.reduce((sum, one) => (is(one.price) ? sum + one.weight : sum), 0);
      const total = weigh(() => true);
      expect(2 * weigh((one) => one < median)).toBeLessThan(total);
      expect(2 * weigh((one) => one > median)).toBeLessThanOrEqual(total);
      expect(sources.some((one) => one.price === median)).toBe(true);
    }),
  ));

test('is what lies in the middle when each price is written down as often as it weighs', () =>
  fc.assert(
    fc.property(prices, (sources) => {
      const written = sources.flatMap((one) => Array.from({ length: one.weight }, () => one.price)).toSorted((a, b) => a - b);
      expect(medianOf(sources)).toBe(written[Math.ceil(written.length / 2) - 1]);
    }),
  ));

test('does not depend on the order', () =>
  fc.assert(
    fc.property(prices, (sources) => {
      expect(medianOf(sources.toReversed())).toBe(medianOf(sources));
    }),
  ));

test('is not moved by a venue of little weight', () => {
  const sources = [3, 2, 2, 1, 1, 1, 1, 1].map((weight, i) => ({ price: 100 + i / 10, weight }));
  expect(medianOf(sources.map((one, i) => (i < 2 ? one : i === 7 ? { ...one, price: 1e6 } : one)))).toBe(medianOf(sources));
  expect(() => medianOf([])).toThrow('found no prices');
});
