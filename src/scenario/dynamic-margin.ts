/** From margin that follows its market, as read, to a run's options. */
import { exp } from '../core/math.ts';
import type { DynamicMargin } from '../margin/dynamic.ts';
import { YEAR } from '../margin/grid.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import type { Report } from './context.ts';
import { round } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** The options of margin that follows its market, where θ and call are those of the ladder; what does not fit is reported under margin.dynamic. */
export function resolveDynamic(
  stated: NonNullable<Scenario['margin']['dynamic']>,
  { maintenance, call }: MarginOptions,
  step: number,
  report: Report,
): DynamicMargin | null {
  const { cadence, volatility, halfLife, horizon, loss, openInterest, liquidity, concentration, stressed, cap, initial, buffer } = stated;
  let sound = true;
  const tell = (at: string | Steps, message: string): void => {
    sound = false;
    report(['margin', 'dynamic', ...(typeof at === 'string' ? [at] : at)], message);
  };
  const steps = cadence / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9 * steps || steps < 0.5)
    tell('cadence', `found ${cadence}s, want a whole number of steps of ${step}s`);
  const floor = stated.floor === 'maintenance' ? maintenance.rate.reduce((least, rate) => Math.min(least, rate)) : stated.floor;
  if (!(floor <= cap)) tell('cap', `found ${cap}, want at least the floor of ${round(floor)}`);
  if (!(cap * call < 1)) tell('cap', `found ${cap}, want less than ${round(1 / call)}: cap × call level must stay below 1`);
  if (call > initial) tell('initial', `found ${initial}, want at least the call level of ${round(call)}: call ≤ initial / maintenance`);
  concentration.forEach(({ from, multiple: by }, k) => {
    const before = concentration[k - 1] ?? { from: 0, multiple: 1 };
    if (from <= before.from) tell(['concentration', k, 'from'], `found ${from}, want more than the ${before.from} before it`);
    if (by < before.multiple) tell(['concentration', k, 'multiple'], `found ${by}, want at least the ${before.multiple} before it`);
  });
  if (!sound) return null;
  return {
    cadence: Math.round(steps),
    initial,
    volatility: {
      lambda: exp((-0.6931471805599453 * cadence) / halfLife),
      variance: volatility * volatility * (cadence / YEAR),
      horizon: horizon / cadence,
      loss,
    },
    openInterest: openInterest === 'off' ? null : openInterest,
    liquidity: liquidity === 'off' ? null : liquidity,
    concentration: [{ from: 0, multiple: 1 }, ...concentration],
    floor,
    buffer,
    stressed: stressed === 'off' ? { rate: 0, weight: 0 } : stressed,
    cap,
  };
}
