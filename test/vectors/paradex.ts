import { accountEquity, maintenanceOf, unrealisedProfit } from '../../src/margin/account.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  account_value(inputs) {
    const position = {
      symbol: 'PERP',
      size: inputs.number('size'),
      entry: inputs.number('entry'),
      mark: inputs.number('mark'),
      rate: inputs.number('imf'),
      deduction: 0,
    };
    return {
      initial_margin: maintenanceOf([position]),
      unrealized_pnl: unrealisedProfit([position]),
      account_value: accountEquity({ collateral: inputs.number('collateral'), positions: [position] }),
    };
  },
};
