import type { Experiment } from '../scenario/experiment.ts';
import { drawUncertain, resolvePoint } from '../scenario/experiment.ts';
import type { RunOptions, RunSeed } from '../simulation/options.ts';
import type { RunResult } from '../simulation/result.ts';
import { Simulator } from '../simulation/simulate.ts';
import type { Chunk } from './design.ts';

/** What a worker is told once. */
export interface Setup {
  readonly experiment: Experiment;
  /** URL of a module whose default export runs instead of the simulator; null: the simulator. */
  readonly engine: string | null;
}

/** One simulation with its twin. */
export type Run = (options: RunOptions, seed: RunSeed, detail: { readonly detail: boolean }) => RunResult;

/** What became of one run of a chunk. */
export type Outcome = { readonly point: number; readonly result: RunResult } | { readonly point: number; readonly reason: string };

/** Runs a chunk's points one after the other; a run that throws becomes a reason and does not keep the others from running. */
export type Task = (work: { readonly chunk: Chunk; readonly detail: boolean }) => Outcome[];

/** A task over one experiment. The simulator is kept between runs, and with it the population of the last replicate. */
export async function openTask(setup: Setup): Promise<Task> {
  const run = setup.engine === null ? simulatorRun() : ((await import(setup.engine)) as { default: Run }).default;
  return ({ chunk, detail }) => {
    const { replicate } = chunk;
    const seed: RunSeed = { seed: setup.experiment.seed, replicate };
    return chunk.points.map((point): Outcome => {
      try {
        return { point, result: run(resolvePoint(setup.experiment, point, drawUncertain(setup.experiment, replicate)), seed, { detail }) };
      } catch (error) {
        return { point, reason: reasonOf(error) };
      }
    });
  };
}

/** Why a run failed, in one line and without a stack trace. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s*\n\s*/g, ' ');
}

function simulatorRun(): Run {
  const simulator = new Simulator();
  return (options, seed, detail) => simulator.run(options, seed, detail);
}
