import type { Tiers } from './tiers.ts';

/**
 * Refuses a ladder that jumps: where the requirement is not continuous no distance from a price is safe.
 * @throws RangeError naming the first tier that demands another amount at its floor than the tier before it.
 */
export function checkContinuous({ floor, rate, deduction }: Tiers, where: string): void {
  for (let k = 1; k < floor.length; k++) {
    const before = rate[k - 1] * floor[k] - deduction[k - 1];
    const after = rate[k] * floor[k] - deduction[k];
    if (!(Math.abs(after - before) <= 1e-14 * floor[k])) {
      throw new RangeError(`${where}, tier ${k}: found a demand of ${after} at its floor, want ${before} as in the tier before it`);
    }
  }
}
