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
  // Products of two amounts pass 2^53.
  const products = capacities.map((capacity) => BigInt(budget) * BigInt(capacity));
  const whole = BigInt(total);
  const haircuts = products.map((product) => Number(product / whole));
  const byRemainder = products
    .map((product, i) => ({ i, remainder: product % whole }))
    .sort((a, b) => (a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : a.i - b.i));
  const missing = budget - totalOf(haircuts);
  for (const { i } of byRemainder.slice(0, missing)) haircuts[i]++;
  return haircuts;
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
  const order = equities.map((_, i) => i).sort((a, b) => caps[a] - caps[b] || a - b);
  checkBudget(budget, totalOf(equities.map((equity, i) => equity * caps[i])));
  let left = budget;
  let free = totalOf(equities);
  let share = 0;
  for (const i of order) {
    if (left <= caps[i] * free) return free > 0 ? left / free : 0;
    left -= caps[i] * equities[i];
    free -= equities[i];
    share = caps[i];
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
