import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/results/plan.ts';
import { plain, planDifference, planHash } from '../../src/results/plan.ts';

const plan: Plan = {
  engine: 'e'.repeat(64),
  scenario: { horizon: 7200, margin: { threshold: 1, call: '1.25x' }, traders: [{ name: 'longs', count: 5 }], cap: Infinity },
  vary: ['margin.threshold'],
  points: { '[0.5]': 'a', '[1]': 'b' },
  seasonThreshold: 1,
  uncertain: { 'market.makers.depth': { from: 1, to: 2 } },
  seed: 'october',
  hooks: {},
  replications: 8,
};
const stored = plain(plan) as Plan;

describe('plan', () => {
  test('is the same after a walk through a file, infinities included', () => {
    expect(planDifference(stored, plan)).toBeNull();
    expect(planHash(stored)).toBe(planHash(plan));
  });

  test('may grow in replications and points, and the hash does not count replications', () => {
    expect(planDifference(stored, { ...plan, replications: 9 })).toBeNull();
    expect(planHash({ ...plan, replications: 9 })).toBe(planHash(plan));
    const more = { ...plan, points: { '[0.5]': 'a', '[0.75]': 'c', '[1]': 'b' } };
    expect(planDifference(stored, more)).toBeNull();
    expect(planHash(more)).not.toBe(planHash(plan));
  });

  test.each<[string, Partial<Plan>, string]>([
    ['engine', { engine: 'f'.repeat(64) }, 'engine fingerprint'],
    ['a nested key', { scenario: { ...(plan.scenario as object), margin: { threshold: 1, call: '1.5x' } } }, 'scenario.margin.call'],
    ['a list member', { scenario: { ...(plan.scenario as object), traders: [{ name: 'longs', count: 6 }] } }, 'scenario.traders[0].count'],
    ['a key more', { scenario: { ...(plan.scenario as object), extra: 1 } }, 'scenario.extra'],
    ['the varied keys', { vary: ['margin.call'] }, 'vary[0]'],
    ['a point less', { points: { '[1]': 'b' } }, 'vary (margin.threshold)'],
    ['a larger threshold', { points: { ...plan.points, '[2]': 'c' }, seasonThreshold: 2 }, 'largest threshold'],
    ['a data file', { points: { '[0.5]': 'A', '[1]': 'B' } }, 'data that the scenario names'],
    ['uncertain', { uncertain: { 'market.makers.depth': { from: 1, to: 3 } } }, 'uncertain.market.makers.depth.to'],
    ['seed', { seed: 'november' }, 'seed'],
    ['hooks', { hooks: { 'a.mjs': '00' } }, 'hooks.a.mjs'],
    ['fewer replications', { replications: 7 }, 'replications'],
  ])('names what differs: %s', (_what, change, key) => {
    expect(planDifference(stored, { ...plan, ...change })?.key).toContain(key);
  });

  test('names the first of several', () => {
    expect(planDifference(stored, { ...plan, seed: 'x', scenario: { ...(plan.scenario as object), horizon: 1 } })).toEqual({
      key: 'scenario.horizon',
      stored: '7200',
      asked: '1',
    });
  });
});
