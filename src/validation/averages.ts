import { log } from '../core/math.ts';
import { MarkPrice } from '../market/prices.ts';
import { ValidationUsageError, numberOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';

/** Looks in a time constant, at least. */
const LOOKS = 1000;

function afterStep(parameters: Value): Verdict {
  const tau = numberOf(parameters, 'tau', { above: 0 });
  const s = numberOf(parameters, 's', { above: 0, below: 1 });
  const d = numberOf(parameters, 'd', { above: 0, below: 1 });
  const start = 1_000_000_000;
  const look = tau / LOOKS;
  const expected = s <= d ? 'never' : tau * log(s / (s - d));
  const mark = new MarkPrice({ kind: 'ema', seconds: tau, cadence: look, clamp: null }, look);
  mark.reset(start);
  const after = Math.round(start * (1 - s));
  let measured: number | string = 'never';
  for (let step = 1; step <= 60 * LOOKS; step++) {
    mark.advance(step, after, after, after, after);
    if (mark.current(after, after, after) <= start * (1 - d)) {
      measured = step * look;
      break;
    }
  }
  // alpha = 1 − exp(−dt/τ) makes every look exact: the crossing is seen at the first look after it.
  const late = typeof expected === 'number' && typeof measured === 'number' ? measured - expected : NaN;
  const pass = expected === measured || (late >= -1e-6 * tau && late <= look * (1 + 1e-6));
  return { expected, measured, tolerance: `one look of ${look} s late at most`, pass };
}

function underRamp(parameters: Value): Verdict {
  const v = numberOf(parameters, 'v', { above: 0 });
  const tau = numberOf(parameters, 'tau', { above: 0 });
  const expected = v * tau;
  // The average of a ramp seen every dt lags by v × dt/2 less than that of one seen all the time.
  const looks = Math.max(LOOKS, Math.ceil(expected / 1e-6));
  if (looks > 1_000_000) throw new ValidationUsageError(`parameters v = ${v}, tau = ${tau}: a lag of ${expected}, want at most 1`);
  const look = tau / looks;
  const steps = 20 * looks;
  /** Ticks of a unit. */
  const scale = 1e9;
  const mark = new MarkPrice({ kind: 'ema', seconds: tau, cadence: look, clamp: null }, look);
  const start = Math.ceil(21 * expected * scale) + scale;
  mark.reset(start);
  let price = start;
  for (let step = 1; step <= steps; step++) {
    price = start - v * look * step * scale;
    mark.advance(step, price, price, price, price);
  }
  const measured = (mark.current(price, price, price) - price) / scale;
  return { expected, measured, tolerance: 'absolute 1e-6 after 20 tau', pass: agree(expected, measured, 0, 1e-6) };
}

/** How an averaged mark lags. */
export const AVERAGE_CHECKS: readonly Check[] = [
  { id: 'POS-EMA-STEP', run: afterStep },
  { id: 'POS-EMA-RAMP', run: underRamp },
];
