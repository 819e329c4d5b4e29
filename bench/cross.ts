/** Rows of the frame index on a million cross accounts in eight assets, against the full scan with the same predicate. */
import { derive, root, uniform32 } from '../src/core/random.ts';
import { normal } from '../src/core/samplers.ts';
import { CrossMargin } from '../src/margin/cross.ts';
import { requirement, tiersFromRates } from '../src/margin/tiers.ts';
import { assertEqual, median } from './harness.ts';
import type { Measure } from './harness.ts';
import { Lockstep, mean } from './lockstep.ts';

const ACCOUNTS = 1_000_000;
const ASSETS = 8;
const MARK = 100_000;
/** A second's standard deviation in a calm market: 60 % a year for the first asset, up to 120 % for the last, as a share of the price. */
const CALM = Float64Array.from({ length: ASSETS }, (_, k) => (0.6 * (1 + k / 7)) / Math.sqrt(31_536_000));
const { lo, hi } = root('bench', 'margin cross');

/**
 * One to four positions an account, 55 % long, entered within 10 % of today's mark with 1 to 25 times leverage; sizes with a heavy tail
 * that reaches the third tier. Who would stand below the maintenance is drawn again, so that margins begin at nothing.
 */
function createAccounts(): CrossMargin {
  const cash = new Float64Array(ACCOUNTS);
  const start = new Int32Array(ACCOUNTS + 1);
  const asset = new Uint16Array(4 * ACCOUNTS);
  const lots = new Float64Array(4 * ACCOUNTS);
  const maintenance = tiersFromRates([
    { floor: 0, rate: 0.01 },
    { floor: 200 * MARK, rate: 0.02 },
    { floor: 1000 * MARK, rate: 0.05 },
  ]);
  for (let i = 0; i < ACCOUNTS; i++) {
    for (let attempt = 0; ; attempt++) {
      const draws = derive({ lo, hi }, attempt);
      let slot = 0;
      const u = (): number => uniform32(draws.lo, draws.hi, 1, i, slot++);
      let place = start[i]!;
      const wanted = 1 + Math.floor(4 * u());
      let left = wanted;
      let notional = 0;
      let equity = 0;
      let demanded = 0;
      for (let k = 0; k < ASSETS; k++) {
        if (u() * (ASSETS - k) >= left) continue;
        left--;
        // a Pareto tail of 1.5, cut at 3,000
        const size = Math.min(3000, Math.ceil(20 / Math.cbrt(u() * u())));
        const side = u() < 0.55 ? 1 : -1;
        const entry = Math.round(MARK * (0.9 + 0.2 * u()));
        asset[place] = k;
        lots[place++] = side * size;
        notional += size * MARK;
        equity += side * size * (MARK - entry);
        demanded += requirement(maintenance, size * MARK);
      }
      equity += Math.ceil(notional / (1 + 24 * u()));
      if (equity < demanded) continue;
      cash[i] = equity;
      for (let p = start[i]!; p < place; p++) cash[i]! -= lots[p]! * MARK;
      start[i + 1] = place;
      break;
    }
  }
  const used = start[ACCOUNTS]!;
  const holdings = { start, asset: asset.slice(0, used), lots: lots.slice(0, used) };
  return new CrossMargin({
    cash,
    holdings,
    assets: Array.from({ length: ASSETS }, () => ({ quantaPerTickLot: 1, weight: 1, maintenance })),
    level: 1,
    orEqual: false,
    moves: CALM.map((share) => share * MARK),
  });
}

/** Seconds of a path, and those in which the market crashes: 14 times as volatile, −10 % in 200 s for the first asset, −20 % for the last. */
interface Path {
  readonly steps: number;
  readonly crash: readonly [from: number, to: number];
}

/** Marks of a run, a row a second; assets correlated at 0.7. */
function createMarks({ steps, crash: [from, to] }: Path): Float64Array[] {
  const prices = new Float64Array(ASSETS).fill(MARK);
  return Array.from({ length: steps }, (_, t) => {
    const crash = t >= from && t < to;
    const common = normal(lo, hi, 2, t, ASSETS);
    for (let k = 0; k < ASSETS; k++) {
      const shock = Math.sqrt(0.7) * common + Math.sqrt(0.3) * normal(lo, hi, 2, t, k);
      prices[k]! *= 1 + CALM[k]! * (crash ? 14 : 1) * shock - (crash ? (0.1 * (1 + k / 7)) / 200 : 0);
    }
    return prices.map((price) => Math.round(price));
  });
}

/** Mean time of the checks of a path after `warm` of them; the scan is asked at one in `every`. */
function measurePath(path: Path, warm: number, every: number): ReturnType<Measure> {
  const regime = createAccounts();
  const marks = createMarks(path);
  const both = new Lockstep(regime);
  both.settle(marks[0]!);
  both.run(warm, 1, (check) => marks[check]!);
  const { ours, peer, below } = both.run(path.steps - warm, every, (check) => marks[warm + check]!);
  assertEqual('something is below', below > 0, true);
  return { ours: mean(ours), peer: mean(peer), unit: 'ns/check', bytes: both.bytes };
}

/** Ten minutes of a calm market; some thirty accounts trigger a second. */
export const crossCalm: Measure = () => measurePath({ steps: 700, crash: [Infinity, Infinity] }, 100, 3);

/** Twenty minutes with a crash of 200 s, the share that it has of a two-hour run with a crash of twenty minutes. */
export const crossCrashRun: Measure = () => measurePath({ steps: 1250, crash: [600, 800] }, 50, 5);

/** The 200 s of the crash alone. */
export const crossInCrash: Measure = () => measurePath({ steps: 300, crash: [100, 300] }, 100, 1);

/**
 * The worst of single checks: all marks jump at once by 1, 3, 10 or 30 %, or everybody's balances change, and the checks go on for as long as
 * certificates are missing. Each check by the median of three repeats; ours and the scan of the check that compares worst.
 */
export const crossWorst: Measure = () => {
  const regime = createAccounts();
  const marks = createMarks({ steps: 30, crash: [Infinity, Infinity] });
  const both = new Lockstep(regime);
  both.settle(marks[0]!);
  both.run(10, 1, (check) => marks[check]!);
  const before = both.snapshot();
  let worst = { ours: 0, peer: Infinity };
  for (const jump of [0, 0.01, 0.03, 0.1, 0.3]) {
    const repeats = Array.from({ length: 3 }, () => {
      both.restore(before);
      if (jump === 0) both.changeAll();
      return both.run(20, 1, (check) => marks[10 + check]!.map((mark) => Math.round(mark * (1 - jump))));
    });
    for (let check = 0; check < 20; check++) {
      const ours = median(repeats.map((times) => times.ours[check]!));
      const peer = median(repeats.map((times) => times.peer[check]!));
      if (ours / peer > worst.ours / worst.peer) worst = { ours, peer };
    }
  }
  return { ...worst, unit: 'ns/check', bytes: both.bytes };
};
