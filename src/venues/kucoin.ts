import type { Venue } from './venue.ts';

const HELP = 'https://www.kucoin.com/support: futures, liquidation price examples';

/** KuCoin's USDT perpetuals, isolated. */
export const kucoin: Venue = {
  name: 'kucoin',
  aliases: ['kucoin-futures'],
  title: 'KuCoin USDT perpetuals',
  date: '2023-01-01',
  tiers: { BTC: [{ from: 0, maintenance: 0.004, initial: 0.01 }] },
  equalityLiquidates: true,
  mark: { kind: 'index', cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'entry-notional',
  facts: [
    { what: 'BTC: maintenance 0.4 % at 100x, in the first risk limit', source: HELP, hypothetical: false },
    { what: 'maintenance is charged on the value at entry', source: HELP, hypothetical: false },
    { what: 'the first risk limit at any size', source: 'the higher limits are not transcribed', hypothetical: true },
    {
      what: 'the mark is the index, once a second; equality liquidates; the whole position at once',
      source: 'not stated there',
      hypothetical: true,
    },
  ],
};
