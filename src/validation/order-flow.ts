import { Ledger } from '../core/ledger.ts';
import { pow } from '../core/math.ts';
import { derive, root, uniform } from '../core/random.ts';
import { ASK, BID, Exchange } from '../market/exchange.ts';
import { OrderBook } from '../market/book.ts';
import { ZeroIntelligence } from '../traders/zero-intelligence.ts';
import type { ZeroIntelligenceOptions } from '../traders/zero-intelligence.ts';
import { ERRORS, runsOf } from './effort.ts';
import { ValidationUsageError, casesOf, numberOf, numbersOf, recordOf } from './parameters.ts';
import type { Check, Effort, Value, Verdict } from './target.ts';

/** Candidate events of a zero-intelligence book; races of a pair of queues. */
const EVENTS = { full: 20_000_000, quick: 2_000_000 } as const;
const RACES = { full: 100_000, quick: 4000 } as const;

/** Fewer events say nothing about how far they may be off: their parts depend on each other. */
const LEAST = 200_000;

/** Tick in units of μσ/α. */
const TICK = 0.01;
/** Candidate events between two looks at the spread. */
const LOOK = 8;
/** Parts of a run whose means say how far the mean of all may be off. */
const BATCHES = 32;
/** Lifetimes of an order that a book gets to forget how it was laid, and the share of a run that this takes at least. */
const FORGET = 5;
const WARM = 0.05;
/** What the published spreads are known to. */
const PUBLISHED = 0.015;

/** Time-mean spread of a Santa Fe book in units of μσ/α, and its standard error. */
interface MeanSpread {
  readonly mean: number;
  readonly error: number;
}

/** Units of a Santa Fe book. */
interface Units {
  /** Limit orders' rate α on each side, lots a unit of price and time. */
  readonly alpha: number;
  /** Market orders' rate μ, lots a unit of time. */
  readonly mu: number;
}

const ONE: Units = { alpha: 1, mu: 1 };

/** Spreads that have been measured already: three targets look at the same books. */
const known = new Map<string, MeanSpread>();

/** A flow alone on a book of its own, one account: it trades with itself, so that nothing is booked. */
function flowOn(options: ZeroIntelligenceOptions, levels: number, base: number, stepSeconds: number) {
  const book = new OrderBook({ base, levels, capacity: ZeroIntelligence.capacity(options) });
  return { book, flow: new ZeroIntelligence(options, new Exchange(book, new Ledger(1, 1)), 0, stepSeconds) };
}

/**
 * The mean spread at ε = δσ/μ, from the flow on the real book: looked at after equal times, the book opened as a field of orders that
 * nobody took from, and given time to forget that.
 */
function meanSpread(eps: number, dp: number, events: number, { alpha, mu }: Units = ONE): MeanSpread {
  const name = [eps, dp, events, alpha, mu].join(' ');
  const before = known.get(name);
  if (before !== undefined) return before;
  const cancelRate = eps * mu;
  const options = {
    kind: 'zeroIntelligence',
    // A tick is dp × μ/α wide.
    limitRate: alpha * ((dp * mu) / alpha),
    marketRate: mu,
    cancelRate,
    lots: 1,
    reach: Math.round(reachAt(eps) / dp),
  } as const;
  const levels = 2 ** Math.ceil(Math.log2(8 * options.reach));
  const rate = mu + 2 * options.limitRate * options.reach + cancelRate * ZeroIntelligence.capacity(options);
  const mid = 1_000_000;
  const { book, flow } = flowOn(options, levels, mid - levels / 2, LOOK / rate);
  const from = root('validation', `LOB-ZI ${name}`);
  flow.open(from, mid);
  const length = Math.ceil(events / LOOK / BATCHES);
  const warm = Math.ceil(Math.max(WARM * length * BATCHES, (FORGET / cancelRate) * (rate / LOOK)));
  const sums = new Float64Array(BATCHES);
  let seen = mid;
  let spread = 0;
  for (let step = 0; step < warm + length * BATCHES; step++) {
    flow.act(from, step, seen);
    const { bestBid, bestAsk } = book;
    // A side that runs empty, once in 10^8 looks, leaves the spread at what it was.
    if (bestBid >= 0 && bestAsk >= 0) {
      seen = (bestBid + bestAsk) / 2;
      spread = bestAsk - bestBid;
    }
    const batch = Math.floor((step - warm) / length);
    if (batch >= 0) sums[batch] = (sums[batch] ?? 0) + spread;
  }
  let mean = 0;
  for (const sum of sums) mean += sum / length / BATCHES;
  let variance = 0;
  for (const sum of sums) variance += (sum / length - mean) * (sum / length - mean);
  const found = { mean: mean * dp, error: Math.sqrt(variance / BATCHES / (BATCHES - 1)) * dp };
  known.set(name, found);
  return found;
}

function eventsOf(effort: Effort): number {
  return Math.max(LEAST, runsOf(effort, EVENTS));
}

/** How far from the opposite quote orders are laid, in units of μσ/α: far enough for twenty that rest on each side. */
function reachAt(eps: number): number {
  return Math.max(12, 20 * eps);
}

/** The curve that the file's authors laid through their table, for an ε that the table has not. */
function fitted([a = NaN, b = NaN, c = NaN]: readonly number[], eps: number): number {
  return a + b * pow(eps, c);
}

const FIT = [0.22705761, 1.1219376, 0.86708721] as const;
/** How far the curve is off the table at most. */
const FIT_ERROR = 0.027;

function spreadOf(published: number): Check['run'] {
  return (parameters, effort, file) => {
    const eps = numberOf(parameters, 'eps', { above: 0.0009, below: 2.1 });
    const dp = numberOf(parameters, 'dp_over_pc', { above: 0.004, below: 0.021 });
    const own = eps === published;
    const expected = own ? (file as number) : fitted(FIT, eps);
    const events = eventsOf(effort);
    const { mean, error } = meanSpread(eps, dp, events);
    const width = Math.max((own ? PUBLISHED : FIT_ERROR) * expected, ERRORS * error);
    return {
      expected,
      measured: mean,
      tolerance: `±${width.toPrecision(3)}: ${((width / expected) * 100).toPrecision(3)} % at ${events} events (standard error ${error.toPrecision(2)})`,
      pass: Math.abs(mean - expected) <= width,
    };
  };
}

function collapse(parameters: Value, effort: Effort, published: Value): Verdict {
  const eps = numberOf(parameters, 'eps', { above: 0.0009, below: 2.1 });
  const events = eventsOf(effort);
  const expected = eps === 0.1 ? (published as number) : fitted(FIT, eps);
  const found = casesOf(recordOf(parameters)['rescalings'] ?? null).map((units) =>
    meanSpread(eps, TICK, events, { alpha: numberOf(units, 'alpha', { above: 0 }), mu: numberOf(units, 'mu', { above: 0 }) }),
  );
  const widths = found.map(({ error }) => Math.max((eps === 0.1 ? PUBLISHED : FIT_ERROR) * expected, ERRORS * error));
  const off = found.map(({ mean }) => Math.abs(mean - expected));
  const worst = off.indexOf(Math.max(...off));
  return {
    expected,
    measured: found[worst]?.mean ?? NaN,
    tolerance: `±${Math.max(...widths).toPrecision(3)} at ${events} events; the rescaling that is farther off`,
    pass: off.every((one, i) => one <= (widths[i] ?? 0)),
  };
}

/** ε of the table. */
const TABLE = [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2] as const;

/** Least squares of a + b·ε^c in relative terms: a and b are linear for a given c. */
function fitCurve(points: readonly (readonly [eps: number, spread: number])[]): readonly number[] {
  const at = (c: number): readonly [number, number, number] => {
    let [uu, uv, vv, u, v] = [0, 0, 0, 0, 0];
    for (const [eps, spread] of points) {
      const one = 1 / spread;
      const power = pow(eps, c) / spread;
      uu += one * one;
      uv += one * power;
      vv += power * power;
      u += one;
      v += power;
    }
    const determinant = uu * vv - uv * uv;
    const a = (u * vv - v * uv) / determinant;
    const b = (v * uu - u * uv) / determinant;
    const left = points.reduce((sum, [eps, spread]) => sum + ((a + b * pow(eps, c)) / spread - 1) ** 2, 0);
    return [a, b, left];
  };
  let low = 0.3;
  let high = 1.5;
  while (high - low > 1e-9) {
    const inner = low + 0.382 * (high - low);
    const outer = high - 0.382 * (high - low);
    if (at(inner)[2] < at(outer)[2]) high = outer;
    else low = inner;
  }
  const c = (low + high) / 2;
  const [a, b] = at(c);
  return [a, b, c];
}

function fit(_parameters: Value, effort: Effort, published: Value): Verdict {
  const events = eventsOf(effort);
  const table = TABLE.map((eps) => ({ eps, ...meanSpread(eps, TICK, events) }));
  const c = fitCurve(table.map(({ eps, mean }) => [eps, mean]));
  const off = table.map(({ eps, mean }) => Math.abs(mean / fitted(FIT, eps) - 1));
  const widths = table.map(({ mean, error }) => FIT_ERROR + (ERRORS * error) / mean);
  return {
    expected: published,
    measured: { c },
    tolerance: `the ten spreads within 2.7 % of the published curve, plus 4 standard errors at ${events} events: ${(100 * Math.max(...widths)).toPrecision(3)} % at most`,
    pass: off.every((one, i) => one <= (widths[i] ?? 0)),
  };
}

/** The published ratios come from this file's own table, to this much. */
const RATIO = 0.03;

function farmerPatelliZovko(parameters: Value, effort: Effort, published: Value): Verdict {
  const epsilons = numbersOf(parameters, 'eps', { above: 0.0009, below: 2.1 });
  const events = eventsOf(effort);
  const line = (eps: number): number => 0.28 + 1.86 * pow(eps, 0.75);
  const file = recordOf(published)['sim_over_fit'];
  const listed = recordOf(published)['fit'];
  const ratios = epsilons.map((eps, i) => {
    // Listed with four digits.
    const same = Array.isArray(listed) && Math.abs((listed[i] as number) - line(eps)) < 5e-5;
    return same && Array.isArray(file) ? (file[i] as number) : fitted(FIT, eps) / line(eps);
  });
  const found = epsilons.map((eps) => meanSpread(eps, TICK, events));
  const expected = { fit: epsilons.map(line), sim_over_fit: ratios };
  const measured = {
    fit: epsilons.map(line),
    sim_over_fit: found.map(({ mean }, i) => mean / line(epsilons[i] ?? NaN)),
  };
  const widths = found.map(({ error }, i) => Math.max(RATIO, (ERRORS * error) / line(epsilons[i] ?? NaN)));
  return {
    expected,
    measured,
    tolerance: `ratio ±${Math.max(...widths).toPrecision(3)} at ${events} events`,
    pass: widths.every((width, i) => Math.abs((measured.sim_over_fit[i] ?? NaN) - (ratios[i] ?? NaN)) <= width),
  };
}

/** Orders of a queue beyond which the law's own chances are below 1e-15. */
const LONGEST = 64;

/** Chance that the ask queue empties before the bid queue, for queues of 1 … 5: first-passage equations of the pair, iterated to rest. */
function upMoves(birth: number, death: number, cancel: number): number[][] {
  const side = LONGEST + 1;
  // At asks × side + bids: 1 where no asks are left, 0 where no bids are.
  const chance = new Float64Array(side * side).fill(1, 0, side);
  for (let moved = 1; moved > 1e-12;) {
    moved = 0;
    for (let a = 1; a <= LONGEST; a++) {
      for (let b = 1; b <= LONGEST; b++) {
        const more = (a < LONGEST ? birth : 0) + (b < LONGEST ? birth : 0);
        const gone = 2 * death + cancel * (a + b);
        const at = a * side + b;
        const next =
          (birth * ((a < LONGEST ? (chance[at + side] ?? 0) : 0) + (b < LONGEST ? (chance[at + 1] ?? 0) : 0)) +
            (death + cancel * a) * (chance[at - side] ?? 0) +
            (death + cancel * b) * (chance[at - 1] ?? 0)) /
          (more + gone);
        moved = Math.max(moved, Math.abs(next - (chance[at] ?? 0)));
        chance[at] = next;
      }
    }
  }
  return [1, 2, 3, 4, 5].map((b) => [1, 2, 3, 4, 5].map((a) => chance[a * side + b] ?? NaN));
}

function contStoikovTalreja(parameters: Value, effort: Effort): Verdict {
  const birth = numberOf(parameters, 'lam1', { above: 0, below: 10 });
  const death = numberOf(parameters, 'mu', { above: 0, below: 100 });
  const cancel = numberOf(parameters, 'theta1', { above: 0.2, below: 100 });
  const races = runsOf(effort, RACES);
  const expected = upMoves(birth, death, cancel);
  const options = {
    kind: 'contStoikovTalreja',
    limitRate: birth,
    exponent: 1,
    marketRate: 2 * death,
    cancelRates: [cancel],
    lots: 1,
    reach: 1,
  } as const;
  const bid = 500;
  const { book, flow } = flowOn(options, 1024, 0, 1);
  const from = root('validation', 'LOB-CST-TABLE');
  const queue = (side: 0 | 1, tick: number, orders: number): void => {
    while (book.countAt(tick) > orders) book.cancel(book.firstAt(tick));
    while (book.countAt(tick) < orders) flow.rest(side, tick);
  };
  const race = (bids: number, asks: number, run: number): number => {
    const seed = derive(from, run);
    book.clear();
    flow.open(seed, bid + 0.5);
    queue(BID, bid, bids);
    queue(ASK, bid + 1, asks);
    for (let k = 0; book.bestBid >= 0 && book.bestAsk >= 0; k++) flow.event(seed, 0, k, bid + 0.5);
    return book.bestAsk < 0 ? 1 : 0;
  };
  let run = 0;
  const measured = expected.map((row, b) =>
    row.map((_, a) => {
      let up = 0;
      for (let i = 0; i < races; i++) up += race(b + 1, a + 1, run++);
      return up / races;
    }),
  );
  const width = (p: number): number => Math.max(0.0015, ERRORS * Math.sqrt((p * (1 - p)) / races));
  return {
    expected,
    measured,
    tolerance: `±0.0015 or 4 standard errors of ${races} races, ±${width(0.5).toPrecision(3)} at most`,
    pass: expected.every((row, b) => row.every((p, a) => Math.abs((measured[b]?.[a] ?? NaN) - p) <= width(p))),
  };
}

/** Chance that the ask queue of p orders empties before the bid queue of n, when queues grow and shrink at the same rate. */
function balancedRace(n: number, p: number): number {
  // Simpson's rule; the integrand is smooth, and 2n where t is 0.
  const panels = 20_000;
  const step = Math.PI / panels;
  let sum = 0;
  for (let i = 0; i <= panels; i++) {
    const t = i * step;
    const x = 2 - Math.cos(t);
    const value = i === 0 ? 2 * n : ((x - Math.sqrt(x * x - 1)) ** p * Math.sin(n * t) * Math.cos(t / 2)) / Math.sin(t / 2);
    sum += (i === 0 || i === panels ? 1 : i % 2 === 1 ? 4 : 2) * value;
  }
  return (sum * step) / 3 / Math.PI;
}

/** Room of a queue: a walk that gets there before it ends takes more steps than all others together. */
const ROOM = 1 << 16;

function contDeLarrard(parameters: Value, effort: Effort): Verdict {
  const pairs = casesOf(recordOf(parameters)['np'] ?? null).map((pair, i) => {
    const [n = 0, p = 0] = numbersOf({ [`np[${i}]`]: pair }, `np[${i}]`, { above: 0, below: 51 });
    if (!Number.isInteger(n) || !Number.isInteger(p) || n < 1 || p < 1)
      throw new ValidationUsageError(`parameter np[${i}]: found ${JSON.stringify(pair)}, want two whole numbers of orders`);
    return { n, p };
  });
  const races = runsOf(effort, RACES);
  const expected = pairs.map(({ n, p }) => balancedRace(n, p));
  const book = new OrderBook({ base: 0, levels: 1024, capacity: ROOM });
  const from = root('validation', 'LOB-CDL');
  const bid = 500;
  const race = (n: number, p: number, run: number): number => {
    const { lo, hi } = derive(from, run);
    book.clear();
    for (let i = 0; i < n; i++) book.limit(BID, bid, 1, 0, 0);
    for (let i = 0; i < p; i++) book.limit(ASK, bid + 1, 1, 0, 0);
    for (let k = 0; book.bestBid >= 0 && book.bestAsk >= 0; k++) {
      const drawn = uniform(lo, hi, 0, k, 0);
      if (drawn < 0.25) book.limit(BID, bid, 1, 0, 0);
      else if (drawn < 0.5) book.limit(ASK, bid + 1, 1, 0, 0);
      else book.market(drawn < 0.75 ? BID : ASK, 1, 0);
    }
    return book.bestAsk < 0 ? 1 : 0;
  };
  let run = 0;
  const measured = pairs.map(({ n, p }) => {
    let up = 0;
    for (let i = 0; i < races; i++) up += race(n, p, run++);
    return up / races;
  });
  const width = (p: number): number => ERRORS * Math.sqrt((p * (1 - p)) / races);
  return {
    expected,
    measured,
    tolerance: `4 standard errors of ${races} races: ±${Math.max(...expected.map(width)).toPrecision(3)} at most`,
    pass: expected.every((p, i) => Math.abs((measured[i] ?? NaN) - p) <= width(p)),
  };
}

/** Order flow without a view on the real book: spreads, and which way the price goes next. */
export const ORDER_FLOW_CHECKS: readonly Check[] = [
  ...TABLE.map((eps) => ({ id: `LOB-ZI-SPREAD-eps${eps}`, run: spreadOf(eps) })),
  { id: 'LOB-ZI-FIT', run: fit },
  { id: 'LOB-ZI-COLLAPSE', run: collapse },
  { id: 'LOB-ZI-FPZ', run: farmerPatelliZovko },
  { id: 'LOB-CST-TABLE', run: contStoikovTalreja },
  { id: 'LOB-CDL', run: contDeLarrard },
];
