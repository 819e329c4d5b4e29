import { root } from '../core/random.ts';
import { bcaInterval, percentileInterval, resample } from '../statistics/bootstrap.ts';
import type { Statistic } from '../statistics/bootstrap.ts';
import { clopperPearsonInterval, wilsonInterval, zeroEventBound } from '../statistics/intervals.ts';
import { ValidationUsageError, numberOf, recordOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

function binomial(_parameters: Value, _effort: Effort, published: Value): Verdict {
  const measured = { wilson: wilsonInterval(3, 50), clopper: clopperPearsonInterval(3, 50), zero300: zeroEventBound(300) };
  return { expected: published, measured, tolerance: 'absolute 1e-8', pass: agree(published, measured, 0, 1e-8) };
}

/** Average admission test score and grade of fifteen American law schools (Efron and Tibshirani 1993, table 3.1). */
const LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594];
const GPA = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96];

const correlation: Statistic = (members) => {
  const n = members.length;
  let x = 0;
  let y = 0;
  for (const i of members) {
    x += (LSAT[i] ?? NaN) / n;
    y += (GPA[i] ?? NaN) / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const i of members) {
    const dx = (LSAT[i] ?? NaN) - x;
    const dy = (GPA[i] ?? NaN) - y;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
};

/** The jackknife's acceleration in 50-digit arithmetic; the published five decimals are 1.2e-5 off. */
const ACCELERATION = -0.0756715649378789;
/** Resamples that the published digits come from. */
const RESAMPLES = 400_000;

function lawSchools(parameters: Value, effort: Effort, published: Value): Verdict {
  const resamples = effort.runs ?? numberOf(parameters, 'B', { above: 99, below: 1e8 });
  if (!Number.isInteger(resamples) || resamples < 100)
    throw new ValidationUsageError(`parameter B: found ${resamples}, want a whole number from 100`);
  const n = LSAT.length;
  const options = { root: root('STA-BCA', 'resamples'), resamples };
  const values = resample(n, correlation, options);
  let sum = 0;
  for (const value of values) sum += value;
  let squares = 0;
  for (const value of values) squares += (value - sum / resamples) * (value - sum / resamples);
  const wide = bcaInterval(n, correlation, { ...options, confidence: 0.95 });
  const narrow = bcaInterval(n, correlation, { ...options, confidence: 0.9 });
  const measured = {
    r: wide.estimate,
    se: Math.sqrt(squares / (resamples - 1)),
    z0: wide.bias,
    a: wide.acceleration,
    pct90: percentileInterval(n, correlation, { ...options, confidence: 0.9 }),
    bca90: [narrow.low, narrow.high],
    pct95: percentileInterval(n, correlation, { ...options, confidence: 0.95 }),
    bca95: [wide.low, wide.high],
  };
  const allowed = 0.004 * Math.sqrt(Math.max(1, RESAMPLES / resamples));
  const expected = { ...recordOf(published), a: ACCELERATION };
  const pass =
    agree(expected, measured, 0, allowed) &&
    Math.abs(measured.r - numberOf(expected, 'r')) <= 1e-12 &&
    Math.abs(measured.a - ACCELERATION) <= 1e-6;
  return { expected, measured, tolerance: `absolute ${allowed.toPrecision(3)} at ${resamples} resamples; r 1e-12, a 1e-6`, pass };
}

/** Intervals with known digits. */
export const INTERVAL_CHECKS: readonly Check[] = [
  { id: 'STA-BINOM', run: binomial },
  { id: 'STA-BCA', run: lawSchools },
];
