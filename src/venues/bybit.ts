import { contractValue, liquidationPrice } from '../margin/isolated.ts';
import type { PositionTerms } from '../margin/isolated.ts';
import type { Venue } from './venue.ts';

const HELP = 'https://www.bybit.com/en/help-center';

/** Bybit's USDT perpetuals, isolated. */
export const bybit: Venue = {
  name: 'bybit',
  aliases: ['bybit-usdt'],
  title: 'Bybit USDT perpetuals',
  date: '2023-01-01',
  tiers: { BTC: [{ from: 0, maintenance: 0.005, initial: 0.01 }] },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  contract: 'entry-notional',
  facts: [
    { what: 'BTC: maintenance 0.5 % in the first risk limit', source: HELP, hypothetical: false },
    { what: 'maintenance is charged on the value at entry', source: HELP, hypothetical: false },
    { what: 'coin-margined contracts: the same on the value in coin at entry', source: HELP, hypothetical: false },
    {
      what: 'initial 1 % (100x), and the first risk limit at any size',
      source: 'the leverage offered on the first limit',
      hypothetical: true,
    },
    {
      what: 'mark: median of index with funding, index with an average of the basis, and the last trade',
      source: HELP,
      hypothetical: false,
    },
    { what: 'the basis is averaged over 300 s and looked at every second', source: 'the page names no exact filter', hypothetical: true },
    { what: 'the whole position at once', source: 'steps down the risk limits are not modelled', hypothetical: true },
  ],
};

/** A coin-margined position of the legacy cross mode, in coin; rate and fee as fractions. */
export interface InverseCross {
  readonly side: 1 | -1;
  /** Face value in USD. */
  readonly size: number;
  readonly entry: number;
  /** Wallet balance, and what of it open orders hold. */
  readonly balance: number;
  readonly orderMargin: number;
  readonly rate: number;
  /** Fee of closing, which the venue sets aside at the bankruptcy price. */
  readonly takerFee: number;
}

/**
 * Bankruptcy and liquidation price of the legacy coin-margined cross mode. Bankrupt: what is left pays the closing fee at that very price.
 * Liquidated: what is left is maintenance on the value at entry plus that fee. The venue shows the price on the tick that comes first.
 * Source: https://help.bybit.com/hc/en-us/articles/360039261334
 */
export function inverseCrossPrices(
  position: InverseCross,
  tick: number,
): { readonly bankruptcy: number; readonly liquidation: number; readonly displayed: number } {
  const { side, size, entry, balance, orderMargin, rate, takerFee } = position;
  const terms: PositionTerms = { contract: 'inverse', side, entry, size, collateral: balance, rate: takerFee, threshold: 1 };
  const bankruptcy = liquidationPrice(terms);
  const fee = takerFee * contractValue('inverse', size, bankruptcy);
  const liquidation = liquidationPrice({ ...terms, contract: 'inverse-entry', rate, collateral: balance - orderMargin - fee });
  return { bankruptcy, liquidation, displayed: onTick(liquidation, tick, side) };
}

/** The tick that a falling (long) or rising (short) mark meets first. */
function onTick(price: number, tick: number, side: 1 | -1): number {
  return (side > 0 ? Math.ceil(price / tick) : Math.floor(price / tick)) * tick;
}
