import { openingCash } from '../core/ledger.ts';
import type { Contract } from '../core/ledger.ts';
import type { Stakes } from '../liquidation/winners.ts';
import { CROSS } from '../traders/population.ts';
import type { Population } from '../traders/population.ts';

/** What the traders of a population put in, and what their positions were worth at entry, market by market as `markets` has them. */
export function stakesOf(
  population: Population,
  markets: readonly { readonly contract: Contract }[],
  options: readonly Contract[],
): Stakes {
  const { count, cash, market, lots, entry, legs } = population;
  const putIn = cash.slice(0, count);
  const entryValue = new Float64Array(count);
  const add = (account: number, place: number, held: number, tick: number): void => {
    // Options come after the markets, and are booked like lots of a linear one.
    const paid = openingCash(place < markets.length ? markets[place].contract : options[place - markets.length], held, tick);
    putIn[account] -= paid;
    entryValue[account] += Math.abs(paid);
  };
  for (let i = 0; i < count; i++) if (market[i] !== CROSS) add(i, market[i], lots[i], entry[i]);
  for (let k = 0; k < legs.account.length; k++) add(legs.account[k], legs.market[k], legs.lots[k], legs.entry[k]);
  return { putIn, entryValue };
}
