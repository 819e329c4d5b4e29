import { effectiveLeverage, profitLeverageScore } from '../../src/liquidation/adl.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  adl_ranking(inputs) {
    const leverage = effectiveLeverage(inputs.number('mark_value'), inputs.number('bankrupt_value'));
    return { effective_leverage: leverage, rank: profitLeverageScore(inputs.number('pnl_pct'), leverage) };
  },
};
