import { loanTiers } from './lending.ts';
import type { LendingRules } from './lending.ts';
import type { Venue } from './venue.ts';

const LOGIC =
  'https://github.com/aave-dao/aave-v3-origin/blob/027aaed77f89f3d7453764bd94159b5693450169/src/contracts/protocol/libraries/logic/LiquidationLogic.sol';
const DOCS = 'https://aave.com/docs/developers/liquidations';
const ALIGNMENT = 'https://governance.aave.com/t/arfc-chaos-labs-risk-parameter-updates-ltv-and-lt-alignment/18997';
const BITGO = 'https://governance.aave.com/t/arfc-adjusting-wbtc-parameters-to-address-bitgo-transition-risks/19096';

const lending = {
  kind: 'fixed-spread',
  sale: { closeFactor: 0.5, fullCloseHealth: 0.95, fullCloseBelow: 2000, leastLeftover: 1000, protocolShare: 0.1 },
  assets: {
    ETH: { loanToValue: 0.8, liquidationThreshold: 0.83, bonus: 0.05 },
    BTC: { loanToValue: 0.7, liquidationThreshold: 0.77, bonus: 0.05 },
  },
} as const satisfies LendingRules;

/** Aave v3.3 on Ethereum: health factor, close factor, bonus. */
export const aaveV3: Venue & { readonly lending: typeof lending } = {
  name: 'aave-v3',
  aliases: ['aave'],
  title: 'Aave v3.3, Ethereum core market',
  date: '2025-02-01',
  tiers: loanTiers(lending.assets),
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 12, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  lending,
  facts: [
    { what: 'liquidated when the health factor is below 1, not at 1', source: DOCS, hypothetical: false },
    {
      what: 'half of the total debt at once, or all of one debt that is smaller; all at a health factor of 0.95 or less, or when collateral or debt is worth less than 2,000 USD',
      source: LOGIC,
      hypothetical: false,
    },
    { what: 'a sale leaves nothing, or at least 1,000 USD, of both collateral and debt', source: LOGIC, hypothetical: false },
    { what: 'WETH: loan to value 80 %, liquidation threshold 83 %, the targets of that proposal', source: ALIGNMENT, hypothetical: false },
    { what: 'WBTC: loan to value 70 %, liquidation threshold 77 %', source: BITGO, hypothetical: false },
    {
      what: 'bonus of 5 % for WETH and WBTC, of which the venue keeps 10 %',
      source: 'no dated copy of the market of that day',
      hypothetical: true,
    },
    {
      what: 'these thresholds on that day (they are those of proposals of 2024)',
      source: 'no dated copy of the market of that day',
      hypothetical: true,
    },
    {
      what: 'the oracle is the index, read every 12 s; its own heartbeat and deviation threshold are left out',
      source: 'one reading a block',
      hypothetical: true,
    },
    {
      what: 'as a position with margin a loan is closed whole at its mark: close factor and bonus are in the lending rules',
      source: 'a reading of loans as positions',
      hypothetical: true,
    },
  ],
};
