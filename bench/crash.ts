/** Whole runs of the shipped crash, through the compiled package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertEqual, median } from './harness.ts';
import type { Measure } from './harness.ts';
import type * as Node from '../src/node.ts';
import type * as Simulation from '../src/simulation/simulate.ts';
import type * as Experiments from '../src/scenario/experiment.ts';

const EXPERIMENT = fileURLToPath(new URL('../experiments/mcr-threshold.yaml', import.meta.url));
/** What `npm run build` made: the loader that runs TypeScript from source would be measured too. */
const DIST = new URL('../dist/', import.meta.url);

const node = (): Promise<typeof Node> => import(new URL('node.js', DIST).href);
const simulation = (): Promise<typeof Simulation> => import(new URL('simulation/simulate.js', DIST).href);
const experiments = (): Promise<typeof Experiments> => import(new URL('scenario/experiment.js', DIST).href);

/** Threshold 1 with the backstop vault. */
const POINT = 4;
const WARM_UP = 4;
const RUNS = 16;

/** Two hours of one-second steps, 50,000 traders on the order book, and the twin: one run on one core. */
export const crash2h: Measure = async () => {
  const { loadExperiment } = await node();
  const { Simulator } = await simulation();
  const { drawUncertain, resolvePoint } = await experiments();
  const experiment = await loadExperiment(EXPERIMENT, {
    set: [
      'scenario.traders[retail longs].count=31250',
      'scenario.traders[retail shorts].count=17970',
      'scenario.traders[basis desks].count=780',
    ],
  });
  const simulator = new Simulator();
  const play = (replicate: number): string =>
    simulator.run(resolvePoint(experiment, POINT, drawUncertain(experiment, replicate)), { seed: experiment.seed, replicate }).hash;
  for (let r = 0; r < WARM_UP; r++) play(r);
  const times: number[] = [];
  for (let r = 0; r < RUNS; r++) {
    const start = performance.now();
    play(r);
    times.push(performance.now() - start);
  }
  assertEqual('hash of a run played again', play(0), play(0));
  return { ours: median(times), peer: null, unit: 'ms/run' };
};

const MARKET = fileURLToPath(new URL('../reference/default-market.yaml', import.meta.url));

/** Two hours of one-second steps of one order book with the makers and noise traders that a scenario gets by default: half a run and twin. */
export const market2h: Measure = async () => {
  const { loadExperiment } = await node();
  const { Simulator } = await simulation();
  const { resolvePoint } = await experiments();
  const experiment = await loadExperiment(MARKET, { set: ['horizon=2h'] });
  const simulator = new Simulator();
  const options = resolvePoint(experiment, 0);
  const play = (replicate: number): string => simulator.run(options, { seed: experiment.seed, replicate }).hash;
  for (let r = 0; r < WARM_UP; r++) play(r);
  const times: number[] = [];
  for (let r = WARM_UP; r < WARM_UP + RUNS; r++) {
    const start = performance.now();
    play(r);
    times.push((performance.now() - start) / 2);
  }
  assertEqual('hash of a market played again', play(0), play(0));
  return { ours: median(times), peer: null, unit: 'ms/market' };
};

/** Enough for start-up and the last chunks to weigh what they weigh in a real sweep. */
const REPLICATIONS = 24;

/** The main sweep with two workers against the same with one: a ratio of 2 is perfect. */
export const workers2: Measure = async () => {
  const { loadExperiment, sweep } = await node();
  const experiment = await loadExperiment(EXPERIMENT, { set: [`replications=${REPLICATIONS}`] });
  const folder = mkdtempSync(join(tmpdir(), 'marginfall-bench-'));
  const timed = async (workers: number, round: number): Promise<{ seconds: number; hash: string | null }> => {
    const start = performance.now();
    const result = await sweep(experiment, { out: join(folder, `${workers}-${round}`), workers });
    return { seconds: (performance.now() - start) / 1000, hash: result.resultHash };
  };
  try {
    const one: number[] = [];
    const two: number[] = [];
    for (let round = 0; round < 2; round++) {
      const alone = await timed(1, round);
      const both = await timed(2, round);
      assertEqual('resultHash with two workers', both.hash, alone.hash);
      one.push(alone.seconds);
      two.push(both.seconds);
    }
    return { ours: median(two), peer: median(one), unit: 's/288 runs' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
