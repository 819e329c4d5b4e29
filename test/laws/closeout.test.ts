import { describe } from 'vitest';
import { closeoutOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

describe.each(MARKETS)('winners closed against debtors in every random world on %s', (_, base, tolerance) => {
  let closed = 0;
  let counted = 0;
  holdsInEveryWorld({
    seed: 'closeout',
    worlds: WORLDS,
    tolerance,
    optionsOf: (world) => closeoutOptions(base(world), world),
    look: (result) => {
      const closings = result.liquidations!.filter(({ route }) => route === 'adl').length;
      if (closings === 0 || metric(result, 'adl_accounts') > 0) counted++;
      closed += closings;
    },
    happened: () => ({ closed: [closed, WORLDS], 'worlds that count whom they close': [counted, WORLDS - 1] }),
  });
});
