/**
 * Functions that vectors are held against and no run under the venue’s preset calls, with the reason: everything else that a vector is held
 * against is called by runs. By module and function, the venues.
 */
export const UNREACHED: readonly {
  readonly why: string;
  readonly functions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}[] = [
  {
    why: 'a form that the venue has given up, which sets the fee of closing aside in coin: no coin-margined position of a run shares collateral',
    functions: {
      'margin/isolated.ts': { liquidationPrice: 'bybit' },
      'venues/bybit.ts': { inverseCrossPrices: 'bybit' },
    },
  },
  {
    why: 'how a file’s decimals become a chain’s integers: a run’s quanta are whole from the start',
    functions: { 'core/fixed-point.ts': { fixedPoint: 'drift dydx-v4', fromFixedPoint: 'drift dydx-v4' } },
  },
  {
    why: 'initial margin that grows with open interest, and a cap of funding that follows from a tier: a run opens at one initial margin',
    functions: { 'margin/quantums.ts': { fundingClamp: 'dydx-v4', initialMarginQuantums: 'dydx-v4', scaledInitialMargin: 'dydx-v4' } },
  },
  {
    why: 'borrowed tokens beside perpetuals: no cross account of a run owes a token',
    functions: {
      'liquidation/insurance.ts': { spotInsuranceFee: 'drift' },
      'liquidation/shortage.ts': { assetForLiability: 'drift', liabilityForAsset: 'drift', liabilityToCoverShortage: 'drift' },
      'liquidation/social-loss.ts': { interestForLoss: 'drift' },
      'margin/weights.ts': { depositScaledWeight: 'drift', premiumLiabilityWeight: 'drift' },
    },
  },
  {
    why: 'several collaterals behind one debt, or sums over a whole protocol: a loan of a run has one collateral, and its desk finds it by tick',
    functions: {
      'liquidation/clip.ts': { isUnsafe: 'maker-liq2', secondsToMarket: 'maker-liq2' },
      'liquidation/stability-pool.ts': { poolValues: 'liquity-v1' },
      'margin/bands.ts': { bandedHealth: 'crvusd', largestDebt: 'crvusd' },
      'margin/lending.ts': {
        countedCollateral: 'aave-v3 compound-v3 mcr-mapping',
        healthOfRatio: 'mcr-mapping',
        isUndercollateralised: 'compound-v3',
        lendingCoverage: 'mcr-mapping',
        loanToValue: 'mcr-mapping',
      },
    },
  },
  {
    why: 'conventions at the edge: what a venue prints, not what it decides by',
    functions: {
      'margin/coverage.ts': {
        coverageOfExcess: 'mcr-mapping',
        coverageTo: 'mcr-mapping',
        coverageWithFee: 'mcr-mapping',
        excessMargin: 'mcr-mapping',
      },
      'margin/ladder.ts': { ladderState: 'binance-pm hyperliquid' },
    },
  },
  {
    why: 'measures of a whole history: a run updates the same variance step by step',
    functions: {
      'margin/dynamic.ts': { ewmaVolatility: 'ewma' },
      'margin/procyclicality.ts': { largestRise: 'procyclicality', peakToTrough: 'procyclicality' },
    },
  },
  {
    why: 'what other exchanges quote: a run has one outside price',
    functions: { 'market/weighted-median.ts': { weightedMedian: 'hyperliquid' } },
  },
];
