import { derive, root, uniform32 } from '../../../src/core/random.ts';
import { FrameIndex } from '../../../src/margin/index/frames.ts';
import type { Regime } from '../../../src/margin/index/regime.ts';
import { RegimeScan } from '../../../src/margin/index/scan.ts';

/** Draws of one world, by whole number: within a world their order is fixed, so a counter is enough. */
export class Draws {
  private taken = 0;
  private readonly lo: number;
  private readonly hi: number;

  constructor(name: string, world: number) {
    const { lo, hi } = derive(root('worlds', name), world);
    this.lo = lo;
    this.hi = hi;
  }

  /** Uniform in (0, 1). */
  real(): number {
    return uniform32(this.lo, this.hi, 0, 0, this.taken++);
  }

  /** A whole number from `from` to `to`. */
  whole(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.real());
  }

  chance(probability: number): boolean {
    return this.real() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)]!;
  }
}

/** What the worlds of a test have shown: a test that never meets a case shows nothing about it. */
export interface Tally {
  triggered: number;
  /** Checks after which somebody had no certificate, and after which more than half of the accounts stood with one, or out of the index. */
  uncertified: number;
  certified: number;
}

export function sorted(found: Int32Array, count: number): number[] {
  return [...found.subarray(0, count)].sort((a, b) => a - b);
}

/** A frame index and the scan of the same regime, told the same things. */
export class Lockstep {
  private readonly regime: Regime;
  private readonly tally: Tally;
  private index: FrameIndex;
  private readonly scan: RegimeScan;
  private readonly out: Int32Array;

  constructor(regime: Regime, tally: Tally) {
    this.regime = regime;
    this.tally = tally;
    this.index = new FrameIndex(regime);
    this.scan = new RegimeScan(regime);
    this.out = new Int32Array(regime.accounts);
  }

  set(account: number): void {
    this.index.set(account);
    this.scan.set(account);
  }

  remove(account: number): void {
    this.index.remove(account);
    this.scan.remove(account);
  }

  reset(): void {
    this.index.reset();
    this.scan.reset();
  }

  settle(at: Float64Array): void {
    this.index.settle(at);
  }

  /** Goes on with a fresh index that was given this one's state. */
  copy(): void {
    const copy = new FrameIndex(this.regime);
    copy.set(0);
    const source = this.index.state();
    copy.state().forEach((array, i) => array.set(source[i]!));
    this.index = copy;
  }

  /** The accounts below, in order of number, by each of the two. */
  collect(at: Float64Array): { readonly found: number[]; readonly expected: number[] } {
    const { index, scan, tally, out } = this;
    const expected = sorted(out, scan.collect(at, out));
    const found = sorted(out, index.collect(at, out));
    tally.triggered += expected.length;
    if (index.uncertified > 0) tally.uncertified++;
    if (2 * index.uncertified < this.regime.accounts) tally.certified++;
    return { found, expected };
  }
}
