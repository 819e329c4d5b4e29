import { windowCapacity } from '../liquidation/throttle.ts';
import type { Venue } from './venue.ts';

const MARGINS = 'https://github.com/Synthetixio/synthetix-v3: markets/perps-market/test/integration/Account/Margins.test.ts at 23585f73';
const WINDOW =
  'https://github.com/Synthetixio/synthetix-v3: markets/perps-market/test/integration/Liquidation/Liquidation.maxLiquidationAmount.test.ts at 23585f73';

/** Fees, multiplier and seconds of the tests; the skew scale in USD instead of units of an asset. */
const LIQUIDATION_WINDOW = { makerFee: 0.007, takerFee: 0.003, skewScale: 100e6, multiplier: 1, seconds: 10 };

/** Fraction of the tests. */
const SKEW = { scale: LIQUIDATION_WINDOW.skewScale, fraction: 2, least: 0, reward: { share: 0.001, largest: 1000 } };

/** Synthetix v3 perpetuals, cross. Margins and fills that grow with size are in margin/skew, the window is in liquidation/throttle. */
export const synthetixV3: Venue = {
  name: 'synthetix-v3',
  aliases: ['synthetix', 'snx'],
  title: 'Synthetix v3 perpetuals',
  date: '2023-11-01',
  tiers: { '*': [{ from: 0, maintenance: 0.005, initial: 0.01 }] },
  equalityLiquidates: false,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  throttle: {
    block: 1,
    position: null,
    account: Infinity,
    market: Infinity,
    window: {
      notional: windowCapacity(
        LIQUIDATION_WINDOW.makerFee,
        LIQUIDATION_WINDOW.takerFee,
        LIQUIDATION_WINDOW.skewScale,
        LIQUIDATION_WINDOW.multiplier,
        LIQUIDATION_WINDOW.seconds,
      ),
      seconds: LIQUIDATION_WINDOW.seconds,
    },
  },
  backstop: null,
  contract: 'mark-notional',
  skew: SKEW,
  liquidationFee: { rate: 0, cap: 'left', venue: 1 },
  facts: [
    {
      what: 'initial margin: (|size| / skew scale × fraction + least ratio) × notional + a least margin; maintenance: a scalar of the ratio',
      source: MARGINS,
      hypothetical: false,
    },
    { what: 'liquidated when maintenance plus the keepers’ reward is above the available margin', source: MARGINS, hypothetical: false },
    {
      what: 'most that is liquidated in a window: (maker + taker fee) × skew scale × multiplier × seconds',
      source: WINDOW,
      hypothetical: false,
    },
    {
      what: 'initial 1 %, maintenance 0.5 %: the least ratios of the tests, to which size adds twice |size| / skew scale, half of it to maintenance',
      source: MARGINS,
      hypothetical: false,
    },
    {
      what: 'no least margin; keepers earn 0.1 % of the open interest of an account, at most 1,000 USD; a market opens without skew',
      source: 'set market by market',
      hypothetical: true,
    },
    { what: 'fees of 0.7 and 0.3 %, multiplier 1, 10 s', source: WINDOW, hypothetical: false },
    {
      what: 'a skew scale of 100M USD: 10M within 10 s; blocks of a second, in which a small skew opens no second window',
      source: 'set market by market, in units of the asset',
      hypothetical: true,
    },
    { what: 'the oracle price moves once a second', source: 'set by the oracle network', hypothetical: true },
  ],
};
