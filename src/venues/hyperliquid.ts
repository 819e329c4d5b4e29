import type { MarginTier, Venue } from './venue.ts';

const LIQUIDATIONS = 'https://hyperliquid.gitbook.io/hyperliquid-docs/trading/liquidations';
const MARGIN_TIERS = 'https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers';
const DELEVERAGING = 'https://hyperliquid.gitbook.io/hyperliquid-docs/trading/auto-deleveraging';
const ORACLE = 'https://hyperliquid.gitbook.io/hyperliquid-docs/hypercore/oracle';
const ROBUST_PRICES = 'https://hyperliquid.gitbook.io/hyperliquid-docs/trading/robust-price-indices';

/** Share of its maintenance below which an account is taken over by the vault. */
const BACKSTOP_LEVEL = 2 / 3;

/** A margin table from largest leverages: initial margin 1 / leverage, maintenance half of it. From: notional in USD. */
export function leverageTiers(steps: readonly { readonly from: number; readonly leverage: number }[]): readonly MarginTier[] {
  return steps.map(({ from, leverage }) => ({ from, maintenance: 0.5 / leverage, initial: 1 / leverage }));
}

/** Hyperliquid perpetuals, isolated. Maintenance is half of the initial margin at the tier's largest leverage. */
export const hyperliquid: Venue = {
  name: 'hyperliquid',
  aliases: ['hl', 'hyper-liquid'],
  title: 'Hyperliquid perpetuals',
  date: '2025-10-10',
  tiers: {
    BTC: leverageTiers([
      { from: 0, leverage: 40 },
      { from: 150e6, leverage: 20 },
    ]),
    ETH: leverageTiers([
      { from: 0, leverage: 25 },
      { from: 100e6, leverage: 15 },
    ]),
    SOL: leverageTiers([
      { from: 0, leverage: 20 },
      { from: 70e6, leverage: 10 },
    ]),
  },
  equalityLiquidates: false,
  mark: { kind: 'median', premiumSeconds: 150, cadence: 3, clamp: null },
  exchanges: [
    { name: 'Binance', weight: 3 },
    { name: 'OKX', weight: 2 },
    { name: 'Bybit', weight: 2 },
    { name: 'Kraken', weight: 1 },
    { name: 'KuCoin', weight: 1 },
    { name: 'Gate', weight: 1 },
    { name: 'MEXC', weight: 1 },
    { name: 'Hyperliquid', weight: 1 },
  ],
  policy: { kind: 'partial', above: 100_000, fraction: 0.2, cooldown: 30 },
  backstop: { level: BACKSTOP_LEVEL, capacity: Infinity, stated: 250e6 },
  adl: { kind: 'queue', rank: 'mark', closes: 'previous' },
  contract: 'mark-notional',
  ladder: [
    { state: 'book liquidation', level: 1, orEqual: false },
    { state: 'backstop', level: BACKSTOP_LEVEL, orEqual: false },
    { state: 'deleveraging', level: 0, orEqual: false },
  ],
  facts: [
    {
      what: 'BTC: 40x to 150M USD of notional, 20x above; ETH: 25x to 100M, 15x above; SOL: 20x to 70M, 10x above',
      source: MARGIN_TIERS,
      hypothetical: false,
    },
    {
      what: 'these tables on 10 October 2025 (they were read later)',
      source: 'no dated copy of the tables of that day',
      hypothetical: true,
    },
    { what: 'maintenance is half of the initial margin at the largest leverage of the tier', source: MARGIN_TIERS, hypothetical: false },
    { what: 'liquidated when equity is below maintenance, not at equality', source: LIQUIDATIONS, hypothetical: false },
    { what: 'positions above 100,000 USDC send 20 % first', source: LIQUIDATIONS, hypothetical: false },
    {
      what: 'nothing more is sent for 30 s, then the whole; the rule can also be read as whole orders at once during those 30 s',
      source: LIQUIDATIONS,
      hypothetical: true,
    },
    { what: 'an account below 2/3 of its maintenance is taken over by the backstop vault', source: LIQUIDATIONS, hypothetical: false },
    {
      what: 'the vault has no limit; takeovers are compared with a size of 250M USD',
      source: 'no limit is published, and its size on the day is not known',
      hypothetical: true,
    },
    {
      what: 'mark: median of oracle + 150 s average of (mid − oracle), median of best bid, best ask and last, and outside perpetuals',
      source: ROBUST_PRICES,
      hypothetical: false,
    },
    { what: 'the outside parts move about every 3 s', source: ROBUST_PRICES, hypothetical: false },
    {
      what: 'oracle: weighted median of the spot mids of Binance (3), OKX (2), Bybit (2), Kraken, KuCoin, Gate, MEXC and its own (1 each)',
      source: ORACLE,
      hypothetical: false,
    },
    {
      what: 'auto-deleveraging below an account value of 0, by (mark / entry) × (notional / account value), the highest first',
      source: DELEVERAGING,
      hypothetical: false,
    },
    {
      what: 'winners are closed against such an account at the mark before the one at which it fell below',
      source: DELEVERAGING,
      hypothetical: false,
    },
    { what: 'outside perpetuals trade at the index', source: 'their basis on the day is not modelled', hypothetical: true },
  ],
};
