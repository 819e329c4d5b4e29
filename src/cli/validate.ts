import { Option } from 'commander';
import type { Command } from 'commander';
import type { BoardResult } from '../validation/board.ts';
import type { Value } from '../validation/target.ts';
import { wholeNumber } from './flags.ts';

interface ValidateFlags {
  readonly set: readonly string[];
  readonly runs?: number;
  readonly quick?: true;
  readonly list?: true;
  readonly json?: true;
}

/** `marginfall validate [ID…]` */
export function register(program: Command): void {
  program
    .command('validate')
    .description('the scoreboard: what the engine does against what is known without it')
    .argument('[ID...]', 'targets by id (default: all)')
    .addOption(
      new Option(
        '--set <KEY=VALUE>',
        'another parameter for the one ID named, e.g. --set b=0.5; what is expected is computed anew; repeatable',
      )
        .default([], 'none')
        .argParser((value: string, before: readonly string[]) => [...before, value]),
    )
    .option('--runs <N>', 'Monte Carlo runs of each check', wholeNumber(1))
    .option('--quick', 'fewer runs, with the tolerances that follow from them')
    .addOption(
      new Option('--list', 'print the ids and what they state, and run nothing; with --json, their parameters too').conflicts([
        'set',
        'runs',
        'quick',
      ]),
    )
    .option('--json', 'print one JSON document on stdout, nothing else')
    .addHelpText('after', '\nExample:\n  $ marginfall validate CAS-GP-ENGINE --set T=2 --set b=0.5 --runs 5000')
    .action(validate);
}

async function validate(ids: readonly string[], flags: ValidateFlags): Promise<void> {
  const { runBoard } = await import('../validation/board.ts');
  const { ValidationUsageError } = await import('../validation/parameters.ts');
  const { EXIT, UsageError } = await import('./exit.ts');
  const named = ids.length > 0;
  const options = { set: flags.set, runs: flags.runs ?? null, quick: flags.quick ?? false };
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  try {
    if (flags.list === true) {
      const { boardEntries } = await import('../validation/board.ts');
      const entries = boardEntries(named ? ids : null).map(({ target: { id, statement, parameters } }) => ({ id, statement, parameters }));
      return print(flags.json === true ? JSON.stringify(entries, null, 2) : entries.map(listed).join('\n'));
    }
    const results = runBoard(named ? ids : null, options, (result) => {
      if (flags.json !== true) print(named || !result.pass ? inFull(result) : inOneLine(result));
    });
    const failed = results.filter((result) => !result.pass).length;
    print(flags.json === true ? JSON.stringify(results, null, 2) : `${results.length - failed} passed, ${failed} fell short`);
    if (failed > 0) process.exitCode = EXIT.shortfall;
  } catch (error) {
    if (error instanceof ValidationUsageError) throw new UsageError(`validate: ${error.message}`);
    throw error;
  }
}

/** Columns of the id and of a line of the board. */
const ID = 22;
const LINE = 118;

const inOneLine = ({ id, measured, pass }: BoardResult): string => cut(`${pass ? 'pass' : 'FAIL'}  ${id.padEnd(ID)}  ${short(measured)}`);

const listed = ({ id, statement }: Pick<BoardResult, 'id' | 'statement'>): string => cut(`${id.padEnd(ID)}  ${statement}`);

const cut = (line: string): string => (line.length <= LINE ? line : `${line.slice(0, LINE - 1)}…`);

function inFull({ id, statement, parameters, expected, measured, tolerance, pass }: BoardResult): string {
  const rows = [
    ['', statement],
    ['parameters', short(parameters)],
    ['expected', short(expected)],
    ['measured', short(measured)],
    ['tolerance', tolerance],
  ];
  return [`${pass ? 'pass' : 'FAIL'}  ${id}`, ...rows.map(([name = '', text]) => `      ${name.padEnd(10)}  ${text}`)].join('\n');
}

/** A value for people: six digits, no quotes. */
function short(value: Value): string {
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(short).join(', ')}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${key} ${short(inner as Value)}`);
  return entries.length === 0 ? 'none' : `{ ${entries.join(', ')} }`;
}
