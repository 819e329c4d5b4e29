/** One asset behind a loan. */
export interface Collateral {
  /** Units of the asset. */
  readonly quantity: number;
  /** Of one unit, in the debt's unit. */
  readonly price: number;
  /** Share of the value that counts against the debt, in (0, 1]. */
  readonly liquidationThreshold: number;
}

/** Collateral as far as it counts: Σ quantity × price × liquidation threshold, summed in the order given. */
export function countedCollateral(collateral: readonly Collateral[]): number {
  let sum = 0;
  for (const { quantity, price, liquidationThreshold } of collateral) sum += quantity * price * liquidationThreshold;
  return sum;
}

/**
 * Whether a loan may be liquidated: its counted collateral falls short of the debt. Aave, Compound, Maker and Liquity all ask this, and
 * none of them at equality.
 */
export function isUndercollateralised(counted: number, debt: number): boolean {
  return counted < debt;
}

/** LT·C/D, over several assets Σ LTᵢ·Cᵢ / D; Infinity without debt. Unlike Aave before v3.2 the mean threshold is not cut to basis points. */
export function healthFactor(counted: number, debt: number): number {
  return debt === 0 ? Infinity : counted / debt;
}

/** C/D; Infinity without debt. */
export function collateralRatio(collateral: number, debt: number): number {
  return debt === 0 ? Infinity : collateral / debt;
}

/** D/C; 0 without debt, Infinity for a debt without collateral. */
export function loanToValue(collateral: number, debt: number): number {
  return debt === 0 ? 0 : debt / collateral;
}

/** What the venue demands of a loan's equity C − D: Σ quantity × price × (1 − LT), so that the MCR is 1 exactly where the health factor is. */
export function lendingMaintenance(collateral: readonly Collateral[]): number {
  let sum = 0;
  for (const { quantity, price, liquidationThreshold } of collateral) sum += quantity * price * (1 - liquidationThreshold);
  return sum;
}

/** Price of the one collateral asset at which the health factor is 1. Debt in quote units, quantity in units of the asset. */
export function loanLiquidationPrice(debt: number, quantity: number, liquidationThreshold: number): number {
  return debt / (quantity * liquidationThreshold);
}

/** Whether the whole system is short of collateral, so that stricter rules hold (Liquity's recovery mode); not at equality. */
export function isRecovery(totalCollateralRatio: number, criticalRatio: number): boolean {
  return totalCollateralRatio < criticalRatio;
}
