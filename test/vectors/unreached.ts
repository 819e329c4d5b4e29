/**
 * Functions that vectors are held against and no run calls, with the reason: everything else that a vector is held against is called by runs.
 * A line is the module and what of it.
 */
export const UNREACHED: readonly { readonly why: string; readonly functions: Readonly<Record<string, string>> }[] = [
  {
    why: 'closed forms in real numbers, for people: a run asks one exact predicate at whole ticks, and replays the same prices (test/venues)',
    functions: {
      'margin/isolated.ts':
        'bankruptcyPrice contractValue equityAt linearCrossing liquidationPrice maintenanceAt openingCollateral profitAt',
      'margin/account.ts': 'accountEquity accountLiquidationPrice collateralValue maintenanceOf unrealisedProfit',
      'venues/bybit.ts': 'inverseCrossPrices',
      'venues/gmx-v2.ts': 'isLiquidatable poolProfit refund remainingCollateral',
    },
  },
  {
    why: 'one subaccount in the chain’s own units: a run counts in quanta of its market and asks margin/tiers, liquidation/limits and the ledger',
    functions: {
      'core/fixed-point.ts': 'fixedPoint fromFixedPoint',
      'liquidation/fillable.ts': 'closeOf',
      'liquidation/insurance.ts': 'shortfall',
      'margin/quantums.ts':
        'fundingClamp initialMarginQuantums isLiquidatable maintenanceMillionths maintenanceQuantums notionalQuantums scaledInitialMargin subaccountRisk',
    },
  },
  {
    why: 'borrowed tokens beside perpetuals: no cross account of a run owes a token',
    functions: {
      'liquidation/insurance.ts': 'spotInsuranceFee',
      'liquidation/shortage.ts': 'assetForLiability liabilityForAsset liabilityToCoverShortage',
      'liquidation/social-loss.ts': 'interestForLoss',
      'margin/weights.ts': 'depositScaledWeight discountedAssetWeight premiumLiabilityWeight',
    },
  },
  {
    why: 'margins and fills that follow a market’s skew: no regime of a run has them',
    functions: { 'margin/skew.ts': 'fillPrice isSkewLiquidatable keeperReward skewAccount withdrawable' },
  },
  {
    why: 'one account as a venue states it, for `marginfall margin`: a run asks PortfolioMargin with arrays of its own',
    functions: { 'margin/portfolio-account.ts': 'assessPortfolio', 'venues/deribit.ts': 'pmeAccount' },
  },
  {
    why: 'standard margin of options: groups of a run hold options under portfolio margin alone',
    functions: { 'margin/standard.ts': 'optionDemand standardMargin', 'venues/deribit.ts': 'sizeMargin' },
  },
  {
    why: 'risk arrays that an exchange publishes, and single parts of a requirement whose other parts are not published',
    functions: {
      'venues/cme-span.ts': 'arrayRisk extremeOfLoss futureRisk',
      'venues/okx.ts': 'portfolioRequirement scaledByBands spotShockLoss',
    },
  },
  {
    why: 'several collaterals behind one debt, or sums over a whole protocol: a loan of a run has one collateral, and its desk finds it by tick',
    functions: {
      'liquidation/clip.ts': 'isUnsafe openAuction secondsToMarket',
      'liquidation/stability-pool.ts': 'poolValues',
      'margin/bands.ts': 'bandedHealth largestDebt',
      'margin/lending.ts': 'countedCollateral healthOfRatio isUndercollateralised lendingCoverage loanToValue',
    },
  },
  {
    why: 'conventions at the edge: what a venue prints, not what it decides by',
    functions: { 'margin/coverage.ts': 'coverageOfExcess coverageTo coverageWithFee excessMargin', 'margin/ladder.ts': 'ladderState' },
  },
  {
    why: 'measures of a whole history: a run updates the same variance step by step',
    functions: { 'margin/dynamic.ts': 'ewmaVolatility', 'margin/procyclicality.ts': 'largestRise peakToTrough' },
  },
  {
    why: 'what other exchanges quote: a run has one outside price',
    functions: { 'market/weighted-median.ts': 'weightedMedian' },
  },
];
