import { loanTiers } from './lending.ts';
import type { LendingRules } from './lending.ts';
import type { Venue } from './venue.ts';

const CONFIGURATION =
  'https://github.com/compound-finance/comet/blob/3daf2050c7cf51c599fce3eb42619426cb4b4682/deployments/mainnet/usdc/configuration.json';
const COMET = 'https://github.com/compound-finance/comet/blob/main/contracts/Comet.sol';

const lending = {
  kind: 'absorb',
  storeFrontFactor: 0.5,
  targetReserves: 5e6,
  assets: {
    ETH: { loanToValue: 0.82, liquidationThreshold: 0.9, liquidationFactor: 0.95 },
    BTC: { loanToValue: 0.7, liquidationThreshold: 0.78, liquidationFactor: 0.95 },
  },
} as const satisfies LendingRules;

/** Compound III, USDC on Ethereum: loans are absorbed whole, and their collateral is sold at a discount. */
export const compoundV3: Venue & { readonly lending: typeof lending } = {
  name: 'compound-v3',
  aliases: ['compound', 'comet'],
  title: 'Compound III, USDC market on Ethereum',
  date: '2022-08-26',
  tiers: loanTiers(lending.assets),
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 12, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  lending,
  facts: [
    {
      what: 'WETH: borrow factor 0.82, liquidation collateral factor 0.9, liquidation factor 0.95; WBTC: 0.7, 0.78, 0.95',
      source: CONFIGURATION,
      hypothetical: false,
    },
    {
      what: 'buyers get half of the liquidation penalty; nothing is sold from reserves of 5M USDC on',
      source: CONFIGURATION,
      hypothetical: false,
    },
    { what: 'these figures on the day of the market’s start', source: 'the file names no day', hypothetical: true },
    { what: 'liquidated when counted collateral is below the debt, not at equality', source: COMET, hypothetical: false },
    { what: 'a liquidated loan is taken over whole; a credit beyond the debt stays with the borrower', source: COMET, hypothetical: false },
    {
      what: 'the oracle is the index, read every 12 s; its own heartbeat and deviation threshold are left out',
      source: 'one reading a block',
      hypothetical: true,
    },
    {
      what: 'as a position with margin a loan is closed whole at its mark: absorption and sale are in the lending rules',
      source: 'a reading of loans as positions',
      hypothetical: true,
    },
  ],
};
