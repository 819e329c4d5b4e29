import { Bitmap } from '../../core/bitmap.ts';
import { isBelow, isInverseBelow } from '../isolated.ts';
import type { Tiers } from '../tiers.ts';

/** Most buckets a list: beyond it several ticks share one. */
const MAX_BUCKETS = 1 << 17;

const NONE = -1;

/** Isolated positions whose maintenance rate moves. */
export interface RateOptions {
  /** How many accounts there can be, numbered from 0. */
  readonly accounts: number;
  /** The ledger's own arrays: quanta and signed lots by account. */
  readonly cash: Float64Array;
  readonly lots: Float64Array;
  readonly quantaPerTickLot: number;
  /** Whether the contract is inverse, and `quantaPerTickLot` its factor. Absent: false. */
  readonly inverse?: boolean;
  /** By rate class: the maintenance rate, as it stands. Read at every check. */
  readonly rates: Float64Array;
  /** The MCR that is asked about; level × rate stays below 1. */
  readonly level: number;
  readonly orEqual: boolean;
  /** The highest mark, 1 to 2^29. */
  readonly maxTick: number;
}

/** Which accounts of a market with moving rates are below one level at a mark. Two ways to know it, with the same answer. */
export interface RateLevelIndex {
  /** Puts an account in with its rate class; for one that is in: its balances or its class have changed. One without lots is taken out. */
  set(account: number, rateClass: number): void;
  /** Takes an account out; one that is not in stays out. */
  remove(account: number): void;
  /**
   * Writes every account below the level at this mark and today's rates to `out` (room for all accounts), takes each out of the index, and
   * returns how many. Their order means nothing; whoever still holds a position is put back by the caller.
   */
  collect(markTick: number, out: Int32Array): number;
  /** Takes everybody out. */
  reset(): void;
  /** The arrays that hold the whole state; copying them copies the index. */
  state(): readonly (Int32Array | Uint8Array)[];
}

/** One rate for every notional, which can be set. */
export interface MovingRate {
  readonly tiers: Tiers;
  set(rate: number): void;
}

/** A ladder of a single rate that moves. */
export function createMovingRate(): MovingRate {
  const rate = new Float64Array(1);
  return {
    tiers: { floor: new Float64Array(1), rate, deduction: new Float64Array(1) },
    set(value) {
      rate[0] = value;
    },
  };
}

/**
 * Accounts bucketed by bankruptcy price, one list of buckets for the longs and one for the shorts of each rate class. With λ = level × rate
 * a long is below when mark × (1 − λ) < its bankruptcy price, a short when mark × (1 + λ) > its: the price that is looked up moves with the
 * rate, the keys never do. Of an inverse contract the two are mark / (1 + λ) and mark / (1 − λ). Buckets within a tick of it are asked by the exact predicate, those beyond hold only who is below.
 * A check in which nothing triggers costs one compare a list.
 */
export class RateIndex implements RateLevelIndex {
  private readonly options: RateOptions;
  private readonly rate = createMovingRate();
  private readonly shift: number;
  private readonly buckets: number;
  /** By list (2 × class, + 1 for shorts): which buckets hold someone. */
  private readonly filled: readonly Bitmap[];
  /** By list: no long's bucket is above it, no short's below. */
  private readonly bounds: Int32Array;
  /** By list and bucket: the first account. */
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** By account: list × buckets + bucket, and 1 when it is in. */
  private readonly place: Int32Array;
  private readonly present: Uint8Array;

  /** @throws RangeError for a maxTick outside 1 … 2^29, a level below 0 or more than 64 rate classes. */
  constructor(options: RateOptions) {
    const { accounts, rates, level, maxTick } = options;
    if (!(Number.isInteger(maxTick) && maxTick >= 1 && maxTick <= 536870912)) {
      throw new RangeError(`margin index: found a highest tick of ${maxTick}, want a whole number from 1 to 2^29`);
    }
    if (!(level >= 0 && level < Infinity)) throw new RangeError(`margin index: found level ${level}, want a number ≥ 0`);
    if (!(rates.length >= 1 && rates.length <= 64)) throw new RangeError(`margin index: found ${rates.length} rate classes, want 1 to 64`);
    // λ below 1 keeps every price that is looked up below twice the highest mark.
    const highest = 2 * maxTick + 1;
    let shift = 0;
    while (highest >> shift >= MAX_BUCKETS) shift++;
    this.options = options;
    this.shift = shift;
    this.buckets = (highest >> shift) + 1;
    this.filled = Array.from({ length: 2 * rates.length }, () => new Bitmap(this.buckets));
    this.bounds = new Int32Array(2 * rates.length);
    this.head = new Int32Array(2 * rates.length * this.buckets);
    this.next = new Int32Array(accounts);
    this.previous = new Int32Array(accounts);
    this.place = new Int32Array(accounts);
    this.present = new Uint8Array(accounts);
    this.reset();
  }

  set(account: number, rateClass: number): void {
    const { cash, lots, quantaPerTickLot, inverse = false, rates } = this.options;
    if (!(rateClass >= 0 && rateClass < rates.length)) {
      throw new RangeError(`margin index: found rate class ${rateClass} for account ${account}, want 0 to ${rates.length - 1}`);
    }
    if (this.present[account] === 1) this.unlink(account);
    const held = lots[account];
    if (held === 0) return;
    const { head, next, previous, bounds, buckets } = this;
    const bankruptcy = inverse ? inverseBankruptcy(cash[account], held * quantaPerTickLot) : -cash[account] / (held * quantaPerTickLot);
    // Who is bankrupt at no price of the range stands at its end.
    const highest = 2 * this.options.maxTick + 1;
    const bucket = (bankruptcy > 0 ? (bankruptcy < highest ? Math.floor(bankruptcy) : highest) : 0) >> this.shift;
    const list = 2 * rateClass + (held > 0 ? 0 : 1);
    const place = list * buckets + bucket;
    const first = head[place];
    next[account] = first;
    previous[account] = NONE;
    if (first !== NONE) previous[first] = account;
    else this.filled[list].set(bucket);
    head[place] = account;
    this.place[account] = place;
    this.present[account] = 1;
    if (held > 0 ? bucket > bounds[list] : bucket < bounds[list]) bounds[list] = bucket;
  }

  remove(account: number): void {
    if (this.present[account] === 1) this.unlink(account);
  }

  /** @throws RangeError for a mark outside 1 … maxTick, and for a rate at which level × rate is not in 0 … 1. */
  collect(markTick: number, out: Int32Array): number {
    const { rates, level, maxTick, inverse = false } = this.options;
    const { bounds, shift } = this;
    const highest = 2 * maxTick + 1;
    if (!(markTick >= 1 && markTick <= maxTick)) {
      throw new RangeError(`margin index: found a mark of ${markTick} ticks, want a whole number from 1 to ${maxTick}`);
    }
    let count = 0;
    for (let k = 0; k < rates.length; k++) {
      const share = level * rates[k];
      if (!(share >= 0 && share < 1)) {
        throw new RangeError(`margin index: found rate ${rates[k]} of class ${k} at level ${level}, want a product from 0 to below 1`);
      }
      // Rounding moves neither price by a tick, so that one on either side is asked besides.
      const long = Math.floor(inverse ? markTick / (1 + share) : markTick * (1 - share));
      if (bounds[2 * k] >= (long - 1) >> shift) count = this.collectLongs(2 * k, markTick, long, out, count);
      const short = Math.floor(inverse ? Math.min(highest, markTick / (1 - share)) : markTick * (1 + share));
      if (bounds[2 * k + 1] <= (short + 1) >> shift) count = this.collectShorts(2 * k + 1, markTick, short, out, count);
    }
    return count;
  }

  reset(): void {
    for (const bitmap of this.filled) for (const words of bitmap.state()) words.fill(0);
    this.head.fill(NONE);
    this.present.fill(0);
    for (let list = 0; list < this.bounds.length; list++) this.bounds[list] = list % 2 === 0 ? NONE : this.buckets;
  }

  state(): readonly (Int32Array | Uint8Array)[] {
    const { filled, head, next, previous, place, present, bounds } = this;
    return [...filled.flatMap((bitmap) => bitmap.state()), head, next, previous, place, present, bounds];
  }

  /** Longs bankrupt above the price looked up, from the highest down. */
  private collectLongs(list: number, mark: number, price: number, out: Int32Array, count: number): number {
    const filled = this.filled[list];
    const low = (price - 1) >> this.shift;
    const high = (price + 1) >> this.shift;
    let bucket = filled.highestAtOrBelow(this.bounds[list]);
    while (bucket !== NONE && bucket >= low) {
      count = bucket > high ? this.take(list, bucket, out, count) : this.ask(list, bucket, mark, out, count);
      bucket = filled.highestAtOrBelow(bucket - 1);
    }
    this.bounds[list] = filled.highestAtOrBelow(this.bounds[list]);
    return count;
  }

  /** Shorts bankrupt below the price looked up, from the lowest up. */
  private collectShorts(list: number, mark: number, price: number, out: Int32Array, count: number): number {
    const filled = this.filled[list];
    const low = (price - 1) >> this.shift;
    const high = (price + 1) >> this.shift;
    let bucket = filled.lowestAtOrAbove(this.bounds[list]);
    while (bucket !== NONE && bucket <= high) {
      count = bucket < low ? this.take(list, bucket, out, count) : this.ask(list, bucket, mark, out, count);
      bucket = filled.lowestAtOrAbove(bucket + 1);
    }
    const lowest = filled.lowestAtOrAbove(this.bounds[list]);
    this.bounds[list] = lowest === NONE ? this.buckets : lowest;
    return count;
  }

  /** Takes a whole bucket. */
  private take(list: number, bucket: number, out: Int32Array, count: number): number {
    const { head, next, present } = this;
    const place = list * this.buckets + bucket;
    for (let account = head[place]; account !== NONE; account = next[account]) {
      present[account] = 0;
      out[count++] = account;
    }
    head[place] = NONE;
    this.filled[list].clear(bucket);
    return count;
  }

  /** Takes from a bucket whom the predicate says. */
  private ask(list: number, bucket: number, mark: number, out: Int32Array, count: number): number {
    const { cash, lots, quantaPerTickLot, inverse = false, rates, level, orEqual } = this.options;
    const isPast = inverse ? isInverseBelow : isBelow;
    this.rate.set(rates[list >> 1]);
    const { tiers } = this.rate;
    let following = NONE;
    for (let account = this.head[list * this.buckets + bucket]; account !== NONE; account = following) {
      following = this.next[account];
      if (!isPast(cash[account], lots[account], mark, quantaPerTickLot, tiers, level, orEqual)) continue;
      this.unlink(account);
      out[count++] = account;
    }
    return count;
  }

  private unlink(account: number): void {
    const { head, next, previous, place, buckets } = this;
    const after = next[account];
    const before = previous[account];
    if (after !== NONE) previous[after] = before;
    if (before !== NONE) next[before] = after;
    else {
      head[place[account]] = after;
      if (after === NONE) {
        const list = Math.floor(place[account] / buckets);
        this.filled[list].clear(place[account] - list * buckets);
      }
    }
    this.present[account] = 0;
  }
}

/** Price at which an inverse position with so much coin is bankrupt; of a long without any, and of a short that has none to lose, beyond all. */
function inverseBankruptcy(coin: number, face: number): number {
  const price = face / coin;
  return price > 0 ? price : Infinity;
}
