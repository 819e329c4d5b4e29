import { auctionShare, bufferMargin, openingFee, solventBid } from '../../src/liquidation/derive-auction.ts';
import type { DeriveAuctionRules } from '../../src/liquidation/derive-auction.ts';
import { mainnetAuction } from '../../src/venues/derive-bidding.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

function rules(inputs: Inputs): DeriveAuctionRules {
  const given = inputs.record('parameters');
  return {
    start: given.number('start'),
    cutoff: given.number('cutoff'),
    fast: given.number('fast'),
    slow: given.number('slow'),
    insolvent: given.number('insolvent'),
    fee: given.number('fee'),
    buffer: given.number('buffer'),
    wholeBelow: -Infinity,
  };
}

export const mechanisms: Mechanisms = {
  discount: (inputs) => ({ discount: auctionShare(rules(inputs), inputs.number('seconds')) }),
  dutch_auction_solvent: (inputs) => {
    const auction = rules(inputs);
    const mark = inputs.number('mark_to_market');
    const margin = inputs.number('maintenance_margin');
    const bid = solventBid(
      auction,
      inputs.number('seconds_since_start'),
      mark,
      margin,
      inputs.number('reserved_cash'),
      inputs.number('percent_wanted'),
    );
    return {
      buffer_margin: bufferMargin(mark, margin, auction.buffer),
      max_proportion: bid?.largest,
      percent_liquidated: bid?.sold,
      cash_paid: bid?.paid,
    };
  },
  liquidation_fee: (inputs) => {
    const auction = { ...mainnetAuction, buffer: inputs.number('buffer_pct'), fee: inputs.number('fee_rate') };
    return { fee: openingFee(auction, inputs.number('mark_to_market'), inputs.number('maintenance_margin')) };
  },
};
