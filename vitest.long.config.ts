import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The same tests with the full counts: MARGINFALL_LONG=1 is read by the tests, here only time is allowed for them. */
export default mergeConfig(base, defineConfig({ test: { testTimeout: 1_800_000, hookTimeout: 600_000 } }));
