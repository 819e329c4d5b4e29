/** Reading files: the only part of this room that touches a disk. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ReadAccount } from './account-reading.ts';
import { MAX_FILE } from './document.ts';
import type { Experiment } from './experiment.ts';
import type { FormulaCompiler, ParseOptions } from './job.ts';
import { parseExperiment } from './parse.ts';
import type { Parsed } from './parse.ts';
import { ScenarioError } from './problem.ts';
import type { Problem } from './problem.ts';

/** How a file is loaded. */
export interface LoadOptions {
  /** `PATH=VALUE`, laid over the file. */
  readonly set?: readonly string[];
  /** Whether files above the folder of the file may be opened. */
  readonly allowOutside?: boolean;
  /** What is asked of the scenario besides that it can be run. */
  readonly check?: ParseOptions['check'];
}

const NOT_A_FILE = 'is not a file';

/** Largest file of prices, in bytes, and largest that one may unpack to. */
const MAX_BARS_FILE = 64 * 1024 * 1024;

/**
 * Reads a scenario or an experiment from a file, with the files that it names.
 * @throws ScenarioError with every problem, located; nothing has been written.
 */
export async function loadExperiment(path: string, options: LoadOptions = {}): Promise<Experiment> {
  const parsed = await parseFile(path, options);
  if ('problems' in parsed) throw new ScenarioError(parsed.problems);
  return parsed.experiment;
}

/**
 * Reads an account for the margin calculator.
 * @throws ScenarioError with every problem, located.
 */
export async function loadAccount(
  path: string,
  options: Pick<LoadOptions, 'set'> & { readonly venue?: string } = {},
): Promise<ReadAccount> {
  const file = textOf(path);
  if ('problems' in file) throw new ScenarioError(file.problems);
  // Another venue is another value of that key: what it cannot hold is found like any other mistake.
  const set = [...(options.set ?? []), ...(options.venue === undefined ? [] : [`venue=${options.venue}`])];
  const { parseAccount } = await import('./account-reading.ts');
  const read = await withFormulas((formula) => parseAccount(file.text, { path, set, formula }));
  if ('problems' in read) throw new ScenarioError(read.problems);
  return read;
}

async function parseFile(path: string, options: LoadOptions): Promise<Parsed> {
  const file = textOf(path);
  if ('problems' in file) return file;
  const read = reader(path, options.allowOutside ?? false);
  const set = options.set ?? [];
  const check = options.check === undefined ? {} : { check: options.check };
  return withFormulas((formula) => parseExperiment(file.text, { path, set, read, formula, ...check }));
}

/** Text of a file that a command was given. */
function textOf(path: string): { readonly text: string } | { readonly problems: readonly Problem[] } {
  try {
    return { text: readText(path, 4 * MAX_FILE) };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cannot be read';
    const said = message === NOT_A_FILE ? 'this is not a file' : `this file ${message}`;
    return { problems: [{ file: path, line: 1, column: 1, path: '', message: said, source: '' }] };
  }
}

/** Parses with formulas. Their parser is worth 100 ms, so it is fetched only when a formula has turned up. */
async function withFormulas<T>(parse: (formula: FormulaCompiler) => T): Promise<T> {
  let wanted = false;
  const probe: FormulaCompiler = () => {
    wanted = true;
    return { message: 'not compiled yet', at: 0 };
  };
  const first = parse(probe);
  if (!wanted) return first;
  const { compileFormula } = await import('./formula.ts');
  return parse(compileFormula);
}

/** Opens files named in a file: relative to it, and without leave nothing above its folder, links followed. */
function reader(path: string, allowOutside: boolean): (name: string, from: 'file' | 'command-line') => string {
  const folder = realpathSync(dirname(resolve(path)));
  return (name, from) => {
    const wanted = from === 'file' ? resolve(folder, name) : resolve(name);
    if (!allowOutside && !isInside(folder, wanted)) throw new Error('is above the folder of this file: --allow-outside permits it');
    let real: string;
    try {
      real = realpathSync(wanted);
    } catch {
      throw new Error('does not exist');
    }
    if (!allowOutside && !isInside(folder, real))
      throw new Error('links to a place above the folder of this file: --allow-outside permits it');
    return readText(real, MAX_BARS_FILE);
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Text of a file, unpacked if it is a gzip file. Errors complete a sentence that begins with the file's name. */
function readText(path: string, limit: number): string {
  let size: number;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new Error(NOT_A_FILE);
    ({ size } = stat);
  } catch (error) {
    throw new Error(error instanceof Error && error.message === NOT_A_FILE ? error.message : 'does not exist');
  }
  if (size > limit) throw new Error(`has ${size} bytes, want at most ${limit}`);
  try {
    const bytes = readFileSync(path);
    const unpacked = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: limit * 4 }) : bytes;
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(unpacked);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new Error('is not text in UTF-8');
    throw new Error(`cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
