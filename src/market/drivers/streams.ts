import type { Root } from '../../core/random.ts';
import { normal } from '../../core/samplers.ts';

/** The streams of draws under a driver's root. Each draw has the step as its second counter, unless said. */

/** Moves of the price: one normal a step, or one a piece of a step. */
export const MOVES = 0;
/** How many jumps or changes of regime come, and when. */
export const ARRIVALS = 1;
/** Sizes of jumps. */
export const SIZES = 2;
/** Moves of the variance: a normal and a uniform a step, of which one is used. */
export const VARIANCE = 3;
/** Where blocks of returns begin; the second counter is the block's number. */
export const BLOCKS = 4;

/** The standard normal of the price's move in step k: the path's own draw, or the shock that is given for it. */
export function moveOf(root: Root, k: number, shocks: Float64Array | null): number {
  return shocks === null ? normal(root.lo, root.hi, MOVES, k, 0) : shocks[k];
}
