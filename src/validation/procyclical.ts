import { lasting, playLaw, tippingPoint } from './curve-worlds.ts';
import { sizeOf } from './effort.ts';
import { ValidationUsageError, numberOf } from './parameters.ts';
import { TICK, playLadder, playVolatility, volatilityEnd } from './procyclical-worlds.ts';
import { agree } from './target.ts';
import type { Effort, Value, Verdict } from './target.ts';

/** Distance up to which positions are when it is asked whether a cascade takes all of them. */
const FAR = 0.25;

/** Requirements that rise as the price moves against positions: by the cascade runner, and through the whole world. */
export function dynamicMargin(parameters: Value, effort: Effort): Verdict {
  const b = numberOf(parameters, 'b', { above: 0, below: 1 });
  const kappa = numberOf(parameters, 'kappa', { above: 0, below: 1 });
  const s = numberOf(parameters, 's', { above: 0, below: 0.1 });
  const critical = 1 / (1 + kappa);
  const x = s / (1 - b * (1 + kappa));
  if (!(b < critical && x < 0.25))
    throw new ValidationUsageError(`parameters b = ${b}, kappa = ${kappa}: a drop of ${x}, want b below ${critical} and a drop below 0.25`);
  const { count, wider } = sizeOf(effort);
  const reach = 1.2 * (1 + kappa) * x;
  const impact = lasting({ kind: 'linear', slope: 1 });
  // With collateral d a position is liquidated where d − x = m (1 − x), and m = κx/(1 − x) makes that d = (1 + κ) x.
  const maintenance = (prices: Float64Array): number => (kappa * (1 - (prices[0] ?? NaN))) / (prices[0] ?? NaN);
  const play = (share: number, to: number, shock: number) => {
    const each = (share * to) / count;
    const cash = Float64Array.from({ length: count }, (_, i) => -each * (1 - ((i + 0.5) / count) * to));
    const holders = [{ side: 1, lots: new Float64Array(count).fill(each), cash, basket: [1], topUp: 0 } as const];
    return playLaw({ impact, shocked: 1 - shock, holders, maintenance });
  };
  const expected = { x, b_c: critical };
  const measured = {
    x: 1 - (play(b, reach, s).prices[0] ?? NaN),
    b_c: tippingPoint((share) => play(share, FAR, FAR / count).end === 'all', 0, 1, 24),
  };
  const tolerance = 2e-5 * wider;
  const world = throughWorld({ b, kappa, s, x, reach, count });
  const { cell, width, last } = world;
  return {
    expected,
    measured: { ...measured, world: { x: world.x, b_c: world.critical } },
    tolerance:
      `relative ${tolerance} at ${count} positions; through the whole world x absolute ${cell.toPrecision(2)}, a position and a tick, in ` +
      `batch mode (shown) and sequential, b_c relative ${width.toPrecision(2)}; under a rate of the last step's volatility alone ` +
      `x = ${last.want.toPrecision(6)}, found ${last.got.toPrecision(6)}`,
    pass: agree(expected, measured, tolerance) && world.holds,
  };
}

/** The same through margin index, queue, engine, curve and ledger, and what becomes of it under dynamic margin that forgets. */
function throughWorld(law: Record<'b' | 'kappa' | 's' | 'x' | 'reach' | 'count', number>) {
  const { b, kappa, s, x, reach, count } = law;
  const modes = (['batch', 'sequential'] as const).map((mode) => playLadder({ count, reach, b, kappa, s }, mode));
  const cell = ((b * reach) / count + TICK) / (1 - b * (1 + kappa));
  // A twentieth of the positions is enough to place the point at which all of them go.
  const some = count / 20;
  const touch = 4 * (FAR / some + TICK);
  const tips = (share: number): boolean =>
    playLadder({ count: some, reach: FAR, b: share, kappa, s: touch }, 'sequential').liquidated === some;
  const found = tippingPoint(tips, 0, 1, 20);
  // What the touch itself moves decides as long as 1 − b (1 + κ) is below its share of what has to be moved.
  const width = (2 * touch * (1 + kappa)) / FAR;
  const last = { want: volatilityEnd({ b, kappa, s }), got: playVolatility({ count, reach, b, kappa, s }).x };
  const holds =
    modes.every((end) => Math.abs(end.x - x) <= cell) &&
    agree(1 / (1 + kappa), found, width) &&
    Math.abs(last.got - last.want) <= (3 * ((b * reach) / count + TICK)) / (1 - b);
  return { x: modes[0]?.x ?? NaN, critical: found, cell, width, last, holds };
}
