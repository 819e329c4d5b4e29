import { absorb, collateralFor } from '../../src/liquidation/absorb.ts';
import { countedCollateral, isUndercollateralised } from '../../src/margin/lending.ts';
import { compoundV3 } from '../../src/venues/compound-v3.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  is_liquidatable: (inputs) => {
    const asset = {
      quantity: inputs.number('collateral', 0),
      price: inputs.number('price', 0),
      liquidationThreshold: inputs.number('liquidate_collateral_factor', 0),
    };
    return { liquidatable: isUndercollateralised(countedCollateral([asset]), inputs.number('debt')) };
  },

  quote_collateral: (inputs) => ({
    collateral_amount: collateralFor(
      inputs.number('base_amount'),
      inputs.number('collateral_price'),
      inputs.number('store_front_price_factor', compoundV3.lending.storeFrontFactor),
      inputs.number('liquidation_factor'),
    ),
  }),

  absorb: (inputs) => {
    const asset = {
      quantity: inputs.number('collateral'),
      price: inputs.number('price'),
      liquidationFactor: inputs.number('liquidation_factor'),
    };
    const { left, paid, seized, uncovered } = absorb([asset], inputs.number('debt'));
    return { balance: left, base_paid_out: paid, collateral_value: seized, uncovered };
  },
};
