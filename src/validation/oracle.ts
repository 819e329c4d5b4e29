import { derive, root } from '../core/random.ts';
import { YEAR, fillDriver } from '../market/drivers.ts';
import { Oracle } from '../market/oracle.ts';
import { numberOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Seconds of a year of 365 days, as the target counts them. */
const COMMON_YEAR = 31_536_000;
/** What looking at steps adds to a barrier, in standard deviations of a step (Broadie, Glasserman and Kou 1997): −ζ(½)/√(2π), to four digits. */
const OVERSHOOT = 0.5826;
/** Standard errors that a measured mean may be off. */
const ERRORS = 4;
/** Steps of each of the two measurements, and those that are drawn at a time. */
const STEPS = { full: 10_000_000, quick: 2_000_000 } as const;
const PIECE = 100_000;
/** The finer step, in seconds, that stands for looking all the time. */
const FINE = 0.1;

interface Waits {
  readonly count: number;
  readonly mean: number;
  readonly error: number;
}

/** Minutes between publications of an oracle that looks every `step` seconds at a price without a trend, on one long path. */
function waits(delta: number, sigma: number, step: number, steps: number): Waits {
  const volatility = sigma * Math.sqrt(YEAR / COMMON_YEAR);
  const from = root('oracle', 'SYS-ORACLE-RATE');
  const path = new Float64Array(PIECE + 1);
  const rules = { lag: 0, cadence: step, deviation: delta, heartbeat: Infinity, ageLimit: Infinity } as const;
  const oracle = new Oracle({ ...rules, whenStale: 'hold', failures: [], exchanges: null }, step, () => from);
  oracle.reset(1);
  let price = 1;
  let published = 0;
  let seen = 1;
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let before = 0; before < steps; before += PIECE) {
    fillDriver({ kind: 'gbm', price, drift: 0, volatility }, derive(from, before), step, PIECE, path);
    for (let k = 1; k <= PIECE; k++) {
      price = path[k] ?? NaN;
      const shown = oracle.advance(before + k, price, NaN);
      if (shown === seen) continue;
      seen = shown;
      const minutes = ((before + k - published) * step) / 60;
      published = before + k;
      count++;
      sum += minutes;
      squares += minutes * minutes;
    }
  }
  const mean = sum / count;
  return { count, mean, error: Math.sqrt((squares / count - mean * mean) / count) };
}

function publications(parameters: Value, effort: Effort): Verdict {
  const delta = numberOf(parameters, 'delta', { above: 0.0005, below: 0.05 });
  const sigma = numberOf(parameters, 'sigma_annual', { above: 0.1, below: 5 });
  const minutes = ((delta / sigma) ** 2 * COMMON_YEAR) / 60;
  const looked = (seconds: number): number => minutes * (1 + (OVERSHOOT * sigma * Math.sqrt(seconds / COMMON_YEAR)) / delta) ** 2;
  const expected = { minutes, minutes_1s_monitoring: looked(1) };
  const steps = effort.quick ? STEPS.quick : STEPS.full;
  const coarse = waits(delta, sigma, 1, steps);
  const fine = waits(delta, sigma, FINE, steps);
  const measured = { minutes: fine.mean, minutes_1s_monitoring: coarse.mean };
  const late = looked(FINE) - minutes;
  const pass =
    Math.abs(coarse.mean - expected.minutes_1s_monitoring) <= ERRORS * coarse.error &&
    fine.mean - minutes >= -ERRORS * fine.error &&
    fine.mean - minutes <= late + ERRORS * fine.error;
  return {
    expected,
    measured,
    tolerance: `4 standard errors: ±${(ERRORS * coarse.error).toPrecision(2)} at 1 s (${coarse.count} waits); at ${FINE} s −${(ERRORS * fine.error).toPrecision(2)} … +${(late + ERRORS * fine.error).toPrecision(2)} (${fine.count}), ${late.toPrecision(2)} of it for looks that are ${FINE} s apart`,
    pass,
  };
}

/** How often an oracle speaks. */
export const ORACLE_CHECKS: readonly Check[] = [{ id: 'SYS-ORACLE-RATE', run: publications }];
