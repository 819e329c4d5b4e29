import { describe } from 'vitest';
import { policyOptions, throttledOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

describe.each(MARKETS)('every policy and limit in random worlds on %s, every other one throttled too', (_, base, tolerance) => {
  let liquidated = 0;
  holdsInEveryWorld({
    seed: 'policies',
    worlds: WORLDS,
    tolerance,
    optionsOf: (world) => {
      const options = policyOptions(base(world), world);
      return world % 2 === 0 ? options : throttledOptions(options, world);
    },
    look: (result) => (liquidated += metric(result, 'liquidations')),
    happened: () => ({ liquidated: [liquidated, 3 * WORLDS] }),
  });
});
