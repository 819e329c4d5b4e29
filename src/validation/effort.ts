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

/** Positions of a law's population. Quick: a tenth, and ten times the tolerance, because errors go with the share of one position. */
export const POSITIONS = 1_000_000;
const QUICK = 10;

/** How many positions, and how much wider than at the full number the tolerance is. */
export function sizeOf(effort: Effort, full = POSITIONS): { readonly count: number; readonly wider: number } {
  return effort.quick ? { count: full / QUICK, wider: QUICK } : { count: full, wider: 1 };
}
