import { liquidationPrice, withClosingFee } from '../../src/margin/isolated.ts';
import { gateOkx } from '../../src/venues/gate-okx.ts';
import type { Mechanisms } from './inputs.ts';
import { contractOf, openedPosition } from './position.ts';

export const mechanisms: Mechanisms = {
  isolated_liquidation_price(inputs) {
    const position = openedPosition(inputs, contractOf(gateOkx));
    return { liquidation_price: liquidationPrice(withClosingFee(position, inputs.number('taker_fee', gateOkx.closingFee))) };
  },
};
