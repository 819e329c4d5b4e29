import { takeoverPrice } from '../../src/liquidation/fillable.ts';
import type { Mechanisms } from './inputs.ts';

export const mechanisms: Mechanisms = {
  liquidation_price: (inputs) => ({
    liquidation_price: takeoverPrice(
      inputs.number('oracle'),
      inputs.has('maintenance_asset_weight') ? inputs.number('maintenance_asset_weight') : inputs.number('maintenance_liability_weight'),
    ),
  }),
};
