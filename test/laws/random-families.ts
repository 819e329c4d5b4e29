import type { RunOptions } from '../../src/simulation/options.ts';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { mixedOptions, randomOptions } from '../../src/validation/random-worlds.ts';

/** Markets that every mechanism is tried in: a title, its worlds, and how far the parts of a bad debt may stand from it. */
export const MARKETS: readonly (readonly [string, (world: number) => RunOptions, number])[] = [
  ['a book', randomOptions, 0],
  ['a curve', (world) => onRandomCurve(randomOptions(world), world), 0],
  ['an inverse market', (world) => randomOptions(world, 'inverse'), 1e-12],
  ['three markets in two currencies', mixedOptions, 1e-12],
];
