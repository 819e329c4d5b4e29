import { ResultsProblem } from '../results/problem.ts';
import { ScenarioError } from '../scenario/problem.ts';

/** Exit statuses. */
export const EXIT = { done: 0, shortfall: 1, usage: 2, interrupted: 130 } as const;

/** What a user can mend by another command line; shown without a stack trace, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A simulation that could not be carried to its end; shown without a stack trace, exit status 1. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
}

/** What a failed command says, and its exit status. Only an error of the program itself shows where it happened. */
export function describeError(error: unknown): { readonly text: string; readonly status: number } {
  if (error instanceof ScenarioError) return { text: error.message, status: EXIT.usage };
  if (error instanceof ResultsProblem || error instanceof UsageError) return { text: `marginfall: ${error.message}`, status: EXIT.usage };
  if (error instanceof RunFailure) return { text: `marginfall: ${error.message}`, status: EXIT.shortfall };
  const { code, path } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && code in REASONS)
    return { text: `marginfall: ${path ?? 'a file'}: ${REASONS[code] ?? code}`, status: EXIT.usage };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `marginfall: internal error, please report it\n${detail}`, status: EXIT.shortfall };
}

/** What the system says about files, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'is there already and is not a folder',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
};
