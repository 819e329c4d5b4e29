import { profitOutgrowsPool } from '../../src/liquidation/adl.ts';
import { collateralValue } from '../../src/margin/account.ts';
import { isLiquidatable, poolProfit, refund, remainingCollateral } from '../../src/venues/gmx-v2.ts';
import type { PoolPosition } from '../../src/venues/gmx-v2.ts';
import type { Inputs, Mechanisms } from './inputs.ts';
import { sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  adl_trigger(inputs) {
    const profit = poolProfit(positionOf(inputs), inputs.number('price'));
    const { factor, triggered } = profitOutgrowsPool(profit, inputs.number('pool_usd'), inputs.number('max_pnl_factor_for_adl'));
    return { adl_enabled: triggered, pnl_to_pool: factor };
  },

  liquidatable(inputs) {
    const remaining = remainingOf(inputs);
    return {
      liquidatable: isLiquidatable(
        remaining,
        inputs.number('size_usd'),
        inputs.number('min_collateral_factor'),
        inputs.number('min_collateral_usd', 0),
      ),
      remaining_collateral: remaining,
    };
  },

  liquidation_refund: (inputs) => ({ returned_eth: refund(remainingOf(inputs), inputs.number('eth_price')) }),
};

/** A side that the file does not name is long. */
function positionOf(inputs: Inputs): PoolPosition {
  return {
    side: inputs.has('side') ? sideOf(inputs) : 1,
    sizeUsd: inputs.number('size_usd'),
    entry: inputs.has('entry') ? inputs.number('entry') : inputs.number('entry_price'),
  };
}

/** Collateral stated in USD, or in ETH at the price of a market in ETH. */
function remainingOf(inputs: Inputs): number {
  const price = inputs.number('price');
  const collateral = inputs.has('collateral_eth')
    ? collateralValue(inputs.number('collateral_eth'), inputs.number('eth_price', price), 1)
    : inputs.number('collateral_value');
  return remainingCollateral(collateral, positionOf(inputs), price);
}
