import { Ledger } from '../../src/core/ledger.ts';
import { BandPool } from '../../src/liquidation/band-pool.ts';
import { bandPrices } from '../../src/liquidation/soft-liquidation.ts';
import { bandBottom, bandedCollateral, bandTop, loanBands } from '../../src/margin/bands.ts';
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
      health_not_full: healthOf(collateral, debt, count, ladder, discount, inputs.number('loan_discount', rules.loanDiscount)),
    };
  },

  max_borrowable_approx: (inputs) => {
    const collateral = inputs.number('collateral');
    const count = inputs.number('bands');
    const amplification = inputs.number('A', rules.amplification);
    const discount = inputs.number('loan_discount', rules.loanDiscount);
    return {
      y_effective: bandedCollateral(collateral, count, amplification, discount),
      debt_at_n1_0: bandedCollateral(collateral, count, amplification, discount) * inputs.number('price'),
    };
  },
};

/** Parts of a unit of collateral, and so of a unit of money at a price in whole units. */
const LOTS = 1e9;

/** What the bands of a new loan come to when they are sold all the way down, after the discount, over its debt, less 1. */
function healthOf(collateral: number, debt: number, bands: number, ladder: BandLadder, discount: number, loanDiscount: number): number {
  const ledger = new Ledger(1, 1, 'spot');
  ledger.deposit(0, -Math.round(debt * LOTS), Math.round(collateral * LOTS));
  const terms = { amplification: ladder.amplification, bands, loanDiscount, liquidationDiscount: discount, fee: rules.fee };
  const pool = new BandPool(ledger, Int32Array.of(0), ladder.basePrice, terms);
  return ((1 - discount) * pool.proceedsOf(0, pool.topOf(0))) / pool.debtOf(0) - 1;
}
