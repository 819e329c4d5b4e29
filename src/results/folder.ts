import { existsSync, mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ResultsProblem } from './problem.ts';

/**
 * Makes a folder with whatever is missing above it, one after the other: Node's recursive mkdir never returns where a folder is there and
 * takes none, as /proc.
 * @returns the folders that were missing, outermost first.
 * @throws ResultsProblem where nothing can be made; what the system says of any other reason.
 */
export function makeFolder(folder: string): string[] {
  const path = normalize(folder);
  const wanted = [path];
  for (let above = dirname(path); !existsSync(above); above = dirname(above)) wanted.unshift(above);
  const made: string[] = [];
  try {
    for (const place of wanted) if (make(place, folder)) made.push(place);
  } catch (error) {
    remove(made);
    throw error;
  }
  return made;
}

/**
 * Finds out whether a folder can be written to, before anything is computed for it. Leaves everything as it was.
 * @throws as makeFolder does.
 */
export function tryFolder(folder: string): void {
  const made = makeFolder(folder);
  try {
    rmdirSync(mkdtempSync(join(folder, '.try-')));
  } catch (error) {
    throw refusal(error, folder, folder);
  } finally {
    remove(made);
  }
}

/** Whether the folder was not there before. */
function make(place: string, folder: string): boolean {
  try {
    mkdirSync(place);
    return true;
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
    if (there) return false;
    throw refusal(error, folder, dirname(place));
  }
}

function remove(made: readonly string[]): void {
  for (const place of made.toReversed()) rmdirSync(place);
}

/** A missing file, said of a folder that is there, means that it takes none. */
function refusal(error: unknown, folder: string, above: string): Error {
  const known = error as NodeJS.ErrnoException;
  if (known.code === 'ENOENT') return new ResultsProblem(`${folder} cannot be written to: ${above} takes no new folder`);
  return known.code === undefined ? known : Object.assign(known, { path: folder });
}
