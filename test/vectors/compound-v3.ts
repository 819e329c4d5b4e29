import { absorb, collateralFor } from '../../src/liquidation/absorb.ts';
import { compoundV3 } from '../../src/venues/compound-v3.ts';
import { loanAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  is_liquidatable(inputs) {
    const price = inputs.number('price');
    const loan = loanAccount(inputs.number('collateral'), price, inputs.number('debt'), inputs.number('liquidate_collateral_factor'));
    return { liquidatable: loan.isDue(price) };
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
