import { readFileSync } from 'node:fs';
import { autocorrelations, hill } from '../calibration/returns.ts';
import { log } from '../core/math.ts';
import { resolvePoint } from '../scenario/experiment.ts';
import { parseExperiment } from '../scenario/parse.ts';
import { Simulator } from '../simulation/simulate.ts';
import type { StepRecord } from '../simulation/result.ts';
import { runsOf } from './effort.ts';
import { numberOf, numbersOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** One-minute returns of the default market, played in whole days. */
const RETURNS = { full: 11_520, quick: 1440 } as const;
const DAY = 1440;
/** Seconds of a return, steps being seconds. */
const BAR = 60;
/** Share of the returns, the largest by size, that the tail exponent is taken from. */
const TAIL = 0.025;
/** Two-sided standard errors of a 95 % interval. */
const WIDE = 1.96;

const FILE = new URL('../../reference/default-market.yaml', import.meta.url);

/** Runs the default market with other settings, `KEY=VALUE`. */
function play(simulator: Simulator, replicate: number, ...set: readonly string[]): StepRecord {
  const refuse = (): never => {
    throw new Error('default market: names no other file and has no formula');
  };
  const parsed = parseExperiment(readFileSync(FILE, 'utf8'), { path: 'reference/default-market.yaml', set, read: refuse, formula: refuse });
  if ('problems' in parsed) throw new Error(`default market: ${parsed.problems.map(({ message }) => message).join('; ')}`);
  const { steps } = simulator.run(resolvePoint(parsed.experiment, 0), { seed: 'default market', replicate }, { detail: true });
  const [market] = steps ?? [];
  if (market === undefined) throw new Error('default market: a run without its steps');
  return market;
}

/** One-minute returns of the middle price, by days: the check of each fact looks at the same ones. */
const known = new Map<number, readonly number[]>();

function returnsOf(effort: Effort): readonly number[] {
  const days = Math.ceil(runsOf(effort, RETURNS) / DAY);
  const before = known.get(days);
  if (before !== undefined) return before;
  const simulator = new Simulator();
  const returns: number[] = [];
  // A day at a time, so that no run holds more than its share of memory.
  for (let day = 0; day < days; day++) {
    const { bid, ask } = play(simulator, day, 'horizon=1d');
    const middle = (at: number): number => ((bid[at] ?? NaN) + (ask[at] ?? NaN)) / 2;
    for (let at = 2 * BAR; at < bid.length; at += BAR) returns.push(log(middle(at) / middle(at - BAR)));
  }
  known.set(days, returns);
  return returns;
}

/** Realism of a tail exponent, as the target states it. */
const EXPONENTS = [2, 5] as const;

function tail(_parameters: Value, effort: Effort, published: Value): Verdict {
  const returns = returnsOf(effort);
  const count = Math.floor(TAIL * returns.length);
  const exponent = hill(
    returns.map(Math.abs).toSorted((a, b) => b - a),
    count,
  );
  const error = exponent / Math.sqrt(count);
  // The same exponent beside each of the published ones; where that is a pair, its interval.
  const measured = {
    equity: exponent,
    btc_2018: [exponent - WIDE * error, exponent + WIDE * error],
    btc_recent: exponent,
  };
  return {
    expected: published,
    measured,
    tolerance: `between ${EXPONENTS.join(' and ')} by 2 standard errors of ${error.toPrecision(2)}, from the largest ${count} of ${returns.length} one-minute returns; the pair is its 95 % interval`,
    pass: exponent >= EXPONENTS[0] - 2 * error && exponent <= EXPONENTS[1] + 2 * error,
  };
}

function memory(parameters: Value, effort: Effort, published: Value): Verdict {
  const lags = numberOf(parameters, 'lags', { above: 0, below: 1000 });
  const returns = returnsOf(effort);
  const found = autocorrelations(returns, lags);
  const worst = found.reduce((far, rho) => (Math.abs(rho) > Math.abs(far) ? rho : far), 0);
  // Returns whose size clusters scatter more than independent ones: their own fourth moment says by how much.
  const second = returns.reduce((sum, x) => sum + x * x, 0) / returns.length;
  const noise = Math.max(
    ...found.map((_, k) => {
      let both = 0;
      for (let i = k + 1; i < returns.length; i++) both += (returns[i] ?? 0) ** 2 * (returns[i - k - 1] ?? 0) ** 2;
      return Math.sqrt(both) / (second * returns.length);
    }),
  );
  const width = 0.05 + 2 * noise;
  return {
    expected: published,
    measured: worst,
    tolerance: `±${width.toPrecision(2)}: 0.05 and twice the sampling error of ${returns.length} returns that cluster, at each of ${lags} lags`,
    pass: Math.abs(worst) <= width,
  };
}

function clustering(parameters: Value, effort: Effort, published: Value): Verdict {
  const least = numberOf(parameters, 'least', { above: 0, below: 1 });
  const most = numberOf(parameters, 'most', { above: least, below: 1 });
  const returns = returnsOf(effort);
  const found = autocorrelations(returns.map(Math.abs), 10);
  const measured = { lag1: found[0] ?? NaN, lag10: found[9] ?? NaN };
  const error = 1 / Math.sqrt(returns.length);
  return {
    expected: published,
    measured,
    tolerance: `lag1 from ${least} to ${most}, lag10 above ${(2 * error).toPrecision(2)}, twice the error of ${returns.length} independent returns`,
    pass: measured.lag1 >= least && measured.lag1 <= most && measured.lag10 > 2 * error,
  };
}

/** Exponent of y in x by least squares of the logarithms. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  let [x, y, xx, xy] = [0, 0, 0, 0];
  for (const [a, b] of points) {
    const [u, v] = [log(a), log(b)];
    x += u;
    y += v;
    xx += u * u;
    xy += u * v;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

/** Seconds that the market gets before a metaorder. */
const QUIET = 120;

/** Metaorders that are sent; every kind of them to as many markets. */
const METAORDERS = { full: 240, quick: 60 } as const;

/** A metaorder: quote units a second, seconds, and by how much it moved the middle price of each market. */
interface Metaorder {
  readonly rate: number;
  readonly duration: number;
  readonly moved: readonly number[];
}

/** Slope of log mean move on log volume, over all markets or over all but one. */
function impactExponent(metaorders: readonly Metaorder[], without = -1): number {
  return slope(
    metaorders.map(({ rate, duration, moved }) => {
      const kept = moved.filter((_, run) => run !== without);
      return [rate * duration, kept.reduce((sum, move) => sum + move / kept.length, 0)];
    }),
  );
}

/** Metaorders of every rate and duration, each against the same market without it. */
function impact(parameters: Value, effort: Effort, published: Value): Verdict {
  const rates = numbersOf(parameters, 'rate', { above: 1000, below: 1e8 });
  const durations = numbersOf(parameters, 'duration', { above: 0, below: 7201 }).map(Math.ceil);
  const least = numberOf(parameters, 'least', { above: 0, below: 2 });
  const most = numberOf(parameters, 'most', { above: least, below: 2 });
  const runs = Math.max(2, Math.ceil(runsOf(effort, METAORDERS) / (rates.length * durations.length)));
  const simulator = new Simulator();
  const until = (duration: number): string => `horizon=${QUIET + duration + 1}s`;
  const still = Array.from({ length: runs }, (_, run) => play(simulator, run, until(Math.max(...durations))));
  const send = (rate: number, duration: number): Metaorder => {
    const order = (k: number): string => `{ at: ${QUIET + 1 + k}s, side: buy, size: ${(rate / 100_000).toFixed(3)} BTC }`;
    const orders = `orders=[${Array.from({ length: duration }, (_, k) => order(k)).join(', ')}]`;
    const at = QUIET + duration;
    const moved = still.map((base, run) => {
      const { bid, ask } = play(simulator, run, until(duration), orders);
      return ((bid[at] ?? NaN) + (ask[at] ?? NaN)) / ((base.bid[at] ?? NaN) + (base.ask[at] ?? NaN)) - 1;
    });
    return { rate, duration, moved };
  };
  const metaorders = rates.flatMap((rate) => durations.map((duration) => send(rate, duration)));
  const exponent = impactExponent(metaorders);
  // Jackknife over the markets.
  const others = still.map((_, run) => impactExponent(metaorders, run));
  const error = Math.sqrt(others.reduce((sum, other) => sum + (other - exponent) ** 2, 0) * ((runs - 1) / runs));
  const across = (values: readonly number[], key: 'rate' | 'duration'): string => {
    const each = values.map((value) => impactExponent(metaorders.filter((one) => one[key] === value)));
    return `${Math.min(...each).toPrecision(2)} to ${Math.max(...each).toPrecision(2)}`;
  };
  return {
    expected: published,
    measured: exponent,
    tolerance: `from ${least} to ${most} by 2 standard errors of ${error.toPrecision(2)}, over ${metaorders.length} metaorders in ${runs} markets each; among those of one rate ${across(rates, 'rate')}, among those of one duration ${across(durations, 'duration')}`,
    pass: exponent >= least - 2 * error && exponent <= most + 2 * error,
  };
}

/** What prices of real markets have in common, in the market that a scenario gets by default. */
export const STYLISED_CHECKS: readonly Check[] = [
  { id: 'STY-TAIL', run: tail },
  { id: 'STY-ACF', run: memory },
  { id: 'STY-CLUSTER', run: clustering },
  { id: 'STY-IMPACT', run: impact },
];
