import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeError, UsageError } from '../../src/cli/exit.ts';
import { createProgram } from '../../src/cli/program.ts';
import { capture } from './capture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const names = createProgram().commands.map((command) => command.name());

describe('command line', () => {
  test('--version prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await capture('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
  });

  test.each(names)('%s --help has an example', async (name) => {
    const { status, out, err } = await capture(name, '--help');
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`Example:\\n  \\$ marginfall ${name}`));
  });

  test('the help of all has one too, and names every command', async () => {
    const { status, out } = await capture('--help');
    expect(status).toBe(0);
    expect(out).toContain('Example:\n  $ marginfall sweep experiments/small-cascade.yaml');
    for (const name of names) expect(out).toContain(`  ${name}`);
  });

  test('every example runs as printed, in a folder beside the experiments', async () => {
    const helps = createProgram().commands.flatMap((command) => [
      [command.name()],
      ...command.commands.map((one) => [command.name(), one.name()]),
    ]);
    const lines: string[] = [];
    for (const words of [[], ...helps]) {
      const { out } = await capture(...words, '--help');
      lines.push(/Example:\n {2}\$ (marginfall .*)\n/.exec(out)![1]!);
    }
    const folder = mkdtempSync(join(tmpdir(), 'examples-'));
    try {
      symlinkSync(join(root, 'experiments'), join(folder, 'experiments'));
      // A report wants a sweep before it.
      const ordered = [...new Set(lines)].sort((a, b) => Number(b.includes(' sweep ')) - Number(a.includes(' sweep ')));
      const shell = `marginfall() { "${process.execPath}" "${main}" "$@"; }`;
      for (const line of ordered) execFileSync('sh', ['-c', `${shell}; ${line}`], { cwd: folder, stdio: 'pipe', maxBuffer: 1 << 24 });
      expect(readdirSync(join(folder, 'results')).sort()).toEqual(['book', 'prices', 'small-cascade', 'traders']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    [['swep'], "unknown command 'swep'\n(Did you mean sweep?)"],
    [['sweep', 'x.yaml', '--wokers', '2'], "unknown option '--wokers'\n(Did you mean --workers?)"],
    [['sweep'], "missing required argument 'EXPERIMENT.yaml'"],
    [['sweep', 'x.yaml', '--workers', '0'], 'Found 0, want a whole number ≥ 1.'],
    [['sweep', 'x.yaml', '--workers', 'two'], 'Found two, want a whole number ≥ 1.'],
    [['run', 'nowhere.yaml'], 'nowhere.yaml:1:1  this file does not exist'],
    [['report', 'nowhere'], 'nowhere is not a results folder: it has no manifest.json'],
    [['run', 'experiments/small-cascade.yaml', '--point', '9'], '--point: found 9, want 0 to 2'],
    [['run', 'experiments/small-cascade.yaml', '--replicate', '8'], '--replicate: found 8, want 0 to 7'],
    [['run', 'experiments/small-cascade.yaml', '--seed', ''], '--seed: want a text'],
    [['run', 'experiments/small-cascade.yaml', '--set', 'scenario.horizn=1h'], '--set:1:1'],
  ])('%j: exit status 2, the reason, no stack trace, nothing on stdout', async (args, reason) => {
    const { status, out, err } = await capture(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(reason);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('no command at all: the help, on stderr, status 2', async () => {
    const { status, out, err } = await capture();
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('Usage: marginfall');
  });

  test('errors of the system are told in words, errors of the program with their place', () => {
    expect(describeError(Object.assign(new Error('x'), { code: 'ENOSPC', path: 'results/a' }))).toEqual({
      text: 'marginfall: results/a: no space left on the disk',
      status: 2,
    });
    expect(describeError(new UsageError('no'))).toEqual({ text: 'marginfall: no', status: 2 });
    const { text, status } = describeError(new TypeError('undefined is not a function'));
    expect(status).toBe(1);
    expect(text).toMatch(/internal error[^]*undefined is not a function[^]*main\.test\.ts/);
  });

  test('as a process of its own: a reader that stops reading is no error', () => {
    const folder = mkdtempSync(join(tmpdir(), 'main-'));
    try {
      const main = join(root, 'src', 'cli', 'main.ts');
      const out = execFileSync('sh', ['-c', `"${process.execPath}" --import tsx "${main}" schema | head -n 1`], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(out).toBe('{\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
