import type { Desk } from './desk.ts';
import type { Counterparty, Haircut } from './deleveraging.ts';
import type { EngineMarket } from './engine-market.ts';
import { proRataHaircuts } from './haircut.ts';
import type { ClosingPrice } from './options.ts';

/**
 * What closing winners against a debtor costs them. Their lots change hands at the mark, which a ledger of whole ticks can always write, and what
 * the closing price differs from it by goes with them as cash: together the same as a trade at that price.
 */

/** A winner that was called, and what its lots are worth at the mark, in quanta without a sign. */
export interface Called extends Counterparty {
  readonly money: number;
}

/** What all that a group holds is worth at the marks, without signs, in quanta of its currency. */
export function moneyHeld(markets: readonly EngineMarket[], account: number, marks: Float64Array): number {
  let sum = 0;
  for (let m = 0; m < markets.length; m++) sum += Math.abs(markets[m].ledger.value(account, marks[m]));
  return sum;
}

/** What winners lose against the marks when all of a group is closed against them, in quanta of its currency: whole, ≥ 0. */
export function owedByWinners(
  closes: ClosingPrice,
  desk: Desk,
  markets: readonly EngineMarket[],
  account: number,
  marks: Float64Array,
  previous: Float64Array,
): number {
  switch (closes) {
    case 'mark':
      return 0;
    case 'bankruptcy': {
      const { ledger, accounts } = markets[desk.home];
      return Math.max(0, Math.ceil(-desk.equity(account, marks)) - Math.max(0, ledger.cash[accounts.fund]));
    }
    case 'previous': {
      let moved = 0;
      for (let m = 0; m < markets.length; m++) {
        const { ledger } = markets[m];
        const lots = ledger.lots[account];
        if (lots !== 0) moved += lots * (ledger.lotValue(previous[m]) - ledger.lotValue(marks[m]));
      }
      return Math.max(0, Math.floor(moved));
    }
  }
}

/**
 * Each winner's part of `owed`, by what it closed of the `whole` that the group held, both in quanta. Nobody gives more than it has: what is
 * then missing stays with the debtor.
 */
export function sharedByCalled(owed: number, whole: number, called: readonly Called[]): readonly Haircut[] {
  const weights = called.map(({ money }) => money);
  const closed = weights.reduce((sum, money) => sum + money, 0);
  const due = proRataHaircuts(Math.min(closed, Math.floor(owed * Math.min(1, closed / whole))), weights);
  const left = new Map(called.map(({ account, equity }) => [account, Math.max(0, Math.floor(equity))]));
  return called.map(({ account }, i) => {
    const has = left.get(account) ?? 0;
    const amount = Math.min(due[i], has);
    left.set(account, has - amount);
    return { account, amount };
  });
}
