/**
 * Units of one asset and of the currency it settles in. Inside the engine prices are whole ticks, quantities whole lots
 * and money whole quanta: `cash quanta = ticks × lots × quantaPerTickLot`, exactly, as long as everything stays below 2^53.
 */
export interface AssetUnits {
  /** Ticker, for people. */
  readonly symbol: string;
  /** Smallest price step, in quote units (e.g. 1 USD). */
  readonly tick: number;
  /** Smallest quantity, in units of the asset (e.g. 0.0001 BTC). */
  readonly lot: number;
  /** Smallest unit of the ledger currency, in quote units (e.g. 0.0001 USD). */
  readonly quantum: number;
  /** tick × lot / quantum: a whole number ≥ 1. */
  readonly quantaPerTickLot: number;
}

/** Largest magnitude that any account or sum may reach, in quanta: beyond it float64 integers are no longer exact. */
export const MAX_QUANTA = Number.MAX_SAFE_INTEGER;
