import { contractValue, maintenanceAt } from '../../src/margin/isolated.ts';
import { binanceCoinm } from '../../src/venues/binance-coinm.ts';
import { maintenance_amount } from './binance-usdm.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf } from './position.ts';

export const mechanisms: Mechanisms = {
  maintenance_amount,

  maintenance_margin(inputs) {
    const contract = contractOf(binanceCoinm);
    const size = inputs.number('contracts') * inputs.number('contract_value_usd');
    const mark = inputs.number('mark');
    const position = {
      contract,
      side: 1,
      entry: mark,
      size,
      collateral: 0,
      rate: inputs.number('mmr'),
      deduction: inputs.number('cum', 0),
    };
    return {
      notional_btc: contractValue(contract, size, mark),
      maintenance_margin_btc: maintenanceAt({ ...position, side: 1, threshold: 1 }, mark),
    };
  },
};
