import { openingCollateral } from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import type { Venue } from '../../src/venues/venue.ts';
import type { Inputs } from './inputs.ts';

/** 1 for `side: long`, −1 for `side: short`. */
export function sideOf(inputs: Inputs): 1 | -1 {
  const side = inputs.text('side');
  if (side !== 'long' && side !== 'short') throw new Error(`side: found ${side}, want long or short`);
  return side === 'long' ? 1 : -1;
}

/** What a venue charges maintenance on. */
export function contractOf(venue: Venue): PositionTerms['contract'] {
  return venue.contract ?? 'mark-notional';
}

/** A position (of size 1 when the file names none) opened at `entry` with `leverage`, at maintenance rate `mmr` less `cum`. */
export function openedPosition(inputs: Inputs, contract: PositionTerms['contract'], size = inputs.number('size', 1)): PositionTerms {
  const entry = inputs.number('entry');
  return {
    contract,
    side: sideOf(inputs),
    entry,
    size,
    collateral: inputs.has('wallet_balance')
      ? inputs.number('wallet_balance')
      : openingCollateral(contract, size, entry, inputs.number('leverage')),
    rate: inputs.number('mmr'),
    deduction: inputs.number('cum', 0),
    threshold: 1,
  };
}
