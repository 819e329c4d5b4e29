import { exp, expm1, log1p, pow } from '../core/math.ts';

/** How what a trade has moved comes back. */
export interface Resilience {
  /** Half-life of the displacement in seconds; Infinity: it stays. */
  readonly recovery: number;
  /** Share of the displacement's peak that never decays, 0 to 1. */
  readonly permanent: number;
}

/**
 * Displacement as a function of cumulative signed flow alone. Flow in lots, above 0 bought; displacement as a fraction of the outside
 * price, so the price is outside × (1 + displacement). docs/impact.md has each law's formula, inverse and source.
 */
export type LawOptions =
  /** Displacement `slope` a lot. */
  | { readonly kind: 'linear'; readonly slope: number }
  /** `coefficient` × √(lots of the metaorder); a metaorder lasts `window` seconds from its first lot, the next one starts where it ended. */
  | { readonly kind: 'square-root'; readonly coefficient: number; readonly window: number }
  /** `coefficient` × lots^`exponent`. */
  | { readonly kind: 'power'; readonly coefficient: number; readonly exponent: number }
  /** `depth` × e^(−`decay` × distance) lots per unit of displacement on each side: decay > 0 thins with distance, < 0 thickens. */
  | { readonly kind: 'exponential'; readonly depth: number; readonly decay: number }
  /** Constant product with `reserve` lots in the pool at the outside price; `fee` is kept apart from the reserves. */
  | { readonly kind: 'constant-product'; readonly reserve: number; readonly fee: number }
  /**
   * A premium of the market's skew over `scale` lots, which trades pay half-way from the one before to the one after (Synthetix v3): linear, but
   * a share of the outside price wherever that goes, not a sum of money.
   */
  | { readonly kind: 'skew'; readonly scale: number }
  /** V-shaped latent book: `slope` × distance lots per unit of displacement on each side. */
  | { readonly kind: 'latent'; readonly slope: number }
  /** Displacement `moves[k]` at `lots[k]`, linear in between, from none and past the last knot on as before it; windows as of the square root. */
  | { readonly kind: 'table'; readonly lots: readonly number[]; readonly moves: readonly number[]; readonly window: number };

/** Resolved options of an impact curve. */
export type ImpactOptions =
  | (LawOptions & Resilience)
  /** Block-shaped book of `depth` lots per unit of displacement: `permanent` of each lot's impact stays, the rest halves every `recovery` seconds. */
  | { readonly kind: 'obizhaeva-wang'; readonly depth: number; readonly permanent: number; readonly recovery: number }
  /** Each lot moves the price by `slope`, of which (1 + t/`scale`)^−`exponent` is left after t seconds, up to an age of `memory` seconds. */
  | { readonly kind: 'propagator'; readonly slope: number; readonly scale: number; readonly exponent: number; readonly memory: number };

/** A law with its inverse and its integral, as pure functions. */
export interface ImpactLaw {
  /** Displacement after a cumulative flow from rest, of the flow's sign; defined up to `most` bought. */
  readonly displacement: (flow: number) => number;
  /** The flow that leads to a displacement; ∓Infinity for one that no flow reaches. */
  readonly flow: (displacement: number) => number;
  /** ∫ displacement d flow from 0 to a flow and its displacement: what it pays above the outside price, as a fraction of it × lots. ≥ 0. */
  readonly integral: (flow: number, displacement: number) => number;
  /** Lots that can be bought in all; Infinity: no end. What can be sold ends where the price is 0. */
  readonly most: number;
  /** Share of a trade's lots (selling) or money (buying) that the venue keeps apart. */
  readonly fee: number;
}

/** The largest share of a finite book that leaves a finite price in spite of rounding: 1 − 2^-50. */
const NEARLY_ALL = 1 - 8.881784197001252e-16;

/** Below this exponent the closed form of the exponential book's integral loses digits, and its series is exact. */
const SMALL = 1e-2;

/**
 * The law of checked options.
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function impactLaw(options: LawOptions): ImpactLaw {
  checkLaw(options);
  switch (options.kind) {
    case 'linear':
      return powerLaw(options.slope, 1);
    case 'skew':
      return powerLaw(1 / options.scale, 1);
    case 'square-root':
      return powerLaw(options.coefficient, 0.5);
    case 'power':
      return powerLaw(options.coefficient, options.exponent);
    case 'latent':
      // slope × distance² / 2 lots lie within a distance
      return powerLaw(Math.sqrt(2 / options.slope), 0.5);
    case 'exponential':
      return exponentialLaw(options.depth, options.decay);
    case 'constant-product':
      return constantProductLaw(options.reserve, options.fee);
    case 'table':
      return tableLaw(options.lots, options.moves);
  }
}

function powerLaw(coefficient: number, exponent: number): ImpactLaw {
  const rise = exponent === 1 ? identity : exponent === 0.5 ? Math.sqrt : (lots: number) => pow(lots, exponent);
  const lotsOf = exponent === 1 ? identity : exponent === 0.5 ? square : (level: number) => pow(level, 1 / exponent);
  return {
    displacement: (flow) => (flow < 0 ? -coefficient * rise(-flow) : coefficient * rise(flow)),
    flow: (displacement) => (displacement < 0 ? -lotsOf(-displacement / coefficient) : lotsOf(displacement / coefficient)),
    integral: (flow, displacement) => (flow * displacement) / (exponent + 1),
    most: Infinity,
    fee: 0,
  };
}

function exponentialLaw(depth: number, decay: number): ImpactLaw {
  if (decay === 0) return powerLaw(1 / depth, 1);
  const capacity = decay > 0 ? depth / decay : Infinity;
  // The last lot of a finite book would have no price: it has that of the ones before it. Beyond it there is nothing: not a number.
  const distance = (lots: number): number =>
    lots > capacity ? NaN : -log1p((-decay * Math.min(lots, capacity * NEARLY_ALL)) / depth) / decay;
  const lotsWithin = (reach: number): number => (-depth * expm1(-decay * reach)) / decay;
  /** ∫ y × depth × e^(−decay × y) dy from 0. */
  const paid = (reach: number): number => {
    const z = decay * reach;
    if (Math.abs(z) < SMALL) return depth * reach * reach * (1 / 2 - z * (1 / 3 - z * (1 / 8 - z * (1 / 30 - z * (1 / 144 - z / 840)))));
    return (depth / (decay * decay)) * (-expm1(-z) - z * exp(-z));
  };
  return {
    displacement: (flow) => (flow < 0 ? -distance(-flow) : distance(flow)),
    flow: (displacement) => (displacement < 0 ? -lotsWithin(-displacement) : lotsWithin(displacement)),
    integral: (_flow, displacement) => paid(Math.abs(displacement)),
    most: capacity * NEARLY_ALL,
    fee: 0,
  };
}

function constantProductLaw(reserve: number, fee: number): ImpactLaw {
  return {
    // (R / (R − Q))² − 1, without the loss of subtracting 1
    displacement: (flow) => (flow * (2 * reserve - flow)) / ((reserve - flow) * (reserve - flow)),
    flow: (displacement) => {
      if (!(displacement > -1)) return -Infinity;
      const ratio = Math.sqrt(1 + displacement);
      return (reserve * displacement) / (ratio * (ratio + 1));
    },
    integral: (flow) => (flow * flow) / (reserve - flow),
    most: reserve * NEARLY_ALL,
    fee,
  };
}

function tableLaw(lots: readonly number[], moves: readonly number[]): ImpactLaw {
  const flows = Float64Array.from([0, ...lots]);
  const levels = Float64Array.from([0, ...moves]);
  const last = flows.length - 2;
  const paid = new Float64Array(flows.length);
  for (let k = 1; k < flows.length; k++) paid[k] = paid[k - 1] + ((flows[k] - flows[k - 1]) * (levels[k] + levels[k - 1])) / 2;
  const slopeFrom = (k: number): number => (levels[k + 1] - levels[k]) / (flows[k + 1] - flows[k]);
  const rise = (flow: number): number => {
    const k = Math.min(last, intervalOf(flows, flow));
    return levels[k] + (flow - flows[k]) * slopeFrom(k);
  };
  const lotsOf = (level: number): number => {
    if (level === 0) return 0;
    const k = Math.min(last, intervalOf(levels, level));
    // A flat end is never left.
    return level === levels[k] ? flows[k] : flows[k] + (level - levels[k]) / slopeFrom(k);
  };
  return {
    displacement: (flow) => (flow < 0 ? -rise(-flow) : rise(flow)),
    flow: (displacement) => (displacement < 0 ? -lotsOf(-displacement) : lotsOf(displacement)),
    integral: (flow, displacement) => {
      const size = Math.abs(flow);
      const k = Math.min(last, intervalOf(flows, size));
      return paid[k] + ((size - flows[k]) * (levels[k] + Math.abs(displacement))) / 2;
    },
    most: Infinity,
    fee: 0,
  };
}

/** The last place whose value is below x; 0 when none is. */
function intervalOf(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle] < x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The same market seen from an outside price that has moved by the factor `ratio` without a trade. Resting orders move along and keep
 * their distances in money, so a fraction of the new price is 1/ratio of what it was of the old; the providers of a constant product
 * pool are arbitraged to the new price and hold reserve / √ratio.
 * @throws RangeError when the ratio is not above 0, or the options are not allowed.
 */
export function recentred<T extends ImpactOptions>(options: T, ratio: number): T {
  if (!(ratio > 0 && ratio < Infinity)) throw new RangeError(`impact: found a price ratio of ${ratio}, want above 0`);
  checkImpact(options);
  return { ...options, ...moved(options, ratio) };
}

/** The options that a move of the outside price changes. */
function moved(options: ImpactOptions, ratio: number): Readonly<Record<string, number | readonly number[]>> {
  switch (options.kind) {
    case 'linear':
    case 'propagator':
      return { slope: options.slope / ratio };
    case 'square-root':
    case 'power':
      return { coefficient: options.coefficient / ratio };
    case 'exponential':
      return { depth: options.depth * ratio, decay: options.decay * ratio };
    case 'constant-product':
      return { reserve: options.reserve / Math.sqrt(ratio) };
    case 'skew':
      return {};
    case 'latent':
      return { slope: options.slope * ratio * ratio };
    case 'table':
      return { moves: options.moves.map((move) => move / ratio) };
    case 'obizhaeva-wang':
      return { depth: options.depth * ratio };
  }
}

/**
 * Refuses options that make no sense.
 * @throws RangeError naming the option, what was found and what is allowed.
 */
export function checkImpact(options: ImpactOptions): void {
  const { kind } = options;
  if (kind === 'propagator') {
    above(kind, 'slope', options.slope);
    above(kind, 'scale', options.scale);
    if (!(options.exponent >= 0 && options.exponent < 1)) refuse(kind, 'exponent', options.exponent, 'at least 0 and below 1');
    above(kind, 'memory', options.memory);
    return;
  }
  if (kind === 'obizhaeva-wang') above(kind, 'depth', options.depth);
  else checkLaw(options);
  if (!(options.recovery > 0)) refuse(kind, 'recovery', options.recovery, 'seconds above 0, or Infinity');
  if (!(options.permanent >= 0 && options.permanent <= 1)) refuse(kind, 'permanent', options.permanent, 'a share from 0 to 1');
}

function checkLaw(options: LawOptions): void {
  const { kind } = options;
  switch (kind) {
    case 'linear':
    case 'latent':
      above(kind, 'slope', options.slope);
      break;
    case 'square-root':
      above(kind, 'coefficient', options.coefficient);
      if (!(options.window > 0)) refuse(kind, 'window', options.window, 'seconds above 0, or Infinity');
      break;
    case 'skew':
      above(kind, 'scale', options.scale);
      break;
    case 'power':
      above(kind, 'coefficient', options.coefficient);
      above(kind, 'exponent', options.exponent);
      break;
    case 'exponential':
      above(kind, 'depth', options.depth);
      if (!Number.isFinite(options.decay)) refuse(kind, 'decay', options.decay, 'a finite number');
      break;
    case 'constant-product':
      above(kind, 'reserve', options.reserve);
      if (!(options.fee >= 0 && options.fee < 1)) refuse(kind, 'fee', options.fee, 'at least 0 and below 1');
      break;
    case 'table':
      checkTable(options.lots, options.moves);
      if (!(options.window > 0)) refuse(kind, 'window', options.window, 'seconds above 0, or Infinity');
      break;
    default:
      throw new RangeError(
        `impact: found ${String((options as { readonly kind: unknown }).kind)}, want linear, skew, square-root, power, exponential, constant-product, latent, table, obizhaeva-wang or propagator`,
      );
  }
}

function checkTable(lots: readonly number[], moves: readonly number[]): void {
  if (lots.length === 0 || moves.length !== lots.length)
    throw new RangeError(`impact table: found ${lots.length} lots and ${moves.length} moves, want as many of each, at least one`);
  let [flow, level] = [0, 0];
  for (const [k, next] of lots.entries()) {
    if (!(next > flow && next < Infinity)) refuse('table', `lots[${k}]`, next, `a finite number above ${flow}`);
    if (!(moves[k] >= level && moves[k] < Infinity)) refuse('table', `moves[${k}]`, moves[k], `a finite number from ${level}`);
    [flow, level] = [next, moves[k]];
  }
}

function above(kind: string, option: string, value: number): void {
  if (!(value > 0 && value < Infinity)) refuse(kind, option, value, 'a finite number above 0');
}

function refuse(kind: string, option: string, value: number, want: string): never {
  throw new RangeError(`impact ${kind}: found ${option} ${value}, want ${want}`);
}

function identity(x: number): number {
  return x;
}

function square(x: number): number {
  return x * x;
}
