import { describe } from 'vitest';
import { deleveragedOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

describe.each(MARKETS)('auto-deleveraging in every random world on %s', (_, base, tolerance) => {
  let paid = 0;
  let agreeing = 0;
  holdsInEveryWorld({
    seed: 'adl',
    worlds: WORLDS,
    tolerance,
    optionsOf: (world) => deleveragedOptions(base(world), world),
    look: (result) => {
      const used = metric(result, 'adl_used') > 0;
      if (['adl_accounts', 'adl_notional'].every((name) => metric(result, name) > 0 === used)) agreeing++;
      if (used) paid++;
    },
    happened: () => ({ 'worlds in which winners paid': [paid, WORLDS / 20], 'worlds that count whom they ask': [agreeing, WORLDS - 1] }),
  });
});
