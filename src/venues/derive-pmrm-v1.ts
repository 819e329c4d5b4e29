import { pmrmRules } from './derive-pmrm.ts';
import type { PmrmParameters, SpotScenario } from './derive-pmrm.ts';
import { auctionFacts, mainnetAuction } from './derive-bidding.ts';
import type { Venue } from './venue.ts';

const CONFIG = 'https://github.com/derivexyz/v2-core/blob/f46973056213eca1d1e7c32063a242d2b39fa98d/scripts/config-mainnet.sol';
const LIBRARY = 'https://github.com/derivexyz/v2-core/blob/7736900d395703c4f675376caa4c315402943831/src/risk-managers/PMRMLib.sol';

const SCENARIOS: readonly SpotScenario[] = [
  { spotShock: 1.2, volShock: 'up', dampeningFactor: 1 },
  ...[1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85].flatMap((spotShock) =>
    (['up', 'none', 'down'] as const).map((volShock) => ({ spotShock, volShock, dampeningFactor: 1 })),
  ),
  { spotShock: 0.8, volShock: 'up', dampeningFactor: 1 },
];

/** Mainnet's parameters. */
const PARAMETERS: PmrmParameters = {
  scenarios: SCENARIOS,
  basis: { scenarioSpotUp: 1.05, scenarioSpotDown: 0.95, basisContAddFactor: 1, basisContMultFactor: 1.2 },
  other: {
    pegLossThreshold: 0.99,
    pegLossFactor: 4,
    confThreshold: 0.55,
    confMargin: 1,
    basePercent: 0.03,
    perpPercent: 0.03,
    optionPercent: 0.02,
  },
  margin: { imFactor: 1.25, baseStaticDiscount: 0.95, rateMultScale: 1, rateAddScale: 0.12 },
  volShock: { volRangeUp: 0.6, volRangeDown: 0.3, shortTermPower: 0.3, longTermPower: 0.13, dteFloor: 86_400 },
};

/** Derive's first portfolio manager: 23 scenarios of price and volatility. */
export const derivePmrmV1: Venue = {
  name: 'derive-pmrm-v1',
  aliases: ['pmrm', 'derive-pmrm'],
  title: 'Derive, portfolio margin (first manager)',
  date: '2024-12-01',
  tiers: { '*': [{ from: 0, maintenance: 0.23, initial: 0.2875 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  auction: mainnetAuction,
  portfolio: pmrmRules(PARAMETERS),
  charges: {
    perpetual: { maintenance: PARAMETERS.other.perpPercent, initial: 0 },
    held: { maintenance: PARAMETERS.other.basePercent, initial: 0 },
    notional: 'index',
  },
  facts: [
    { what: '23 scenarios, −20 % to +20 %, volatility × (1 + 0.6) and × (1 − 0.3) at 30 days', source: CONFIG, hypothetical: false },
    {
      what: 'charges 3 % of perpetuals and base, 2 % of options sold without one held; initial × 1.25',
      source: CONFIG,
      hypothetical: false,
    },
    { what: 'values held × 0.95 e^(−τ(rate + 12 %)); basis ± 5 % × (1 + 1.2 τ)', source: CONFIG, hypothetical: false },
    {
      what: 'volatility shocks grow with (30 days / time left)^0.3 below 30 days and ^0.13 above; the last day counts as a whole one',
      source: CONFIG,
      hypothetical: false,
    },
    {
      what: 'initial only: USDC below 0.99 costs 4 times its shortfall, a price of which its oracle is less sure than 0.55 what it lacks of certainty',
      source: CONFIG,
      hypothetical: false,
    },
    { what: 'liquidated when net margin is below 0, not at 0', source: LIBRARY, hypothetical: false },
    { what: 'a lone perpetual demands 20 % + 3 %, initial × 1.25', source: CONFIG, hypothetical: false },
    {
      what: 'marked at the index; the venue adds a signed difference feed',
      source: 'the feed has no published history',
      hypothetical: true,
    },
    ...auctionFacts,
  ],
};
