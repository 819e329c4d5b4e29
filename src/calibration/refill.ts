import type { Replay } from './stream.ts';

/** How missing depth came back: amplitude × 2^(−lag / halfLife) + rest, in shares of what was taken. */
export interface Decay {
  /** Seconds after the event. */
  readonly lags: readonly number[];
  /** Missing depth as a share of what was taken, averaged over events, less what depth does without an event. */
  readonly missing: readonly number[];
  readonly fitted: readonly number[];
  readonly halfLife: number;
  /** Two standard errors of the log half-life either way, by leaving out a tenth of the events at a time. */
  readonly interval: readonly [low: number, high: number];
  readonly amplitude: number;
  /** What has not come back within the window. */
  readonly rest: number;
  readonly rSquared: number;
  /** Why the half-life cannot be used; null when it can. */
  readonly why: string | null;
}

/** What a stream says about refill. */
export interface RefillFit {
  /** Spans of 0.1 s in which takers took unusually much from one side. */
  readonly events: number;
  /** Mean notional that an event took, in quote units. */
  readonly size: number;
  /** Depth within WATCHED of the mid of the moment: how soon quotes stand again, wherever the price is. Null: too few events. */
  readonly requoting: Decay | null;
  /** Depth at the prices of before: how the displaced price comes back. Null: too few events. */
  readonly displacement: Decay | null;
  /** Why there is no fit at all. */
  readonly why: string | null;
}

/** Distance from the mid within which depth is watched. */
export const WATCHED = 0.001;
/** Events are the spans in this upper share of taken notional, so many seconds apart. */
const UPPER_SHARE = 0.1;
const APART = 2;
const FEWEST_EVENTS = 40;
const GROUPS = 10;
/** Every so many samples stand for what depth does anyway. */
const BASELINE_STRIDE = 5;
/** Seconds followed, and seconds between lags. */
const REQUOTING = { longest: 10, every: 0.1 };
const DISPLACEMENT = { longest: 60, every: 1 };
/** The exchange publishes updates in bundles: the dent is complete after this many seconds. */
const COMPLETE = 0.2;
const LEAST_R_SQUARED = 0.5;
/** Largest ratio of the interval's ends. */
const WIDEST = 16;
const HALF_LIVES = 120;

type Book = 'bids' | 'asks';
interface Event {
  readonly side: Book;
  readonly sample: number;
  readonly size: number;
}

/** Measures how the book fills up after large trades, on both sides together. */
export function fitRefill(replay: Replay): RefillFit {
  const events = (['bids', 'asks'] as const).flatMap((side) => eventsOf(replay, side));
  events.sort((a, b) => a.sample - b.sample);
  const size = events.length === 0 ? 0 : events.reduce((sum, event) => sum + event.size, 0) / events.length;
  if (events.length < FEWEST_EVENTS) {
    const why = `${events.length} large trades in ${Math.round(replay.mids.length * replay.interval)} s, want at least ${FEWEST_EVENTS}`;
    return { events: events.length, size, requoting: null, displacement: null, why };
  }
  return {
    events: events.length,
    size,
    requoting: decayOf(replay, events, REQUOTING, true),
    displacement: decayOf(replay, events, DISPLACEMENT, false),
    why: null,
  };
}

function eventsOf({ taken, interval, mids }: Replay, side: Book): Event[] {
  const sizes = taken[side].filter((size) => size > 0).sort((a, b) => a - b);
  const least = sizes[Math.floor(sizes.length * (1 - UPPER_SHARE))] ?? Infinity;
  const last = mids.length - Math.ceil(DISPLACEMENT.longest / interval) - 1;
  const events: Event[] = [];
  let before = -Infinity;
  for (let sample = 1; sample < last; sample++) {
    if (taken[side][sample] < least || (sample - before) * interval < APART) continue;
    events.push({ side, sample, size: taken[side][sample] });
    before = sample;
  }
  return events;
}

/** The averaged curve and its fit; `moving` watches around the mid of the moment, else around the one before the event. */
function decayOf(
  replay: Replay,
  events: readonly Event[],
  window: { readonly longest: number; readonly every: number },
  moving: boolean,
): Decay {
  const { interval, mids } = replay;
  const lags: number[] = [];
  const first = Math.max(COMPLETE, window.every);
  for (let k = Math.round(first / window.every); k * window.every <= window.longest + 1e-9; k++) lags.push(k * window.every);
  const steps = lags.map((lag) => Math.round(lag / interval));
  const missingAfter = (side: Book, sample: number): number[] => {
    const before = depthOf(replay, side, sample - 1, mids[sample - 1]);
    return steps.map((step) => before - depthOf(replay, side, sample - 1 + step, mids[moving ? sample - 1 + step : sample - 1]));
  };
  const baseline = (['bids', 'asks'] as const).map((side) => {
    const mean = lags.map(() => 0);
    let n = 0;
    for (let sample = 1; sample + (steps.at(-1) ?? 0) < mids.length; sample += BASELINE_STRIDE) {
      const missing = missingAfter(side, sample);
      if (missing.some(Number.isNaN)) continue;
      n++;
      for (const [k, value] of missing.entries()) mean[k] += value;
    }
    return mean.map((value) => value / Math.max(1, n));
  });
  const curves = events.flatMap((event) => {
    const anyway = baseline[event.side === 'bids' ? 0 : 1];
    const missing = missingAfter(event.side, event.sample).map((value, k) => value - anyway[k]);
    return missing.some(Number.isNaN) ? [] : [{ size: event.size, missing }];
  });
  const average = (kept: readonly { readonly size: number; readonly missing: readonly number[] }[]): number[] => {
    const size = kept.reduce((sum, curve) => sum + curve.size, 0);
    return lags.map((_, k) => kept.reduce((sum, curve) => sum + curve.missing[k], 0) / size);
  };
  const missing = average(curves);
  const fit = fitDecay(lags, missing);
  const logs = Array.from({ length: GROUPS }, (_, group) =>
    Math.log(fitDecay(lags, average(curves.filter((_, k) => k % GROUPS !== group))).halfLife),
  );
  const mean = logs.reduce((sum, value) => sum + value, 0) / GROUPS;
  const error = Math.sqrt(((GROUPS - 1) / GROUPS) * logs.reduce((sum, value) => sum + (value - mean) * (value - mean), 0));
  const interval95 = [fit.halfLife * Math.exp(-2 * error), fit.halfLife * Math.exp(2 * error)] as const;
  return { lags, missing, ...fit, interval: interval95, why: whyNot(fit, interval95, window.longest) };
}

function whyNot(fit: DecayFit, interval: readonly [number, number], longest: number): string | null {
  if (fit.amplitude <= 0) return `the missing depth does not come back within ${longest} s`;
  if (fit.rSquared < LEAST_R_SQUARED) return `R² is ${fit.rSquared.toFixed(2)}, want at least ${LEAST_R_SQUARED}`;
  if (fit.halfLife > longest / 2) return `the half-life is over half of the ${longest} s watched`;
  if (interval[1] > WIDEST * interval[0])
    return `the half-life lies anywhere from ${Number(interval[0].toPrecision(2))} s to ${Number(interval[1].toPrecision(2))} s: too few events`;
  return null;
}

/** Quartiles over the replay of the depth within WATCHED of the mid, both sides together: what one snapshot may miss. */
export function depthOverTime(replay: Replay): readonly [low: number, median: number, high: number] {
  const depths = replay.mids.flatMap((mid, sample) => {
    const depth = (depthOf(replay, 'bids', sample, mid) + depthOf(replay, 'asks', sample, mid)) / 2;
    return Number.isNaN(depth) ? [] : [depth];
  });
  depths.sort((a, b) => a - b);
  const at = (share: number): number => depths[Math.floor(share * (depths.length - 1))] ?? Number.NaN;
  return [at(0.25), at(0.5), at(0.75)];
}

/** Notional within WATCHED of a mid on one side at a sample; NaN where the sampled band ends. */
function depthOf({ bins, binOf }: Replay, side: Book, sample: number, mid: number): number {
  const from = binOf(side === 'bids' ? mid * (1 - WATCHED) : mid);
  const to = binOf(side === 'bids' ? mid : mid * (1 + WATCHED));
  if (Number.isNaN(from) || Number.isNaN(to)) return Number.NaN;
  let sum = 0;
  for (let bin = from; bin <= to; bin++) sum += bins[sample][side][bin];
  return sum;
}

interface DecayFit {
  readonly halfLife: number;
  readonly amplitude: number;
  readonly rest: number;
  readonly rSquared: number;
  readonly fitted: readonly number[];
}

/** Least squares of amplitude × 2^(−lag / halfLife) + rest: linear in the first two for each of a grid of half-lives. */
export function fitDecay(lags: readonly number[], values: readonly number[]): DecayFit {
  const n = lags.length;
  const shortest = lags[0] / 4;
  const longest = 2 * lags[n - 1];
  const meanY = values.reduce((sum, y) => sum + y, 0) / n;
  const variance = values.reduce((sum, y) => sum + (y - meanY) * (y - meanY), 0);
  let best: DecayFit & { readonly left: number } = {
    halfLife: shortest,
    amplitude: 0,
    rest: meanY,
    rSquared: 0,
    fitted: [],
    left: Infinity,
  };
  for (let k = 0; k <= HALF_LIVES; k++) {
    const halfLife = shortest * Math.exp((Math.log(longest / shortest) * k) / HALF_LIVES);
    const shape = lags.map((lag) => Math.exp((-Math.LN2 * lag) / halfLife));
    const meanX = shape.reduce((sum, x) => sum + x, 0) / n;
    const spread = shape.reduce((sum, x) => sum + (x - meanX) * (x - meanX), 0);
    const amplitude = spread === 0 ? 0 : shape.reduce((sum, x, i) => sum + (x - meanX) * (values[i] - meanY), 0) / spread;
    const rest = meanY - amplitude * meanX;
    const fitted = shape.map((x) => amplitude * x + rest);
    const left = fitted.reduce((sum, y, i) => sum + (values[i] - y) * (values[i] - y), 0);
    if (left < best.left) best = { halfLife, amplitude, rest, rSquared: variance === 0 ? 0 : 1 - left / variance, fitted, left };
  }
  const { halfLife, amplitude, rest, rSquared, fitted } = best;
  return { halfLife, amplitude, rest, rSquared, fitted };
}
