import { describe, expect, test } from 'vitest';
import { counted, difference, fullMoney, money, odds, percent, plain, quantity, range, seconds } from '../../src/charts/format.ts';

const S = '\u00a0';

describe('numbers for people', () => {
  test.each([
    [0, '0'],
    [12_345.6, '12,346'],
    [1.25, '1.25'],
    [0.000123, '0.000123'],
    [-3, '−3'],
    [-0.0000001, '0'],
    [999_999.7, '1,000,000'],
    [Number.NaN, '–'],
    [Infinity, '–'],
  ])('plain %s', (value, text) => expect(plain(value)).toBe(text));

  test.each([
    [4.5e9, `$4.5${S}B`],
    [250e6, `$250${S}M`],
    [999.6e6, `$1${S}B`],
    [45_300, `$45.3${S}k`],
    [999, '$999'],
    [0, '$0'],
    [-1.2e6, `−$1.2${S}M`],
    [Number.NaN, '–'],
  ])('money %s', (value, text) => expect(money(value)).toBe(text));

  test.each([
    [0.12, `12${S}%`],
    [0.1234, `12.3${S}%`],
    [0, `0${S}%`],
    [1, `100${S}%`],
  ])('percent %s', (value, text) => expect(percent(value)).toBe(text));

  test.each([
    [1, 'all'],
    [0.01, '1 in 100'],
    [0.5, '1 in 2'],
    [1 / 64, '1 in 64'],
    [0, 'none'],
  ])('odds %s', (value, text) => expect(odds(value)).toBe(text));

  test.each([
    [45, `45${S}s`],
    [720, `12${S}min`],
    [7200, `2${S}h`],
  ])('seconds %s', (value, text) => expect(seconds(value)).toBe(text));

  test('a difference of fractions is in percentage points, with its sign', () => {
    expect(difference(0.061, 'fraction')).toBe(`+6.1${S}points`);
    expect(difference(-0.003, 'fraction')).toBe(`−0.3${S}points`);
    expect(difference(0, 'fraction')).toBe(`0${S}points`);
    expect(difference(null, 'fraction')).toBe('–');
    expect(difference(2.5e6, 'quote')).toBe(`+$2.5${S}M`);
  });

  test('one point is a point, and a range always has points', () => {
    expect(difference(0.01, 'fraction')).toBe(`+1${S}point`);
    expect(difference(-0.01, 'fraction')).toBe(`−1${S}point`);
    expect(difference(0.011, 'fraction')).toBe(`+1.1${S}points`);
    expect(range(-0.002, 0.01, 'fraction', difference)).toBe(`−0.2 to +1${S}points`);
  });

  test.each([
    [1_467_176.7373000002, '$1,467,176.74'],
    [2_000_000, '$2,000,000'],
    [-0.5, '−$0.50'],
    [-0.001, '−$0.001'],
    [1.2345e-8, '$1.2e-8'],
    [0, '$0'],
    [999.999, '$1,000'],
    [Number.NaN, '–'],
  ])('money in full %s', (value, text) => expect(fullMoney(value)).toBe(text));

  test('things are counted, one by its singular', () => {
    expect([0, 1, 12_345].map((count) => counted(count, 'run'))).toEqual(['0 runs', '1 run', '12,345 runs']);
  });

  test('a range writes a shared unit once and rounds both ends to the same step', () => {
    expect(range(0.036, 0.049, 'fraction')).toBe(`3.6 to 4.9${S}%`);
    expect(range(-0.0000053, 0.001, 'fraction', difference)).toBe(`0 to +0.1${S}points`);
    expect(range(0, 2e6, 'quote')).toBe(`$0 to $2${S}M`);
    expect(range(0, 0, 'fraction')).toBe(`0 to 0${S}%`);
  });

  test('null and undefined values are a dash in every unit', () => {
    for (const unit of ['fraction', 'quote', 'count', 'seconds', 'ratio'] as const) {
      expect(quantity(null, unit)).toBe('–');
      expect(quantity(Number.NaN, unit)).toBe('–');
    }
  });
});
