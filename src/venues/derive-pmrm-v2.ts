import { pmrm2Rules } from './derive-pmrm.ts';
import type { Pmrm2Parameters, SpotScenario } from './derive-pmrm.ts';
import { auctionFacts, mainnetAuction } from './derive-bidding.ts';
import type { Venue } from './venue.ts';

const CASES =
  'https://github.com/derivexyz/v2-core/tree/7736900d395703c4f675376caa4c315402943831/test/risk-managers/unit-tests/PMRM_2/portfolio_cases';
const LIBRARY = 'https://github.com/derivexyz/v2-core/blob/7736900d395703c4f675376caa4c315402943831/src/risk-managers/PMRMLib_2.sol';

/** A tail counts with the share of it that 0.036 (down) or 0.036 (up, of twice the move) makes up. */
const TAILS: readonly SpotScenario[] = [
  { spotShock: 0.34, volShock: 'up', dampeningFactor: 0.6 / 11 },
  { spotShock: 0.67, volShock: 'up', dampeningFactor: 1.2 / 11 },
  { spotShock: 1.5, volShock: 'up', dampeningFactor: 0.072 },
  { spotShock: 2, volShock: 'up', dampeningFactor: 0.036 },
  { spotShock: 3, volShock: 'up', dampeningFactor: 0.018 },
  { spotShock: 4, volShock: 'up', dampeningFactor: 0.012 },
];

const SCENARIOS: readonly SpotScenario[] = [
  { spotShock: 1.18, volShock: 'up', dampeningFactor: 1 },
  ...[1.135, 1.09, 1.045, 1, 0.955, 0.91, 0.865].flatMap((spotShock) =>
    (['down', 'none', 'up'] as const).map((volShock) => ({ spotShock, volShock, dampeningFactor: 1 })),
  ),
  { spotShock: 0.82, volShock: 'up', dampeningFactor: 1 },
  ...TAILS,
  { spotShock: 1, volShock: 'linear', dampeningFactor: 1 },
  { spotShock: 1, volShock: 'absolute', dampeningFactor: 1 },
];

/** The parameters that the manager's own portfolio cases start from. */
const PARAMETERS: Pmrm2Parameters = {
  scenarios: SCENARIOS,
  basis: { scenarioSpotUp: 1.045, scenarioSpotDown: 0.955, basisContAddFactor: 0.5, basisContMultFactor: 2 },
  other: {
    pegLossThreshold: 0.98,
    pegLossFactor: 2,
    confThreshold: 0.55,
    confMargin: 1,
    MMPerpPercent: 0.015,
    IMPerpPercent: 0.005,
    MMOptionPercent: 0.003,
    IMOptionPercent: 0.002,
  },
  margin: {
    imFactor: 1,
    mmFactor: 0.8,
    shortRateMultScale: 0.5,
    longRateMultScale: 1,
    shortRateAddScale: 0.08,
    longRateAddScale: 0.08,
    shortBaseStaticDiscount: 1.04,
    longBaseStaticDiscount: 0.95,
  },
  volShock: { volRangeUp: 0.5, volRangeDown: 0.275, shortTermPower: 0.3, longTermPower: 0.13, dteFloor: 86_400, minVolUpShock: 0.45 },
  skew: {
    linearBaseCap: 0.15,
    linearCBase: -0.05,
    absBaseCap: 0.15,
    absCBase: -0.05,
    minKStar: 0.01,
    widthScale: 4,
    volParamStatic: 0.6,
    volParamScale: -0.1,
  },
};

/** Derive's second portfolio manager: 31 scenarios with damped tails and turns of the skew. */
export const derivePmrmV2: Venue = {
  name: 'derive-pmrm-v2',
  aliases: ['pmrm2', 'pmrm-2'],
  title: 'Derive, portfolio margin (second manager)',
  date: '2025-06-01',
  tiers: { '*': [{ from: 0, maintenance: 0.159, initial: 0.2 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  auction: mainnetAuction,
  portfolio: pmrm2Rules(PARAMETERS),
  charges: {
    perpetual: { maintenance: PARAMETERS.other.MMPerpPercent, initial: PARAMETERS.other.IMPerpPercent },
    held: { maintenance: 0, initial: 0 },
    notional: 'index',
  },
  facts: [
    {
      what: '31 scenarios: −18 % to +18 %, volatility × (1 + 0.5) and × (1 − 0.275) at 30 days, tails to +300 % damped, two turns of the skew',
      source: CASES,
      hypothetical: false,
    },
    {
      what: 'maintenance 80 % of the worst loss, initial 100 %; charges on perpetuals 1.5 % and 0.5 % more',
      source: CASES,
      hypothetical: false,
    },
    {
      what: 'volatility shocks grow with (30 days / time left)^0.3 below 30 days and ^0.13 above, upwards by 45 % at least; the last day counts as a whole one',
      source: CASES,
      hypothetical: false,
    },
    {
      what: 'values held × 0.95 e^(−τ(rate + 8 %)), values owed × 1.04 e^(τ(rate / 2 + 8 %)), at most what they are before interest; basis ± 4.5 % × (0.5 + 2 τ)',
      source: CASES,
      hypothetical: false,
    },
    { what: 'options sold without one held: 0.3 %, initial 0.2 % more', source: CASES, hypothetical: false },
    {
      what: 'initial only: USDC below 0.98 costs twice its shortfall, a price of which its oracle is less sure than 0.55 what it lacks of certainty',
      source: CASES,
      hypothetical: false,
    },
    { what: 'values held are discounted, values owed grown, by the rate of their expiry', source: LIBRARY, hypothetical: false },
    { what: 'liquidated when net margin is below 0, not at 0', source: LIBRARY, hypothetical: false },
    { what: 'a lone perpetual demands 0.8 × 18 % + 1.5 %, initial 18 % + 2 %', source: CASES, hypothetical: false },
    {
      what: 'these are the parameters of the tests; those in force are set by governance',
      source: 'not in the repository',
      hypothetical: true,
    },
    {
      what: 'marked at the index; the venue adds a signed difference feed',
      source: 'the feed has no published history',
      hypothetical: true,
    },
    ...auctionFacts,
  ],
};
