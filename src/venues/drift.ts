import type { Venue } from './venue.ts';

const LIQUIDATION = 'https://github.com/drift-labs/protocol-v2: programs/drift/src/math/liquidation.rs at 0ae3e3b1';
const MARGIN = 'https://github.com/drift-labs/protocol-v2: programs/drift/src/math/margin.rs at 0ae3e3b1';

/** Drift v2, cross. Its integer arithmetic is in margin/weights, liquidation/shortage, liquidation/insurance, liquidation/throttle and liquidation/social-loss. */
export const drift: Venue = {
  name: 'drift',
  aliases: ['drift-v2'],
  title: 'Drift v2 perpetuals',
  date: '2024-06-01',
  tiers: { '*': [{ from: 0, maintenance: 0.05, initial: 0.1 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: {
    kind: 'shortage',
    fee: { base: 0.02, largest: 0.05, grace: 600, step: 0.000001 },
    insurance: 0.01,
    initial: 0.1,
    over: 60,
    slot: 0.4,
  },
  socialised: 'positions',
  sizeFactor: 0.003,
  scaleStart: 500_000,
  backstop: null,
  contract: 'mark-notional',
  facts: [
    { what: 'a liquidation closes what covers the margin shortage, fees included', source: LIQUIDATION, hypothetical: false },
    {
      what: 'the share of the shortage that may be freed grows with the slots since the account acted',
      source: LIQUIDATION,
      hypothetical: false,
    },
    { what: 'the liquidator’s fee rises by 0.0001 % a slot once 1,500 slots have passed', source: LIQUIDATION, hypothetical: false },
    { what: 'asset weights fall and liability weights rise with the root of the size', source: MARGIN, hypothetical: false },
    { what: 'a loss beyond the insurance fund is spread over all open positions as funding', source: LIQUIDATION, hypothetical: false },
    { what: 'initial weights of coins fall as all deposits of them in the venue grow', source: MARGIN, hypothetical: false },
    { what: 'from 500,000 USD of every coin: the number of the tests', source: 'set market by market', hypothetical: true },
    { what: 'a size factor of 0.003 for every coin', source: 'set market by market', hypothetical: true },
    {
      what: 'initial 10 %, maintenance 5 %, for every asset and size',
      source: 'the ratios of the tests; set market by market',
      hypothetical: true,
    },
    { what: 'the oracle price moves once a second', source: 'about two slots', hypothetical: true },
    {
      what: 'fee of 2 %, rising to 5 % at most; a tenth of the shortage at once and all after 150 slots: the numbers of the tests',
      source: LIQUIDATION,
      hypothetical: true,
    },
    {
      what: 'up to 1 % to the insurance fund; a slot of 0.4 s',
      source: 'set market by market; about the time of a slot',
      hypothetical: true,
    },
    { what: 'liquidators take all that they may at once', source: 'their capital and costs are not modelled', hypothetical: true },
  ],
};
