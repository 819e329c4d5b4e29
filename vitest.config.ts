import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

export const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join('test', path))
  .sort();

/** Rooms that keep nothing between runs but tables: their tests may share a process, its modules and its compiled code. */
const SHARING = [
  'core',
  'laws',
  'liquidation',
  'margin',
  'market',
  'scenario',
  'severity',
  'simulation',
  'statistics',
  'traders',
  'vectors',
  'venues',
];

/** Whether a file's tests may run in a process that others have used: those that change a module may not. */
const shares = (path: string): boolean => SHARING.includes(path.split(/[\\/]/)[1] ?? '') && !readFileSync(path, 'utf8').includes('vi.');

/** The given files in processes that are shared where that can do no harm. */
export function projects(paths: readonly string[]): TestProjectInlineConfiguration[] {
  return [
    { extends: true, test: { name: 'shared', include: paths.filter((path) => shares(path)), isolate: false } },
    { extends: true, test: { name: 'alone', include: paths.filter((path) => !shares(path)) } },
  ];
}

export default defineConfig({
  test: {
    // Processes, not threads: tests start worker threads of their own, and a crash takes one process along instead of all.
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['./test/seed.ts'],
    // Against what never ends, not against a slow machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/closing-line.ts'],
    projects: projects(files),
  },
});
