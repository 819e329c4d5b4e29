import { requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { kucoin } from '../../src/venues/kucoin.ts';
import type { Mechanisms } from './inputs.ts';
import { openedPosition } from './position.ts';

export const mechanisms: Mechanisms = {
  isolated_liquidation_price: (inputs) => ({ liquidation_price: openedPosition(inputs, kucoin).liquidationPrice() }),

  maintenance_margin: (inputs) => ({
    maintenance_margin: requirement(tiersFromRates([{ floor: 0, rate: inputs.number('mmr') }]), inputs.number('notional')),
  }),
};
