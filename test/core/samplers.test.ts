import { describe, expect, test } from 'vitest';
import { log, normalCdf } from '../../src/core/math.ts';
import { root, uniform } from '../../src/core/random.ts';
import { exponential, lognormal, normal, pareto, poisson } from '../../src/core/samplers.ts';
import { chiSquareTest, chiSquareUpper, kolmogorovSmirnov } from '../../src/statistics/goodness.ts';
import { logGamma, upperGamma } from '../../src/statistics/special.ts';

const long = process.env['MARGINFALL_LONG'] === '1';
const { lo, hi } = root('test', 'samplers');
/** Below this a p-value is no accident: the seeds are fixed, so a test that passes once passes always. */
const LEAST = 1e-4;

function sample(n: number, draw: (i: number) => number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => draw(i));
}

describe('normal', () => {
  const n = long ? 20_000_000 : 1_000_000;

  test('agrees with its law in 400 cells, in its moments and in its far tails', () => {
    const cells = new Float64Array(400);
    let first = 0;
    let second = 0;
    let third = 0;
    let fourth = 0;
    let beyond = 0;
    for (let i = 0; i < n; i++) {
      const x = normal(lo, hi, 1, i >>> 10, i & 1023);
      cells[Math.min(399, Math.floor(normalCdf(x) * 400))]++;
      first += x;
      second += x * x;
      third += x * x * x;
      fourth += x * x * x * x;
      // Beyond the base of the ziggurat, where another rule draws.
      if (x > 3.6541528853610088 || x < -3.6541528853610088) beyond++;
    }
    expect(chiSquareTest(cells, new Float64Array(400).fill(n / 400)).p).toBeGreaterThan(LEAST);
    expect(Math.abs(first / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(second / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(third / n)).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    const expected = 2 * n * normalCdf(-3.6541528853610088);
    expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  test('Kolmogorov–Smirnov', () => {
    const sorted = sample(n / 10, (i) => normal(lo, hi, 2, i, 0)).sort();
    expect(kolmogorovSmirnov(sorted, normalCdf).p).toBeGreaterThan(LEAST);
  });

  test('both tails beyond the base follow the normal tail', () => {
    const tails: readonly number[][] = [[], []];
    const base = 3.6541528853610088;
    for (let i = 0; i < 16_000_000; i++) {
      const x = normal(lo, hi, 3, i >>> 8, i & 255);
      if (x > base) tails[0].push(x);
      else if (x < -base) tails[1].push(-x);
    }
    const above = normalCdf(-base);
    // Of them 7 % come from a second try, which a sampler that gives up the tail after the first would lose.
    const expected = 2 * 16_000_000 * above;
    expect(Math.abs(tails[0].length + tails[1].length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    for (const tail of tails) {
      expect(kolmogorovSmirnov(Float64Array.from(tail).sort(), (x) => 1 - normalCdf(-x) / above).p).toBeGreaterThan(LEAST);
    }
  });

  test('neighbouring slots, steps and streams are uncorrelated, in value and in size', () => {
    const m = n / 4;
    const neighbours: readonly ((i: number) => number)[] = [
      (i) => normal(lo, hi, 4, i >>> 6, (i & 63) + 1),
      (i) => normal(lo, hi, 4, (i >>> 6) + 1, i & 63),
      (i) => normal(lo, hi, 5, i >>> 6, i & 63),
    ];
    for (const neighbour of neighbours) {
      let values = 0;
      let sizes = 0;
      for (let i = 0; i < m; i++) {
        const x = normal(lo, hi, 4, i >>> 6, i & 63);
        const y = neighbour(i);
        values += x * y;
        sizes += (x * x - 1) * (y * y - 1);
      }
      expect(Math.abs(values)).toBeLessThan(4 * Math.sqrt(m));
      expect(Math.abs(sizes)).toBeLessThan(4 * Math.sqrt(4 * m));
    }
  });

  test('is a function of its counter alone', () => {
    // Both ways through 10,000 counters, rejections and tails among them.
    const forward = sample(10_000, (i) => normal(lo, hi, 6, i, 3));
    const backward = sample(10_000, (i) => normal(lo, hi, 6, 9_999 - i, 3)).reverse();
    expect(backward).toEqual(forward);
  });
});

describe('exponential, Pareto, log-normal', () => {
  const n = long ? 2_000_000 : 200_000;
  const u = (i: number): number => uniform(lo, hi, 7, 0, i);

  test('agree with their laws', () => {
    expect(kolmogorovSmirnov(sample(n, (i) => exponential(u(i))).sort(), (x) => 1 - Math.exp(-x)).p).toBeGreaterThan(LEAST);
    expect(kolmogorovSmirnov(sample(n, (i) => pareto(u(i), 1.1, 3)).sort(), (x) => 1 - (3 / x) ** 1.1).p).toBeGreaterThan(LEAST);
    expect(kolmogorovSmirnov(sample(n, (i) => lognormal(u(i), 4, 0.9)).sort(), (x) => normalCdf(log(x / 4) / 0.9)).p).toBeGreaterThan(
      LEAST,
    );
  });

  test('have the mean of their laws', () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += exponential(u(i));
    expect(Math.abs(sum / n - 1)).toBeLessThan(4 / Math.sqrt(n));
    sum = 0;
    for (let i = 0; i < n; i++) sum += pareto(u(i), 4, 1);
    expect(Math.abs(sum / n - 4 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / n));
    sum = 0;
    for (let i = 0; i < n; i++) sum += lognormal(u(i), 2, 0.5);
    const mean = 2 * Math.exp(0.125);
    expect(Math.abs(sum / n - mean)).toBeLessThan(4 * mean * Math.sqrt((Math.exp(0.25) - 1) / n));
  });

  test('rise with their uniform and end where they should', () => {
    const grid = [2 ** -53, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9, 1 - 2 ** -53];
    for (const draw of [exponential, (v: number) => pareto(v, 1.1, 3), (v: number) => lognormal(v, 4, 0.9)]) {
      for (let i = 1; i < grid.length; i++) expect(draw(grid[i])).toBeGreaterThan(draw(grid[i - 1]));
    }
    expect(exponential(2 ** -53)).toBe(2 ** -53);
    expect(Math.abs(exponential(1 - 2 ** -53) - 53 * Math.LN2)).toBeLessThan(1e-13);
    expect(pareto(2 ** -53, 1.1, 3)).toBeCloseTo(3, 14);
    expect(lognormal(0.5, 4, 0.9)).toBe(4);
  });
});

describe('Poisson', () => {
  for (const mean of [0.03, 0.7, 4, 30, 290, 310, 700]) {
    test(`agrees with its law at a mean of ${mean}`, () => {
      const n = long ? 1_000_000 : 40_000;
      const size = Math.ceil(mean + 12 * Math.sqrt(mean) + 12);
      const seen = new Float64Array(size);
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const k = poisson(mean, uniform(lo, hi, 8, 0, i));
        seen[k]++;
        sum += k;
        squares += (k - mean) ** 2;
      }
      const wanted = seen.map((_, k) => n * Math.exp(k * Math.log(mean) - mean - logGamma(k + 1)));
      expect(chiSquareTest(seen, wanted).p).toBeGreaterThan(LEAST);
      expect(Math.abs(sum / n - mean)).toBeLessThan(4 * Math.sqrt(mean / n));
      expect(Math.abs(squares / n - mean)).toBeLessThan(4 * Math.sqrt((mean + 2 * mean * mean) / n));
    });
  }

  test('is the inverse of its cdf, in both tails as far as a uniform goes', () => {
    for (const mean of [1e-9, 1e-3, 0.5, 3, 20, 150, 299, 301, 700, 5000]) {
      for (const u of [
        2 ** -53,
        1e-14,
        1e-9,
        1e-4,
        0.01,
        0.3,
        0.5,
        0.9,
        0.9985,
        0.9995,
        1 - 2 ** -20,
        1 - 2 ** -33,
        1 - 2 ** -47,
        1 - 2 ** -53,
      ]) {
        const k = poisson(mean, u);
        // P(X ≤ k) = Q(k + 1, mean); the smaller of both sides keeps its digits.
        const slack = 1e-11;
        const below = (j: number): number => (j < 0 ? 0 : upperGamma(j + 1, mean));
        if (u <= 0.5) {
          expect(below(k)).toBeGreaterThanOrEqual(u * (1 - slack));
          expect(below(k - 1)).toBeLessThan(u * (1 + slack));
        } else {
          expect(1 - below(k)).toBeLessThanOrEqual((1 - u) * (1 + 1e-4) + 2e-15);
          expect(1 - below(k - 1)).toBeGreaterThan((1 - u) * (1 - 1e-4) - 2e-15);
        }
      }
    }
  });

  test('rises with its mean and with its uniform', () => {
    let falls = 0;
    for (let i = 0; i < (long ? 200_000 : 20_000); i++) {
      const u = uniform(lo, hi, 9, 0, i);
      const mean = 10 ** (uniform(lo, hi, 9, 1, i) * 6 - 3);
      const more = mean * (1 + 0.2 * uniform(lo, hi, 9, 2, i));
      falls += poisson(more, u) >= poisson(mean, u) ? 0 : 1;
      const higher = u + (1 - u) * uniform(lo, hi, 9, 3, i);
      falls += poisson(mean, Math.min(higher, 1 - 2 ** -53)) >= poisson(mean, u) ? 0 : 1;
    }
    expect(falls).toBe(0);
    expect(poisson(0, 0.999)).toBe(0);
    // The two sums meet at this uniform, the two starting points at a mean of 300.
    for (const mean of [0.2, 5, 80, 299.999, 300, 900]) expect(poisson(mean, 0.999 + 1e-12)).toBe(poisson(mean, 0.999));
    for (const u of [0.001, 0.5, 0.99, 0.9999]) expect(poisson(300, u)).toBe(poisson(300 - 1e-9, u));
  });

  test('thinning a Poisson count leaves a Poisson count', () => {
    const n = 20_000;
    const seen = new Float64Array(12);
    for (let i = 0; i < n; i++) {
      const arrivals = poisson(6, uniform(lo, hi, 10, 0, i));
      let kept = 0;
      for (let j = 0; j < arrivals; j++) kept += uniform(lo, hi, 11, i, j) < 0.25 ? 1 : 0;
      seen[Math.min(11, kept)]++;
    }
    const wanted = seen.map((_, k) => n * Math.exp(k * Math.log(1.5) - 1.5 - logGamma(k + 1)));
    expect(chiSquareUpper(chiSquareTest(seen, wanted).statistic, 7)).toBeGreaterThan(LEAST);
  });
});
