import { floorDivide } from '../core/fixed-point.ts';

/** A margin group's equity and maintenance, and how both change with a close; whole quanta of the quote currency. */
export interface Close {
  /** Equity of the whole account (total net collateral). */
  readonly equity: bigint;
  /** Maintenance of the whole account, > 0. */
  readonly maintenance: bigint;
  /** Signed notional that the close adds to the account's positions: < 0 when a long is sold. */
  readonly notional: bigint;
  /** Maintenance that the close sets free, ≥ 0. */
  readonly freed: bigint;
}

/**
 * What a close must at least bring in (> 0) or may at most cost (< 0) so that the rest of the account is no worse covered than before: the
 * close's share of the equity, by maintenance, is what may be lost, −notional − equity × freed / maintenance. Rounded up, in favour of
 * the insurance fund. Divided by the quantity closed it is the bankruptcy price.
 * Source: dYdX v4, bankruptcy price in quote quantums.
 */
export function bankruptcyQuote(close: Close): bigint {
  return -close.notional - floorDivide(close.equity * close.freed, close.maintenance);
}

/** An account and the position in it that is to be closed. Money in quote units. */
export interface FillableTerms {
  /** Equity and maintenance of the whole account; maintenance > 0. */
  readonly equity: number;
  readonly maintenance: number;
  /** Signed size of the position, and its own notional (signed as the size is) and maintenance. */
  readonly size: number;
  readonly notional: number;
  readonly positionMaintenance: number;
  /** How fast the whole spread is reached as the account sinks: 1 at its bankruptcy, 2 half-way down. */
  readonly bankruptcyAdjustment: number;
  /** The widest spread off the oracle price, as a multiple of the position's maintenance. */
  readonly spreadToMaintenance: number;
}

/**
 * The limit price of a liquidation order: the oracle price less (long) a spread that grows from 0 at equity = maintenance to its full
 * width at bankruptcy: (notional − r × spread × maintenance of the position) / size, r = adjustment × (1 − equity / maintenance) in [0, 1].
 * Source: dYdX v4, fillable price.
 */
export function fillablePrice(terms: FillableTerms): number {
  const { equity, maintenance, size, notional, positionMaintenance, bankruptcyAdjustment, spreadToMaintenance } = terms;
  const sunk = (bankruptcyAdjustment * (maintenance - equity)) / maintenance;
  const rating = sunk > 1 ? 1 : sunk > 0 ? sunk : 0;
  return (notional - rating * spreadToMaintenance * positionMaintenance) / size;
}

/**
 * The price at which a liquidator takes over a weighted asset or liability: half-way from the oracle price to what it counts for in the
 * account's maintenance health, oracle × (1 + weight) / 2 (weight < 1 for an asset, > 1 for a liability).
 * Source: Vertex documentation, "Liquidations".
 */
export function takeoverPrice(oracle: number, weight: number): number {
  return (oracle * (1 + weight)) / 2;
}
