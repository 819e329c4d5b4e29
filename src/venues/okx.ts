import type { Venue } from './venue.ts';

const PARTIAL = 'https://www.okx.com/help: Partial liquidation';
const PORTFOLIO = 'https://www.okx.com/help: Portfolio margin mode, parameters since 2025-01-06';
const SCALING = 'https://www.okx.com/support/hc/en-us/articles/4417291853837';

/** OKX perpetuals. Its steps down the tiers are `keptByStepDown`; its portfolio margin takes the two rules below. */
export const okx: Venue = {
  name: 'okx',
  aliases: ['okex'],
  title: 'OKX perpetuals',
  date: '2025-01-06',
  tiers: { '*': [{ from: 0, maintenance: 0.01, initial: 0.02 }] },
  equalityLiquidates: true,
  mark: { kind: 'median', premiumSeconds: 300, cadence: 1, clamp: null },
  policy: { kind: 'step-down', pause: 0 },
  backstop: null,
  contract: 'mark-notional',
  closingFee: 0.0006,
  facts: [
    { what: 'from tier 3 on a position is cut by two tiers, in tiers 1 and 2 it is closed', source: PARTIAL, hypothetical: false },
    { what: 'portfolio margin: spot shocks of BTC 0, ±4, ±8 and ±12 %', source: PORTFOLIO, hypothetical: false },
    { what: 'portfolio margin: extreme-move requirement scaled by bands, marginally', source: SCALING, hypothetical: false },
    { what: 'maintenance 1 %, initial 2 %, taker fee 0.06 %, for every asset and size', source: 'round figures', hypothetical: true },
    { what: 'mark: median with the basis averaged over 300 s; equality liquidates', source: 'not stated there', hypothetical: true },
    { what: 'tiers by notional at the mark', source: 'the venue’s own are in contracts', hypothetical: true },
  ],
};

/** The worst loss of a linear exposure of `delta` units over relative moves of the spot price (MR1), quote units, at least 0. */
export function spotShockLoss(delta: number, price: number, shocks: readonly number[]): number {
  let worst = 0;
  for (const shock of shocks) worst = Math.max(worst, -delta * price * shock);
  return worst;
}

/** A band of a requirement: up to this much of it (Infinity: the rest) is multiplied by the factor. */
export interface ScalingBand {
  readonly upTo: number;
  readonly factor: number;
}

/**
 * The extreme-move requirement (MR7) after scaling: each band multiplies only the part that lies in it. Beyond the last band its factor
 * goes on.
 */
export function scaledByBands(raw: number, bands: readonly ScalingBand[]): number {
  let scaled = 0;
  let from = 0;
  let factor = 1;
  for (const band of bands) {
    factor = band.factor;
    if (raw <= band.upTo) break;
    scaled += factor * (band.upTo - from);
    from = band.upTo;
  }
  return scaled + factor * (raw - from);
}

/** What is demanded: the sum of the other requirements or the scaled extreme-move requirement, whichever is more. */
export function portfolioRequirement(others: number, extremeMove: number): number {
  return Math.max(others, extremeMove);
}
