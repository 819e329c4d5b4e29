import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import { EQUITY, timsRules } from '../../src/venues/occ-tims.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  price_points: (inputs) => {
    const rules = timsRules({ ...EQUITY, up: inputs.number('up'), down: inputs.number('down'), points: inputs.number('points') });
    const plain = [{ ...PLAIN, size: inputs.number('shares'), price: inputs.number('price') }];
    const account = { cash: 0, reserved: 0, stable: 1, units: [{ spot: inputs.number('price'), confidence: 1, plain, expiries: [] }] };
    return { requirement: assessAccount(rules, account).maintenance };
  },
  minimum_charge: (inputs) => {
    // Sold so far out of the money that no point loses anything: the least charge is all there is.
    const options = [
      { call: true, strike: 1e6, size: -inputs.number('contracts'), multiplier: inputs.number('multiplier'), volatility: 0 },
    ];
    const expiry = { seconds: 0, forward: 1, fixed: 0, rate: 0, confidence: 1, options };
    const account = { cash: 0, reserved: 0, stable: 1, units: [{ spot: 1, confidence: 1, plain: [], expiries: [expiry] }] };
    return { minimum: assessAccount(timsRules({ ...EQUITY, leastPerOption: inputs.number('min_per_share') }), account).maintenance };
  },
};
