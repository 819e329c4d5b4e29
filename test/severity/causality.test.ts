import { describe, expect, test } from 'vitest';
import { advances, causeOf, countCauses, countDifferent, isResolved } from '../../src/severity/causality.ts';

const never = -1;

describe('causal classes', () => {
  test.each([
    ['never in either', never, never, null],
    ['in the run alone', 10, never, 'caused'],
    ['in the twin alone', never, 10, 'spared'],
    ['a step later in the twin', 10, 11, 'advanced'],
    ['later, but within the step', 10, 10.9, 'common'],
    ['at the same time', 10, 10, 'common'],
    ['earlier in the twin', 10, 4, 'common'],
  ] as const)('%s', (_, run, twin, cause) => expect(causeOf(run, twin, 1)).toBe(cause));

  const run = Float64Array.of(10, 10, 10, never, never, 30);
  const twin = Float64Array.of(never, 12, 10, 5, never, 100);

  test('are counted, each group once', () => {
    expect(countCauses(run, twin, 6, 1)).toEqual({ caused: 1, advanced: 2, common: 1, spared: 1 });
    expect([...advances(run, twin, 6, 1)]).toEqual([2, 70]);
  });

  test('only the groups asked for: arrays may have room for more', () => {
    expect(countCauses(run, twin, 1, 1)).toEqual({ caused: 1, advanced: 0, common: 0, spared: 0 });
    expect(countDifferent(run, twin, 1)).toBe(1);
  });

  test('groups that one arm alone liquidates, on either side', () => {
    expect(countDifferent(run, twin, 6)).toBe(2);
    expect(countDifferent(run, run, 6)).toBe(0);
  });
});

test.each([
  [0.01, 0.02, false],
  [0.02, 0.02, false],
  [-0.01, 0.02, false],
  [0, 0.02, false],
  [0.03, 0.02, true],
  [-0.03, 0.02, true],
  // A lot that does nothing hides nothing.
  [0, 0, true],
  [0.01, 0, true],
  // Without a placebo an effect is taken as it stands.
  [0.01, null, true],
  [0, null, true],
])('an effect of %d against a placebo of %d is resolved: %s', (effect, placebo, resolved) =>
  expect(isResolved(effect, placebo)).toBe(resolved),
);
