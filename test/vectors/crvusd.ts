import { bandPrices } from '../../src/liquidation/soft-liquidation.ts';
import { bandBottom, bandedCollateral, bandedHealth, bandTop, largestDebt, loanBands } from '../../src/margin/bands.ts';
import type { BandLadder } from '../../src/margin/bands.ts';
import { crvusd } from '../../src/venues/crvusd.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

const rules = crvusd.lending;

function ladderOf(inputs: Inputs): BandLadder {
  return { basePrice: inputs.number('base_price'), amplification: inputs.number('A', rules.amplification) };
}

export const mechanisms: Mechanisms = {
  band_current_prices: (inputs) => {
    const ladder = ladderOf(inputs);
    const band = inputs.number('n');
    const upper = bandTop(ladder, band);
    const lower = bandBottom(ladder, band);
    const { low, high } = bandPrices(inputs.number('oracle'), upper, lower);
    return { p_oracle_up: upper, p_oracle_down: lower, p_current_down: low, p_current_up: high };
  },

  create_loan_bands: (inputs) => {
    const ladder = ladderOf(inputs);
    const collateral = inputs.number('collateral');
    const debt = inputs.number('debt');
    const count = inputs.number('bands');
    const loan = loanBands(collateral, debt, count, ladder, inputs.number('loan_discount', rules.loanDiscount));
    const discount = inputs.number('liquidation_discount', rules.liquidationDiscount);
    return {
      n1: loan.first,
      n2: loan.last,
      p_up: loan.top,
      p_down: loan.bottom,
      health_not_full: bandedHealth(collateral, debt, count, ladder, loan.first, discount),
    };
  },

  max_borrowable_approx: (inputs) => {
    const collateral = inputs.number('collateral');
    const count = inputs.number('bands');
    const amplification = inputs.number('A', rules.amplification);
    const discount = inputs.number('loan_discount', rules.loanDiscount);
    return {
      y_effective: bandedCollateral(collateral, count, amplification, discount),
      debt_at_n1_0: largestDebt(collateral, count, amplification, discount, inputs.number('price')),
    };
  },
};
