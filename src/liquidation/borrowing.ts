import type { Ledger } from '../core/ledger.ts';
import { chargeInterest } from './interest.ts';

/**
 * What a year's interest on debts in a coin is: a line from `base`, where nothing of what is held is owed, to `kink` where `optimal` of it is,
 * and a steeper one to `most` where all is. A rate that does not move has the same three times.
 */
export interface BorrowingRate {
  readonly base: number;
  readonly optimal: number;
  readonly kink: number;
  readonly most: number;
}

/** Interest on coins that accounts owe. */
export interface BorrowingTerms {
  readonly rate: BorrowingRate;
  /** Seconds between two charges. */
  readonly accrual: number;
}

/**
 * A year's rate at a utilisation: what is owed as a share of what is held.
 * Source: Aave v3, DefaultReserveInterestRateStrategy; Drift's calculate_spot_market_borrow_rate is the same with a base of 0.
 */
export function borrowingRate({ base, optimal, kink, most }: BorrowingRate, utilisation: number): number {
  if (utilisation >= 1) return most;
  return utilisation <= optimal
    ? base + ((kink - base) * utilisation) / optimal
    : kink + ((most - kink) * (utilisation - optimal)) / (1 - optimal);
}

/**
 * Charges what the first `accounts` of a ledger owe of its coin, at a mark in ticks: money, to the nearest quantum, and simple within an accrual.
 * It goes to who holds the coin, by lots and rounded down, as far as they lend what is owed; the rest to `lenders`. Returns what rounding of
 * the charges moved, in quanta.
 */
export function chargeBorrowing(ledger: Ledger, accounts: number, lenders: number, mark: number, terms: BorrowingTerms): number {
  const { lots, cash } = ledger;
  let [held, owed] = [0, 0];
  for (let i = 0; i < accounts; i++) {
    if (lots[i] < 0) owed -= lots[i];
    else held += lots[i];
  }
  if (owed === 0) return 0;
  const rate = borrowingRate(terms.rate, held > owed ? owed / held : 1);
  const value = ledger.lotValue(mark);
  const before = cash[lenders];
  let rounded = 0;
  for (let i = 0; i < accounts; i++) {
    if (lots[i] < 0) rounded += chargeInterest(ledger, i, lenders, -lots[i] * value, rate, terms.accrual);
  }
  const perLot = (cash[lenders] - before) / (held > owed ? held : owed);
  for (let i = 0; i < accounts; i++) {
    if (lots[i] > 0) ledger.transfer(lenders, i, Math.floor(lots[i] * perLot));
  }
  return rounded;
}
