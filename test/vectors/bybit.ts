import { requirement, tierOf, tiersFromRates } from '../../src/margin/tiers.ts';
import { bybit, inverseCrossPrices } from '../../src/venues/bybit.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';
import { initialMargin, openedPosition, sideOf } from './position.ts';

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
    const entry = inputs.number('entry');
    const size = inputs.number('qty_usd');
    const position = { contract: 'inverse-entry', size: sideOf(inputs) * size, entry, rate: inputs.number('mmr') } as const;
    const opened = initialMargin(inputs, size / entry);
    const account = new EngineAccount([position], opened, bybit.equalityLiquidates);
    return {
      value_btc: account.value(entry),
      initial_margin_btc: opened,
      maintenance_margin_btc: account.maintenance(entry),
      liquidation_price: account.liquidationPrice(),
    };
  },

  isolated_liquidation_price(inputs) {
    const entry = inputs.number('entry');
    const account = openedPosition(inputs, bybit);
    return {
      initial_margin: account.equity(entry),
      maintenance_margin: account.maintenance(entry),
      liquidation_price: account.liquidationPrice(),
    };
  },

  tiered_maintenance_margin(inputs) {
    const tiers = tiersFromRates(inputs.records('tiers').map((tier) => ({ floor: tier.number('floor'), rate: tier.number('mmr') })));
    const notional = inputs.number('notional');
    return { maintenance_margin: requirement(tiers, notional), mm_deduction: tiers.deduction[tierOf(tiers, notional)] };
  },
};
