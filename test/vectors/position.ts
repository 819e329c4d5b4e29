import type { Venue } from '../../src/venues/venue.ts';
import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { EngineAccount } from './engine-account.ts';
import type { Holding } from './engine-account.ts';
import type { Inputs } from './inputs.ts';

/** 1 for `side: long`, −1 for `side: short`. */
export function sideOf(inputs: Inputs): 1 | -1 {
  const side = inputs.text('side');
  if (side !== 'long' && side !== 'short') throw new Error(`side: found ${side}, want long or short`);
  return side === 'long' ? 1 : -1;
}

/** What a venue charges maintenance on. */
export function contractOf(venue: Venue): Holding['contract'] {
  return venue.contract ?? 'mark-notional';
}

/** A position (of size 1 when the file names none) opened at `entry` with `leverage` or `wallet_balance`, at maintenance rate `mmr` less `cum`. */
export function openedPosition(inputs: Inputs, venue: Venue, rate = inputs.number('mmr')): EngineAccount {
  const size = inputs.number('size', 1);
  const holding = { contract: contractOf(venue), size: sideOf(inputs) * size, entry: inputs.number('entry'), rate };
  const collateral = inputs.has('wallet_balance') ? inputs.number('wallet_balance') : initialMargin(inputs, size * holding.entry);
  return new EngineAccount([{ ...holding, deduction: inputs.number('cum', 0) }], collateral, venue.equalityLiquidates);
}

/** What a position of a value is opened with at the `leverage` of the file. */
export function initialMargin(inputs: Inputs, value: number): number {
  return requirement(tiersFromRates([{ floor: 0, rate: 1 / inputs.number('leverage') }]), value);
}
