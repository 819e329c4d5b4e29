import type { Venue } from './venue.ts';

const FORMULA = 'https://github.com/freqtrade/freqtrade: liquidation price of Gate and OKX, tests/exchange/test_exchange.py at c9ae5e1e';

/** USDT perpetuals, isolated, as Gate and OKX compute them: the fee of closing is set aside on top of maintenance. */
export const gateOkx: Venue = {
  name: 'gate-okx',
  aliases: ['gate'],
  title: 'Gate and OKX USDT perpetuals, isolated',
  date: '2023-01-01',
  tiers: { '*': [{ from: 0, maintenance: 0.01, initial: 0.02 }] },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'mark-notional',
  closingFee: 0.0006,
  facts: [
    { what: 'equity is compared with (maintenance rate + taker fee) × the value at the mark', source: FORMULA, hypothetical: false },
    { what: 'maintenance 1 %, taker fee 0.06 %', source: 'the figures of that worked example', hypothetical: true },
    { what: 'initial 2 %, for every asset and size', source: 'round figures', hypothetical: true },
    {
      what: 'mark: median with the basis averaged over 300 s; equality liquidates; the whole position at once',
      source: 'not stated there',
      hypothetical: true,
    },
  ],
};
