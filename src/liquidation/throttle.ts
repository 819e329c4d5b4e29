import { floorDivide, larger, smaller } from '../core/fixed-point.ts';

/** How fast a venue lets liquidations go: per block, per window, per account. */

/**
 * Least and most notional of a position that may be closed in one block, quote quanta: the most is a share of the position, parts per
 * million, but never less than the least; the least never more than the position.
 * Source: dYdX v4, position block limits.
 */
export function positionLimits(notional: bigint, smallest: bigint, share: bigint): { readonly least: bigint; readonly most: bigint } {
  const size = notional < 0n ? -notional : notional;
  const least = smaller(smallest, size);
  return { least, most: larger(least, floorDivide(size * share, 1_000_000n)) };
}

/** What is left of an allowance; 0 once it is used up. */
export function remainingAllowance(limit: number, used: number): number {
  return used < limit ? limit - used : 0;
}

/** Most of a market that may be liquidated within a window: (maker + taker fee) × skew scale × multiplier × seconds, in units of the asset. Source: Synthetix v3 perpetuals. */
export function windowCapacity(makerFee: number, takerFee: number, skewScale: number, multiplier: number, seconds: number): number {
  return (makerFee + takerFee) * skewScale * multiplier * seconds;
}

/** A sliding window of liquidations. */
export interface WindowOptions {
  /** Most that may go within a window, in units of the asset; 0: no limit. */
  readonly capacity: number;
  readonly seconds: number;
  /** |skew| / skew scale below which one more capacity may go a block although the window is full; 0: never. */
  readonly largestPremium: number;
  readonly skewScale: number;
}

/** Most moments within a window at which something went; beyond, the window is full until the first of them leaves it. */
const MOMENTS = 1024;

// Places in `at`: the first moment that counts and the one after the last, without wrapping.
const FIRST = 0;
const END = 1;

/**
 * How much of a market is liquidated now. An amount counts until `seconds` after it went, that moment excluded. A full window lets one
 * more capacity through when the market's premium is small and nothing went at this same time yet.
 * Source: Synthetix v3 perpetuals, max liquidatable amount.
 */
export class LiquidationWindow {
  private readonly options: WindowOptions;
  private readonly times = new Float64Array(MOMENTS);
  private readonly amounts = new Float64Array(MOMENTS);
  private readonly at = new Int32Array(2);

  constructor(options: WindowOptions) {
    this.options = options;
  }

  /** What the window still takes at a time. */
  capacityAt(time: number): number {
    const { capacity, seconds } = this.options;
    if (capacity === 0) return Infinity;
    let used = 0;
    let moments = 0;
    for (let k = this.at[FIRST]; k < this.at[END]; k++) {
      if (this.times[k % MOMENTS] <= time - seconds) continue;
      used += this.amounts[k % MOMENTS];
      moments++;
    }
    return moments === MOMENTS ? 0 : remainingAllowance(capacity, used);
  }

  /** When the first amount that still counts at a time leaves the window; the time itself when nothing does. */
  nextAt(time: number): number {
    const { seconds } = this.options;
    for (let k = this.at[FIRST]; k < this.at[END]; k++) {
      if (this.times[k % MOMENTS] > time - seconds) return this.times[k % MOMENTS] + seconds;
    }
    return time;
  }

  /** Lets as much of `wanted` through as may go at a time (never before the last), and remembers it. Skew signed, in units of the asset. */
  take(time: number, wanted: number, skew: number): number {
    const { capacity, seconds, largestPremium, skewScale } = this.options;
    const { times, amounts, at } = this;
    const free = this.capacityAt(time);
    const last = at[END] > at[FIRST] ? times[(at[END] - 1) % MOMENTS] : -1;
    let taken = Math.min(free, wanted);
    if (free === 0 && last !== time && Math.abs(skew) / skewScale < largestPremium) taken = Math.min(capacity, wanted);
    while (at[FIRST] < at[END] && times[at[FIRST] % MOMENTS] <= time - seconds) at[FIRST]++;
    if (taken <= 0) return taken;
    if (last === time) amounts[(at[END] - 1) % MOMENTS] += taken;
    else {
      times[at[END] % MOMENTS] = time;
      amounts[at[END]++ % MOMENTS] = taken;
    }
    return taken;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.times, this.amounts, this.at];
  }
}

/**
 * Share of a margin shortage that may be freed now, in 10^−4: it grows from `initial` to all within `duration` slots of the account's last
 * own action, counts what was freed before, and is all at once below 50 USD (or with no duration). Money in 10^−6 USD.
 * Source: drift-labs/protocol-v2, max percentage to liquidate.
 */
export function rampedShare(terms: {
  readonly shortage: bigint;
  readonly freed: bigint;
  readonly slots: bigint;
  readonly initial: bigint;
  readonly duration: bigint;
}): bigint {
  const { shortage, freed, slots, initial, duration } = terms;
  if (shortage < 50_000_000n || duration === 0n) return 10_000n;
  const share = smaller((slots * 10_000n) / duration + initial, 10_000n);
  const freeable = ((shortage + freed) * share) / 10_000n - freed;
  return freeable > 0n ? (freeable * 10_000n) / shortage : 0n;
}

/**
 * A liquidator's fee that rises while nobody acts, 10^−6: the base up to the grace period, then base + all slots elapsed (not only those
 * past the grace) × step, at most `largest`.
 * Source: drift-labs/protocol-v2, liquidation fee.
 */
export function rampedFee(base: number, largest: number, slots: number, grace: number, step: number): number {
  return slots < grace ? base : Math.min(base + slots * step, largest);
}
