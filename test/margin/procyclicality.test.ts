import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bufferedMargin, bufferUsed, flooredMargin, peakToTrough, stressedMargin, widenRange } from '../../src/margin/procyclicality.ts';

const margin = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

test('the three rules of Article 28', () => {
  expect(flooredMargin(80, 110)).toBe(110);
  expect(flooredMargin(140, 110)).toBe(140);
  expect(bufferedMargin(100, 0.25, 0)).toBe(125);
  expect(bufferedMargin(100, 0.25, 0.5)).toBe(112.5);
  expect(bufferedMargin(100, 0.25, 1)).toBe(100);
  expect(stressedMargin(100, 300, 0.25)).toBe(150);
  expect(stressedMargin(100, 300, 0)).toBe(100);
});

test('a buffer that may be used keeps the charge where it was while it lasts, and within its own bounds', () =>
  fc.assert(
    fc.property(margin, margin, fc.double({ min: 0.01, max: 1, noNaN: true }), (now, charged, buffer) => {
      const next = bufferedMargin(now, buffer, bufferUsed(now, buffer, charged));
      const within = Math.min(Math.max(charged, now), now * (1 + buffer));
      expect(Math.abs(next / within - 1)).toBeLessThan(1e-12);
    }),
  ));

/** The largest and the smallest of a path. */
function rangeOf(path: readonly number[]): Float64Array {
  const range = new Float64Array(2).fill(path[0]);
  for (const one of path) widenRange(range, one);
  return range;
}

test('peak to trough, by hand', () => {
  expect(peakToTrough(rangeOf([100, 105, 120, 180, 240, 210, 160]))).toBe(2.4);
  expect(peakToTrough(rangeOf([0, 4]))).toBe(Infinity);
});

test('scaling a path leaves the ratio', () =>
  fc.assert(
    fc.property(fc.array(margin, { minLength: 3, maxLength: 40 }), (path) => {
      expect(peakToTrough(rangeOf(path.map((one) => 2 * one)))).toBe(peakToTrough(rangeOf(path)));
    }),
  ));
