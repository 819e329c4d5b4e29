import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { evaluator, mentions } from '../../src/scenario/expression.ts';
import { FormulaError, MAX_LENGTH, readFormula } from '../../src/scenario/formula.ts';
import { RATE_NAMES, ratesOf } from '../../src/scenario/rates.ts';

const expressionOf = (text: string) => readFormula(text, RATE_NAMES);
/** A formula in the notional alone, after a round through JSON. */
const rateOf = (text: string) => {
  const rate = evaluator(JSON.parse(JSON.stringify(expressionOf(text))), RATE_NAMES);
  return (notional: number) => rate([notional]);
};

describe('what it computes', () => {
  test.each([
    ['2% * sqrt(notional / 1e6)', 4e6, 0.04],
    ['max(0.5%, 2% * sqrt(notional / 1e6))', 100, 0.005],
    ['0.5% + 1%', 1, 0.015],
    ['5% - 1%', 1, 0.04],
    ['notional > 1e6 ? 5% : 1%', 2e6, 0.05],
    ['notional > 1e6 ? 5% : 1%', 1e6, 0.01],
    ['notional >= 1e6 ? (notional <= 2e6 ? 3% : 4%) : 1%', 2e6, 0.03],
    ['-2^2', 1, -4],
    ['2^3^2', 1, 512],
    ['(1 + 2) * 3 - 4 / 8', 1, 8.5],
    ['min(3, 2, abs(-1))', 1, 1],
    ['exp(log(7))', 1, 7],
    ['notional == 5', 5, 1],
    ['+notional', 5, 5],
    ['1e-3', 1, 0.001],
  ])('%s at %d', (text, notional, expected) => expect(rateOf(text)(notional)).toBeCloseTo(expected, 12));

  test('a per cent is a number, not a share of what stands before it', () => expect(rateOf('100 + 5%')(1)).toBe(100.05));

  test('arithmetic agrees with the language on random expressions', () => {
    const leaf = fc.oneof(fc.integer({ min: 1, max: 99 }).map(String), fc.constant('notional'));
    const expression = fc.letrec<{ term: string }>((tie) => ({
      term: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.tuple(tie('term'), fc.constantFrom('+', '-', '*', '/'), tie('term')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      ),
    })).term;
    fc.assert(
      fc.property(
        expression.filter((text) => text.length < MAX_LENGTH && (text.match(/\w+/g) ?? []).length < 60),
        fc.integer({ min: 1, max: 1000 }),
        (text, notional) => {
          // oxlint-disable-next-line typescript/no-implied-eval -- the oracle
          const oracle = new Function('notional', `return ${text}`) as (notional: number) => number;
          expect(rateOf(text)(notional)).toBe(oracle(notional));
        },
      ),
    );
  });
});

describe('what it refuses', () => {
  test.each([
    ['import("x")', 0, 'the function import'],
    ['evaluate("1")', 0, 'the function evaluate'],
    ['1 + parse(2)', 4, 'the function parse'],
    ['notional.constructor', 0, 'a property'],
    ['notional["constructor"]', 0, 'a property'],
    ['max.constructor("return 1")', 0, 'the function'],
    ['constructor', 0, 'the name constructor'],
    ['__proto__', 0, 'the name __proto__'],
    ['toString(1)', 0, 'the function toString'],
    ['f(x) = x', 0, 'the definition of a function'],
    ['x = 5', 0, 'an assignment'],
    ['1; 2', 0, 'more than one expression'],
    ['[1, 2]', 0, 'a list'],
    ['{a: 1}', 0, 'an object'],
    ['1:2', 0, 'a range'],
    ['1 < notional < 5', 0, 'a chain of comparisons'],
    ['"text"', 0, '"text"'],
    ['true', 0, 'true'],
    ['pi', 0, 'the name pi'],
    ['i', 0, 'the name i'],
    ['3!', 1, 'the operator !'],
    ["3'", 1, "the operator '"],
    ['2 notional', 0, 'side by side'],
    ['1 m', 0, 'side by side'],
    ['2 mod 3', 2, 'the operator mod'],
    ['not 1', 0, 'the operator not'],
    ['2 to 3', 2, 'the operator to'],
    ['1e400', 0, 'Infinity'],
    ['ones(1e9)', 0, 'the function ones'],
    ['random()', 0, 'the function random'],
    ['sqrt(1, 2)', 0, 'sqrt with 2 arguments'],
    ['max()', 0, 'max with 0 arguments'],
    ['1 +', 3, 'not readable'],
    ['max(1,', 6, 'not readable'],
    ['2 3', 2, 'not readable'],
    ['', 0, 'an empty formula'],
    ['#', 0, 'an empty formula'],
  ])('%s', (text, at, says) => {
    try {
      expressionOf(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaError);
      expect((error as FormulaError).message).toContain(says);
      expect((error as FormulaError).at).toBe(at);
    }
  });

  test('what is too long, too deep or too wide', () => {
    expect(() => expressionOf('1+'.repeat(300) + '1')).toThrow(/at most 500/);
    expect(() => expressionOf('('.repeat(40) + '1' + ')'.repeat(40))).toThrow(/levels of nesting/);
    expect(() => expressionOf(Array.from({ length: 120 }, () => '1').join('+'))).toThrow(/(terms|levels of nesting), want fewer/);
  });
});

describe('as a ladder', () => {
  const ladder = (text: string) => {
    const formula = ratesOf(expressionOf(text));
    return { formula, tiers: tiersFromRates(formula.steps.map((step) => ({ floor: step.from, rate: step.rate }))) };
  };

  test('a constant is one tier', () => expect(ladder('1.5%').formula).toEqual({ steps: [{ from: 0, rate: 0.015 }], fault: null }));

  test.each([
    ['2% * sqrt(notional / 1e9)', 1e-3],
    ['0.5% + 1% * log(1 + notional / 1e6)', 1e-3],
    ['2% * (notional / 1e6) ^ 0.1', 1e-3],
    ['max(0.5%, 2% * sqrt(notional / 1e6))', 1.2e-2],
    ['notional > 150e6 ? 2.5% - 1.875e6 / notional : 1.25%', 2.4e-2],
  ])('%s within the stated error', (text, tolerance) => {
    const { formula, tiers } = ladder(text);
    const rate = rateOf(text);
    const end = formula.fault?.notional ?? 1e12;
    for (let notional = 1.7; notional < end / 1.2; notional *= 1.37) {
      const exact = rate(notional) * notional;
      expect(Math.abs(requirement(tiers, notional) - exact) / exact).toBeLessThan(tolerance);
    }
  });

  test('where it stops being a rate is kept, and says why', () => {
    const { formula } = ladder('2% * sqrt(notional / 1e6)');
    expect(formula.fault?.message).toContain('grows faster than the notional');
    expect(formula.fault?.notional).toBeGreaterThan(1e9);
  });

  test.each([
    ['-1%', 'found a rate of -0.01'],
    ['2', 'found a rate of 2'],
    ['1% / (notional - 1)', 'found a rate of Infinity'],
    ['sqrt(-notional)', 'found a rate of NaN'],
  ])('%s is no rate anywhere', (text, says) => {
    const { steps, fault } = ratesOf(expressionOf(text));
    expect(steps).toEqual([]);
    expect(fault?.message).toContain(says);
  });

  test('a requirement that falls is found', () => {
    const { fault } = ratesOf(expressionOf('notional < 1e6 ? 10% : 10% * (1e6 / notional) ^ 2'));
    expect(fault?.message).toContain('falls as the notional grows');
  });
});

describe('over several names', () => {
  const names = ['a', 'b', 'c'];

  test('each name is its value, wherever it stands', () => {
    const text = 'a > 1 ? max(b, c) / a : -b ^ 2 + min(a, b, c)';
    const of = evaluator(readFormula(text, names), names);
    expect(of([2, 3, 8])).toBe(4);
    expect(of([1, 3, 8])).toBe(-8);
    expect(names.map((name) => mentions(readFormula('a + sqrt(2 * c)', names), name))).toEqual([true, false, true]);
  });

  test('no other name is known', () => {
    expect(() => readFormula('a + notional', names)).toThrow('found the name notional, want a, b, c, min, max, sqrt, exp, log or abs');
  });

  test('an expression that no compiler made is refused', () => {
    expect(() => evaluator('constructor', names)).toThrow('found the name constructor');
    expect(() => evaluator({ what: 'constructor', parts: ['a', 'b'] }, names)).toThrow('found constructor');
    expect(() => evaluator({ what: '+', parts: ['a'] }, names)).toThrow('found +');
  });
});
