import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import type { RunOptions } from '../../src/simulation/options.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { goldenOptions as golden } from '../../src/validation/golden.ts';

const play = (options: RunOptions): RunResult =>
  new Simulator().run(options, { seed: 's', replicate: 0 }, { detail: true, recountAlways: true });
const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)];

describe('CAS-GOLDEN', () => {
  test('fills, last price, bad debt, amplification and liquidated share are exactly those of the worked ledger', () => {
    const result = play(golden(0));
    expect(result.liquidations?.map((l) => `${l.group}@${l.fillPrice}`)).toEqual(['a@97', 'b@95', 'c@94']);
    expect(result.liquidations?.map((l) => l.badDebt)).toEqual([5, 5, 5]);
    expect([...(result.steps?.[0]?.last ?? [])]).toEqual([100, 99, 97, 94]);
    expect([...(result.steps?.[0]?.twin ?? [])]).toEqual([100, 99, 98, 97]);
    expect(metric(result, 'bad_debt')).toBe(15);
    expect(metric(result, 'socialised_loss')).toBe(15);
    expect(metric(result, 'amplification')).toBe(2);
    expect(metric(result, 'liquidated_share')).toBe(0.75);
    expect(metric(result, 'liquidations')).toBe(3);
    expect(metric(result, 'ledger_error')).toBe(0);
  });

  test('an insurance fund of 10 pays 10 and leaves 5', () => {
    const result = play(golden(10));
    expect(metric(result, 'insurance_used')).toBe(10);
    expect(metric(result, 'socialised_loss')).toBe(5);
    expect(metric(result, 'bad_debt')).toBe(15);
  });

  test('process tags: A and B were crossed by the exogenous sales, C by the fill of B', () => {
    const result = play(golden(0));
    expect(result.liquidations?.map((l) => l.generation)).toEqual([0, 0, 1]);
    expect(result.liquidations?.[2]?.parent).toBe(result.liquidations?.[1]?.account);
    expect(metric(result, 'reproduction_number')).toBeCloseTo(1 / 3, 12);
    expect(metric(result, 'generations')).toBe(2);
  });

  test('CAS-NULL: forced flow routed to the absorber in both arms gives the same path, A = 1 and excess 0', () => {
    const base = golden(0);
    const result = play({ ...base, liquidation: { ...base.liquidation, route: 'absorber' } });
    expect([...(result.steps?.[0]?.last ?? [])]).toEqual([...(result.steps?.[0]?.twin ?? [])]);
    expect(metric(result, 'amplification')).toBe(1);
    expect(metric(result, 'excess_drawdown')).toBe(0);
  });
});
