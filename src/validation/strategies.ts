import { exp } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import { normal } from '../core/samplers.ts';
import { optimalExecution } from '../market/execution.ts';
import { kyleEquilibrium } from '../market/kyle.ts';
import { halfSpread, reservationPrice } from '../traders/avellaneda-stoikov.ts';
import type { AvellanedaStoikovOptions } from '../traders/avellaneda-stoikov.ts';
import { ERRORS, runsOf } from './effort.ts';
import { ValidationUsageError, numberOf, numbersOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Auctions of one period; paths of a maker. */
const AUCTIONS = { full: 1_000_000, quick: 100_000 } as const;
const PATHS = { full: 40_000, quick: 4000 } as const;

/** Sums of x and x², for a mean and its standard error. */
class Mean {
  private count = 0;
  private sum = 0;
  private squares = 0;

  add(x: number): void {
    this.count++;
    this.sum += x;
    this.squares += x * x;
  }

  get value(): number {
    return this.sum / this.count;
  }

  get error(): number {
    return Math.sqrt((this.squares / this.count - this.value * this.value) / this.count);
  }
}

/** One auction many times over: what the market and the informed trader would each do best, read off the outcomes. */
function kyleOnce(parameters: Value, effort: Effort): Verdict {
  const su = numberOf(parameters, 'su', { above: 0 });
  const sv = numberOf(parameters, 'sv', { above: 0 });
  const runs = runsOf(effort, AUCTIONS);
  const expected = { lam: sv / (2 * su), beta: su / sv, profit: (su * sv) / 2, post_var: (sv * sv) / 2 };
  const { impact, intensity } = kyleEquilibrium({ auctions: 1, valueDeviation: sv, noiseDeviation: su });
  const lambda = impact[0] ?? NaN;
  const beta = intensity[0] ?? NaN;
  const { lo, hi } = root('validation', 'IMP-KYLE1');
  const profit = new Mean();
  const variance = new Mean();
  const slope = new Mean();
  const hidden = new Mean();
  let flow = 0;
  let value = 0;
  for (let run = 0; run < runs; run++) {
    const v = sv * normal(lo, hi, 0, run, 0);
    const u = su * normal(lo, hi, 0, run, 1);
    const y = beta * v + u;
    const surprise = v - lambda * y;
    profit.add(beta * v * surprise);
    variance.add(surprise * surprise);
    slope.add(surprise * y);
    hidden.add(u * v);
    flow += y * y;
    value += v * v;
  }
  const meanFlow = flow / runs;
  const meanValue = value / runs;
  const measured = {
    runs,
    // The line through (order flow, value), and the intensity that would have paid best against the price rule.
    lam: lambda + slope.value / meanFlow,
    beta: 1 / (2 * lambda) - hidden.value / (2 * meanValue),
    profit: profit.value,
    post_var: variance.value,
  };
  const widths = {
    lam: (ERRORS * slope.error) / meanFlow,
    beta: (ERRORS * hidden.error) / (2 * meanValue),
    profit: ERRORS * profit.error,
    post_var: ERRORS * variance.error,
  };
  const keys = ['lam', 'beta', 'profit', 'post_var'] as const;
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} auctions: ${keys.map((key) => `${key} ±${widths[key].toPrecision(3)}`).join(', ')}`,
    pass: keys.every((key) => Math.abs(measured[key] - expected[key]) <= widths[key]),
  };
}

/**
 * Kyle's equilibrium forwards, for unit variances: what a squared mispricing is worth before the first auction is found so that it is
 * worth nothing after the last.
 */
function kyleForwards(auctions: number): { readonly first: number; readonly last: number; readonly left: number } {
  const noise = 1 / auctions;
  const play = (start: number) => {
    let worth = start;
    let left = 1;
    let first = NaN;
    let last = NaN;
    for (let n = 0; n < auctions && worth > 0; n++) {
      const order = noise / (2 * worth * left);
      last = 1 / (order + 2 * worth);
      if (n === 0) first = last;
      left *= 1 - last * order;
      worth = (1 - 1 / (4 * last * worth)) / last;
    }
    return { first, last, left, worth };
  };
  let low = 1e-3;
  let high = 1e3;
  for (let i = 0; i < 200; i++) {
    const start = (low + high) / 2;
    if (play(start).worth > 0) high = start;
    else low = start;
  }
  return play(high);
}

function kyleSequence(parameters: Value): Verdict {
  const counts = numbersOf(parameters, 'N', { above: 0, below: 1001 });
  const whole = counts.findIndex((count) => !Number.isInteger(count));
  if (whole !== -1) throw new ValidationUsageError(`parameter N[${whole}]: found ${counts[whole]}, want a whole number of auctions`);
  const forwards = counts.map(kyleForwards);
  const expected = {
    lam1: forwards.map(({ first }) => first),
    lamN: forwards.map(({ last }) => last),
    SigmaN: forwards.map(({ left }) => left),
  };
  const found = counts.map((auctions) => kyleEquilibrium({ auctions, valueDeviation: 1, noiseDeviation: 1 }));
  const measured = {
    lam1: found.map(({ impact }) => impact[0] ?? NaN),
    lamN: found.map(({ impact }) => impact.at(-1) ?? NaN),
    SigmaN: found.map(({ variance }) => variance.at(-1) ?? NaN),
  };
  return { expected, measured, tolerance: 'relative 1e-6', pass: agree(expected, measured, 1e-6) };
}

/** The example of Almgren and Chriss (2000): a million shares in five days. */
const EXECUTION = {
  lots: 1e6,
  horizon: 5,
  periods: 5,
  volatility: 0.95,
  permanent: 2.5e-7,
  temporary: 2.5e-6,
  fixed: 0.0625,
  riskAversion: 1e-6,
};

function execution(_parameters: Value, _effort: Effort, published: Value): Verdict {
  const { urgency, holdings, mean, deviation } = optimalExecution(EXECUTION);
  const measured = { kappa: urgency, holdings: [...holdings], E: mean, sd: deviation };
  // Holdings are published in whole shares.
  return { expected: published, measured, tolerance: 'relative 1e-6', pass: agree(published, measured, 1e-6, 0.5) };
}

/** The market of Avellaneda and Stoikov's table: a price of volatility 2, a day of 200 looks, fills at the rate 140 e^(−1.5 δ). */
const MAKER = { volatility: 2, decay: 1.5, steps: 200, rate: 140 } as const;
const LOOK = 1 / MAKER.steps;

/** A maker's distances from the mid at a look. The one without penalty stands at the day's mean half-spread. */
function distances(rule: AvellanedaStoikovOptions, even: number, inventory: number, left: number): readonly [ask: number, bid: number] {
  const lean = reservationPrice(rule, 0, inventory, left);
  const half = rule.inventoryPenalty ? halfSpread(rule, left) : even;
  return [lean + half, half - lean];
}

/** Chance of a fill between two looks. */
function fillChance(distance: number): number {
  return Math.min(1, MAKER.rate * LOOK * exp(-MAKER.decay * distance));
}

/** Half-spread on average over the looks of a day. */
function evenHalf(rule: AvellanedaStoikovOptions): number {
  let sum = 0;
  for (let i = 0; i < MAKER.steps; i++) sum += halfSpread(rule, 1 - i * LOOK);
  return sum / MAKER.steps;
}

/** Mean and deviation of a day's profit, and deviation of the inventory at its end. */
type MakerDay = { readonly pnl: number; readonly pnl_sd: number; readonly q_sd: number };

/**
 * Mean and deviation of a day's profit and last inventory, exactly: fills depend on inventory and time alone, so the chance of each
 * inventory and, within it, the first two moments of what was earned so far go forward look by look; the price's moves come on top.
 */
function exactDay(rule: AvellanedaStoikovOptions): MakerDay {
  const most = MAKER.steps;
  const even = evenHalf(rule);
  const size = 2 * most + 3;
  let now = [new Float64Array(size), new Float64Array(size), new Float64Array(size)] as const;
  let next = [new Float64Array(size), new Float64Array(size), new Float64Array(size)] as const;
  now[0][most + 1] = 1;
  let carried = 0;
  for (let i = 0; i < MAKER.steps; i++) {
    for (const moment of next) moment.fill(0);
    for (let q = -i; q <= i; q++) {
      const at = q + most + 1;
      const [p = 0, m = 0, s = 0] = [now[0][at], now[1][at], now[2][at]];
      const [ask, bid] = distances(rule, even, q, 1 - i * LOOK);
      const sold = fillChance(ask);
      const bought = fillChance(bid);
      const go = (to: number, chance: number, gain: number): void => {
        next[0][to] = (next[0][to] ?? 0) + chance * p;
        next[1][to] = (next[1][to] ?? 0) + chance * (m + gain * p);
        next[2][to] = (next[2][to] ?? 0) + chance * (s + 2 * gain * m + gain * gain * p);
      };
      go(at - 1, sold * (1 - bought), ask);
      go(at + 1, bought * (1 - sold), bid);
      go(at, sold * bought, ask + bid);
      go(at, (1 - sold) * (1 - bought), 0);
    }
    [now, next] = [next, now];
    carried += MAKER.volatility * MAKER.volatility * LOOK * squares(now[0], most + 1);
  }
  let pnl = 0;
  let second = 0;
  for (let at = 0; at < size; at++) {
    pnl += now[1][at] ?? 0;
    second += now[2][at] ?? 0;
  }
  return { pnl, pnl_sd: Math.sqrt(second - pnl * pnl + carried), q_sd: Math.sqrt(squares(now[0], most + 1)) };
}

/** Mean square of the inventory. */
function squares(chances: Float64Array, zero: number): number {
  let sum = 0;
  for (let at = 0; at < chances.length; at++) sum += (chances[at] ?? 0) * (at - zero) * (at - zero);
  return sum;
}

/** The same by simulation: coin-flip moves of the price, each quote filled by its own draw. */
function simulatedDays(rule: AvellanedaStoikovOptions, runs: number): MakerDay & { readonly widths: readonly number[] } {
  const from = root('validation', 'MM-AS');
  const even = evenHalf(rule);
  const move = MAKER.volatility * Math.sqrt(LOOK);
  const profits = new Float64Array(runs);
  const held = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    const { lo, hi } = derive(from, run);
    let price = 100;
    let cash = 0;
    let inventory = 0;
    for (let i = 0; i < MAKER.steps; i++) {
      const [ask, bid] = distances(rule, even, inventory, 1 - i * LOOK);
      if (uniform(lo, hi, 0, i, 0) < fillChance(ask)) {
        cash += price + ask;
        inventory--;
      }
      if (uniform(lo, hi, 0, i, 1) < fillChance(bid)) {
        cash -= price - bid;
        inventory++;
      }
      price += uniform(lo, hi, 0, i, 2) < 0.5 ? -move : move;
    }
    profits[run] = cash + inventory * price;
    held[run] = inventory;
  }
  const money = moments(profits);
  const lots = moments(held);
  return { pnl: money.mean, pnl_sd: money.deviation, q_sd: lots.deviation, widths: [money.meanWidth, money.width, lots.width] };
}

/** Mean and deviation of a sample with four standard errors of each. */
function moments(sample: Float64Array) {
  const n = sample.length;
  let mean = 0;
  for (const x of sample) mean += x / n;
  let second = 0;
  let fourth = 0;
  for (const x of sample) {
    const square = (x - mean) * (x - mean);
    second += square / n;
    fourth += (square * square) / n;
  }
  const deviation = Math.sqrt((second * n) / (n - 1));
  return {
    mean,
    deviation,
    meanWidth: ERRORS * Math.sqrt(second / n),
    width: (ERRORS * Math.sqrt((fourth - second * second) / n)) / (2 * deviation),
  };
}

function makers(parameters: Value, effort: Effort): Verdict {
  const gammas = numbersOf(parameters, 'gamma', { above: 0, below: 10 });
  const runs = runsOf(effort, PATHS);
  const rules = (inventoryPenalty: boolean): AvellanedaStoikovOptions[] =>
    gammas.map((riskAversion) => ({ riskAversion, volatility: MAKER.volatility, decay: MAKER.decay, inventoryPenalty }));
  const leaning = rules(true);
  const symmetric = rules(false);
  const expected = {
    inv: leaning.map((rule) => ({ spread: closedSpread(rule), ...exactDay(rule) })),
    sym: symmetric.map(exactDay),
  };
  const inv = leaning.map((rule) => simulatedDays(rule, runs));
  const sym = symmetric.map((rule) => simulatedDays(rule, runs));
  const day = ({ pnl, pnl_sd, q_sd }: MakerDay): MakerDay => ({ pnl, pnl_sd, q_sd });
  const measured = {
    runs,
    inv: inv.map((one, i) => ({ spread: 2 * evenHalf(leaning[i] as AvellanedaStoikovOptions), ...day(one) })),
    sym: sym.map(day),
  };
  const near = (got: ReturnType<typeof simulatedDays>, want: MakerDay | undefined): boolean =>
    want !== undefined &&
    [got.pnl - want.pnl, got.pnl_sd - want.pnl_sd, got.q_sd - want.q_sd].every((off, i) => Math.abs(off) <= (got.widths[i] ?? 0));
  const pass =
    inv.every((one, i) => near(one, expected.inv[i])) &&
    sym.every((one, i) => near(one, expected.sym[i])) &&
    measured.inv.every(({ spread }, i) => Math.abs(spread - (expected.inv[i]?.spread ?? NaN)) <= 1e-12);
  const widest = (i: number): string => Math.max(...[...inv, ...sym].map(({ widths }) => widths[i] ?? 0)).toPrecision(3);
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${runs} days: pnl ±${widest(0)}, pnl_sd ±${widest(1)}, q_sd ±${widest(2)} at most; spread 1e-12`,
    pass,
  };
}

/** Mean spread over the looks of a day in closed form: the mean time left is half a look above one half. */
function closedSpread({ riskAversion, volatility, decay }: AvellanedaStoikovOptions): number {
  return riskAversion * volatility * volatility * (0.5 + LOOK / 2) + (2 / riskAversion) * Math.log(1 + riskAversion / decay);
}

/** What is best to do in a market that answers, against what the theory says comes of it. */
export const STRATEGY_CHECKS: readonly Check[] = [
  { id: 'IMP-KYLE1', run: kyleOnce },
  { id: 'IMP-KYLE-N', run: kyleSequence },
  { id: 'IMP-AC', run: execution },
  { id: 'MM-AS', run: makers },
];
