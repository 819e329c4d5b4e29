/** Auctions of whole accounts: their schema, and from what was read to whole units. */
import { z } from 'zod';
import type { AssetUnits } from '../core/units.ts';
import type { DeriveAuctionRules } from '../liquidation/derive-auction.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { duration, fraction, money, word } from './fields.ts';
import { quanta, round } from './measures.ts';
import type { Steps } from './path.ts';

const share = { min: 0, max: 1 };
const positive = { min: 0, above: true };

/** What becomes of accounts with several positions, under `liquidation`. */
export const accountAuction = z
  .union([
    word('venue', 'off'),
    z.strictObject({
      start: fraction(share).default(0.95).describe('Share of what an account is worth that the auction opens at'),
      cutoff: fraction(share).default(0.7).describe('Share at which the fast fall ends'),
      fast: duration(positive).default(900).describe('Time until then'),
      slow: duration(positive).default(43_200).describe('Time from then until the price is 0'),
      insolvent: duration(positive)
        .default(3600)
        .describe('Time until whoever takes an account that is worth nothing gets all that it lacks'),
      fee: fraction(share).default(0.1).describe('Share of what may be sold at the start that the account pays to the insurance fund'),
      buffer: fraction({ min: 0, max: 10 }).default(0.15).describe('Sold until equity covers 1 + buffer times the requirement'),
      wholeBelow: money().default(0).describe('Accounts worth less may be sold whole'),
    }),
  ])
  .default('venue')
  .describe(
    "Accounts with several positions are offered whole to keepers at a falling price (Derive's auction, whose figures are the defaults)",
  );

/** The rules of an auction; nothing when the venue closes accounts by orders. */
export function resolveAccountAuction(
  stated: z.infer<typeof accountAuction>,
  venue: Venue,
  units: AssetUnits,
  report: Report,
): { readonly auction?: DeriveAuctionRules } {
  if (stated === 'off') return {};
  const rules = stated === 'venue' ? venue.auction : stated;
  if (rules === undefined) return {};
  const at: Steps = ['liquidation', 'auction', 'cutoff'];
  if (rules.cutoff > rules.start) report(at, `found ${round(rules.cutoff)}, want at most the start of ${round(rules.start)}`);
  return { auction: { ...rules, wholeBelow: quanta(rules.wholeBelow, units) } };
}
