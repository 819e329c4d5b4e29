import { fixedPoint, fromFixedPoint } from '../../src/core/fixed-point.ts';
import { bankruptcyQuote, closeOf, fillablePrice } from '../../src/liquidation/fillable.ts';
import type { Close } from '../../src/liquidation/fillable.ts';
import { insuranceDelta, shortfall } from '../../src/liquidation/insurance.ts';
import { positionLimits, remainingAllowance } from '../../src/liquidation/throttle.ts';
import { bankruptcyPrice, equityAt, linearCrossing, profitAt } from '../../src/margin/isolated.ts';
import type { PositionTerms } from '../../src/margin/isolated.ts';
import {
  QUOTE_DECIMALS,
  fundingClamp,
  initialMarginQuantums,
  isLiquidatable,
  maintenanceMillionths,
  maintenanceQuantums,
  notionalQuantums,
  scaledInitialMargin,
  subaccountRisk,
} from '../../src/margin/quantums.ts';
import type { QuantumPosition } from '../../src/margin/quantums.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** Decimals of a base quantum of BTC and of a price, and of parts per million. */
const [RESOLUTION, PRICE_DECIMALS, PPM] = [10, 9, 6];

export const mechanisms: Mechanisms = {
  bankruptcy_price(inputs) {
    const quote = bankruptcyQuote(closeTerms(inputs, fixedPoint(inputs.number('delta_size'), RESOLUTION)));
    return { quote_delta_quantums: Number(quote), quote_delta_usd: usd(quote) };
  },

  deleveraging(inputs) {
    const [long, short] = ([1, -1] as const).map((side) => ({
      contract: 'mark-notional' as const,
      side,
      entry: inputs.number('entry'),
      size: inputs.number('size'),
      collateral: inputs.number('collateral_each'),
      rate: 0,
      threshold: 1,
    }));
    const closed = bankruptcyPrice(short);
    return {
      equity_B_before: equityAt(short, inputs.number('price')),
      bankruptcy_price: closed,
      equity_A_after: equityAt(long, closed),
      equity_B_after: equityAt(short, closed),
    };
  },

  fillable_price(inputs) {
    const positions = positionsOf(inputs);
    const { equity, maintenance } = subaccountRisk(balanceOf(inputs), positions);
    const closed = positions[closedIndex(inputs)];
    const price = fillablePrice({
      equity: usd(equity),
      maintenance: usd(maintenance),
      size: inputs.records('positions')[closedIndex(inputs)].number('size'),
      notional: usd(notionalQuantums(closed)),
      positionMaintenance: usd(maintenanceQuantums(closed)),
      bankruptcyAdjustment: inputs.number('bankruptcy_adjustment'),
      spreadToMaintenance: inputs.number('spread_to_mmr_ratio'),
    });
    return { fillable_price_usd: price };
  },

  funding_rate_clamp: (inputs) => ({ max_abs_funding_ppm: Number(fundingClamp(rates(inputs), whole(inputs, 'clamp_factor_ppm'))) }),

  insurance_fund(inputs) {
    const position: PositionTerms = {
      contract: 'mark-notional',
      side: inputs.has('side') && inputs.text('side') === 'short' ? -1 : 1,
      entry: inputs.number('entry'),
      size: inputs.number('size'),
      collateral: inputs.number('collateral'),
      rate: inputs.number('mmf'),
      threshold: 1,
    };
    const fill = inputs.number('fill');
    return {
      equity_at_oracle: equityAt(position, inputs.number('oracle')),
      realised_pnl: profitAt(position, fill),
      fund_pays: shortfall(equityAt(position, fill)),
    };
  },

  insurance_fund_delta(inputs) {
    const bought = fixedPoint(inputs.number('fill_size'), RESOLUTION);
    const delta = inputs.flag('is_buy') ? bought : -bought;
    const fill = {
      size: -delta,
      resolution: RESOLUTION,
      price: fixedPoint(inputs.number('fill_price'), PRICE_DECIMALS),
      priceDecimals: PRICE_DECIMALS,
    };
    const bankruptcy = bankruptcyQuote(closeTerms(inputs, delta));
    const paid = insuranceDelta(notionalQuantums(fill), bankruptcy, fixedPoint(inputs.number('max_liquidation_fee'), PPM));
    return { insurance_delta_quantums: Number(paid), insurance_delta_usd: usd(paid) };
  },

  is_liquidatable: (inputs) => ({ is_liquidatable: isLiquidatable(subaccountRisk(balanceOf(inputs), positionsOf(inputs))) }),

  liquidation_price(inputs) {
    if (inputs.has('net_usdc_less_other')) {
      const short = inputs.number('short_eth');
      return { liquidation_price: linearCrossing(inputs.number('net_usdc_less_other'), -short, inputs.number('mmf_eth') * short) };
    }
    const size = inputs.number('size');
    return { liquidation_price: linearCrossing(inputs.number('quote_balance'), size, inputs.number('mmf') * Math.abs(size)) };
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
    const position = {
      size: fixedPoint(inputs.number('size'), RESOLUTION),
      resolution: RESOLUTION,
      price: fixedPoint(inputs.number('oracle_price'), PRICE_DECIMALS),
      priceDecimals: PRICE_DECIMALS,
    };
    const smallest = fixedPoint(inputs.number('min_position_notional_liquidated_usd'), QUOTE_DECIMALS);
    const { least, most } = positionLimits(
      notionalQuantums(position),
      smallest,
      fixedPoint(inputs.number('max_position_portion_liquidated'), PPM),
    );
    return { min_notional_usd: usd(least), max_notional_usd: usd(most) };
  },

  subaccount_block_limits: (inputs) => ({
    remaining_notional: remainingAllowance(inputs.number('max_notional_liquidated'), inputs.number('previous_notional_liquidated')),
    remaining_insurance: remainingAllowance(inputs.number('max_insurance_lost'), inputs.number('previous_insurance_fund_lost')),
  }),
};

function balanceOf(inputs: Inputs): bigint {
  return fixedPoint(inputs.number('usdc_balance'), QUOTE_DECIMALS);
}

function positionsOf(inputs: Inputs): readonly QuantumPosition[] {
  return inputs.records('positions').map((one) => ({
    size: fixedPoint(one.number('size'), RESOLUTION),
    resolution: RESOLUTION,
    price: fixedPoint(one.number('oracle_price'), PRICE_DECIMALS),
    priceDecimals: PRICE_DECIMALS,
    tier: {
      initialMargin: fixedPoint(one.number('imf'), PPM),
      maintenanceFraction: fixedPoint(one.number('imf') === 0 ? 0 : one.number('mmf') / one.number('imf'), PPM),
      openInterestLower: 0n,
      openInterestUpper: 0n,
    },
  }));
}

/** The position that is closed: the one of `close_market`, or the only one. */
function closedIndex(inputs: Inputs): number {
  if (!inputs.has('close_market')) return 0;
  return inputs.records('positions').findIndex((one) => one.text('market') === inputs.text('close_market'));
}

function closeTerms(inputs: Inputs, delta: bigint): Close {
  return closeOf(balanceOf(inputs), positionsOf(inputs), closedIndex(inputs), delta);
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
  return fromFixedPoint(quantums, QUOTE_DECIMALS);
}
