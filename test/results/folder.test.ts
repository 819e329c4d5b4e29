import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, tryFolder } from '../../src/results/folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('what is missing is made, outermost first, and nothing else', () => {
  expect(makeFolder(join(root, 'a', '..', 'b', 'c'))).toEqual([join(root, 'b'), join(root, 'b', 'c')]);
  expect(makeFolder(join(root, 'b', 'c'))).toEqual([]);
  expect(readdirSync(root)).toEqual(['b']);
});

test('a link to a folder is a folder', () => {
  mkdirSync(join(root, 'real'));
  symlinkSync(join(root, 'real'), join(root, 'link'));
  expect(makeFolder(join(root, 'link'))).toEqual([]);
});

test('a trial leaves nothing', () => {
  tryFolder(join(root, 'a', 'b'));
  tryFolder(root);
  expect(readdirSync(root)).toEqual([]);
});

test('a file in the way is told, and what was made before it is taken away', () => {
  writeFileSync(join(root, 'file'), '');
  for (const act of [makeFolder, tryFolder]) {
    expect(() => act(join(root, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST', path: join(root, 'file') }));
    expect(() => act(join(root, 'file', 'below'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => act(join(root, 'a', 'x'.repeat(300)))).toThrow(expect.objectContaining({ code: 'ENAMETOOLONG' }));
  }
  expect(readdirSync(root)).toEqual(['file']);
});

describe.skipIf(!existsSync('/proc/self'))('a place that takes no folder', () => {
  const home = fileURLToPath(new URL('../..', import.meta.url));

  test('ends at once', () => {
    // In a process of its own: what never returns could not be stopped otherwise.
    const code = `import { makeFolder, tryFolder } from './src/results/folder.ts';
      for (const act of [makeFolder, tryFolder]) for (const place of ['/proc/x', '/proc/x/y'])
        try { act(place); console.log('made'); } catch (error) { console.log(error.message); }
      try { tryFolder('/proc'); } catch (error) { console.log(error.message); }`;
    const command = ['--import', 'tsx', '--input-type=module', '-e', code];
    const { stdout } = spawnSync(process.execPath, command, { cwd: home, encoding: 'utf8', timeout: 300_000 });
    const lines = ['/proc/x', '/proc/x/y'].map((place) => `${place} cannot be written to: /proc takes no new folder\n`);
    expect(stdout).toBe([...lines, ...lines, '/proc cannot be written to: /proc takes no new folder\n'].join(''));
  });

  test.each([
    ['run', 'experiments/small-cascade.yaml'],
    ['sweep', 'experiments/small-cascade.yaml'],
    ['calibrate', 'book', 'nowhere.csv'],
    ['calibrate', 'prices', 'nowhere.csv'],
  ])('%s: status 2, the place and the reason, before anything runs', (...words) => {
    const command = ['--import', 'tsx', 'src/cli/main.ts', ...words, '-o', '/proc/x'];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: home, encoding: 'utf8', timeout: 300_000 });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'marginfall: /proc/x cannot be written to: /proc takes no new folder\n',
    });
  });
});
