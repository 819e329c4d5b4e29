import { describe, expect } from 'vitest';
import { deleveragedOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

describe.each(MARKETS)('auto-deleveraging in every random world on %s', (_, base, tolerance) => {
  let paid = 0;
  holdsInEveryWorld({
    seed: 'adl',
    worlds: WORLDS,
    tolerance,
    optionsOf: (world) => deleveragedOptions(base(world), world),
    look: (result) => {
      const used = metric(result, 'adl_used') > 0;
      for (const name of ['adl_accounts', 'adl_notional']) expect(metric(result, name) > 0).toBe(used);
      if (used) paid++;
    },
    happened: () => expect(paid).toBeGreaterThan(WORLDS / 20),
  });
});
