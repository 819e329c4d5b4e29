import { collateralRatio, healthFactor } from '../../src/margin/lending.ts';
import { EngineAccount, loanAccount } from './engine-account.ts';
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
      // A least ratio is a liquidation threshold of one over it.
      return { health_factor_equivalent: healthFactor(inputs.number('collateral_ratio') / inputs.number('min_collateral_ratio'), 1) };
    }
    const equity = oneOf(inputs, EQUITY);
    if (inputs.has('net_mm')) return { mcr: accountOf(equity, equity - inputs.number('net_mm')).coverage() };
    const maintenance = oneOf(inputs, MAINTENANCE);
    const account = accountOf(equity, maintenance);
    const okx = accountOf(equity, maintenance + inputs.number('liq_fee', 0)).coverage();
    return {
      mcr: account.coverage(),
      margin_ratio_mm_over_equity: account.maintenance() / account.equity(),
      bybit_mmr_pct: (100 * account.maintenance()) / account.equity(),
      health_difference: account.equity() - account.maintenance(),
      okx_style_ratio: okx,
      okx_margin_ratio: okx,
    };
  },
};

/** An account that is worth so much, of which so much is demanded. */
export function accountOf(equity: number, maintenance: number, ...rules: [equalityLiquidates?: boolean, backstop?: number]): EngineAccount {
  return new EngineAccount([{ contract: 'mark-notional', size: 1, entry: 2 * maintenance, rate: 0.5 }], equity, ...rules);
}

function loan(inputs: Inputs): Readonly<Record<string, unknown>> {
  const value = inputs.number('collateral');
  const debt = inputs.number('debt');
  const threshold = inputs.number('liquidation_threshold');
  return {
    collateral_ratio: collateralRatio(value, debt),
    health_factor: healthFactor(value * threshold, debt),
    ltv: 1 / collateralRatio(value, debt),
    mcr_equity_over_min_equity: loanAccount(value, 1, debt, threshold).coverage(),
  };
}
