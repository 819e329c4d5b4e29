import { describe, expect, test } from 'vitest';
import { pricesFragment } from '../../src/calibration/fragment.ts';
import { fitGarch } from '../../src/calibration/garch.ts';
import { autocorrelations, fitPrices, hill } from '../../src/calibration/returns.ts';
import type { PriceFit } from '../../src/calibration/returns.ts';
import { root, uniform as draw } from '../../src/core/random.ts';
import { normal as drawNormal } from '../../src/core/samplers.ts';
import { resolvePoint } from '../../src/scenario/experiment.ts';
import { parseExperiment } from '../../src/scenario/parse.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { withFirstMarket } from '../scenario/only-market.ts';

const closes = (returns: readonly number[]): number[] => {
  let log = 0;
  return returns.map((value) => 100 * Math.exp((log += value)));
};
function fitted(returns: readonly number[], seconds = 300): PriceFit {
  const fit = fitPrices(100, closes(returns), seconds);
  if (!('bars' in fit)) throw new Error(fit.why);
  return fit;
}
const YEAR = 31_557_600;
const from = root('calibration', 'returns');
const normal = (stream: number, k: number): number => drawNormal(from.lo, from.hi, stream, k, 0);
const uniform = (stream: number, k: number): number => draw(from.lo, from.hi, stream, k, 0);

/** The driver of a fragment, once a scenario has it. */
function driverOf(fragment: string): unknown {
  const text = `horizon: 1m
${fragment.replace(/price: [\d.]+/, 'price: 100').replace('- driver', '- symbol: BTC\n    tick: 0.01\n    lot: 0.1\n    driver')}
market: { makers: { depth: 5e6 } }
traders: [{ name: longs, count: 5, side: long, notional: 1e5, leverage: 5 }, { name: shorts, count: 5, side: short, notional: 1e5, leverage: 5 }]
margin: { maintenance: 1%, initial: 2% }
`;
  const parsed = parseExperiment(text, { path: 'fragment.yaml' });
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return withFirstMarket(resolvePoint(parsed.experiment, 0)).driver;
}

describe('prices', () => {
  test('Gaussian returns: the volatility within its interval, no jumps, no clusters, a thin tail', () => {
    const deviation = 0.6 * Math.sqrt(300 / YEAR);
    const fit = fitted(Array.from({ length: 10_000 }, (_, k) => deviation * normal(1, k)));
    expect(fit.volatility / 0.6).toBeCloseTo(1, 1.6);
    expect(fit.volatilityInterval[0]).toBeLessThan(0.61);
    expect(fit.volatilityInterval[1]).toBeGreaterThan(0.59);
    expect(fit.kurtosis).toBeCloseTo(3, 0);
    expect(Math.abs(fit.jumps?.statistic ?? 9)).toBeLessThan(3);
    expect(fit.jumps?.count).toBeLessThan(3);
    expect(fit.tail?.exponent).toBeGreaterThan(4.5);
    expect(Math.abs(fit.clustering?.autocorrelation[0] ?? 9)).toBeLessThan(0.05);
    expect(fit.clustering?.garch.likelihoodRatio).toBeLessThan(9);
    expect(driverOf(pricesFragment('bars.csv', fit))).toMatchObject({ kind: 'gbm', volatility: Number(fit.volatility.toPrecision(4)) });
  });

  test('a Pareto tail of exponent 3 lies inside the interval', () => {
    const fit = fitted(
      Array.from({ length: 20_000 }, (_, k) => (uniform(2, 2 * k) < 0.5 ? -1 : 1) * 1e-4 * uniform(2, 2 * k + 1) ** (-1 / 3)),
    );
    expect(fit.tail?.interval[0]).toBeLessThan(3);
    expect(fit.tail?.interval[1]).toBeGreaterThan(3);
    expect(fit.tail?.distance).toBeLessThan(0.08);
  });

  test("Hill's estimate on exact quantiles", () => {
    const sizes = Array.from({ length: 10_000 }, (_, k) => ((k + 0.5) / 10_000) ** (-1 / 2.5));
    expect(hill(sizes, 500)).toBeCloseTo(2.5, 1);
  });

  test('jumps of 20 deviations are counted, with their share and size', () => {
    const fit = fitted(Array.from({ length: 10_000 }, (_, k) => 0.001 * normal(3, k) - (k % 500 === 250 ? 0.02 : 0)));
    // The first falls into the window that the local volatility needs.
    expect(fit.jumps?.count).toBe(19);
    expect(fit.jumps?.mean).toBeCloseTo(-0.02, 3);
    // 20 × 0.02² of 10,000 × 0.001² + 20 × 0.02² is 0.444; the products of a jump and its neighbours take 0.06 of it.
    expect(fit.jumps?.share).toBeGreaterThan(0.36);
    expect(fit.jumps?.share).toBeLessThan(0.444);
    expect(fit.jumps?.statistic).toBeGreaterThan(10);
    expect(fit.jumps?.aDay).toBeCloseTo((19 * 86_400) / (9_730 * 300), 1);
  });

  test('a GARCH(1,1) is found again', () => {
    let variance = 1e-6;
    const returns = Array.from({ length: 20_000 }, (_, k) => {
      const value = Math.sqrt(variance) * normal(4, k);
      variance = 2e-8 + 0.08 * value * value + 0.9 * variance;
      return value;
    });
    const { alpha, beta, likelihoodRatio, halfLife } = fitGarch(returns);
    expect(alpha).toBeCloseTo(0.08, 1.5);
    expect(beta).toBeCloseTo(0.9, 1.5);
    expect(likelihoodRatio).toBeGreaterThan(100);
    expect(halfLife).toBeGreaterThan(20);
    const fit = fitted(returns);
    expect(fit.clustering?.residualP).toBeGreaterThan(0.001);
    expect(driverOf(pricesFragment('bars.csv', fit))).toMatchObject({ kind: 'garch', period: 300 });
  });

  test('autocorrelations of an alternating series', () => {
    const rho = autocorrelations(
      Array.from({ length: 1000 }, (_, k) => (k % 2 === 0 ? 1 : -1)),
      2,
    );
    expect(rho[0]).toBeCloseTo(-1, 2);
    expect(rho[1]).toBeCloseTo(1, 2);
  });

  test('too few bars: each part that is left out says how many it wants', () => {
    const fit = fitted(Array.from({ length: 400 }, (_, k) => 0.001 * normal(5, k)));
    expect(fit).toMatchObject({ tail: null, clustering: null });
    expect(fit.jumps).not.toBeNull();
    expect(fit.why).toEqual(['tail: found 400 bars, want at least 1000', 'clustering: found 400 bars, want at least 500']);
    expect(pricesFragment('bars.csv', fit)).toContain('# Not fitted: tail: found 400 bars, want at least 1000.');
    expect(fitPrices(100, [101, 102], 60)).toEqual({ why: 'found 2 bars, want at least 30 for a volatility' });
    expect(
      fitPrices(
        100,
        Array.from({ length: 50 }, () => 100),
        60,
      ),
    ).toEqual({
      why: 'found a price that never moves in 50 bars, want one that does',
    });
  });
});
