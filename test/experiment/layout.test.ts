import { describe, expect, test } from 'vitest';
import { layoutOf, planOf, referencePoint } from '../../src/experiment/layout.ts';
import { smallExperiment } from './small-experiment.ts';

describe('reference point', () => {
  const of = (vary: string[], ...points: (number | string)[][]): number => referencePoint({ vary, points });

  test('the threshold nearest 1, of the other keys their first values', () => {
    expect(of(['liquidation.backstop', 'margin.threshold'], ['venue', 0.5], ['venue', 1], ['off', 0.5], ['off', 1])).toBe(1);
    expect(of(['margin.threshold'], [0.25], [0.9], [1.5])).toBe(1);
    expect(of(['margin.threshold'], [1.5], [0.5])).toBe(1);
  });

  test('without a threshold the first point', () => {
    expect(of(['margin.call'], ['1.5x'], ['1.1x'])).toBe(0);
    expect(of([], [])).toBe(0);
  });
});

describe('layout and plan', () => {
  test('points in grid order, uncertain draws the same whatever else is asked', () => {
    const layout = layoutOf(smallExperiment());
    expect(layout.vary).toEqual(['margin.threshold', 'liquidation.mode']);
    expect(layout.points.slice(0, 3)).toEqual([
      [0.5, 'sequential'],
      [0.5, 'batch'],
      [1, 'sequential'],
    ]);
    expect(layoutOf(smallExperiment({ replications: 9, thresholds: [1] })).draws.slice(0, 5)).toEqual(layout.draws);
    expect(layout.draws.every(([depth]) => (depth as number) >= 1e7 && (depth as number) <= 1e8)).toBe(true);
  });

  test('the plan follows the resolved options of each point', () => {
    const plan = planOf(smallExperiment());
    expect(Object.keys(plan.points)).toEqual([
      '[0.5,"sequential"]',
      '[0.5,"batch"]',
      '[1,"sequential"]',
      '[1,"batch"]',
      '[1.5,"sequential"]',
      '[1.5,"batch"]',
    ]);
    expect(planOf(smallExperiment({ replications: 1 })).points).toEqual(plan.points);
    expect(planOf(smallExperiment({ latency: 1 })).points).not.toEqual(plan.points);
    expect(plan.seasonThreshold).toBe(1.5);
  });
});
