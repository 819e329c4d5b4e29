import type { Ledger } from '../core/ledger.ts';

/** Seconds of a year of 365 days. */
export const YEAR = 31_536_000;

/**
 * Charges simple interest on a debt for so many seconds: to the nearest quantum, halves up, booked to borrower and lenders. Returns what rounding
 * moved, in quanta.
 */
export function chargeInterest(ledger: Ledger, borrower: number, lenders: number, debt: number, rate: number, seconds: number): number {
  if (!(debt > 0)) return 0;
  const exact = debt * rate * (seconds / YEAR);
  const charged = Math.floor(exact + 0.5);
  if (charged > 0) ledger.transfer(borrower, lenders, charged);
  return Math.abs(charged - exact);
}
