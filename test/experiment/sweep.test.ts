import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Progress, SweepOptions, SweepResult } from '../../src/experiment/sweep.ts';
import { medianRun, sweep } from '../../src/experiment/sweep.ts';
import { readManifest } from '../../src/results/manifest.ts';
import { readRows } from '../../src/results/parquet.ts';
import { METRIC_NAMES } from '../../src/severity/metrics.ts';
import { smallExperiment } from './small-experiment.ts';

const engine = new URL('./toy-engine.ts', import.meta.url);

let root: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sweep-'));
  out = join(root, 'small');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (change: Parameters<typeof smallExperiment>[0] = {}, options: SweepOptions = {}): Promise<SweepResult> =>
  sweep(smallExperiment(change), { out, engine, workers: 1, ...options });

describe('sweep', () => {
  test('leaves the folder of the contract, and an example run', async () => {
    const seen: Progress[] = [];
    const drawn: string[] = [];
    const result = await run(
      {},
      {
        onProgress: (progress) => seen.push(progress),
        draw: async (folder) => {
          drawn.push(readManifest(folder)?.resultHash ?? '', ...readdirSync(folder).sort());
        },
      },
    );
    expect(result).toMatchObject({ status: 'complete', before: 'new', counts: { planned: 30, done: 30, failed: 0 }, reference: 2 });
    expect(drawn).toEqual([result.resultHash, 'example', 'journal.bin', 'lock', 'manifest.json', 'parts', 'runs.parquet', 'summary.csv']);
    expect(readdirSync(out).sort()).toEqual(['example', 'manifest.json', 'runs.parquet', 'summary.csv']);
    expect(readdirSync(join(out, 'example')).sort()).toEqual(['liquidations.parquet', 'steps.parquet']);
    const manifest = readManifest(out);
    expect(manifest).toMatchObject({
      status: 'complete',
      name: 'small',
      question: 'Does it hold?',
      seed: 'october',
      redrawnShare: 0.01,
      reference: 2,
    });
    expect(manifest?.experiment).toMatchObject({ replications: 5, scenario: { horizon: 60 } });
    expect(seen.at(-1)).toMatchObject({ planned: 30, done: 30, failed: 0, secondsLeft: 0 });
    const steps = await readRows(join(out, 'example', 'steps.parquet'));
    expect(steps).toHaveLength(61);
    expect(steps[3]).toMatchObject({ time: 3, ask: null, bid_depth: 1, forced_flow: 1 });
    expect(await readRows(join(out, 'example', 'liquidations.parquet'))).toEqual([]);
  });

  test('the example is the median run of the reference point', async () => {
    await run();
    const { example } = readManifest(out) ?? {};
    const rows = (await readRows(join(out, 'runs.parquet'))).filter((row) => row['point'] === 2);
    const sorted = rows.map((row) => row['excess_drawdown'] as number).sort((a, b) => a - b);
    expect(rows.find((row) => row['replicate'] === example?.replicate)?.['excess_drawdown']).toBe(sorted[2]);
    expect(example).toEqual({ run: (example?.replicate ?? -1) * 6 + 2, point: 2, replicate: example?.replicate });
  });

  test('uncertain keys are drawn once per replicate and are columns of their own', async () => {
    await run();
    const rows = await readRows(join(out, 'runs.parquet'));
    const depths = rows.map((row) => `${row['replicate']} ${row['market.makers.depth']}`);
    expect(new Set(depths).size).toBe(5);
    expect(readFileSync(join(out, 'summary.csv'), 'utf8').split('\n')[1]).toMatch(/^0,0\.5,sequential,drawdown,5,.*,both,,$/);
  });

  test('a finished plan is drawn again without a single run', async () => {
    const first = await run();
    const stamp = statSync(join(out, 'example', 'steps.parquet')).mtimeMs;
    let drawn = 0;
    // A plan that runs nothing needs no engine: this one does not exist.
    const again = await run({}, { engine: new URL('file:///nowhere.ts'), draw: async () => void drawn++ });
    expect(again).toMatchObject({ before: 'finished', status: 'complete', resultHash: first.resultHash });
    expect([drawn, statSync(join(out, 'example', 'steps.parquet')).mtimeMs]).toEqual([1, stamp]);
    expect(readManifest(out)?.status).toBe('complete');
  });

  test('more replications and more points append, and the end is the same as in one go', async () => {
    await run({ replications: 2, thresholds: [0.5, 1.5] });
    const journal: number[] = [];
    const grown = await run({}, { onProgress: ({ done }) => journal.push(done) });
    expect([grown.before, grown.counts.done, Math.min(...journal) > 8]).toEqual(['smaller', 30, true]);
    expect((await run({}, { fresh: true })).resultHash).toBe(grown.resultHash);
    expect(existsSync(`${out}.1`)).toBe(true);
  });

  test('a changed key is refused by name', async () => {
    await run();
    await expect(run({ latency: 1 })).rejects.toThrow('scenario.liquidation.latency differs (stored 0, asked 1)');
    await expect(run({ seed: 'november' })).rejects.toThrow('seed differs (stored "october", asked "november")');
    await expect(run({ thresholds: [0.5, 1, 1.5, 1.6] })).rejects.toThrow('largest threshold');
  });

  test('a run that throws is kept with its reason, and the others are done', async () => {
    const result = await run({ seed: 'fails' });
    expect(result.counts).toEqual({ planned: 30, done: 29, failed: 1 });
    expect(JSON.parse(readFileSync(join(out, 'failures.jsonl'), 'utf8'))).toMatchObject({
      run: 9,
      point: 3,
      replicate: 1,
      seed: 'fails',
      keys: { 'margin.threshold': 1, 'liquidation.mode': 'batch' },
      reason: 'Error: the ledger is off by one quantum',
    });
    expect((await run({ seed: 'fails' })).counts).toEqual({ planned: 30, done: 29, failed: 1 });
  });

  test('a run that kills its worker takes no other run along', async () => {
    const result = await run({ seed: 'dies' });
    expect(result.counts).toEqual({ planned: 30, done: 29, failed: 1 });
    expect(JSON.parse(readFileSync(join(out, 'failures.jsonl'), 'utf8'))).toMatchObject({ run: 9 });
  });

  test('an abort keeps what is finished; the next sweep goes on and ends the same', async () => {
    const stop = new AbortController();
    const first = await run(
      { seed: 'slow' },
      { workers: 2, signal: stop.signal, onProgress: ({ done }) => (done >= 6 ? stop.abort() : undefined) },
    );
    expect(first).toMatchObject({ status: 'interrupted', resultHash: null });
    expect(first.counts.done).toBeGreaterThanOrEqual(6);
    expect(first.counts.done).toBeLessThan(30);
    expect(readManifest(out)).toMatchObject({ status: 'interrupted', counts: first.counts });
    const resumed = await run({ seed: 'slow' });
    expect(resumed).toMatchObject({ before: 'unfinished', counts: { planned: 30, done: 30, failed: 0 } });
    expect((await run({ seed: 'slow' }, { fresh: true })).resultHash).toBe(resumed.resultHash);
  });

  test('two processes on one folder: the second is refused', async () => {
    const first = run({ seed: 'slow' });
    await expect(run({ seed: 'slow' })).rejects.toThrow('is in use');
    expect((await first).counts.done).toBe(30);
  });
});

describe('median run', () => {
  const at = METRIC_NAMES.indexOf('excess_drawdown');
  const runs = (...values: number[]) =>
    values.map((value, replicate) => ({
      point: 0,
      replicate,
      hash: '',
      metrics: Float64Array.from(METRIC_NAMES, (_, m) => (m === at ? value : 0)),
    }));

  test('lower median of an even number, undefined values aside, ties by replicate', () => {
    expect(medianRun(runs(3, 1, 2))?.replicate).toBe(2);
    expect(medianRun(runs(4, 3, 1, 2))?.replicate).toBe(3);
    expect(medianRun(runs(Number.NaN, 5, Number.NaN))?.replicate).toBe(1);
    expect(medianRun(runs(1, 1, 1))?.replicate).toBe(1);
    expect(medianRun(runs(Number.NaN))?.replicate).toBe(0);
    expect(medianRun([])).toBeNull();
  });
});
