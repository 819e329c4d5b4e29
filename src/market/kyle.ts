/** Sequential auctions in which one trader knows what the asset will be worth. */
export interface KyleOptions {
  /** Number of auctions, at equal distances; 1 to 10,000. */
  readonly auctions: number;
  /** Standard deviation of the asset's final value, price units. */
  readonly valueDeviation: number;
  /** Standard deviation of the noise traders' net order over all auctions together, lots. */
  readonly noiseDeviation: number;
}

/** The linear equilibrium, one number an auction. */
export interface KyleEquilibrium {
  /** Price change a lot of net order flow (Kyle's λ). */
  readonly impact: Float64Array;
  /** Lots that the informed trader orders per unit of mispricing. */
  readonly intensity: Float64Array;
  /** Variance of the value that the market does not know after each auction. */
  readonly variance: Float64Array;
  /** Expected profit of the informed trader from all auctions, price units × lots. */
  readonly profit: number;
}

/** Halvings that find a root in (0, 1) to the last bit. */
const HALVINGS = 60;

/**
 * Kyle's equilibrium for any number of auctions: the market's price is the expected value given all order flow, and the informed trader's
 * orders are best against that price rule.
 *
 * Solved backwards from a remaining variance of 1 and scaled afterwards, since the equilibrium of another variance is the same one in
 * other units. Source: A. Kyle, Econometrica 53 (1985), theorem 2.
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function kyleEquilibrium(options: KyleOptions): KyleEquilibrium {
  const { auctions, valueDeviation, noiseDeviation } = options;
  if (!(Number.isInteger(auctions) && auctions >= 1 && auctions <= 10_000))
    throw new RangeError(`kyle: found ${auctions} auctions, want a whole number from 1 to 10000`);
  if (!(valueDeviation > 0 && valueDeviation < Infinity))
    throw new RangeError(`kyle: found a value deviation of ${valueDeviation}, want a finite number above 0`);
  if (!(noiseDeviation > 0 && noiseDeviation < Infinity))
    throw new RangeError(`kyle: found a noise deviation of ${noiseDeviation}, want a finite number above 0`);
  const impact = new Float64Array(auctions);
  const intensity = new Float64Array(auctions);
  const variance = new Float64Array(auctions);
  // Noise variance of one auction when that of all is 1.
  const noise = 1 / auctions;
  let left = 1;
  // What a squared mispricing is worth to the informed trader from the next auction on.
  let worth = 0;
  for (let n = auctions - 1; n >= 0; n--) {
    const lambda = impactAt((2 * noise) / left, worth);
    const beta = (lambda * noise) / left;
    impact[n] = lambda;
    intensity[n] = beta;
    variance[n] = left;
    left /= 1 - beta * lambda;
    worth = 1 / (4 * lambda * (1 - worth * lambda));
  }
  const deviation = valueDeviation / Math.sqrt(left);
  const scale = deviation / noiseDeviation;
  for (let n = 0; n < auctions; n++) {
    impact[n] *= scale;
    intensity[n] /= scale;
    variance[n] *= deviation * deviation;
  }
  // What the informed trader gains the noise traders lose: their own impact on the price that they pay.
  let profit = 0;
  for (let n = 0; n < auctions; n++) profit += impact[n] * noise * noiseDeviation * noiseDeviation;
  return { impact, intensity, variance, profit };
}

/** The root λ in (0, 1/(2·worth)) of c·λ²·(1 − worth·λ) = 1 − 2·worth·λ, where the left side rises and the right one falls. */
function impactAt(c: number, worth: number): number {
  if (worth === 0) return 1 / Math.sqrt(c);
  let low = 0;
  let high = 1 / (2 * worth);
  for (let i = 0; i < HALVINGS; i++) {
    const lambda = (low + high) / 2;
    if (c * lambda * lambda * (1 - worth * lambda) > 1 - 2 * worth * lambda) high = lambda;
    else low = lambda;
  }
  return (low + high) / 2;
}
