import type { Venue } from './venue.ts';

const UNIMMR = 'https://www.binance.com/en/support/faq/5e33af8e6ac04d57a1d0a3398e0a0752';

/** At it and below the account is called. */
const MARGIN_CALL = 1.5;

/** Binance portfolio margin: one ratio (uniMMR = equity / maintenance, both over all wallets), which is the MCR. */
export const binancePm: Venue = {
  name: 'binance-pm',
  aliases: ['binance-portfolio'],
  title: 'Binance portfolio margin',
  date: '2022-06-01',
  tiers: { '*': [{ from: 0, maintenance: 0.005, initial: 0.01 }] },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'mark-notional',
  threshold: 1.05,
  call: MARGIN_CALL,
  ladder: [
    { state: 'margin call', level: MARGIN_CALL, orEqual: true },
    { state: 'reduce only', level: 1.2, orEqual: true },
    { state: 'liquidation', level: 1.05, orEqual: true },
    { state: 'liquidation claim', level: 1, orEqual: true },
  ],
  facts: [
    {
      what: 'margin call at uniMMR 1.5, reduce-only at 1.2, liquidation at 1.05 and not 1, a claim on the account at 1',
      source: UNIMMR,
      hypothetical: false,
    },
    { what: 'maintenance is Σ rate × value at the mark over all futures wallets', source: UNIMMR, hypothetical: false },
    { what: 'maintenance 0.5 %, initial 1 %, for every asset and size', source: 'the bracket of the worked example', hypothetical: true },
    { what: 'mark as on USDⓈ-M; the whole account at once', source: 'not stated', hypothetical: true },
  ],
};
