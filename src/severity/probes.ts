import type { MetricUnit } from './metrics.ts';
import { largestRise } from './paths.ts';

/** What a probe follows, one value a step; step 0 is the state before the first. Prices are the first asset's, money is of all assets. */
export type ProbeSeries =
  /** Last price, mark and outside price as a change from the outside price before the first step; last price / outside price − 1. */
  | 'price'
  | 'mark'
  | 'index'
  | 'gap'
  /** Notional within 1 % of the mid: bids, asks, the thinner of the two. */
  | 'bids'
  | 'asks'
  | 'depth'
  /** Forced notional of a step: all of it, in the book, off the book. */
  | 'forced'
  | 'on-book'
  | 'off-book'
  /** Notional of positions that were deleveraged in a step, as `adl_notional` counts it. */
  | 'adl'
  /** Groups whose first forced order fell into a step. */
  | 'liquidations'
  /** Rate that margin which follows the first asset's market demands; not a number where none does. */
  | 'margin';

/** How a window of a series becomes one number. share: of the whole run's sum; time: when it first is not 0, in seconds; rise: the largest over a time. */
export type ProbeTake = 'first' | 'last' | 'mean' | 'min' | 'max' | 'sum' | 'share' | 'time' | 'rise';

/** A moment of a run: seconds from the start, or the step of the first liquidation or of the first ADL. */
export type ProbeMoment = number | 'first-liquidation' | 'first-adl';

/** A number of a run beside its metrics, chosen by the user: one column of its row. */
export interface Probe {
  readonly name: string;
  readonly of: ProbeSeries;
  readonly take: ProbeTake;
  readonly from: ProbeMoment;
  /** null: the end of the run. */
  readonly until: ProbeMoment | null;
  /** Of a rise: seconds in which it happens. Absent: a step. */
  readonly over?: number;
}

/** Unit of what a probe gives. */
export function probeUnit({ of, take }: Pick<Probe, 'of' | 'take'>): MetricUnit {
  if (take === 'time') return 'seconds';
  if (take === 'share' || of === 'price' || of === 'mark' || of === 'index' || of === 'gap' || of === 'margin') return 'fraction';
  return of === 'liquidations' ? 'count' : 'quote';
}

/**
 * One probe's value; NaN where its window is empty or begins with what never happens, where a share has nothing to be a share of, where
 * nothing in the window is a number, and where it is no longer than a rise.
 * @param step seconds a step.
 */
export function measureProbe(probe: Probe, series: (name: ProbeSeries) => Float64Array, step: number): number {
  const values = series(probe.of);
  const stepOf = (moment: ProbeMoment): number => {
    // Half a step of grace: a moment in seconds is seldom a binary number.
    if (typeof moment === 'number') return Math.ceil(moment / step - 0.5);
    return firstNonZero(series(moment === 'first-adl' ? 'adl' : 'liquidations'), 0, values.length);
  };
  const from = stepOf(probe.from);
  const until = probe.until === null ? values.length : stepOf(probe.until) + 1;
  if (from < 0 || until < 0) return NaN;
  if (probe.take === 'time') {
    const first = firstNonZero(values, from, until);
    return first < 0 ? NaN : first * step;
  }
  const window = values.subarray(from, until).filter((value) => !Number.isNaN(value));
  if (window.length === 0) return NaN;
  const total = (list: Float64Array): number => list.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
  switch (probe.take) {
    case 'first':
      return window[0];
    case 'last':
      return window[window.length - 1];
    case 'mean':
      return total(window) / window.length;
    case 'min':
      return window.reduce((least, value) => Math.min(least, value));
    case 'max':
      return window.reduce((most, value) => Math.max(most, value));
    case 'sum':
      return total(window);
    case 'rise': {
      const steps = Math.round((probe.over ?? step) / step);
      return window.length > steps ? largestRise(window, steps) : NaN;
    }
    case 'share': {
      const whole = total(values);
      return whole === 0 ? NaN : total(window) / whole;
    }
  }
}

/** The first place from … until − 1 that holds neither 0 nor NaN; −1: none. */
function firstNonZero(values: Float64Array, from: number, until: number): number {
  for (let i = Math.max(0, from); i < Math.min(until, values.length); i++) if (values[i] !== 0 && !Number.isNaN(values[i])) return i;
  return -1;
}
