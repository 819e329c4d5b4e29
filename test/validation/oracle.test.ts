import { expect, test } from 'vitest';
import { ORACLE_CHECKS } from '../../src/validation/oracle.ts';
import { readTargets } from '../../src/validation/target.ts';
import type { Value } from '../../src/validation/target.ts';

const target = readTargets().get('SYS-ORACLE-RATE');
const [check] = ORACLE_CHECKS;

test.each([{}, { delta: 0.002 }, { sigma_annual: 2 }])('SYS-ORACLE-RATE holds with %o', (settings) => {
  const parameters = { ...(target?.parameters as Record<string, Value>), ...settings };
  expect(check?.run(parameters, { runs: null, quick: true }, null)).toMatchObject({ pass: true });
});

test('SYS-ORACLE-RATE is not defined where a threshold is too near to a step', () => {
  expect(() => check?.run({ delta: 1e-4, sigma_annual: 0.8 }, { runs: null, quick: true }, null)).toThrow('parameter delta: found 0.0001');
});
