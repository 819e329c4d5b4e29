import type { MarginTier, Venue } from './venue.ts';

const BRACKETS = 'https://github.com/freqtrade/freqtrade/blob/c9ae5e1e/freqtrade/exchange/binance_leverage_tiers.json';
const LIQUIDATION_PRICE =
  'https://www.binance.com/en/support/faq/how-to-calculate-liquidation-price-of-usd%E2%93%A2-m-futures-contracts-b3c689c1f50a44cabb3a84e663b81d93';
const MARK = 'https://www.binance.com/en/support/faq/360033525071';

/** Brackets as rows of notional in USDT, maintenance rate and largest leverage. */
function brackets(...rows: readonly (readonly [from: number, maintenance: number, leverage: number])[]): readonly MarginTier[] {
  return rows.map(([from, maintenance, leverage]) => ({ from, maintenance, initial: 1 / leverage }));
}

/** Binance USDⓈ-M perpetuals. */
export const binanceUsdm: Venue = {
  name: 'binance-usdm',
  aliases: ['binance', 'binance-futures'],
  title: 'Binance USDⓈ-M perpetuals',
  date: '2024-10-24',
  tiers: {
    BTC: brackets(
      [0, 0.004, 125],
      [50e3, 0.005, 100],
      [600e3, 0.0065, 75],
      [3e6, 0.01, 50],
      [12e6, 0.02, 25],
      [70e6, 0.025, 20],
      [100e6, 0.05, 10],
      [230e6, 0.1, 5],
      [480e6, 0.125, 4],
      [600e6, 0.15, 3],
      [800e6, 0.25, 2],
      [1200e6, 0.5, 1],
    ),
    SOL: brackets(
      [0, 0.005, 100],
      [20e3, 0.0065, 75],
      [100e3, 0.01, 50],
      [800e3, 0.02, 25],
      [4e6, 0.025, 20],
      [8e6, 0.05, 10],
      [40e6, 0.1, 5],
      [80e6, 0.125, 4],
      [100e6, 0.25, 2],
      [200e6, 0.5, 1],
    ),
    DOGE: brackets(
      [0, 0.005, 75],
      [10e3, 0.007, 50],
      [50e3, 0.01, 40],
      [750e3, 0.02, 25],
      [800e3, 0.025, 20],
      [1.6e6, 0.05, 10],
      [8e6, 0.1, 5],
      [16e6, 0.125, 4],
      [20e6, 0.25, 2],
      [40e6, 0.5, 1],
    ),
  },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'mark-notional',
  facts: [
    {
      what: 'brackets of BTC, SOL and DOGE with maintenance rates, deductions and largest leverage',
      source: BRACKETS,
      hypothetical: false,
    },
    {
      what: 'maintenance is charged on the value at the mark, less the deduction of the bracket',
      source: LIQUIDATION_PRICE,
      hypothetical: false,
    },
    { what: 'liquidated when the margin ratio reaches 100 %', source: LIQUIDATION_PRICE, hypothetical: false },
    {
      what: 'mark: median of index with funding, index with an average of the basis, and the last trade',
      source: MARK,
      hypothetical: false,
    },
    { what: 'the basis is averaged over 300 s and looked at every second', source: 'the page names no exact filter', hypothetical: true },
    { what: 'the whole position at once', source: 'the steps of its partial liquidation are not published', hypothetical: true },
  ],
};
