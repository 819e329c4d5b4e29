import { standardMargin } from '../../src/margin/standard.ts';
import type { StandardRules } from '../../src/margin/standard.ts';
import type { Mechanisms } from './inputs.ts';

/** Parameter sets that the vectors name. The first is what StandardManager's tests run on (TestStandardManager_Cases.t.sol). */
const PARAMETERS: Readonly<Record<string, StandardRules>> = {
  'derive-srm-test': {
    option: { most: 0.15, least: 0.1, call: 0.075, put: 0.075, putValue: 0.075, putInitial: 1.05 },
    unpaired: { maintenance: 1.1, initial: 1.2 },
    perpetual: { maintenance: 0.05, initial: 0.065 },
    collateral: { maintenance: 0.1, initial: 1 },
    confidence: { perpetual: 0.4, option: 0.4, collateral: 0.4, factor: 0.4 },
    peg: { threshold: 0.98, factor: 1.2 },
  },
};

export const mechanisms: Mechanisms = {
  standard_margin: (inputs) => {
    const markets = inputs.records('markets').map((market) => ({
      spot: market.number('spot'),
      spotConfidence: market.number('spot_conf'),
      perpetual: {
        size: market.number('perp_size'),
        price: market.number('perp_price'),
        confidence: market.number('perp_conf'),
        profit: market.number('perp_pnl'),
      },
      held: market.number('base'),
      expiries: market.records('expiries').map((expiry) => ({
        seconds: expiry.number('seconds'),
        forward: expiry.number('forward'),
        confidence: expiry.number('conf'),
        options: expiry.records('options').map((option) => ({
          call: option.flag('is_call'),
          strike: option.number('strike'),
          size: option.number('amount'),
          volatility: option.number('vol'),
        })),
      })),
    }));
    const rules = PARAMETERS[inputs.text('parameters')];
    const result = standardMargin(rules, inputs.number('cash'), inputs.number('stable_price'), markets);
    return {
      mark_to_market: result.equity,
      maintenance_margin: result.equity - result.maintenance,
      initial_margin: result.equity - result.initial,
    };
  },
};
