/**
 * What winners give up in auto-deleveraging, by rule. Budget and capacities (a winner's equity, or the profit that may be taken) are whole
 * quanta ≥ 0; every rule takes exactly the budget and from nobody more than the capacity.
 */

/**
 * From the first in the queue all that it has, then from the next.
 * @param capacities in the order of the queue
 * @throws RangeError when the winners have less than the budget.
 */
export function queueHaircuts(budget: number, capacities: readonly number[]): readonly number[] {
  checkBudget(budget, totalOf(capacities));
  let left = budget;
  return capacities.map((capacity) => {
    const taken = Math.min(left, capacity);
    left -= taken;
    return taken;
  });
}

/**
 * From everybody the same share, each rounded down; the quanta that are then missing come one each from those whose shares lost most by it
 * (largest remainder), ties in the order given.
 * @throws RangeError when the winners have less than the budget.
 */
export function proRataHaircuts(budget: number, capacities: readonly number[]): readonly number[] {
  const total = totalOf(capacities);
  checkBudget(budget, total);
  if (budget === 0) return capacities.map(() => 0);
  const remainders = new Float64Array(capacities.length);
  const haircuts = capacities.map((capacity, i) => {
    const product = budget * capacity;
    if (product > 9007199254740991) {
      const exact = BigInt(budget) * BigInt(capacity);
      remainders[i] = Number(exact % BigInt(total));
      return Number(exact / BigInt(total));
    }
    remainders[i] = product % total;
    return (product - remainders[i]) / total;
  });
  let missing = budget - totalOf(haircuts);
  if (missing === 0) return haircuts;
  // Who is above the last remainder that is served gives a quantum more, and of those at it the first.
  const last = remainders.toSorted()[remainders.length - missing];
  for (const remainder of remainders) if (remainder > last) missing--;
  return haircuts.map((haircut, i) => {
    if (remainders[i] > last) return haircut + 1;
    if (remainders[i] < last || missing === 0) return haircut;
    missing--;
    return haircut + 1;
  });
}

/** What nobody gives more of than: at most `largest` of the equity, and at least `kept` of it stays. A share in [0, 1]. */
export function haircutCap(equity: number, largest: number, kept: number): number {
  const spare = equity > kept ? 1 - kept / equity : 0;
  return Math.min(largest, spare);
}

/**
 * The share η that meets a budget when winner i gives min(η, cap_i) of its equity: capped pro rata. Unlike the rules above in real numbers;
 * what rounding leaves goes by `proRataHaircuts`.
 * Source: Chitra, "Autodeleveraging" (arXiv:2512.01112), capped pro rata.
 * @throws RangeError when the capped winners have less than the budget.
 */
export function cappedShare(budget: number, equities: readonly number[], caps: readonly number[]): number {
  checkBudget(budget, totalOf(equities.map((equity, i) => equity * caps[i])));
  const capped = new Uint8Array(equities.length);
  let left = budget;
  let free = totalOf(equities);
  let most = 0;
  for (const cap of caps) most = Math.max(most, cap);
  let share = 0;
  // Whoever is capped leaves more to the others: a few rounds, as many as there are winners at worst.
  for (let before = -1; share > before;) {
    before = share;
    if (free > 0) share = Math.max(share, Math.min(most, left / free));
    for (let i = 0; i < equities.length; i++) {
      if (capped[i] === 1 || caps[i] >= share) continue;
      capped[i] = 1;
      left -= caps[i] * equities[i];
      free -= equities[i];
    }
  }
  return share;
}

/**
 * Capped pro rata in whole quanta: every winner gives min(η, capacity / equity) of its equity, rounded up, so that the sum may pass the
 * budget by a quantum a winner at most. Where capacities bind and rounding leaves the sum short, the rest is by `proRataHaircuts`.
 * @param capacities whole, at most the equities.
 * @throws RangeError when the winners have less than the budget.
 */
export function cappedHaircuts(budget: number, equities: readonly number[], capacities: readonly number[]): readonly number[] {
  checkBudget(budget, totalOf(capacities));
  const caps = equities.map((equity, i) => (equity > 0 ? capacities[i] / equity : 0));
  // Division and product may lose the last quantum of a budget that takes everything.
  const share = cappedShare(Math.min(budget, totalOf(equities.map((equity, i) => equity * caps[i]))), equities, caps);
  const haircuts = equities.map((equity, i) => Math.min(Math.ceil(share * equity), capacities[i]));
  const missing = budget - totalOf(haircuts);
  if (missing <= 0) return haircuts;
  const more = proRataHaircuts(
    missing,
    capacities.map((capacity, i) => capacity - haircuts[i]),
  );
  return haircuts.map((haircut, i) => haircut + more[i]);
}

function totalOf(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}

function checkBudget(budget: number, total: number): void {
  if (!(budget >= 0 && budget <= total))
    throw new RangeError(`haircut: found a budget of ${budget}, want 0 to the ${total} that winners have`);
}
