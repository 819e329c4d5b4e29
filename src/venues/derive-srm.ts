import { auctionFacts, mainnetAuction } from './derive-bidding.ts';
import type { StandardTerms, Venue } from './venue.ts';

const CONFIG = 'https://github.com/derivexyz/v2-core/blob/f46973056213eca1d1e7c32063a242d2b39fa98d/scripts/config-mainnet.sol';
const MANAGER = 'https://github.com/derivexyz/v2-core/blob/7736900d395703c4f675376caa4c315402943831/src/risk-managers/StandardManager.sol';

/** Standard risk manager for ETH on mainnet. */
export const srmTerms: StandardTerms = {
  rules: {
    option: { most: 0.15, least: 0.13, call: 0.09, put: 0.09, putValue: 0.09, putInitial: 1.05 },
    unpaired: { maintenance: 1.1, initial: 1.2 },
    confidence: { perpetual: 0.55, option: 0.55, collateral: 0.55, factor: 1 },
    peg: { threshold: 0.99, factor: 2 },
  },
  collateral: { maintenance: 0.8, initial: 0.9375 },
};

/** Derive's standard manager: every position by itself, an expiry never more than it can lose. */
export const deriveSrm: Venue = {
  name: 'derive-srm',
  aliases: ['derive', 'lyra'],
  title: 'Derive, standard margin',
  date: '2024-12-01',
  tiers: {
    BTC: [{ from: 0, maintenance: 0.065, initial: 0.1 }],
    ETH: [{ from: 0, maintenance: 0.065, initial: 0.1 }],
    '*': [{ from: 0, maintenance: 0.1, initial: 0.2 }],
  },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  auction: mainnetAuction,
  standard: srmTerms,
  facts: [
    { what: 'perpetuals: maintenance 6.5 %, initial 10 % (BTC, ETH); 10 % and 20 % for the others', source: CONFIG, hypothetical: false },
    {
      what: 'options sold: initial max(15 % − out of the money, 13 %) + mark, maintenance 9 % + mark; an expiry at most its largest loss, calls sold without one held at 110 % and 120 % of the forward',
      source: CONFIG,
      hypothetical: false,
    },
    {
      what: 'puts sold: maintenance at least the mark and 9 % of it, initial at least 1.05 times maintenance',
      source: CONFIG,
      hypothetical: false,
    },
    {
      what: 'initial only: USDC below 0.99 costs twice its shortfall, a price of which its oracle is less sure than 0.55 what it lacks of certainty',
      source: CONFIG,
      hypothetical: false,
    },
    { what: 'ETH held counts 80 % for maintenance, 75 % for initial margin', source: CONFIG, hypothetical: false },
    { what: 'liquidated when net margin is below 0, not at 0', source: MANAGER, hypothetical: false },
    { what: 'the figures are those of the stored configuration, read later than the date', source: 'no dated copy', hypothetical: true },
    {
      what: 'marked at the index; the venue adds a signed difference feed',
      source: 'the feed has no published history',
      hypothetical: true,
    },
    ...auctionFacts,
  ],
};
