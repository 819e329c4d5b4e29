import { root } from '../core/random.ts';
import { morrisEffects, sobolIndices } from '../statistics/sensitivity.ts';
import type { Response } from '../statistics/sensitivity.ts';
import { centredDiscrepancy, sobolPoints, starDiscrepancy } from '../statistics/sequences.ts';
import { lasting, playLaw, spreadHolders } from './curve-worlds.ts';
import { runsOf } from './effort.ts';
import { numbersOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Sobol points of the published tolerance of 0.01, and how much wider it is with a quarter of them: errors go nearly with 1 / n. */
const POINTS = 2 ** 14;
const QUICK = 4;

function pointsOf(effort: Effort, full: number): { readonly count: number; readonly allowed: number } {
  const count = runsOf(effort, { full, quick: full / QUICK });
  return { count, allowed: 0.01 * Math.max(1, full / count) };
}

/** A function whose indices are known: the mean is held to the same relative error as the variance. */
function indices(expected: Value, measured: Value, count: number, allowed: number): Verdict {
  return {
    expected,
    measured,
    tolerance: `absolute ${allowed} (mean and variance relative) at ${count} Sobol points`,
    pass: agree(expected, measured, allowed, allowed),
  };
}

function ishigami(_parameters: Value, effort: Effort, published: Value): Verdict {
  const { count, allowed } = pointsOf(effort, POINTS);
  const angle = (u: number | undefined): number => Math.PI * (2 * (u ?? NaN) - 1);
  const response: Response = (u) => {
    const [x, y, z] = [angle(u[0]), angle(u[1]), angle(u[2])];
    return Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x);
  };
  const { mean, variance, first, total, pairs } = sobolIndices(response, 3, count, [[0, 2]]);
  return indices(published, { mean, var: variance, S: [...first], ST: [...total], S13: pairs[0] ?? NaN }, count, allowed);
}

function sobolG(_parameters: Value, effort: Effort, published: Value): Verdict {
  const { count, allowed } = pointsOf(effort, POINTS);
  const weights = [0, 1, 4.5, 9, 99, 99, 99, 99];
  const response: Response = (u) => weights.reduce((product, a, k) => (product * (Math.abs(4 * (u[k] ?? NaN) - 2) + a)) / (1 + a), 1);
  const { variance, first, total } = sobolIndices(response, weights.length, count);
  // The last four inputs are alike; the file has one of them.
  return indices(published, { var: variance, S: [...first].slice(0, 5), ST: [...total].slice(0, 5) }, count, allowed);
}

/** Positions of a cascade: the drop is known to half of one, a four-hundredth of it. */
const POSITIONS = 200;

/** The drop of a cascade on linear impact, played by the engine at each point. */
function cascadeIndices(_parameters: Value, effort: Effort, published: Value): Verdict {
  const { count, allowed } = pointsOf(effort, POINTS / 2);
  const response: Response = (u) => {
    const lambda = 0.1 + 0.4 * (u[0] ?? NaN);
    const density = 0.5 + (u[1] ?? NaN);
    const s = 0.01 + 0.04 * (u[2] ?? NaN);
    const reach = (1.01 * s) / (1 - lambda * density);
    const holders = [spreadHolders({ side: 1, count: POSITIONS, reach, lots: density * reach })];
    return 1 - (playLaw({ impact: lasting({ kind: 'linear', slope: lambda }), shocked: 1 - s, holders }).prices[0] ?? NaN);
  };
  const { mean, variance, first, total } = sobolIndices(response, 3, count);
  const [lam = NaN, rho = NaN, s = NaN] = first;
  const [lamTotal = NaN, rhoTotal = NaN, sTotal = NaN] = total;
  const measured = { mean, var: variance, S: { s, lam, rho }, ST: { s: sTotal, lam: lamTotal, rho: rhoTotal } };
  return indices(published, measured, count, allowed);
}

function morris(parameters: Value): Verdict {
  const c = numbersOf(parameters, 'c', { above: -1e6, below: 1e6 });
  const from = root('validation', 'STA-MORRIS');
  const linear = morrisEffects((x) => c.reduce((sum, each, k) => sum + each * (x[k] ?? NaN), 0), c.length, 20, 8, from);
  const product = morrisEffects((x) => (x[0] ?? NaN) * (x[1] ?? NaN), 2, 20, 8, from);
  const expected = { mu_star: c.map(Math.abs), sigma: c.map(() => 0) };
  const measured = { mu_star: [...linear.muStar], sigma: [...linear.sigma] };
  const scale = Math.max(1, ...c.map(Math.abs));
  return {
    expected,
    measured,
    tolerance: `absolute ${1e-12 * scale}; x₁x₂: sigma above 0 for both, found ${[...product.sigma].map((one) => one.toPrecision(3)).join(' and ')}`,
    pass: agree(expected, measured, 0, 1e-12 * scale) && product.sigma.every((one) => one > 0.05),
  };
}

/** Points as lists of coordinates. */
function listed(points: Float64Array, dimensions: number): number[][] {
  return Array.from({ length: points.length / dimensions }, (_, i) => [...points.subarray(i * dimensions, (i + 1) * dimensions)]);
}

function firstPoints(_parameters: Value, _effort: Effort, published: Value): Verdict {
  const measured = listed(sobolPoints(2, 8), 2);
  return { expected: published, measured, tolerance: 'exact', pass: agree(published, measured, 0) };
}

function fiveDimensions(_parameters: Value, _effort: Effort, published: Value): Verdict {
  const measured = listed(sobolPoints(5, 5), 5).slice(1);
  return { expected: published, measured, tolerance: 'exact', pass: agree(published, measured, 0) };
}

function discrepancies(_parameters: Value, _effort: Effort, published: Value): Verdict {
  const points = sobolPoints(2, 16);
  const measured = { CD: centredDiscrepancy(points, 2), L2star: starDiscrepancy(points, 2) };
  return { expected: published, measured, tolerance: 'absolute 1e-9', pass: agree(published, measured, 0, 1e-9) };
}

/** Evenly laid points, and which input of a function matters. */
export const SENSITIVITY_CHECKS: readonly Check[] = [
  { id: 'STA-SOBOLSEQ', run: firstPoints },
  { id: 'STA-SOBOLSEQ5', run: fiveDimensions },
  { id: 'STA-DISCREPANCY', run: discrepancies },
  { id: 'STA-ISHIGAMI', run: ishigami },
  { id: 'STA-SOBOLG', run: sobolG },
  { id: 'STA-SOBOL-CASCADE', run: cascadeIndices },
  { id: 'STA-MORRIS', run: morris },
];
