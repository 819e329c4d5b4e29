/** The frame index and the reference scan of one regime, told and asked the same things, each check of both timed in turn. */
import { FrameIndex } from '../src/margin/index/frames.ts';
import type { Regime } from '../src/margin/index/regime.ts';
import { RegimeScan } from '../src/margin/index/scan.ts';
import { assertEqual } from './harness.ts';

/** Nanoseconds of the checks of a run: ours of each, the scan's of those that it was asked about. */
export interface Times {
  readonly ours: Float64Array;
  readonly peer: Float64Array;
  /** Accounts found below over all checks. */
  readonly below: number;
}

export class Lockstep {
  private readonly index: FrameIndex;
  private readonly scan: RegimeScan;
  private readonly found: Int32Array;
  private readonly expected: Int32Array;

  /** Everybody is in. */
  constructor(regime: Regime) {
    this.index = new FrameIndex(regime);
    this.scan = new RegimeScan(regime);
    this.found = new Int32Array(regime.accounts);
    this.expected = new Int32Array(regime.accounts);
    for (let account = 0; account < regime.accounts; account++) {
      this.index.set(account);
      this.scan.set(account);
    }
  }

  /** Bytes that the index holds an account. */
  get bytes(): number {
    return this.index.state().reduce((sum, array) => sum + array.byteLength, 0) / this.found.length;
  }

  settle(at: Float64Array): void {
    this.index.settle(at);
  }

  /** Says of everybody that is in that his balances have changed. */
  changeAll(): void {
    const [present] = this.scan.state();
    present!.forEach((is, account) => {
      if (is === 1) this.index.set(account);
    });
  }

  /** A copy of both states. */
  snapshot(): readonly ArrayLike<number>[] {
    return [...this.index.state(), ...this.scan.state()].map((array) => array.slice());
  }

  restore(snapshot: readonly ArrayLike<number>[]): void {
    [...this.index.state(), ...this.scan.state()].forEach((array, i) => array.set(snapshot[i]!));
  }

  /**
   * Runs the checks; who is below leaves for good. `quote` makes the coordinates of a check from its number; its time is counted on both
   * sides, because both need them. The scan is asked at the last of every `every` checks, and told who left at the others.
   * @throws Error when the two sides name other accounts.
   */
  run(checks: number, every: number, quote: (check: number) => Float64Array): Times {
    const ours = new Float64Array(checks);
    const peer: number[] = [];
    let below = 0;
    for (let check = 0; check < checks; check++) {
      // 1e6 ns a ms
      const start = performance.now();
      const at = quote(check);
      const quoted = performance.now();
      const count = this.index.collect(at, this.found);
      const answered = performance.now();
      ours[check] = 1e6 * (answered - start);
      const names = this.found.subarray(0, count).sort();
      if ((check + 1) % every === 0) {
        const scanning = performance.now();
        const expected = this.scan.collect(at, this.expected);
        peer.push(1e6 * (quoted - start + performance.now() - scanning));
        assertEqual(`accounts below at check ${check}`, count, expected);
        const wanted = this.expected.subarray(0, expected).sort();
        assertEqual(
          `first account that differs at check ${check}`,
          names.findIndex((name, i) => name !== wanted[i]),
          -1,
        );
      } else for (const name of names) this.scan.remove(name);
      below += count;
    }
    return { ours, peer: Float64Array.from(peer), below };
  }
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
