import { expect, test } from 'vitest';
import { OUTSIDE_CHECKS } from '../../src/validation/outside.ts';
import { ValidationUsageError } from '../../src/validation/parameters.ts';
import { agree, readTargets } from '../../src/validation/target.ts';
import type { Value } from '../../src/validation/target.ts';

const targets = readTargets();
const quick = { runs: null, quick: true };

test.each(OUTSIDE_CHECKS)('$id holds, and its closed form is the published figure', ({ id, run }) => {
  const target = targets.get(id);
  const verdict = run(target?.parameters ?? null, quick, target?.expected ?? null);
  expect(verdict).toMatchObject({ pass: true });
  // Published with ten decimals, the skewness right to eight.
  expect(agree(target?.expected ?? null, verdict.expected, 1e-8, 6e-11)).toBe(true);
});

test.each([
  ['DRV-KOU', { p: 0.7, lam: 100 }],
  ['DRV-HESTON', { xi: 3, T: 0.1 }],
  ['DRV-HAWKES', { alpha: 0.4, T: 500 }],
])('%s holds with other parameters too', (id, settings) => {
  const target = targets.get(id);
  const check = OUTSIDE_CHECKS.find((one) => one.id === id);
  const parameters = { ...(target?.parameters as Record<string, Value>), ...settings };
  expect(check?.run(parameters, { runs: id === 'DRV-HAWKES' ? 600 : 100_000, quick: true }, null)).toMatchObject({ pass: true });
});

test.each([
  ['DRV-KOU', { eta1: 1 }],
  ['DRV-KOU', { T: 'a day' }],
  ['DRV-HESTON', { kappa: 0 }],
  ['DRV-HAWKES', { alpha: 1 }],
])('%s is not defined at %o', (id, settings) => {
  const check = OUTSIDE_CHECKS.find((one) => one.id === id);
  const parameters = { ...(targets.get(id)?.parameters as Record<string, Value>), ...settings };
  expect(() => check?.run(parameters, quick, null)).toThrow(ValidationUsageError);
});
