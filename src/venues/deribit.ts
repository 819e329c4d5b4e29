import { evenMoves, YEAR } from '../margin/grid.ts';
import type { Scenario } from '../margin/grid.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import type { StandardTerms, Venue } from './venue.ts';

const PORTFOLIO_MARGIN = 'https://support.deribit.com/hc/en-us/articles/25944756247837-Portfolio-Margin';
const SIMULATION = 'https://docs.deribit.com/#private-pme-simulate';
const LINEAR = 'https://support.deribit.com/hc/en-us/articles/25944738177565-Linear-Perpetual';
const STANDARD =
  'https://doc.tslab.pro/tslab/eng/data-providers/connection-to-broker/deribit-cryptocurrency-exchange/deribit-margin-requirements-calculation';
const EARLIER = 'https://www.deribit.com/pages/docs/portfoliomargin';

/** Standard margin, options at rates in coin a coin; the base rates of futures are those of their tables. */
export const deribitStandard: StandardTerms = {
  rules: {
    option: { most: 0.15, least: 0.1, call: 0.075, put: 0.075, putValue: 0.075, putInitial: 1 },
    unpaired: null,
    confidence: null,
    peg: null,
  },
  growth: { BTC: 0.00005, SOL: 0.000005 },
  collateral: { maintenance: 1, initial: 1 },
};

/** What differs between the currencies of Deribit's portfolio margin. */
export interface PmeParameters {
  /** Largest ordinary move, and the number of buckets on each side. */
  readonly priceRange: number;
  readonly buckets: number;
  /** Share of a currency's gains that counts. */
  readonly pnlOffset: number;
  /** Charged on every position's size for the roll between expiries. */
  readonly rollShock: number;
  /** Maintenance as a multiple of the risk matrix. */
  readonly maintenance: number;
}

/** Moves beyond the ordinary range and the share of them that counts: what 16 % is of the move (Deribit calls it a dampener). */
const TAILS = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5];

/**
 * Rules of a currency's portfolio margin: every bucket with volatility up, still and down, the tails with volatility up. `scenarios`
 * lists the buckets with volatility still first.
 */
export function pmeRules(parameters: PmeParameters): PortfolioRules {
  const { priceRange, buckets, pnlOffset, maintenance } = parameters;
  const moves = evenMoves(-priceRange, priceRange, buckets);
  const scenarios: Scenario[] = (['none', 'up', 'down'] as const).flatMap((volatility) =>
    moves.map((move) => ({ move, volatility, damping: 1 })),
  );
  for (const move of TAILS) scenarios.push({ move, volatility: 'up', damping: (0.36 * priceRange) / Math.abs(move) });
  return {
    scenarios,
    volatility: { up: 0.5, down: 0.25, shortPower: 0.3, longPower: 0.13, floor: YEAR / 365, leastUp: 0.5 },
    skew: null,
    basis: null,
    discounting: false,
    factor: { maintenance, initial: 1 },
    chargesScaled: true,
    discount: null,
    gainOffset: pnlOffset,
    nakedShort: { maintenance: 0.01, initial: 0 },
    leastPerOption: 0,
    confidence: null,
    peg: null,
    concentration: null,
  };
}

const BTC: PmeParameters = { priceRange: 0.16, buckets: 4, pnlOffset: 0, rollShock: 0.01, maintenance: 0.8 };

/** Deribit: futures by size, options by themselves, or a portfolio over a grid of price and volatility. */
export const deribit: Venue = {
  name: 'deribit',
  aliases: ['drb'],
  title: 'Deribit futures and options',
  date: '2024-06-28',
  tiers: {
    BTC: [{ from: 0, maintenance: 0.01, initial: 0.02 }],
    SOL: [{ from: 0, maintenance: 0.02, initial: 0.04 }],
  },
  equalityLiquidates: false,
  mark: { kind: 'ema', seconds: 30, cadence: 1, clamp: 0.005 },
  policy: { kind: 'clips', notional: 100_000, pause: 1 },
  backstop: null,
  settlesInCoin: true,
  standard: deribitStandard,
  portfolio: pmeRules(BTC),
  charges: { perpetual: { maintenance: BTC.rollShock, initial: 0 }, held: { maintenance: 0, initial: 0 }, notional: 'price' },
  facts: [
    {
      what: 'BTC linear perpetual: initial 2 % + 0.005 % a coin; SOL: initial 4 %, maintenance 2 %, each + 0.0005 % a coin',
      source: LINEAR,
      hypothetical: false,
    },
    { what: 'BTC maintenance 1 % + 0.005 % a coin', source: LINEAR, hypothetical: false },
    {
      what: 'isolated and cross positions by the tables alone; the growth with size is that of standard margin',
      source: 'a table by notional would need a price',
      hypothetical: true,
    },
    {
      what: 'options sold: initial max(15 % − out of the money, 10 %) + mark; maintenance 7.5 % + mark, of a put at least 7.5 % of its mark + mark',
      source: STANDARD,
      hypothetical: false,
    },
    {
      what: 'standard margin: options held pay for nothing else; options in quote units demand what coin-settled ones do, times the price',
      source: 'stated for coin-settled options alone',
      hypothetical: true,
    },
    {
      what: 'portfolio: ± 16 % (BTC) in four buckets a side with volatility up, still and down; tails −66 % to +500 % with volatility up, damped',
      source: PORTFOLIO_MARGIN,
      hypothetical: false,
    },
    {
      what: 'portfolio: gains × 0, roll 1 % of each position (BTC), maintenance 80 % of the risk matrix',
      source: SIMULATION,
      hypothetical: false,
    },
    {
      what: 'volatility × (1 ± range × (30 / days)^power), range 50 % up and 25 % down, power 0.30 to 30 days and 0.13 beyond, at least 50 % when up',
      source: 'https://docs.oreome.com/docs/scenario/risk-scenario-advanced',
      hypothetical: false,
    },
    { what: 'portfolio: 0.01 coin for every option sold beyond those held at its strike', source: EARLIER, hypothetical: true },
    {
      what: 'a tail counts with 0.36 × range / move',
      source: 'the dampeners themselves are shown to account holders only',
      hypothetical: true,
    },
    { what: 'days to expiry count as at least one', source: 'not stated', hypothetical: true },
    {
      what: 'mark: 30 s average, at most 0.5 % from the index; the average here is of the mid',
      source: 'the venue averages fair price − index',
      hypothetical: true,
    },
    {
      what: 'closed in clips of 100,000 USD, one a second, until margin is restored',
      source: 'clips and cadence are not published',
      hypothetical: true,
    },
  ],
};
