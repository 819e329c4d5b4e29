import { describe } from 'vitest';
import type { RunOptions } from '../../src/simulation/options.ts';
import { regimeOptions } from '../../src/validation/random-regimes.ts';
import { holdsInEveryWorld } from './every-world.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 100 : 40;

/** All accounts with several positions of a world are auctioned, in a fifth of them to keepers without much money. */
function auctioned(options: RunOptions, world: number): RunOptions {
  const [market] = options.markets;
  const lot = market!.history.prices[0]! * market!.contract.factor;
  const groups = [
    {
      name: 'fast',
      count: 3,
      capital: world % 5 === 0 ? Math.round(50 * lot) : Infinity,
      latency: 0,
      profit: Math.round((world % 3) * lot),
      ceiling: Infinity,
    },
    { name: 'slow', count: 2, capital: Math.round(1e4 * lot), latency: 5, profit: 0, ceiling: Infinity },
  ];
  const chain = {
    block: [1, 2, 5][world % 3]!,
    room: world % 7 === 0 ? 2 : Infinity,
    cost: 0,
    move: Infinity,
    window: 60,
    crowd: Infinity,
  };
  const auction = { start: 0.95, cutoff: 0.6, fast: 5, slow: 20, insolvent: 30, fee: [0, 0.1][world % 2]!, buffer: 0.15, wholeBelow: 0 };
  return { ...options, liquidation: { ...options.liquidation, auction, keepers: { groups, chain } } };
}

describe('auctions of accounts in every random world of all regimes', () => {
  let auctions = 0;
  let parts = 0;
  holdsInEveryWorld({
    seed: 'auctions of accounts',
    worlds: WORLDS,
    optionsOf: (world) => auctioned(regimeOptions(world), world),
    look: (result) => {
      const sold = result.liquidations!.filter(({ route }) => route === 'auction');
      auctions += new Set(sold.map(({ account }) => account)).size;
      parts += sold.length;
    },
    happened: () => ({ 'accounts auctioned': [auctions, WORLDS], 'positions that went': [parts, auctions] }),
  });
});
