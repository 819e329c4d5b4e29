import { exp } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { exponential } from '../core/samplers.ts';
import { ERRORS, runsOf } from './effort.ts';
import { FlatBook } from './flat-book.ts';
import { ValidationUsageError, numberOf, recordOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

const RUNS = { full: 20_000, quick: 2000 } as const;
/** Ticks of the mean size: sizes rounded to whole ticks then have the same moments to 1 / (24 × 50²). */
const MEAN_TICKS = 50;
/** How much further a book reaches than the one before it. */
const LONGER = 4;
/** Ticks of the longest book. */
const LONGEST = 2 ** 18;

/** A fall that work s in front of a queue starts: liquidation prices come at a rate n of the fall and their sizes are exponential. */
interface BusyPeriod {
  /** Ticks of the exogenous sale. */
  readonly sale: number;
  /** Mean number of liquidation prices a tick. */
  readonly rate: number;
  /** Mean ticks that a liquidation eats. */
  readonly size: number;
}

/** Prices and sizes of a run are draws of its own, one after the other on the way down: a longer book sees the same and more of them. */
class BusyMarket {
  private readonly period: BusyPeriod;
  private readonly from: Root;
  private readonly reach: number;
  private readonly book: FlatBook;

  constructor(period: BusyPeriod, from: Root, reach: number) {
    const mean = reach * period.rate;
    this.period = period;
    this.from = from;
    this.reach = reach;
    this.book = new FlatBook({ sale: period.sale, ticks: reach, positions: Math.ceil(mean + 12 * Math.sqrt(mean) + 64), mark: 'last' });
  }

  /** Ticks of the fall, or −1 where the book ended first. */
  play(run: number): number {
    const { reach, book } = this;
    const { rate, size } = this.period;
    const { lo, hi } = derive(this.from, run);
    book.clear();
    let depth = 0;
    for (let k = 0; ; k++) {
      depth += exponential(uniform(lo, hi, 0, k, 0)) / rate;
      if (depth > reach) break;
      const eats = Math.round(exponential(uniform(lo, hi, 1, k, 0)) * size);
      // Who holds less than half a tick's lots moves nothing.
      if (eats > 0) book.add(Math.ceil(depth), eats);
    }
    const { drop, ended } = book.play();
    return ended ? -1 : drop;
  }
}

/** The falls of all runs, each in a book just long enough. */
function falls(period: BusyPeriod, runs: number): Float64Array {
  const from = root('CAS-MG1', 'liquidations');
  const markets: BusyMarket[] = [];
  const drops = new Float64Array(runs);
  const first = Math.ceil((4 * period.sale) / (1 - period.rate * period.size)) + MEAN_TICKS;
  for (let run = 0; run < runs; run++) {
    let drop = -1;
    for (let i = 0, reach = first; drop < 0; i++, reach *= LONGER) {
      if (reach > LONGEST) throw new Error(`busy period: run ${run} fell by more than ${LONGEST} ticks`);
      const market = (markets[i] ??= new BusyMarket(period, from, reach));
      drop = market.play(run);
    }
    drops[run] = drop;
  }
  return drops;
}

/** φ = θ + n (1 − 1 / (1 + φ m)), the larger root of a quadratic: the exponent of the busy period's Laplace transform. */
function exponentOf(theta: number, n: number, m: number): number {
  const half = (theta * m + n * m - 1) / 2;
  return (half + Math.sqrt(half * half + theta * m)) / m;
}

function heterogeneous(parameters: Value, effort: Effort): Verdict {
  const s = numberOf(parameters, 's', { above: 0 });
  const n = numberOf(parameters, 'n', { above: 0 });
  const theta = numberOf(parameters, 'theta', { above: 0 });
  const text = JSON.stringify(recordOf(parameters)['size']);
  const m = Number(/^"Exp mean (\d*\.?\d+) \(in price units\)"$/.exec(text)?.[1] ?? NaN);
  if (!(m > 0)) throw new ValidationUsageError(`parameter size: found ${text}, want one as "Exp mean .05 (in price units)"`);
  const b = n * m;
  if (!(b <= 0.9)) throw new ValidationUsageError(`parameters n = ${n} and size: a liquidation sets off ${b} others, want at most 0.9`);
  const sale = Math.max(1, Math.round((s * MEAN_TICKS) / m));
  const unit = sale / s;
  if (!(sale / (1 - b) <= 5000))
    throw new ValidationUsageError(`parameter s: found ${s}, want at most ${(5000 * (1 - b) * m) / MEAN_TICKS}`);
  const runs = runsOf(effort, RUNS);
  const spare = 1 - b;
  const phi = exponentOf(theta, n, m);
  const expected = { mean: s / spare, var: (s * n * 2 * m * m) / (spare * spare * spare), LT: exp(-s * phi) };
  const drops = falls({ sale, rate: n / unit, size: m * unit }, runs).map((ticks) => ticks / unit);
  let mean = 0;
  let LT = 0;
  for (const x of drops) {
    mean += x / runs;
    LT += exp(-theta * x) / runs;
  }
  let squares = 0;
  let fourths = 0;
  for (const x of drops) {
    const square = (x - mean) * (x - mean);
    squares += square;
    fourths += square * square;
  }
  const variance = squares / (runs - 1);
  const twice = exp(-s * exponentOf(2 * theta, n, m));
  const errors = {
    mean: Math.sqrt(expected.var / runs),
    var: Math.sqrt((fourths / runs - variance * variance) / runs),
    LT: Math.sqrt((twice - expected.LT * expected.LT) / runs),
  };
  const measured = { runs, mean, var: variance, LT };
  const within = (key: 'mean' | 'var' | 'LT'): boolean => Math.abs(measured[key] - expected[key]) <= ERRORS * errors[key];
  const width = (key: 'mean' | 'var' | 'LT'): string => `${key} ±${(ERRORS * errors[key]).toPrecision(3)}`;
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} runs: ${width('mean')}, ${width('var')}, ${width('LT')}; a size is ${(m * unit).toPrecision(3)} ticks on average`,
    pass: within('mean') && within('var') && within('LT'),
  };
}

/** Liquidations of different sizes, through the real book, index, queue and engine. */
export const BUSY_PERIOD_CHECKS: readonly Check[] = [{ id: 'CAS-MG1', run: heterogeneous }];
