import { YEAR } from '../margin/grid.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import type { ScalingBand } from '../margin/scaling.ts';
import type { Venue } from './venue.ts';

const PARTIAL = 'https://www.okx.com/help: Partial liquidation';
const PORTFOLIO = 'https://www.okx.com/help/okx-will-further-adjust-portfolio-margin-parameters';
const SCALING = 'https://www.okx.com/support/hc/en-us/articles/4417291853837';

/** What multiplies the cost of closing, in USD, for BTC and ETH until 2025-01-15. */
const BANDS: readonly ScalingBand[] = [
  { upTo: 10_000, factor: 1 },
  { upTo: 70_000, factor: 2 },
  { upTo: 170_000, factor: 4 },
  { upTo: 300_000, factor: 6 },
  { upTo: 470_000, factor: 8 },
  { upTo: 700_000, factor: 10 },
  { upTo: Infinity, factor: 12 },
];

/** Half of an extreme move's loss counts. */
const EXTREME = 0.5;

/**
 * Portfolio margin: the larger of the worst loss and the scaled cost of closing. Worst is the larger of the spot shocks with volatility up,
 * still and down (MR1) and an extreme move of which a share counts (MR6); closing costs `closing` of gross notional before it is scaled (MR7).
 */
export function okxRules(shocks: readonly number[], extreme: number, closing: number, bands: readonly ScalingBand[]): PortfolioRules {
  const shifts = ['none', 'up', 'down'] as const;
  return {
    scenarios: [
      ...shifts.flatMap((volatility) => shocks.map((move) => ({ move, volatility, damping: 1 }))),
      ...[extreme, -extreme].map((move) => ({ move, volatility: 'none' as const, damping: EXTREME })),
    ],
    volatility: { up: 0.5, down: 0.35, shortPower: 0.3, longPower: 0.13, floor: YEAR / 365, leastUp: 0 },
    skew: null,
    basis: null,
    discounting: false,
    factor: { maintenance: 1, initial: 1.3 },
    chargesScaled: false,
    discount: null,
    gainOffset: 0,
    nakedShort: { maintenance: 0, initial: 0 },
    leastPerOption: 0,
    closing: { rate: closing, bands },
    confidence: null,
    peg: null,
    concentration: null,
  };
}

/** OKX perpetuals by their tables, or a portfolio. Its steps down the tiers are `keptByStepDown`. */
export const okx: Venue = {
  name: 'okx',
  aliases: ['okex'],
  title: 'OKX perpetuals',
  date: '2025-01-06',
  tiers: { '*': [{ from: 0, maintenance: 0.01, initial: 0.02 }] },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'step-down', pause: 0 },
  backstop: null,
  contract: 'mark-notional',
  closingFee: 0.0006,
  byPosition: true,
  portfolio: okxRules([-0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12], 0.24, 0.0025, BANDS),
  facts: [
    { what: 'from tier 3 on a position is cut by two tiers, in tiers 1 and 2 it is closed', source: PARTIAL, hypothetical: false },
    {
      what: 'portfolio margin: spot shocks of BTC and ETH 0, ±4, ±8 and ±12 %, extreme move ±24 %; bands of the least charge until 2025-01-15',
      source: PORTFOLIO,
      hypothetical: false,
    },
    {
      what: 'portfolio margin: the cost of closing up to 10,000 USD once, up to 70,000 twice, 170,000 4 times, 300,000 6 times, 470,000 8 times, 700,000 10 times, above 12 times',
      source: PORTFOLIO,
      hypothetical: false,
    },
    {
      what: 'portfolio margin: the larger of max(spot shock, theta, extreme move) + vega + basis + interest and the cost of closing, which bands scale, each its own part',
      source: SCALING,
      hypothetical: false,
    },
    {
      what: 'portfolio margin: volatility +50 % and −35 % at 30 days, half of the extreme move counts, closing costs 0.25 % of notional, initial 130 %; volatility shocks by (30 days / time left)^0.3 below 30 days and ^0.13 above, the last day as a whole one',
      source: 'not stated there',
      hypothetical: true,
    },
    {
      what: 'portfolio margin: theta, vega, basis and interest demand nothing; one move for all underlyings, of which no gain pays for a loss of another',
      source: 'a run has one surface, no rates and no futures; the venue takes each underlying by itself',
      hypothetical: true,
    },
    { what: 'maintenance 1 %, initial 2 %, taker fee 0.06 %, for every asset and size', source: 'round figures', hypothetical: true },
    { what: 'mark: median with the basis averaged over 300 s; equality liquidates', source: 'not stated there', hypothetical: true },
    { what: 'tiers by notional at the mark', source: 'the venue’s own are in contracts', hypothetical: true },
  ],
};
