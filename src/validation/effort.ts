import { ValidationUsageError } from './parameters.ts';
import type { Effort } from './target.ts';

/** Standard errors that a measured value may be off. */
export const ERRORS = 4;

/** Monte Carlo runs of a check: those asked for, or its own number, full or quick. */
export function runsOf(effort: Effort, counts: { readonly full: number; readonly quick: number }): number {
  const runs = effort.runs ?? (effort.quick ? counts.quick : counts.full);
  if (runs < 2) throw new ValidationUsageError(`runs: found ${runs}, want at least 2`);
  return runs;
}
