/** What the twin says of a group that was liquidated in one of the arms. */
export type Cause = 'caused' | 'advanced' | 'common' | 'spared';

/**
 * The causal class of one group from the times of its first forced fill in the run and in the twin (< 0: none there); null when it was
 * liquidated in neither. Advanced: in both, earlier in the run by at least `resolution` seconds; the order within a step says nothing.
 */
export function causeOf(run: number, twin: number, resolution: number): Cause | null {
  if (run < 0) return twin < 0 ? null : 'spared';
  if (twin < 0) return 'caused';
  return twin - run >= resolution ? 'advanced' : 'common';
}

/** How many groups fall into each class. */
export interface CauseCounts {
  readonly caused: number;
  readonly advanced: number;
  readonly common: number;
  readonly spared: number;
}

/** Classes of all groups; the arrays hold the time of each group's first forced fill, −1 when it has none. */
export function countCauses(run: Float64Array, twin: Float64Array, groups: number, resolution: number): CauseCounts {
  const counts = { caused: 0, advanced: 0, common: 0, spared: 0 };
  for (let i = 0; i < groups; i++) {
    const cause = causeOf(run[i], twin[i], resolution);
    if (cause !== null) counts[cause]++;
  }
  return counts;
}

/** Groups that one of two arms liquidates and the other never does. */
export function countDifferent(one: Float64Array, other: Float64Array, groups: number): number {
  let different = 0;
  for (let i = 0; i < groups; i++) if (one[i] < 0 !== other[i] < 0) different++;
  return different;
}

/** The effects that are measured against the twin, and what one extra lot does by the same measure. */
export const PLACEBO_OF: Readonly<Record<string, string>> = { excess_drawdown: 'placebo_excess', caused_share: 'placebo_share' };

/**
 * Whether an effect is more than what one extra lot does, by the same measure; without a placebo (null) it is taken as it stands. Where the
 * lot does nothing at all, no effect is too small to see.
 */
export function isResolved(effect: number, placebo: number | null): boolean {
  return placebo === null || placebo === 0 || Math.abs(effect) > placebo;
}

/** Seconds by which each advanced group came earlier in the run, in the order of the groups. */
export function advances(run: Float64Array, twin: Float64Array, groups: number, resolution: number): Float64Array {
  const seconds: number[] = [];
  for (let i = 0; i < groups; i++) {
    if (causeOf(run[i], twin[i], resolution) === 'advanced') seconds.push(twin[i] - run[i]);
  }
  return Float64Array.from(seconds);
}
