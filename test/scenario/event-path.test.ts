import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { drawUncertain, resolvePoint } from '../../src/scenario/experiment.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { withFirstMarket } from './only-market.ts';

test('the main job gets the bounded bridge that is held against the published bars', async () => {
  const experiment = await loadExperiment(fileURLToPath(new URL('../../experiments/mcr-threshold.yaml', import.meta.url)));
  const { driver } = withFirstMarket(resolvePoint(experiment, 0, drawUncertain(experiment, 0)));
  expect(driver).toMatchObject({ kind: 'waypoints', noise: 0.0002, amplitude: 0.002 });
});
