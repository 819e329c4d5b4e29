import { describe } from 'vitest';
import { owingOptions, regimeOptions, sizedOptions } from '../../src/validation/random-regimes.ts';
import { reactingOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 60 : 15;

describe.each([
  ['owed beside every regime', (world: number) => owingOptions(regimeOptions(world), world)],
  [
    'with weights that change with the amount, and traders who react',
    (world: number) => owingOptions(sizedOptions(reactingOptions(regimeOptions(world), world), world), world),
  ],
] as const)('coins %s', (title, optionsOf) => {
  const sums = { repaid: 0, 'bought back': 0, 'written off': 0, debts: 0 };
  holdsInEveryWorld({
    seed: `debts in coins ${title}`,
    worlds: WORLDS,
    optionsOf,
    look: (result) => {
      for (const { asset, side, route } of result.liquidations!) {
        if (asset !== 'Z' || side !== 'short') continue;
        if (route === 'lenders') sums['written off']++;
        else if (route === 'book') sums['bought back']++;
        else sums.repaid++;
      }
      sums.debts += metric(result, 'bad_debt') || 0;
    },
    happened: () => ({
      repaid: [sums.repaid, WORLDS],
      'bought back': [sums['bought back'], WORLDS / 5],
      'written off': [sums['written off'], 0],
      'bad debts': [sums.debts, 0],
    }),
  });
});
