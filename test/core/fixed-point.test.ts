import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ceilDivide, fixedPoint, floorDivide, fromFixedPoint, larger, smaller, squareRoot } from '../../src/core/fixed-point.ts';

const whole = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });

describe('fixed point', () => {
  test('reads decimals from their text', () => {
    expect(fixedPoint(5.05, 18)).toBe(5_050_000_000_000_000_000n);
    expect(fixedPoint(0.00021347, 10)).toBe(2_134_700n);
    expect(fixedPoint(-1.5, 6)).toBe(-1_500_000n);
    expect(fixedPoint(1e-7, 6)).toBe(0n);
    expect(fixedPoint(1.5e300, 2)).toBe(15n * 10n ** 301n);
    expect(fixedPoint(1e-6, 6)).toBe(1n);
    expect(fixedPoint(0, 9)).toBe(0n);
  });

  test('rounds what lies beyond to the nearest, halves away from 0', () => {
    expect([fixedPoint(0.15, 1), fixedPoint(-0.15, 1), fixedPoint(0.149, 1), fixedPoint(2.5, 0)]).toEqual([2n, -2n, 1n, 3n]);
  });

  test.each([NaN, Infinity, -Infinity])('refuses %s', (value) => expect(() => fixedPoint(value, 6)).toThrow(`found ${value}`));

  test('comes back to the same number from enough decimals', () =>
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => {
        expect(fromFixedPoint(fixedPoint(value, 340), 340)).toBe(value === 0 ? 0 : value);
      }),
    ));
});

describe('whole quotients and roots', () => {
  test('floor and ceiling enclose the quotient', () =>
    fc.assert(
      fc.property(
        whole,
        whole.filter((divisor) => divisor !== 0n),
        (dividend, divisor) => {
          const size = divisor < 0n ? -divisor : divisor;
          const below = (dividend - floorDivide(dividend, divisor) * divisor) * (divisor < 0n ? -1n : 1n);
          const above = (ceilDivide(dividend, divisor) * divisor - dividend) * (divisor < 0n ? -1n : 1n);
          expect(below >= 0n && below < size && above >= 0n && above < size).toBe(true);
        },
      ),
    ));

  test('the root is the last whole one', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 60n }), (value) => {
        const root = squareRoot(value);
        expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true);
      }),
    ));

  test('small roots, and none below 0', () => {
    expect([0n, 1n, 2n, 3n, 4n, 8n, 9n, 10_000_000_000_001n].map(squareRoot)).toEqual([0n, 1n, 1n, 1n, 2n, 2n, 3n, 3_162_277n]);
    expect(() => squareRoot(-1n)).toThrow('found -1');
  });

  test('smaller and larger', () => expect([smaller(2n, 3n), smaller(3n, 2n), larger(2n, 3n), larger(-3n, -4n)]).toEqual([2n, 2n, 3n, -3n]));
});
