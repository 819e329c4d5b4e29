import { nextDeduction, requirement, tiersFromRates } from '../../src/margin/tiers.ts';
import { binanceUsdm } from '../../src/venues/binance-usdm.ts';
import { EngineAccount } from './engine-account.ts';
import type { Holding } from './engine-account.ts';
import type { Inputs, Mechanisms } from './inputs.ts';
import { contractOf, openedPosition, sideOf } from './position.ts';

export const mechanisms: Mechanisms = {
  cross_liquidation_price(inputs) {
    const positions = inputs.records('positions');
    const marks = positions.map((one) => one.number('mark'));
    const target = positions.findIndex((one) => one.text('symbol') === inputs.text('target'));
    const others = new EngineAccount(positions.filter((_, k) => k !== target).map(holdingOf), 0);
    const account = new EngineAccount(positions.map(holdingOf), inputs.number('wallet_balance'), binanceUsdm.equalityLiquidates);
    const otherMarks = marks.filter((_, k) => k !== target);
    return {
      other_maintenance_margin: others.maintenance(...otherMarks),
      other_unrealized_pnl: others.profit(...otherMarks),
      liquidation_price: account.liquidationPrice(target, ...marks),
    };
  },

  isolated_liquidation_price: (inputs) => ({ liquidation_price: openedPosition(inputs, binanceUsdm).liquidationPrice() }),

  maintenance_amount,

  maintenance_amount_table: (inputs) => ({
    cum: [...tiersFromRates(inputs.records('brackets').map((one) => ({ floor: one.number('floor'), rate: one.number('mmr') }))).deduction],
  }),

  maintenance_margin: (inputs) => ({
    maintenance_margin: requirement(
      { floor: Float64Array.of(0), rate: Float64Array.of(inputs.number('mmr')), deduction: Float64Array.of(inputs.number('cum')) },
      inputs.number('notional'),
    ),
  }),
};

export function maintenance_amount(inputs: Inputs): { readonly cum: number } {
  return {
    cum: nextDeduction(inputs.number('prev_cum'), inputs.number('prev_mmr'), inputs.number('level_floor'), inputs.number('mmr')),
  };
}

function holdingOf(inputs: Inputs): Holding {
  return {
    contract: contractOf(binanceUsdm),
    size: sideOf(inputs) * inputs.number('size'),
    entry: inputs.number('entry'),
    rate: inputs.number('mmr'),
    deduction: inputs.number('cum', 0),
  };
}
