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

/** A sweep of the main job in a process of its own, as users start it: workers of this process would inherit its loader. Gives the result's hash. */
function sweepApart(replications: number, workers: number, out: string): Promise<string> {
  const code = `
    const { loadExperiment, sweep } = await import(${JSON.stringify(new URL('node.js', DIST).href)});
    const experiment = await loadExperiment(${JSON.stringify(EXPERIMENT)}, { set: ['replications=${replications}'] });
    console.log((await sweep(experiment, { out: ${JSON.stringify(out)}, workers: ${workers} })).resultHash);`;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

/** Seconds that each of several ways takes: medians of rounds in which they take turns. */
async function inTurn(ways: readonly ((folder: string) => Promise<unknown>)[]): Promise<number[]> {
  const times: number[][] = ways.map(() => []);
  const folder = mkdtempSync(join(tmpdir(), 'marginfall-bench-'));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [way, work] of ways.entries()) {
        const start = performance.now();
        await work(join(folder, `${round}-${way}`));
        times[way]!.push((performance.now() - start) / 1000);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return times.map(median);
}

/** The main sweep with two workers against the same with one: a ratio of 2 is perfect. */
export const workers2: Measure = async () => {
  const hashes = new Set<string>();
  const sweepWith = (workers: number) => async (folder: string) => hashes.add(await sweepApart(REPLICATIONS, workers, folder));
  const [one, two] = await inTurn([sweepWith(1), sweepWith(2)]);
  assertEqual('results of one and two workers', hashes.size, 1);
  return { ours: two!, peer: one!, unit: 's/288 runs' };
};

/** Two workers against two processes that do half of the runs each and know nothing of each other: what the machine gives to two at once. */
export const workers2Apart: Measure = async () => {
  const half = REPLICATIONS / 2;
  const [two, apart] = await inTurn([
    (folder) => sweepApart(REPLICATIONS, 2, folder),
    (folder) => Promise.all([0, 1].map((part) => sweepApart(half, 1, `${folder}-${part}`))),
  ]);
  return { ours: two!, peer: apart!, unit: 's/288 runs' };
};
