import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a row found: medians of our time and of the peer's (null without one), in `unit`. */
export interface Measurement {
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: string;
  /** Memory of an index, in bytes an account. */
  readonly bytes?: number;
}

/** Measures one row: asserts equal results, warms up, times. */
export type Measure = () => Measurement | Promise<Measurement>;

/**
 * One timed pass of a fixed number of iterations. `prepare` is not timed; `run` is, and returns a checksum of its results, so that nothing
 * it computes can be left out.
 */
export interface Pass {
  readonly prepare: () => void;
  readonly run: () => number;
  /** Units that one pass counts for, e.g. messages. */
  readonly iterations: number;
  /** Passes a round: several for a side so fast that one pass is over before its caches are warm. */
  readonly passes: number;
}

/**
 * Nanoseconds an iteration of ours and of the peer: medians over `rounds` rounds, taken in turn (A B A B) so that a change of the machine's
 * speed meets both. A pass of each goes before, untimed. Garbage is collected before each turn, so that nobody pays for the other's.
 * @throws Error when a checksum differs from that side's first, or the peer's from ours.
 */
export function interleave(rounds: number, ours: Pass, peer: Pass | null): { ours: number; peer: number | null } {
  const sides = peer === null ? [ours] : [ours, peer];
  const expected = sides.map(checksum);
  if (peer !== null) assertEqual('checksum of the peer', expected[1], expected[0]);
  const times: number[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    sides.forEach((side, at) => {
      collectGarbage();
      for (let pass = 0; pass < side.passes; pass++) {
        side.prepare();
        const start = performance.now();
        const found = side.run();
        // 1e6 ns a ms
        times[at]!.push(((performance.now() - start) * 1e6) / side.iterations);
        assertEqual('checksum of a later pass', found, expected[at]);
      }
    });
  }
  return { ours: median(times[0]!), peer: peer === null ? null : median(times[1]!) };
}

function checksum(side: Pass): number {
  side.prepare();
  return side.run();
}

/** @throws Error when a measured result is not what it must equal: a figure for a wrong answer is worth nothing. */
export function assertEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`bench: ${what} is ${String(found)}, want ${String(expected)}`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
