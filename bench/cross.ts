/** Rows of the frame index on cross accounts: eight assets, three tiers each, against the full scan with the same predicate. */
import { derive, root, uniform32 } from '../src/core/random.ts';
import { normal } from '../src/core/samplers.ts';
import { CrossMargin } from '../src/margin/cross.ts';
import type { Holdings } from '../src/margin/cross.ts';
import { FrameIndex } from '../src/margin/index/frames.ts';
import { requirement, tiersFromRates } from '../src/margin/tiers.ts';

const ACCOUNTS = 1_000_000;
const ASSETS = 8;
const MARK = 100_000;
/** A second's standard deviation in a calm market: 60 % a year for the first asset, up to 120 % for the last, as a share of the price. */
const CALM = Float64Array.from({ length: ASSETS }, (_, k) => (0.6 * (1 + k / 7)) / Math.sqrt(31_536_000));
const { lo, hi } = root('bench', 'margin cross');

export interface World {
  readonly regime: CrossMargin;
  readonly holdings: Holdings;
  readonly cash: Float64Array;
}

/**
 * One to four positions an account, 55 % long, notional up to 10 million quanta of marks; entered within 10 % of today's mark with 1 to 25
 * times leverage. Whoever would stand below the maintenance is drawn again, so margins begin at nothing.
 */
export function createWorld(): World {
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
  const regime = new CrossMargin({
    cash,
    holdings,
    assets: Array.from({ length: ASSETS }, () => ({ quantaPerTickLot: 1, weight: 1, maintenance })),
    level: 1,
    orEqual: false,
    moves: CALM.map((share) => share * MARK),
  });
  return { regime, holdings, cash };
}

/** Marks of a run, a row a second: correlated at 0.7, in a crash 14 times as volatile with a drift that takes the first asset down 10 % in 300 s. */
export function createPath(steps: number, crashFrom: number, crashTo: number): Float64Array[] {
  const prices = new Float64Array(ASSETS).fill(MARK);
  return Array.from({ length: steps }, (_, t) => {
    const crash = t >= crashFrom && t < crashTo;
    const common = normal(lo, hi, 2, t, ASSETS);
    for (let k = 0; k < ASSETS; k++) {
      const shock = Math.sqrt(0.7) * common + Math.sqrt(0.3) * normal(lo, hi, 2, t, k);
      const beta = 1 + k / 7;
      prices[k]! *= 1 + CALM[k]! * (crash ? 14 : 1) * shock - (crash ? (0.1 * beta) / 300 : 0);
    }
    return prices.map((price) => Math.round(price));
  });
}

export { FrameIndex };
