import { chargedRate, liquidationPrice } from '../../src/margin/isolated.ts';
import { gateOkx } from '../../src/venues/gate-okx.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, openedPosition } from './position.ts';

export const mechanisms: Mechanisms = {
  isolated_liquidation_price(inputs) {
    const position = openedPosition(inputs, contractOf(gateOkx));
    const rate = chargedRate(position.rate, inputs.number('taker_fee', gateOkx.closingFee));
    return { liquidation_price: liquidationPrice({ ...position, rate }) };
  },
};
