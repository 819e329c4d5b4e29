import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/results/lock.ts';
import { ResultsProblem } from '../../src/results/problem.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (holder: unknown): void => writeFileSync(join(folder, 'lock'), typeof holder === 'string' ? holder : JSON.stringify(holder));

describe('lock', () => {
  test('is held once, and free again after its release', () => {
    const lock = acquireLock(folder);
    expect(() => acquireLock(folder)).toThrow(ResultsProblem);
    expect(() => acquireLock(folder)).toThrow(`process ${process.pid} on ${hostname()}`);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    acquireLock(folder).release();
  });

  test('of a live process is respected, of the same process once dead is taken over', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    write({ pid: child.pid, host: hostname(), began: null });
    expect(() => acquireLock(folder)).toThrow(`process ${child.pid}`);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const lock = acquireLock(folder);
    expect(readdirSync(folder)).toEqual(['lock']);
    lock.release();
  });

  test('of another machine cannot be judged, and says what to do', () => {
    write({ pid: 1, host: `not-${hostname()}`, began: null });
    expect(() => acquireLock(folder)).toThrow('delete that file');
  });

  test('whose number now belongs to a younger process is taken over', () => {
    write({ pid: process.ppid, host: hostname(), began: 'long ago' });
    if (existsSync(`/proc/${process.ppid}/stat`)) acquireLock(folder).release();
    else expect(() => acquireLock(folder)).toThrow(ResultsProblem);
  });

  test('left by an earlier process of our own number is taken over', () => {
    write({ pid: process.pid, host: hostname(), began: null });
    acquireLock(folder).release();
  });

  test('that was never filled in is taken over after a moment', () => {
    write('');
    acquireLock(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
