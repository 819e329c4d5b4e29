import { volatilityShock } from '../../src/margin/grid.ts';
import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { PlainHolding, PortfolioAccount } from '../../src/margin/portfolio-account.ts';
import { grownRate, soldInitial, soldMaintenance } from '../../src/margin/standard.ts';
import { deribitStandard, pmeRules } from '../../src/venues/deribit.ts';
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

/** A portfolio of coin-margined contracts of one currency. */
function inCoin(index: number, plain: readonly PlainHolding[], reserved: number): PortfolioAccount {
  return { cash: 0, reserved, stable: 1, units: [{ spot: index, confidence: 1, plain, expiries: [] }] };
}

/** What standard margin demands of one future whose rate grows with its size. */
function standardMargin(kind: 'linear' | 'inverse', size: number, price: number, maintenance: number, growth: number): number {
  return assessAccount(deribitStandard.rules, inCoin(price, [{ ...PLAIN, kind, size, price, maintenance, growth }], 0)).maintenance;
}

export const mechanisms: Mechanisms = {
  standard_margin_perp: (inputs) => {
    const [base, growth] = [inputs.number('base_rate'), inputs.number('rate_per_coin')];
    const [size, price] = [inputs.number('size'), inputs.number('price')];
    const margin = standardMargin('linear', size, price, base, growth);
    return { rate: grownRate(base, growth, size), margin_coin: margin / price, margin_usd: margin };
  },
  standard_margin_inverse: (inputs) => {
    const growth = inputs.number('increment_per_100btc') / 100;
    return { margin_btc: standardMargin('inverse', inputs.number('size_btc'), 1, inputs.number('base_rate'), growth) };
  },
  standard_margin_option: (inputs) => {
    // Calls and puts differ in the vector's name alone.
    const call = !/\bput\b/i.test(inputs.name);
    const { option } = deribitStandard.rules;
    const [mark, sold] = [inputs.number('mark_btc'), -inputs.number('size')];
    return {
      initial_margin_btc: sold * soldInitial(option, call, inputs.number('strike'), inputs.number('underlying'), 1, mark),
      maintenance_margin_btc: sold * soldMaintenance(option, call, 1, mark),
    };
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
    const charged = { ...PLAIN, kind: 'inverse' as const, maintenance: rules.rollShock };
    const positions = inputs.records('positions').map((one) => ({ ...charged, size: one.number(size), price: one.number('mark') }));
    const orders = inputs.number('mmp_margin', 0) + inputs.number('open_orders_margin', 0);
    const assess = (held: typeof positions) => assessAccount(pmeRules(rules), inCoin(inputs.number('index'), held, orders));
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
