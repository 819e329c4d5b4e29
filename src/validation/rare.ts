import { exp, normalCdf, pow } from '../core/math.ts';
import { bits, derive, root, uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { exponential, normal } from '../core/samplers.ts';
import { adaptiveSplitting } from '../statistics/splitting.ts';
import type { SplittingWorld } from '../statistics/splitting.ts';
import { ERRORS, runsOf } from './effort.ts';
import { ValidationUsageError, numberOf, numbersOf, recordOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

const SHIFTED = { full: 1_000_000, quick: 100_000 } as const;
const WALKS = { full: 400, quick: 60 } as const;
const SPLITS = { full: 1500, quick: 300 } as const;
const PATHS = { full: 20_000, quick: 2000 } as const;

/** Draws of Z > c from a normal moved to c, each weighted by how much rarer it is where it belongs. */
function shifted(parameters: Value, effort: Effort): Verdict {
  const c = numberOf(parameters, 'c', { above: 0, below: 8 });
  const runs = runsOf(effort, SHIFTED);
  const chance = normalCdf(-c);
  const relative = (exp(c * c) * normalCdf(-2 * c)) / (chance * chance) - 1;
  const expected = { relvar: relative, variance_reduction: (1 / chance - 1) / relative };
  const { lo, hi } = root('validation', 'RARE-IS');
  let sum = 0;
  let squares = 0;
  for (let run = 0; run < runs; run++) {
    const z = normal(lo, hi, 0, run, 0);
    if (z <= 0) continue;
    const weight = exp(-c * z - (c * c) / 2);
    sum += weight;
    squares += weight * weight;
  }
  const mean = sum / runs;
  const relvar = squares / runs / (mean * mean) - 1;
  const measured = { runs, relvar, variance_reduction: (1 / mean - 1) / relvar };
  const width = 0.1 * Math.max(1, Math.sqrt(100_000 / runs));
  const near = (got: number, want: number): boolean => Math.abs(got / want - 1) <= width;
  const error = ERRORS * Math.sqrt(relative / runs);
  return {
    expected,
    measured,
    tolerance: `relative ${width.toPrecision(3)} at ${runs} draws; the probability itself within 4 standard errors, ${(100 * error).toPrecision(2)} %`,
    pass: near(relvar, relative) && near(measured.variance_reduction, expected.variance_reduction) && Math.abs(mean / chance - 1) <= error,
  };
}

/** Mean of a few numbers, their deviation, and the standard error of the mean. */
function meanOf(values: readonly number[]): { readonly mean: number; readonly deviation: number; readonly error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  return { mean, deviation, error: deviation / Math.sqrt(n) };
}

/** A whole number below `most` from a counter. */
function chooser({ lo, hi }: Root): SplittingWorld['choose'] {
  return (most, call) => Math.floor((bits(lo, hi, 1, call, 0) / 4294967296) * most);
}

/** Chance to win a round, the first fortune and the one to reach: the statement's own. */
const GAMBLER = { up: 0.4, goal: 20, particles: 100 } as const;

/** A gambler's walks: how far a fortune gets before it is 0. */
function gamblers(from: Root): SplittingWorld {
  const { up, goal } = GAMBLER;
  const walk = (start: number, { lo, hi }: Root): number => {
    let at = start;
    let highest = start;
    for (let k = 0; at > 0 && at < goal; k++) {
      at += uniform(lo, hi, 0, k, 0) < up ? 1 : -1;
      if (at > highest) highest = at;
    }
    return highest;
  };
  const [first, later] = [derive(from, 0), derive(from, 1)];
  return {
    draw: (i) => walk(1, derive(first, i)),
    // It goes up by ones and has no memory: beyond a level it stands one above it.
    branch: (_i, _parent, level, call) => walk(level + 1, derive(later, call)),
    choose: chooser(from),
  };
}

function gambler(_parameters: Value, effort: Effort, published: Value): Verdict {
  const runs = runsOf(effort, WALKS);
  const from = root('validation', 'RARE-GAMBLER');
  const { particles, goal } = GAMBLER;
  const found = Array.from({ length: runs }, (_, run) => adaptiveSplitting(gamblers(derive(from, run)), particles, goal - 1).probability);
  const { mean, error } = meanOf(found);
  const pass = Math.abs(mean - (published as number)) <= ERRORS * error;
  return {
    expected: published,
    measured: mean,
    tolerance: `4 standard errors of ${runs} splittings of ${particles}: ±${(ERRORS * error).toPrecision(3)}`,
    pass,
  };
}

/** Length of a step, in units in which drift and volatility are 1. */
const STEP = 0.001;
/** ζ(1/2)/√(2π) with its sign turned: how far a walk passes a level on average, in deviations of a step (Broadie, Glasserman and Kou 1997). */
const OVERSHOOT = 0.5825971579390107;

/** The highest place of a motion that drifts away, from motions with the drift turned round, each weighted by what that changed. */
function drifting(_parameters: Value, effort: Effort, published: Value): Verdict {
  const runs = runsOf(effort, PATHS);
  const level = 5;
  const from = root('validation', 'RARE-BM');
  const found = Array.from({ length: runs }, (_, run) => {
    const { lo, hi } = derive(from, run);
    let x = 0;
    for (let k = 0; x < level; k++) x += STEP + Math.sqrt(STEP) * normal(lo, hi, 0, k, 0);
    return exp(-2 * x);
  });
  const { mean, error } = meanOf(found);
  // Seen at steps only, the motion seems to reach the level as often as one that is seen always reaches a little farther.
  const correction = exp(2 * OVERSHOOT * Math.sqrt(STEP));
  const measured = mean * correction;
  const width = ERRORS * error * correction + 10 * STEP * (published as number);
  return {
    expected: published,
    measured,
    tolerance: `4 standard errors of ${runs} paths, and 1 % for what steps of ${STEP} leave after the correction: ±${width.toPrecision(3)}`,
    pass: Math.abs(measured - (published as number)) <= width,
  };
}

/** An exponential draw beyond 18, by particle after particle. */
function lastParticle(parameters: Value, effort: Effort): Verdict {
  const sizes = numbersOf(parameters, 'n', { above: 1, below: 10_001 });
  const whole = sizes.findIndex((n) => !Number.isInteger(n));
  if (whole !== -1) throw new ValidationUsageError(`parameter n[${whole}]: found ${sizes[whole]}, want a whole number of particles`);
  const event = JSON.stringify(recordOf(parameters)['event']);
  const target = Number(/^"Exp\(1\)>(\d+(?:\.\d+)?)"$/.exec(event)?.[1] ?? NaN);
  if (!(target > 0 && target < 100)) throw new ValidationUsageError(`parameter event: found ${event}, want one as "Exp(1)>18"`);
  const runs = runsOf(effort, SPLITS);
  const p = exp(-target);
  const expected = { p, rel_sd: sizes.map((n) => Math.sqrt(pow(p, -1 / n) - 1)) };
  const from = root('validation', 'RARE-AMS');
  const found = sizes.map((n, i) => {
    const own = derive(from, i);
    return meanOf(
      Array.from({ length: runs }, (_, run) => {
        const { lo, hi } = derive(own, run);
        const world: SplittingWorld = {
          draw: (k) => exponential(uniform(lo, hi, 2, k, 0)),
          branch: (_k, _parent, level, call) => level + exponential(uniform(lo, hi, 3, call, 0)),
          choose: chooser({ lo, hi }),
        };
        return adaptiveSplitting(world, n, target).probability;
      }),
    );
  });
  // The mean from the largest number of particles, which knows it best.
  const best = sizes.indexOf(Math.max(...sizes));
  const measured = { runs, p: found[best]?.mean ?? NaN, rel_sd: found.map(({ deviation }) => deviation / p) };
  const width = 0.1 * Math.max(1, Math.sqrt(1500 / runs));
  const error = ERRORS * (found[best]?.error ?? NaN);
  return {
    expected,
    measured,
    tolerance: `p 4 standard errors, ±${error.toPrecision(2)}; rel_sd relative ${width.toPrecision(2)} at ${runs} runs`,
    pass:
      found.every(({ mean, error: own }) => Math.abs(mean - p) <= ERRORS * own) &&
      measured.rel_sd.every((one, i) => Math.abs(one / (expected.rel_sd[i] ?? NaN) - 1) <= width),
  };
}

/** Chances too small for plain simulation. */
export const RARE_CHECKS: readonly Check[] = [
  { id: 'RARE-IS', run: shifted },
  { id: 'RARE-GAMBLER', run: gambler },
  { id: 'RARE-BM', run: drifting },
  { id: 'RARE-AMS', run: lastParticle },
];
