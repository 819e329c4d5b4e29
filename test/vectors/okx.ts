import { keptByStepDown } from '../../src/liquidation/policies.ts';
import { portfolioRequirement, scaledByBands, spotShockLoss } from '../../src/venues/okx.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  partial_liquidation(inputs) {
    const contracts = inputs.number('contracts');
    const tier = inputs.number('tier');
    const largest = Array.from({ length: tier }, (_, k) => inputs.number(`tier${k + 1}_max`, contracts));
    const kept = keptByStepDown(contracts, tier, largest);
    return { contracts_closed: contracts - kept, contracts_left: kept };
  },

  pm_mr1_spot_shock: (inputs) => ({
    mr1_linear: spotShockLoss(inputs.number('delta_btc'), inputs.number('price'), inputs.numbers('shocks')),
  }),

  pm_mr7_scaling(inputs) {
    const bands = inputs.rows('tiers').map(([upTo, factor]) => ({ upTo: upTo === null ? Infinity : Number(upTo), factor: Number(factor) }));
    const scaled = scaledByBands(inputs.number('mr7_raw'), bands);
    const others = inputs.number('mr_sum', 0);
    return { mr7_adjusted: scaled, mmr_before: others, mmr: portfolioRequirement(others, scaled) };
  },
};
