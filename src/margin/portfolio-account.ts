import { PortfolioMargin } from './portfolio.ts';
import type { PortfolioRules } from './portfolio.ts';
import { emptyMarket } from './risk-arrays.ts';
import type { Series } from './risk-arrays.ts';
import { StandardMargin } from './standard.ts';
import type { StandardRules } from './standard.ts';

/** A perpetual or future, or an asset held as collateral, in real numbers. */
export interface PlainHolding {
  readonly kind: 'spot' | 'linear' | 'inverse' | 'array';
  /** Signed: units of the asset; of an inverse contract its size in coin at the present price. */
  readonly size: number;
  /** Units in one of `size`. */
  readonly multiplier: number;
  /** Quote units. */
  readonly price: number;
  /**
   * Profit not yet in cash, in the account's currency: what the position adds to equity. An asset's whole value does. Null: the cash holds
   * what the position cost.
   */
  readonly profit: number | null;
  /** Charged on gross notional, as fractions; `initial` on top of `maintenance`; what both grow by with each of `size`. */
  readonly maintenance: number;
  readonly initial: number;
  readonly growth: number;
  readonly notional: 'index' | 'price';
  readonly confidence: number;
  /** Whether it follows the scenarios. */
  readonly moves: boolean;
  /** Of an array: its published gains a lot, by scenario. */
  readonly gains?: readonly number[];
}

/** An option, in real numbers: signed contracts of `multiplier` units. */
export interface OptionHolding {
  readonly call: boolean;
  readonly strike: number;
  readonly size: number;
  readonly multiplier: number;
  readonly volatility: number;
  /** Settled in coin. */
  readonly inCoin?: boolean;
}

/** A perpetual or future without charges of its own and with a sure price, to be spread under what differs. */
export const PLAIN: PlainHolding = {
  kind: 'linear',
  size: 0,
  multiplier: 1,
  price: 0,
  profit: 0,
  maintenance: 0,
  initial: 0,
  growth: 0,
  notional: 'price',
  confidence: 1,
  moves: true,
};

/** Options of one expiry. */
export interface ExpiryHolding {
  readonly seconds: number;
  /** The forward's part that moves with the index, and its part that is already fixed (averaging before settlement). */
  readonly forward: number;
  readonly fixed: number;
  readonly rate: number;
  readonly confidence: number;
  readonly options: readonly OptionHolding[];
}

/** Everything of one underlying. */
export interface UnitHolding {
  readonly spot: number;
  readonly confidence: number;
  readonly plain: readonly PlainHolding[];
  readonly expiries: readonly ExpiryHolding[];
}

/** An account of perpetuals and options on one collateral, in real numbers. */
export interface PortfolioAccount {
  readonly cash: number;
  /** Demanded by initial margin beside the positions. */
  readonly reserved: number;
  /** Price of the settlement currency in quote units. */
  readonly stable: number;
  readonly units: readonly UnitHolding[];
}

/**
 * Sets an account up on arrays and assesses it by a rule. Series stand in the order of the account: its units', in each what has no expiry,
 * then the expiries', in each by strike, calls first. A simulation sets up an account that holds one lot of everything, and assesses all
 * others on its arrays.
 * @throws RangeError for negative collateral, and as `PortfolioMargin` and `StandardMargin`.
 */
export function assessAccount(rules: PortfolioRules, account: PortfolioAccount): PortfolioMargin;
export function assessAccount(rules: StandardRules, account: PortfolioAccount): StandardMargin;
export function assessAccount(rules: PortfolioRules | StandardRules, account: PortfolioAccount): PortfolioMargin | StandardMargin;
export function assessAccount(rules: PortfolioRules | StandardRules, account: PortfolioAccount): PortfolioMargin | StandardMargin {
  const series: Series[] = [];
  const sizes: number[] = [];
  const prices: { readonly price: number; readonly confidence: number; readonly profit?: number | null }[] = [];
  let cash = account.cash;
  let expiry = 0;
  for (const [unit, holding] of account.units.entries()) {
    for (const one of holding.plain) {
      if (one.kind === 'spot' && one.size < 0) throw new RangeError(`collateral: found ${one.size} units, want a number ≥ 0`);
      const { kind, moves, maintenance, initial, growth, notional } = one;
      const terms = { kind, unit, expiry: -1, strike: 0, moves, maintenance, initial, growth, notional };
      // Sized in coin at the present price, an inverse contract's face value is that price.
      const sized = { ...terms, multiplier: kind === 'inverse' ? one.multiplier * one.price : one.multiplier };
      series.push(one.gains === undefined ? sized : { ...sized, gains: one.gains });
      sizes.push(one.size);
      prices.push(one);
      if (kind !== 'spot') cash += one.profit ?? 0;
    }
    for (const { options, confidence } of holding.expiries) {
      for (const option of [...options].sort((a, b) => a.strike - b.strike || Number(b.call) - Number(a.call))) {
        series.push({
          kind: option.call ? 'call' : 'put',
          unit,
          expiry,
          strike: option.strike,
          multiplier: option.multiplier,
          moves: true,
          maintenance: 0,
          initial: 0,
          notional: 'index',
          inCoin: option.inCoin === true,
        });
        sizes.push(option.size);
        prices.push({ price: option.volatility, confidence });
      }
      expiry++;
    }
  }
  const market = emptyMarket(account.units.length, series.length, expiry);
  market.stable = account.stable;
  market.spot.set(account.units.map((holding) => holding.spot));
  market.unitConfidence.set(account.units.map((holding) => holding.confidence));
  market.price.set(prices.map((one) => one.price));
  market.confidence.set(prices.map((one) => one.confidence));
  // Profit of what is marked is in `cash` already, so only its change counts from here.
  market.reference.set(series.map((one, i) => (one.kind !== 'spot' && one.expiry < 0 && prices[i].profit !== null ? prices[i].price : 0)));
  const expiries = account.units.flatMap((holding) => holding.expiries);
  market.seconds.set(expiries.map((one) => one.seconds));
  market.forward.set(expiries.map((one) => one.forward));
  market.fixed.set(expiries.map((one) => one.fixed));
  market.rate.set(expiries.map((one) => one.rate));
  market.expiryConfidence.set(expiries.map((one) => one.confidence));

  const margin = 'scenarios' in rules ? new PortfolioMargin(rules, series, market) : new StandardMargin(rules, series, market);
  margin.assess({ cash, reserved: account.reserved, series: Int32Array.from(series.keys()), quantity: Float64Array.from(sizes) });
  return margin;
}
