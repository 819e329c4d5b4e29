import { describe } from 'vitest';
import type { RunOptions } from '../../src/simulation/options.ts';
import { coinCrossOptions } from '../../src/validation/random-regimes.ts';
import { closeoutOptions, policyOptions, reactingOptions, throttledOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 100 : 30;

/** With traders who react, every policy, throttles in half, and in two of three winners closed against debtors. */
function everything(world: number): RunOptions {
  const plain = policyOptions(reactingOptions(coinCrossOptions(world), world), world);
  const throttled = world % 2 === 0 ? plain : throttledOptions(plain, world);
  return world % 3 === 0 ? throttled : closeoutOptions(throttled, world);
}

describe.each([
  ['cross and portfolio accounts of a coin beside those of the quote currency', coinCrossOptions],
  ['the same with reactions, policies, throttles and winners closed against debtors', everything],
] as const)('%s', (_, optionsOf) => {
  const sums = { margin_calls: 0, bad_debt: 0 };
  const sold = { inCoin: 0, inQuote: 0, hedged: 0, books: 0 };
  holdsInEveryWorld({
    seed: 'coin accounts',
    worlds: WORLDS,
    optionsOf,
    tolerance: 1e-12,
    look: (result) => {
      const markets = new Map<string, Set<string>>();
      for (const { regime, asset, account } of result.liquidations!) {
        if (regime === 'portfolio' && asset !== 'X') sold.books++;
        if (regime !== 'cross') continue;
        sold[asset === 'X' ? 'inQuote' : 'inCoin']++;
        markets.set(account, (markets.get(account) ?? new Set()).add(asset));
      }
      for (const assets of markets.values()) if (assets.size > 1) sold.hedged++;
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += metric(result, name) || 0;
    },
    happened: () => ({
      'sales for coin': [sold.inCoin, 3 * WORLDS],
      'sales for quote': [sold.inQuote, WORLDS],
      'accounts sold in both contracts': [sold.hedged, WORLDS / 10],
      'sales of portfolios for coin': [sold.books, WORLDS / 2],
      'margin calls': [sums.margin_calls, WORLDS],
      'bad debts': [sums.bad_debt, WORLDS],
    }),
  });
});
