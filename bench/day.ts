/** A whole day with a million traders, through the compiled package: one arm, opening included, the population drawn beforehand. */
import { fileURLToPath } from 'node:url';
import { assertEqual, median } from './harness.ts';
import type { Measure, Measurement } from './harness.ts';
import type * as Node from '../src/node.ts';
import type * as Arms from '../src/simulation/arm.ts';
import type * as Drivers from '../src/market/drivers.ts';
import type * as Experiments from '../src/scenario/experiment.ts';
import type * as Drawing from '../src/traders/drawing.ts';
import type * as Random from '../src/core/random.ts';
import type * as Shapes from '../src/simulation/shape.ts';
import type * as Worlds from '../src/simulation/world.ts';

/** What `npm run build` made: the loader that runs TypeScript from source would be measured too. */
const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href);

const WARM_UP = 1;
const RUNS = 5;

/** What makes the day one with margin calls, traders who answer them, stop out and panic, and winners who pay for debts. */
const REACTIONS = [
  'margin.call=1.5x',
  'liquidation.insurance=0',
  'liquidation.adl=venue',
  ...['longs', 'shorts'].flatMap((group) => [
    `traders[${group}].topUp={ probability: 30%, delay: { kind: lognormal, median: 2m, sigma: 1 }, reserve: 30%, target: 2x }`,
    `traders[${group}].reduce={ probability: 20%, delay: 5m, share: 50% }`,
    `traders[${group}].stopLoss={ share: 10%, distance: { kind: lognormal, median: 8%, sigma: 0.6 } }`,
    `traders[${group}].panic={ move: 3%, within: 10m, share: 2%, delay: { kind: exponential, mean: 2m } }`,
  ]),
];

/** 86,400 steps, a million isolated traders, about half of them liquidated; ledger, fees, recorder and waterfall on. */
export const day1M: Measure = () => dayOf([], [400_000, 500_000]);

/** The same day with calls, reactions and auto-deleveraging. */
export const day1MReactions: Measure = () => dayOf(REACTIONS, [300_000, 500_000]);

async function dayOf(set: readonly string[], [least, most]: readonly [number, number]): Promise<Measurement> {
  const { loadExperiment } = (await compiled('node.js')) as typeof Node;
  const { resolvePoint } = (await compiled('scenario/experiment.js')) as typeof Experiments;
  const { buildPopulation } = (await compiled('traders/drawing.js')) as typeof Drawing;
  const { fillDriver } = (await compiled('market/drivers.js')) as typeof Drivers;
  const { derive, hexOf, root } = (await compiled('core/random.js')) as typeof Random;
  const { reshape } = (await compiled('simulation/shape.js')) as typeof Shapes;
  const { shapeOf, World } = (await compiled('simulation/world.js')) as typeof Worlds;
  const { playArm } = (await compiled('simulation/arm.js')) as typeof Arms;

  const experiment = await loadExperiment(fileURLToPath(new URL('day.yaml', import.meta.url)), { set });
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
    assertEqual('as many liquidations as the row says', run.groups >= least && run.groups <= most, true);
  }
  return { ours: median(runs.map(({ seconds }) => seconds)), peer: null, unit: 's/day' };
}
