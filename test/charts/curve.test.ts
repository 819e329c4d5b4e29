import { describe, expect, test } from 'vitest';
import { axisValues, read, verdictsWords, verdictWords, type CurvePoint } from '../../src/charts/curve.ts';

const AXIS = { path: 'mark', label: 'Mark', short: 'mark', rate: null, texts: { b: 'the second' } };

/** A curve of [median, change, half-width of its interval]; null: no interval. */
const curve = (rows: readonly (readonly [number, number, number | null])[], series = ''): CurvePoint[] =>
  rows.map(([median, change, half], i) => ({
    x: i,
    series,
    runs: 20,
    median,
    interval: null,
    assumption: null,
    pairedMedian: change,
    pairedInterval: null,
    change,
    changeInterval: half === null ? null : i === 0 ? { low: 0, high: 0 } : { low: change - half, high: change + half },
    withinPlacebo: null,
  }));

describe('how a curve is read', () => {
  test.each([
    ['single', [[0.03, 0, 0]]],
    [
      'flat',
      [
        [0.05, 0, 0],
        [0.051, 0.001, 0.003],
        [0.05, 0, 0.004],
      ],
    ],
    [
      'rises',
      [
        [0.05, 0, 0],
        [0.06, 0.01, 0.02],
        [0.12, 0.07, 0.01],
      ],
    ],
    [
      'falls',
      [
        [0.12, 0, 0],
        [0.05, -0.07, 0.01],
      ],
    ],
    [
      'turns',
      [
        [0.05, 0, 0],
        [0.12, 0.07, 0.01],
        [0.05, 0, 0.02],
      ],
    ],
    [
      'unresolved',
      [
        [0.05, 0, 0],
        [0.07, 0.02, 0.04],
      ],
    ],
    [
      'unresolved',
      [
        [0.05, 0, 0],
        [0.12, 0.07, null],
      ],
    ],
  ] as const)('%s', (verdict, rows) => expect(read(curve(rows), 'fraction').verdict).toBe(verdict));

  test('a change of half a point is flat at 5 % and not at 0.5 %', () => {
    expect(
      read(
        curve([
          [0.05, 0, 0],
          [0.055, 0.005, 0.001],
        ]),
        'fraction',
      ).verdict,
    ).toBe('flat');
    expect(
      read(
        curve([
          [0.005, 0, 0],
          [0.01, 0.005, 0.001],
        ]),
        'fraction',
      ).verdict,
    ).toBe('rises');
  });

  test('an undefined metric is undefined, not flat', () => {
    const points = curve([
      [0, 0, null],
      [0, 0, null],
    ]).map((point) => ({ ...point, median: null, change: null }));
    expect(read(points, 'fraction').verdict).toBe('undefined');
  });

  test('points are ordered by their place on the axis, whatever order they come in', () => {
    const points = curve([
      [0.05, 0, 0],
      [0.06, 0.01, 0.02],
      [0.12, 0.07, 0.01],
    ]);
    expect(read(points.toReversed(), 'fraction')).toEqual(read(points, 'fraction'));
    expect(axisValues([{ x: 2 }, { x: 10 }, { x: 2 }, { x: 1 }])).toEqual([1, 2, 10]);
    expect(axisValues([{ x: 'b' }, { x: 'a' }])).toEqual(['b', 'a']);
  });

  test('words', () => {
    expect(
      verdictWords(
        read(
          curve([
            [0.05, 0, 0],
            [0.12, 0.07, 0.01],
          ]),
          'fraction',
        ),
        'fraction',
        AXIS,
      ),
    ).toBe('rises by 7\u00a0points');
    expect(
      verdictWords(
        read(
          curve([
            [0.12, 0, 0],
            [0.05, -0.07, 0.01],
          ]),
          'fraction',
        ),
        'fraction',
        AXIS,
      ),
    ).toBe('falls by 7\u00a0points');
    expect(
      verdictWords(
        read(
          curve([
            [0.05, 0, 0],
            [0.07, 0.02, 0.04],
          ]),
          'fraction',
        ),
        'fraction',
        AXIS,
      ),
    ).toBe('no change is resolved (−2 to +6\u00a0points)');
    const categories = curve([
      [0.05, 0, 0],
      [0.12, 0.07, 0.01],
      [0.01, -0.04, 0.01],
    ]).map((point, i) => ({ ...point, x: ['a', 'b', 'c'][i] ?? '' }));
    expect(verdictWords(read(categories, 'fraction'), 'fraction', AXIS)).toBe('1\u00a0% (c) to 12\u00a0% (the second)');
    const flat = read(
      curve(
        [
          [0.05, 0, 0],
          [0.05, 0, 0.001],
        ],
        'a',
      ),
      'fraction',
    );
    const rises = read(
      curve(
        [
          [0.05, 0, 0],
          [0.12, 0.07, 0.01],
        ],
        'b',
      ),
      'fraction',
    );
    expect(verdictsWords([flat, flat, rises], 'fraction', AXIS)).toBe('flat in 2 of 3 settings, rises in 1');
    expect(verdictsWords([flat, flat, flat], 'fraction', AXIS)).toBe('flat in all 3 settings');
  });
});
