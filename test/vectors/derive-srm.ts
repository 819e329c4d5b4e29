import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { StandardTerms } from '../../src/venues/venue.ts';
import type { Mechanisms } from './inputs.ts';

/** Parameter sets that the vectors name. The first is what StandardManager's tests run on (TestStandardManager_Cases.t.sol). */
const PARAMETERS: Readonly<Record<string, Required<Omit<StandardTerms, 'growth'>>>> = {
  'derive-srm-test': {
    rules: {
      option: { most: 0.15, least: 0.1, call: 0.075, put: 0.075, putValue: 0.075, putInitial: 1.05 },
      unpaired: { maintenance: 1.1, initial: 1.2 },
      confidence: { perpetual: 0.4, option: 0.4, collateral: 0.4, factor: 0.4 },
      peg: { threshold: 0.98, factor: 1.2 },
    },
    perpetual: { maintenance: 0.05, initial: 0.065 },
    collateral: { maintenance: 0.1, initial: 1 },
  },
};

export const mechanisms: Mechanisms = {
  standard_margin: (inputs) => {
    const { rules, perpetual, collateral } = PARAMETERS[inputs.text('parameters')];
    const units = inputs.records('markets').map((market) => {
      const contract = {
        ...PLAIN,
        size: market.number('perp_size'),
        price: market.number('perp_price'),
        confidence: market.number('perp_conf'),
        profit: market.number('perp_pnl'),
        maintenance: perpetual.maintenance,
        initial: perpetual.initial - perpetual.maintenance,
      };
      const held = {
        ...PLAIN,
        kind: 'spot' as const,
        size: market.number('base'),
        price: market.number('spot'),
        maintenance: 1 - collateral.maintenance,
        initial: collateral.maintenance * (1 - collateral.initial),
        notional: 'index' as const,
      };
      return {
        spot: market.number('spot'),
        confidence: market.number('spot_conf'),
        plain: [contract, held],
        expiries: market.records('expiries').map((expiry) => ({
          seconds: expiry.number('seconds'),
          forward: expiry.number('forward'),
          fixed: 0,
          rate: 0,
          confidence: expiry.number('conf'),
          options: expiry.records('options').map((option) => ({
            call: option.flag('is_call'),
            strike: option.number('strike'),
            size: option.number('amount'),
            multiplier: 1,
            volatility: option.number('vol'),
          })),
        })),
      };
    });
    const result = assessAccount(rules, { cash: inputs.number('cash'), reserved: 0, stable: inputs.number('stable_price'), units });
    return {
      mark_to_market: result.equity,
      maintenance_margin: result.equity - result.maintenance,
      initial_margin: result.equity - result.initial,
    };
  },
};
