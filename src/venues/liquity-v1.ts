import { loanTiers, termsOfRatios } from './lending.ts';
import type { LendingRules } from './lending.ts';
import type { Venue } from './venue.ts';

const README = 'https://github.com/liquity/dev/blob/d3ae2d35c94128eba6750a04983a62b8915846ca/README.md';
const RECOVERY = 'https://docs.liquity.org/liquity-v1/faq/recovery-mode';

const lending = {
  kind: 'stability-pool',
  rules: { minimumRatio: 1.1, criticalRatio: 1.5, gasShare: 0.005 },
} as const satisfies LendingRules;

/** Liquity v1: stability pool, redistribution, recovery mode. */
export const liquityV1: Venue & { readonly lending: typeof lending } = {
  name: 'liquity-v1',
  aliases: ['liquity'],
  title: 'Liquity v1 (LUSD)',
  date: '2021-04-05',
  tiers: loanTiers({ ETH: termsOfRatios(lending.rules.minimumRatio, lending.rules.criticalRatio) }),
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 12, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  lending,
  facts: [
    { what: 'least collateral ratio of a trove: 110 %; liquidated below it, not at it', source: README, hypothetical: false },
    { what: 'troves are opened at 150 % or more; the venue asks for 110 % only', source: 'safe in recovery mode, too', hypothetical: true },
    { what: 'recovery mode below a total collateral ratio of 150 %', source: RECOVERY, hypothetical: false },
    {
      what: 'the stability pool takes debt and collateral as far as it reaches, the other troves the rest',
      source: README,
      hypothetical: false,
    },
    {
      what: 'in recovery mode troves of 110 % up to the total ratio go to the pool for 110 % of their debt, the surplus stays the owner’s',
      source: README,
      hypothetical: false,
    },
    {
      what: '0.5 % of the collateral goes to whoever liquidates; the 200 LUSD beside it are left out',
      source: README,
      hypothetical: false,
    },
    {
      what: 'the oracle is the index, read every 12 s; its own heartbeat and deviation threshold are left out',
      source: 'one reading a block',
      hypothetical: true,
    },
    {
      what: 'as a position with margin a trove is closed whole at its mark: pool and recovery mode are in the lending rules',
      source: 'a reading of troves as positions',
      hypothetical: true,
    },
  ],
};
