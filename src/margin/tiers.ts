/**
 * A requirement on notional with rising marginal rates: on [floor_k, floor_{k+1}) it is rate_k × notional − deduction_k, and the
 * deductions make it continuous. Floors and deductions are in quanta, rates are fractions. A formula is resolved to such a ladder too.
 */
export interface Tiers {
  readonly floor: Float64Array;
  readonly rate: Float64Array;
  readonly deduction: Float64Array;
}

/** The tier that a notional falls into: the last one whose floor it reaches. Cost: two loads when it is the first, else log₂ of the count. */
export function tierOf(tiers: Tiers, notional: number): number {
  const floor = tiers.floor;
  let high = floor.length;
  if (high === 1 || notional < floor[1]) return 0;
  let low = 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (notional < floor[middle]) high = middle;
    else low = middle;
  }
  return low;
}

/** What the ladder demands of a notional ≥ 0; both in quanta, the result not rounded. */
export function requirement(tiers: Tiers, notional: number): number {
  const { floor, rate, deduction } = tiers;
  const tier = floor.length === 1 || notional < floor[1] ? 0 : tierOf(tiers, notional);
  return rate[tier] * notional - deduction[tier];
}

/** The rate that the next quantum of notional is charged at. */
export function marginalRate(tiers: Tiers, notional: number): number {
  return tiers.rate[tierOf(tiers, notional)];
}

/**
 * What a tier takes off its rate × notional so that the requirement is continuous at its floor: deduction_{k−1} + floor_k × (rate_k −
 * rate_{k−1}), as the venues publish it ("maintenance amount", "cum", "mm deduction").
 */
export function nextDeduction(previousDeduction: number, previousRate: number, floor: number, rate: number): number {
  return previousDeduction + floor * (rate - previousRate);
}

/**
 * A ladder from marginal rates, with the deductions that make the requirement continuous.
 * @throws RangeError when there is no tier, the first floor is not 0, floors do not ascend or a rate is not in [0, 1].
 */
export function tiersFromRates(steps: readonly { readonly floor: number; readonly rate: number }[]): Tiers {
  if (steps.length === 0) throw new RangeError('margin tiers: found none, want at least one');
  const floor = new Float64Array(steps.length);
  const rate = new Float64Array(steps.length);
  const deduction = new Float64Array(steps.length);
  for (let k = 0; k < steps.length; k++) {
    const step = steps[k];
    const ascends = k === 0 ? step.floor === 0 : step.floor > floor[k - 1] && step.floor < Infinity;
    if (!ascends) throw new RangeError(`margin tier ${k}: found floor ${step.floor}, want ${k === 0 ? '0' : `more than ${floor[k - 1]}`}`);
    if (!(step.rate >= 0 && step.rate <= 1)) throw new RangeError(`margin tier ${k}: found rate ${step.rate}, want 0 to 1`);
    floor[k] = step.floor;
    rate[k] = step.rate;
    deduction[k] = k === 0 ? 0 : nextDeduction(deduction[k - 1], rate[k - 1], step.floor, step.rate);
  }
  return { floor, rate, deduction };
}

/** One rate for every notional. */
export function flatTiers(rate: number): Tiers {
  return tiersFromRates([{ floor: 0, rate }]);
}
