/**
 * A requirement on notional with rising marginal rates: on [floor_k, floor_{k+1}) it is rate_k × notional − deduction_k, and the
 * deductions make it continuous. Floors and deductions are in quanta, rates are fractions. A formula is resolved to such a ladder too.
 */
export interface Tiers {
  readonly floor: Float64Array;
  readonly rate: Float64Array;
  readonly deduction: Float64Array;
}
