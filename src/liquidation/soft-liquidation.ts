/** What a band holds. */
export interface BandHolding {
  /** Quote units. */
  readonly quote: number;
  /** Units of the asset. */
  readonly collateral: number;
}

/** The market maker's price at either end of a band, quote units. */
export interface BandPrices {
  /** While the band holds nothing but collateral: oracle³ / top². */
  readonly low: number;
  /** Once it holds nothing but quote: oracle³ / bottom². */
  readonly high: number;
}

/**
 * Between which prices a band trades at an oracle price. They move three times as fast as the oracle, so that a falling oracle leaves the
 * band cheap and arbitrageurs buy the collateral out of it, and a rising one leaves it dear and they sell it back.
 */
export function bandPrices(oracle: number, top: number, bottom: number): BandPrices {
  const up = oracle / top;
  const down = oracle / bottom;
  return { low: oracle * up * up, high: oracle * down * down };
}

/**
 * A band after arbitrageurs have traded it, without a fee, to `price` or as near to it as it reaches. Its invariant is
 * (f + quote)(g + collateral) = oracle × A² × y₀² with f = A y₀ oracle²/top and g = (A − 1) y₀ top/oracle.
 */
export function arbitrageBand(holding: BandHolding, top: number, amplification: number, oracle: number, price: number): BandHolding {
  const { quote: x, collateral: y } = holding;
  if (x === 0 && y === 0) return holding;
  const A = amplification;
  const linear = (top / oracle) * (A - 1) * x + ((oracle * oracle) / top) * A * y;
  const y0 = (linear + Math.sqrt(linear * linear + 4 * oracle * A * x * y)) / (2 * oracle * A);
  const f = ((oracle * oracle) / top) * A * y0;
  const g = (top / oracle) * (A - 1) * y0;
  const invariant = oracle * A * y0 * (A * y0);
  const { low, high } = bandPrices(oracle, top, (top * (A - 1)) / A);
  // At its ends the band holds one side alone: 0, not the rounding of a difference.
  if (price <= low) return { quote: 0, collateral: invariant / f - g };
  if (price >= high) return { quote: invariant / g - f, collateral: 0 };
  const root = Math.sqrt(invariant * price);
  const quote = root - f;
  const collateral = root / price - g;
  return { quote: quote > 0 ? quote : 0, collateral: collateral > 0 ? collateral : 0 };
}
