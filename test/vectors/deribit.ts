import { volatilityShock } from '../../src/margin/grid.ts';
import { assessPortfolio } from '../../src/margin/portfolio-account.ts';
import { optionDemand } from '../../src/margin/standard.ts';
import { deribitOptions, pmeAccount, pmeRules, sizeMargin } from '../../src/venues/deribit.ts';
import type { PmeParameters } from '../../src/venues/deribit.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

const DAY = 86_400;

function parameters(inputs: Inputs): PmeParameters {
  return {
    priceRange: inputs.number('price_range'),
    buckets: inputs.number('buckets_each_side'),
    pnlOffset: inputs.number('pnl_offset'),
    rollShock: inputs.number('min_annualised_move'),
    maintenance: inputs.number('mm_factor'),
  };
}

export const mechanisms: Mechanisms = {
  standard_margin_perp: (inputs) => {
    const rule = { base: inputs.number('base_rate'), increment: inputs.number('rate_per_coin'), per: 1 };
    const { rate, coin, quote } = sizeMargin(rule, inputs.number('size'), inputs.number('price'));
    return { rate, margin_coin: coin, margin_usd: quote };
  },
  standard_margin_inverse: (inputs) => {
    const rule = { base: inputs.number('base_rate'), increment: inputs.number('increment_per_100btc'), per: 100 };
    return { margin_btc: sizeMargin(rule, inputs.number('size_btc'), 1).coin };
  },
  standard_margin_option: (inputs) => {
    // Calls and puts differ in the vector's name alone.
    const call = !/\bput\b/i.test(inputs.name);
    const [underlying, strike] = [inputs.number('underlying'), inputs.number('strike')];
    const one = optionDemand(deribitOptions, call, strike, underlying, 1, inputs.number('mark_btc'), inputs.number('size'));
    return { initial_margin_btc: one.initial, maintenance_margin_btc: one.maintenance };
  },
  pm_vol_shock: (inputs) => {
    const rules = {
      up: 0,
      down: 0,
      shortPower: inputs.number('vega_power_short'),
      longPower: inputs.number('vega_power_long'),
      floor: 1,
      leastUp: 0,
    };
    return { vol_shock: volatilityShock(inputs.number('vol_range'), inputs.number('days_to_expiry') * DAY, rules) };
  },
  portfolio_margin: (inputs) => {
    const rules = parameters(inputs);
    const size = `size_${inputs.text('currency').toLowerCase()}`;
    const positions = inputs.records('positions').map((one) => ({ size: one.number(size), mark: one.number('mark') }));
    const orders = [inputs.number('mmp_margin', 0), inputs.number('open_orders_margin', 0)];
    const assess = (held: typeof positions) => assessPortfolio(pmeRules(rules), pmeAccount(rules, inputs.number('index'), held, orders));
    const whole = assess(positions);
    const buckets = 2 * rules.buckets + 1;
    const first = [...assess(positions.slice(0, 1)).profit.subarray(0, buckets)];
    const aggregated = [...whole.counted.subarray(0, buckets)];
    return {
      perp_pnl_vector: first,
      pnl_vector: first,
      aggregated,
      aggregated_first: aggregated[0],
      worst_case: whole.worstLoss,
      roll_shock: whole.maintenanceCharge,
      risk_matrix_margin: whole.worstLoss + whole.maintenanceCharge,
      initial_margin: whole.initial,
      maintenance_margin: whole.maintenance,
    };
  },
};
