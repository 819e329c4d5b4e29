/** One asset that is seized when the venue absorbs a loan. */
export interface AbsorbedAsset {
  /** Units of the asset. */
  readonly quantity: number;
  /** Of one unit, quote units. */
  readonly price: number;
  /** Share of the value that the borrower is credited with. */
  readonly liquidationFactor: number;
}

/** What becomes of an absorbed loan, quote units. */
export interface Absorption {
  /** What the borrower keeps, as a deposit. */
  readonly left: number;
  /** What the venue's reserves pay for the borrower: debt and deposit. */
  readonly paid: number;
  /** Value of the collateral that the venue now holds for sale. */
  readonly seized: number;
  /** Debt beyond the credited value. It is the venue's loss only as far as the collateral later sells for less than `paid`. */
  readonly uncovered: number;
}

/** The venue takes a loan with all its collateral and credits each asset at its liquidation factor; the debt is gone (Compound III). */
export function absorb(assets: readonly AbsorbedAsset[], debt: number): Absorption {
  let seized = 0;
  let credited = 0;
  for (const { quantity, price, liquidationFactor } of assets) {
    const value = quantity * price;
    seized += value;
    credited += value * liquidationFactor;
  }
  const balance = credited - debt;
  const left = balance > 0 ? balance : 0;
  return { left, paid: debt + left, seized, uncovered: balance < 0 ? -balance : 0 };
}

/** What the venue asks for absorbed collateral: buyers get `storeFrontFactor` of the liquidation penalty, price × (1 − s(1 − l)). */
export function storePrice(price: number, storeFrontFactor: number, liquidationFactor: number): number {
  return price * (1 - storeFrontFactor * (1 - liquidationFactor));
}

/** Collateral bought from the venue for an amount of quote; units of the asset. */
export function collateralFor(quote: number, price: number, storeFrontFactor: number, liquidationFactor: number): number {
  return quote / storePrice(price, storeFrontFactor, liquidationFactor);
}
