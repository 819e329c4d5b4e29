import type { Command } from 'commander';

/** `marginfall report RESULTS_DIR` */
export function register(program: Command): void {
  program
    .command('report')
    .description('draw charts and report again from stored results')
    .argument('<RESULTS_DIR>', 'a folder that a sweep has finished')
    .option('--json', 'print one JSON document on stdout, nothing else')
    .addHelpText('after', '\nExample:\n  $ marginfall report results/small-cascade')
    .action(async (folder: string, flags: { readonly json?: true }) => {
      const { readManifest } = await import('../results/manifest.ts');
      const { UsageError } = await import('./exit.ts');
      const manifest = readManifest(folder);
      if (manifest === null) throw new UsageError(`${folder} is not a results folder: it has no manifest.json`);
      if (manifest.status !== 'complete') {
        const { done, failed, planned } = manifest.counts;
        throw new UsageError(
          `${folder} is ${manifest.status}: ${done + failed} of ${planned} runs are there; run the same sweep again to finish it`,
        );
      }
      const { writeReport } = await import('../report/report.ts');
      const drawn = await writeReport(folder);
      const line =
        flags.json === true ? JSON.stringify({ folder, html: drawn.html, markdown: drawn.markdown, charts: drawn.charts }) : drawn.html;
      process.stdout.write(`${line}\n`);
    });
}
