import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { METRIC_NAMES } from '../severity/metrics.ts';
import type { Experiment } from '../scenario/experiment.ts';
import type { NumberedRun } from '../results/columns.ts';
import type { Manifest, Source } from '../results/manifest.ts';
import type { NumberedFailure } from '../results/store.ts';
import { ResultStore } from '../results/store.ts';
import type { SummaryRow } from '../results/summary.ts';
import { summarise, summaryCsv } from '../results/summary.ts';
import { chunks } from './design.ts';
import type { Chunk } from './design.ts';
import { writeDetail } from './detail.ts';
import { documentOf, layoutOf, planOf, referencePoint } from './layout.ts';
import { defaultWorkers, Pool } from './pool.ts';
import type { Outcome } from './task.ts';
import { reasonOf } from './task.ts';
import { packageVersion } from './version.ts';

/** How far a sweep has come. */
export interface Progress {
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  /** Runs a second since this process began; null before the first. */
  readonly rate: number | null;
  /** At this rate; null before the first run. */
  readonly secondsLeft: number | null;
}

/** How a sweep is run. Nothing here changes its rows. */
export interface SweepOptions {
  /** The results folder; `results/NAME` under the working directory when left out. */
  readonly out?: string;
  /** Where the experiment was read from, for the manifest; nothing depends on it. */
  readonly source?: Source;
  /** Worker threads; one a core when left out. */
  readonly workers?: number;
  /** Stops the sweep; what is finished is kept. */
  readonly signal?: AbortSignal;
  /** Called after each chunk of runs. */
  readonly onProgress?: (progress: Progress) => void;
  /** Moves an older folder aside instead of going on in it. */
  readonly fresh?: boolean;
  /** Draws from the folder once its rows are in, before it is called complete. */
  readonly draw?: (folder: string) => Promise<unknown>;
  /** A module whose default export stands in for the simulator. */
  readonly engine?: URL;
}

/** What a sweep comes to. */
export interface SweepResult {
  readonly status: 'complete' | 'interrupted';
  readonly folder: string;
  /** What the folder was before. */
  readonly before: ResultStore['before'];
  /** Where `fresh` put the older folder; null when there was none. */
  readonly movedTo: string | null;
  readonly counts: Manifest['counts'];
  /** Null when interrupted. */
  readonly resultHash: string | null;
  /** One row a point and metric; empty when interrupted. */
  readonly summary: readonly SummaryRow[];
  readonly points: Manifest['points'];
  readonly vary: readonly string[];
  readonly reference: number;
}

/** Chunks that wait for a worker or are with one, a worker. */
const OUTSTANDING = 4;

/**
 * Runs every point × replicate that the folder does not hold yet, and leaves rows, summary and an example run.
 * A run that throws is kept in failures.jsonl and does not stop the others. Same experiment and seed: same rows, whatever the number of
 * workers and however often it was interrupted.
 * @throws ResultsProblem when the folder belongs to another plan or another process.
 */
export async function sweep(experiment: Experiment, options: SweepOptions = {}): Promise<SweepResult> {
  const plan = planOf(experiment);
  const layout = layoutOf(experiment);
  const reference = referencePoint(layout);
  const store = await ResultStore.open({
    folder: options.out ?? join('results', experiment.name),
    name: experiment.name,
    question: experiment.question,
    experiment: documentOf(experiment),
    source: options.source ?? null,
    version: packageVersion(),
    plan,
    layout,
    reference,
    fresh: options.fresh ?? false,
  });
  const result = {
    folder: store.folder,
    before: store.before,
    movedTo: store.movedTo,
    points: layout.points,
    vary: layout.vary,
    reference,
  };
  try {
    const session = new Session(experiment, store, options);
    const example = await session.run(reference);
    if (example === 'interrupted') {
      store.interrupt();
      return { ...result, status: 'interrupted', counts: store.counts, resultHash: null, summary: [] };
    }
    const findings = { resultHash: store.writeRuns(), ...example };
    const summary = summarise(layout, store.finished(), reference);
    store.writeSummary(summaryCsv(layout, summary));
    store.describe(findings);
    await options.draw?.(store.folder);
    store.complete(findings);
    return { ...result, status: 'complete', counts: store.counts, resultHash: findings.resultHash, summary };
  } finally {
    store.close();
  }
}

type Example = Pick<Manifest, 'example' | 'redrawnShare'>;

/** One process's share of a sweep: workers, what is with them, and how fast it goes. */
class Session {
  readonly #experiment: Experiment;
  readonly #store: ResultStore;
  readonly #options: SweepOptions;
  readonly #workers: number;
  readonly #started = performance.now();
  readonly #doneBefore: number;
  #pool: Pool | null = null;
  /** Set when the session ends early: what still comes back from the workers is dropped. */
  #stopped = false;

  constructor(experiment: Experiment, store: ResultStore, options: SweepOptions) {
    this.#experiment = experiment;
    this.#store = store;
    this.#options = options;
    this.#workers = options.workers ?? defaultWorkers();
    this.#doneBefore = store.counts.done + store.counts.failed;
  }

  /** Runs what is missing, then the example. */
  async run(reference: number): Promise<Example | 'interrupted'> {
    try {
      await this.#untilAborted(this.#runMissing());
      return (await this.#untilAborted(this.#runExample(reference))) ?? { example: null, redrawnShare: null };
    } catch (error) {
      if (error instanceof Aborted) return 'interrupted';
      throw error;
    } finally {
      this.#stopped = true;
      await this.#pool?.destroy();
    }
  }

  async #runMissing(): Promise<void> {
    const { points, replications } = this.#experiment;
    const has = (point: number, replicate: number): boolean => this.#store.has(point, replicate);
    const outstanding = new Set<Promise<void>>();
    for (const chunk of chunks(points.length, replications, this.#workers, has)) {
      const work: Promise<void> = this.#work(chunk).finally(() => outstanding.delete(work));
      outstanding.add(work);
      if (outstanding.size >= OUTSTANDING * this.#workers) await Promise.race(outstanding);
      if (this.#stopped) return;
    }
    await Promise.all(outstanding);
  }

  async #work(chunk: Chunk): Promise<void> {
    let outcomes: Outcome[];
    try {
      outcomes = await this.#poolOf().run(chunk);
    } catch (error) {
      // The worker itself died, and one run took the others of its chunk along: each gets a second try alone.
      outcomes =
        chunk.points.length > 1 && !this.#stopped
          ? await this.#workAlone(chunk)
          : chunk.points.map((point) => ({ point, reason: reasonOf(error) }));
    }
    if (this.#stopped) return;
    for (const outcome of outcomes) this.#take(chunk.replicate, outcome);
    this.#report();
  }

  async #workAlone(chunk: Chunk): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const point of chunk.points) {
      if (this.#stopped) break;
      try {
        outcomes.push(...(await this.#poolOf().run({ replicate: chunk.replicate, points: [point] })));
      } catch (error) {
        outcomes.push({ point, reason: reasonOf(error) });
      }
    }
    return outcomes;
  }

  #take(replicate: number, outcome: Outcome): void {
    if ('reason' in outcome) {
      const failure: NumberedFailure = { point: outcome.point, replicate, reason: outcome.reason };
      this.#store.fail(failure);
    } else {
      this.#store.add({ point: outcome.point, replicate, hash: outcome.result.hash, metrics: outcome.result.metrics });
    }
  }

  /** The run of the reference point with the median excess drawdown, with its steps and liquidations; null: keep what there is. */
  async #runExample(reference: number): Promise<Example | null> {
    const folder = join(this.#store.folder, 'example');
    if (this.#store.before === 'finished' && existsSync(folder)) return null;
    const run = medianRun(this.#store.finished().filter((candidate) => candidate.point === reference));
    if (run === null) return null;
    const [outcome] = await this.#poolOf().run({ replicate: run.replicate, points: [reference] }, true);
    if (outcome === undefined || 'reason' in outcome || outcome.result.steps === undefined) return null;
    const { result } = outcome;
    writeDetail(folder, outcome.result.steps, result.liquidations ?? []);
    const number = run.replicate * this.#experiment.points.length + reference;
    return { example: { run: number, point: reference, replicate: run.replicate }, redrawnShare: result.redrawnShare };
  }

  #report(): void {
    const { planned, done, failed } = this.#store.counts;
    const here = done + failed - this.#doneBefore;
    const rate = here === 0 ? null : (1000 * here) / (performance.now() - this.#started);
    this.#options.onProgress?.({ planned, done, failed, rate, secondsLeft: rate === null ? null : (planned - done - failed) / rate });
  }

  /** Workers start with the first chunk: a finished plan needs none. */
  #poolOf(): Pool {
    this.#pool ??= new Pool({ experiment: this.#experiment, engine: this.#options.engine?.href ?? null }, this.#workers);
    return this.#pool;
  }

  /** The work's result, or Aborted as soon as the signal says so: what is in flight is dropped. */
  async #untilAborted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    if (signal === undefined) return work;
    let stop: () => void = () => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(new Aborted());
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

class Aborted extends Error {}

/** The run whose excess drawdown is the (lower) median; the first run when none is defined; null without runs. */
export function medianRun(runs: readonly NumberedRun[]): NumberedRun | null {
  const at = METRIC_NAMES.indexOf('excess_drawdown');
  const value = (run: NumberedRun): number => run.metrics[at] ?? Number.NaN;
  const defined = runs.filter((run) => !Number.isNaN(value(run))).sort((a, b) => value(a) - value(b) || a.replicate - b.replicate);
  return defined[Math.floor((defined.length - 1) / 2)] ?? runs[0] ?? null;
}
