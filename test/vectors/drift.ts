import { fixedPoint } from '../../src/core/fixed-point.ts';
import { perpetualInsuranceFee, spotInsuranceFee } from '../../src/liquidation/insurance.ts';
import { assetForLiability, baseToCoverShortage, liabilityForAsset, liabilityToCoverShortage } from '../../src/liquidation/shortage.ts';
import type { ExchangeRate } from '../../src/liquidation/shortage.ts';
import { fundingForLoss, interestForLoss } from '../../src/liquidation/social-loss.ts';
import { rampedFee, rampedShare } from '../../src/liquidation/throttle.ts';
import { depositScaledWeight, discountedAssetWeight, premiumLiabilityWeight } from '../../src/margin/weights.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** Decimals: of USD, prices, rates and multipliers; of base amounts; of weights; of the cumulative interest index. */
const [MICRO, BASE, WEIGHT, INTEREST] = [6, 9, 4, 10];

export const mechanisms: Mechanisms = {
  asset_transfer_for_liability(inputs) {
    const rate = exchangeRate(inputs);
    const liability = fixedPoint(inputs.number('liability_transfer'), rate.liabilityDecimals);
    const available = fixedPoint(inputs.number('asset_amount'), rate.assetDecimals);
    return { asset_transfer_1e6: Number(assetForLiability(liability, available, rate)) };
  },

  base_to_cover_margin_shortage(inputs) {
    const base = baseToCoverShortage({
      shortage: micro(inputs, 'margin_shortage'),
      marginRatio: micro(inputs, 'margin_ratio'),
      liquidatorFee: micro(inputs, 'liquidation_fee'),
      insuranceFee: micro(inputs, 'if_fee'),
      oraclePrice: micro(inputs, 'oracle_price'),
      quotePrice: micro(inputs, 'quote_price'),
    });
    return base === null ? {} : { base_asset_amount_1e9: Number(base), base_asset_amount: Number(base) / 10 ** BASE };
  },

  liability_transfer_implied_by_asset(inputs) {
    const rate = exchangeRate(inputs);
    return { liability_transfer_1e9: Number(liabilityForAsset(fixedPoint(inputs.number('asset_amount'), rate.assetDecimals), rate)) };
  },

  liability_transfer_to_cover_shortage: (inputs) => ({
    liability_transfer_1e9: Number(
      liabilityToCoverShortage({
        shortage: micro(inputs, 'margin_shortage'),
        assetWeight: fixedPoint(inputs.number('asset_weight'), WEIGHT),
        assetMultiplier: micro(inputs, 'asset_liquidation_multiplier'),
        liabilityWeight: fixedPoint(inputs.number('liability_weight'), WEIGHT),
        liabilityMultiplier: micro(inputs, 'liability_liquidation_multiplier'),
        liabilityPrice: micro(inputs, 'liability_price'),
        liabilityDecimals: inputs.number('liability_decimals', BASE),
        insuranceFee: micro(inputs, 'if_fee'),
      }),
    ),
  }),

  liquidation_fee_ramp: (inputs) => ({
    fee_ppm: rampedFee(
      Number(micro(inputs, 'base_fee')),
      Number(micro(inputs, 'max_fee')),
      inputs.number('slots_elapsed'),
      inputs.number('grace_slots'),
      Number(micro(inputs, 'increase_per_slot')),
    ),
  }),

  max_pct_to_liquidate: (inputs) => ({
    pct_1e4: Number(
      rampedShare({
        shortage: micro(inputs, 'margin_shortage'),
        freed: micro(inputs, 'margin_freed'),
        slots: fixedPoint(inputs.number('slots_elapsed'), 0),
        initial: fixedPoint(inputs.number('initial_pct'), WEIGHT),
        duration: fixedPoint(inputs.number('liquidation_duration_slots'), 0),
      }),
    ),
  }),

  perp_bankruptcy_social_loss: (inputs) => ({
    funding_rate_delta_1e9: Number(
      fundingForLoss(micro(inputs, 'loss'), fixedPoint(inputs.number('base_long'), BASE), fixedPoint(inputs.number('base_short'), BASE)),
    ),
  }),

  perp_insurance_fund_fee: (inputs) => ({
    if_fee_ppm: Number(
      perpetualInsuranceFee({
        shortage: micro(inputs, 'margin_shortage'),
        base: fixedPoint(inputs.number('base_asset_amount'), BASE),
        marginRatio: micro(inputs, 'margin_ratio'),
        liquidatorFee: micro(inputs, 'liquidator_fee'),
        oraclePrice: micro(inputs, 'oracle_price'),
        quotePrice: fixedPoint(inputs.number('quote_price', 1), MICRO),
        largestFee: micro(inputs, 'max_if_fee'),
      }),
    ),
  }),

  scaled_initial_asset_weight: (inputs) => ({
    asset_weight_1e4: Number(
      depositScaledWeight(
        fixedPoint(inputs.number('deposits'), BASE),
        BASE,
        micro(inputs, 'price'),
        micro(inputs, 'scale_start'),
        fixedPoint(inputs.number('initial_asset_weight'), WEIGHT),
      ),
    ),
  }),

  size_discount_asset_weight: (inputs) => ({
    asset_weight_1e4: Number(
      discountedAssetWeight(
        fixedPoint(inputs.number('size'), BASE),
        micro(inputs, 'imf_factor'),
        fixedPoint(inputs.number('asset_weight'), WEIGHT),
      ),
    ),
  }),

  size_premium_liability_weight: (inputs) => ({
    liability_weight_1e4: Number(
      premiumLiabilityWeight(
        fixedPoint(inputs.number('size'), BASE),
        micro(inputs, 'imf_factor'),
        fixedPoint(inputs.number('liability_weight'), WEIGHT),
      ),
    ),
  }),

  spot_bankruptcy_social_loss: (inputs) => ({
    cumulative_deposit_interest_delta_1e10: Number(
      interestForLoss(micro(inputs, 'loss'), micro(inputs, 'deposits'), fixedPoint(inputs.number('cumulative_interest', 1), INTEREST)),
    ),
  }),

  spot_insurance_fund_fee(inputs) {
    const decimals = inputs.number('liability_decimals', BASE);
    return {
      if_fee_ppm: Number(
        spotInsuranceFee({
          shortage: micro(inputs, 'margin_shortage'),
          amount: fixedPoint(inputs.number('token_amount'), decimals),
          decimals,
          assetWeight: micro(inputs, 'asset_weight'),
          assetMultiplier: micro(inputs, 'asset_multiplier'),
          liabilityWeight: micro(inputs, 'liability_weight'),
          liabilityMultiplier: micro(inputs, 'liability_multiplier'),
          liabilityPrice: micro(inputs, 'liability_price'),
          largestFee: micro(inputs, 'max_if_fee'),
        }),
      ),
    };
  },
};

/** Without decimals in the file the asset is USDC (6) and the liability SOL (9), as in the tests it stems from. */
function exchangeRate(inputs: Inputs): ExchangeRate {
  return {
    assetPrice: micro(inputs, 'asset_price'),
    assetDecimals: inputs.number('asset_decimals', 6),
    assetMultiplier: micro(inputs, 'asset_liquidation_multiplier'),
    liabilityPrice: micro(inputs, 'liability_price'),
    liabilityDecimals: inputs.number('liability_decimals', 9),
    liabilityMultiplier: micro(inputs, 'liability_liquidation_multiplier'),
  };
}

function micro(inputs: Inputs, key: string): bigint {
  return fixedPoint(inputs.number(key), MICRO);
}
