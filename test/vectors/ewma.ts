import { ewmaVolatility, lossOfMove, overHorizon } from '../../src/margin/dynamic.ts';
import type { Mechanisms } from './inputs.ts';

/** The vectors print shares in percent. */
const PERCENT = 100;

export const mechanisms: Mechanisms = {
  riskmetrics_update: (inputs) => ({
    sigma: ewmaVolatility(inputs.number('sigma_prev'), inputs.number('lambda_'), inputs.number('ret')),
  }),
  ewma_var_margin: (inputs) => {
    const sigma = ewmaVolatility(inputs.number('sigma_prev'), inputs.number('lambda_'), inputs.number('ret'));
    const loss = lossOfMove(inputs.number('z') * sigma);
    return { sigma, var_pct: loss * PERCENT, im_pct: overHorizon(loss, inputs.number('mpor_days')) * PERCENT };
  },
};
