import { keptByStepDown } from '../../src/liquidation/policies.ts';
import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { PortfolioMargin } from '../../src/margin/portfolio.ts';
import { scaledByBands } from '../../src/margin/scaling.ts';
import type { ScalingBand } from '../../src/margin/scaling.ts';
import { okxRules } from '../../src/venues/okx.ts';
import type { Mechanisms } from './inputs.ts';

/** An exposure of so many units under spot shocks, of which closing costs a share. */
function portfolio(
  shocks: readonly number[],
  size: number,
  price: number,
  closing: number,
  bands: readonly ScalingBand[],
): PortfolioMargin {
  return assessAccount(okxRules(shocks, 0, closing, bands), {
    cash: 0,
    reserved: 0,
    stable: 1,
    units: [{ spot: price, confidence: 1, plain: [{ ...PLAIN, size, price }], expiries: [] }],
  });
}

export const mechanisms: Mechanisms = {
  partial_liquidation(inputs) {
    const contracts = inputs.number('contracts');
    const tier = inputs.number('tier');
    const largest = Array.from({ length: tier }, (_, k) => inputs.number(`tier${k + 1}_max`, contracts));
    const kept = keptByStepDown(contracts, tier, largest);
    return { contracts_closed: contracts - kept, contracts_left: kept };
  },

  pm_mr1_spot_shock: (inputs) => ({
    mr1_linear: portfolio(inputs.numbers('shocks'), inputs.number('delta_btc'), inputs.number('price'), 0, []).worstLoss,
  }),

  pm_mr7_scaling(inputs) {
    const bands = inputs.rows('tiers').map(([upTo, factor]) => ({ upTo: upTo === null ? Infinity : Number(upTo), factor: Number(factor) }));
    const [raw, others] = [inputs.number('mr7_raw'), inputs.number('mr_sum', 0)];
    // A contract that can lose what the other parts demand.
    const mmr = (closing: number): number => portfolio([0, -1], 1, others, closing, bands).maintenance;
    return { mr7_adjusted: scaledByBands(raw, bands), mmr_before: mmr(0), mmr: mmr(others > 0 ? raw / others : 0) };
  },
};
