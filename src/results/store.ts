import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout, NumberedRun, Row } from './columns.ts';
import { pointKey, runColumns, runNumber, runRow } from './columns.ts';
import { digestRows } from './digest.ts';
import { failureLine, readFailures } from './failures.ts';
import { replaceFile } from './file.ts';
import { makeFolder } from './folder.ts';
import type { JournalEntry } from './journal.ts';
import { Journal, readJournal } from './journal.ts';
import type { Lock } from './lock.ts';
import { acquireLock } from './lock.ts';
import type { Manifest, Source, Status } from './manifest.ts';
import { machine, readManifest, writeManifest } from './manifest.ts';
import { ROW_GROUP, readRows, writeRows } from './parquet.ts';
import type { Plan } from './plan.ts';
import { planDifference, planHash } from './plan.ts';
import { ResultsProblem } from './problem.ts';

/** Rows that wait for a part file are written after this long. */
const PART_MS = 5000;

const JOURNAL = 'journal.bin';
const PARTS = 'parts';
const RUNS = 'runs.parquet';
const FAILURES = 'failures.jsonl';
const SUMMARY = 'summary.csv';

/** What a sweep says of itself before its first run. */
export interface StoreOptions {
  readonly folder: string;
  readonly name: string;
  readonly question: string | null;
  readonly experiment: unknown;
  readonly source: Source | null;
  readonly version: string;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly reference: number;
  /** Moves what is in the folder aside and begins anew. */
  readonly fresh: boolean;
}

/** A run that threw, under its present numbers. */
export interface NumberedFailure {
  readonly point: number;
  readonly replicate: number;
  readonly reason: string;
}

/** What is known only when all runs are in. */
export interface Findings {
  readonly resultHash: string;
  readonly example: Manifest['example'];
  readonly redrawnShare: number | null;
}

/** A results folder held by this process: takes finished runs one by one and never loses one that it has taken. */
export class ResultStore {
  readonly folder: string;
  /** What the folder was before: new, unfinished, finished with this very plan, or finished with fewer replications or points. */
  readonly before: 'new' | 'unfinished' | 'finished' | 'smaller';
  /** Where --fresh put what was in the folder. */
  readonly movedTo: string | null;
  readonly #options: StoreOptions;
  readonly #lock: Lock;
  readonly #columns;
  readonly #started = performance.now();
  readonly #earlierWallTime: number;
  readonly #earlierManifest: Manifest | null;
  readonly #finished: (NumberedRun | undefined)[];
  readonly #failed = new Map<number, NumberedFailure>();
  #done = 0;
  #journal: Journal | null = null;
  #waiting: Row[] = [];
  #parts = 0;
  #lastPart = performance.now();

  private constructor(options: StoreOptions, lock: Lock, manifest: Manifest | null, movedTo: string | null) {
    this.folder = options.folder;
    this.movedTo = movedTo;
    this.#options = options;
    this.#lock = lock;
    this.#columns = runColumns(options.layout);
    this.#earlierWallTime = manifest?.wallTime ?? 0;
    this.#earlierManifest = manifest;
    this.#finished = Array.from({ length: this.planned });
    this.before =
      manifest === null
        ? 'new'
        : manifest.status !== 'complete'
          ? 'unfinished'
          : manifest.counts.planned === this.planned
            ? 'finished'
            : 'smaller';
  }

  /**
   * Takes the folder, and what it already holds of the same plan.
   * @throws ResultsProblem when the folder belongs to another plan or another process, or is no results folder.
   */
  static async open(options: StoreOptions): Promise<ResultStore> {
    makeFolder(options.folder);
    let lock = acquireLock(options.folder);
    let movedTo: string | null = null;
    try {
      refuseStrangers(options.folder);
      if (options.fresh && existsSync(join(options.folder, 'manifest.json'))) {
        movedTo = freeName(options.folder);
        lock.release();
        renameSync(options.folder, movedTo);
        makeFolder(options.folder);
        lock = acquireLock(options.folder);
      }
      const manifest = readManifest(options.folder);
      if (manifest !== null) refuseOtherPlan(options, manifest);
      const store = new ResultStore(options, lock, manifest, movedTo);
      await store.#load(manifest);
      return store;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Runs of the plan. */
  get planned(): number {
    return this.#options.layout.points.length * this.#options.plan.replications;
  }

  get counts(): Manifest['counts'] {
    return { planned: this.planned, done: this.#done, failed: this.#failed.size };
  }

  /** Whether a run has finished or failed before. */
  has(point: number, replicate: number): boolean {
    const run = runNumber(this.#options.layout, point, replicate);
    return this.#finished[run] !== undefined || this.#failed.has(run);
  }

  /** Finished runs in run order. */
  finished(): NumberedRun[] {
    return this.#finished.filter((run) => run !== undefined);
  }

  /** Failed runs in run order. */
  failures(): NumberedFailure[] {
    return [...this.#failed].sort(([a], [b]) => a - b).map(([, failure]) => failure);
  }

  /** Takes a finished run: it is in the journal when this returns. */
  add(run: NumberedRun): void {
    if (this.has(run.point, run.replicate)) return;
    this.#journalOf().append({ ...run, kind: 'finished', point: this.#key(run.point) });
    this.#remember(run);
    if (this.#waiting.length >= ROW_GROUP || performance.now() - this.#lastPart >= PART_MS) this.#writePart();
  }

  /** Takes a run that threw. */
  fail(failure: NumberedFailure): void {
    if (this.has(failure.point, failure.replicate)) return;
    this.#journalOf().append({ ...failure, kind: 'failed', point: this.#key(failure.point) });
    this.#failed.set(runNumber(this.#options.layout, failure.point, failure.replicate), failure);
  }

  /** Stops before the end: everything taken stays, the next process on the same plan goes on from here. */
  interrupt(): void {
    this.#writePart();
    this.#writeFailures();
    this.#describe('interrupted', null);
    this.close();
  }

  /** Writes runs.parquet and failures.jsonl, in run order. Returns the hash over the rows. */
  writeRuns(): string {
    const rows = this.finished().map((run) => runRow(this.#options.layout, this.#columns, run));
    writeRows(join(this.folder, RUNS), this.#columns, rows);
    this.#writeFailures();
    return digestRows(this.#columns, rows);
  }

  writeSummary(csv: string): void {
    replaceFile(join(this.folder, SUMMARY), csv);
  }

  /** The manifest with everything but the word that it is complete, for those who draw from the folder. */
  describe(findings: Findings): void {
    if (this.before !== 'finished') this.#describe('running', findings);
  }

  /** The last rename: from here on the folder is complete, and journal and parts are no longer needed. */
  complete(findings: Findings): void {
    if (this.before !== 'finished') this.#describe('complete', findings);
    this.#journal?.close();
    this.#journal = null;
    removeScaffold(this.folder);
    this.close();
  }

  /** Lets go of the folder as it is. */
  close(): void {
    this.#journal?.close();
    this.#journal = null;
    this.#lock.release();
  }

  async #load(manifest: Manifest | null): Promise<void> {
    const path = join(this.folder, JOURNAL);
    const entries =
      manifest?.status === 'complete' ? await readComplete(this.folder, manifest, this.#options.layout.metrics) : readJournal(path);
    const numbers = new Map(this.#options.layout.points.map((values, point) => [pointKey(values), point]));
    for (const entry of entries) {
      const point = numbers.get(entry.point);
      if (point === undefined || entry.replicate >= this.#options.plan.replications) continue;
      const run = runNumber(this.#options.layout, point, entry.replicate);
      if (entry.kind === 'failed') this.#failed.set(run, { point, replicate: entry.replicate, reason: entry.reason });
      else if (this.#finished[run] === undefined) this.#remember({ ...entry, point });
    }
    if (this.before === 'finished') {
      this.#waiting = [];
      removeScaffold(this.folder);
      return;
    }
    rmSync(join(this.folder, PARTS), { recursive: true, force: true });
    mkdirSync(join(this.folder, PARTS));
    this.#journal = this.before === 'unfinished' && existsSync(path) ? Journal.open(path) : Journal.create(path, entries);
    while (this.#waiting.length > 0) this.#writePart();
    this.#describe('running', null);
  }

  #remember(run: NumberedRun): void {
    this.#finished[runNumber(this.#options.layout, run.point, run.replicate)] = run;
    this.#done++;
    this.#waiting.push(runRow(this.#options.layout, this.#columns, run));
  }

  #key(point: number): string {
    return pointKey(this.#options.layout.points[point] ?? []);
  }

  #journalOf(): Journal {
    if (this.#journal === null) throw new Error('a run was added to a results folder that is finished or closed');
    return this.#journal;
  }

  /** One part of at most a row group; the journal is on the disk first, so that it always holds what the parts hold. */
  #writePart(): void {
    this.#lastPart = performance.now();
    if (this.#waiting.length === 0) return;
    this.#journal?.sync();
    const rows = this.#waiting.slice(0, ROW_GROUP);
    this.#waiting = this.#waiting.slice(ROW_GROUP);
    writeRows(join(this.folder, PARTS, `part-${String(this.#parts++).padStart(6, '0')}.parquet`), this.#columns, rows);
  }

  #writeFailures(): void {
    const path = join(this.folder, FAILURES);
    const failures = this.failures();
    if (failures.length === 0) rmSync(path, { force: true });
    else replaceFile(path, failures.map((failure) => failureLine(this.#options.layout, failure)).join(''));
  }

  #describe(status: Status, findings: Findings | null): void {
    const { plan, layout } = this.#options;
    writeManifest(this.folder, {
      name: this.#options.name,
      question: this.#options.question,
      source: this.#options.source,
      experiment: this.#options.experiment,
      plan,
      planHash: planHash(plan),
      seed: plan.seed,
      engineFingerprint: plan.engine,
      version: this.#options.version,
      resultHash: findings?.resultHash ?? null,
      counts: this.counts,
      status,
      vary: layout.vary,
      points: layout.points,
      uncertain: layout.uncertain,
      reference: this.#options.reference,
      example: findings?.example ?? this.#earlierManifest?.example ?? null,
      redrawnShare: findings?.redrawnShare ?? this.#earlierManifest?.redrawnShare ?? null,
      machine: machine(),
      wallTime: this.#earlierWallTime + (performance.now() - this.#started) / 1000,
    });
  }
}

/** Rows and failures of a complete folder as journal entries. */
async function readComplete(folder: string, manifest: Manifest, metrics: readonly string[]): Promise<JournalEntry[]> {
  const rows = await readRows(join(folder, RUNS));
  const finished = rows.map((row): JournalEntry => ({
    kind: 'finished',
    point: pointKey(manifest.points[row['point'] as number] ?? []),
    replicate: row['replicate'] as number,
    hash: row['hash'] as string,
    metrics: Float64Array.from(metrics, (name) => (row[name] as number | null) ?? Number.NaN),
  }));
  const failed = readFailures(join(folder, FAILURES)).map((failure): JournalEntry => ({
    kind: 'failed',
    point: pointKey(manifest.points[failure.point] ?? []),
    replicate: failure.replicate,
    reason: failure.reason,
  }));
  return [...finished, ...failed];
}

function removeScaffold(folder: string): void {
  rmSync(join(folder, JOURNAL), { force: true });
  rmSync(join(folder, PARTS), { recursive: true, force: true });
}

/** What may lie in a folder that has no manifest yet: our own lock, and single runs, which have none. */
const EARLY = ['lock', 'manifest.json.tmp', 'runs', 'run.json', 'steps.parquet', 'liquidations.parquet'];

/** Nothing is written into (or moved with) a folder of other files. */
function refuseStrangers(folder: string): void {
  const names = readdirSync(folder).filter((name) => !EARLY.includes(name));
  if (names.length > 0 && !names.includes('manifest.json')) {
    throw new ResultsProblem(
      `${folder} is not a results folder: it holds ${names.slice(0, 3).join(', ')} and no manifest.json. Choose another folder with -o.`,
    );
  }
}

function refuseOtherPlan(options: StoreOptions, manifest: Manifest): void {
  const difference = planDifference(manifest.plan, options.plan);
  if (difference === null) return;
  throw new ResultsProblem(
    `${options.folder} holds results of another plan: ${difference.key} differs (stored ${difference.stored}, asked ${difference.asked}).\n` +
      'Two ways out: -o DIR writes to another folder, --fresh moves the old folder aside.',
  );
}

/** NAME.1, NAME.2, …: the first that is not there. */
function freeName(folder: string): string {
  for (let i = 1; ; i++) if (!existsSync(`${folder}.${i}`)) return `${folder}.${i}`;
}
