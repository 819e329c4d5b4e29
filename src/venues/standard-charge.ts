import { marginTable } from './catalogue.ts';
import type { StandardTerms, Venue } from './venue.ts';

/** What standard margin charges on the notional of a perpetual: `initial` on top of `maintenance`, `growth` on top of both with each unit. */
export interface StandardCharge {
  readonly maintenance: number;
  readonly initial: number;
  readonly growth: number;
}

/** A venue's charge on the perpetual of an asset, or null when it lists none. */
export function standardCharge(venue: Venue, { perpetual, growth }: StandardTerms, asset: string): StandardCharge | null {
  const rates = perpetual ?? marginTable(venue, asset)?.[0];
  if (rates === undefined) return null;
  const { maintenance, initial } = rates;
  return { maintenance, initial: initial - maintenance, growth: growth !== undefined && Object.hasOwn(growth, asset) ? growth[asset] : 0 };
}
