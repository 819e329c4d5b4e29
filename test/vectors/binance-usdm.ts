import { accountLiquidationPrice, maintenanceOf, unrealisedProfit } from '../../src/margin/account.ts';
import type { AccountPosition } from '../../src/margin/account.ts';
import { liquidationPrice } from '../../src/margin/isolated.ts';
import { nextDeduction, requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { binanceUsdm } from '../../src/venues/binance-usdm.ts';
import type { Inputs, Mechanisms } from './inputs.ts';
import { contractOf, openedPosition, sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  cross_liquidation_price(inputs) {
    const positions = inputs.records('positions').map(crossPosition);
    const target = inputs.text('target');
    const others = positions.filter((position) => position.symbol !== target);
    return {
      other_maintenance_margin: maintenanceOf(others),
      other_unrealized_pnl: unrealisedProfit(others),
      liquidation_price: accountLiquidationPrice({ collateral: inputs.number('wallet_balance'), positions }, target),
    };
  },

  isolated_liquidation_price: (inputs) => ({ liquidation_price: liquidationPrice(openedPosition(inputs, contractOf(binanceUsdm))) }),

  maintenance_amount,

  maintenance_amount_table: (inputs) => ({
    cum: [...tiersFromRates(inputs.records('brackets').map((one) => ({ floor: one.number('floor'), rate: one.number('mmr') }))).deduction],
  }),

  maintenance_margin: (inputs) => ({
    maintenance_margin: requirement(
      { floor: Float64Array.of(0), rate: Float64Array.of(inputs.number('mmr')), deduction: Float64Array.of(inputs.number('cum')) },
      inputs.number('notional'),
    ),
  }),
};

export function maintenance_amount(inputs: Inputs): { readonly cum: number } {
  return {
    cum: nextDeduction(inputs.number('prev_cum'), inputs.number('prev_mmr'), inputs.number('level_floor'), inputs.number('mmr')),
  };
}

function crossPosition(inputs: Inputs): AccountPosition {
  return {
    symbol: inputs.text('symbol'),
    size: sideOf(inputs) * inputs.number('size'),
    entry: inputs.number('entry'),
    mark: inputs.number('mark'),
    rate: inputs.number('mmr'),
    deduction: inputs.number('cum', 0),
  };
}
