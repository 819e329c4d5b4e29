import { describe } from 'vitest';
import { regimeOptions, sizedOptions } from '../../src/validation/random-regimes.ts';
import { policyOptions, reactingOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 60 : 20;

describe.each([
  ['every regime beside each other', regimeOptions, 0],
  ...MARKETS.map(([title, optionsOf, tolerance]) => [title, optionsOf, tolerance] as const),
] as const)('margins that grow with size: %s', (title, optionsOf, tolerance) => {
  let liquidated = 0;
  let fees = 0;
  let coins = 0;
  holdsInEveryWorld({
    seed: `sized margins ${title}`,
    worlds: WORLDS,
    optionsOf: (world) => sizedOptions(policyOptions(reactingOptions(optionsOf(world), world), world), world),
    tolerance,
    look: (result) => {
      liquidated += result.liquidations!.length;
      coins += result.liquidations!.filter(({ asset }) => asset === 'Z').length;
      fees += metric(result, 'liquidation_fees') || 0;
    },
    happened: () => ({
      liquidations: [liquidated, 2 * WORLDS],
      'coins sold': [coins, optionsOf === regimeOptions ? 0 : -1],
      'fees of keepers and others': [fees, 0],
    }),
  });
});
