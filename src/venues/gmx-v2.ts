import { profitAt } from '../margin/isolated.ts';
import type { Venue } from './venue.ts';

const LIQUIDATION = 'https://github.com/gmx-io/gmx-synthetics: test/guardian/testLiquidation.ts at a5c0c883';
const DELEVERAGING = 'https://github.com/gmx-io/gmx-synthetics: test/guardian/testAdl.ts at a5c0c883';

/** GMX v2: positions against a pool, at the oracle price. */
export const gmxV2: Venue = {
  name: 'gmx-v2',
  aliases: ['gmx'],
  title: 'GMX v2',
  date: '2023-08-01',
  tiers: { '*': [{ from: 0, maintenance: 0.01, initial: 0.02 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  profitLimit: { pool: 500e6, largest: 0.1, until: 0.08 },
  contract: 'entry-notional',
  facts: [
    {
      what: 'liquidated when collateral plus profit is below 1 % of the size at entry, not at equality',
      source: LIQUIDATION,
      hypothetical: false,
    },
    { what: 'what is left of the collateral goes back to the trader', source: LIQUIDATION, hypothetical: false },
    {
      what: 'auto-deleveraging when open profit is above a share of the pool (10 % in the tests), not at it',
      source: DELEVERAGING,
      hypothetical: false,
    },
    { what: 'initial 2 % (50x), for every asset and size', source: 'set market by market', hypothetical: true },
    { what: 'the oracle price moves once a second', source: 'set by the oracle network', hypothetical: true },
    { what: 'a pool of 500M USD a market, spared once profit is down to 8 % of it', source: 'round figures', hypothetical: true },
    {
      what: 'the position is sold on a book, and one that is deleveraged goes to the vault, at the mark',
      source: 'the pool as the other side of traders is not modelled',
      hypothetical: true,
    },
  ],
};

/** A position against the pool. Money in USD. */
export interface PoolPosition {
  readonly side: 1 | -1;
  /** Value at entry. */
  readonly sizeUsd: number;
  readonly entry: number;
}

/** What is left of a position's collateral (USD) once its profit or loss at the oracle price is booked; below 0 it is a debt. */
export function remainingCollateral(collateral: number, position: PoolPosition, price: number): number {
  const { side, sizeUsd, entry } = position;
  return collateral + profitAt({ contract: 'entry-notional', side, entry, size: sizeUsd / entry }, price);
}

/** Whether what is left of a position's collateral liquidates it: it is used up, below a least amount, or below a share of the size. */
export function isLiquidatable(remaining: number, sizeUsd: number, smallestFactor: number, smallestUsd: number): boolean {
  return remaining <= 0 || remaining < smallestUsd || remaining < smallestFactor * sizeUsd;
}
