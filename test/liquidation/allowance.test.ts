import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Allowances } from '../../src/liquidation/allowance.ts';
import type { ThrottleOptions } from '../../src/liquidation/options.ts';

const NONE: ThrottleOptions = { block: 1, position: null, account: Infinity, market: Infinity, window: null };

describe('what may go in a block', () => {
  test('without limits everything', () => expect(new Allowances(NONE, 1, 1).roomFor(0, 0, 1e12, 0)).toBe(Infinity));

  test('of a position a share, but not less than the least, and the rest in the next block', () => {
    const allowances = new Allowances({ ...NONE, position: { share: 0.1, least: 1000 } }, 2, 1);
    expect([allowances.roomFor(0, 0, 50_000, 0), allowances.roomFor(0, 0, 5000, 0), allowances.roomFor(0, 0, 500, 0)]).toEqual([
      5000, 1000, 500,
    ]);
    allowances.take(0, 0, 5000, 0.5);
    expect([allowances.roomFor(0, 0, 45_000, 0.9), allowances.roomFor(1, 0, 45_000, 0.9), allowances.nextTime(0, 0.9)]).toEqual([
      0, 4500, 1,
    ]);
    expect(allowances.roomFor(0, 0, 45_000, 1)).toBe(4500);
  });

  test('of an account and of a market', () => {
    const allowances = new Allowances({ ...NONE, account: 300, market: 500 }, 3, 2);
    allowances.take(0, 0, 200, 0);
    allowances.take(1, 0, 250, 0);
    expect([allowances.roomFor(0, 0, 1e6, 0), allowances.roomFor(1, 0, 1e6, 0), allowances.roomFor(2, 1, 1e6, 0)]).toEqual([50, 50, 300]);
  });

  test('of all markets together what has begun and is not over; who has begun goes on', () => {
    const allowances = new Allowances({ ...NONE, system: 100 }, 3, 2);
    expect([allowances.roomFor(0, 0, 1e6, 0), allowances.roomFor(1, 1, 1e6, 0)]).toEqual([100, 100]);
    // 10 of 70 went: 60 are still to come, 40 may begin elsewhere.
    allowances.take(0, 0, 10, 0, 60);
    expect([allowances.roomFor(0, 0, 1e6, 0), allowances.roomFor(1, 1, 1e6, 0), allowances.systemRoom]).toEqual([60, 40, 40]);
    // One that is larger than the room gets what there is, and keeps it while it has so much left.
    allowances.take(1, 1, 15, 0, 500);
    expect([allowances.roomFor(1, 1, 1e6, 0), allowances.roomFor(2, 0, 1e6, 0)]).toEqual([40, 0]);
    allowances.take(1, 1, 40, 1, 460);
    allowances.take(0, 0, 20, 1, 40);
    expect([allowances.roomFor(1, 1, 1e6, 1), allowances.systemRoom]).toEqual([40, 20]);
    allowances.end(0);
    allowances.end(0);
    expect([allowances.systemRoom, allowances.roomFor(0, 0, 1e6, 1)]).toEqual([60, 60]);
    // What auctions have to raise counts as well; what goes at once takes no room.
    allowances.hold(50);
    allowances.take(2, 0, 10, 1, 0);
    expect([allowances.roomFor(2, 0, 1e6, 1), allowances.roomFor(1, 1, 1e6, 1)]).toEqual([10, 40]);
  });

  test('a window moves on with what went first', () => {
    const allowances = new Allowances({ ...NONE, window: { notional: 100, seconds: 10 } }, 1, 1);
    allowances.take(0, 0, 60, 0.5);
    allowances.take(0, 0, 40, 3);
    expect([allowances.roomFor(0, 0, 1e6, 3), allowances.nextTime(0, 3), allowances.roomFor(0, 0, 1e6, 10.5)]).toEqual([0, 10.5, 60]);
  });
});

test('the next time is later, and nothing passes a limit of a block, whatever its length', () =>
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 5, noNaN: true }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.integer({ min: 1, max: 80 })), { minLength: 1, maxLength: 60 }),
      (block, orders) => {
        const allowances = new Allowances({ ...NONE, block, account: 100, window: { notional: 250, seconds: 3 } }, 1, 1);
        const gone: { readonly time: number; readonly amount: number }[] = [];
        let time = 0;
        for (const [pause, wanted] of orders) {
          time += pause;
          const amount = Math.min(wanted, allowances.roomFor(0, 0, 1e6, time));
          expect(allowances.nextTime(0, time)).toBeGreaterThan(time);
          if (amount <= 0) continue;
          allowances.take(0, 0, amount, time);
          gone.push({ time, amount });
          const sumOf = (since: number): number => gone.filter((one) => one.time > since).reduce((sum, one) => sum + one.amount, 0);
          expect(sumOf(time - 3)).toBeLessThanOrEqual(250);
        }
      },
    ),
  ));
