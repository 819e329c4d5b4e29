import { Bitmap } from '../../core/bitmap.ts';

/** Most buckets a side: beyond it several ticks share one. Few enough to stay in a cache beside the accounts: four times as many cost a run a tenth more. */
const MAX_BUCKETS = 1 << 15;

const NONE = -1;
const LONG = 1;

// Fields of an account, 12 bytes together, so that whoever crosses costs one cache line and not one a field. They begin at the account × 3.
const NEXT = 0;
const PREVIOUS = 1;
/** Its tick, below 0 for a short; 0: not in the index. */
const SIGNED_TICK = 2;
const STRIDE = 3;

/** Which accounts have crossed one level at a mark. Two ways to know it, with the same answer. */
export interface LevelIndex {
  /** Puts an account in, or moves it: its side (1 long, −1 short) and the liquidation tick that `liquidationTick` gave. */
  set(account: number, side: 1 | -1, tick: number): void;
  /** Takes an account out; one that is not in stays out. */
  remove(account: number): void;
  /**
   * Writes every account below the level at this mark to `out` (room for all accounts), takes each out of the index, and returns how many.
   * Their order means nothing; whoever still holds a position is put back by the caller.
   */
  collect(markTick: number, out: Int32Array): number;
  /** Takes everybody out. */
  reset(): void;
  /** The arrays that hold the whole state; copying them copies the index. */
  state(): readonly (Int32Array | Int8Array)[];
}

/**
 * Accounts bucketed by liquidation tick, longs and shorts apart, in doubly linked lists threaded through one typed array, with a bitmap
 * over the buckets that hold someone. A mark above every long's tick and below every short's costs two compares; otherwise the work is the accounts
 * collected plus those that share the mark's own bucket (a bucket is one tick wide up to 2^15 ticks).
 */
export class TickIndex implements LevelIndex {
  private readonly maxTick: number;
  private readonly shift: number;
  private readonly longs: Bitmap;
  private readonly shorts: Bitmap;
  /** First account of each bucket. */
  private readonly longHead: Int32Array;
  private readonly shortHead: Int32Array;
  private readonly nodes: Int32Array;
  /** No long's tick is above bounds[0], no short's below bounds[1]. */
  private readonly bounds: Int32Array;

  /**
   * @param options accounts: how many there can be, numbered from 0; maxTick: the highest mark, 1 to 2^30.
   * @throws RangeError for a maxTick outside that range.
   */
  constructor(options: { readonly accounts: number; readonly maxTick: number }) {
    const { accounts, maxTick } = options;
    if (!(Number.isInteger(maxTick) && maxTick >= 1 && maxTick <= 1073741824)) {
      throw new RangeError(`margin index: found a highest tick of ${maxTick}, want a whole number from 1 to 2^30`);
    }
    let shift = 0;
    while (maxTick >> shift >= MAX_BUCKETS) shift++;
    const buckets = (maxTick >> shift) + 1;
    this.maxTick = maxTick;
    this.shift = shift;
    this.longs = new Bitmap(buckets);
    this.shorts = new Bitmap(buckets);
    this.longHead = new Int32Array(buckets).fill(NONE);
    this.shortHead = new Int32Array(buckets).fill(NONE);
    this.nodes = new Int32Array(STRIDE * accounts);
    this.bounds = Int32Array.of(0, maxTick + 1);
  }

  /**
   * A long with tick 0 and a short with tick maxTick + 1 cross at no mark and are left out.
   * @throws RangeError for a tick outside 0 … maxTick + 1.
   */
  set(account: number, side: 1 | -1, tick: number): void {
    const { nodes } = this;
    const node = STRIDE * account;
    const held = nodes[node + SIGNED_TICK];
    if (held !== 0) {
      if (held === side * tick) return;
      this.unlink(account, held);
    }
    if (tick >= 1 && tick <= this.maxTick) {
      const bucket = tick >> this.shift;
      const head = side === LONG ? this.longHead : this.shortHead;
      const first = head[bucket];
      nodes[node + NEXT] = first;
      nodes[node + PREVIOUS] = NONE;
      nodes[node + SIGNED_TICK] = side * tick;
      if (first !== NONE) nodes[STRIDE * first + PREVIOUS] = account;
      else (side === LONG ? this.longs : this.shorts).set(bucket);
      head[bucket] = account;
      const bounds = this.bounds;
      if (side === LONG) {
        if (tick > bounds[0]) bounds[0] = tick;
      } else if (tick < bounds[1]) bounds[1] = tick;
    } else if (tick !== (side === LONG ? 0 : this.maxTick + 1)) {
      throw new RangeError(`margin index: found tick ${tick} for account ${account}, want a whole number from 0 to ${this.maxTick + 1}`);
    }
  }

  remove(account: number): void {
    const held = this.nodes[STRIDE * account + SIGNED_TICK];
    if (held !== 0) this.unlink(account, held);
  }

  /** @throws RangeError for a mark outside 1 … maxTick when it cannot be answered. */
  collect(markTick: number, out: Int32Array): number {
    const bounds = this.bounds;
    if (markTick > bounds[0] && markTick < bounds[1]) return 0;
    if (!(markTick >= 1 && markTick <= this.maxTick)) {
      throw new RangeError(`margin index: found a mark of ${markTick} ticks, want a whole number from 1 to ${this.maxTick}`);
    }
    let count = 0;
    if (markTick <= bounds[0]) count = this.collectLongs(markTick, out);
    if (markTick >= bounds[1]) count = this.collectShorts(markTick, out, count);
    return count;
  }

  /** Cost: a fill of the buckets and accounts, some 0.1 ms at 2^15 buckets. */
  reset(): void {
    for (const words of this.longs.state()) words.fill(0);
    for (const words of this.shorts.state()) words.fill(0);
    this.longHead.fill(NONE);
    this.shortHead.fill(NONE);
    this.nodes.fill(0);
    this.bounds[0] = 0;
    this.bounds[1] = this.maxTick + 1;
  }

  /** Holds from now on whom another index of the same shape holds. Cost: a copy of its arrays, some 0.3 ms at 2^15 buckets. */
  copyFrom(other: TickIndex): void {
    const from = other.state();
    this.state().forEach((array, k) => array.set(from[k]));
  }

  state(): readonly Int32Array[] {
    return [...this.longs.state(), ...this.shorts.state(), this.longHead, this.shortHead, this.nodes, this.bounds];
  }

  /** Longs at or above the mark: whole buckets above the mark's own, and those of it whose tick says so. */
  private collectLongs(mark: number, out: Int32Array): number {
    const { longs, longHead, nodes, shift } = this;
    const own = mark >> shift;
    let count = 0;
    let bucket = longs.highestAtOrBelow(this.bounds[0] >> shift);
    while (bucket > own) {
      for (let account = longHead[bucket]; account !== NONE; account = nodes[STRIDE * account + NEXT]) {
        nodes[STRIDE * account + SIGNED_TICK] = 0;
        out[count++] = account;
      }
      longHead[bucket] = NONE;
      longs.clear(bucket);
      bucket = longs.highestAtOrBelow(bucket);
    }
    if (bucket === own) {
      let highest = NONE;
      let following = NONE;
      for (let account = longHead[own]; account !== NONE; account = following) {
        const tick = nodes[STRIDE * account + SIGNED_TICK];
        following = nodes[STRIDE * account + NEXT];
        if (tick >= mark) {
          this.unlink(account, tick);
          out[count++] = account;
        } else if (tick > highest) highest = tick;
      }
      if (highest !== NONE) {
        this.bounds[0] = highest;
        return count;
      }
      bucket = longs.highestAtOrBelow(own);
    }
    // The last tick of the bucket bounds it; the exact highest is looked up when a mark comes that near.
    this.bounds[0] = bucket === NONE ? 0 : ((bucket + 1) << shift) - 1;
    return count;
  }

  /** Shorts at or below the mark, the mirror image; appended after `count`. */
  private collectShorts(mark: number, out: Int32Array, count: number): number {
    const { shorts, shortHead, nodes, shift } = this;
    const own = mark >> shift;
    let bucket = shorts.lowestAtOrAbove(this.bounds[1] >> shift);
    while (bucket !== NONE && bucket < own) {
      for (let account = shortHead[bucket]; account !== NONE; account = nodes[STRIDE * account + NEXT]) {
        nodes[STRIDE * account + SIGNED_TICK] = 0;
        out[count++] = account;
      }
      shortHead[bucket] = NONE;
      shorts.clear(bucket);
      bucket = shorts.lowestAtOrAbove(bucket);
    }
    if (bucket === own) {
      let lowest = this.maxTick + 1;
      let following = NONE;
      for (let account = shortHead[own]; account !== NONE; account = following) {
        const tick = -nodes[STRIDE * account + SIGNED_TICK];
        following = nodes[STRIDE * account + NEXT];
        if (tick <= mark) {
          this.unlink(account, -tick);
          out[count++] = account;
        } else if (tick < lowest) lowest = tick;
      }
      if (lowest <= this.maxTick) {
        this.bounds[1] = lowest;
        return count;
      }
      bucket = shorts.lowestAtOrAbove(own);
    }
    this.bounds[1] = bucket === NONE ? this.maxTick + 1 : bucket << shift;
    return count;
  }

  /** @param held the account's tick with its side's sign. */
  private unlink(account: number, held: number): void {
    const { nodes } = this;
    const node = STRIDE * account;
    const next = nodes[node + NEXT];
    const previous = nodes[node + PREVIOUS];
    if (next !== NONE) nodes[STRIDE * next + PREVIOUS] = previous;
    if (previous !== NONE) nodes[STRIDE * previous + NEXT] = next;
    else {
      const bucket = (held < 0 ? -held : held) >> this.shift;
      if (held > 0) {
        this.longHead[bucket] = next;
        if (next === NONE) this.longs.clear(bucket);
      } else {
        this.shortHead[bucket] = next;
        if (next === NONE) this.shorts.clear(bucket);
      }
    }
    nodes[node + SIGNED_TICK] = 0;
  }
}
