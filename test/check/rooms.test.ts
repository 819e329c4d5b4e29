import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const check = fileURLToPath(new URL('../../scripts/check.mjs', import.meta.url));
const trees: string[] = [];

afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** Runs the room check over a tree made of the given files (paths under src/). */
function checked(files: Record<string, string>): { status: number | null; lines: string[] } {
  const tree = mkdtempSync(join(tmpdir(), 'rooms-'));
  trees.push(tree);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, 'src', path)), { recursive: true });
    writeFileSync(join(tree, 'src', path), text);
  }
  const run = spawnSync(process.execPath, [check, 'rooms', '--root', tree], { encoding: 'utf8' });
  return { status: run.status, lines: run.stdout.split('\n').filter((line) => line.startsWith('src/')) };
}

describe('room edges', () => {
  test('a tree that keeps to the plan passes', () => {
    const { status, lines } = checked({
      'core/units.ts': "import alea from 'seedrandom';\nexport const one = alea;\n",
      'market/book.ts': "import { one } from '../core/units.ts';\nimport { two } from './prices.ts';\nexport const book = [one, two];\n",
      'market/prices.ts': 'export const two = 2;\n',
      'cli/main.ts':
        "import { readFileSync } from 'node:fs';\nimport type { book } from '../market/book.ts';\nexport { readFileSync, type book };\n",
    });
    expect(lines).toEqual([]);
    expect(status).toBe(0);
  });

  test('every way of naming a file upward is caught, with its file and line', () => {
    const ways = {
      'core/dynamic.ts': "export const x = import('../market/book.ts');\n",
      'core/import.ts': "import { book } from '../market/book.ts';\nexport const x = book;\n",
      'core/reexport.ts': "export { book } from '../market/book.ts';\n",
      'core/type.ts': "import type { Book } from '../market/book.ts';\nexport type X = Book;\n",
      'core/typeof.ts': "export type X = import('../market/book.ts').Book;\n",
      'core/worker.ts': "export const x = new URL('../market/book.js', import.meta.url);\n",
    };
    const planted = Object.entries(ways).map(([path, text]) => [path, `// a first line\n${text}`]);
    const { status, lines } = checked({
      ...Object.fromEntries(planted),
      'market/book.ts': 'export const book = 1;\nexport type Book = 1;\n',
    });
    expect(status).toBe(1);
    expect(lines.map((line) => line.split(' (')[0])).toEqual(Object.keys(ways).map((path) => `src/${path}:2  core imports market`));
  });

  test('rooms side by side do not import each other, and every fault is shown', () => {
    const { lines } = checked({
      'margin/tiers.ts': "import '../market/book.ts';\n",
      'market/book.ts': "import '../margin/tiers.ts';\nimport '../simulation/step.ts';\n",
      'simulation/step.ts': 'export {};\n',
    });
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['src/margin/tiers.ts:1', 'src/market/book.ts:1', 'src/market/book.ts:2']);
  });

  test('the node part of a room is a room of its own', () => {
    const { lines } = checked({
      'scenario/load.ts': "import { readFileSync } from 'node:fs';\nexport { schema } from './schema.ts';\nexport { readFileSync };\n",
      'scenario/schema.ts': "export const schema = 1;\nexport * from './load.ts';\n",
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^src\/scenario\/schema\.ts:2 {2}scenario imports scenario\/load /);
  });

  test('node modules, unplanned packages, unknown rooms, ways out of src/ and ** are caught', () => {
    const { lines } = checked({
      'traders/noise.ts': "import 'node:fs';\nimport 'd3';\nimport '../../package.json';\nexport const x = (n: number) => n ** 2;\n",
      'garage/car.ts': 'export {};\n',
    });
    expect(lines.map((line) => line.split('  ')[0])).toEqual([
      'src/garage/car.ts:1',
      'src/traders/noise.ts:1',
      'src/traders/noise.ts:2',
      'src/traders/noise.ts:3',
      'src/traders/noise.ts:4',
    ]);
  });
});
