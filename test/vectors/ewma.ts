import { ewmaVariance, lossOfMove, overHorizon } from '../../src/margin/dynamic.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** The vectors print shares in percent. */
const PERCENT = 100;

export const mechanisms: Mechanisms = {
  riskmetrics_update: (inputs) => ({
    sigma: sigmaAfter(inputs),
  }),
  ewma_var_margin: (inputs) => {
    const sigma = sigmaAfter(inputs);
    const loss = lossOfMove(inputs.number('z') * sigma);
    return { sigma, var_pct: loss * PERCENT, im_pct: overHorizon(loss, inputs.number('mpor_days')) * PERCENT };
  },
};

/** Volatility after a return. */
function sigmaAfter(inputs: Inputs): number {
  return Math.sqrt(ewmaVariance(inputs.number('sigma_prev') ** 2, inputs.number('lambda_'), inputs.number('ret')));
}
