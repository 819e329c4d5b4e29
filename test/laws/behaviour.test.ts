import { describe } from 'vitest';
import { reactingOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

describe.each(MARKETS)('traders who react in every random world on %s', (_, base, tolerance) => {
  const sums = { top_up: 0, voluntary_notional: 0, margin_calls_cured: 0, liquidations: 0 };
  let indebted = 0;
  holdsInEveryWorld({
    seed: 'reacting',
    worlds: WORLDS,
    tolerance,
    optionsOf: (world) => reactingOptions(base(world), world),
    look: (result) => {
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += metric(result, name) || 0;
      if (metric(result, 'bad_debt') > 0) indebted++;
    },
    happened: () => ({
      'top-ups': [sums.top_up, WORLDS],
      'voluntary orders': [sums.voluntary_notional, WORLDS],
      'calls cured': [sums.margin_calls_cured, WORLDS / 2],
      liquidations: [sums.liquidations, WORLDS],
      'bad debts': [indebted, WORLDS / 40],
    }),
  });
});
