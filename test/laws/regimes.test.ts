import { describe } from 'vitest';
import type { RunOptions } from '../../src/simulation/options.ts';
import { withLoans } from '../../src/validation/random-loans.ts';
import { regimeOptions } from '../../src/validation/random-regimes.ts';
import { closeoutOptions, policyOptions, reactingOptions, throttledOptions } from '../../src/validation/random-worlds.ts';
import { holdsInEveryWorld, metric } from './every-world.ts';

const WORLDS = process.env['MARGINFALL_LONG'] === '1' ? 1000 : 25;

/** Regimes beside each other and beside loans, with traders who react, every policy, throttles in half, and in two of three winners closed against debtors. */
function everything(world: number): RunOptions {
  const plain = policyOptions(reactingOptions(regimeOptions(world), world), world);
  const throttled = world % 2 === 0 ? plain : throttledOptions(plain, world);
  return withLoans(world % 3 === 0 ? throttled : closeoutOptions(throttled, world), world);
}

const REGIMES = ['cross', 'dynamic', 'isolated', 'portfolio', 'standard'];

describe.each([
  ['isolated, dynamic, cross, portfolio and standard accounts in one world', regimeOptions, REGIMES],
  ['the same with loans, reactions, policies, throttles and winners closed against debtors', everything, [...REGIMES, 'lending'].sort()],
] as const)('%s', (_, optionsOf, regimes) => {
  const liquidated = new Map<string, number>();
  const sums = { margin_calls: 0, bad_debt: 0 };
  let coins = 0;
  let closed = 0;
  holdsInEveryWorld({
    seed: 'regimes',
    worlds: WORLDS,
    optionsOf,
    look: (result) => {
      for (const { regime, asset, route } of result.liquidations!) {
        liquidated.set(regime, (liquidated.get(regime) ?? 0) + 1);
        if (asset === 'Z') coins++;
        if (route === 'adl') closed++;
      }
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += metric(result, name) || 0;
    },
    happened: () => ({
      ...Object.fromEntries(regimes.map((regime) => [regime, [liquidated.get(regime) ?? 0, WORLDS] as const])),
      'coins sold': [coins, WORLDS / 20],
      'margin calls': [sums.margin_calls, WORLDS],
      'bad debts': [sums.bad_debt, WORLDS],
      'closed against winners': [closed, optionsOf === everything ? WORLDS / 2 : -1],
    }),
  });
});
