import { loanTiers, termsOfRatios } from './lending.ts';
import type { LendingRules } from './lending.ts';
import type { Venue } from './venue.ts';

const CONTRACTS = 'https://github.com/makerdao/dss/blob/fa4f6630/src/dog.sol';
const POLL =
  'https://github.com/makerdao/community/blob/master/governance/polls/Add%20ETH-B%20to%20Liquidations%202.0%20Framework%20-%20April%2026%2C%202021.md';
const FORUM = 'https://forum.makerdao.com/t/eth-and-wbtc-vaults-liquidations-2-0-parameters/7628';
const VOTE = 'https://github.com/makerdao/community/blob/master/governance/votes/Executive%20vote%20-%20August%2020%2C%202021.md';
const LIMITS =
  'https://github.com/makerdao/community/blob/master/governance/polls/Adjusting%20Auction%20Parameters%20for%20ETH-A%2C%20ETH-C%2C%20and%20WBTC-A%20-%20September%2020%2C%202021.md';

const THROUGHPUT = 'https://forum.makerdao.com/t/auction-throughput-parameters-adjustments-nov-9-2021/11531';

const auction = {
  liquidationRatio: 1.45,
  penaltyFactor: 1.13,
  buffer: 1.3,
  fall: { kind: 'stairs', cut: 0.99, step: 90 },
  longest: 8400,
  deepest: 0.4,
  flatIncentive: 300,
  shareIncentive: 0.001,
  leastDebt: 10_000,
} as const;

const lending = {
  kind: 'auction',
  assets: { ETH: { ...auction, limit: 30e6 }, BTC: { ...auction, limit: 15e6 } },
} as const satisfies LendingRules;

const TERMS = termsOfRatios(auction.liquidationRatio, 1.7);

/** Maker's Liquidations 2.0: Dutch auctions of vaults' collateral. */
export const makerLiq2: Venue & { readonly lending: typeof lending } = {
  name: 'maker-liq2',
  aliases: ['maker', 'makerdao'],
  title: 'Maker, Liquidations 2.0 (ETH-A, WBTC-A)',
  date: '2021-09-01',
  tiers: loanTiers({ ETH: TERMS, BTC: TERMS }),
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 3600, clamp: null },
  policy: { kind: 'full' },
  throttle: { block: 12, position: null, account: Infinity, market: Infinity, system: 100e6, window: null },
  backstop: null,
  lending,
  facts: [
    { what: 'liquidation ratio of ETH-A and WBTC-A: 145 %', source: VOTE, hypothetical: false },
    { what: 'vaults are opened at 170 % or more; the venue asks for 145 % only', source: 'a margin that owners keep', hypothetical: true },
    { what: 'liquidated below the ratio, not at it', source: CONTRACTS, hypothetical: false },
    { what: 'auctions fall by 1 % every 90 s', source: FORUM, hypothetical: false },
    {
      what: 'auctions are reset after 8,400 s or below 40 % of their opening price: the poll of ETH-B, which the proposal treats alike',
      source: POLL,
      hypothetical: false,
    },
    { what: 'auctions open at 1.3 times the oracle price', source: LIMITS, hypothetical: false },
    { what: 'at most 30M DAI of ETH-A and 15M of WBTC-A in auctions at a time', source: LIMITS, hypothetical: false },
    {
      what: 'at most 100M DAI in auctions at a time over all vault types: the value before November 2021',
      source: THROUGHPUT,
      hypothetical: false,
    },
    {
      what: 'keepers are paid 300 DAI and 0.1 % for a start or a reset, and the penalty is 13 %: those of another vault type of that month',
      source: 'no dated copy for ETH-A; MATIC-A in the executive vote of 20 August 2021',
      hypothetical: true,
    },
    { what: 'least debt of a vault: 10,000 DAI', source: 'no dated copy for ETH-A; MATIC-A in the same vote', hypothetical: true },
    {
      what: 'the oracle is the index, read once an hour; its delay of another hour is left out',
      source: 'the oracle security module’s cadence',
      hypothetical: true,
    },
    {
      what: 'as a position with margin a vault is closed whole at its mark: the auction is in the lending rules',
      source: 'a reading of vaults as positions',
      hypothetical: true,
    },
  ],
};
