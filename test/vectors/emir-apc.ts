import { bufferedMargin, flooredMargin, stressedMargin } from '../../src/margin/procyclicality.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  apc_10y_floor: (inputs) => ({ margin: flooredMargin(inputs.number('current'), inputs.number('ten_year_floor')) }),
  apc_25pct_buffer: (inputs) => ({
    margin: bufferedMargin(inputs.number('var_margin'), inputs.number('buffer'), inputs.number('exhausted')),
  }),
  apc_25pct_stress_weight: (inputs) => ({
    margin: stressedMargin(inputs.number('unstressed'), inputs.number('stressed'), inputs.number('weight')),
  }),
};
