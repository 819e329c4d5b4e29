import { exp, log, normalCdf, normalQuantile } from '../core/math.ts';

/** How the leverage of a group is spread. */
export type LeverageOptions =
  | { readonly kind: 'constant'; readonly value: number }
  | ({ readonly kind: 'lognormal' } & CutLogNormal)
  /** Of borrowers, debt over collateral v when the loan was opened: a leverage of 1 / (1 − v). */
  | ({ readonly kind: 'loan-to-value' } & CutLogNormal);

/** A log-normal cut to [min, max] with the median asked for. */
export interface CutLogNormal {
  readonly median: number;
  readonly sigma: number;
  readonly min: number;
  readonly max: number;
}

/** The smallest leverage that a group can have. */
export function leastLeverage(leverage: LeverageOptions): number {
  return leverage.kind === 'constant' ? leverage.value : leverage.kind === 'lognormal' ? leverage.min : 1 / (1 - leverage.min);
}

/** The same with what a venue's demands may make of it. */
export function leastAdapted({ leverage, adaptsTo }: { readonly leverage: LeverageOptions; readonly adaptsTo?: number }): number {
  return adaptsTo === undefined ? leastLeverage(leverage) : Math.min(1, leastLeverage(leverage));
}

/** The largest leverage that opens at a coverage where maintenance is a share of the notional, 1 / (coverage · share); at least 1, which no venue calls. */
export function adaptedLeverage(coverage: number, share: number): number {
  return Math.max(1, 1 / (coverage * share));
}

/** Leverage at u in (0, 1), of one sample or of many in their place. */
export interface LeverageLaw {
  at(u: number): number;
  fill(samples: Float64Array): void;
}

/**
 * The law of a group's leverage. A log-normal is cut to [min, max], and its location is the one at which the cut law has the median asked
 * for; sizes being drawn independently, that is also its notional-weighted median.
 * @throws Error naming the group when its median does not lie between its limits, or too near to one.
 */
export function leverageLaw({ leverage, name }: { readonly leverage: LeverageOptions; readonly name: string }): LeverageLaw {
  if (leverage.kind === 'constant') {
    const { value } = leverage;
    return { at: () => value, fill: (samples) => void samples.fill(value) };
  }
  if (leverage.kind === 'lognormal') return cutLaw(leverage, `traders "${name}": found a median leverage`);
  const law = cutLaw(leverage, `traders "${name}": found a median loan to value`);
  return {
    at: (u) => 1 / (1 - law.at(u)),
    fill(samples) {
      law.fill(samples);
      for (let i = 0; i < samples.length; i++) samples[i] = 1 / (1 - samples[i]);
    },
  };
}

/** @throws Error that begins with `what`. */
function cutLaw({ median, sigma, min, max }: CutLogNormal, what: string): LeverageLaw {
  if (!(min > 0 && min < median && median < max)) {
    throw new Error(`${what} of ${median} with limits ${min} and ${max}, want 0 < min < median < max`);
  }
  const below = log(min / median) / sigma;
  const above = log(max / median) / sigma;
  // The location lies `shift` standard deviations from the median asked for, such that half of the cut law lies below that median.
  const reach = Math.min(36, above - below + 1 / Math.min(-below, above));
  let low = -reach;
  let high = reach;
  let shift = 0;
  for (let i = 0; i < 100; i++) {
    shift = (low + high) / 2;
    if (normalAt(cutNormal(below - shift, above - shift), 0.5) + shift < 0) low = shift;
    else high = shift;
  }
  const cut = cutNormal(below - shift, above - shift);
  if (!(Math.abs(normalAt(cut, 0.5) + shift) < 1e-9)) {
    throw new Error(`${what} of ${median} with limits ${min} and ${max}, want it further from both`);
  }
  const scale = (normal: number): number => Math.min(max, Math.max(min, median * exp(sigma * (normal + shift))));
  return {
    at: (u) => scale(normalAt(cut, u)),
    fill(samples) {
      // One function a pass: together they are too long to be inlined into one loop, and cost half as much again.
      for (let i = 0; i < samples.length; i++) samples[i] = normalAt(cut, samples[i]);
      for (let i = 0; i < samples.length; i++) samples[i] = scale(samples[i]);
    },
  };
}

/** A standard normal cut to an interval: the mass below it and its own; of its mirror image in the upper tail, where the cdf keeps its digits. */
interface CutNormal {
  readonly low: number;
  readonly mass: number;
  readonly mirrored: boolean;
}

function cutNormal(from: number, to: number): CutNormal {
  const mirrored = from > 0;
  const low = normalCdf(mirrored ? -to : from);
  return { low, mass: normalCdf(mirrored ? -from : to) - low, mirrored };
}

function normalAt({ low, mass, mirrored }: CutNormal, u: number): number {
  return mirrored ? -normalQuantile(low + (1 - u) * mass) : normalQuantile(low + u * mass);
}
