import { krakenFutures } from '../../src/venues/kraken-futures.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  inverse_liquidation_price(inputs) {
    const side = inputs.has('side') ? sideOf(inputs) : 1;
    const entry = inputs.number('entry');
    const accountAt = (rate: number): EngineAccount => {
      const position = { contract: contractOf(krakenFutures), size: side * inputs.number('qty_usd'), entry, rate };
      return new EngineAccount([position], inputs.number('margin_btc'), krakenFutures.equalityLiquidates);
    };
    const account = accountAt(inputs.number('mm_rate'));
    return {
      position_value_btc: account.value(entry),
      initial_margin_btc: accountAt(inputs.number('im_rate')).maintenance(entry),
      maintenance_margin_btc_at_entry: account.maintenance(entry),
      liquidation_price: account.liquidationPrice(),
      bankruptcy_price: account.bankruptcyPrice(),
    };
  },
};
