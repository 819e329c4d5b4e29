/** GARCH(1,1) with the sample's own variance as its long-run one: v(t+1) = variance (1 − alpha − beta) + alpha r(t)² + beta v(t). */
export interface Garch {
  readonly alpha: number;
  readonly beta: number;
  /** Bars in which an excess of the variance halves; Infinity at alpha + beta ≥ 1. */
  readonly halfLife: number;
  /** The same fitted to each half of the file: how stable the estimate is. */
  readonly halves: readonly [Estimate, Estimate];
  /** Twice the gain in log likelihood over a constant variance. */
  readonly likelihoodRatio: number;
  /** Fitted variance of each return. */
  readonly variances: Float64Array;
}

interface Estimate {
  readonly alpha: number;
  readonly beta: number;
}

/** Persistence above this counts as a unit root. */
const LARGEST = 0.9999;
const ROUNDS = 9;
const GRID = 5;

/** Gaussian quasi maximum likelihood with variance targeting, over returns with mean 0. */
export function fitGarch(returns: readonly number[]): Garch {
  const values = Float64Array.from(returns);
  const middle = values.length >> 1;
  const { alpha, beta, loss } = search(values);
  const variances = new Float64Array(values.length);
  const constant = deviance(values, 0, 0, variances);
  deviance(values, alpha, beta, variances);
  const halves = [search(values.subarray(0, middle)), search(values.subarray(middle))].map((half) => ({
    alpha: half.alpha,
    beta: half.beta,
  }));
  return {
    alpha,
    beta,
    halfLife: alpha + beta >= LARGEST ? Infinity : Math.log(0.5) / Math.log(alpha + beta),
    halves: [halves[0], halves[1]],
    likelihoodRatio: constant - loss,
    variances,
  };
}

/** Looks over persistence and the share of it that is alpha on grids that close in on the best place. */
function search(values: Float64Array): Estimate & { readonly loss: number } {
  // Persistence is searched by the log of 1 − persistence, where its likelihood is even.
  let [lowGap, highGap] = [Math.log(1 - LARGEST), Math.log(0.8)];
  let [lowAlpha, highAlpha] = [0.001, 0.6];
  let best = { alpha: 0, beta: 0, loss: deviance(values, 0, 0, null) };
  let at = { gap: (lowGap + highGap) / 2, alpha: (lowAlpha + highAlpha) / 2 };
  for (let round = 0; round < ROUNDS; round++) {
    const points = round === 0 ? 2 * GRID : GRID;
    for (let i = 0; i <= points; i++) {
      const gap = lowGap + ((highGap - lowGap) * i) / points;
      const persistence = 1 - Math.exp(gap);
      for (let j = 0; j <= points; j++) {
        const alpha = Math.min(persistence, lowAlpha + ((highAlpha - lowAlpha) * j) / points);
        const loss = deviance(values, alpha, persistence - alpha, null);
        if (loss >= best.loss) continue;
        best = { alpha, beta: persistence - alpha, loss };
        at = { gap, alpha };
      }
    }
    const [halfGap, halfAlpha] = [(highGap - lowGap) / 4, (highAlpha - lowAlpha) / 4];
    [lowGap, highGap] = [Math.max(Math.log(1 - LARGEST), at.gap - halfGap), Math.min(Math.log(0.8), at.gap + halfGap)];
    [lowAlpha, highAlpha] = [Math.max(0, at.alpha - halfAlpha), Math.min(0.9, at.alpha + halfAlpha)];
  }
  return best;
}

/** Minus twice the Gaussian log likelihood, up to a constant; writes the variances where asked. */
function deviance(values: Float64Array, alpha: number, beta: number, out: Float64Array | null): number {
  let target = 0;
  for (const value of values) target += value * value;
  target /= values.length;
  const base = target * (1 - alpha - beta);
  let variance = target;
  let loss = 0;
  for (let k = 0; k < values.length; k++) {
    if (out !== null) out[k] = variance;
    const square = values[k] * values[k];
    loss += Math.log(variance) + square / variance;
    variance = base + alpha * square + beta * variance;
  }
  return loss;
}
