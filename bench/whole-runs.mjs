// Measures one row of whole runs through the compiled package, and prints {ours, unit} as JSON: `node bench/whole-runs.mjs 'crash 2h'`.
// A process of its own: run beside other rows, or under a loader of TypeScript, V8 compiles the engine to code that users never meet.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { inlineFurther } from '../dist/cli/compiler.js';
import { hexOf, derive, root } from '../dist/core/random.js';
import { fillDriver } from '../dist/market/drivers.js';
import { loadExperiment } from '../dist/node.js';
import { drawUncertain, resolvePoint } from '../dist/scenario/experiment.js';
import { playArm } from '../dist/simulation/arm.js';
import { reshape } from '../dist/simulation/shape.js';
import { Simulator } from '../dist/simulation/simulate.js';
import { shapeOf, World } from '../dist/simulation/world.js';
import { buildPopulation } from '../dist/traders/drawing.js';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Median milliseconds of a run over replicates, after some that count for nothing. */
function overReplicates(play, { warmUp, runs }) {
  for (let replicate = 0; replicate < warmUp; replicate++) play(replicate);
  const times = [];
  for (let replicate = 0; replicate < runs; replicate++) {
    const start = performance.now();
    play(replicate);
    times.push(performance.now() - start);
  }
  assert.equal(play(0), play(0), 'hash of a run played again');
  return median(times);
}

/** Two hours of one-second steps, 50,000 traders on the order book, and the twin: one run on one core, at threshold 1 with the backstop. */
async function crash2h() {
  const experiment = await loadExperiment(pathOf('../experiments/mcr-threshold.yaml'), {
    set: [
      'scenario.traders[retail longs].count=31250',
      'scenario.traders[retail shorts].count=17970',
      'scenario.traders[basis desks].count=780',
    ],
  });
  const simulator = new Simulator();
  const play = (replicate) =>
    simulator.run(resolvePoint(experiment, 4, drawUncertain(experiment, replicate)), { seed: experiment.seed, replicate }).hash;
  return { ours: overReplicates(play, { warmUp: 4, runs: 16 }), unit: 'ms/run' };
}

/** Two hours of one-second steps of one order book with the makers and noise traders that a scenario gets by default: half a run and twin. */
async function market2h() {
  const experiment = await loadExperiment(pathOf('../reference/default-market.yaml'), { set: ['horizon=2h'] });
  const simulator = new Simulator();
  const options = resolvePoint(experiment, 0);
  const play = (replicate) => simulator.run(options, { seed: experiment.seed, replicate }).hash;
  return { ours: overReplicates(play, { warmUp: 4, runs: 16 }) / 2, unit: 'ms/market' };
}

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

/** 86,400 steps, a million isolated traders, ledger, fees, recorder and waterfall on: one arm, opening included, the population drawn beforehand. */
async function dayOf(set, [least, most]) {
  const experiment = await loadExperiment(pathOf('day.yaml'), { set });
  const options = reshape(resolvePoint(experiment, 0));
  const seed = { seed: experiment.seed, replicate: 0 };
  const outside = options.markets.map(({ driver, asset }) => {
    const path = new Float64Array(options.steps + 1);
    fillDriver(driver, derive(root(seed.seed, `driver/${asset.symbol}`), seed.replicate), options.step, options.steps, path);
    return path;
  });
  const starts = outside.map((path) => path[0]);
  const markets = options.markets.map((market, m) => ({ ...market, startMark: Math.round(starts[m]) }));
  const population = buildPopulation(options.traders, { markets, seasonThreshold: options.seasonThreshold, ...seed });
  const world = new World(shapeOf(options, population, starts));
  const { route } = options.liquidation;
  const terms = { options, population, outside, seed, route, tapes: null, exactScan: false, recountAlways: false };
  const play = () => {
    const start = performance.now();
    const { totals } = playArm(world, terms, true, false);
    return { hash: hexOf(world.hash), seconds: (performance.now() - start) / 1000, ...totals };
  };
  const { hash } = play();
  const runs = Array.from({ length: 5 }, play);
  for (const run of runs) {
    assert.equal(run.hash, hash, 'hash of a day played again');
    assert.equal(run.ledgerError, 0, 'quanta and lots that the ledger lost');
    assert.ok(run.groups >= least && run.groups <= most, `found ${run.groups} liquidations, want ${least} to ${most}`);
  }
  return { ours: median(runs.map(({ seconds }) => seconds)), unit: 's/day' };
}

const ROWS = {
  'market 2h': market2h,
  'crash 2h': crash2h,
  'day 1M': () => dayOf([], [400_000, 500_000]),
  'day 1M reactions': () => dayOf(REACTIONS, [300_000, 500_000]),
};

// As the command line does.
inlineFurther();
console.log(JSON.stringify(await ROWS[process.argv[2]]()));
