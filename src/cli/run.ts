import { join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Attribution, AttributionRule } from '../experiment/attribution.ts';
import type { SingleRun } from '../experiment/single.ts';
import type { Experiment } from '../scenario/experiment.ts';
import type { CommonFlags } from './flags.ts';
import { addCommonFlags, wholeNumber } from './flags.ts';

interface RunFlags extends CommonFlags {
  readonly point: number;
  readonly replicate: number;
  readonly exactScan?: boolean;
  readonly without: readonly string[];
  readonly attribute?: AttributionRule;
}

/** `marginfall run SCENARIO.yaml`, or one row of a sweep again. */
export function register(program: Command): void {
  addCommonFlags(program.command('run'))
    .description('one simulation and its twin; of an experiment, one row of its sweep again')
    .argument('<FILE.yaml>', 'a scenario or an experiment')
    .option('--point <P>', 'point of the experiment', wholeNumber(0), 0)
    .option('--replicate <K>', 'replicate of the experiment', wholeNumber(0), 0)
    .option(
      '--exact-scan',
      'ask every account at every mark instead of an index, and recount the ledger at every step: slow, the same result',
    )
    .addOption(
      new Option('--without <GROUP>', 'leave a group of traders out, and change nothing for the others; repeatable')
        .default([], 'none')
        .argParser((value: string, before: readonly string[]) => [...before, value]),
    )
    .addOption(
      new Option(
        '--attribute <RULE>',
        'put the effects of the run down to its groups of traders: each left out, or every subset played',
      ).choices(['shapley', 'knock-out']),
    )
    .addHelpText('after', '\nExample:\n  $ marginfall run experiments/small-cascade.yaml --point 1 --replicate 3')
    .action(runOnce);
}

async function runOnce(path: string, flags: RunFlags): Promise<void> {
  const { loadForCommand } = await import('./source.ts');
  const { runSingle, writeSingle } = await import('../experiment/single.ts');
  const { describeRun } = await import('./findings.ts');
  const { RunFailure, UsageError } = await import('./exit.ts');
  const { tryFolder } = await import('../results/folder.ts');
  const { reasonOf } = await import('../experiment/task.ts');
  const { attributionDocument, checkWithout, describeAttribution, fewGroups, writeAttribution } = await import('./attribution.ts');
  const { without, attribute: rule } = flags;
  const experiment = await loadForCommand(path, flags, rule === 'shapley' ? fewGroups(without) : undefined);
  checkWithout(experiment, without, path);
  const { points, replications } = experiment;
  if (flags.point >= points.length)
    throw new UsageError(`--point: found ${flags.point}, want 0 to ${points.length - 1}: the points of ${path}`);
  if (flags.replicate >= replications)
    throw new UsageError(`--replicate: found ${flags.replicate}, want 0 to ${replications - 1}: the replications of ${path}`);
  tryFolder(flags.out ?? join('results', experiment.name));
  let single: SingleRun;
  let attribution: Attribution | null = null;
  try {
    single = runSingle(experiment, flags.point, flags.replicate, { exactScan: flags.exactScan === true, without });
    if (rule !== undefined) {
      const { attribute } = await import('../experiment/attribution.ts');
      attribution = attribute(experiment, flags.point, flags.replicate, rule, without);
    }
  } catch (error) {
    throw new RunFailure(`point ${flags.point}, replicate ${flags.replicate} of ${path} failed, nothing was written: ${reasonOf(error)}`);
  }
  const alone = points.length * replications === 1;
  const folder = flags.out ?? join('results', experiment.name, ...(alone ? [] : ['runs', String(single.run)]));
  writeSingle(folder, experiment, single);
  await drawCascade(folder, experiment, single);
  if (attribution !== null) await writeAttribution(folder, experiment, single, attribution);
  if (flags.json === true) {
    const more = attribution === null ? {} : { attribution: attributionDocument(attribution) };
    process.stdout.write(`${JSON.stringify({ folder, ...single.row, ...more })}\n`);
  } else if (flags.quiet !== true) {
    if (attribution !== null) process.stdout.write(`${describeAttribution(attribution)}\n`);
    process.stdout.write(describeRun(single, folder));
  }
}

/** Draws who triggered whom, where anybody was liquidated. */
async function drawCascade(folder: string, experiment: Experiment, single: SingleRun): Promise<void> {
  const liquidations = (single.result.liquidations ?? []).flatMap(({ cause, ...row }) => (cause === 'none' ? [] : [{ ...row, cause }]));
  if (liquidations.length === 0) return;
  const { cascadeChart, cascadeNodes } = await import('../charts/cascade.ts');
  const { runInWords, runSource, writeRunChart } = await import('./run-chart.ts');
  const input = {
    nodes: cascadeNodes(liquidations),
    run: runInWords(experiment, single),
    source: runSource(experiment),
    layout: 'wide',
  } as const;
  await writeRunChart(folder, 'cascade', cascadeChart(input));
}
