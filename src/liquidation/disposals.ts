import { AbsorbSale } from './absorb-sale.ts';
import { BandSale } from './band-sale.ts';
import type { DisposalParts } from './block-disposal.ts';
import type { Disposal, LoanOptions } from './disposal.ts';
import { DutchAuction } from './dutch-auction.ts';
import { EnglishAuction } from './english-auction.ts';
import { FixedSpread } from './fixed-spread.ts';
import { PoolSale } from './pool-sale.ts';

/** What disposes of a market's loans in a run. */
export function openDisposal(loans: LoanOptions, parts: DisposalParts): Disposal {
  const { disposal } = loans;
  switch (disposal.kind) {
    case 'fixed-spread':
      return new FixedSpread(parts, loans, disposal);
    case 'dutch-auction':
      return new DutchAuction(parts, disposal.rules);
    case 'english-auction':
      return new EnglishAuction(parts, disposal.rules, disposal.bids);
    case 'stability-pool':
      return new PoolSale(parts, disposal.rules);
    case 'absorb':
      return new AbsorbSale(parts, disposal.rules);
    case 'soft-liquidation':
      return new BandSale(parts);
  }
}
