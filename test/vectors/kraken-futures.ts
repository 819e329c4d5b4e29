import { bankruptcyPrice, contractValue, liquidationPrice, maintenanceAt } from '../../src/margin/isolated.ts';
import { krakenFutures } from '../../src/venues/kraken-futures.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  inverse_liquidation_price(inputs) {
    const position = {
      contract: contractOf(krakenFutures),
      side: inputs.has('side') ? sideOf(inputs) : 1,
      entry: inputs.number('entry'),
      size: inputs.number('qty_usd'),
      collateral: inputs.number('margin_btc'),
      rate: inputs.number('mm_rate'),
      threshold: 1,
    } as const;
    const { contract, entry, size } = position;
    return {
      position_value_btc: contractValue(contract, size, entry),
      initial_margin_btc: maintenanceAt({ ...position, rate: inputs.number('im_rate') }, entry),
      maintenance_margin_btc_at_entry: maintenanceAt(position, entry),
      liquidation_price: liquidationPrice(position),
      bankruptcy_price: bankruptcyPrice(position),
    };
  },
};
