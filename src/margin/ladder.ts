import { isPast } from './coverage.ts';

/** One level of a venue's ladder: what an account is in once its MCR has fallen to it. */
export interface LadderLevel {
  readonly state: string;
  /** Plain MCR number: equity / maintenance. */
  readonly level: number;
  /** Whether an MCR equal to the level has reached it. */
  readonly orEqual: boolean;
}

/** The state of the lowest level that an MCR has reached, or `healthy` when it has reached none; levels from the highest down. */
export function ladderState(ladder: readonly LadderLevel[], coverage: number): string {
  let reached = 'healthy';
  for (const { state, level, orEqual } of ladder) {
    if (!isPast(coverage, level, orEqual)) break;
    reached = state;
  }
  return reached;
}
