import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapleyValues } from '../../src/severity/shapley.ts';

/** A game of up to six groups: a value for each coalition. */
const game = fc.integer({ min: 0, max: 6 }).chain((groups) =>
  fc.record({
    groups: fc.constant(groups),
    value: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 ** groups, maxLength: 2 ** groups }),
  }),
);

/** By the definition: the mean over all orders of what each adds to those before it. */
function byOrders(groups: number, value: readonly number[]): number[] {
  const shares = Array.from({ length: groups }, () => 0);
  let orders = 0;
  const walk = (present: number, left: readonly number[], gains: readonly (readonly [number, number])[]): void => {
    if (left.length === 0) {
      orders++;
      for (const [group, gain] of gains) shares[group]! += gain;
      return;
    }
    for (const group of left) {
      const then = present | (1 << group);
      walk(
        then,
        left.filter((other) => other !== group),
        [...gains, [group, value[then]! - value[present]!]],
      );
    }
  };
  walk(0, [...Array(groups).keys()], []);
  return shares.map((sum) => sum / orders);
}

describe('Shapley values', () => {
  test('by hand: the glove game, and a committee with a veto', () => {
    // Two left gloves and one right: a pair is worth 1.
    expect([...shapleyValues(3, [0, 0, 0, 0, 0, 1, 1, 1])]).toEqual([1 / 6, 1 / 6, 2 / 3].map((share) => expect.closeTo(share, 15)));
    // Shares of 40, 30 and 30 %, two thirds carry a vote.
    expect([...shapleyValues(3, [0, 0, 0, 1, 0, 1, 0, 1])]).toEqual([2 / 3, 1 / 6, 1 / 6].map((share) => expect.closeTo(share, 15)));
  });

  test('are the mean over all orders', () => {
    fc.assert(
      fc.property(game, ({ groups, value }) => {
        const shares = shapleyValues(groups, value);
        byOrders(groups, value).forEach((share, group) => expect(shares[group]).toBeCloseTo(share, 9));
      }),
      { numRuns: 60 },
    );
  });

  test('efficiency: they add up to all together less nobody', () => {
    fc.assert(
      fc.property(game, ({ groups, value }) => {
        const sum = shapleyValues(groups, value).reduce((total, share) => total + share, 0);
        expect(sum).toBeCloseTo(value.at(-1)! - value[0]!, 8);
      }),
    );
  });

  test('symmetry, the null player and additivity', () => {
    fc.assert(
      fc.property(game, game, ({ groups, value }, other) => {
        if (groups < 2) return;
        const bits = (coalition: number): number => Number((coalition & 1) === 1) + Number((coalition & 2) === 2);
        // Groups 0 and 1 count for one another: only how many of them are there matters.
        const twins = value.map((_, coalition) => value[(coalition & ~3) | [0, 1, 3][bits(coalition)]!]!);
        const [first, second] = shapleyValues(groups, twins);
        expect(second).toBeCloseTo(first!, 9);
        // Group 0 adds nothing to anybody.
        const idle = value.map((_, coalition) => value[coalition & ~1]!);
        expect(shapleyValues(groups, idle)[0]).toBe(0);
        if (other.groups !== groups) return;
        const sum = value.map((own, coalition) => own + other.value[coalition]!);
        const [a, b, both] = [value, other.value, sum].map((each) => shapleyValues(groups, each));
        both!.forEach((share, group) => expect(share).toBeCloseTo(a![group]! + b![group]!, 8));
      }),
    );
  });

  test('want a value for each coalition', () => {
    expect(() => shapleyValues(2, [0, 1, 2])).toThrow('found 3 values, want 4 for 2 groups');
  });
});
