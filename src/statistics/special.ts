/** Gamma and beta functions and their regularised integrals, on deterministic arithmetic. */
import { exp, log, log1p } from '../core/math.ts';

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** log Γ(x) for x > 0 by Stirling's series, after moving x up to 15 or more. Absolute error below 1e-14 for x up to 100, relative beyond. */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  while (z < 15) {
    product *= z;
    z++;
  }
  const square = z * z;
  const series =
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / (360360 * square)) / square) / square) / square) / square) / z;
  return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series - log(product);
}

/** Stop of the expansions below: the next term does not change a double. */
const EPSILON = 1.1102230246251565e-16;
/** Stand-in for 0 in a continued fraction (Lentz). */
const TINY = 1e-300;

/** Q(a, x) = Γ(a, x)/Γ(a), the upper regularised gamma, for a > 0 and x ≥ 0: series below the mean, continued fraction above. */
export function upperGamma(a: number, x: number): number {
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

/** P(a, x) = 1 − Q(a, x) without loss where it is small. */
export function lowerGamma(a: number, x: number): number {
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x);
}

function gammaSeries(a: number, x: number): number {
  if (x <= 0) return 0;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * exp(a * log(x) - x - logGamma(a));
}

function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / away(an * d + b);
    c = away(b + an / c);
    const change = c * d;
    h *= change;
    if (change > 1 - 2 * EPSILON && change < 1 + 2 * EPSILON) break;
  }
  return h * exp(a * log(x) - x - logGamma(a));
}

function away(value: number): number {
  return value < TINY && value > -TINY ? TINY : value;
}

/** I_x(a, b), the regularised incomplete beta function, for a, b > 0 and 0 ≤ x ≤ 1, by Lentz's continued fraction. */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    h *= change;
    if (change > 1 - 2 * EPSILON && change < 1 + 2 * EPSILON) break;
  }
  return h;
}

/** x with I_x(a, b) = p, by bisection to the last bit of a double. */
export function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (regularizedBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
}

/** P(X ≤ k) of a binomial count with n trials of probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return regularizedBeta(1 - p, n - k, k + 1);
}
