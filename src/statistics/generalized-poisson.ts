/**
 * The Generalized Poisson law (Consul and Jain 1973; Borel–Tanner with Poisson ancestors): the total size of a branching process whose
 * ancestors are Poisson(a) and whose every member has Poisson(b) children. P(N=k) = a(a+bk)^(k−1) e^−(a+bk) / k!.
 */
import { exp, expm1, log } from '../core/math.ts';
import { logGamma } from './special.ts';

/** P(N = k) for whole k ≥ 0; a > 0, b ≥ 0. For b > 1 the probabilities sum to 1 − P(runaway). */
export function probability(k: number, a: number, b: number): number {
  const rate = a + b * k;
  return exp(log(a) + (k - 1) * log(rate) - rate - logGamma(k + 1));
}

/** P(N ≤ k). */
export function cumulative(k: number, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j <= k; j++) sum += probability(j, a, b);
  return sum;
}

/**
 * P(N ≥ k), finite sizes only, summed from k outward so that a far tail keeps its digits: until the terms no longer count, which takes
 * about (1 − b)^−2 of them (at most ten million).
 */
export function tail(k: number, a: number, b: number): number {
  let sum = 0;
  const peak = mean(a, Math.min(b, 0.999));
  for (let j = k; j < k + 1e7; j++) {
    const term = probability(j, a, b);
    sum += term;
    if (j > peak && term < sum * 1e-17) break;
  }
  return sum;
}

/** E N = a/(1 − b); Infinity from b = 1 on. */
export function mean(a: number, b: number): number {
  return b < 1 ? a / (1 - b) : Infinity;
}

/** Var N = a/(1 − b)³; Infinity from b = 1 on. */
export function variance(a: number, b: number): number {
  return b < 1 ? a / ((1 - b) * (1 - b) * (1 - b)) : Infinity;
}

/** P(N = ∞) = 1 − e^(−a(1 − η)), η the smallest root of η = e^(b(η − 1)); 0 for b ≤ 1. */
export function runaway(a: number, b: number): number {
  return -expm1(-a * (1 - extinction(b)));
}

/** η: the probability that one member's descent dies out. */
export function extinction(b: number): number {
  if (b <= 1) return 1;
  // η − e^(b(η−1)) is concave with its top at 1 − log(b)/b, above 0: the smallest root lies left of it.
  let low = 0;
  let high = 1 - log(b) / b;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (middle < exp(b * (middle - 1))) low = middle;
    else high = middle;
  }
}
