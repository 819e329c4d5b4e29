import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const check = fileURLToPath(new URL('../../scripts/check.mjs', import.meta.url));
const trees: string[] = [];

afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** Runs one part of the check over a tree of the given files; its faults, as `file:line`. */
function checked(part: string, files: Record<string, string>): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'documents-'));
  trees.push(tree);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const run = spawnSync(process.execPath, [check, part, '--root', tree], { encoding: 'utf8' });
  const faults = run.stdout.split('\n').filter((line) => /^[\w./-]+:\d+ {2}/.test(line));
  expect(run.status, run.stderr).toBe(faults.length > 0 ? 1 : 0);
  return faults.map((line) => line.split('  ')[0]);
}

// Stands in for the command line: knows `run` with `--seed`.
const main = `
const [command] = process.argv.slice(2);
if (command === 'run') console.log('Usage: marginfall run [options]\\n\\nOptions:\\n  --seed <seed>  seed');
else if (command === '--help') console.log('Usage: marginfall\\n\\nCommands:\\n  run [options] <file>  one simulation');
else process.exitCode = 2;
`;
const manifest = JSON.stringify({ type: 'module', scripts: { start: 'x', check: 'x' } });

test('links that lead nowhere are caught, and others are not', () => {
  const faults = checked('documents', {
    'package.json': manifest,
    'README.md':
      '[a](docs/a.md)\n[b](docs/b.md)\n[c](docs/a.md#two-words)\n[d](docs/a.md#three)\n[e](https://example.org)\n`[f](g.md)`\n[h](../x)\n',
    'docs/a.md': '# A\n\n## Two `words`\n\n[up](../README.md)\n\n```\n[not a link](x.md)\n```\n',
  });
  expect(faults).toEqual(['README.md:2', 'README.md:4', 'README.md:7']);
});

test('commands, flags, scripts and experiments that do not exist are caught', () => {
  const text = [
    '```sh',
    'npm ci && npm start',
    'npx marginfall run a.yaml --seed 1',
    'marginfall walk a.yaml',
    'marginfall run a.yaml --speed 1',
    'npm run lint',
    'node dist/cli/main.js run experiments/none.yaml',
    '```',
    '',
    '```text',
    'marginfall walk',
    '```',
  ].join('\n');
  const faults = checked('documents', { 'package.json': manifest, 'dist/cli/main.js': main, 'README.md': text });
  expect(faults).toEqual(['README.md:4', 'README.md:5', 'README.md:6', 'README.md:7']);
});

test('a generated block that is not what the sources say is caught', () => {
  const text = '<!-- generated:metrics -->\n| stale |\n<!-- /generated -->\n';
  expect(checked('documents', { 'package.json': manifest, 'README.md': text })).toEqual(['README.md:1']);
});

test('paths of one machine and notes to self are caught', () => {
  const home = ['', 'home', 'someone', 'x'].join('/');
  const note = ['TO', 'DO'].join('');
  const faults = checked('committed', {
    'src/a.ts': `// fine: https://example.org/home/page and ./home/x\n// ${home}\n// ${note} later\n`,
    'src/b.ts': 'export const aTodoList = 1;\n',
  });
  expect(faults).toEqual(['src/a.ts:2', 'src/a.ts:3']);
});
