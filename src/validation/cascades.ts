import { exp } from '../core/math.ts';
import { METRIC_NAMES } from '../severity/metrics.ts';
import type { RunResult } from '../simulation/result.ts';
import { Simulator } from '../simulation/simulate.ts';
import { World, shapeOf } from '../simulation/world.ts';
import { cumulative, mean, probability, runaway, tail, variance } from '../statistics/generalized-poisson.ts';
import { chiSquareTest } from '../statistics/goodness.ts';
import { clopperPearsonInterval } from '../statistics/intervals.ts';
import { cascadeSizes } from './cascade.ts';
import { goldenOptions } from './golden.ts';
import { randomOptions } from './random-worlds.ts';
import { ValidationUsageError, agree, numberOf } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';
import { LawPopulation, lawOptions, lawTerms } from './worlds.ts';

/** Two-sided confidence of "four standard errors". */
const FOUR_SIGMA = 0.99993666;
/** A run counts as a runaway beyond this many liquidations. */
const RUNAWAY = 400;
/** Longest cascade that a world is laid out for; nearer to criticality the law's tail is longer than this. */
const LONGEST = 60_000;

const metric = (result: RunResult, name: string): number => result.metrics[METRIC_NAMES.indexOf(name)] ?? NaN;

/** Whether k events in n runs are compatible with a probability, at four standard errors, exactly. */
function compatible(events: number, n: number, p: number): boolean {
  const [low, high] = clopperPearsonInterval(events, n, FOUR_SIGMA);
  return p >= low && p <= high;
}

/** The number of liquidations that a run of the law exceeds with probability below 1e-9. */
function longestOf(a: number, b: number): number {
  let k = Math.ceil(mean(a, b) * 2) + 50;
  while (k < LONGEST && tail(k, a, b) > 1e-9) k = Math.ceil(k * 1.3);
  return k;
}

const PMF_AT = [0, 1, 5, 10];
const TAIL_AT = [50, 100, 200];

function at(ks: readonly number[], value: (k: number) => number): Record<string, number> {
  return Object.fromEntries(ks.map((k) => [String(k), value(k)]));
}

/** Below b = 1: moments, point probabilities, tail and a chi-square of the whole histogram. */
function subcritical(T: number, a: number, b: number, runs: number, seed: string): Verdict {
  const most = longestOf(a, b);
  const sizes = cascadeSizes({ T, a, b, runs, most, seed });
  let sum = 0;
  for (const size of sizes) sum += size;
  const average = sum / runs;
  let squares = 0;
  for (const size of sizes) squares += (size - average) * (size - average);
  const spread = squares / (runs - 1);
  const share = (test: (size: number) => boolean): number => sizes.reduce((n, size) => n + (test(size) ? 1 : 0), 0) / runs;
  const expected = {
    mean: mean(a, b),
    variance: variance(a, b),
    p0: exp(-a),
    pmf: at(PMF_AT, (k) => probability(k, a, b)),
    tail: at(TAIL_AT, (k) => tail(k, a, b)),
  };
  const measured = {
    runs,
    mean: average,
    variance: spread,
    p0: share((size) => size === 0),
    pmf: at(PMF_AT, (k) => share((size) => size === k)),
    tail: at(TAIL_AT, (k) => share((size) => size >= k)),
  };
  // Fourth central moment of the law, for the sampling error of the variance.
  let fourth = 0;
  for (let k = 0; k <= most; k++) fourth += probability(k, a, b) * (k - expected.mean) * (k - expected.mean) * (k - expected.mean) * (k - expected.mean);
  const meanError = Math.sqrt(expected.variance / runs);
  const varianceError = Math.sqrt((fourth - expected.variance * expected.variance) / runs);
  const cells = Math.min(most, 60);
  const seen = new Float64Array(cells + 2);
  const wanted = new Float64Array(cells + 2);
  for (const size of sizes) seen[Math.min(size, cells + 1)]!++;
  for (let k = 0; k <= cells; k++) wanted[k] = runs * probability(k, a, b);
  wanted[cells + 1] = runs * Math.max(0, 1 - cumulative(cells, a, b));
  const { p } = chiSquareTest(seen, wanted);
  const shares = [
    ...PMF_AT.map((k) => compatible(Math.round(measured.pmf[String(k)]! * runs), runs, expected.pmf[String(k)]!)),
    ...TAIL_AT.map((k) => compatible(Math.round(measured.tail[String(k)]! * runs), runs, expected.tail[String(k)]!)),
  ];
  const pass =
    Math.abs(measured.mean - expected.mean) <= 4 * meanError &&
    Math.abs(measured.variance - expected.variance) <= 4 * varianceError &&
    shares.every(Boolean) &&
    p > 0.001;
  const tolerance = `4 standard errors at ${runs} runs: mean ±${(4 * meanError).toPrecision(3)}, variance ±${(4 * varianceError).toPrecision(3)}, shares by exact binomial intervals; chi-square on 0…${cells} p = ${p.toPrecision(3)} > 0.001`;
  return { expected, measured, tolerance, pass };
}

/** From b = 1 on: the share of runs that never end. */
function supercritical(T: number, a: number, b: number, runs: number, seed: string): { readonly expected: number; readonly measured: number; readonly pass: boolean } {
  const sizes = cascadeSizes({ T, a, b, runs, most: RUNAWAY, seed });
  const away = sizes.reduce((n, size) => n + (size >= RUNAWAY ? 1 : 0), 0);
  // A run that ends by itself beyond the limit counts as runaway too: the law's own probability of that is added.
  const dies = 1 - runaway(a, b) - cumulative(RUNAWAY - 1, a, b);
  const expected = runaway(a, b);
  return { expected, measured: away / runs, pass: compatible(away, runs, Math.min(1, expected + Math.max(0, dies))) };
}

function checkedDensity(T: number, b: number): void {
  if (!(Number.isInteger(T) && T >= 1 && T <= 10_000)) throw new ValidationUsageError(`parameter T: found ${T}, want a whole number of ticks from 1 to 10000`);
  if (!(b > 0 && b <= 10)) throw new ValidationUsageError(`parameter b: found ${b}, want a number above 0 and at most 10`);
  if (b < 1 && longestOf(b * T, b) >= LONGEST) {
    throw new ValidationUsageError(`parameters T = ${T}, b = ${b}: cascades grow longer than ${LONGEST} liquidations, want fewer ticks or a smaller density`);
  }
}

function engineLaw(parameters: Value, effort: Effort): Verdict {
  const T = numberOf(parameters, 'T');
  const b = numberOf(parameters, 'b');
  checkedDensity(T, b);
  const runs = effort.runs ?? (effort.quick ? 3000 : 20_000);
  if (b < 1) return subcritical(T, b * T, b, runs, 'CAS-GP-ENGINE');
  const { expected, measured, pass } = supercritical(T, b * T, b, runs, 'CAS-GP-ENGINE');
  return {
    expected: { runaway: expected },
    measured: { runs, runaway: measured },
    tolerance: `4 standard errors at ${runs} runs, exact binomial interval; runaway: ${RUNAWAY} liquidations and more`,
    pass,
  };
}

function generalLaw(parameters: Value, effort: Effort): Verdict {
  const a = numberOf(parameters, 'a');
  const b = numberOf(parameters, 'b');
  checkedDensity(1, b);
  if (!(a > 0 && a <= 100)) throw new ValidationUsageError(`parameter a: found ${a}, want a number above 0 and at most 100`);
  const verdict = subcritical(1, a, b, effort.runs ?? (effort.quick ? 3000 : 20_000), 'CAS-GP');
  return verdict;
}

function runawayLaw(parameters: Value, effort: Effort): Verdict {
  if (!Array.isArray(parameters)) throw new ValidationUsageError('parameters: want a list of { a, b }');
  const runs = effort.runs ?? (effort.quick ? 1000 : 10_000);
  const results = parameters.map((p: Value, i) => supercritical(1, numberOf(p, 'a'), numberOf(p, 'b'), runs, `CAS-GP-RUNAWAY ${i}`));
  return {
    expected: results.map((r) => r.expected),
    measured: results.map((r) => r.measured),
    tolerance: `4 standard errors at ${runs} runs, exact binomial interval; runaway: ${RUNAWAY} liquidations and more`,
    pass: results.every((r) => r.pass),
  };
}

/** Lots a tick of the linear law's book. */
const LINEAR_LOTS = 1000;
/** Opening price of the linear law, in ticks. */
const LINEAR_START = 1_000_000;

/** Flat book, one position at every tick, everything triggered at a step's mark at once: each step is a generation. */
function linear(parameters: Value): Verdict {
  const s = numberOf(parameters, 's');
  const b = numberOf(parameters, 'b');
  if (!(b > 0 && b < 1 && s > 0 && s / (1 - b) < 0.5)) throw new ValidationUsageError(`parameters s = ${s}, b = ${b}: want 0 < b < 1 and s / (1 − b) below 0.5`);
  const T = Math.round(s * LINEAR_START);
  const lots = Math.round(b * LINEAR_LOTS);
  const levels = Math.ceil((1.01 * T) / (1 - b)) + 100;
  const options = lawOptions({ start: LINEAR_START, lots: LINEAR_LOTS, bidLevels: levels, sale: T * LINEAR_LOTS, steps: 2000, mode: 'batch', route: 'book' });
  const population = new LawPopulation(levels);
  for (let k = 1; k <= levels; k++) population.add(LINEAR_START - k, lots);
  const world = new World(shapeOf(options, population, LINEAR_START));
  world.open(lawTerms(options, population));
  const sold: number[] = [];
  let before = 0;
  while (world.advance()) {
    const now = world.engine.forcedLots;
    if (now === before) break;
    sold.push(now - before);
    before = now;
  }
  const x = (LINEAR_START - world.last) / LINEAR_START;
  const expected = { x: s / (1 - b), A: 1 / (1 - b), gen_ratio: b };
  const measured = { x, A: x / (T / LINEAR_START), gen_ratio: (sold[1] ?? 0) / (sold[0] ?? 1) };
  const relative = 2 / T;
  const pass = agree({ x: expected.x, A: expected.A }, { x: measured.x, A: measured.A }, relative) && Math.abs(measured.gen_ratio - b) <= 1e-6;
  return { expected, measured, tolerance: `relative 2/${T} (ticks of the shock), generations 1e-6`, pass };
}

function golden(): Verdict {
  const seed = { seed: 'golden', replicate: 0 };
  const result = new Simulator().run(goldenOptions(0), seed, { detail: true, recountAlways: true });
  const insured = new Simulator().run(goldenOptions(10), seed, { detail: true });
  const fills = (result.liquidations ?? []).map((fill) => `${fill.group.toUpperCase()}@${fill.fillPrice}`);
  const steps = result.steps;
  const debts = Object.fromEntries((result.liquidations ?? []).map((fill) => [fill.group.toUpperCase(), fill.badDebt]));
  const expected = {
    fills: ['A@97', 'B@95', 'C@94'],
    last: 94,
    bad_debt: { A: 5, B: 5, C: 5, total: 15 },
    exogenous_only_last: 97,
    amplification: 2,
    liquidated_OI_share: 0.75,
    D_survives: true,
    insurance_10_residual: 5,
  };
  const measured = {
    fills,
    last: steps?.last.at(-1) ?? null,
    bad_debt: { ...debts, total: metric(result, 'bad_debt') },
    exogenous_only_last: steps?.twin.at(-1) ?? null,
    amplification: metric(result, 'amplification'),
    liquidated_OI_share: metric(result, 'liquidated_share'),
    D_survives: !fills.some((fill) => fill.startsWith('D')),
    insurance_10_residual: metric(insured, 'socialised_loss'),
  };
  return { expected, measured, tolerance: 'exact', pass: agree(expected, measured, 0) };
}

/** Random worlds a check looks at. */
function worldsFor(effort: Effort): number {
  return effort.runs ?? (effort.quick ? 20 : 100);
}

function nothingFedBack(_parameters: Value, effort: Effort): Verdict {
  const simulator = new Simulator();
  let A = 1;
  let diff = 0;
  for (let world = 0; world < worldsFor(effort); world++) {
    const options = randomOptions(world);
    const absorbed = { ...options, liquidation: { ...options.liquidation, route: 'absorber' as const } };
    const result = simulator.run(absorbed, { seed: 'null', replicate: world });
    if (metric(result, 'amplification') !== 1) A = metric(result, 'amplification');
    diff = Math.max(diff, metric(result, 'excess_drawdown'));
  }
  const expected = { A: 1, diff: 0 };
  const measured = { A, diff };
  return { expected, measured, tolerance: `exact, in ${worldsFor(effort)} random worlds`, pass: agree(expected, measured, 0) };
}

function ledgerBalances(_parameters: Value, effort: Effort): Verdict {
  const simulator = new Simulator();
  let worst = 0;
  for (let world = 0; world < worldsFor(effort); world++) {
    worst = Math.max(worst, metric(simulator.run(randomOptions(world), { seed: 'ledger', replicate: world }, { recountAlways: true }), 'ledger_error'));
  }
  return { expected: 0, measured: worst, tolerance: `exact, after every step of ${worldsFor(effort)} random worlds`, pass: worst === 0 };
}

function debtIsPaid(_parameters: Value, effort: Effort): Verdict {
  const simulator = new Simulator();
  let worst = 0;
  for (let world = 0; world < worldsFor(effort); world++) {
    const result = simulator.run(randomOptions(world), { seed: 'waterfall', replicate: world });
    const parts = ['insurance_used', 'backstop_loss', 'socialised_loss'].map((name) => metric(result, name) || 0);
    if (parts.some((part) => part < 0)) worst = Infinity;
    worst = Math.max(worst, Math.abs(parts.reduce((x, y) => x + y, 0) - metric(result, 'bad_debt')));
  }
  return { expected: 0, measured: worst, tolerance: `exact, in ${worldsFor(effort)} random worlds`, pass: worst === 0 };
}

/** Cascades, through the real book, index, queue and engine. */
export const CASCADE_CHECKS: readonly Check[] = [
  { id: 'CAS-GOLDEN', run: golden },
  { id: 'CAS-NULL', run: nothingFedBack },
  ...['CAS-LIN-b0.25', 'CAS-LIN-b0.5', 'CAS-LIN-b0.8'].map((id) => ({ id, run: linear })),
  { id: 'CAS-GP', run: generalLaw },
  { id: 'CAS-GP-ENGINE', run: engineLaw },
  { id: 'CAS-GP-RUNAWAY', run: runawayLaw },
  { id: 'INV-ZEROSUM', run: ledgerBalances },
  { id: 'INV-BADDEBT-WATERFALL', run: debtIsPaid },
];
