/** How evenly and in what order winners were called, whatever the rule. */

/**
 * Gini coefficient of shares ≥ 0: Σ Σ |a − b| / (2 n² mean), 0 when all are the same, (n − 1) / n when one bears everything. NaN without shares or
 * when all are 0. O(n log n).
 */
export function gini(shares: ArrayLike<number>): number {
  const sorted = Float64Array.from(shares).sort();
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < sorted.length; i++) {
    sum += sorted[i];
    weighted += (2 * (i + 1) - sorted.length - 1) * sorted[i];
  }
  return sum > 0 ? Math.max(0, weighted / (sorted.length * sum)) : NaN;
}

/** Those who give, of winners in the order of their rank, although somebody before them does not. */
export function rankInversions(gives: readonly boolean[]): number {
  const spared = gives.indexOf(false);
  if (spared < 0) return 0;
  let inversions = 0;
  for (let i = spared; i < gives.length; i++) if (gives[i]) inversions++;
  return inversions;
}

/** What a run says of it; NaN where nobody gave anything. */
export interface FairnessFigures {
  /** Gini of what winners gave as a share of their profit: over those who gave, and over all winners. */
  readonly gini: number;
  readonly giniOfAll: number;
  /** Winners who gave / all winners. */
  readonly hitShare: number;
  /** Times that a winner gave although one of a higher rank did not. */
  readonly inversions: number;
}

/**
 * What each winner gave and could have, in quanta of its own currency. All winners: who was ahead against the debtors of a market when first
 * somebody was called there, and who gave later.
 */
export class Fairness {
  /** By account: what it gave; the most that it had to give, what it had given before included. */
  private readonly given: Float64Array;
  private readonly had: Float64Array;
  /** 1: the winners of this market and side, [2 × market + (1: against longs)], have been looked at. */
  private readonly looked: Uint8Array;
  private readonly inverted = new Int32Array(1);

  constructor(traders: number, markets: number) {
    this.given = new Float64Array(traders);
    this.had = new Float64Array(traders);
    this.looked = new Uint8Array(2 * markets);
  }

  /** Whether nobody has looked yet at the winners of a market against longs or shorts; from now on somebody has. */
  isFirst(market: number, long: boolean): boolean {
    const place = 2 * market + (long ? 1 : 0);
    const first = this.looked[place] === 0;
    this.looked[place] = 1;
    return first;
  }

  /** A winner that has so much profit now. */
  stands(account: number, profit: number): void {
    this.had[account] = Math.max(this.had[account], this.given[account] + profit);
  }

  gave(account: number, amount: number): void {
    this.given[account] += amount;
    this.had[account] = Math.max(this.had[account], this.given[account]);
  }

  /** Winners of one call in the order of their rank, and which of them give. */
  order(gives: readonly boolean[]): void {
    this.inverted[0] += rankInversions(gives);
  }

  /** @param hit accounts that gave money or lots. */
  figures(hit: number): FairnessFigures {
    const all = this.had.map((had, i) => (had > 0 ? this.given[i] / had : NaN)).filter((share) => share >= 0);
    const giving = all.filter((share) => share > 0);
    return {
      gini: gini(giving),
      giniOfAll: gini(all),
      hitShare: hit === 0 ? NaN : hit / Math.max(hit, all.length),
      inversions: hit === 0 ? NaN : this.inverted[0],
    };
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Uint8Array | Int32Array)[] {
    return [this.given, this.had, this.looked, this.inverted];
  }
}
