import { describe } from 'vitest';
import { withLoans } from '../../src/validation/random-loans.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';
import { MARKETS } from './random-families.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 300 : 40;

describe.each(MARKETS.slice(0, 2))('loans in every random world on %s', (_, base) => {
  let loans = 0;
  let indebted = 0;
  holdsInEveryWorld({
    seed: 'loans',
    worlds: WORLDS,
    optionsOf: (world) => withLoans(base(world), world),
    look: (result) => {
      loans += result.liquidations!.filter(({ regime }) => regime === 'lending').length;
      if (metric(result, 'bad_debt') > 0) indebted++;
    },
    happened: () => ({ 'sales of loans': [loans, 3 * WORLDS], 'bad debts': [indebted, WORLDS / 20] }),
  });
});
