import { log, normalCdf, normalQuantile, pow, exp } from '../core/math.ts';
import { kolmogorovSmirnov } from '../statistics/goodness.ts';
import { fitLeverage } from './leverage.ts';
import type { LeverageFit } from './leverage.ts';
import type { Position } from './positions.ts';
import { hill } from './returns.ts';
import type { Tail } from './returns.ts';

/** How notionals are spread over positions. */
export interface SizeFit {
  /** Positions that it was fitted to. */
  readonly count: number;
  /** Standard deviation of the logarithm, and its 95 % interval for a log-normal. */
  readonly sigma: number;
  readonly sigmaInterval: readonly [low: number, high: number];
  /** The power tail above the threshold from which it is nearest to a power law; null when there are too few positions for one. */
  readonly tail: Tail | null;
  /** Log-likelihood of the log-normal with that tail in place of its own, less that of the log-normal, less the cost of the tail (BIC). */
  readonly evidence: number | null;
  readonly chosen: 'pareto' | 'lognormal' | 'equal';
}

/** What the positions of one side say. */
export interface SideFit {
  readonly side: 'long' | 'short';
  readonly count: number;
  /** Sum and largest of its notionals, quote units. */
  readonly notional: number;
  readonly largest: number;
  /** Fitted to this side, or to both where this one has too few positions. */
  readonly of: 'side' | 'both';
  readonly size: SizeFit;
  /** Null where the file has no leverage. */
  readonly leverage: LeverageFit | null;
  /** Sizes as a scenario draws them, so many of this total: share of positions smaller than a notional. */
  readonly drawn: (notional: number) => number;
  /** Largest distance between that and the file's distribution on this side (Kolmogorov and Smirnov). */
  readonly distance: number;
  /** Notionals, ascending. */
  readonly notionals: Float64Array;
}

/** A population fitted to open positions. */
export interface PopulationFit {
  readonly positions: number;
  /** Sides with any position, longs first. */
  readonly sides: readonly SideFit[];
  /** The side that holds less, and by how much: nobody in the file holds the other end of it. */
  readonly lacking: { readonly side: 'long' | 'short'; readonly notional: number } | null;
  /** What these data cannot support. */
  readonly why: readonly string[];
}

/** Fewest positions of a side for its own distributions, and of a file for a fit at all. */
export const FEWEST = 30;
/** Fewest positions for a tail, and the fewest of them above its threshold. */
const FEWEST_FOR_TAIL = 100;
const TAIL_LEAST = 50;
/** Thresholds that are tried, at even steps of the logarithm of the positions above. */
const THRESHOLDS = 80;
/** Sides that differ by less than this share are the same. */
const EVEN = 0.01;

/** Fits counts, notionals, sizes and leverage of both sides. */
export function fitPopulation(positions: readonly Position[]): PopulationFit | { readonly why: string } {
  if (positions.length < FEWEST) return { why: `found ${positions.length} positions, want at least ${FEWEST}` };
  const why: string[] = [];
  const both = fitSizes(notionalsOf(positions));
  const bothLeverage = fitLeverage(positions);
  const sides = (['long', 'short'] as const).flatMap((side): SideFit[] => {
    const own = positions.filter((position) => position.side === side);
    if (own.length === 0) {
      why.push(`${side}s: the file has none`);
      return [];
    }
    const few = own.length < FEWEST;
    if (few) why.push(`distributions of the ${side}s alone: found ${own.length}, want at least ${FEWEST}; those of both sides stand in`);
    const notionals = notionalsOf(own);
    const notional = notionals.reduce((sum, value) => sum + value, 0);
    const largest = notionals.at(-1) ?? 0;
    const size = few ? both : fitSizes(notionals);
    const ownLeverage = few ? null : fitLeverage(own);
    const leverage = ownLeverage !== null && ownLeverage.count >= FEWEST ? ownLeverage : bothLeverage;
    const drawn = drawnSizes(size, own.length, notional, largest);
    const { statistic: distance } = kolmogorovSmirnov(notionals, drawn);
    return [{ side, count: own.length, notional, largest, of: few ? 'both' : 'side', size, leverage, drawn, distance, notionals }];
  });
  if (sides.every(({ size }) => size.tail === null) && both.tail === null)
    why.push(`a tail exponent: found ${positions.length} positions, want at least ${FEWEST_FOR_TAIL}, of more than one size`);
  if (bothLeverage === null) why.push('leverage: the file has none');
  else if (bothLeverage.why !== null) why.push(bothLeverage.why);
  const total = (side: 'long' | 'short'): number => sides.find((fit) => fit.side === side)?.notional ?? 0;
  const difference = total('long') - total('short');
  const even = Math.abs(difference) <= EVEN * Math.max(total('long'), total('short'));
  return {
    positions: positions.length,
    sides,
    lacking: even ? null : { side: difference > 0 ? 'short' : 'long', notional: Math.abs(difference) },
    why,
  };
}

const notionalsOf = (positions: readonly Position[]): Float64Array => Float64Array.from(positions, ({ notional }) => notional).sort();

/**
 * Fits a log-normal and a power tail to ascending notionals. The tail's threshold is the one whose tail is nearest to its power law; the tail
 * is chosen when the likelihood of all positions gains more by it than the two parameters cost.
 * Sources: Hill, Annals of Statistics 3, 1975; Clauset, Shalizi and Newman, SIAM Review 51, 2009; Schwarz, Annals of Statistics 6, 1978.
 */
export function fitSizes(notionals: Float64Array): SizeFit {
  const n = notionals.length;
  const logs = Array.from(notionals, log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / n;
  const sigma = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  const error = 1.96 / Math.sqrt(2 * (n - 1));
  const spread = sigma > 1e-9 * Math.max(1, Math.abs(mean));
  const tail = spread && n >= FEWEST_FOR_TAIL ? fitTail([...notionals].reverse()) : null;
  const evidence = tail === null ? null : gain(logs, mean, sigma, tail) - log(n);
  return {
    count: n,
    sigma: spread ? sigma : 0,
    sigmaInterval: [sigma * (1 - error), sigma * (1 + error)],
    tail,
    evidence,
    chosen: !spread ? 'equal' : evidence !== null && evidence > 0 ? 'pareto' : 'lognormal',
  };
}

/** The tail of descending sizes at the best threshold; null when the largest are all the same. */
function fitTail(sizes: readonly number[]): Tail | null {
  const most = sizes.length - 1;
  let best: { readonly exponent: number; readonly count: number; readonly distance: number } | null = null;
  let tried = 0;
  for (let step = 0; step < THRESHOLDS; step++) {
    const count = Math.round(TAIL_LEAST * pow(most / TAIL_LEAST, step / (THRESHOLDS - 1)));
    if (count === tried) continue;
    tried = count;
    const exponent = hill(sizes, count);
    if (!Number.isFinite(exponent)) continue;
    let distance = 0;
    for (let i = 0; i < count; i++) {
      const fitted = pow(sizes[count] / sizes[i], exponent);
      distance = Math.max(distance, fitted - i / count, (i + 1) / count - fitted);
    }
    if (best === null || distance < best.distance) best = { exponent, count, distance };
  }
  if (best === null) return null;
  const { exponent, count } = best;
  const error = 1.96 / Math.sqrt(count);
  const others = [Math.floor(count / 2), Math.min(most, 2 * count)].filter((other) => other !== count);
  return {
    ...best,
    interval: [exponent * (1 - error), exponent * (1 + error)],
    from: sizes[count],
    others: others.map((other) => ({ count: other, exponent: hill(sizes, other) })),
  };
}

/** Log-likelihood of a log-normal whose part above the threshold is replaced by the tail, less that of the log-normal. */
function gain(logs: readonly number[], mean: number, sigma: number, { exponent, count, from }: Tail): number {
  const n = logs.length;
  const start = log(from);
  let sum = (n - count) * (log((n - count) / n) - log(normalCdf((start - mean) / sigma)));
  for (let i = n - count; i < n; i++) {
    const z = (logs[i] - mean) / sigma;
    const lognormal = -logs[i] - log(sigma) - 0.5 * log(2 * Math.PI) - 0.5 * z * z;
    sum += log(count / n) + log(exponent) - start - (exponent + 1) * (logs[i] - start) - lognormal;
  }
  return sum;
}

/** The distribution of sizes that a scenario's group has: quantiles at even ranks, scaled to the group's notional, a Pareto's capped. */
function drawnSizes({ chosen, sigma, tail }: SizeFit, count: number, total: number, cap: number): (notional: number) => number {
  const mean = total / count;
  if (chosen === 'equal') return (notional) => (notional >= mean * (1 - 1e-9) ? 1 : 0);
  if (chosen === 'lognormal' || tail === null) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += exp(sigma * normalQuantile((i + 0.5) / count));
    const median = total / sum;
    return (notional) => normalCdf(log(notional / median) / sigma);
  }
  const { exponent } = tail;
  const weights = Float64Array.from({ length: count }, (_, i) => pow(1 - (i + 0.5) / count, -1 / exponent));
  let [low, high] = [0, cap];
  for (let step = 0; step < 60; step++) {
    const scale = (low + high) / 2;
    let sum = 0;
    for (const weight of weights) sum += Math.min(cap, scale * weight);
    if (sum < total) low = scale;
    else high = scale;
  }
  return (notional) => (notional >= cap ? 1 : notional <= high ? 0 : 1 - pow(high / notional, exponent));
}
