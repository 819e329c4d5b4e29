import { log, normalCdf, normalQuantile, pow, exp } from '../core/math.ts';
import { kolmogorovUpper } from '../statistics/goodness.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
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
  /** The power tail; null when there are too few positions for one. */
  readonly tail: Tail | null;
  /** Log-likelihood of the log-normal with that tail in place of its own, less that of the log-normal, less the cost of the tail (BIC). */
  readonly evidence: number | null;
  readonly chosen: 'pareto' | 'lognormal' | 'equal';
}

/** Traders of one side whose sizes follow one law, as a scenario has them. */
export interface SizeGroup {
  readonly name: string;
  readonly count: number;
  /** Quote units. */
  readonly notional: number;
  readonly size:
    | { readonly kind: 'equal' }
    | { readonly kind: 'lognormal'; readonly sigma: number }
    | { readonly kind: 'pareto'; readonly alpha: number; readonly cap: number };
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
  /** One group, or a power tail and the log-normal below it. */
  readonly groups: readonly SizeGroup[];
  /** Null where the file has no leverage. */
  readonly leverage: LeverageFit | null;
  /** Share of positions up to a notional as a scenario draws the groups. */
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
/** Largest exponent and sigma that a scenario states. */
const MOST_EXPONENT = 100;
const MOST_SIGMA = 10;
/** The fewest positions below a threshold that make a group of their own. */
const BODY_LEAST = 30;
/** Kolmogorov and Smirnov's distance beyond which an exponential law with a fitted mean is rejected at 5 % (Stephens, JASA 69, 1974). */
const rejected = (distance: number, n: number): boolean => (distance - 0.2 / n) * (Math.sqrt(n) + 0.26 + 0.5 / Math.sqrt(n)) > 1.094;
/** A largest distance beyond which a law is no description of the sizes. */
const FAR = 0.15;
/** Sides that differ by less than this share are the same. */
const EVEN = 0.01;

/** Fits counts, notionals, sizes and leverage of both sides. */
export function fitPopulation(positions: readonly Position[]): PopulationFit | { readonly why: string } {
  if (positions.length < FEWEST) return { why: `found ${positions.length} positions, want at least ${FEWEST}` };
  const why: string[] = [];
  const both = fitSizes(notionalsOf(positions), false);
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
    const known = ownLeverage?.count ?? 0;
    const leverage = known >= FEWEST ? ownLeverage : bothLeverage;
    if (!few && leverage !== null && known < FEWEST)
      why.push(`leverage of the ${side}s alone: found ${known} that tell it, want at least ${FEWEST}; that of both sides stands in`);
    const groups = groupsOf(side, size, notionals);
    const laws = groups.map((group) => ({ share: group.count / own.length, law: drawnSizes(group) }));
    const drawn = (value: number): number => laws.reduce((sum, { share, law }) => sum + share * law(value), 0);
    const distance = distanceTo(notionals, drawn);
    if (distance > FAR && kolmogorovUpper(distance, own.length) < 0.01)
      why.push(`these laws for the sizes of the ${side}s: found a KS distance of ${distance.toFixed(2)}, want at most ${FAR}`);
    return [{ side, count: own.length, notional, largest, of: few ? 'both' : 'side', size, groups, leverage, drawn, distance, notionals }];
  });
  if (sides.every(({ size }) => size.tail === null))
    why.push(
      `a tail exponent: found at most ${Math.max(...sides.map(({ count }) => count))} positions of a side, want at least ${FEWEST_FOR_TAIL} of different sizes`,
    );
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
 * Fits a log-normal and a power tail to ascending notionals. The tail's threshold is the lowest from which the positions are not told from
 * a power law at 5 %, or else the one from which they are nearest to it; the tail is chosen when the likelihood of all positions gains more
 * by it than its two parameters cost.
 * Sources: Hill, Annals of Statistics 3, 1975; Clauset, Shalizi and Newman, SIAM Review 51, 2009; Schwarz, Annals of Statistics 6, 1978.
 */
export function fitSizes(notionals: Float64Array, withTail = true): SizeFit {
  const n = notionals.length;
  const logs = Array.from(notionals, log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / n;
  const sigma = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  const error = 1.96 / Math.sqrt(2 * (n - 1));
  const spread = sigma > 1e-9 * Math.max(1, Math.abs(mean));
  const tail = withTail && spread && n >= FEWEST_FOR_TAIL ? fitTail([...notionals].reverse()) : null;
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

/** The tail of descending sizes, thresholds tried downwards; null when the largest are nearly the same. */
function fitTail(sizes: readonly number[]): Tail | null {
  const most = sizes.length - 1;
  let best: { readonly exponent: number; readonly count: number; readonly distance: number; readonly held: boolean } | null = null;
  let tried = 0;
  for (let step = 0; step < THRESHOLDS; step++) {
    const count = Math.round(TAIL_LEAST * pow(most / TAIL_LEAST, step / (THRESHOLDS - 1)));
    if (count === tried) continue;
    tried = count;
    const exponent = hill(sizes, count);
    if (!(exponent <= MOST_EXPONENT)) continue;
    let distance = 0;
    for (let i = 0; i < count; i++) {
      const fitted = pow(sizes[count] / sizes[i], exponent);
      distance = Math.max(distance, fitted - i / count, (i + 1) / count - fitted);
    }
    const held: boolean = !rejected(distance, count);
    if (best === null || held || (!best.held && distance < best.distance)) best = { exponent, count, distance, held };
  }
  if (best === null) return null;
  const { exponent, count } = best;
  const error = 1.96 / Math.sqrt(count);
  const others = [Math.floor(count / 2), Math.min(most, 2 * count)]
    .map((other) => ({ count: other, exponent: hill(sizes, other) }))
    .filter((other) => other.count !== count && other.exponent <= MOST_EXPONENT);
  return {
    exponent,
    count,
    distance: best.distance,
    interval: [exponent * (1 - error), exponent * (1 + error)],
    from: sizes[count],
    others,
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

/** Kolmogorov and Smirnov's distance of ascending notionals to a law that may have heaps: just below each value and at it. */
function distanceTo(notionals: Float64Array, law: (notional: number) => number): number {
  const n = notionals.length;
  return notionals.reduce((most, value, i) => Math.max(most, law(value * (1 - 1e-6)) - i / n, (i + 1) / n - law(value)), 0);
}

/** The groups of a side: where a tail is chosen, it and what lies below its threshold; what is not told by so few goes with the tail. */
function groupsOf(side: 'long' | 'short', { chosen, sigma, tail }: SizeFit, notionals: Float64Array): readonly SizeGroup[] {
  const count = notionals.length;
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const alone = { name: `${side}s`, count, notional: total(notionals) };
  if (chosen === 'equal') return [{ ...alone, size: { kind: 'equal' } }];
  if (chosen === 'lognormal' || tail === null) return [{ ...alone, size: { kind: 'lognormal', sigma: Math.min(MOST_SIGMA, sigma) } }];
  const pareto = { kind: 'pareto', alpha: tail.exponent, cap: notionals[count - 1] } as const;
  const below = count - tail.count;
  if (below < BODY_LEAST) return [{ ...alone, size: pareto }];
  const body = notionals.subarray(0, below);
  return [
    { name: `large ${side}s`, count: tail.count, notional: total(notionals.subarray(below)), size: pareto },
    { name: `small ${side}s`, count: below, notional: total(body), size: { kind: 'lognormal', sigma: spreadOf(body) } },
  ];
}

/** Sigma of the log-normal with the mean and the median of ascending notionals: what is cut off above has no log-normal's own spread. */
function spreadOf(notionals: Float64Array): number {
  const mean = notionals.reduce((sum, value) => sum + value, 0) / notionals.length;
  return Math.sqrt(Math.max(0, 2 * log(mean / quantileOfSorted(notionals, 0.5))));
}

/** Distribution of the sizes that a scenario draws for a group: quantiles at even ranks, scaled to its notional, a Pareto's capped. */
function drawnSizes({ count, notional: total, size }: SizeGroup): (notional: number) => number {
  const mean = total / count;
  if (size.kind === 'equal' || (size.kind === 'lognormal' && size.sigma === 0))
    return (notional) => (notional >= mean * (1 - 1e-9) ? 1 : 0);
  if (size.kind === 'lognormal') {
    const { sigma } = size;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += exp(sigma * normalQuantile((i + 0.5) / count));
    const median = total / sum;
    return (notional) => normalCdf(log(notional / median) / sigma);
  }
  const { alpha, cap } = size;
  const weights = Float64Array.from({ length: count }, (_, i) => pow(1 - (i + 0.5) / count, -1 / alpha));
  let [low, high] = [0, cap];
  for (let step = 0; step < 60; step++) {
    const scale = (low + high) / 2;
    let sum = 0;
    for (const weight of weights) sum += Math.min(cap, scale * weight);
    if (sum < total) low = scale;
    else high = scale;
  }
  return (notional) => (notional >= cap ? 1 : notional <= high ? 0 : 1 - pow(high / notional, alpha));
}
