import type { Side, Snapshot } from './snapshot.ts';

/** Distances at which a calibrated book is held against the real one, fractions of the mid. */
export const CHECKED = [0.0005, 0.001, 0.0025, 0.005] as const;
/** Distances at which a profile has rows, as far as the snapshot reaches. */
const ROWS = [1e-4, 2e-4, 3e-4, 5e-4, 7e-4, 1e-3, 1.5e-3, 2e-3, 2.5e-3, 3.5e-3, 5e-3, 7e-3, 1e-2, 2e-2] as const;
/** Distance within which a scenario states its depth. */
const STATED = 0.01;
/** How far the fragment's ladder reaches. */
const REACH = 0.05;
/** A fit is good enough when no checked depth is further off than this. */
const TOLERANCE = 0.1;
/** Points of the curve that the fits are measured on. */
const POINTS = 200;

/** Depth of the two sides at one distance, and what a fit says of it; notional in quote units. */
export interface DepthCheck {
  readonly distance: number;
  readonly bids: number;
  readonly asks: number;
  /** Relative errors of the fit: fitted / real − 1. */
  readonly flat: { readonly bids: number; readonly asks: number };
  readonly table: { readonly bids: number; readonly asks: number };
}

/** A row of a fitted profile: cumulative notional of each side, as a multiple of the depth. */
export interface ProfileRow {
  readonly distance: number;
  readonly bids: number;
  readonly asks: number;
  /** Whether the snapshot reaches that far on both sides. */
  readonly measured: boolean;
}

/** What a snapshot says about depth. */
export interface DepthFit {
  readonly mid: number;
  readonly halfSpread: number;
  readonly levels: { readonly bids: number; readonly asks: number };
  /** Smallest difference of two prices of one side: the tick, if neighbours stand in the book. */
  readonly tick: number;
  /** Distance up to which both sides are known. */
  readonly extent: number;
  /** Notional within 1 % on each side, the mean of both: measured, or the outer density carried on. */
  readonly depth: number;
  readonly extrapolated: boolean;
  /** The same by the power law: how much the extrapolation depends on its assumption. */
  readonly powerDepth: number;
  /** Depth a flat density fitted to the snapshot would state, and its share of the variance of cumulative depth. */
  readonly flat: { readonly depth: number; readonly rSquared: number };
  /** Cumulative depth ∝ distance^exponent, fitted to both sides together. */
  readonly power: { readonly exponent: number; readonly rSquared: number };
  /** The rows meet the snapshot exactly; `midway` is the largest relative error halfway between two of them, from 5 bps on. */
  readonly table: { readonly rows: readonly ProfileRow[]; readonly rSquared: number; readonly midway: number };
  readonly checks: readonly DepthCheck[];
  /** The simplest form that meets every check. */
  readonly chosen: 'flat' | 'table';
  readonly reach: number;
}

/** Notional within a distance of the mid on one side. */
export function depthWithin(side: Side, mid: number, distance: number): number {
  let sum = 0;
  for (let i = 0; i < side.prices.length; i++) {
    if (Math.abs(side.prices[i] / mid - 1) > distance * (1 + 1e-9)) break;
    sum += side.notionals[i];
  }
  return sum;
}

/** Fits a flat density, a power law and a table of distances to one snapshot. */
export function fitDepth({ bids, asks }: Snapshot): DepthFit {
  const mid = (bids.prices[0] + asks.prices[0]) / 2;
  const halfSpread = (asks.prices[0] - bids.prices[0]) / (2 * mid);
  const extent = Math.min(1 - (bids.prices.at(-1) ?? mid) / mid, (asks.prices.at(-1) ?? mid) / mid - 1);
  const real = {
    bids: (distance: number): number => depthWithin(bids, mid, distance),
    asks: (distance: number): number => depthWithin(asks, mid, distance),
  };
  const mean = (distance: number): number => (real.bids(distance) + real.asks(distance)) / 2;
  const at = Array.from({ length: POINTS }, (_, i) => halfSpread + ((extent - halfSpread) * (i + 1)) / POINTS);

  // Least squares through the half spread: Σ(w·D) / Σw² with w the width.
  const density = sum(at, (x) => (x - halfSpread) * mean(x)) / sum(at, (x) => (x - halfSpread) * (x - halfSpread));
  const flatAt = (distance: number): number => density * (distance - halfSpread);

  const power = fitPower(at, mean);
  const outer = (mean(extent) - mean(extent / 2)) / (extent / 2);
  const extrapolated = extent < STATED;
  const depth = extrapolated ? mean(extent) + outer * (STATED - extent) : mean(STATED);

  const distances: number[] = ROWS.filter((row) => row > 2 * halfSpread && row < 0.98 * extent);
  if (distances.length === 0 || extent < REACH) distances.push(extent);
  if (extrapolated && extent < 0.98 * STATED) distances.push(STATED);
  const reach = Math.max(REACH, distances.at(-1) ?? 0);
  if ((distances.at(-1) ?? 0) < reach) distances.push(reach);
  const within = (side: 'bids' | 'asks', distance: number): number =>
    real[side](Math.min(distance, extent)) + outer * Math.max(0, distance - extent);
  const rows = distances.map((distance) => ({
    distance,
    bids: within('bids', distance) / depth,
    asks: within('asks', distance) / depth,
    measured: distance <= extent,
  }));
  const tableAt = (side: 'bids' | 'asks', distance: number): number => depth * alongRows(rows, halfSpread, side, distance);

  const known = distances.filter((distance) => distance >= CHECKED[0] && distance <= extent);
  const halfway = known.slice(1).map((distance, k) => (known[k] + distance) / 2);
  const errorAt = (distance: number): number =>
    Math.max(Math.abs(tableAt('bids', distance) / real.bids(distance) - 1), Math.abs(tableAt('asks', distance) / real.asks(distance) - 1));

  const checks = CHECKED.filter((distance) => distance <= extent && distance > halfSpread).map((distance) => ({
    distance,
    bids: real.bids(distance),
    asks: real.asks(distance),
    flat: { bids: flatAt(distance) / real.bids(distance) - 1, asks: flatAt(distance) / real.asks(distance) - 1 },
    table: { bids: tableAt('bids', distance) / real.bids(distance) - 1, asks: tableAt('asks', distance) / real.asks(distance) - 1 },
  }));
  const flatHolds = checks.length > 0 && checks.every(({ flat }) => Math.max(Math.abs(flat.bids), Math.abs(flat.asks)) <= TOLERANCE);
  return {
    mid,
    halfSpread,
    levels: { bids: bids.prices.length, asks: asks.prices.length },
    tick: Math.min(smallestGap(bids.prices), smallestGap(asks.prices)),
    extent,
    depth: flatHolds ? density * STATED : depth,
    extrapolated,
    powerDepth: power.scale * Math.exp(power.exponent * Math.log(STATED)),
    flat: { depth: density * STATED, rSquared: bothSides(at, real, (_, x) => flatAt(x)) },
    power: {
      exponent: power.exponent,
      rSquared: bothSides(at, real, (_, x) => power.scale * Math.exp(power.exponent * Math.log(x))),
    },
    table: { rows, rSquared: bothSides(at, real, tableAt), midway: Math.max(0, ...halfway.map(errorAt)) },
    checks,
    chosen: flatHolds ? 'flat' : 'table',
    reach,
  };
}

/** log depth = log scale + exponent × log distance, by least squares over distances with any depth. */
function fitPower(at: readonly number[], depth: (distance: number) => number): { readonly scale: number; readonly exponent: number } {
  const points = at.filter((x) => depth(x) > 0).map((x) => [Math.log(x), Math.log(depth(x))] as const);
  const meanX = sum(points, ([x]) => x) / points.length;
  const meanY = sum(points, ([, y]) => y) / points.length;
  const exponent = sum(points, ([x, y]) => (x - meanX) * (y - meanY)) / sum(points, ([x]) => (x - meanX) * (x - meanX));
  return { exponent, scale: Math.exp(meanY - exponent * meanX) };
}

/** Share of the depth within a distance, linear between rows and from nothing at the half spread: what makers quote, up to a rung's width. */
export function alongRows(rows: readonly ProfileRow[], halfSpread: number, side: 'bids' | 'asks', distance: number): number {
  let near = { distance: halfSpread, share: 0 };
  for (const row of rows) {
    if (distance <= row.distance) {
      return near.share + ((row[side] - near.share) * Math.max(0, distance - near.distance)) / (row.distance - near.distance);
    }
    near = { distance: row.distance, share: row[side] };
  }
  return near.share;
}

/** Share of the variance of both sides' cumulative depth that a fit explains. */
function bothSides(
  at: readonly number[],
  real: Readonly<Record<'bids' | 'asks', (distance: number) => number>>,
  fitted: (side: 'bids' | 'asks', distance: number) => number,
): number {
  const sides = ['bids', 'asks'] as const;
  const mean = sum(sides, (side) => sum(at, real[side])) / (2 * at.length);
  const square = (x: number): number => x * x;
  const left = sum(sides, (side) => sum(at, (x) => square(real[side](x) - fitted(side, x))));
  const all = sum(sides, (side) => sum(at, (x) => square(real[side](x) - mean)));
  return 1 - left / all;
}

function smallestGap(prices: readonly number[]): number {
  let gap = Infinity;
  for (let i = 1; i < prices.length; i++) gap = Math.min(gap, Math.abs(prices[i] - prices[i - 1]));
  return Number(gap.toPrecision(6));
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  let total = 0;
  for (const value of values) total += of(value);
  return total;
}
