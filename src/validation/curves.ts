import { exp, log, pow } from '../core/math.ts';
import type { Holders } from '../liquidation/curve-cascade.ts';
import { impactCurve } from '../market/curve.ts';
import type { ImpactOptions } from '../market/impact.ts';
import { lasting, playLaw, spreadHolders, tippingPoint } from './curve-worlds.ts';
import { contagion } from './contagion.ts';
import { POSITIONS, sizeOf } from './effort.ts';
import { lambertW } from './lambert.ts';
import { TICK, playLeverage } from './leverage-worlds.ts';
import type { LeverageWorld } from './leverage-worlds.ts';
import { dynamicMargin } from './procyclical.ts';
import { ValidationUsageError, casesOf, numberOf, numbersOf, recordOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Halvings that find a fold: its place is then known to 1e-11, and the drop there to the root of that. */
const HALVINGS = 36;

function squareRoot(parameters: Value, effort: Effort): Verdict {
  const c = numberOf(parameters, 'c', { above: 0, below: 0.5 });
  const s = numberOf(parameters, 's', { above: 0, below: 0.2 });
  const { count, wider } = sizeOf(effort, 2 * POSITIONS);
  const x = s + (c * c) / 2 + (c / 2) * Math.sqrt(c * c + 4 * s);
  const expected = { x, A: x / s, jump_at_zero: c * c };
  const impact = lasting({ kind: 'square-root', coefficient: c, window: Infinity });
  const drop = (shock: number, reach: number): number =>
    1 - (playLaw({ impact, shocked: 1 - shock, holders: [spreadHolders({ side: 1, count, reach, lots: reach })] }).prices[0] ?? NaN);
  const got = drop(s, 1.2 * x);
  const near = 1.2 * c * c;
  // The least shock that reaches the first position raises the jump by twice its size.
  const measured = { x: got, A: got / s, jump_at_zero: drop(near / count, near) - (2 * near) / count };
  const tolerance = 1e-6 * wider;
  return { expected, measured, tolerance: `relative ${tolerance} at ${count} positions`, pass: agree(expected, measured, tolerance) };
}

function fold(parameters: Value, effort: Effort): Verdict {
  const delta = numberOf(parameters, 'delta', { above: 0 });
  const k = numberOf(parameters, 'k', { above: -1 });
  const kappa = numberOf(parameters, 'kappa', { above: 0 });
  const density = numberOf(parameters, 'rho_k', { above: 0 });
  const m = delta * (k + 1);
  if (!(m > 1))
    throw new ValidationUsageError(`parameters delta = ${delta}, k = ${k}: delta × (k + 1) is ${m}, want above 1: there is no fold below`);
  const C = kappa * pow(density / (k + 1), delta);
  const tip = pow(1 / (m * C), 1 / (m - 1));
  const expected = { m, C, x_star: tip, s_star: tip * (1 - 1 / m), A_star: m / (m - 1) };
  const { count, wider } = sizeOf(effort);
  const reach = 1.1 * tip;
  // Shorts, because a price can rise by any fraction.
  const holders = [spreadHolders({ side: -1, count, reach, lots: (density * pow(reach, k + 1)) / (k + 1), grade: k + 1 })];
  const impact = lasting({ kind: 'power', coefficient: kappa, exponent: delta });
  const play = (s: number) => playLaw({ impact, shocked: 1 + s, holders });
  const s = tippingPoint((shock) => play(shock).end === 'all', 0, reach, HALVINGS);
  const x = (play(s).prices[0] ?? NaN) - 1;
  const measured = { m, C, x_star: x, s_star: s, A_star: x / s };
  const tolerance = 1e-4 * wider;
  return {
    expected,
    measured,
    tolerance: `relative ${tolerance} at ${count} positions`,
    pass: agree(expected, measured, tolerance),
  };
}

function thinning(parameters: Value, effort: Effort): Verdict {
  const kappa = numberOf(parameters, 'kappa', { above: 0 });
  const beta = numberOf(parameters, 'beta', { above: 0, below: 1 });
  const depth = numberOf(parameters, 'd0', { above: 0 });
  const tip = (1 - beta) / (kappa * beta);
  const fold = (1 / beta - 1 + log(beta)) / kappa;
  const shocks = numbersOf(parameters, 's', { above: 0, below: fold });
  if (!(tip < 0.7))
    throw new ValidationUsageError(`parameters kappa = ${kappa}, beta = ${beta}: the book tips after a drop of ${tip}, want below 0.7`);
  const { count, wider } = sizeOf(effort);
  const closed = shocks.map((s) => {
    const c = (1 - kappa * beta * s) / beta;
    return s + (c + lambertW(-exp(-c) / beta, 'lower')) / kappa;
  });
  const expected = { x: closed, s_star: fold, x_star: tip, A_star: tip / fold };
  const impact = lasting({ kind: 'exponential', depth, decay: kappa });
  const holdersTo = (reach: number): Holders => spreadHolders({ side: 1, count, reach, lots: beta * depth * reach });
  const all = holdersTo(1.1 * tip);
  const play = (s: number, holders: Holders) => playLaw({ impact, shocked: 1 - s, holders: [holders] });
  const s = tippingPoint((shock) => play(shock, all).end !== 'quiet', 0, tip, HALVINGS);
  const x = 1 - (play(s, all).prices[0] ?? NaN);
  const drops = shocks.map((shock, i) => 1 - (play(shock, holdersTo(1.2 * (closed[i] ?? NaN))).prices[0] ?? NaN));
  const measured = { x: drops, s_star: s, x_star: x, A_star: x / s };
  const tolerance = 2e-5 * wider;
  return { expected, measured, tolerance: `relative ${tolerance} at ${count} positions`, pass: agree(expected, measured, tolerance) };
}

function thickening(parameters: Value, effort: Effort): Verdict {
  const kappa = numberOf(parameters, 'kappa', { above: 0 });
  const beta = numberOf(parameters, 'beta', { above: 1 });
  const { count, wider } = sizeOf(effort);
  const expected = (-1 / beta - lambertW(-exp(-1 / beta) / beta, 'lower')) / kappa;
  if (!(expected < 0.7))
    throw new ValidationUsageError(`parameters kappa = ${kappa}, beta = ${beta}: a jump of ${expected}, want below 0.7`);
  const reach = 1.2 * expected;
  const impact = lasting({ kind: 'exponential', depth: 1, decay: -kappa });
  const holders = [spreadHolders({ side: 1, count, reach, lots: beta * reach })];
  const measured = 1 - (playLaw({ impact, shocked: 1 - 1e-6 * wider, holders }).prices[0] ?? NaN);
  const tolerance = 5e-5 * wider;
  return { expected, measured, tolerance: `relative ${tolerance} at ${count} positions`, pass: agree(expected, measured, tolerance) };
}

function constantProduct(parameters: Value, effort: Effort): Verdict {
  const { count, wider } = sizeOf(effort);
  const expected: number[] = [];
  const measured: number[] = [];
  for (const item of casesOf(parameters)) {
    const density = numberOf(item, 'n_over_X', { above: 0 });
    const touched = recordOf(item)['s'] === '0+';
    const s = touched ? 0 : numberOf(item, 's', { above: 0 });
    const a = 2 * density;
    const rise = exp(s / 2) / a;
    // Below a = 1 the root nearest to the shock is on the lower branch too: w = −(l/2 + rise) < −1.
    const total = -2 * rise - 2 * lambertW(-exp(-rise) / a, 'lower');
    if (!(total > 1e-9 && total < 20))
      throw new ValidationUsageError(
        `parameters n_over_X = ${density}, s = ${touched ? '0+' : s}: found a fall of ${total} of the log price, want one above 0 and below 20`,
      );
    const reach = 1.2 * total;
    const shock = touched ? reach / count : s;
    const impact = lasting({ kind: 'constant-product', reserve: 1, fee: 0 });
    const holders = [spreadHolders({ side: 1, count, reach, lots: density * reach, priceAt: (l) => exp(-l) })];
    expected.push(total);
    measured.push(-log(playLaw({ impact, shocked: exp(-shock), holders }).prices[0] ?? NaN));
  }
  const tolerance = 5e-5 * wider;
  return { expected, measured, tolerance: `relative ${tolerance} at ${count} positions`, pass: agree(expected, measured, tolerance) };
}

/** One sale into a pool: what comes out, the fall of its price, and the same with a fee. */
function poolSale(parameters: Value): Verdict {
  const X = numberOf(parameters, 'X', { above: 0 });
  const Y = numberOf(parameters, 'Y', { above: 0 });
  const d = numberOf(parameters, 'd', { above: 0 });
  const fees = numbersOf(parameters, 'fee', { above: -1e-300, below: 1 });
  const out = (fee: number): number => (Y * d * (1 - fee)) / (X + d * (1 - fee));
  const expected = { out: fees.map(out), drop: (d * (2 * X + d)) / ((X + d) * (X + d)) };
  const sale = (fee: number) => {
    const curve = impactCurve(lasting({ kind: 'constant-product', reserve: X, fee }));
    curve.trade(-d, 0);
    return { out: d * (Y / X) * (1 + curve.averageFill), drop: -curve.displacement(0) };
  };
  const measured = { out: fees.map((fee) => sale(fee).out), drop: sale(0).drop };
  return { expected, measured, tolerance: 'relative 1e-9', pass: agree(expected, measured, 1e-9) };
}

/** The closed form of positions whose initial margin ratios are spread evenly from i_lo to 1, on linear impact that stays. */
function leverageLaw(lowest: number, m: number, theta: number, slope: number, s: number) {
  const density = (1 - theta * m) / (1 - lowest);
  const nearest = (lowest - theta * m) / (1 - theta * m);
  const x = (s - slope * density * nearest) / (1 - slope * density);
  if (!(x > nearest && x < 1 && x > lowest)) {
    throw new ValidationUsageError(
      `parameters s = ${s}, theta = ${theta}: a drop of ${x}, want one between ${Math.max(nearest, lowest)} and 1`,
    );
  }
  // Each at what its own order gets, the worst first: the i-th share of all is sold at s + slope × i.
  const own = Math.max(0, s - lowest);
  return {
    x,
    share: (x - nearest) * density,
    badDebt: ((x - lowest) * (x - lowest)) / (2 * (1 - lowest)),
    booked: (own * own) / (2 * (1 - lowest - slope)),
    density,
    feedback: slope * density,
  };
}

/** Plays the same through the world in both modes; whether either is off by more than its positions and ticks explain. */
function playBoth(world: Omit<LeverageWorld, 'mode'>, law: ReturnType<typeof leverageLaw>) {
  const modes = (['batch', 'sequential'] as const).map((mode) => playLeverage({ ...world, mode }));
  const cell = (world.slope / world.count + TICK) / (1 - law.feedback);
  const near = (got: number, want: number, width: number): boolean => Math.abs(got - want) <= width;
  const holds = modes.every(
    ({ x, share, debtAtEnd, booked }) =>
      near(x, law.x, cell) &&
      near(share, law.share, cell * law.density + 1 / world.count) &&
      near(debtAtEnd, law.badDebt, cell) &&
      near(booked, law.booked, cell),
  );
  return { ...modes[0]!, cell, holds };
}

const inBothModes = (count: number, cell: number): string =>
  `absolute ${cell.toPrecision(2)}, a position and a tick, at ${count} positions in batch mode (shown) and sequential; what the waterfall books is held to its own closed form`;

function population(parameters: Value, effort: Effort): Verdict {
  const lowest = 1 / numberOf(parameters, 'Lmax', { above: 1 });
  const m = numberOf(parameters, 'm', { above: 0, below: lowest });
  const b = numberOf(parameters, 'b', { above: 0, below: 0.96 });
  const s = numberOf(parameters, 's', { above: 0, below: 1 });
  const slope = (b * (1 - lowest)) / (1 - m);
  const { count } = sizeOf(effort);
  const law = leverageLaw(lowest, m, 1, slope, s);
  const { x, share, debtAtEnd, cell, holds } = playBoth({ count, lowest, m, theta: 1, slope, s }, law);
  const expected = { x: law.x, liq_share: law.share, bad_debt: law.badDebt };
  return { expected, measured: { x, liq_share: share, bad_debt: debtAtEnd }, tolerance: inBothModes(count, cell), pass: holds };
}

function thresholdSweep(parameters: Value, effort: Effort): Verdict {
  const lowest = numberOf(parameters, 'i_lo', { above: 0, below: 1 });
  const m = numberOf(parameters, 'm', { above: 0, below: lowest });
  const slope = numberOf(parameters, 'lam', { above: 0, below: 0.96 });
  const s = numberOf(parameters, 's', { above: 0, below: 1 });
  const thetas = numbersOf(parameters, 'theta', { above: 0, below: lowest / m });
  const { count } = sizeOf(effort);
  const laws = thetas.map((theta) => leverageLaw(lowest, m, theta, slope, s));
  const played = laws.map((law, k) => playBoth({ count, lowest, m, theta: thetas[k]!, slope, s }, law));
  const row = (k: number, x: number, liq: number, badDebt: number) => ({ theta: thetas[k]!, x, A: x / s, liq, bad_debt: badDebt });
  return {
    expected: laws.map(({ x, share, badDebt }, k) => row(k, x, share, badDebt)),
    measured: played.map(({ x, share, debtAtEnd }, k) => row(k, x, share, debtAtEnd)),
    tolerance: inBothModes(count, Math.max(...played.map(({ cell }) => cell))),
    pass: played.every(({ holds, x }, k) => holds && x > (played[k - 1]?.x ?? 0)),
  };
}

/** Decades of price that a runaway must cross: what turns back later than that counts as one. */
const DECADES = 60;
/** Positions over those decades; each is 138 / this further than the one before, and the feedback is known to half of that. */
const OVER_DECADES = 200_000;

function resilience(parameters: Value, effort: Effort): Verdict {
  const shares = numbersOf(parameters, 'e', { above: -1e-300, below: 1 });
  const once = { b: numberOf(parameters, 'b_one_gen', { above: 0 }), e: numberOf(parameters, 'e_one_gen', { above: 0, below: 1 }) };
  if (!(once.b + once.e <= 1))
    throw new ValidationUsageError(`parameters b_one_gen = ${once.b}, e_one_gen = ${once.e}: want a sum of at most 1`);
  const { count, wider } = sizeOf(effort);
  const critical = (e: number): number => (1 + Math.sqrt(1 - e)) * (1 + Math.sqrt(1 - e));
  const expected = { b_c: shares.map(critical), peak: 1 + once.b, peak_b08_e09: 2.7544 };
  const measured = {
    b_c: shares.map((e) => criticalFeedback({ kind: 'linear', slope: 1, recovery: halfLife(e), permanent: 0 })),
    peak: firstPeak(once.b, once.e, count),
    peak_b08_e09: firstPeak(0.8, 0.9, count),
  };
  // A generation's triggers are known to a position, and a generation starts from the last.
  const peak = 1e-5 * wider;
  const pass =
    agree(expected.b_c, measured.b_c, 2e-3) &&
    Math.abs(measured.peak - expected.peak) <= peak &&
    Math.abs(measured.peak_b08_e09 - expected.peak_b08_e09) <= peak;
  return { expected, measured, tolerance: `b_c relative 0.002, peaks ${peak} at ${count} positions`, pass };
}

/** The half-life at which the share e of a displacement is left after a second. */
export function halfLife(e: number): number {
  // Below 1e-300 nothing is left.
  return 0.6931471805599453 / -log(Math.max(e, 1e-300));
}

/** Highest displacement of a cascade on linear impact that keeps e between generations, in units of the shock. */
function firstPeak(b: number, e: number, count: number): number {
  const s = 0.01;
  const reach = 4 * s;
  const { highest } = playLaw({
    impact: { kind: 'linear', slope: b, recovery: halfLife(e), permanent: 0 },
    shocked: 1 + s,
    holders: [spreadHolders({ side: -1, count, reach, lots: reach })],
    mode: 'batch',
    latency: 1,
  });
  return ((highest[0] ?? NaN) - 1) / s;
}

/**
 * The feedback b = slope × density at which a cascade runs away when generations are a second apart, on a linear impact of slope 1 with
 * any memory. Positions get larger with their distance, so that the population reaches over `DECADES` decades of price.
 */
export function criticalFeedback(impact: ImpactOptions): number {
  const count = OVER_DECADES;
  const s = 1e-3;
  const first = 1e-6;
  const growth = exp((log(10) * DECADES) / count);
  const lots = new Float64Array(count);
  const cash = new Float64Array(count);
  let inner = 0;
  let outer = first;
  for (let i = 0; i < count; i++) {
    lots[i] = outer - inner;
    cash[i] = (outer - inner) * (1 + (inner + outer) / 2);
    inner = outer;
    outer *= growth;
  }
  const tips = (b: number): boolean => {
    const scaled = [{ side: -1, lots: lots.map((each) => each * b), cash: cash.map((each) => each * b), basket: [1], topUp: 0 } as const];
    return playLaw({ impact, shocked: 1 + s, holders: scaled, maintenance: 0, mode: 'batch', latency: 1 }).end === 'all';
  };
  return tippingPoint(tips, 0, 8, 20);
}

/** Cascades on reduced-form impact, each against its closed form. */
export const CURVE_CHECKS: readonly Check[] = [
  { id: 'IMP-CPMM', run: poolSale },
  { id: 'CAS-SQRT-c0.1', run: squareRoot },
  ...['CAS-FOLD-d1-k1', 'CAS-FOLD-d1-k2', 'CAS-FOLD-d0.5-k3'].map((id) => ({ id, run: fold })),
  { id: 'CAS-THINBOOK', run: thinning },
  { id: 'CAS-THICKBOOK', run: thickening },
  { id: 'CAS-CPMM', run: constantProduct },
  { id: 'CAS-RESILIENCE', run: resilience },
  { id: 'CAS-DYNMARGIN', run: dynamicMargin },
  { id: 'CAS-POP', run: population },
  { id: 'CAS-MCR-SWEEP', run: thresholdSweep },
  { id: 'CAS-CONTAGION', run: contagion },
];
