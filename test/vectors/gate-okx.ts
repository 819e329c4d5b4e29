import { chargedRate } from '../../src/margin/isolated.ts';
import { gateOkx } from '../../src/venues/gate-okx.ts';
import type { Mechanisms } from './inputs.ts';
import { openedPosition } from './position.ts';

export const mechanisms: Mechanisms = {
  isolated_liquidation_price(inputs) {
    const rate = chargedRate(inputs.number('mmr'), inputs.number('taker_fee', gateOkx.closingFee));
    return { liquidation_price: openedPosition(inputs, gateOkx, rate).liquidationPrice() };
  },
};
