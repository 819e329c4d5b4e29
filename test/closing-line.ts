import type { Reporter, TestModule, Vitest } from 'vitest/node';

/**
 * Ends a test run with one plain line, `N passed, N failed, N skipped`, for machines that read the log.
 * A file that could not be loaded, an error outside any test and a test that never finished count as failed.
 */
export default class ClosingLine implements Reporter {
  private logger: Vitest['logger'] | undefined;

  onInit(vitest: Vitest): void {
    this.logger = vitest.logger;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    let skipped = 0;
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') passed++;
        else if (state === 'skipped') skipped++;
        else failedHere++;
      }
      if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
      failed += failedHere;
    }
    this.logger?.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
