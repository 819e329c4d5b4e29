import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyValue, NumberedRun } from '../../src/results/columns.ts';
import { pointKey } from '../../src/results/columns.ts';
import { readManifest } from '../../src/results/manifest.ts';
import type { StoreOptions } from '../../src/results/store.ts';
import { ResultStore } from '../../src/results/store.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'store-'));
  folder = join(root, 'thing');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const metrics = ['drawdown', 'amplification'];

function options(points: readonly KeyValue[][], replications: number, change: Partial<StoreOptions> = {}): StoreOptions {
  return {
    folder,
    name: 'thing',
    question: null,
    experiment: { replications },
    source: { file: 'thing.yaml', set: [] },
    version: '0.0.0',
    plan: {
      engine: 'e',
      scenario: { horizon: 60 },
      vary: ['margin.threshold', 'liquidation.backstop'],
      points: Object.fromEntries(points.map((values) => [pointKey(values), 'same'])),
      seasonThreshold: 2,
      uncertain: {},
      seed: 'october',
      hooks: {},
      replications,
    },
    layout: {
      seed: 'october',
      vary: ['margin.threshold', 'liquidation.backstop'],
      points,
      uncertain: ['market.makers.depth'],
      draws: Array.from({ length: replications }, (_, replicate) => [1000 + replicate]),
      metrics,
    },
    reference: 0,
    fresh: false,
    ...change,
  };
}

const two: KeyValue[][] = [
  [0.5, 'venue'],
  [1, 'off'],
];
const three: KeyValue[][] = [
  [0.5, 'venue'],
  [0.75, 'venue'],
  [1, 'off'],
];

/** A run whose numbers say which point and replicate it is. */
function run(layout: StoreOptions['layout'], point: number, replicate: number): NumberedRun {
  const theta = layout.points[point]?.[0] as number;
  return {
    point,
    replicate,
    hash: (replicate * 1000 + theta * 100).toString(16).padStart(16, '0'),
    metrics: Float64Array.of(theta + replicate / 100, replicate === 0 ? Number.NaN : replicate),
  };
}

async function finish(store: ResultStore): Promise<string> {
  const resultHash = store.writeRuns();
  store.writeSummary('point\n');
  store.describe({ resultHash, example: null, redrawnShare: null });
  store.complete({ resultHash, example: null, redrawnShare: null });
  return resultHash;
}

async function sweepAll(asked: StoreOptions): Promise<string> {
  const store = await ResultStore.open(asked);
  for (let replicate = 0; replicate < asked.plan.replications; replicate++)
    for (let point = 0; point < asked.layout.points.length; point++)
      if (!store.has(point, replicate)) store.add(run(asked.layout, point, replicate));
  return finish(store);
}

describe('results folder', () => {
  test('ends as the contract lays it out, and scaffold and lock are gone', async () => {
    const hash = await sweepAll(options(two, 3));
    expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'runs.parquet', 'summary.csv']);
    const manifest = readManifest(folder);
    expect(manifest).toMatchObject({
      status: 'complete',
      resultHash: hash,
      counts: { planned: 6, done: 6, failed: 0 },
      seed: 'october',
      reference: 0,
    });
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).not.toContain(root);
  });

  test('runs.parquet: names, types, nulls, row order, snappy', async () => {
    await sweepAll(options(two, 3));
    const file = await asyncBufferFromFile(join(folder, 'runs.parquet'));
    const metadata = await parquetMetadataAsync(file);
    expect(metadata.schema.slice(1).map(({ name, type, repetition_type }) => `${name} ${type} ${repetition_type}`)).toEqual([
      'run INT32 REQUIRED',
      'point INT32 REQUIRED',
      'replicate INT32 REQUIRED',
      'seed BYTE_ARRAY OPTIONAL',
      'hash BYTE_ARRAY OPTIONAL',
      'margin.threshold DOUBLE OPTIONAL',
      'liquidation.backstop BYTE_ARRAY OPTIONAL',
      'market.makers.depth DOUBLE OPTIONAL',
      'drawdown DOUBLE OPTIONAL',
      'amplification DOUBLE OPTIONAL',
    ]);
    expect(new Set(metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data?.codec)))).toEqual(
      new Set(['SNAPPY']),
    );
    const rows = await parquetReadObjects({ file });
    expect(rows[1]).toEqual({
      run: 1,
      point: 1,
      replicate: 0,
      seed: 'october',
      hash: '0000000000000064',
      'margin.threshold': 1,
      'liquidation.backstop': 'off',
      'market.makers.depth': 1000,
      drawdown: 1,
      amplification: null,
    });
    expect(rows.map((row) => row['run'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows.every((row) => (row['run'] as number) === (row['replicate'] as number) * 2 + (row['point'] as number))).toBe(true);
  });

  test('row groups hold at most 8,192 rows, parts too', async () => {
    const asked = options([[1, 'off']], 20_000);
    const store = await ResultStore.open(asked);
    for (let replicate = 0; replicate < 20_000; replicate++) store.add(run(asked.layout, 0, replicate));
    expect(readdirSync(join(folder, 'parts')).sort()).toEqual(['part-000000.parquet', 'part-000001.parquet']);
    await finish(store);
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(folder, 'runs.parquet')));
    expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([8192, 8192, 20_000 - 2 * 8192]);
  });

  test('the result hash is the SHA-256 that the contract describes', async () => {
    const hash = await sweepAll(options(two, 2));
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, 'runs.parquet')) });
    const bytes = rows.flatMap((row) =>
      Object.values(row).map((value) => {
        if (typeof value === 'string') return Buffer.from(value, 'utf8');
        const cell = Buffer.alloc(8);
        if (value === null) cell.writeBigUInt64LE(0x7ff8000000000000n);
        else cell.writeDoubleLE(value as number);
        return cell;
      }),
    );
    expect(hash).toBe(createHash('sha256').update(Buffer.concat(bytes)).digest('hex'));
  });

  test('the order in which runs arrive is nowhere to be seen', async () => {
    const hash = await sweepAll(options(two, 4));
    const bytes = readFileSync(join(folder, 'runs.parquet'));
    rmSync(folder, { recursive: true });
    const asked = options(two, 4);
    const store = await ResultStore.open(asked);
    for (const [point, replicate] of [
      [1, 3],
      [0, 3],
      [1, 0],
      [1, 1],
      [0, 1],
      [1, 2],
      [0, 0],
      [0, 2],
    ] as const)
      store.add(run(asked.layout, point, replicate));
    expect(await finish(store)).toBe(hash);
    expect(readFileSync(join(folder, 'runs.parquet'))).toEqual(bytes);
  });

  test('an interrupted folder goes on where it was, a torn tail costs one run', async () => {
    const asked = options(two, 2);
    const first = await ResultStore.open(asked);
    first.add(run(asked.layout, 0, 0));
    first.add(run(asked.layout, 1, 0));
    first.interrupt();
    expect(readManifest(folder)).toMatchObject({ status: 'interrupted', counts: { planned: 4, done: 2, failed: 0 } });
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, 'parts', 'part-000000.parquet')) })).toHaveLength(2);
    const journal = join(folder, 'journal.bin');
    writeFileSync(journal, readFileSync(journal).subarray(0, -1));
    const second = await ResultStore.open(asked);
    expect([second.before, second.has(0, 0), second.has(1, 0), second.has(0, 1)]).toEqual(['unfinished', true, false, false]);
    second.close();
    const resumed = await sweepAll(asked);
    rmSync(folder, { recursive: true });
    expect(await sweepAll(asked)).toBe(resumed);
  });

  test('more replications and more points keep the old rows under new numbers', async () => {
    await sweepAll(options(two, 2));
    const grown = options(three, 3);
    const store = await ResultStore.open(grown);
    expect(store.before).toBe('smaller');
    const there = [0, 1, 2].flatMap((replicate) =>
      [0, 1, 2].filter((point) => store.has(point, replicate)).map((point) => [point, replicate]),
    );
    expect(there).toEqual([
      [0, 0],
      [2, 0],
      [0, 1],
      [2, 1],
    ]);
    store.close();
    const hash = await sweepAll(grown);
    rmSync(folder, { recursive: true });
    expect(await sweepAll(grown)).toBe(hash);
  });

  test('points may also come before the first end', async () => {
    const asked = options(two, 2);
    const first = await ResultStore.open(asked);
    first.add(run(asked.layout, 1, 1));
    first.interrupt();
    const store = await ResultStore.open(options(three, 2));
    expect([store.has(2, 1), store.has(1, 1)]).toEqual([true, false]);
    store.close();
  });

  test('failed runs are kept with seed, keys and reason, and are not run again', async () => {
    const asked = options(two, 2);
    const store = await ResultStore.open(asked);
    store.fail({ point: 1, replicate: 1, reason: 'ledger error' });
    store.add(run(asked.layout, 0, 0));
    store.interrupt();
    const again = await ResultStore.open(asked);
    expect(again.has(1, 1)).toBe(true);
    again.close();
    await sweepAll(asked);
    expect(readFileSync(join(folder, 'failures.jsonl'), 'utf8')).toBe(
      '{"run":3,"point":1,"replicate":1,"seed":"october","keys":{"margin.threshold":1,"liquidation.backstop":"off","market.makers.depth":1001},"reason":"ledger error"}\n',
    );
    expect(readManifest(folder)?.counts).toEqual({ planned: 4, done: 3, failed: 1 });
    const finished = await ResultStore.open(asked);
    expect([finished.before, finished.has(1, 1)]).toEqual(['finished', true]);
    finished.close();
  });

  test('another plan is refused with the key and the two ways out, and nothing is touched', async () => {
    await sweepAll(options(two, 2));
    const before = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const other = options(two, 2, { plan: { ...options(two, 2).plan, scenario: { horizon: 61 } } });
    await expect(ResultStore.open(other)).rejects.toThrow(/scenario\.horizon differs \(stored 60, asked 61\)[^]*-o DIR[^]*--fresh/);
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toEqual(before);
    const store = await ResultStore.open({ ...other, fresh: true });
    expect([store.before, store.movedTo]).toEqual(['new', `${folder}.1`]);
    expect(readdirSync(`${folder}.1`).map((name) => readFileSync(join(`${folder}.1`, name)))).toEqual(before);
    store.close();
  });

  test('a folder of other files is neither used nor moved', async () => {
    appendFileSync(join(root, 'letter.txt'), 'dear');
    for (const fresh of [false, true])
      await expect(ResultStore.open(options(two, 2, { folder: root, fresh }))).rejects.toThrow('is not a results folder');
    expect(readdirSync(root)).toEqual(['letter.txt']);
  });

  test('two at once: the second is refused, whatever it wants', async () => {
    const store = await ResultStore.open(options(two, 2));
    await expect(ResultStore.open(options(two, 2))).rejects.toThrow('is in use');
    await expect(ResultStore.open(options(two, 2, { fresh: true }))).rejects.toThrow('is in use');
    store.close();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
