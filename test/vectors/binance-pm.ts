import { maintenanceOf } from '../../src/margin/account.ts';
import { maintenanceAt, profitAt } from '../../src/margin/isolated.ts';
import { ladderState } from '../../src/margin/ladder.ts';
import { binanceCoinm } from '../../src/venues/binance-coinm.ts';
import { binancePm } from '../../src/venues/binance-pm.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, sideOf } from './position.ts';

/** The file's words for the states of the ladder. */
const STATES: Readonly<Record<string, string>> = {
  healthy: 'normal',
  'margin call': 'margin_call',
  'reduce only': 'reduce_only',
  'liquidation claim': 'liquidation_claim',
};

export const mechanisms: Mechanisms = {
  futures_maintenance(inputs) {
    const rate = inputs.number('mmr');
    const legs = inputs.rows('legs').map(([size, mark]) => ({ size: Number(size), mark: Number(mark), rate, deduction: 0 }));
    const result = { mm_usdt: maintenanceOf(legs) };
    if (!inputs.has('coin_leg')) return result;
    const leg = inputs.record('coin_leg');
    const mark = leg.number('mark');
    const side = leg.has('side') ? sideOf(leg) : 1;
    const contract = contractOf(binanceCoinm);
    const coin = { contract, side, size: leg.number('qty_usd'), entry: leg.number('entry'), collateral: 0, rate, threshold: 1 } as const;
    return { ...result, coin_pnl_btc: profitAt(coin, mark), coin_mm_btc: maintenanceAt(coin, mark) };
  },

  unimmr_state(inputs) {
    const state = ladderState(binancePm.ladder ?? [], inputs.number('uni_mmr'));
    return { state: STATES[state] ?? state };
  },

  unrealized_pnl: (inputs) => ({
    pnl: inputs
      .records('legs')
      .map((leg) =>
        profitAt(
          { contract: contractOf(binancePm), side: sideOf(leg), size: leg.number('qty'), entry: leg.number('entry') },
          leg.number('mark'),
        ),
      ),
  }),
};
