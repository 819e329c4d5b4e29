import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: tests start worker threads of their own, and a crash takes one file along instead of all.
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['./test/seed.ts'],
    // Against what never ends, not against a slow machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});
