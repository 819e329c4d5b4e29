import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sweep } from '../../src/experiment/sweep.ts';
import { decodeJournal } from '../../src/results/journal.ts';
import { readManifest } from '../../src/results/manifest.ts';
import { loadExperiment } from '../../src/scenario/load.ts';
import { capture } from './capture.ts';

const small = fileURLToPath(new URL('../../experiments/small-cascade.yaml', import.meta.url));
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let root: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-sweep-'));
  out = join(root, 'small-cascade');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const LONG = process.env['MARGINFALL_LONG'] === '1';

describe.skipIf(LONG)('sweep', () => {
  test('leaves the whole folder and prints the path and the three numbers; again it draws, changed it refuses', async () => {
    const flags = ['--workers', '2', '-o', out, '--set', 'replications=7'];
    const first = await capture('sweep', small, ...flags);
    expect(first.status).toBe(0);
    expect(first.err).toMatch(/21 of 21 runs, [\d.]+ a second, 0 failed\n$/);
    expect(first.err).not.toContain('\u001b');
    expect(first.out).toMatch(
      new RegExp(
        '^21 of 21 runs done, 0 failed\\.\\n\\nAt θ = 1 \\(medians of 7 runs\\):\\n' +
          '  excess drawdown  [\\d.]+\\s% \\(95 % interval [^)]+\\)\\n  bad debt         [^\\n]+\\n  caused share     [^\\n]+\\n\\n' +
          'Result hash [0-9a-f]{64}\\nReport .*report\\.html\\n$',
      ),
    );
    expect(readdirSync(out).sort()).toEqual([
      'charts',
      'example',
      'manifest.json',
      'report.html',
      'report.md',
      'runs.parquet',
      'summary.csv',
    ]);

    expect(readManifest(out)?.source).toEqual({ file: 'small-cascade.yaml', set: ['replications=7'] });
    const again = await capture('sweep', small, ...flags, '--json');
    expect(again.status).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({
      status: 'complete',
      before: 'finished',
      folder: out,
      counts: { planned: 21, done: 21, failed: 0 },
      resultHash: readManifest(out)?.resultHash,
      points: [{ point: 1, keys: { 'margin.threshold': 1 }, excessDrawdown: { n: 7, ciMethod: 'order statistics' } }],
    });

    const stamp = statSync(join(out, 'manifest.json')).mtimeMs;
    const changed = await capture('sweep', small, '-o', out, '--set', 'scenario.horizon=5m');
    expect([changed.status, changed.out]).toEqual([2, '']);
    expect(changed.err).toMatch(/scenario\.horizon differs \(stored 600, asked 300\)\.\nTwo ways out: -o DIR .*--fresh/);
    expect(statSync(join(out, 'manifest.json')).mtimeMs).toBe(stamp);

    const redrawn = await capture('report', out);
    expect(redrawn).toEqual({ status: 0, out: `${join(out, 'report.html')}\n`, err: '' });
  });

  test('failed runs are counted, and the status is 1', async () => {
    const experiment = await loadExperiment(small, { set: ['replications=2', 'seed=fails'] });
    await sweep(experiment, { out, workers: 1, engine: new URL('./failing-engine.ts', import.meta.url) });
    const { status, out: text } = await capture('sweep', small, '-o', out, '--set', 'replications=2', '--set', 'seed=fails');
    expect(status).toBe(1);
    expect(text).toContain('All 6 runs were there already');
    expect(readFileSync(join(out, 'failures.jsonl'), 'utf8').split('\n')).toHaveLength(3);
  });

  test('a broken experiment is told before anything is written', async () => {
    const { status, err } = await capture('sweep', small, '-o', out, '--set', 'replications=0');
    expect(status).toBe(2);
    expect(err).toContain('want a whole number ≥ 1');
    expect(existsSync(out)).toBe(false);
  });
});

describe('a sweep that is stopped', () => {
  test('Ctrl-C ends with 130, keeps what is finished and says how to go on; also when npm passes the key on a second time; kill −9 keeps it too; the end is that of one go', async () => {
    const kills = LONG ? 5 : 1;
    // Far more than are finished between what is waited for and the signal.
    const replications = 20 * (1 + kills);
    const planned = 3 * replications;
    const set = [`replications=${replications}`, 'scenario.horizon=3m'];
    for (const signal of ['SIGINT', ...Array<'SIGKILL'>(kills).fill('SIGKILL')] as const) {
      const before = finished();
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', main, 'sweep', small, '-o', out, '--workers', '1', ...set.flatMap((value) => ['--set', value])],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      let err = '';
      child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
      const ended = new Promise<[number | null, string | null]>((resolve) => child.once('exit', (code, how) => resolve([code, how])));
      const watch = setInterval(() => {
        if (finished() < before + 5) return;
        clearInterval(watch);
        child.kill(signal);
        child.kill(signal);
      }, 10);
      const end = await ended;
      const counts = readManifest(out)?.counts;
      if (signal === 'SIGINT') {
        expect(end).toEqual([130, null]);
        expect(err).toMatch(new RegExp(`interrupted; \\d+ of ${planned} runs are kept in .*\\. The same command goes on from there\\.\n$`));
        expect(readManifest(out)?.status).toBe('interrupted');
        expect(counts?.done).toBeGreaterThanOrEqual(5);
        expect(counts?.done).toBeLessThan(planned);
      } else {
        expect(end).toEqual([null, 'SIGKILL']);
        expect(readManifest(out)?.status).toBe('running');
      }
    }
    const experiment = await loadExperiment(small, { set });
    const kept: number[] = [];
    const resumed = await sweep(experiment, { out, workers: 2, onProgress: ({ done }) => kept.push(done) });
    expect(resumed).toMatchObject({ before: 'unfinished', counts: { planned, done: planned, failed: 0 } });
    expect(Math.min(...kept)).toBeGreaterThan(5 * (1 + kills));
    const once = await sweep(experiment, { out: join(root, 'once'), workers: 2 });
    expect(resumed.resultHash).toBe(once.resultHash);
  });

  function finished(): number {
    const path = join(out, 'journal.bin');
    return existsSync(path) ? decodeJournal(readFileSync(path)).entries.length : 0;
  }
});
