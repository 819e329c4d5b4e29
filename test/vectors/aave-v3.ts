import { closeFactor, fixedSpreadSale, mayLeave, mostRepayable } from '../../src/liquidation/close-factor.ts';
import type { CloseFactorRules } from '../../src/liquidation/close-factor.ts';
import { countedCollateral, healthFactor } from '../../src/margin/lending.ts';
import { aaveV3 } from '../../src/venues/aave-v3.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

const { sale } = aaveV3.lending;

/** The venue's rules with what a vector states in their place. */
function rulesOf(inputs: Inputs): CloseFactorRules {
  return {
    ...sale,
    closeFactor: inputs.number('close_factor', sale.closeFactor),
    fullCloseHealth: inputs.number('threshold_hf', sale.fullCloseHealth),
    fullCloseBelow: inputs.number('min_base', sale.fullCloseBelow),
    leastLeftover: inputs.number('min_leftover', sale.leastLeftover),
  };
}

export const mechanisms: Mechanisms = {
  health_factor: (inputs) => {
    const collateral = inputs.records('collateral').map((asset) => ({
      quantity: asset.number('value'),
      price: 1,
      liquidationThreshold: asset.number('liquidation_threshold'),
    }));
    return { health_factor: healthFactor(countedCollateral(collateral), inputs.number('debt')) };
  },

  close_factor: (inputs) => ({
    close_factor: closeFactor(rulesOf(inputs), inputs.number('health_factor'), inputs.number('collateral_usd'), inputs.number('debt_usd')),
  }),

  close_factor_total_debt: (inputs) => {
    const debts = inputs.numbers('debts');
    const one = debts[0] ?? 0;
    const total = debts.reduce((sum, debt) => sum + debt, 0);
    const factor = rulesOf(inputs).closeFactor;
    return { max_repay_one_debt: mostRepayable(one, total, factor), old_max_repay: mostRepayable(one, one, factor) };
  },

  liquidation_bonus: (inputs) => {
    const debt = inputs.number('debt_eth');
    const repay = mostRepayable(debt, debt, rulesOf(inputs).closeFactor);
    const { repaid, seized } = fixedSpreadSale(
      inputs.number('collateral_eth', Infinity),
      repay,
      inputs.number('bonus'),
      sale.protocolShare,
    );
    return { repay_eth: repaid, collateral_eth: seized };
  },

  min_leftover: (inputs) => ({
    allowed: mayLeave(inputs.number('remaining_collateral_usd'), inputs.number('remaining_debt_usd'), rulesOf(inputs).leastLeftover),
  }),
};
