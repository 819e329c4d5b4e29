import { smaller } from '../core/fixed-point.ts';

/**
 * Margins that grow with the size of a position against a market's skew scale, in whole units of 10^−18 and rounded towards 0 after every
 * product and quotient, as Synthetix v3 computes them.
 * Source: Synthetixio/synthetix-v3, markets/perps-market (PerpsMarketConfiguration, PerpsAccount, AsyncOrder), read at 564f3bfd and later.
 */

const UNIT = 1_000_000_000_000_000_000n;

/** A market's parameters. */
export interface SkewMarket {
  /** Units of the asset at which the premium is 100 %; 0: margins do not grow with size. */
  readonly skewScale: bigint;
  readonly initialFraction: bigint;
  readonly leastInitialRatio: bigint;
  /** Maintenance over initial ratio. */
  readonly maintenanceScalar: bigint;
  /** USD on top of both margins of an open position. */
  readonly leastMargin: bigint;
}

/** An open position: signed size in units of the asset, entered at its fill price. */
export interface SkewPosition {
  readonly market: SkewMarket;
  readonly size: bigint;
  readonly entry: bigint;
  readonly mark: bigint;
}

/** What an account has and what is asked of it, USD. */
export interface SkewAccount {
  /** Profit of each position. */
  readonly profits: readonly bigint[];
  /** Collateral plus profits. */
  readonly available: bigint;
  /** Both without the keepers' reward. */
  readonly initial: bigint;
  readonly maintenance: bigint;
  /** Σ |size| × mark. */
  readonly openInterest: bigint;
}

/** The price of a trade against a market of a given skew (both signed, units of the asset): half-way from the premium before to that after it. */
export function fillPrice(oracle: bigint, skew: bigint, size: bigint, skewScale: bigint): bigint {
  if (skewScale === 0n) return oracle;
  const before = oracle + product(oracle, quotient(skew, skewScale));
  const after = oracle + product(oracle, quotient(skew + size, skewScale));
  return (before + after) / 2n;
}

/** Initial and maintenance margin of a position; nothing for none. */
export function skewMargins(market: SkewMarket, size: bigint, price: bigint): { readonly initial: bigint; readonly maintenance: bigint } {
  if (size === 0n) return { initial: 0n, maintenance: 0n };
  const { skewScale, initialFraction, leastInitialRatio, maintenanceScalar, leastMargin } = market;
  const units = magnitude(size);
  const impact = skewScale === 0n ? 0n : quotient(units, skewScale);
  const initialRatio = product(impact, initialFraction) + leastInitialRatio;
  const notional = product(units, price);
  return {
    initial: product(notional, initialRatio) + leastMargin,
    maintenance: product(notional, product(initialRatio, maintenanceScalar)) + leastMargin,
  };
}

/** An account at its marks. */
export function skewAccount(collateral: bigint, positions: readonly SkewPosition[]): SkewAccount {
  const profits = positions.map(({ size, entry, mark }) => product(size, mark - entry));
  let [available, initial, maintenance, openInterest] = [collateral, 0n, 0n, 0n];
  for (const [i, { market, size, mark }] of positions.entries()) {
    const margins = skewMargins(market, size, mark);
    available += profits[i];
    initial += margins.initial;
    maintenance += margins.maintenance;
    openInterest += product(magnitude(size), mark);
  }
  return { profits, available, initial, maintenance, openInterest };
}

/** What keepers can earn on an account at most: a share of its open interest, capped. */
export function keeperReward(openInterest: bigint, share: bigint, largest: bigint): bigint {
  return smaller(product(openInterest, share), largest);
}

/** What may be taken out: what is above the initial margin and the keepers' reward, at least 0. */
export function withdrawable(account: SkewAccount, reward: bigint): bigint {
  const left = account.available - account.initial - reward;
  return left > 0n ? left : 0n;
}

/** Whether an account is liquidated: maintenance and reward above what is there; equality is not enough. */
export function isSkewLiquidatable(account: SkewAccount, reward: bigint): boolean {
  return account.openInterest > 0n && account.maintenance + reward > account.available;
}

function product(a: bigint, b: bigint): bigint {
  return (a * b) / UNIT;
}

function quotient(a: bigint, b: bigint): bigint {
  return (a * UNIT) / b;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
