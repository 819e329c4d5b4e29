import { contractValue, liquidationPrice, maintenanceAt } from '../../src/margin/isolated.ts';
import { requirement, tierOf, tiersFromRates } from '../../src/margin/tiers.ts';
import { bybit, inverseCrossPrices } from '../../src/venues/bybit.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, openedPosition, sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  inverse_cross_liquidation_price(inputs) {
    const { bankruptcy, liquidation, displayed } = inverseCrossPrices(
      {
        side: inputs.has('side') ? sideOf(inputs) : 1,
        size: inputs.number('qty_usd'),
        entry: inputs.number('entry'),
        balance: inputs.number('balance_btc'),
        orderMargin: inputs.number('order_margin'),
        rate: inputs.number('mmr'),
        takerFee: inputs.number('taker_fee'),
      },
      inputs.number('tick'),
    );
    return { bankruptcy_price: bankruptcy, liquidation_price_raw: liquidation, liquidation_price_displayed: displayed };
  },

  inverse_isolated_liquidation_price(inputs) {
    const position = openedPosition(inputs, 'inverse-entry', inputs.number('qty_usd'));
    return {
      value_btc: contractValue(position.contract, position.size, position.entry),
      initial_margin_btc: position.collateral,
      maintenance_margin_btc: maintenanceAt(position, position.entry),
      liquidation_price: liquidationPrice(position),
    };
  },

  isolated_liquidation_price(inputs) {
    const position = openedPosition(inputs, contractOf(bybit));
    return {
      initial_margin: position.collateral,
      maintenance_margin: maintenanceAt(position, position.entry),
      liquidation_price: liquidationPrice(position),
    };
  },

  tiered_maintenance_margin(inputs) {
    const tiers = tiersFromRates(inputs.records('tiers').map((tier) => ({ floor: tier.number('floor'), rate: tier.number('mmr') })));
    const notional = inputs.number('notional');
    return { maintenance_margin: requirement(tiers, notional), mm_deduction: tiers.deduction[tierOf(tiers, notional)] };
  },
};
