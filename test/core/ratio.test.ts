import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { productError, wholeRatio } from '../../src/core/ratio.ts';

const below = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: bits }).chain((b) => fc.bigInt({ min: 0n, max: 2n ** BigInt(b) - 1n }).map(Number));

describe('exact products and ratios', () => {
  test('a product and what rounding took from it are the product', () => {
    fc.assert(
      fc.property(below(53), below(53), (a, b) => {
        expect(BigInt(a * b) + BigInt(productError(a, b, a * b))).toBe(BigInt(a) * BigInt(b));
        expect(productError(-a, b, -a * b)).toBeCloseTo(-productError(a, b, a * b), 20);
      }),
      { numRuns: 3000 },
    );
  });

  test('a ratio is rounded once, whichever way', () => {
    fc.assert(
      fc.property(below(53), below(53), below(50), fc.constantFrom('down', 'nearest', 'up'), (a, b, less, rounding) => {
        const c = less + 1;
        const product = BigInt(a) * BigInt(b);
        const over = BigInt(c);
        fc.pre(product / over < 2n ** 53n - 1n);
        const added = rounding === 'down' ? 0n : rounding === 'up' ? over - 1n : over / 2n;
        // halves up: floor((2ab + c) / 2c)
        const want = rounding === 'nearest' ? (2n * product + over) / (2n * over) : (product + added) / over;
        expect(BigInt(wholeRatio(a, b, c, rounding))).toBe(want);
      }),
      { numRuns: 5000 },
    );
  });

  test('a half goes up, a hair less goes down, beyond 2^53 too', () => {
    expect(wholeRatio(5, 1, 2, 'nearest')).toBe(3);
    expect(wholeRatio(4503599627370497, 6, 12, 'nearest')).toBe(2251799813685249);
    const c = 2 ** 49;
    expect(wholeRatio(2 ** 52 + 1, 2 ** 48, c, 'nearest')).toBe(2 ** 51 + 1);
    expect(wholeRatio(2 ** 52 + 1, 2 ** 48 - 1, c, 'nearest')).toBe(2 ** 51 - 8);
    expect(wholeRatio(2 ** 52 + 1, 2 ** 48, c, 'down')).toBe(2 ** 51);
  });
});
