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

/** The curve that a band trades along at one oracle price: (f + quote)(g + collateral) = invariant. */
export interface BandCurve {
  readonly f: number;
  readonly g: number;
  readonly invariant: number;
}

/** The curve through what a band holds: invariant oracle × A² × y₀² with f = A y₀ oracle²/top and g = (A − 1) y₀ top/oracle. */
export function bandCurve({ quote: x, collateral: y }: BandHolding, top: number, amplification: number, oracle: number): BandCurve {
  const A = amplification;
  const linear = (top / oracle) * (A - 1) * x + ((oracle * oracle) / top) * A * y;
  const y0 = (linear + Math.sqrt(linear * linear + 4 * oracle * A * x * y)) / (2 * oracle * A);
  return {
    f: ((oracle * oracle) / top) * A * y0,
    g: (top / oracle) * (A - 1) * y0,
    invariant: oracle * A * y0 * (A * y0),
  };
}

/** A band after arbitrageurs have traded it, without a fee, to `price` or as near to it as it reaches. */
export function arbitrageBand(holding: BandHolding, top: number, amplification: number, oracle: number, price: number): BandHolding {
  if (holding.quote === 0 && holding.collateral === 0) return holding;
  const { f, g, invariant } = bandCurve(holding, top, amplification, oracle);
  const { low, high } = bandPrices(oracle, top, (top * (amplification - 1)) / amplification);
  // At its ends the band holds one side alone: 0, not the rounding of a difference.
  if (price <= low) return { quote: 0, collateral: invariant / f - g };
  if (price >= high) return { quote: invariant / g - f, collateral: 0 };
  const root = Math.sqrt(invariant * price);
  const quote = root - f;
  const collateral = root / price - g;
  return { quote: quote > 0 ? quote : 0, collateral: collateral > 0 ? collateral : 0 };
}

/**
 * Quote that a band comes to when it is first traded to the oracle price and then sold all the way down as that falls: what a loan's health
 * counts. Untouched it is the geometric mean of the band's edges for each unit, at every oracle price above it.
 */
export function bandProceeds(holding: BandHolding, top: number, amplification: number, oracle: number): number {
  const { quote, collateral } = holding;
  const bottom = (top * (amplification - 1)) / amplification;
  if (quote === 0 && oracle >= top) return collateral * Math.sqrt(top * bottom);
  if (collateral === 0 && oracle <= bottom) return quote;
  const traded = arbitrageBand(holding, top, amplification, oracle, oracle);
  if (oracle >= top) return traded.collateral * Math.sqrt(top * bottom);
  return oracle <= bottom ? traded.quote : traded.quote + traded.collateral * Math.sqrt(bottom * oracle);
}

/**
 * Share of what a loan's bands hold that whoever repays a share of its debt takes out of them: a little less, so that the rest is healthier.
 * `discount`: that of its health.
 */
export function withdrawnShare(repaid: number, discount: number): number {
  return (((1 + discount / 2) / (1 + discount)) * (1 - repaid) + repaid) * repaid;
}
