import { pow } from '../core/math.ts';
import { cashAt, runCurveCascade } from '../liquidation/curve-cascade.ts';
import type { CurveCascade, CurveCascadeResult, Holders } from '../liquidation/curve-cascade.ts';
import { impactCurve } from '../market/curve.ts';
import { recentred } from '../market/impact.ts';
import type { ImpactOptions, LawOptions } from '../market/impact.ts';

/** Maintenance rate of the laws' positions; the closed forms know only where they are liquidated. */
const MAINTENANCE = 0.02;

/** The law of a price that stays where trades leave it. */
export function lasting(law: LawOptions): ImpactOptions {
  return { ...law, recovery: Infinity, permanent: 0 };
}

/** N positions by the distance of their liquidation from an opening price of 1. */
export interface Spread {
  readonly side: 1 | -1;
  readonly count: number;
  /** Distance of the last position. */
  readonly reach: number;
  /** Lots that are liquidated up to the reach. */
  readonly lots: number;
  /** Lots up to a distance grow like distance^grade; 1: uniform density. */
  readonly grade?: number;
  /** Price at a distance; 1 − distance for longs and 1 + distance for shorts when left out. */
  readonly priceAt?: (distance: number) => number;
}

/** Equal positions, each in the middle of its share of the lots. */
export function spreadHolders({ side, count, reach, lots, grade = 1, priceAt = (distance) => 1 - side * distance }: Spread): Holders {
  const each = lots / count;
  const cash = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const share = (i + 0.5) / count;
    cash[i] = cashAt(side, each, priceAt(reach * (grade === 1 ? share : pow(share, 1 / grade))), MAINTENANCE);
  }
  return { side, lots: new Float64Array(count).fill(each), cash, basket: [1], topUp: 0 };
}

/** What a law's cascade is played with; the rest is full closes one by one, without delay. */
export type LawCascade = Partial<CurveCascade> & {
  readonly impact: ImpactOptions;
  readonly holders: readonly Holders[];
  /** Outside price after the shock, of an opening price of 1. */
  readonly shocked: number;
};

/** One asset: the impact's options hold at the opening price and move along with the shock. */
export function playLaw({ impact, shocked, ...rest }: LawCascade): CurveCascadeResult {
  return runCurveCascade({
    curves: [impactCurve(recentred(impact, shocked))],
    outside: [shocked],
    mode: 'sequential',
    settlement: 'final',
    maintenance: MAINTENANCE,
    threshold: 1,
    call: 1,
    equalityLiquidates: true,
    latency: 0,
    most: Infinity,
    ...rest,
  });
}

/** Bisects where `tips` turns from false to true between two values; `halvings` of the bracket. The last value at which it is false. */
export function tippingPoint(tips: (value: number) => boolean, from: number, to: number, halvings: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (tips(middle)) high = middle;
    else low = middle;
  }
  return low;
}
