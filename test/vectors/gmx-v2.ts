import { profitOutgrowsPool } from '../../src/liquidation/adl.ts';
import { gmxV2 } from '../../src/venues/gmx-v2.ts';
import { EngineAccount } from './engine-account.ts';
import type { Inputs, Mechanisms } from './inputs.ts';
import { contractOf, sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  adl_trigger(inputs) {
    const profit = accountOf(inputs, 0).profit(inputs.number('price'));
    const { factor, triggered } = profitOutgrowsPool(profit, inputs.number('pool_usd'), inputs.number('max_pnl_factor_for_adl'));
    return { adl_enabled: triggered, pnl_to_pool: factor };
  },

  liquidatable(inputs) {
    const price = inputs.number('price');
    const account = accountOf(inputs, collateralOf(inputs), inputs.number('min_collateral_factor'));
    return { liquidatable: account.isDue(price), remaining_collateral: account.equity(price) };
  },

  liquidation_refund: (inputs) => ({
    returned_eth: accountOf(inputs, collateralOf(inputs)).equity(inputs.number('price')) / inputs.number('eth_price'),
  }),
};

/** A side that the file does not name is long. */
function accountOf(inputs: Inputs, collateral: number, rate = 0): EngineAccount {
  const entry = inputs.has('entry') ? inputs.number('entry') : inputs.number('entry_price');
  const size = ((inputs.has('side') ? sideOf(inputs) : 1) * inputs.number('size_usd')) / entry;
  return new EngineAccount([{ contract: contractOf(gmxV2), size, entry, rate }], collateral, gmxV2.equalityLiquidates);
}

/** Collateral stated in USD, or in ETH at the price of a market in ETH. */
function collateralOf(inputs: Inputs): number {
  if (!inputs.has('collateral_eth')) return inputs.number('collateral_value');
  return inputs.number('collateral_eth') * inputs.number('eth_price', inputs.number('price'));
}
