import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  decimalOf,
  formatDecimal,
  measure,
  multiply,
  readDecimal,
  readDuration,
  readFraction,
  readMultiple,
  readSize,
  toNumber,
} from '../../src/scenario/quantity.ts';

const value = (decimal: ReturnType<typeof readDecimal>): number | null => (decimal === null ? null : toNumber(decimal));

describe('numbers', () => {
  test.each([
    ['120_000', 120_000],
    ['4.5e9', 4.5e9],
    ['-0.25', -0.25],
    ['0.0001', 0.0001],
    ['1e-3', 0.001],
    ['1_000.000_1', 1000.0001],
    ['+7', 7],
    ['007', 7],
  ])('%s', (text, expected) => expect(value(readDecimal(text))).toBe(expected));

  test.each([
    '',
    '.5',
    '5.',
    '1__0',
    '_1',
    '1e',
    '1e99999',
    '0x10',
    'NaN',
    '.nan',
    'Infinity',
    '.inf',
    '1,000',
    '1 000',
    '--1',
    '1e5e5',
    '１',
  ])('%s is none', (text) => expect(readDecimal(text)).toBeNull());

  test('a decimal of at most 15 digits comes back from its double', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n) + 1n, 10n ** 15n - 1n), fc.integer({ min: -30, max: 20 }), (digits, exponent) => {
        const decimal = readDecimal(`${digits}e${exponent}`);
        expect(decimal).not.toBeNull();
        if (decimal !== null) expect(decimalOf(toNumber(decimal))).toEqual(decimal);
      }),
    );
  });

  test('sums and products are exact', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -9, max: 9 }), fc.integer(), fc.integer({ min: -9, max: 9 }), (a, p, b, q) => {
        const left = { digits: BigInt(a), exponent: p };
        const right = { digits: BigInt(b), exponent: q };
        const scaled = (decimal: { readonly digits: bigint; readonly exponent: number }): bigint =>
          decimal.digits * 10n ** BigInt(decimal.exponent + 40);
        expect(scaled(multiply(left, right))).toBe((scaled(left) * scaled(right)) / 10n ** 40n);
        expect(scaled(add(left, right))).toBe(scaled(left) + scaled(right));
      }),
    );
    expect(toNumber(add(decimalOf(0.1), decimalOf(0.2)))).toBe(0.3);
  });

  test.each([
    [1200, '1200'],
    [0.0001, '0.0001'],
    [1e-12, '1e-12'],
    [-2.5, '-2.5'],
    [1e20, '1e20'],
    [0, '0'],
  ])('%d is written %s', (number, text) => expect(formatDecimal(decimalOf(number))).toBe(text));
});

describe('units', () => {
  test.each([
    ['2h', 7200],
    ['45m', 2700],
    ['30s', 30],
    ['50ms', 0.05],
    ['72h', 259_200],
    ['1d', 86_400],
    ['1h 30m', 5400],
    ['1d2h3m4s5ms', 93_784.005],
    ['0.5s', 0.5],
    ['1_000s', 1000],
  ])('%s', (text, expected) => expect(value(readDuration(text))).toBe(expected));

  test.each(['2', '2 hours', '30s 1h', '1h 1h', 'h', '-1h', '2H', '5min', '1.5.5s', '', ' '])('%s is no duration', (text) =>
    expect(readDuration(text)).toBeNull(),
  );

  test.each([
    ['5%', 0.05],
    ['1.25%', 0.0125],
    ['25bps', 0.0025],
    ['0.05', 0.05],
    ['0.1 %', 0.001],
    ['2.5e1%', 0.25],
  ])('%s', (text, expected) => expect(value(readFraction(text))).toBe(expected));

  test.each(['%', '5%%', '5 percent', 'bps', '5 x'])('%s is no fraction', (text) => expect(readFraction(text)).toBeNull());

  test('multiples and sizes', () => {
    expect(value(readMultiple('1.25x'))).toBe(1.25);
    expect(readMultiple('1.25')).toBeNull();
    expect(readMultiple('x')).toBeNull();
    const size = readSize('0.4 BTC');
    expect(size?.symbol).toBe('BTC');
    expect(value(size?.amount ?? null)).toBe(0.4);
    expect(readSize('5')?.symbol).toBeNull();
    expect(readSize('5BTC')).toBeNull();
    expect(readSize('BTC 5')).toBeNull();
  });
});

describe('whole ticks and lots', () => {
  test('what binary fractions would get wrong', () => {
    // In doubles 0.3 / 0.1 is 2.9999999999999996 and 1.1 / 0.1 is 11.000000000000002.
    expect(measure(0.3, 0.1)).toEqual({ whole: true, count: 3 });
    expect(measure(1.1, 0.1)).toEqual({ whole: true, count: 11 });
    expect(measure(117_000.1, 0.1)).toEqual({ whole: true, count: 1_170_001 });
  });

  test('the two neighbours of what is not whole', () => {
    expect(measure(0.00015, 0.0001)).toEqual({ whole: false, below: '0.0001', above: '0.0002' });
    expect(measure(100.3, 0.5)).toEqual({ whole: false, below: '100', above: '100.5' });
    expect(measure(-0.7, 0.5)).toEqual({ whole: false, below: '-1', above: '-0.5' });
  });

  test('any whole multiple is recognised', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.constantFrom('1', '0.5', '0.1', '0.01', '0.0001', '0.00001', '25', '0.025'),
        (n, unit) => {
          const decimal = readDecimal(unit);
          if (decimal === null) return;
          const product = toNumber(multiply({ digits: BigInt(n), exponent: 0 }, decimal));
          expect(measure(product, Number(unit))).toEqual({ whole: true, count: n });
        },
      ),
    );
  });
});
