import { Command, CommanderError } from 'commander';
import { packageVersion } from '../experiment/version.ts';
import { register as calibrate } from './calibrate.ts';
import { describeError, EXIT } from './exit.ts';
import { register as init } from './init.ts';
import { register as margin } from './margin.ts';
import { register as report } from './report.ts';
import { register as run } from './run.ts';
import { register as schema } from './schema.ts';
import { register as sweep } from './sweep.ts';
import { register as validate } from './validate.ts';
import { register as venues } from './venues.ts';

/** The command line as commander knows it. A command's own file loads what it needs when it is called, so that `--help` starts at once. */
export function createProgram(): Command {
  const program = new Command('marginfall');
  program
    .description('Agent-based simulator of liquidation cascades.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .addHelpText('after', '\nExample:\n  $ marginfall sweep experiments/small-cascade.yaml')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`marginfall: ${text.replace(/^error: /, '')}`) });
  for (const register of [run, sweep, report, validate, margin, calibrate, venues, init, schema]) register(program);
  return program;
}

/** Runs one command line. Returns the exit status: 0 done, 1 done but something failed or fell short, 2 wrong input or usage, 130 interrupted. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = createProgram();
  process.exitCode = EXIT.done;
  try {
    await program.parseAsync([...args], { from: 'user' });
    return process.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { text, status } = describeError(error);
    process.stderr.write(`${text}\n`);
    return status;
  } finally {
    process.exitCode = undefined;
  }
}
