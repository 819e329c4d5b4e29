import { paradex } from '../../src/venues/paradex.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf } from './position.ts';

export const mechanisms: Mechanisms = {
  account_value(inputs) {
    const mark = inputs.number('mark');
    const position = {
      contract: contractOf(paradex),
      size: inputs.number('size'),
      entry: inputs.number('entry'),
      rate: inputs.number('imf'),
    };
    const account = new EngineAccount([position], inputs.number('collateral'));
    return { initial_margin: account.maintenance(mark), unrealized_pnl: account.profit(mark), account_value: account.equity(mark) };
  },
};
