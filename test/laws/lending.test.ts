import { describe } from 'vitest';
import type { RunOptions } from '../../src/simulation/options.ts';
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

/** All loans of a world in price bands. */
function inBands(options: RunOptions, world: number): RunOptions {
  const rules = {
    amplification: [20, 100][world % 2]!,
    bands: [4, 10, 30][world % 3]!,
    loanDiscount: 0.2,
    liquidationDiscount: [0.05, 0.15][(world >> 1) % 2]!,
    fee: [0, 0.006][(world >> 2) % 2]!,
  };
  return {
    ...options,
    markets: options.markets.map((market) =>
      market.loans === undefined ? market : { ...market, loans: { ...market.loans, disposal: { kind: 'soft-liquidation', rules } } },
    ),
  };
}

describe.each(MARKETS.slice(0, 2))('loans in price bands in every random world on %s', (_, base) => {
  let loans = 0;
  let traded = 0;
  holdsInEveryWorld({
    seed: 'loans in bands',
    worlds: WORLDS,
    optionsOf: (world) => inBands(withLoans(base(world), world), world),
    look: (result) => {
      loans += result.liquidations!.filter(({ regime }) => regime === 'lending').length;
      if (metric(result, 'bands_sold') > 0) traded++;
    },
    happened: () => ({ 'sales of loans': [loans, WORLDS], 'worlds whose bands were traded': [traded, WORLDS / 3] }),
  });
});
