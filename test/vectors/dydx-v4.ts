import { fixedPoint } from '../../src/core/fixed-point.ts';
import { fillablePrice } from '../../src/liquidation/fillable.ts';
import { insuranceDelta } from '../../src/liquidation/insurance.ts';
import { positionLimits, remainingAllowance } from '../../src/liquidation/throttle.ts';
import {
  QUOTE_DECIMALS,
  fundingClamp,
  initialMarginQuantums,
  maintenanceMillionths,
  scaledInitialMargin,
} from '../../src/margin/quantums.ts';
import { dydxV4 } from '../../src/venues/dydx-v4.ts';
import { EngineAccount } from './engine-account.ts';
import type { Holding } from './engine-account.ts';
import type { Inputs, Mechanisms } from './inputs.ts';
import { sideOf } from './position.ts';

/** Decimals of a base quantum of BTC and of a price, and of parts per million. */
const [RESOLUTION, PRICE_DECIMALS, PPM] = [10, 9, 6];

const PERPETUAL = { contract: 'mark-notional' } as const;

export const mechanisms: Mechanisms = {
  bankruptcy_price(inputs) {
    const quote = bankruptcyQuote(inputs, inputs.number('delta_size'));
    return { quote_delta_quantums: Number(quote), quote_delta_usd: usd(quote) };
  },

  deleveraging(inputs) {
    const size = inputs.number('size');
    const [long, short] = [size, -size].map(
      (held) => new EngineAccount([{ ...PERPETUAL, size: held, entry: inputs.number('entry'), rate: 0 }], inputs.number('collateral_each')),
    );
    const closed = short.bankruptcyPrice();
    return {
      equity_B_before: short.equity(inputs.number('price')),
      bankruptcy_price: closed,
      equity_A_after: long.equity(closed),
      equity_B_after: short.equity(closed),
    };
  },

  fillable_price(inputs) {
    const account = accountOf(inputs);
    const closed = closedIndex(inputs);
    const { size, entry } = positionsOf(inputs)[closed]!;
    const price = fillablePrice({
      equity: account.equity(),
      maintenance: account.maintenance(),
      size,
      notional: size * entry,
      positionMaintenance: account.ownMaintenance(closed),
      bankruptcyAdjustment: inputs.number('bankruptcy_adjustment'),
      spreadToMaintenance: inputs.number('spread_to_mmr_ratio'),
    });
    return { fillable_price_usd: price };
  },

  funding_rate_clamp: (inputs) => ({ max_abs_funding_ppm: Number(fundingClamp(rates(inputs), whole(inputs, 'clamp_factor_ppm'))) }),

  insurance_fund(inputs) {
    const size = (inputs.has('side') ? sideOf(inputs) : 1) * inputs.number('size');
    const position = { ...PERPETUAL, size, entry: inputs.number('entry'), rate: inputs.number('mmf') };
    const account = new EngineAccount([position], inputs.number('collateral'));
    const fill = inputs.number('fill');
    return {
      equity_at_oracle: account.equity(inputs.number('oracle')),
      realised_pnl: account.profit(fill),
      fund_pays: account.closeAt(fill),
    };
  },

  insurance_fund_delta(inputs) {
    const delta = (inputs.flag('is_buy') ? 1 : -1) * inputs.number('fill_size');
    const received = notional(-delta, inputs.number('fill_price'));
    const paid = insuranceDelta(received, bankruptcyQuote(inputs, delta), fixedPoint(inputs.number('max_liquidation_fee'), PPM));
    return { insurance_delta_quantums: Number(paid), insurance_delta_usd: usd(paid) };
  },

  /** Nobody is asked about an account without positions. */
  is_liquidatable: (inputs) => ({ is_liquidatable: positionsOf(inputs).length > 0 && accountOf(inputs).isDue() }),

  /** What else the account has, less what is demanded of it, is money on which the position stands. */
  liquidation_price(inputs) {
    const beside = inputs.has('net_usdc_less_other');
    const size = beside ? -inputs.number('short_eth') : inputs.number('size');
    const rate = inputs.number(beside ? 'mmf_eth' : 'mmf');
    const cash = inputs.number(beside ? 'net_usdc_less_other' : 'quote_balance');
    // Opened where it is worth nothing less than that money: any entry gives the same account.
    const entry = Math.abs(cash / size);
    return { liquidation_price: new EngineAccount([{ ...PERPETUAL, size, entry, rate }], cash + size * entry).liquidationPrice() };
  },

  maintenance_margin_fraction: (inputs) => ({ maintenance_margin_ppm: Number(maintenanceMillionths(rates(inputs))) }),

  oi_scaled_imf: (inputs) => ({
    effective_imf_ppm: Number(scaledInitialMargin(openInterestTier(inputs, ''), whole(inputs, 'open_interest_notional'))),
  }),

  oi_scaled_initial_margin: (inputs) => ({
    initial_margin_quote_quantums: Number(
      initialMarginQuantums(
        openInterestTier(inputs, '_quantums'),
        whole(inputs, 'notional_quote_quantums'),
        whole(inputs, 'open_interest_notional_quantums'),
      ),
    ),
  }),

  position_block_limits(inputs) {
    const { least, most } = positionLimits(
      notional(inputs.number('size'), inputs.number('oracle_price')),
      fixedPoint(inputs.number('min_position_notional_liquidated_usd'), QUOTE_DECIMALS),
      fixedPoint(inputs.number('max_position_portion_liquidated'), PPM),
    );
    return { min_notional_usd: usd(least), max_notional_usd: usd(most) };
  },

  subaccount_block_limits: (inputs) => ({
    remaining_notional: remainingAllowance(inputs.number('max_notional_liquidated'), inputs.number('previous_notional_liquidated')),
    remaining_insurance: remainingAllowance(inputs.number('max_insurance_lost'), inputs.number('previous_insurance_fund_lost')),
  }),
};

/** Positions as if they had been opened at the oracle price: only balance and size count. */
function positionsOf(inputs: Inputs): readonly Holding[] {
  return inputs
    .records('positions')
    .map((one) => ({ ...PERPETUAL, size: one.number('size'), entry: one.number('oracle_price'), rate: one.number('mmf') }));
}

function accountOf(inputs: Inputs): EngineAccount {
  const positions = positionsOf(inputs);
  return new EngineAccount(positions, positions.reduce((sum, { size, entry }) => sum + size * entry, inputs.number('usdc_balance')), dydxV4.equalityLiquidates); // prettier-ignore
}

/** A value in quote quantums, its fraction dropped. */
function notional(size: number, price: number): bigint {
  return (fixedPoint(size, RESOLUTION) * fixedPoint(price, PRICE_DECIMALS)) / 10n ** BigInt(RESOLUTION + PRICE_DECIMALS - QUOTE_DECIMALS);
}

/** What the close of so much of a position has to bring in, in quote quantums, rounded up: the fill's part of what all of it has to. */
function bankruptcyQuote(inputs: Inputs, delta: number): bigint {
  const closed = closedIndex(inputs);
  const whole = accountOf(inputs).bankruptcyMoney(closed);
  const part = -delta / positionsOf(inputs)[closed]!.size;
  // The run's own quanta are finer than the chain's: what is whole but for their rounding is whole.
  return BigInt(Math.ceil(whole * part * 10 ** QUOTE_DECIMALS - 1e-3));
}

/** The position that is closed: the one of `close_market`, or the only one. */
function closedIndex(inputs: Inputs): number {
  if (!inputs.has('close_market')) return 0;
  return inputs.records('positions').findIndex((one) => one.text('market') === inputs.text('close_market'));
}

function rates(inputs: Inputs): { readonly initialMargin: bigint; readonly maintenanceFraction: bigint } {
  return { initialMargin: whole(inputs, 'initial_margin_ppm'), maintenanceFraction: whole(inputs, 'maintenance_fraction_ppm') };
}

function openInterestTier(inputs: Inputs, unit: string): Parameters<typeof scaledInitialMargin>[0] {
  return {
    initialMargin: whole(inputs, 'initial_margin_ppm'),
    openInterestLower: whole(inputs, `oi_lower_cap${unit}`),
    openInterestUpper: whole(inputs, `oi_upper_cap${unit}`),
  };
}

function whole(inputs: Inputs, key: string): bigint {
  return fixedPoint(inputs.number(key), 0);
}

function usd(quantums: bigint): number {
  return Number(quantums) / 10 ** QUOTE_DECIMALS;
}
