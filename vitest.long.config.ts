import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import base, { files, projects } from './vitest.config.ts';

/** Whether a file, or one beside it that it imports, asks for the full counts. */
function countsFurther(path: string, deep = true): boolean {
  const text = readFileSync(path, 'utf8');
  if (text.includes('MARGINFALL_LONG')) return true;
  const beside = [...text.matchAll(/from '(\.\/[^']+\.ts)'/g)].map(([, name]) => join(dirname(path), name!));
  return deep && beside.some((file) => existsSync(file) && countsFurther(file, false));
}

/**
 * The tests that have full counts, with them: MARGINFALL_LONG=1 is read by the tests, here only time is allowed for them. The others are the
 * same in `npm test`.
 */
export default mergeConfig(
  { ...base, test: { ...base.test, projects: [] } },
  defineConfig({
    test: { testTimeout: 1_800_000, projects: projects(files.filter((path) => countsFurther(path))) },
  }),
);
