import { exp } from '../core/math.ts';
import type { Oracle } from './oracle.ts';

/** How the venue makes the price that margin is checked at (the mark), from this market and from outside. */
export type MarkOptions = (
  | { readonly kind: 'last' }
  | { readonly kind: 'mid' }
  /** The outside price, seen every `cadence` seconds. */
  | { readonly kind: 'index'; readonly cadence: number }
  /** Exponential average of the mid with time constant `seconds`, advanced every `cadence` seconds by alpha = 1 − exp(−cadence/seconds). */
  | { readonly kind: 'ema'; readonly seconds: number; readonly cadence: number }
  /**
   * Hyperliquid: the median of (1) oracle + average of (mid − oracle) over `premiumSeconds`, (2) the median of best bid, best ask
   * and last trade, (3) the mid of outside perpetuals (here: the outside price). (1) and (3) move every `cadence` seconds, (2) at once.
   */
  | { readonly kind: 'median'; readonly premiumSeconds: number; readonly cadence: number }
) & {
  /** Largest distance from the outside price as a fraction of it; null: no clamp. */
  readonly clamp: number | null;
};

const LAST = 0;
const MID = 1;
const INDEX = 2;
const EMA = 3;
const MEDIAN = 4;
const CODES = { last: LAST, mid: MID, index: INDEX, ema: EMA, median: MEDIAN } as const;

/** Slots of the state: the outside price as the venue last saw it, the average (of the mid, or of the premium), looks taken so far. */
const ORACLE = 0;
const AVERAGE = 1;
const LOOKS = 2;

/**
 * The margin price of one market. Prices are in ticks; the outside price is not rounded, and neither is what is averaged.
 * A best bid or ask below 1 stands for an empty side of the book: what then counts as its middle is the last trade, moved onto the
 * standing quote if it lies beyond it.
 *
 * Sources: Hyperliquid's robust price indices (documentation, "Robust price indices": 150 s average of the premium, median of three);
 * the discrete average with alpha = 1 − exp(−cadence/τ) is the exact first-order lag for an input held between looks.
 */
export class MarkPrice {
  private readonly code: number;
  private readonly clamp: number;
  private readonly stepSeconds: number;
  /** Seconds between looks at the outside price (and the mid, where it is averaged); 0: at every step. */
  private readonly cadence: number;
  private readonly alpha: number;
  private readonly memory = new Float64Array(3);
  private readonly oracle: Oracle | null;

  /**
   * @param oracle how the venue sees the outside price, moved on by this mark; null: as it is, at every look.
   * @throws RangeError for a cadence, time constant or clamp that is not a positive number.
   */
  constructor(options: MarkOptions, stepSeconds: number, oracle: Oracle | null = null) {
    this.oracle = oracle;
    this.code = CODES[options.kind];
    this.stepSeconds = stepSeconds;
    const cadence = 'cadence' in options ? positive('cadence', options.cadence) : 0;
    const seconds = options.kind === 'ema' ? options.seconds : options.kind === 'median' ? options.premiumSeconds : Infinity;
    this.cadence = cadence;
    this.alpha = 1 - exp(-cadence / positive('time constant', seconds));
    this.clamp = options.clamp === null ? Infinity : positive('clamp', options.clamp);
  }

  /** Before the first step: this market has always stood where the outside price does. */
  reset(index: number): void {
    this.oracle?.reset(index);
    this.memory[ORACLE] = index;
    this.memory[AVERAGE] = this.code === EMA ? index : 0;
    this.memory[LOOKS] = 0;
  }

  /** Once a step (the first is 1), with the outside price and the book as they stand: takes all looks that have come due. */
  advance(step: number, outside: number, bestBid: number, bestAsk: number, last: number): void {
    const { code, cadence, alpha, memory, oracle } = this;
    const index = oracle === null ? outside : oracle.advance(step, outside, middleOf(bestBid, bestAsk, last));
    if (cadence === 0) {
      memory[ORACLE] = index;
      return;
    }
    // A step of 0.1 s is no binary fraction: a look due at a step's own time must not slip to the next.
    const due = Math.floor((step * this.stepSeconds) / cadence + 1e-9);
    let looks = due - memory[LOOKS];
    if (looks <= 0) return;
    memory[LOOKS] = due;
    memory[ORACLE] = index;
    if (code === INDEX) return;
    const middle = middleOf(bestBid, bestAsk, last);
    const seen = code === EMA ? middle : middle - index;
    let average = memory[AVERAGE];
    for (; looks > 0; looks--) average += alpha * (seen - average);
    memory[AVERAGE] = average;
  }

  /** The mark now, a whole tick: rounded towards the outside price, and to the nearest tick where it is that price. About 5 ns. */
  current(bestBid: number, bestAsk: number, last: number): number {
    const { code, clamp, memory } = this;
    if (code === LAST && clamp === Infinity) return last;
    const oracle = memory[ORACLE];
    let price: number;
    if (code === LAST) price = last;
    else if (code === MID) price = middleOf(bestBid, bestAsk, last);
    else if (code === INDEX) price = oracle;
    else if (code === EMA) price = memory[AVERAGE];
    else price = median(oracle + memory[AVERAGE], quoted(bestBid, bestAsk, last), oracle);
    if (clamp !== Infinity) price = Math.min(Math.max(price, oracle * (1 - clamp)), oracle * (1 + clamp));
    if (price > oracle) return Math.floor(price);
    if (price < oracle) return Math.ceil(price);
    return Math.round(price);
  }

  /** The outside price as the venue last took it, in ticks, not rounded. */
  get index(): number {
    return this.memory[ORACLE];
  }

  /** The arrays that hold the whole state, the oracle's too; copying them copies the mark. */
  state(): readonly Float64Array[] {
    return this.oracle === null ? [this.memory] : [this.memory, ...this.oracle.state()];
  }
}

/** The mid, or on a one-sided book what `quoted` says. */
function middleOf(bestBid: number, bestAsk: number, last: number): number {
  return bestBid >= 1 && bestAsk >= 1 ? (bestBid + bestAsk) / 2 : quoted(bestBid, bestAsk, last);
}

/** Median of best bid, best ask and last trade; a missing bid counts as nothing, a missing ask as without limit. */
function quoted(bestBid: number, bestAsk: number, last: number): number {
  const floor = bestBid >= 1 && last < bestBid ? bestBid : last;
  return bestAsk >= 1 && floor > bestAsk ? bestAsk : floor;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function positive(what: string, value: number): number {
  if (!(value > 0)) throw new RangeError(`mark: found a ${what} of ${value}, want a number above 0`);
  return value;
}
