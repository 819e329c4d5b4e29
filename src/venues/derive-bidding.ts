import type { DeriveAuctionRules } from '../liquidation/derive-auction.ts';
import type { Fact } from './venue.ts';

const CONFIG = 'https://github.com/derivexyz/v2-core/blob/f46973056213eca1d1e7c32063a242d2b39fa98d/scripts/config-mainnet.sol';
const AUCTION = 'https://github.com/derivexyz/v2-core/blob/7736900d395703c4f675376caa4c315402943831/src/liquidation/DutchAuction.sol';

/** Mainnet's auction: 95 % to 70 % of the mark in 15 minutes, to 0 in 12 hours; an insolvent portfolio pays its shortfall after an hour. */
export const mainnetAuction: DeriveAuctionRules = {
  start: 0.95,
  cutoff: 0.7,
  fast: 900,
  slow: 43_200,
  insolvent: 3600,
  fee: 0.1,
  buffer: 0.15,
  wholeBelow: 0,
};

/** Where its figures come from. */
export const auctionFacts: readonly Fact[] = [
  { what: 'opens at 95 % of the mark, 70 % after 15 minutes, 0 after 12 hours more', source: CONFIG, hypothetical: false },
  {
    what: 'sells until margin covers 115 % of the requirement; fee 10 % of what could be sold at the mark',
    source: CONFIG,
    hypothetical: false,
  },
  {
    what: 'an insolvent portfolio pays its taker from its debt to its whole shortfall, within an hour; the security module pays, then all holders of cash',
    source: AUCTION,
    hypothetical: false,
  },
  { what: 'portfolios marked below 0 may be taken whole', source: AUCTION, hypothetical: false },
  {
    what: 'accounts with one position of its own are closed at once, through the book',
    source: 'an auction is of accounts with several',
    hypothetical: true,
  },
];
