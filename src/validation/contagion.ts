import { runCurveCascade } from '../liquidation/curve-cascade.ts';
import { impactCurve } from '../market/curve.ts';
import { recentred } from '../market/impact.ts';
import { TICK, heldShares, lotsEach, playContagion } from './contagion-worlds.ts';
import { lasting, spreadHolders, tippingPoint } from './curve-worlds.ts';
import { sizeOf } from './effort.ts';
import { ValidationUsageError, casesOf, numbersOf, recordOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Effort, Value, Verdict } from './target.ts';

/** Distance up to which accounts are when it is asked whether a cascade takes all of them. */
const FAR = 0.5;

const at = (list: readonly number[], i: number): number => list[i] ?? NaN;

/** What the law is stated with: two assets, two kinds of accounts. */
interface Contagion {
  readonly slopes: readonly number[];
  readonly densities: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** B = Λ Wᵀ diag(ρN) W of two assets: what it does to a shock, (I − B)⁻¹ s, with its trace and spectral radius. */
function feedbackOf({ slopes, densities, weights }: Contagion) {
  const B = (i: number, j: number): number =>
    at(slopes, i) * [0, 1].reduce((sum, k) => sum + at(weights[k] ?? [], i) * at(densities, k) * at(weights[k] ?? [], j), 0);
  const trace = B(0, 0) + B(1, 1);
  const determinant = B(0, 0) * B(1, 1) - B(0, 1) * B(1, 0);
  const scale = 1 - trace + determinant;
  return {
    trace,
    radius: (trace + Math.sqrt(trace * trace - 4 * determinant)) / 2,
    resolve: (shock: readonly number[]): readonly number[] => [
      ((1 - B(1, 1)) * at(shock, 0) + B(0, 1) * at(shock, 1)) / scale,
      (B(1, 0) * at(shock, 0) + (1 - B(0, 0)) * at(shock, 1)) / scale,
    ],
  };
}

/** Cross accounts that carry a fall from one asset to another: by the cascade runner, and through the whole world. */
export function contagion(parameters: Value, effort: Effort): Verdict {
  const slopes = numbersOf(parameters, 'Lambda', { above: 0 });
  const densities = numbersOf(parameters, 'rhoN', { above: 0 });
  const shocks = numbersOf(parameters, 's', { above: -1e-300, below: 0.2 });
  const rows = recordOf(parameters)['W'];
  const weights = casesOf(rows ?? null).map((row, k) => numbersOf({ [`W[${k}]`]: row }, `W[${k}]`, { above: -1e-300 }));
  const two = [slopes, densities, shocks, ...weights].every((list) => list.length === 2) && weights.length === 2;
  if (!two || weights.some((row) => Math.abs(at(row, 0) + at(row, 1) - 1) > 1e-12)) {
    throw new ValidationUsageError('parameters: want two assets and two kinds of accounts whose weights sum to 1');
  }
  const law = { slopes, densities, weights };
  const { radius, trace, resolve } = feedbackOf(law);
  if (!(radius < 1)) throw new ValidationUsageError(`parameters: the feedback's spectral radius is ${radius}, want below 1`);
  const x = resolve(shocks);
  const { count } = sizeOf(effort);
  const play = (share: number, to: number, shock: readonly number[], positions: number) =>
    runCurveCascade({
      curves: slopes.map((slope, j) => impactCurve(recentred(lasting({ kind: 'linear', slope }), 1 - at(shock, j)))),
      outside: shock.map((s) => 1 - s),
      holders: densities.map((density, k) => ({
        ...spreadHolders({ side: 1, count: positions, reach: to, lots: share * density * to }),
        basket: weights[k] ?? [],
      })),
      mode: 'sequential',
      settlement: 'final',
      maintenance: 0.02,
      threshold: 1,
      call: 1,
      equalityLiquidates: true,
      latency: 0,
      most: Infinity,
    });
  const reach = 1.2 * Math.max(...x);
  // The critical share of the density: a fifth of the positions places it to 1e-4.
  const positions = count / 5;
  const touch = (2 * FAR) / positions;
  const tips = (share: number): boolean => {
    const { lots, end } = play(share, FAR, [touch, touch], positions);
    return end === 'book' || lots.some((closed, k) => closed > 0.999999 * share * at(densities, k) * FAR);
  };
  const expected = { x, spectral_radius: radius };
  const measured = {
    x: play(1, reach, shocks, count).prices.map((price) => 1 - price),
    spectral_radius: 1 / tippingPoint(tips, 1, 20, 20),
  };
  // Each kind of accounts is known to half a position, and the feedback multiplies that.
  const absolute = (0.5 * (reach / count) * trace) / (1 - radius);
  const relative = 20 / positions;
  const world = throughWorld(law, shocks, reach, count);
  return {
    expected,
    measured: { ...measured, world: { x: world.x, spectral_radius: world.radius } },
    tolerance:
      `x absolute ${absolute.toPrecision(3)}, spectral_radius relative ${relative}, at ${count} positions a kind; through the whole world x ` +
      `absolute ${world.cells.map((cell) => cell.toPrecision(2)).join(' and ')}, an account of each kind and a tick, at up to ` +
      `${world.count} accounts in batch mode (shown) and sequential, spectral_radius relative ${world.width.toPrecision(2)}`,
    pass: agree(expected.x, measured.x, 0, absolute) && agree(radius, measured.spectral_radius, relative) && world.holds,
  };
}

/** The same with cross accounts through margin index, queue, engine, curves and ledger. */
function throughWorld(law: Contagion, shocks: readonly number[], reach: number, positions: number) {
  // An account has two positions and is found by an index of two prices: a tenth as many take as long.
  const count = positions / 10;
  const held = { ...law, weights: law.weights.map(heldShares) };
  const { radius, resolve } = feedbackOf(held);
  const want = resolve(shocks);
  const each = lotsEach({ count, reach, densities: law.densities });
  // One account of each kind more or less, and marks that are whole ticks.
  const cells = resolve(law.slopes.map((slope, j) => slope * each * law.weights.reduce((sum, row) => sum + at(row, j), 0) + TICK));
  const ends = (['batch', 'sequential'] as const).map((mode) => playContagion({ ...held, count, reach, shocks }, mode));
  const some = count / 5;
  const touch = (2 * FAR) / some;
  const tips = (share: number): boolean => {
    const densities = law.densities.map((density) => share * density);
    const falls = playContagion({ ...held, count: some, reach: FAR, densities, shocks: [touch, touch] }, 'sequential');
    return held.weights.some((row) => at(row, 0) * at(falls, 0) + at(row, 1) * at(falls, 1) >= FAR * (1 - 1 / some));
  };
  const found = 1 / tippingPoint(tips, 1, 20, 20);
  const width = (4 * touch) / FAR;
  const holds = ends.every((end) => end.every((fall, j) => Math.abs(fall - at(want, j)) <= at(cells, j))) && agree(radius, found, width);
  return { x: ends[0] ?? [], radius: found, cells, width, count, holds };
}
