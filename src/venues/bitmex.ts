import type { Venue } from './venue.ts';

const DELEVERAGING = 'https://www.bitmex.com/app/autoDeleveraging';
const LIQUIDATION = 'https://www.bitmex.com/app/liquidation';

/** BitMEX's coin-margined XBTUSD. */
export const bitmex: Venue = {
  name: 'bitmex',
  aliases: ['xbtusd'],
  title: 'BitMEX XBTUSD',
  date: '2020-03-12',
  tiers: { BTC: [{ from: 0, maintenance: 0.005, initial: 0.01 }] },
  equalityLiquidates: true,
  mark: { kind: 'index', cadence: 5, clamp: null },
  policy: { kind: 'full' },
  limit: { price: { kind: 'bankruptcy' }, retry: 5, rest: 'adl' },
  remainder: 'fund',
  adl: { kind: 'queue', rank: 'profit', closes: 'bankruptcy' },
  backstop: null,
  contract: 'inverse',
  facts: [
    {
      what: 'auto-deleveraging by profit × effective leverage (a loser: loss / leverage), leverage = mark value / (mark value − bankrupt value)',
      source: DELEVERAGING,
      hypothetical: false,
    },
    {
      what: 'a position that is liquidated is taken over and worked off at its bankruptcy price or better',
      source: LIQUIDATION,
      hypothetical: false,
    },
    { what: 'initial 1 %, maintenance 0.5 %, at any size', source: 'risk limits are not transcribed', hypothetical: true },
    {
      what: 'the mark is the index, looked at every 5 s; equality liquidates',
      source: 'the fair basis is not modelled',
      hypothetical: true,
    },
    { what: 'the whole position at once', source: 'the steps down the risk limits are not modelled', hypothetical: true },
    {
      what: 'what nobody takes at that price is closed against winners at once, and sent again every 5 s where there are none',
      source: 'the venue’s order rests at that price while its fund has room',
      hypothetical: true,
    },
    { what: 'what is left of the margin goes to the insurance fund', source: LIQUIDATION, hypothetical: false },
    {
      what: 'in a run the asset says whether it settles in coin: contract: { kind: inverse, … }',
      source: 'a preset is for any asset',
      hypothetical: true,
    },
  ],
};
