import { exp, log } from '../core/math.ts';
import { checkImpact, impactLaw } from './impact.ts';
import type { ImpactLaw, ImpactOptions, LawOptions, Resilience } from './impact.ts';

/**
 * A market in reduced form: no orders, only a displacement from the outside price that trades move and time takes back. Lots above 0
 * are bought, below 0 sold, and need not be whole. Times are in seconds and never go back.
 */
export interface ImpactCurve {
  readonly kind: ImpactOptions['kind'];
  /** Displacement at a time no earlier than the last trade; reading it changes nothing. */
  displacement(time: number): number;
  /** outside × (1 + displacement): ≥ 0. */
  price(outside: number, time: number): number;
  /** Lots whose trade takes the displacement from where it stands to this one; ∓Infinity where none does. Fees left out. */
  lotsTo(displacement: number, time: number): number;
  /**
   * Trades and returns what was filled, signed: less than asked for where the book ends or the displacement would fall below `lowest`,
   * −1 when left out: a price of 0.
   * @throws RangeError for lots that are not finite or a time before the last one.
   */
  trade(lots: number, time: number, lowest?: number): number;
  /** Average displacement that the last trade was filled at, fee included; where nothing was filled, the displacement it found. */
  readonly averageFill: number;
  /** Back to rest, at time 0. */
  reset(): void;
  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[];
}

/**
 * A curve at rest at time 0.
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function impactCurve(options: ImpactOptions): ImpactCurve {
  checkImpact(options);
  switch (options.kind) {
    case 'obizhaeva-wang':
      return new ObizhaevaWangCurve(options);
    case 'propagator':
      return new PropagatorCurve(options);
    default:
      return new LawCurve(options);
  }
}

const LN2 = 0.6931471805599453;

/** What is left of a transient displacement after a while. */
function remaining(seconds: number, recovery: number): number {
  return seconds === 0 || recovery === Infinity ? 1 : exp((-LN2 * seconds) / recovery);
}

function checkTrade(lots: number): void {
  if (!(lots > -Infinity && lots < Infinity)) throw new RangeError(`impact curve: found a trade of ${lots} lots, want a finite number`);
}

/** Seconds since the last trade. */
function elapsed(time: number, last: number): number {
  if (!(time >= last && time < Infinity))
    throw new RangeError(`impact curve: found time ${time} s, want a finite one no earlier than the last trade at ${last} s`);
  return time - last;
}

/** Displacement of the book's centre from the outside price. */
const CENTRE = 0;
/** Flow since the book at the centre was whole. */
const FLOW = 1;
/** The displacement furthest from 0 so far. */
const PEAK = 2;
const TIME = 3;
/** When the metaorder's first lot traded. */
const START = 4;
/** The law's displacement at the flow. */
const OWN = 5;
/** Flow and displacement that the last trade found. */
const FROM = 6;
const FROM_OWN = 7;

/**
 * A law of cumulative flow around a centre. While time passes the flow's part decays to nothing, as a book that refills, and the centre
 * goes to `permanent` × peak; together they follow d′ = rest + (d − rest) × 2^(−t/recovery) with rest = permanent × peak.
 */
class LawCurve implements ImpactCurve {
  readonly kind: LawOptions['kind'];
  private readonly law: ImpactLaw;
  private readonly recovery: number;
  private readonly permanent: number;
  private readonly window: number;
  private readonly level = new Float64Array(8);

  constructor(options: LawOptions & Resilience) {
    this.kind = options.kind;
    this.law = impactLaw(options);
    this.recovery = options.recovery;
    this.permanent = options.permanent;
    this.window = options.kind === 'square-root' || options.kind === 'table' ? options.window : Infinity;
  }

  get averageFill(): number {
    const { level, law } = this;
    const lots = level[FLOW] - level[FROM];
    if (lots === 0) return level[CENTRE] + level[OWN];
    const paid = law.integral(level[FLOW], level[OWN]) - law.integral(level[FROM], level[FROM_OWN]);
    // Rounding must not put an average outside what it averages.
    const fill = 1 + level[CENTRE] + clamp(paid / lots, level[FROM_OWN], level[OWN]);
    return (lots < 0 ? fill * (1 - law.fee) : fill / (1 - law.fee)) - 1;
  }

  displacement(time: number): number {
    const { level } = this;
    const keep = remaining(elapsed(time, level[TIME]), this.recovery);
    if (keep === 1) return level[CENTRE] + level[OWN];
    return (level[OWN] + level[CENTRE]) * keep + this.permanent * level[PEAK] * (1 - keep);
  }

  price(outside: number, time: number): number {
    return Math.max(0, outside * (1 + this.displacement(time)));
  }

  lotsTo(displacement: number, time: number): number {
    const { level, law } = this;
    const keep = remaining(elapsed(time, level[TIME]), this.recovery);
    const ended = time - level[START] > this.window;
    const own = ended ? 0 : level[OWN] * keep;
    const centre = this.displacement(time) - own;
    const flow = ended ? 0 : keep === 1 ? level[FLOW] : law.flow(own);
    return law.flow(displacement - centre) - flow;
  }

  trade(lots: number, time: number, lowest = -1): number {
    checkTrade(lots);
    this.settle(time);
    const { level, law } = this;
    const from = level[FLOW];
    level[FROM] = from;
    level[FROM_OWN] = level[OWN];
    // Of what is sold the fee never reaches the reserves; of what is bought every lot leaves them.
    const net = 1 - (lots < 0 ? law.fee : 0);
    const wanted = from + lots * net;
    let to = Math.min(wanted, Math.max(from, law.most));
    let after = law.displacement(to);
    // Not a number where a finite book has no such lots.
    if (lots < 0 && !(level[CENTRE] + after >= lowest)) {
      to = Math.min(from, law.flow(lowest - level[CENTRE]));
      after = law.displacement(to);
    }
    if (to === from) return 0;
    level[FLOW] = to;
    level[OWN] = after;
    const now = level[CENTRE] + after;
    if (Math.abs(now) > Math.abs(level[PEAK])) level[PEAK] = now;
    return to === wanted ? lots : (to - from) / net;
  }

  /** Lets time pass, and ends a metaorder that has outlived its window. */
  private settle(time: number): void {
    const { level, law } = this;
    const keep = remaining(elapsed(time, level[TIME]), this.recovery);
    if (keep !== 1) {
      level[CENTRE] = level[CENTRE] * keep + this.permanent * level[PEAK] * (1 - keep);
      level[OWN] *= keep;
      level[FLOW] = law.flow(level[OWN]);
    }
    if (level[FLOW] === 0) level[START] = time;
    if (time - level[START] > this.window) {
      level[CENTRE] += level[OWN];
      level[FLOW] = 0;
      level[OWN] = 0;
      level[START] = time;
    }
    level[TIME] = time;
  }

  reset(): void {
    this.level.fill(0);
  }

  state(): readonly Float64Array[] {
    return [this.level];
  }
}

/** Impact that stays for good. */
const LASTING = 0;
/** Impact that decays. */
const TRANSIENT = 1;
const BLOCK_TIME = 2;
const BLOCK_AVERAGE = 3;

/** The block-shaped book of Obizhaeva and Wang (2013): linear impact, one share of it permanent, the other decaying exponentially. */
class ObizhaevaWangCurve implements ImpactCurve {
  readonly kind = 'obizhaeva-wang';
  private readonly depth: number;
  private readonly permanent: number;
  private readonly recovery: number;
  private readonly level = new Float64Array(4);

  constructor(options: Extract<ImpactOptions, { readonly kind: 'obizhaeva-wang' }>) {
    this.depth = options.depth;
    this.permanent = options.permanent;
    this.recovery = options.recovery;
  }

  get averageFill(): number {
    return this.level[BLOCK_AVERAGE];
  }

  displacement(time: number): number {
    const { level } = this;
    return level[LASTING] + level[TRANSIENT] * remaining(elapsed(time, level[BLOCK_TIME]), this.recovery);
  }

  price(outside: number, time: number): number {
    return Math.max(0, outside * (1 + this.displacement(time)));
  }

  lotsTo(displacement: number, time: number): number {
    return (displacement - this.displacement(time)) * this.depth;
  }

  trade(lots: number, time: number, lowest = -1): number {
    checkTrade(lots);
    const { level, permanent, depth } = this;
    level[TRANSIENT] *= remaining(elapsed(time, level[BLOCK_TIME]), this.recovery);
    level[BLOCK_TIME] = time;
    const before = level[LASTING] + level[TRANSIENT];
    const filled = Math.max(lots, Math.min(0, (lowest - before) * depth));
    const moved = filled / depth;
    level[LASTING] += permanent * moved;
    level[TRANSIENT] += (1 - permanent) * moved;
    level[BLOCK_AVERAGE] = before + moved / 2;
    return filled;
  }

  reset(): void {
    this.level.fill(0);
  }

  state(): readonly Float64Array[] {
    return [this.level];
  }
}

/** Displacement that is never forgotten. */
const KEPT = 0;
const MEMORY_TIME = 1;
const MEMORY_AVERAGE = 2;

/** Distance of two rates of decay in the logarithm: the sum of exponentials then meets the power within 1e-8 of itself. */
const RATE_STEP = 0.4;
/** The logarithm of the fastest rate, in units of 1/scale: beyond it weights are below 1e-15. */
const FASTEST = 3.6;
/** What has decayed by less than this at the end of the memory counts as kept. */
const HARDLY = 1e-9;

/**
 * Every trade's linear impact decays by a power of its age (Bouchaud, Gefen, Potters and Wyart 2004), written as a sum of exponentials so
 * that a trade costs the same whatever went before it: (1 + x)^−γ = ∫ u^(γ−1) e^(−u (1 + x)) du / Γ(γ), by the trapezoid rule in log u.
 * Some 80 terms, 2 to 3 µs a moment.
 */
class PropagatorCurve implements ImpactCurve {
  readonly kind = 'propagator';
  private readonly slope: number;
  /** Rates of decay, a second, and the share of a trade's impact that decays at each. */
  private readonly rates: Float64Array;
  private readonly shares: Float64Array;
  /** Share that does not decay within the memory. */
  private readonly kept: number;
  /** Displacement that decays at each rate, at the last trade. */
  private readonly parts: Float64Array;
  private readonly level = new Float64Array(3);

  constructor(options: Extract<ImpactOptions, { readonly kind: 'propagator' }>) {
    const { slope, scale, exponent, memory } = options;
    this.slope = slope;
    const slowest = log(HARDLY / (1 + memory / scale));
    const count = exponent === 0 ? 0 : Math.ceil((FASTEST - slowest) / RATE_STEP);
    this.rates = new Float64Array(count);
    this.shares = new Float64Array(count);
    this.parts = new Float64Array(count);
    // Of all slower rates the weights are a geometric series.
    const rest = exponent === 0 ? 1 : exp(exponent * (slowest - RATE_STEP)) / (1 - exp(-exponent * RATE_STEP));
    let sum = rest;
    for (let j = 0; j < count; j++) {
      const at = slowest + j * RATE_STEP;
      this.rates[j] = exp(at) / scale;
      this.shares[j] = exp(exponent * at - exp(at));
      sum += this.shares[j];
    }
    for (let j = 0; j < count; j++) this.shares[j] /= sum;
    this.kept = rest / sum;
  }

  get averageFill(): number {
    return this.level[MEMORY_AVERAGE];
  }

  displacement(time: number): number {
    const { level, parts, rates } = this;
    const age = elapsed(time, level[MEMORY_TIME]);
    let sum = level[KEPT];
    for (let j = 0; j < parts.length; j++) sum += age === 0 ? parts[j] : parts[j] * exp(-rates[j] * age);
    return sum;
  }

  price(outside: number, time: number): number {
    return Math.max(0, outside * (1 + this.displacement(time)));
  }

  lotsTo(displacement: number, time: number): number {
    return (displacement - this.displacement(time)) / this.slope;
  }

  trade(lots: number, time: number, lowest = -1): number {
    checkTrade(lots);
    const { level, parts, rates, shares, slope } = this;
    const age = elapsed(time, level[MEMORY_TIME]);
    let before = level[KEPT];
    for (let j = 0; j < parts.length; j++) before += age === 0 ? parts[j] : (parts[j] *= exp(-rates[j] * age));
    level[MEMORY_TIME] = time;
    const filled = Math.max(lots, Math.min(0, (lowest - before) / slope));
    const moved = slope * filled;
    level[KEPT] += this.kept * moved;
    for (let j = 0; j < parts.length; j++) parts[j] += shares[j] * moved;
    level[MEMORY_AVERAGE] = before + moved / 2;
    return filled;
  }

  reset(): void {
    this.level.fill(0);
    this.parts.fill(0);
  }

  state(): readonly Float64Array[] {
    return [this.parts, this.level];
  }
}

/** The nearest to x between two bounds in either order. */
function clamp(x: number, a: number, b: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), x));
}
