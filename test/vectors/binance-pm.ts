import { binanceCoinm } from '../../src/venues/binance-coinm.ts';
import { binancePm } from '../../src/venues/binance-pm.ts';
import { EngineAccount } from './engine-account.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, sideOf } from './position.ts';

/** The file's words for the states of the ladder. */
const STATES: Readonly<Record<string, string>> = {
  'margin call': 'margin_call',
  'reduce only': 'reduce_only',
  'liquidation claim': 'liquidation_claim',
};

export const mechanisms: Mechanisms = {
  futures_maintenance(inputs) {
    const rate = inputs.number('mmr');
    const demanded = inputs.rows('legs').map((leg) => {
      const [size, mark] = leg.map(Number);
      return new EngineAccount([{ contract: contractOf(binancePm), size, entry: mark, rate }], 0).maintenance(mark);
    });
    const result = { mm_usdt: demanded.reduce((sum, one) => sum + one, 0) };
    if (!inputs.has('coin_leg')) return result;
    const leg = inputs.record('coin_leg');
    const mark = leg.number('mark');
    const size = (leg.has('side') ? sideOf(leg) : 1) * leg.number('qty_usd');
    const coin = new EngineAccount([{ contract: contractOf(binanceCoinm), size, entry: leg.number('entry'), rate }], 0);
    return { ...result, coin_pnl_btc: coin.profit(mark), coin_mm_btc: coin.maintenance(mark) };
  },

  unimmr_state(inputs) {
    // Maintenance is 1,000.
    const position = { contract: contractOf(binancePm), size: 1, entry: 100_000, rate: 0.01 };
    const equity = 1000 * inputs.number('uni_mmr');
    const reached = binancePm.ladder!.filter(({ level, orEqual }) => new EngineAccount([position], equity, orEqual, 0, level).isDue());
    const state = reached.at(-1)?.state;
    return { state: state === undefined ? 'normal' : (STATES[state] ?? state) };
  },

  unrealized_pnl: (inputs) => ({
    pnl: inputs.records('legs').map((leg) => {
      const position = { contract: contractOf(binancePm), size: sideOf(leg) * leg.number('qty'), entry: leg.number('entry'), rate: 0 };
      return new EngineAccount([position], 0).profit(leg.number('mark'));
    }),
  }),
};
