/** Whole runs of the shipped crash, through the compiled package. */
import { execFile } from 'node:child_process';
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
const ROUNDS = 2;

/** Seconds and result of the main sweep in a folder. */
type Timed = (replications: number, workers: number, out: string) => Promise<{ readonly seconds: number; readonly hash: string | null }>;

const sweepHere: Timed = async (replications, workers, out) => {
  const { loadExperiment, sweep } = await node();
  const experiment = await loadExperiment(EXPERIMENT, { set: [`replications=${replications}`] });
  const start = performance.now();
  const { resultHash } = await sweep(experiment, { out, workers });
  return { seconds: (performance.now() - start) / 1000, hash: resultHash };
};

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'marginfall-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The main sweep with two workers against the same with one: a ratio of 2 is perfect. */
export const workers2: Measure = () =>
  inFolder(async (folder) => {
    const one: number[] = [];
    const two: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await sweepHere(REPLICATIONS, 1, join(folder, `1-${round}`));
      const both = await sweepHere(REPLICATIONS, 2, join(folder, `2-${round}`));
      assertEqual('resultHash with two workers', both.hash, alone.hash);
      one.push(alone.seconds);
      two.push(both.seconds);
    }
    return { ours: median(two), peer: median(one), unit: 's/288 runs' };
  });

/** A process of its own with one worker; its start counts, as that of workers does. */
function sweepApart(replications: number, out: string): Promise<void> {
  const code = `
    const { loadExperiment, sweep } = await import(${JSON.stringify(new URL('node.js', DIST).href)});
    const experiment = await loadExperiment(${JSON.stringify(EXPERIMENT)}, { set: ['replications=${replications}'] });
    await sweep(experiment, { out: ${JSON.stringify(out)}, workers: 1 });`;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Two workers against two processes that do half of the runs each and know nothing of each other: what the machine gives to two at once. */
export const workers2Apart: Measure = () =>
  inFolder(async (folder) => {
    const two: number[] = [];
    const apart: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      two.push((await sweepHere(REPLICATIONS, 2, join(folder, `2-${round}`))).seconds);
      const start = performance.now();
      await Promise.all([0, 1].map((half) => sweepApart(REPLICATIONS / 2, join(folder, `apart-${half}-${round}`))));
      apart.push((performance.now() - start) / 1000);
    }
    return { ours: median(two), peer: median(apart), unit: 's/288 runs' };
  });
