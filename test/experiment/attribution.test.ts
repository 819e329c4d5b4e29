import { describe, expect, test } from 'vitest';
import { attribute } from '../../src/experiment/attribution.ts';
import { runSingle } from '../../src/experiment/single.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import type { Experiment } from '../../src/scenario/experiment.ts';

/** A linear curve on which 10 BTC are 0.2 %; a sale takes the price from 100,000 to 98,000. */
const world = (groups: readonly string[]): Experiment => {
  const text = `
horizon: 30s
assets:
  - { symbol: BTC, tick: 1, lot: 10, driver: { kind: constant, price: 100_000 }, mark: last }
market: { kind: curve, law: linear, depth: 5e6 }
traders:
${groups.map((group) => `  - ${group}`).join('\n')}
orders:
  - { at: 10s, side: sell, size: 100 BTC }
margin: { maintenance: 1%, initial: 2% }
`;
  const parsed = parseExperiment(text, { path: 'world.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.experiment;
};
const long = (name: string, collateral: number): string =>
  `{ name: ${name}, accounts: [{ side: long, size: 10 BTC, entry: 100_000, collateral: ${collateral} }] }`;
/** Below maintenance at 98,050 and lower: the sale does it. */
const sold = (name: string): string => long(name, 29_305);
/** Below maintenance at 97,700: the sale does not do it, one more lot does not, two do. */
const next = (name: string): string => long(name, 32_770);
const idle = (name: string): string => long(name, 900_000);

const parts = (experiment: Experiment, rule: 'shapley' | 'knock-out', effect: string): Record<string, number> => {
  const { groups, effects } = attribute(experiment, 0, 0, rule);
  const { parts: values } = effects.find(({ name }) => name === effect)!;
  return Object.fromEntries(groups.map((group, k) => [group, values[k]!]));
};

describe('attribution', () => {
  test('efficiency: Shapley values add up to all together less nobody, in every effect', () => {
    const experiment = world([sold('one'), sold('two'), next('three'), next('four'), idle('five')]);
    const { runs, groups, effects } = attribute(experiment, 0, 0, 'shapley');
    expect([runs, groups.length]).toEqual([32, 5]);
    for (const { whole, nobody, parts: values } of effects) {
      expect(whole).toBeGreaterThanOrEqual(0);
      expect(nobody).toBe(0);
      expect(values.reduce((sum, part) => sum + part, 0)).toBeCloseTo(whole, 12 - Math.ceil(Math.log10(1 + whole)));
    }
    expect(effects.find(({ name }) => name === 'excess_drawdown')!.whole).toBeGreaterThan(0.005);
    expect(effects.find(({ name }) => name === 'caused_notional')!.whole).toBeGreaterThan(1e6);
  });

  test('the whole is what the run itself says', () => {
    const experiment = world([sold('one'), sold('two'), next('three')]);
    const { row, result } = runSingle(experiment, 0, 0);
    const caused = result.liquidations!.filter(({ cause }) => cause === 'caused').reduce((sum, { notional }) => sum + notional, 0);
    for (const rule of ['shapley', 'knock-out'] as const) {
      const whole = Object.fromEntries(attribute(experiment, 0, 0, rule).effects.map((effect) => [effect.name, effect.whole]));
      expect(whole).toEqual({ excess_drawdown: row['excess_drawdown'], bad_debt: row['bad_debt'], caused_notional: caused });
    }
    const forced = result.liquidations!.reduce((sum, { notional }) => sum + notional, 0);
    expect(forced).toBeCloseTo(row['liquidated_notional'] as number, 6);
  });

  test('groups that can be exchanged get the same; one that does nothing gets nothing', () => {
    const experiment = world([sold('b'), idle('c'), sold('a')]);
    for (const effect of ['excess_drawdown', 'bad_debt', 'caused_notional']) {
      const { a, b, c } = parts(experiment, 'shapley', effect);
      expect(a).toBeCloseTo(b!, 12);
      expect(c).toBe(0);
    }
    expect(parts(experiment, 'shapley', 'excess_drawdown')['a']).toBeGreaterThan(0.001);
  });

  test('two who only together push a third over: by hand', () => {
    // The sale, then one sold long: 97,800; a second: 97,600, where the third falls. Its 10 BTC are caused, by both together.
    const experiment = world([sold('one'), sold('two'), next('three')]);
    const knocked = parts(experiment, 'knock-out', 'caused_notional');
    const whole = attribute(experiment, 0, 0, 'knock-out').effects.find(({ name }) => name === 'caused_notional')!.whole;
    // Sold from 97,600 to 97,400, at the mean.
    expect(whole).toBe(10 * 97_500);
    expect(knocked).toEqual({ one: whole, two: whole, three: whole });
    // Any of the three may come last and complete it.
    const shapley = parts(experiment, 'shapley', 'caused_notional');
    for (const part of Object.values(shapley)) expect(part).toBeCloseTo(whole / 3, 6);
  });

  test('of whom is left out nothing is said, and the others are attributed without them', () => {
    const experiment = world([sold('one'), sold('two'), next('three')]);
    const { groups, runs, effects } = attribute(experiment, 0, 0, 'shapley', ['two']);
    expect([groups, runs]).toEqual([['one', 'three'], 4]);
    expect(effects.find(({ name }) => name === 'caused_notional')!.whole).toBe(0);
    expect(runSingle(experiment, 0, 0, { without: ['two'] }).row['caused_share']).toBe(0);
    expect(runSingle(experiment, 0, 0).row['caused_share']).toBe(1 / 3);
  });

  test('of more than six groups there are no Shapley values, but knock-outs', () => {
    const many = world(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(idle));
    expect(() => attribute(many, 0, 0, 'shapley')).toThrow('found 7 groups, want at most 6');
    expect(attribute(many, 0, 0, 'knock-out').runs).toBe(8);
    expect(attribute(many, 0, 0, 'shapley', ['a']).runs).toBe(64);
  });
});
