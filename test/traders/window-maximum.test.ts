import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindowMaximum } from '../../src/traders/window-maximum.ts';

test('the largest of the last so many values, whatever they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 60 }), (window, values) => {
      const maximum = new WindowMaximum(window);
      values.forEach((value, i) => {
        expect(maximum.add(value)).toBe(Math.max(...values.slice(Math.max(0, i - window + 1), i + 1)));
      });
    }),
  );
});
