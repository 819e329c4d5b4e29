import { exp, log } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import { poisson } from '../core/samplers.ts';
import { tail } from '../statistics/generalized-poisson.ts';
import { ERRORS, runsOf } from './effort.ts';
import { FlatBook } from './flat-book.ts';
import { ValidationUsageError, numberOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

const RUNS = { full: 20_000, quick: 2500 } as const;
/** Deviations of a normal beyond which 5 % lie. */
const CONFIDENCE = 1.959964;

/** What runs in a world with more liquidation prices found about one with fewer. */
interface Weighted {
  /** Σ of the weights of the cascades that came to n liquidations, and of their squares. */
  readonly sum: number;
  readonly squares: number;
  readonly liquidations: number;
}

/**
 * Cascades of the law of CAS-GP with `c` times as many liquidation prices. One that comes to n liquidations counts by how much likelier
 * what it met is with the law's own density, c^−prices × e^((c − 1) × mean): nothing below the n-th bid had a part in it, so that the
 * prices laid are all that it met.
 */
function weighted(a: number, b: number, n: number, c: number, runs: number): Weighted {
  const mean = a + (n - 1) * b;
  const laid = c * mean;
  // A tick for the sale and one less for liquidations than n of them need: n came about where the bids ended first.
  const book = new FlatBook({ sale: 1, ticks: n, positions: Math.ceil(laid + 12 * Math.sqrt(laid) + 64), mark: 'last' });
  const from = root('validation', 'RARE-CASCADE');
  let sum = 0;
  let squares = 0;
  let liquidations = 0;
  for (let run = 0; run < runs; run++) {
    const { lo, hi } = derive(from, run);
    let prices = 0;
    book.clear();
    for (let depth = 1; depth <= n; depth++) {
      const here = poisson(c * (depth === 1 ? a : b), uniform(lo, hi, 0, 0, depth));
      for (let i = 0; i < here; i++) book.add(depth, 1);
      prices += here;
    }
    const { liquidated, ended } = book.play();
    liquidations += liquidated;
    if (!ended) continue;
    const weight = exp((c - 1) * mean - prices * log(c));
    sum += weight;
    squares += weight * weight;
  }
  return { sum, squares, liquidations };
}

function rareCascade(parameters: Value, effort: Effort): Verdict {
  const a = numberOf(parameters, 'a', { above: 0, below: 100 });
  const b = numberOf(parameters, 'b', { above: 0, below: 1 });
  const n = numberOf(parameters, 'n', { above: 0, below: 2001 });
  if (!Number.isInteger(n)) throw new ValidationUsageError(`parameter n: found ${n}, want a whole number of liquidations`);
  const runs = runsOf(effort, RUNS);
  const exact = tail(n, a, b);
  // As many prices on average as n liquidations need: where the rare cascade is the common one.
  const c = Math.max(1, n / (a + (n - 1) * b));
  const { sum, squares, liquidations } = weighted(a, b, n, c, runs);
  const p = sum / runs;
  const error = Math.sqrt(Math.max(0, squares / runs - p * p) / (runs - 1));
  // The engine's orders: the sale of a run, and each liquidation. Plain runs are as many as have the same error.
  const plain = ((exact * (1 - exact)) / (error * error)) * (1 + a / (1 - b));
  const measured = {
    p,
    ciLow: Math.max(0, p - CONFIDENCE * error),
    ciHigh: p + CONFIDENCE * error,
    runs,
    costShare: (runs + liquidations) / plain,
    method: `importance sampling: ${c.toPrecision(3)} times as many liquidation prices`,
  };
  return {
    expected: { p: exact },
    measured,
    tolerance: `4 standard errors of ${runs} runs: ±${(ERRORS * error).toPrecision(3)}; costShare: the engine's orders over those of as many plain runs as have the same error`,
    pass: sum > 0 && Math.abs(p - exact) <= ERRORS * error,
  };
}

/** Cascades too large to be met in plain runs, through the real book, index, queue and engine. */
export const RARE_CASCADE_CHECKS: readonly Check[] = [{ id: 'RARE-CASCADE', run: rareCascade }];
