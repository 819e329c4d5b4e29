import { loanTiers, termsOfBands } from './lending.ts';
import type { LendingRules } from './lending.ts';
import type { Venue } from './venue.ts';

const MARKET = 'https://gov.curve.fi/t/add-wbtc-market-to-crvusd/9334';
const CONTROLLER = 'https://docs.curve.finance/crvUSD/controller';

const lending = {
  kind: 'soft',
  amplification: 100,
  loanDiscount: 0.09,
  liquidationDiscount: 0.06,
  fewestBands: 4,
  mostBands: 50,
  bands: 10,
  fee: 0.006,
} as const satisfies LendingRules;

/** crvUSD: collateral in price bands that are sold on the way down and bought back on the way up. */
export const crvusd: Venue & { readonly lending: typeof lending } = {
  name: 'crvusd',
  aliases: ['curve', 'llamma'],
  title: 'crvUSD, WBTC market',
  date: '2023-06-30',
  // Of an untouched loan; what bands demand of it below their top is no table.
  tiers: loanTiers({ '*': termsOfBands(lending, lending.bands) }),
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 12, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  lending,
  facts: [
    { what: 'A = 100; fee 0.6 %; loan discount 9 %, liquidation discount 6 %', source: MARKET, hypothetical: false },
    { what: '4 to 50 bands a loan; closed whole below a health of 0, not at 0', source: CONTROLLER, hypothetical: false },
    { what: '10 bands where nothing else is said', source: 'borrowers choose them', hypothetical: true },
    { what: 'these figures on the day of the vote', source: 'the proposal names no day of effect', hypothetical: true },
    {
      what: 'the oracle is the index, read every 12 s; its smoothing and limits are left out',
      source: 'one reading a block',
      hypothetical: true,
    },
  ],
};
