/** Rows of the margin engine: the index against the fastest full scan of the same accounts. */
import { uniform32, root } from '../src/core/random.ts';
import { RateIndex } from '../src/margin/index/rates.ts';
import { RateScan, ScanIndex } from '../src/margin/index/scan.ts';
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

/** Memory of an index, in bytes an account. */
function bytesOf(state: readonly ArrayBufferView[]): number {
  return state.reduce((sum, array) => sum + array.byteLength, 0) / ACCOUNTS;
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
  const scan = new ScanIndex({ accounts: ACCOUNTS, cash, lots, quantaPerTickLot: 1, inverse: false, tiers, level: 1, orEqual: false });
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
  return { ...interleave(15, ours, peer), unit: 'ns/check', bytes: bytesOf(index.state()) };
};

const CLASSES = 8;
/** Every check each class has another rate, between 0.5 and 3 %. */
const RATES = Array.from({ length: 4096 }, (_, i) =>
  Float64Array.from({ length: CLASSES }, (_, k) => 0.0175 + 0.0125 * Math.sin(i / 20 + k)),
);

/** Every account at one mark and rate in one pass over bankruptcy prices, a list a class and side: nothing that looks at each account is faster. */
function scanBankruptcies(longs: readonly Float64Array[], shorts: readonly Float64Array[], rates: Float64Array, mark: number): number {
  let below = 0;
  for (let k = 0; k < CLASSES; k++) {
    below += countAbove(longs[k]!, mark * (1 - rates[k]!));
    below += countUnder(shorts[k]!, mark * (1 + rates[k]!));
  }
  return below;
}

function countAbove(prices: Float64Array, price: number): number {
  let count = 0;
  for (let i = 0; i < prices.length; i++) if (prices[i]! > price) count++;
  return count;
}

function countUnder(prices: Float64Array, price: number): number {
  let count = 0;
  for (let i = 0; i < prices.length; i++) if (prices[i]! < price) count++;
  return count;
}

/** One million isolated accounts in eight rate classes that all move at every check, nothing triggers: time a check. */
export const dynamic: Measure = () => {
  const { lo, hi } = root('bench', 'margin dynamic');
  const cash = new Float64Array(ACCOUNTS);
  const lots = new Float64Array(ACCOUNTS);
  for (let i = 0; i < ACCOUNTS; i++) {
    const size = 1 + Math.floor(1000 * uniform32(lo, hi, 0, 0, i));
    lots[i] = i % 2 === 0 ? size : -size;
    // 1 to 15 times leverage: bankruptcy 6.7 % away or further, the mark walks within 2 %
    cash[i] = Math.ceil((size * MARK) / (1 + 14 * uniform32(lo, hi, 0, 1, i))) - lots[i]! * MARK;
  }
  const rates = new Float64Array(CLASSES);
  const options = { accounts: ACCOUNTS, cash, lots, quantaPerTickLot: 1, rates, level: 1, orEqual: false, maxTick: MAX_TICK };
  const index = new RateIndex(options);
  const scan = new RateScan(options);
  const classOf = (account: number): number => (account >> 1) % CLASSES;
  const numbers = Array.from({ length: ACCOUNTS }, (_, i) => i);
  const prices = (side: number): Float64Array[] =>
    Array.from({ length: CLASSES }, (_, k) =>
      Float64Array.from(
        numbers.filter((i) => lots[i]! * side > 0 && classOf(i) === k),
        (i) => -cash[i]! / lots[i]!,
      ),
    );
  const longs = prices(1);
  const shorts = prices(-1);
  const out = new Int32Array(ACCOUNTS);
  const expected = new Int32Array(ACCOUNTS);

  // Where something does trigger, the index, the exact predicate and the scan that is timed name as many accounts, the first two the same ones.
  for (const mark of [0.85 * MARK, 1.2 * MARK, MARK]) {
    for (let i = 0; i < ACCOUNTS; i++) {
      index.set(i, classOf(i));
      scan.set(i, classOf(i));
    }
    rates.set(RATES[7]!);
    const count = scan.collect(mark, expected);
    assertEqual(`accounts below at ${mark}`, index.collect(mark, out), count);
    const names = expected.subarray(0, count).sort();
    assertEqual(
      `first account that differs at ${mark}`,
      out
        .subarray(0, count)
        .sort()
        .findIndex((name, i) => name !== names[i]),
      -1,
    );
    assertEqual(`accounts that the timed scan finds at ${mark}`, scanBankruptcies(longs, shorts, rates, mark), count);
    assertEqual(`something is below at ${mark}`, count > 0, mark !== MARK);
  }

  const checks = 200_000;
  const ours: Pass = {
    prepare: () => {},
    run: () => {
      let below = 0;
      for (let i = 0; i < checks; i++) {
        rates.set(RATES[i & 4095]!);
        below += index.collect(MARKS[i & 4095]!, out);
      }
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
      for (let i = 0; i < scans; i++) below += scanBankruptcies(longs, shorts, RATES[(i * 199) & 4095]!, MARKS[(i * 199) & 4095]!);
      return below;
    },
    iterations: scans,
    passes: 1,
  };
  return { ...interleave(15, ours, peer), unit: 'ns/check', bytes: bytesOf(index.state()) };
};
