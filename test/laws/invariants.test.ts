import { describe } from 'vitest';
import { onRandomCurve } from '../../src/validation/random-curves.ts';
import { randomOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 500 : 40;

describe.each([
  ...MARKETS,
  ['an inverse market on a curve', (world: number) => onRandomCurve(randomOptions(world, 'inverse'), world), 1e-12] as const,
])('every random world on %s', (_, optionsOf, tolerance) => {
  let liquidations = 0;
  let indebted = 0;
  let rounded = 0;
  holdsInEveryWorld({
    seed: 'world',
    worlds: WORLDS,
    tolerance,
    optionsOf,
    look: (result) => {
      liquidations += metric(result, 'liquidations');
      rounded += metric(result, 'rounding');
      if (metric(result, 'bad_debt') > 0) indebted++;
    },
    happened: () => ({
      liquidations: [liquidations, 6 * WORLDS],
      'bad debts': [indebted, WORLDS / 20],
      // Only coins leave what is not whole, and only they are compared in floats.
      'quanta rounded': [rounded, tolerance > 0 ? 0 : -1],
    }),
  });
});
