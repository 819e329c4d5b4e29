/** Random variates as pure functions of a uniform in (0, 1) or of a counter; see random.ts for what a counter is. */
import { exp, log, normalCdf, normalQuantile } from './math.ts';
import { bits, uniform } from './random.ts';

/** Layers of the ziggurat, and where its tail begins for that many (Marsaglia and Tsang, Journal of Statistical Software 5, 2000). */
const LAYERS = 256;
const BASE = 3.6541528853610088;

/** Per layer: below this integer a point lies under the curve for certain; width of one integer step; density at the outer edge. */
const inside = new Float64Array(LAYERS);
const width = new Float64Array(LAYERS);
const density = new Float64Array(LAYERS + 1);

function layZiggurat(): void {
  const TWO_31 = 2147483648;
  const edge = exp(-0.5 * BASE * BASE);
  const area = BASE * edge + Math.sqrt(6.283185307179586) * normalCdf(-BASE);
  let outer = area / edge;
  let inner = BASE;
  width[0] = outer / TWO_31;
  inside[0] = (inner / outer) * TWO_31;
  density[0] = 0;
  density[1] = edge;
  for (let i = 1; i < LAYERS; i++) {
    outer = inner;
    const top = i === LAYERS - 1 ? 1 : density[i] + area / outer;
    inner = Math.sqrt(-2 * log(top));
    width[i] = outer / TWO_31;
    inside[i] = (inner / outer) * TWO_31;
    density[i + 1] = top;
  }
}
layZiggurat();

/**
 * Standard normal of a counter by a ziggurat: one hash in 98.8 % of the draws. A rejection goes on under roots derived from this
 * counter's own, never to a neighbouring slot. 31 bits and a sign a layer.
 */
export function normal(lo: number, hi: number, stream: number, step: number, slot: number): number {
  let a = (step + lo + Math.imul(stream, 0x9e3779b1)) | 0;
  let b = (slot + hi + Math.imul(stream, 0x85ebca77)) | 0;
  a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  b = Math.imul(b ^ (b >>> 16), 0x7feb352d);
  a = (a ^ (a >>> 15)) + Math.imul(b ^ (b >>> 15), 0x9e3779b1);
  a = Math.imul(a ^ (a >>> 16), 0x735a2d97);
  const c = Math.imul(b ^ (b >>> 13) ^ a, 0x2c1b3c6d);
  a = Math.imul(a ^ (a >>> 15) ^ b, 0x846ca68b);
  const position = a ^ (a >>> 16);
  const layer = c >>> 24;
  // The distance of position + ½ from 0, less that ½, without a branch.
  const size = position ^ (position >> 31);
  if (size < inside[layer]) return (position + 0.5) * width[layer];
  return rejected(lo, hi, stream, step, slot, position, layer);
}

function rejected(lo: number, hi: number, stream: number, step: number, slot: number, first: number, firstLayer: number): number {
  let position = first;
  let layer = firstLayer;
  for (let attempt = 1; ; attempt++) {
    const nextLo = (lo ^ Math.imul(attempt, 0x6c078965)) | 0;
    const nextHi = (hi + Math.imul(attempt, 0x5bd1e995)) | 0;
    const x = (position + 0.5) * width[layer];
    if ((position ^ (position >> 31)) < inside[layer]) return x;
    const u = uniform(nextLo, nextHi, stream, step, slot);
    if (layer === 0) {
      // The tail beyond the base by Marsaglia's exponential rejection. A miss tries the tail again: its share of the area is drawn already.
      const v = uniform(~nextLo, nextHi, stream, step, slot);
      const tail = -log(u) / BASE;
      if (-2 * log(v) > tail * tail) return position < 0 ? -(BASE + tail) : BASE + tail;
      continue;
    }
    if (density[layer] + u * (density[layer + 1] - density[layer]) < exp(-0.5 * x * x)) return x;
    position = bits(nextLo, ~nextHi, stream, step, slot) | 0;
    layer = bits(~nextLo, ~nextHi, stream, step, slot) >>> 24;
  }
}

/** Exponential with mean 1. Increasing in u. */
export function exponential(u: number): number {
  return -log(1 - u);
}

/** Pareto on [minimum, ∞): P(X > x) = (minimum/x)^alpha. Increasing in u. */
export function pareto(u: number, alpha: number, minimum: number): number {
  return minimum * exp(-log(1 - u) / alpha);
}

/** Log-normal: log X is normal with mean log(median) and standard deviation sigma. Increasing in u. */
export function lognormal(u: number, median: number, sigma: number): number {
  return median * exp(sigma * normalQuantile(u));
}

/** Below this mean the sum starts at P(X = 0) = e^−mean; above it that is too far away, later too small to be a number. */
const DIRECT_MEAN = 300;

/** Where the sum of `poisson` begins, and the probability of that. */
export interface PoissonStart {
  readonly k: number;
  readonly mass: number;
}

/** The start for a mean; whoever draws often with one mean keeps it. */
export function poissonStart(mean: number): PoissonStart {
  if (mean < DIRECT_MEAN) return { k: 0, mass: exp(-mean) };
  const k = Math.floor(mean - 12 * Math.sqrt(mean));
  return { k, mass: poissonMass(k, mean) };
}

/**
 * Poisson by inversion of one uniform: the smallest k with P(X ≤ k) ≥ u, hence increasing in u and in the mean. The sum starts from the
 * end of the distribution that u is nearer to, so both tails are as exact as u. Work grows as the mean, beyond a mean of 300 as its root.
 */
export function poisson(mean: number, u: number, start: PoissonStart = poissonStart(mean)): number {
  if (!(mean > 0)) return 0;
  if (u > 0.999) return poissonFromAbove(mean, 1 - u);
  let { k, mass } = start;
  let below = mass;
  while (below < u) {
    k++;
    mass *= mean / k;
    below += mass;
  }
  return k;
}

/** The smallest k with P(X > k) ≤ q, summed downward from where nothing above matters to any q ≥ 2^-53. */
function poissonFromAbove(mean: number, q: number): number {
  let k = 0;
  let mass: number;
  if (mean < DIRECT_MEAN) {
    mass = exp(-mean);
    while (mass > 1e-25 || k < mean) {
      k++;
      mass *= mean / k;
    }
  } else {
    k = Math.ceil(mean + 10 * Math.sqrt(mean) + 40);
    mass = poissonMass(k, mean);
  }
  let above = 0;
  while (k > 0 && above + mass <= q) {
    above += mass;
    mass *= k / mean;
    k--;
  }
  return k;
}

/** P(X = k) for k ≥ 16 by Loader's saddle point form (2000): Stirling's error and the deviance, which do not cancel. */
function poissonMass(k: number, mean: number): number {
  const square = k * k;
  const stirling = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / k;
  const deviance = k * log(k / mean) + mean - k;
  return exp(-stirling - deviance) / Math.sqrt(6.283185307179586 * k);
}
