/** A whole day with a million traders, through the compiled package: one arm, opening included, the population drawn beforehand. */
import { fileURLToPath } from 'node:url';
import { assertEqual, median } from './harness.ts';
import type { Measure } from './harness.ts';
import type * as Node from '../src/node.ts';
import type * as Arms from '../src/simulation/arm.ts';
import type * as Drivers from '../src/market/drivers.ts';
import type * as Experiments from '../src/scenario/experiment.ts';
import type * as Populations from '../src/traders/population.ts';
import type * as Random from '../src/core/random.ts';
import type * as Shapes from '../src/simulation/shape.ts';
import type * as Worlds from '../src/simulation/world.ts';

/** What `npm run build` made: the loader that runs TypeScript from source would be measured too. */
const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href);

const WARM_UP = 1;
const RUNS = 5;

/** 86,400 steps, a million isolated traders, about half of them liquidated; ledger, fees, recorder and waterfall on. */
export const day1M: Measure = async () => {
  const { loadExperiment } = (await compiled('node.js')) as typeof Node;
  const { resolvePoint } = (await compiled('scenario/experiment.js')) as typeof Experiments;
  const { buildPopulation } = (await compiled('traders/population.js')) as typeof Populations;
  const { fillDriver } = (await compiled('market/drivers.js')) as typeof Drivers;
  const { derive, hexOf, root } = (await compiled('core/random.js')) as typeof Random;
  const { reshape } = (await compiled('simulation/shape.js')) as typeof Shapes;
  const { shapeOf, World } = (await compiled('simulation/world.js')) as typeof Worlds;
  const { playArm } = (await compiled('simulation/arm.js')) as typeof Arms;

  const experiment = await loadExperiment(fileURLToPath(new URL('day.yaml', import.meta.url)));
  const options = reshape(resolvePoint(experiment, 0));
  const seed = { seed: experiment.seed, replicate: 0 };
  const outside = options.markets.map(({ driver, asset }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root(seed.seed, `driver/${asset.symbol}`), seed.replicate), options.step, options.steps, path);
    return path;
  });
  const starts = outside.map((path) => path[0]!);
  const markets = options.markets.map((market, m) => ({ ...market, startMark: Math.round(starts[m]!) }));
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
  const world = new World(shapeOf(options, population, starts));
  const { route } = options.liquidation;
  const terms = { options, population, outside, seed, route, tapes: null, exactScan: false, recountAlways: false };
  const play = (): { hash: string; seconds: number; groups: number; ledgerError: number } => {
    const start = performance.now();
    const { totals } = playArm(world, terms, true, false);
    return { hash: hexOf(world.hash), seconds: (performance.now() - start) / 1000, ...totals };
  };
  const { hash } = play();
  for (let r = 1; r < WARM_UP; r++) play();
  const runs = Array.from({ length: RUNS }, play);
  for (const run of runs) {
    assertEqual('hash of a day played again', run.hash, hash);
    assertEqual('quanta and lots that the ledger lost', run.ledgerError, 0);
    assertEqual('about 450,000 liquidations', run.groups > 400_000 && run.groups < 500_000, true);
  }
  return { ours: median(runs.map(({ seconds }) => seconds)), peer: null, unit: 's/day' };
};
