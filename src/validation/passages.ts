import { exp, log, normalCdf } from '../core/math.ts';
import { derive, root } from '../core/random.ts';
import { isBelow, liquidationPrice, liquidationTick } from '../margin/isolated.ts';
import { flatTiers } from '../margin/tiers.ts';
import { YEAR as DRIVER_YEAR, fillDriver } from '../market/drivers.ts';
import { ValidationUsageError, numberOf, recordOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Seconds of the year that these targets' volatility is of; a driver's own year has a quarter of a day more. */
const YEAR = 365 * 86_400;
/** Seconds between two looks at the mark. */
const MINUTE = 60;
/** Opening price in ticks, and the position's lots. */
const START = 1_000_000;
const LOTS = 1000;
/** Draws to spend, in steps of a path: a check with longer paths has fewer of them. */
const STEPS = 6e7;
const QUICK_STEPS = 6e6;
const FEWEST = 400;
/** −ζ(1/2)/√(2π) to four digits: how far a barrier that is looked at in steps seems to move off, in standard deviations of a step (Broadie, Glasserman and Kou 1997). */
const SHIFT = 0.5826;

/** P(a Brownian motion with drift −σ²/2 falls by `distance` before `years` have passed). */
function firstPassage(distance: number, sigma: number, years: number): number {
  const deviation = sigma * Math.sqrt(years);
  const drift = 0.5 * sigma * sigma * years;
  return normalCdf((drift - distance) / deviation) + exp(distance) * normalCdf((-drift - distance) / deviation);
}

/** Mean of a sample and the standard error of it. */
interface Estimate {
  readonly mean: number;
  readonly error: number;
}

function estimateOf(values: Float64Array): Estimate {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}

function gbmHit(parameters: Value, effort: Effort): Verdict {
  const L = numberOf(parameters, 'L', { above: 1 });
  const m = numberOf(parameters, 'm', { above: 0, below: 1 / L });
  const sigma = numberOf(parameters, 'sigma_annual', { above: 0, below: 100 });
  const days = numberOf(parameters, 'days', { above: 0, below: 400 });
  const { dt } = recordOf(parameters);
  if (dt !== '1 min') throw new ValidationUsageError(`parameter dt: found ${JSON.stringify(dt)}, want "1 min", which one_minute is about`);
  const steps = Math.round((days * 86_400) / MINUTE);
  if (steps < 1) throw new ValidationUsageError(`parameter days: found ${days}, want a minute at least`);
  const runs = effort.runs ?? Math.max(FEWEST, Math.round((effort.quick ? QUICK_STEPS : STEPS) / steps));
  if (runs < 2) throw new ValidationUsageError(`runs: found ${runs}, want at least 2`);
  const years = (steps * MINUTE) / YEAR;
  const barrier = liquidationPrice({
    contract: 'mark-notional',
    side: 1,
    entry: START,
    size: LOTS,
    collateral: (LOTS * START) / L,
    rate: m,
    threshold: 1,
  });
  const distance = log(START / barrier);
  const minute = sigma * Math.sqrt(MINUTE / YEAR);
  const expected = {
    continuous: firstPassage(distance, sigma, years),
    one_minute: firstPassage(distance + SHIFT * minute, sigma, years),
  };

  const tiers = flatTiers(m);
  const cash = Math.round((LOTS * START) / L) - LOTS * START;
  const tick = liquidationTick(cash, LOTS, 1, tiers, 1, true, 4 * START);
  const from = root('DRV-GBM-HIT', 'driver');
  const driver = { kind: 'gbm' as const, price: START, drift: 0, volatility: sigma * Math.sqrt(DRIVER_YEAR / YEAR) };
  const path = new Float64Array(steps + 1);
  const looked = new Float64Array(runs);
  const watched = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    fillDriver(driver, derive(from, run), MINUTE, steps, path);
    let at = 1;
    while (at <= steps && Math.round(path[at] ?? NaN) > tick) at++;
    const hit = at <= steps;
    if (hit !== isBelow(cash, LOTS, Math.round(path[hit ? at : steps] ?? NaN), 1, tiers, 1, true))
      throw new Error(`run ${run}: the liquidation tick and the predicate disagree`);
    looked[run] = hit ? 1 : 0;
    watched[run] = hit ? 1 : crossedBetween(path, steps, barrier, minute);
  }
  const oneMinute = estimateOf(looked);
  const continuous = estimateOf(watched);
  const exact = Math.sqrt((expected.one_minute * (1 - expected.one_minute)) / runs);
  const pass =
    Math.abs(oneMinute.mean - expected.one_minute) <= 4 * exact + 0.002 &&
    Math.abs(continuous.mean - expected.continuous) <= 4 * continuous.error;
  return {
    expected,
    measured: { runs, continuous: continuous.mean, one_minute: oneMinute.mean },
    tolerance: `4 standard errors of ${runs} paths: one_minute ±${(4 * exact).toPrecision(3)} + 0.002, continuous ±${(4 * continuous.error).toPrecision(3)} by the bridge between two looks`,
    pass,
  };
}

/** Given its looks, all above a barrier: the probability that the path crossed it in between, each stretch being a Brownian bridge. */
function crossedBetween(path: Float64Array, steps: number, barrier: number, deviation: number): number {
  /** A price this far above is never below before the next look. */
  const far = barrier * (1 + 9 * deviation);
  let survived = 1;
  for (let k = 0; k < steps; k++) {
    const here = path[k] ?? NaN;
    const there = path[k + 1] ?? NaN;
    if (here > far && there > far) continue;
    survived *= 1 - exp((-2 * log(here / barrier) * log(there / barrier)) / (deviation * deviation));
  }
  return 1 - survived;
}

/** When a price that goes its own way reaches a liquidation price. */
export const PASSAGE_CHECKS: readonly Check[] = ['DRV-GBM-HIT-L10', 'DRV-GBM-HIT-L5', 'DRV-GBM-HIT-L20'].map((id) => ({ id, run: gbmHit }));
