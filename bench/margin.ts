/** Rows of the margin engine: the index against the fastest full scan of the same accounts. */
import { uniform32, root } from '../src/core/random.ts';
import { ScanIndex } from '../src/margin/index/scan.ts';
import { TickIndex } from '../src/margin/index/ticks.ts';
import { liquidationTick } from '../src/margin/isolated.ts';
import { flatTiers } from '../src/margin/tiers.ts';
import { assertEqual, interleave } from './harness.ts';
import type { Measure, Pass } from './harness.ts';

const ACCOUNTS = 1_000_000;
const MARK = 100_000;
const MAX_TICK = 2 ** 18 - 1;
/** The mark walks within 2 % of its start, the nearest liquidation price stands about 3 % away. */
const MARKS = Int32Array.from({ length: 4096 }, (_, i) => MARK + Math.round(2000 * Math.sin(i / 50)));

/** Half longs, half shorts, entered at the mark with 1 to 25 times leverage; maintenance 1 %. */
function createAccounts(): { cash: Float64Array; lots: Float64Array } {
  const { lo, hi } = root('bench', 'margin isolated');
  const cash = new Float64Array(ACCOUNTS);
  const lots = new Float64Array(ACCOUNTS);
  for (let i = 0; i < ACCOUNTS; i++) {
    const size = 1 + Math.floor(1000 * uniform32(lo, hi, 0, 0, i));
    const leverage = 1 + 24 * uniform32(lo, hi, 0, 1, i);
    lots[i] = i % 2 === 0 ? size : -size;
    cash[i] = Math.ceil((size * MARK) / leverage) - lots[i]! * MARK;
  }
  return { cash, lots };
}

/** Every account at every mark in one pass over whole liquidation ticks, longs and shorts apart: nothing that looks at each account is faster. */
function scanTicks(longs: Int32Array, shorts: Int32Array, mark: number): number {
  let below = 0;
  for (let i = 0; i < longs.length; i++) if (longs[i]! >= mark) below++;
  for (let i = 0; i < shorts.length; i++) if (shorts[i]! <= mark) below++;
  return below;
}

/** One million isolated accounts, nothing triggers: time a check. */
export const isolatedIdle: Measure = () => {
  const { cash, lots } = createAccounts();
  const tiers = flatTiers(0.01);
  const index = new TickIndex({ accounts: ACCOUNTS, maxTick: MAX_TICK });
  const ticks = Int32Array.from(cash, (own, i) => liquidationTick(own, lots[i]!, 1, tiers, 1, false, MAX_TICK));
  const longs = ticks.filter((_, i) => lots[i]! > 0);
  const shorts = ticks.filter((_, i) => lots[i]! < 0);
  const out = new Int32Array(ACCOUNTS);
  const fill = (into: TickIndex | ScanIndex): void => {
    for (let i = 0; i < ACCOUNTS; i++) into.set(i, lots[i]! > 0 ? 1 : -1, ticks[i]!);
  };

  // Where something does trigger, the index, the exact predicate and the scan that is timed name as many accounts, the first two the same ones.
  const scan = new ScanIndex({ accounts: ACCOUNTS, cash, lots, quantaPerTickLot: 1, tiers, level: 1, orEqual: false });
  for (const mark of [MARK, 0.9 * MARK, 1.2 * MARK]) {
    index.reset();
    scan.reset();
    fill(index);
    fill(scan);
    const expected = scan.collect(mark, out);
    const accounts = out.slice(0, expected).sort().join();
    assertEqual(`accounts below at ${mark}`, index.collect(mark, out), expected);
    assertEqual(`which accounts are below at ${mark}`, out.slice(0, expected).sort().join() === accounts, true);
    assertEqual(`accounts that the timed scan finds at ${mark}`, scanTicks(longs, shorts, mark), expected);
    assertEqual(`something is below at ${mark}`, expected > 0, mark !== MARK);
  }
  index.reset();
  fill(index);

  const checks = 1_000_000;
  const ours: Pass = {
    prepare: () => {},
    run: () => {
      let below = 0;
      for (let i = 0; i < checks; i++) below += index.collect(MARKS[i & 4095]!, out);
      return below;
    },
    iterations: checks,
    passes: 1,
  };
  const scans = 20;
  const peer: Pass = {
    prepare: () => {},
    run: () => {
      let below = 0;
      for (let i = 0; i < scans; i++) below += scanTicks(longs, shorts, MARKS[(i * 199) & 4095]!);
      return below;
    },
    iterations: scans,
    passes: 1,
  };
  return { ...interleave(15, ours, peer), unit: 'ns/check' };
};
