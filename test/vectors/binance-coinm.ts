import { binanceCoinm } from '../../src/venues/binance-coinm.ts';
import { maintenance_amount } from './binance-usdm.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf } from './position.ts';

export const mechanisms: Mechanisms = {
  maintenance_amount,

  maintenance_margin(inputs) {
    const mark = inputs.number('mark');
    const size = inputs.number('contracts') * inputs.number('contract_value_usd');
    const position = { contract: contractOf(binanceCoinm), size, entry: mark, rate: inputs.number('mmr') };
    const account = new EngineAccount([{ ...position, deduction: inputs.number('cum', 0) }], 0);
    return { notional_btc: account.value(mark), maintenance_margin_btc: account.maintenance(mark) };
  },
};
