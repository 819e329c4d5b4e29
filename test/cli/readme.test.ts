import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture } from './capture.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'readme-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("the README's program runs on the starter file and prints the hash of `marginfall run`", async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const program = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(program).toContain("from 'marginfall'");
  const file = join(root, 'my-scenario.yaml');
  expect((await capture('init', 'scenario', '-o', file)).status).toBe(0);
  const { status, out } = await capture('run', file, '-o', join(root, 'out'), '--json');
  expect(status).toBe(0);
  const row = JSON.parse(out) as { hash: string; excess_drawdown: number };

  const library = new URL('../../src/index.ts', import.meta.url).href;
  writeFileSync(join(root, 'program.mjs'), program.replace("from 'marginfall'", `from '${library}'`));
  const printed = execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), 'program.mjs'], { cwd: root, encoding: 'utf8' });
  expect(printed).toBe(`${row.hash} ${row.excess_drawdown}\n`);
  // A starter that empties its own book would teach nothing.
  expect(row.excess_drawdown).toBeGreaterThan(0.05);
  expect(row.excess_drawdown).toBeLessThan(0.4);
});
