/** Whole runs of the compiled package, each in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertEqual, median } from './harness.ts';
import type { Measure } from './harness.ts';

const EXPERIMENT = fileURLToPath(new URL('../experiments/mcr-threshold.yaml', import.meta.url));
/** What `npm run build` made: the loader that runs TypeScript from source would be measured too. */
const DIST = new URL('../dist/', import.meta.url);
const WHOLE_RUNS = fileURLToPath(new URL('whole-runs.mjs', import.meta.url));

/** What a process of node prints. */
function printed(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, out) => (error === null ? resolve(out) : reject(error)));
  });
}

/** A row of whole-runs.mjs. */
export function wholeRun(row: string): Measure {
  return async () => ({ ...(JSON.parse(await printed([WHOLE_RUNS, row])) as { ours: number; unit: string }), peer: null });
}

/** Enough for start-up and the last chunks to weigh what they weigh in a real sweep. */
const REPLICATIONS = 24;
const ROUNDS = 2;

/** A sweep of the main job in a process of its own, as users start it: workers of this process would inherit its loader. Gives the result's hash. */
function sweepApart(replications: number, workers: number, out: string): Promise<string> {
  const code = `
    (await import(${JSON.stringify(new URL('cli/compiler.js', DIST).href)})).inlineFurther();
    const { loadExperiment, sweep } = await import(${JSON.stringify(new URL('node.js', DIST).href)});
    const experiment = await loadExperiment(${JSON.stringify(EXPERIMENT)}, { set: ['replications=${replications}'] });
    console.log((await sweep(experiment, { out: ${JSON.stringify(out)}, workers: ${workers} })).resultHash);`;
  return printed(['--input-type=module', '-e', code]);
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
