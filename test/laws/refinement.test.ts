import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { Simulator } from '../../src/simulation/simulate.ts';
import { quantileInterval } from '../../src/statistics/intervals.ts';
import { median } from '../../src/statistics/quantile.ts';

const LONG = process.env['MARGINFALL_LONG'] === '1';
/** Six runs are the fewest that bound a median at 95 %. */
const REPLICATES = LONG ? 16 : 6;
const STEPS = LONG ? ['1s', '500ms', '250ms', '125ms'] : ['1s', '500ms'];
const HEADLINES = ['drawdown', 'excess_drawdown', 'liquidations', 'liquidated_notional', 'on_book_notional', 'bad_debt', 'caused_share'];
const EXPERIMENT = fileURLToPath(new URL('../../experiments/mcr-threshold.yaml', import.meta.url));

/** Each headline's values over the replicates, at one step length. The crash lies in the first fifty minutes. */
async function headlines(step: string, point: number): Promise<Map<string, Float64Array>> {
  const experiment = await loadExperiment(EXPERIMENT, { set: [`scenario.step=${step}`, 'scenario.horizon=50m'] });
  const simulator = new Simulator();
  const rows = Array.from({ length: REPLICATES }, (_, replicate) =>
    simulator.run(resolvePoint(experiment, point, drawUncertain(experiment, replicate)), { seed: experiment.seed, replicate }),
  );
  return new Map(HEADLINES.map((name) => [name, Float64Array.from(rows, (row) => row.metrics[METRIC_NAMES.indexOf(name)] ?? NaN)]));
}

describe('step refinement', () => {
  test.each([
    [4, 'threshold 1, with the backstop vault'],
    [5, 'threshold 1, without it'],
  ])('point %i (%s): a shorter step moves no headline median by more than its interval', async (point) => {
    const coarse = await headlines(STEPS[0]!, point);
    for (const step of STEPS.slice(1)) {
      const fine = await headlines(step, point);
      for (const name of HEADLINES) {
        const values = coarse.get(name)!;
        const { low, high } = quantileInterval(values.slice().sort(), 0.5);
        const moved = Math.abs(median(fine.get(name)!) - median(values));
        expect(moved, `${name} at ${step}`).toBeLessThanOrEqual(high! - low!);
      }
    }
  });
});
