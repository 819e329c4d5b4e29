import { coverageOfExcess, coverageTo, coverageWithFee, excessMargin, marginCoverageRatio } from '../../src/margin/coverage.ts';
import { collateralRatio, countedCollateral, healthFactor, healthOfRatio, lendingCoverage, loanToValue } from '../../src/margin/lending.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

// What venues call the equity of an account, and what they compare it with.
const EQUITY = ['equity', 'adjusted_equity', 'account_value', 'margin_balance', 'total_collateral', 'tnc', 'mtm'];
const MAINTENANCE = ['maintenance_margin', 'mm', 'mmr', 'tmmr', 'margin_requirement'];

function oneOf(inputs: Inputs, words: readonly string[]): number {
  return inputs.number(words.find((word) => inputs.has(word)) ?? words[0]);
}

export const mechanisms: Mechanisms = {
  convention: (inputs) => {
    if (inputs.has('collateral')) return loan(inputs);
    if (inputs.has('collateral_ratio')) {
      return { health_factor_equivalent: healthOfRatio(inputs.number('collateral_ratio'), inputs.number('min_collateral_ratio')) };
    }
    const equity = oneOf(inputs, EQUITY);
    if (inputs.has('net_mm')) return { mcr: coverageOfExcess(equity, inputs.number('net_mm')) };
    const maintenance = oneOf(inputs, MAINTENANCE);
    const mcr = marginCoverageRatio(equity, maintenance);
    const okx = coverageWithFee(equity, maintenance, inputs.number('liq_fee', 0));
    return {
      mcr,
      margin_ratio_mm_over_equity: coverageTo({ kind: 'utilisation', scale: 1 }, mcr),
      bybit_mmr_pct: coverageTo({ kind: 'utilisation', scale: 100 }, mcr),
      health_difference: excessMargin(equity, maintenance),
      okx_style_ratio: okx,
      okx_margin_ratio: okx,
    };
  },
};

function loan(inputs: Inputs): Readonly<Record<string, unknown>> {
  const value = inputs.number('collateral');
  const debt = inputs.number('debt');
  const collateral = [{ quantity: value, price: 1, liquidationThreshold: inputs.number('liquidation_threshold') }];
  return {
    collateral_ratio: collateralRatio(value, debt),
    health_factor: healthFactor(countedCollateral(collateral), debt),
    ltv: loanToValue(value, debt),
    mcr_equity_over_min_equity: lendingCoverage(collateral, debt),
  };
}
