import { basename, isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import type { CommonFlags } from './flags.ts';
import { addCommonFlags, wholeNumber } from './flags.ts';

interface SweepFlags extends CommonFlags {
  readonly workers?: number;
  readonly fresh?: true;
}

const SECOND_SIGNAL_MS = 1000;

/** `marginfall sweep EXPERIMENT.yaml` */
export function register(program: Command): void {
  addCommonFlags(program.command('sweep'))
    .description('every point × replication of an experiment, in parallel and resumable, with summary, charts and report')
    .argument('<EXPERIMENT.yaml>', 'the experiment')
    .option('--workers <N>', 'worker threads (default: one a core)', wholeNumber(1))
    .option('--fresh', 'move an older results folder aside and begin anew')
    .addHelpText('after', '\nExample:\n  $ marginfall sweep experiments/small-cascade.yaml --workers 2')
    .action(runSweep);
}

async function runSweep(path: string, flags: SweepFlags): Promise<void> {
  const { EXIT } = await import('./exit.ts');
  const { loadForCommand } = await import('./source.ts');
  const { sweep } = await import('../experiment/sweep.ts');
  const { ProgressLine } = await import('./progress.ts');
  const experiment = await loadForCommand(path, flags);
  const loud = flags.json !== true && flags.quiet !== true;
  const progress = new ProgressLine(process.stderr);
  const stop = new AbortController();
  let first: number | null = null;
  const onSignal = (): void => {
    first ??= performance.now();
    stop.abort();
    // Pressed again later the user means it, and the journal keeps what was finished. At once it is the same key: npm passes it on.
    if (performance.now() - first > SECOND_SIGNAL_MS) process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const result = await sweep(experiment, {
      signal: stop.signal,
      fresh: flags.fresh === true,
      source: { file: isAbsolute(path) ? basename(path) : path, set: flags.set },
      ...(flags.out === undefined ? {} : { out: flags.out }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(flags.quiet === true ? {} : { onProgress: (now) => progress.show(now) }),
      draw: async (folder) => {
        const { writeReport } = await import('../report/report.ts');
        progress.end();
        await writeReport(folder);
      },
    });
    progress.end();
    const { describeSweep, sweepDocument } = await import('./findings.ts');
    if (flags.json === true) process.stdout.write(`${JSON.stringify(sweepDocument(result))}\n`);
    if (result.status === 'interrupted') {
      const { done, failed, planned } = result.counts;
      process.stderr.write(
        `marginfall: interrupted; ${done + failed} of ${planned} runs are kept in ${result.folder}. The same command goes on from there.\n`,
      );
      process.exitCode = EXIT.interrupted;
      return;
    }
    if (loud) process.stdout.write(describeSweep(experiment, result, join(result.folder, 'report.html')));
    if (result.counts.failed > 0) process.exitCode = EXIT.shortfall;
  } catch (error) {
    // A full disk is met anywhere in the folder, mostly where a file is known by number alone.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw Object.assign(error as NodeJS.ErrnoException, { path: flags.out ?? join('results', experiment.name) });
  } finally {
    progress.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
