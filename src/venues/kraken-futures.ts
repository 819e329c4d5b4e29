import type { Venue } from './venue.ts';

const PROTECTION = 'https://support.kraken.com/hc/en-us/articles/360022835671-Equity-Protection-Process';

/** Kraken's coin-margined futures. */
export const krakenFutures: Venue = {
  name: 'kraken-futures',
  aliases: ['kraken', 'cryptofacilities'],
  title: 'Kraken Futures, coin-margined',
  date: '2020-01-01',
  tiers: { BTC: [{ from: 0, maintenance: 0.01, initial: 0.02 }] },
  equalityLiquidates: true,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  limit: { price: { kind: 'bankruptcy' }, retry: 1, rest: 'adl' },
  adl: { kind: 'pro-rata', closes: 'bankruptcy' },
  backstop: null,
  contract: 'inverse',
  facts: [
    { what: 'BTC: initial 2 %, maintenance 1 %', source: PROTECTION, hypothetical: false },
    { what: 'maintenance is charged on the value in coin at the mark, not at entry', source: PROTECTION, hypothetical: false },
    {
      what: 'liquidated at maintenance; what the book does not take is assigned or unwound at the bankruptcy price',
      source: PROTECTION,
      hypothetical: false,
    },
    { what: 'the mark is the index, once a second; the first tier at any size', source: 'not stated there', hypothetical: true },
    {
      what: 'assignment and unwinding in one: what the book does not take is closed against winners, pro rata',
      source: 'the assignment programme is not modelled',
      hypothetical: true,
    },
    {
      what: 'in a run the asset says whether it settles in coin: contract: { kind: inverse, … }',
      source: 'a preset is for any asset',
      hypothetical: true,
    },
  ],
};
