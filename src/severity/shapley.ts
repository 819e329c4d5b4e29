/** Most groups whose Shapley values are worked out: one more doubles the number of runs. */
export const MOST_GROUPS = 6;

/**
 * Shapley values of a game: what each group adds to those who are there before it, on average over all orders in which the groups can come.
 * They add up to the value of all together less that of nobody; groups that can be exchanged get the same, and one that never adds anything 0.
 * Source: Shapley (1953), A value for n-person games.
 * @param value of each coalition, 2^groups of them, by who is in it: bit k for group k.
 * @throws RangeError when there are not as many values.
 */
export function shapleyValues(groups: number, value: ArrayLike<number>): Float64Array {
  const coalitions = 1 << groups;
  if (value.length !== coalitions) throw new RangeError(`shapley: found ${value.length} values, want ${coalitions} for ${groups} groups`);
  // Share of the orders in which just `before` of the others come before a group: before! × (groups − before − 1)! / groups!
  const weight = new Float64Array(groups);
  for (let before = 0; before < groups; before++) weight[before] = 1 / (groups * chosen(groups - 1, before));
  const shares = new Float64Array(groups);
  for (let coalition = 0; coalition < coalitions; coalition++) {
    const before = members(coalition);
    for (let group = 0; group < groups; group++) {
      if ((coalition >> group) & 1) continue;
      shares[group] += weight[before] * (value[coalition | (1 << group)] - value[coalition]);
    }
  }
  return shares;
}

function members(coalition: number): number {
  let count = 0;
  for (let rest = coalition; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Number of ways to choose k of n. */
function chosen(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}
