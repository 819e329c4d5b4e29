import { describe, expect, test } from 'vitest';
import { LATENT_CHECKS } from '../../src/validation/latent-book.ts';
import { ORDER_FLOW_CHECKS } from '../../src/validation/order-flow.ts';
import { ValidationUsageError } from '../../src/validation/parameters.ts';
import { RARE_CHECKS } from '../../src/validation/rare.ts';
import { STRATEGY_CHECKS } from '../../src/validation/strategies.ts';
import { STYLISED_CHECKS } from '../../src/validation/stylised.ts';
import { readTargets } from '../../src/validation/target.ts';
import type { Effort, Value, Verdict } from '../../src/validation/target.ts';

const targets = readTargets();
const checks = [...ORDER_FLOW_CHECKS, ...LATENT_CHECKS, ...STRATEGY_CHECKS, ...RARE_CHECKS, ...STYLISED_CHECKS];

/** A check with some of its parameters replaced, and against another published value if there is one. */
function verdictOf(id: string, settings: Record<string, Value>, published?: Value, runs: Effort['runs'] = null): Verdict {
  const target = targets.get(id);
  const check = checks.find((one) => one.id === id);
  if (target === undefined || check === undefined) throw new Error(`no such check: ${id}`);
  const parameters = { ...(target.parameters as Record<string, Value>), ...settings };
  return check.run(parameters, { runs, quick: true }, published ?? target.expected);
}

describe('with other parameters', () => {
  test.each<[string, Record<string, Value>, number | null]>([
    ['LOB-ZI-SPREAD-eps0.1', { eps: 0.3 }, null],
    ['LOB-ZI-COLLAPSE', { eps: 0.4, rescalings: [{ alpha: 3, mu: 7 }] }, null],
    ['LOB-ZI-FPZ', { eps: [0.4] }, null],
    ['LOB-CST-TABLE', { lam1: 1, mu: 2, theta1: 0.5 }, 1500],
    [
      'LOB-CDL',
      {
        np: [
          [5, 1],
          [3, 8],
        ],
      },
      2000,
    ],
    ['IMP-LLOB-A', { m0_over_J: [0.3, 30] }, null],
    ['IMP-KYLE1', { su: 0.1, sv: 5 }, null],
    ['IMP-KYLE-N', { N: [1, 3, 500] }, null],
    ['MM-AS', { gamma: [0.5] }, 2000],
    ['RARE-IS', { c: 5 }, null],
    ['RARE-AMS', { event: 'Exp(1)>4', n: [20] }, 600],
  ])('%s holds at %j', (id, settings, runs) => {
    const { expected, measured, pass, tolerance } = verdictOf(id, settings, undefined, runs);
    expect(pass, JSON.stringify({ expected, measured, tolerance })).toBe(true);
  });

  test('what is expected follows them', () => {
    expect(verdictOf('LOB-CDL', { np: [[2, 1]] }, undefined, 100).expected).toEqual([expect.closeTo(1 - 0.30235, 5)]);
    expect(verdictOf('IMP-KYLE1', { su: 1, sv: 1 }, undefined, 100).expected).toEqual({ lam: 0.5, beta: 1, profit: 0.5, post_var: 0.5 });
    expect(verdictOf('RARE-IS', { c: 3 }, undefined, 100).expected).toMatchObject({ relvar: expect.closeTo(3.387, 3) });
  });
});

describe('a wrong figure is not met', () => {
  test.each<[string, Value]>([
    ['LOB-ZI-SPREAD-eps0.1', 0.3837 * 1.06],
    ['LOB-ZI-SPREAD-eps1', 1.3308 * 0.94],
    ['LOB-ZI-COLLAPSE', 0.3837 * 0.94],
    ['IMP-AC', { ...(targets.get('IMP-AC')?.expected as Record<string, Value>), sd: 603_500 }],
    ['RARE-BM', 0.0000454 * 1.03],
  ])('%s is not %j', (id, published) => {
    expect(verdictOf(id, {}, published).pass).toBe(false);
  });

  test('another exponent than that of the latent book, or a band that it is not in', () => {
    expect(verdictOf('IMP-EXPONENT', { delta: 0.57 })).toMatchObject({ expected: '0.57', pass: false });
    expect(verdictOf('IMP-EXPONENT', { Y: '0.8-1.5' }).pass).toBe(false);
    expect(verdictOf('STY-CLUSTER', { least: 0.45 }).pass).toBe(false);
    expect(verdictOf('STY-IMPACT', { duration: [30, 100], rate: [200_000, 600_000], least: 1.2, most: 1.4 }, undefined, 8).pass).toBe(
      false,
    );
  });
});

describe('not defined', () => {
  test.each<[string, Record<string, Value>]>([
    ['LOB-ZI-SPREAD-eps0.1', { eps: 5 }],
    ['LOB-ZI-SPREAD-eps0.1', { dp_over_pc: 1 }],
    ['LOB-CST-TABLE', { theta1: 0 }],
    ['LOB-CDL', { np: [[1, 2.5]] }],
    ['LOB-CDL', { np: [[0, 2]] }],
    ['IMP-LLOB-A', { m0_over_J: [0] }],
    ['IMP-EXPONENT', { Y: 'about one' }],
    ['IMP-KYLE-N', { N: [2.5] }],
    ['MM-AS', { gamma: [0] }],
    ['RARE-AMS', { event: 'a flood' }],
    ['RARE-AMS', { n: [1.5] }],
    ['STY-IMPACT', { least: 0.8 }],
  ])('%s at %j', (id, settings) => {
    expect(() => verdictOf(id, settings)).toThrow(ValidationUsageError);
  });
});
