import { exp, log, normalCdf } from '../core/math.ts';
import type { Position } from './positions.ts';

/** How leverage is spread over notional: a log-normal cut to [min, max], as a scenario states it. */
export interface LeverageFit {
  /** Positions whose leverage the file tells. */
  readonly count: number;
  /** Positions of equal notional that would say as much: (Σ w)² / Σ w². */
  readonly effective: number;
  /** What a position counts: its notional, or one, where few positions hold nearly all notional. */
  readonly weight: 'notional' | 'position';
  /** Of the cut law; its 95 % interval by order statistics. */
  readonly median: number;
  readonly medianInterval: readonly [low: number, high: number];
  /** Standard deviation of the logarithm before the cut; its 95 % interval by the profile of the likelihood. */
  readonly sigma: number;
  readonly sigmaInterval: readonly [low: number, high: number];
  readonly min: number;
  readonly max: number;
  /** Share of the weight at the largest leverage, to a thousandth of it. */
  readonly heap: number;
  /** Largest distance between the weighted distribution and the cut law; null for a constant. */
  readonly distance: number | null;
  readonly chosen: 'lognormal' | 'constant';
  /** Share of the weight below a leverage. */
  readonly law: (leverage: number) => number;
  /** Leverages ascending, and the share of the weight up to each. */
  readonly leverages: readonly number[];
  readonly shares: readonly number[];
  /** Why a spread is not fitted. */
  readonly why: string | null;
}

/** Fewest positions for a spread. */
const FEWEST = 30;
/** With fewer effective positions than this a weight of notional says what a few positions did. */
const FEWEST_EFFECTIVE = 20;
/** Sigmas that are looked at, and half of the drop of a log-likelihood that bounds 95 %. */
const SIGMAS = { least: 0.01, most: 10, steps: 140 } as const;
const DROP = 1.9207;
/** Leverages that are told apart: below the least nobody is liquidated, above the most no scenario states it. */
const LEAST = 1e-3;
const MOST = 1000;

/** Fits leverage to the positions that tell it; null when none does. */
export function fitLeverage(positions: readonly Position[]): LeverageFit | null {
  const known = positions
    .flatMap(({ leverage, notional }) => (leverage === null ? [] : [{ leverage: Math.max(LEAST, leverage), notional }]))
    .sort((a, b) => a.leverage - b.leverage);
  const n = known.length;
  if (n === 0) return null;
  const total = known.reduce((sum, { notional }) => sum + notional, 0);
  const byNotional = 1 / known.reduce((sum, { notional }) => sum + (notional / total) * (notional / total), 0);
  const weight = byNotional >= FEWEST_EFFECTIVE ? 'notional' : 'position';
  const effective = weight === 'notional' ? byNotional : n;
  const leverages = known.map(({ leverage }) => leverage);
  let sum = 0;
  const shares = known.map(({ notional }) => (sum += weight === 'notional' ? notional / total : 1 / n));
  const quantile = (p: number): number =>
    leverages[
      Math.min(
        n - 1,
        shares.findIndex((share) => share >= p),
      )
    ] ?? leverages[n - 1];
  const median = quantile(0.5);
  const reach = 0.98 / Math.sqrt(effective);
  const [least, largest] = [leverages[0], leverages[n - 1]];
  // An end of the law lies beyond the outermost value by about its distance to the next (Robson and Whitlock, Biometrika 51, 1964).
  const min = Math.max(LEAST, (least * least) / (leverages[1] ?? least));
  const max = Math.min(MOST, (largest * largest) / (leverages[n - 2] ?? largest));
  const heap = 1 - (shares[leverages.findIndex((value) => value >= largest * 0.999) - 1] ?? 0);
  const about = {
    count: n,
    effective,
    weight,
    median,
    medianInterval: [quantile(Math.max(0, 0.5 - reach)), quantile(Math.min(1, 0.5 + reach))],
    min,
    max,
    heap,
    leverages,
    shares,
  } as const;
  const constant = (why: string | null): LeverageFit => ({
    ...about,
    sigma: 0,
    sigmaInterval: [0, 0],
    distance: null,
    chosen: 'constant',
    law: (leverage) => (leverage >= median ? 1 : 0),
    why,
  });
  if (n < FEWEST) return constant(`a spread of leverage: found ${n} positions that tell it, want at least ${FEWEST}`);
  if (largest - least <= 1e-3 * largest) return constant(null);
  if (min > 0.999 * median || max < 1.001 * median)
    return constant('a spread of leverage: found half of the weight at one end of it, want it inside');
  const logs = leverages.map(log);
  const part = (i: number): number => shares[i] - (shares[i - 1] ?? 0);
  const mean = logs.reduce((all, value, i) => all + part(i) * value, 0);
  const variance = logs.reduce((all, value, i) => all + part(i) * (value - mean) * (value - mean), 0);
  const likelihood = (sigma: number): number => {
    const cut = cutAt(sigma, log(median), log(min), log(max));
    if (cut === null) return -Infinity;
    return -log(sigma) - (variance + (mean - cut.location) * (mean - cut.location)) / (2 * sigma * sigma) - log(cut.mass);
  };
  const { sigma, interval } = profile(likelihood, DROP / effective);
  const best = cutAt(sigma, log(median), log(min), log(max));
  if (best === null) return constant('a spread of leverage: found its median too near to one end, want it inside');
  const law = (leverage: number): number =>
    leverage <= min
      ? 0
      : leverage >= max
        ? 1
        : massBetween((log(min) - best.location) / sigma, (log(leverage) - best.location) / sigma) / best.mass;
  const distance = leverages.reduce(
    (most, value, i) => Math.max(most, Math.abs(law(value) - (shares[i - 1] ?? 0)), Math.abs(law(value) - shares[i])),
    0,
  );
  return { ...about, sigma, sigmaInterval: interval, distance, chosen: 'lognormal', law, why: null };
}

/** P(from < z < to) of a standard normal; in the upper tail by its mirror image, where the cdf keeps its digits. */
const massBetween = (from: number, to: number): number => (from > 0 ? normalCdf(-from) - normalCdf(-to) : normalCdf(to) - normalCdf(from));

/** Location at which a normal law cut to [min, max] has the median asked for, and its mass there; null when there is none in reach. */
function cutAt(sigma: number, median: number, min: number, max: number): { readonly location: number; readonly mass: number } | null {
  const [below, above] = [(min - median) / sigma, (max - median) / sigma];
  const reach = Math.min(36, above - below + 1 / Math.min(-below, above));
  const lower = (shift: number): number => massBetween(below - shift, -shift) / massBetween(below - shift, above - shift);
  let [low, high] = [-reach, reach];
  for (let step = 0; step < 60; step++) {
    const shift = (low + high) / 2;
    if (lower(shift) > 0.5) low = shift;
    else high = shift;
  }
  const mass = massBetween(below - high, above - high);
  return mass > 1e-12 && Math.abs(lower(high) - 0.5) < 1e-9 ? { location: median + high * sigma, mass } : null;
}

/** The sigma of the largest likelihood, and where it has fallen by `drop` on either side. */
function profile(
  likelihood: (sigma: number) => number,
  drop: number,
): { readonly sigma: number; readonly interval: readonly [number, number] } {
  const step = log(SIGMAS.most / SIGMAS.least) / SIGMAS.steps;
  const at = (k: number): number => SIGMAS.least * exp(Math.min(SIGMAS.steps, Math.max(0, k)) * step);
  const values = Array.from({ length: SIGMAS.steps + 1 }, (_, k) => likelihood(at(k)));
  const top = values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
  let [low, high] = [top - 1, top + 1];
  for (let k = 0; k < 60; k++) {
    const [a, b] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
    if (likelihood(at(a)) < likelihood(at(b))) low = a;
    else high = b;
  }
  const peak = (low + high) / 2;
  const level = likelihood(at(peak)) - drop;
  const edge = (towards: -1 | 1): number => {
    let outside = peak;
    while (outside > 0 && outside < SIGMAS.steps && likelihood(at(outside)) > level) outside += towards;
    let inside = outside - towards;
    for (let k = 0; k < 40; k++) {
      const middle = (inside + outside) / 2;
      if (likelihood(at(middle)) > level) inside = middle;
      else outside = middle;
    }
    return at(inside);
  };
  return { sigma: at(peak), interval: [edge(-1), edge(1)] };
}
