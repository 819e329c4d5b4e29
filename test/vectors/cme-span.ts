import { arrayRisk, extremeOfLoss, futureRisk } from '../../src/venues/cme-span.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** Signed lots of a position in words, e.g. "long 1 future". */
function lots(inputs: Inputs): number {
  const [, side, count] = /^(long|short) (\d+)/.exec(inputs.text('position')) ?? [];
  return side === 'short' ? -Number(count) : Number(count);
}

/** Places of the full and the extreme move down in SPAN's order. */
const DOWN_FULL = 12;
const DOWN_EXTREME = 15;

export const mechanisms: Mechanisms = {
  scenario_array: (inputs) => {
    const risk = inputs.has('gain_array')
      ? arrayRisk([{ lots: 1, gains: inputs.numbers('gain_array') }])
      : futureRisk(
          lots(inputs),
          inputs.number('price_scan_range'),
          extremeOfLoss(inputs.number('extreme_move_loss'), inputs.number('price_scan_range')),
        );
    return { gain_array: [...risk.profit], scan_risk: risk.worstLoss };
  },
  portfolio_scan_risk: (inputs) => ({
    scan_risk: arrayRisk(inputs.keys.map((key) => ({ lots: 1, gains: inputs.numbers(key) }))).worstLoss,
  }),
  futures_scenarios: (inputs) => {
    const extreme = { multiple: inputs.number('extreme_multiple'), cover: inputs.number('extreme_cover') };
    const { profit } = futureRisk(1, inputs.number('price_scan_range'), extreme);
    return { loss_at_down_full: -profit[DOWN_FULL], loss_at_extreme_down: -profit[DOWN_EXTREME] };
  },
};
