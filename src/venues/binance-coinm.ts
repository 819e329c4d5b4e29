import type { Venue } from './venue.ts';

const LEVERAGE = 'https://www.binance.com/en/futures/trading-rules/quarterly/leverage-margin';

/** Binance COIN-M perpetuals: face value in USD, margin and maintenance in coin. */
export const binanceCoinm: Venue = {
  name: 'binance-coinm',
  aliases: ['binance-coin'],
  title: 'Binance COIN-M perpetuals',
  date: '2023-01-01',
  tiers: { BTC: [{ from: 0, maintenance: 0.004, initial: 0.008 }] },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'inverse',
  facts: [
    { what: 'BTC: maintenance 0.4 % in the first bracket', source: LEVERAGE, hypothetical: false },
    {
      what: 'a contract of BTC is worth 100 USD; its value in coin is the face value over the mark',
      source: LEVERAGE,
      hypothetical: false,
    },
    { what: 'initial 0.8 % (125x)', source: 'the leverage offered on the first bracket', hypothetical: true },
    { what: 'the first bracket at any size', source: 'brackets above it are in coin, this table is in USD', hypothetical: true },
    { what: 'mark, equality and policy as on USDⓈ-M', source: 'not stated apart', hypothetical: true },
    {
      what: 'in a run the asset says whether it settles in coin: contract: { kind: inverse, … }',
      source: 'a preset is for any asset',
      hypothetical: true,
    },
  ],
};
