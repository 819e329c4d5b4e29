import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { offset, splitTrove, troveLiquidation } from '../../src/liquidation/stability-pool.ts';
import { liquityV1 } from '../../src/venues/liquity-v1.ts';
import { uniform } from '../uniform.ts';

const { rules } = liquityV1.lending;
const how = (ratio: number, total: number, pool: number): string => troveLiquidation(rules, ratio, total, pool, 100);

describe('what happens to a trove', () => {
  test('normal mode: only below 110 %, by the pool as far as it reaches', () => {
    expect([how(1.1, 1.5, 1000), how(1.2, 1.5, 1000)]).toEqual(['none', 'none']);
    expect([how(1.09, 1.5, 100), how(1.09, 1.5, 99), how(1.09, 1.5, 0)]).toEqual(['offset', 'offset-and-redistribute', 'redistribute']);
    // Under water in normal mode the pool still takes it.
    expect(how(0.9, 1.5, 100)).toBe('offset');
  });

  test('recovery mode: up to the total ratio, and then only when the pool can take it whole', () => {
    expect([how(1, 1.49, 1000), how(0.5, 1.49, 1000)]).toEqual(['redistribute', 'redistribute']);
    expect([how(1.0001, 1.49, 1000), how(1.09, 1.49, 50), how(1.09, 1.49, 0)]).toEqual([
      'offset',
      'offset-and-redistribute',
      'redistribute',
    ]);
    expect([how(1.1, 1.49, 100), how(1.1, 1.49, 99), how(1.489, 1.49, 100), how(1.49, 1.49, 100)]).toEqual([
      'capped-offset',
      'none',
      'capped-offset',
      'none',
    ]);
  });
});

test('debt and collateral of a trove go somewhere, all of them', () => {
  fc.assert(
    fc.property(
      uniform(0.8, 1.6),
      uniform(1, 2),
      uniform(0, 3e5),
      uniform(2000, 2e5),
      uniform(50, 5000),
      (ratio, total, pool, debt, price) => {
        const mode = troveLiquidation(rules, ratio, total, pool, debt);
        fc.pre(mode !== 'none');
        const collateral = (ratio * debt) / price;
        const split = splitTrove(rules, mode, debt, collateral, price, pool);
        expect((split.pool.debt + split.others.debt) / debt).toBeCloseTo(1, 12);
        expect((split.pool.collateral + split.others.collateral + split.surplus + split.gas) / collateral).toBeCloseTo(1, 12);
        expect(split.pool.debt).toBeLessThanOrEqual(pool);
        expect(Math.min(split.pool.collateral, split.others.collateral, split.surplus, split.gas)).toBeGreaterThanOrEqual(0);
        // Never more than 110 % of the burnt debt from a trove above it.
        if (mode === 'capped-offset') expect((split.pool.collateral + split.gas) * price).toBeCloseTo(debt * 1.1, 6);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('the pool', () => {
  const deposits = fc.array(uniform(0.01, 1e6), { minLength: 1, maxLength: 30 });

  test('conserves: deposits burnt are the debt, gains are the collateral, both pro rata', () => {
    fc.assert(
      fc.property(deposits, uniform(0, 1), uniform(1e-6, 1e4), (before, share, collateral) => {
        const total = before.reduce((sum, one) => sum + one, 0);
        const debt = total * share;
        const after = offset({ deposits: before, gains: before.map(() => 0) }, debt, collateral);
        const left = after.deposits.reduce((sum, one) => sum + one, 0);
        const gained = after.gains.reduce((sum, one) => sum + one, 0);
        expect(Math.abs(left + debt - total)).toBeLessThanOrEqual(1e-12 * total);
        expect(Math.abs(gained - collateral)).toBeLessThanOrEqual(1e-12 * collateral);
        for (const [i, one] of before.entries()) {
          expect(after.gains[i]).toBeCloseTo((collateral * one) / total, 6);
          expect(after.deposits[i]).toBeCloseTo(one * (1 - share), 6);
        }
      }),
    );
  });

  test('is worth the same before and after a trove whose collateral is worth its debt', () => {
    const after = offset({ deposits: [100, 300], gains: [0, 0] }, 200, 2);
    expect(after.deposits.map((deposit, i) => deposit + 100 * after.gains[i]!)).toEqual([100, 300]);
  });

  test('refuses a debt beyond its deposits, and a pool without deposits stays as it is', () => {
    expect(() => offset({ deposits: [10], gains: [0] }, 11, 1)).toThrow('found a debt of 11, want at most its deposits of 10');
    const empty = { deposits: [0], gains: [0] };
    expect(offset(empty, 0, 0)).toEqual(empty);
  });
});
