import type { Experiment } from '../scenario/experiment.ts';
import { loadExperiment } from '../scenario/load.ts';
import type { LoadOptions } from '../scenario/load.ts';
import { UsageError } from './exit.ts';
import type { CommonFlags } from './flags.ts';

/** Reads the file a command was given, with what the command line changes in it. A scenario is an experiment of one point and one run. */
export async function loadForCommand(
  path: string,
  flags: Pick<CommonFlags, 'set' | 'seed' | 'allowOutside'>,
  check?: LoadOptions['check'],
): Promise<Experiment> {
  const { set, allowOutside = false } = flags;
  const experiment = await loadExperiment(path, { set, allowOutside, ...(check === undefined ? {} : { check }) });
  if (flags.seed === undefined) return experiment;
  if (!/^\P{Cc}{1,200}$/u.test(flags.seed)) throw new UsageError('--seed: want a text of 1 to 200 characters in one line');
  return { ...experiment, seed: flags.seed };
}
