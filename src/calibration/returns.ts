import { chiSquareUpper } from '../statistics/goodness.ts';
import { fitGarch } from './garch.ts';
import type { Garch } from './garch.ts';

/** Exponent of a power tail, P(|return| > x) ∝ x^−exponent, from the largest absolute returns. */
export interface Tail {
  /** Hill's estimate from the upper `count` returns, and its 95 % interval for independent returns. */
  readonly exponent: number;
  readonly interval: readonly [low: number, high: number];
  readonly count: number;
  /** Absolute return from which the tail is taken. */
  readonly from: number;
  /** Largest distance of the tail's distribution from the fitted one. */
  readonly distance: number;
  /** The same with half and with twice as many returns: how much the choice matters. */
  readonly others: readonly { readonly count: number; readonly exponent: number }[];
}

/** How much of the variance comes in jumps. */
export interface Jumps {
  /** 1 − bipower variation / realised variance, at least 0. */
  readonly share: number;
  /** Standard normal under no jumps (Barndorff-Nielsen and Shephard's ratio test). */
  readonly statistic: number;
  /** Returns beyond what the local volatility explains (Lee and Mykland, 1 % for the whole file), and how many a day. */
  readonly count: number;
  readonly aDay: number;
  /** Mean and standard deviation of their log size. */
  readonly mean: number;
  readonly deviation: number;
}

/** Autocorrelation of absolute returns and a GARCH(1,1). */
export interface Clustering {
  /** Lags 1, 2, … in bars. */
  readonly autocorrelation: readonly number[];
  /** Bound of 95 % under independence. */
  readonly bound: number;
  readonly garch: Garch;
  /** p of Ljung and Box on 20 lags of squared residuals: small means that clustering is left. */
  readonly residualP: number;
}

/** What bars say about their driver. A part is null when there are too few bars, for the reason in `why`. */
export interface PriceFit {
  readonly bars: number;
  readonly seconds: number;
  readonly first: number;
  readonly last: number;
  /** Standard deviation of log returns a square root of a year of 365.25 days, with a 95 % interval for independent returns. */
  readonly volatility: number;
  readonly volatilityInterval: readonly [low: number, high: number];
  readonly kurtosis: number;
  /** Absolute returns over their root mean square, descending. */
  readonly sizes: readonly number[];
  readonly rootMeanSquare: number;
  readonly zeros: number;
  readonly tail: Tail | null;
  readonly jumps: Jumps | null;
  readonly clustering: Clustering | null;
  readonly why: readonly string[];
}

const YEAR = 31_557_600;
const DAY = 86_400;
/** Fewest returns for each part. */
export const FEWEST = { volatility: 30, tail: 1000, jumps: 300, clustering: 500 } as const;
/** Share of the returns that the tail is fitted to, and the fewest of them. */
const TAIL_SHARE = 0.025;
const TAIL_LEAST = 50;
const LAGS = 100;
const RESIDUAL_LAGS = 20;
/** E|z| and E|z|·E|z| of a standard normal. */
const MEAN_ABSOLUTE = Math.sqrt(2 / Math.PI);

/**
 * Fits volatility, tail exponent, jumps and clustering to evenly spaced bars.
 * @param open of the first bar; the first return runs from it.
 * @param closes of all bars.
 * @param seconds of a bar.
 */
export function fitPrices(open: number, closes: readonly number[], seconds: number): PriceFit | { readonly why: string } {
  const returns = closes.map((close, k) => Math.log(close / (k === 0 ? open : closes[k - 1])));
  const n = returns.length;
  if (n < FEWEST.volatility) return { why: `found ${n} bars, want at least ${FEWEST.volatility} for a volatility` };
  const mean = average(returns);
  const centred = returns.map((value) => value - mean);
  const variance = average(centred.map((value) => value * value));
  if (variance === 0) return { why: `found a price that never moves in ${n} bars, want one that does` };
  const fourth = average(centred.map((value) => value * value * value * value));
  const volatility = Math.sqrt((variance * YEAR) / seconds);
  // Delta method: the relative error of a deviation is half that of a variance.
  const error = 0.5 * Math.sqrt((fourth / (variance * variance) - 1) / n);
  const why: string[] = [];
  const enough = (part: Exclude<keyof typeof FEWEST, 'volatility'>): boolean => {
    if (n >= FEWEST[part]) return true;
    why.push(`${part}: found ${n} bars, want at least ${FEWEST[part]}`);
    return false;
  };
  const sizes = centred.map(Math.abs).sort((a, b) => b - a);
  const rootMeanSquare = Math.sqrt(variance);
  return {
    bars: n,
    seconds,
    first: open,
    last: closes[n - 1],
    volatility,
    volatilityInterval: [volatility * (1 - 1.96 * error), volatility * (1 + 1.96 * error)],
    kurtosis: fourth / (variance * variance),
    sizes: sizes.map((size) => size / rootMeanSquare),
    rootMeanSquare,
    zeros: returns.filter((value) => value === 0).length,
    tail: enough('tail') ? fitTail(sizes) : null,
    jumps: enough('jumps') ? fitJumps(centred, seconds) : null,
    clustering: enough('clustering') ? fitClustering(centred) : null,
    why,
  };
}

/** Hill's estimator on descending absolute returns. */
export function hill(sizes: readonly number[], count: number): number {
  const from = Math.log(sizes[count]);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.log(sizes[i]) - from;
  return count / sum;
}

function fitTail(sizes: readonly number[]): Tail {
  const count = Math.max(TAIL_LEAST, Math.floor(sizes.length * TAIL_SHARE));
  const exponent = hill(sizes, count);
  const error = 1.96 / Math.sqrt(count);
  let distance = 0;
  for (let i = 0; i < count; i++) {
    const fitted = Math.exp(-exponent * Math.log(sizes[i] / sizes[count]));
    distance = Math.max(distance, Math.abs(fitted - i / count), Math.abs(fitted - (i + 1) / count));
  }
  return {
    exponent,
    interval: [exponent * (1 - error), exponent * (1 + error)],
    count,
    from: sizes[count],
    distance,
    others: [Math.floor(count / 2), 2 * count].map((other) => ({ count: other, exponent: hill(sizes, other) })),
  };
}

/**
 * Bipower variation for the share, and for the count each return against the bipower volatility of the window before it.
 * Sources: Barndorff-Nielsen and Shephard, Journal of Financial Econometrics 4, 2006; Lee and Mykland, Review of Financial Studies 21, 2008.
 */
function fitJumps(returns: readonly number[], seconds: number): Jumps {
  const n = returns.length;
  const size = returns.map(Math.abs);
  let realised = 0;
  let bipower = 0;
  let quad = 0;
  for (let i = 0; i < n; i++) {
    realised += size[i] * size[i];
    if (i > 0) bipower += size[i] * size[i - 1];
    if (i > 2) quad += size[i] * size[i - 1] * size[i - 2] * size[i - 3];
  }
  const constant = MEAN_ABSOLUTE * MEAN_ABSOLUTE;
  bipower *= (1 / constant) * (n / (n - 1));
  quad *= (n * n) / (constant * constant * (n - 3));
  const spread = (Math.PI * Math.PI) / 4 + Math.PI - 5;
  const statistic = (1 - bipower / realised) / Math.sqrt((spread / n) * Math.max(1, quad / (bipower * bipower)));

  const window = Math.min(Math.floor(n / 3), Math.max(10, Math.ceil(Math.sqrt((252 * DAY) / seconds))));
  const root = Math.sqrt(2 * Math.log(n));
  const centre = root / MEAN_ABSOLUTE - (Math.log(Math.PI) + Math.log(Math.log(n))) / (2 * MEAN_ABSOLUTE * root);
  const limit = centre - Math.log(-Math.log(0.99)) / (MEAN_ABSOLUTE * root);
  const found: number[] = [];
  // Sums of |r(j)| |r(j − 1)| over the window that ends before each return.
  const running = new Float64Array(n + 1);
  for (let i = 1; i < n; i++) running[i + 1] = running[i] + size[i] * size[i - 1];
  for (let i = window; i < n; i++) {
    const deviation = Math.sqrt((running[i] - running[i - window + 2]) / (window - 2));
    if (deviation > 0 && size[i] / deviation > limit) found.push(returns[i]);
  }
  const mean = found.length === 0 ? 0 : average(found);
  return {
    share: Math.max(0, 1 - bipower / realised),
    statistic,
    count: found.length,
    aDay: (found.length * DAY) / ((n - window) * seconds),
    mean,
    deviation: found.length < 2 ? 0 : Math.sqrt(average(found.map((value) => (value - mean) * (value - mean)))),
  };
}

function fitClustering(returns: readonly number[]): Clustering {
  const size = returns.map(Math.abs);
  const garch = fitGarch(returns);
  const squares = returns.map((value, k) => (value * value) / garch.variances[k]);
  const left = autocorrelations(squares, RESIDUAL_LAGS);
  const n = returns.length;
  const statistic = left.reduce((sum, rho, k) => sum + (rho * rho) / (n - k - 1), 0) * n * (n + 2);
  return {
    autocorrelation: autocorrelations(size, Math.min(LAGS, Math.floor(n / 5))),
    bound: 1.96 / Math.sqrt(n),
    garch,
    residualP: chiSquareUpper(statistic, RESIDUAL_LAGS),
  };
}

/** Sample autocorrelations at lags 1 to `lags`. */
export function autocorrelations(values: readonly number[], lags: number): number[] {
  const mean = average(values);
  const centred = values.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: lags }, (_, k) => {
    let sum = 0;
    for (let i = k + 1; i < centred.length; i++) sum += centred[i] * centred[i - k - 1];
    return sum / variance;
  });
}

function average(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
