import { TickIndex } from '../margin/index/ticks.ts';

/** What a watch asks about accounts, numbered from 0. */
export interface BandWatchParts {
  readonly accounts: number;
  /** Highest mark that can be asked about. */
  readonly maxTick: number;
  /** The predicate. */
  readonly isBelow: (account: number, mark: number) => boolean;
  /** A mark above which the predicate is known not to hold of an account as it now is; the highest one: nothing is known. */
  readonly quietAbove: (account: number) => number;
}

/**
 * Which loans in bands have crossed a level: those of whom a mark is known above which they have not wait in an index until it is reached, the
 * others are asked at every mark. With a `quietAbove` that knows nothing it is the full scan that it is tested against.
 */
export class BandWatch {
  private readonly parts: BandWatchParts;
  private readonly quiet: TickIndex;
  /** Who is asked at every mark, how many they are, and the place of each in that list plus 1. */
  private readonly asked: Int32Array;
  private readonly count = new Int32Array(1);
  private readonly placeOf: Int32Array;

  constructor(parts: BandWatchParts) {
    const { accounts, maxTick } = parts;
    this.parts = parts;
    this.quiet = new TickIndex({ accounts, maxTick });
    this.asked = new Int32Array(accounts);
    this.placeOf = new Int32Array(accounts);
  }

  /** Watches an account as it now is. */
  set(account: number): void {
    const { maxTick, quietAbove } = this.parts;
    this.remove(account);
    const mark = quietAbove(account);
    if (mark >= maxTick) this.ask(account);
    else this.quiet.set(account, 1, mark);
  }

  /** Watches an account no more. */
  remove(account: number): void {
    const { asked, count, placeOf } = this;
    this.quiet.remove(account);
    const place = placeOf[account] - 1;
    if (place < 0) return;
    const last = asked[--count[0]];
    asked[place] = last;
    placeOf[last] = place + 1;
    placeOf[account] = 0;
  }

  private ask(account: number): void {
    const { asked, count, placeOf } = this;
    asked[count[0]++] = account;
    placeOf[account] = count[0];
  }

  /** Writes who is below the level at a mark to `out`, in no order, watches them no more, and returns how many. */
  collect(mark: number, out: Int32Array): number {
    const { asked, count, quiet, parts } = this;
    const woken = quiet.collect(mark, out);
    for (let i = 0; i < woken; i++) this.ask(out[i]);
    let crossed = 0;
    for (let k = count[0] - 1; k >= 0; k--) {
      const account = asked[k];
      if (parts.isBelow(account, mark)) {
        this.remove(account);
        out[crossed++] = account;
        continue;
      }
      const above = parts.quietAbove(account);
      if (above >= mark) continue;
      this.remove(account);
      quiet.set(account, 1, above);
    }
    return crossed;
  }

  /** The arrays that hold the whole state. */
  state(): readonly Int32Array[] {
    return [...this.quiet.state(), this.asked, this.count, this.placeOf];
  }
}
