/**
 * Limit-up, limit-down: continuous trading happens only within a band of prices around a reference. The plan of the same name in the
 * United States takes the mean price of the last five minutes, and 5 % for the largest stocks.
 */
export interface PriceBand {
  /** Half the width as a fraction of the reference, in (0, 1). */
  readonly width: number;
  /** The outside price, or the mean of this market's price over the last `seconds`; set once a step. */
  readonly reference: { readonly kind: 'index' } | { readonly kind: 'mean'; readonly seconds: number };
  /** What becomes of a bid above the band or an ask below it: it is rejected, or priced at the band. */
  readonly beyond: 'reject' | 'clip';
}

/** A move of the price that is too much: by the fraction `move`, in (0, 1), from its highest or lowest within the last `window` seconds. */
export interface Trigger {
  readonly move: number;
  readonly window: number;
}

/** Halts trading for `halt` seconds; orders are collected. The first level of the United States' market-wide breaker halts for 15 minutes at 7 %. */
export interface CircuitBreaker extends Trigger {
  readonly halt: number;
}

/** Interrupts trading with a call of `call` seconds in which orders are collected; also follows every halt. */
export interface VolatilityAuction extends Trigger {
  readonly call: number;
}

/** A time, in seconds from the start, in which the venue is down: nobody trades, and orders are collected. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

/** When and how far one market may trade. Fractions of a price, times in simulated seconds; null: no such rule. */
export interface SessionOptions {
  readonly band: PriceBand | null;
  readonly breaker: CircuitBreaker | null;
  readonly auction: VolatilityAuction | null;
  /** Absent: none. */
  readonly outages?: readonly Outage[];
}

/** Phase of a session: orders trade as they come. */
export const OPEN = 0;
/** Phase of a session: nobody trades, orders are collected. */
export const HALTED = 1;
/** Phase of a session: the call of an auction; nobody trades, orders are collected. */
export const AUCTION = 2;

/** What a session is doing. */
export type SessionPhase = typeof OPEN | typeof HALTED | typeof AUCTION;

/** Relative: 10 % is no binary fraction, and a price exactly that far must count as that far. */
const SLACK = 1e-12;

// Places in `level`.
const PHASE = 0;
const UNTIL = 1;
const STOPPED_AT = 2;
const LOWEST = 3;
const HIGHEST = 4;
const NOTED = 5;
const HALTS = 6;
const AUCTIONS = 7;
const CLOSED = 8;

/**
 * The trading session of one market: open, halted or in a call, driven once a step. Both interruptions end with an auction of everything
 * that rests and was collected; a halt is followed by a call when there is a volatility auction. The breaker comes first when both
 * would act. Moves are measured on prices since the last opening, so what stopped the market does not stop it again.
 */
export class Session {
  private readonly options: SessionOptions;
  private readonly stepSeconds: number;
  /** Prices of the steps since the opening, a ring that is long enough for every window. */
  private readonly prices: Float64Array;
  private readonly level = new Float64Array(9);

  /** @throws RangeError for a width or move outside (0, 1), or a time that is not above 0. */
  constructor(options: SessionOptions, stepSeconds: number) {
    const { band, breaker, auction } = options;
    this.options = options;
    this.stepSeconds = stepSeconds;
    let longest = 0;
    if (band !== null) {
      fraction('width of the price band', band.width);
      if (band.reference.kind === 'mean') longest = this.steps('mean of the price band', band.reference.seconds);
    }
    if (breaker !== null) {
      fraction('move of the circuit breaker', breaker.move);
      longest = Math.max(longest, this.steps('window of the circuit breaker', breaker.window));
      this.steps('halt', breaker.halt);
    }
    if (auction !== null) {
      fraction('move of the volatility auction', auction.move);
      longest = Math.max(longest, this.steps('window of the volatility auction', auction.window));
      this.steps('call', auction.call);
    }
    this.prices = new Float64Array(longest + 1);
  }

  /** Before the first step: open, at this price of the market and outside, in ticks. */
  reset(price: number, index: number): void {
    this.level.fill(0);
    this.prices.fill(0);
    this.reopen(price, index);
  }

  /**
   * Once a step, with the market's price and the outside price in ticks, before anybody trades. True when the session is to open now:
   * the collected orders are to be matched, and `reopen` called.
   */
  advance(step: number, price: number, index: number): boolean {
    const { level, options } = this;
    const { breaker, auction } = options;
    if (level[PHASE] !== OPEN) {
      level[CLOSED]++;
      if (step < level[UNTIL]) return false;
      const longer = this.secondsDown(step);
      if (longer > 0) {
        this.stop(HALTED, step, longer);
        return false;
      }
      if (level[PHASE] === AUCTION || auction === null) return true;
      this.stop(AUCTION, step, auction.call);
      return false;
    }
    this.note(price);
    const down = this.secondsDown(step);
    if (down > 0) {
      level[STOPPED_AT] = price;
      this.stop(HALTED, step, down);
    } else if (breaker !== null && this.moved(price, breaker)) {
      level[STOPPED_AT] = price;
      this.stop(HALTED, step, breaker.halt);
    } else if (auction !== null && this.moved(price, auction)) {
      level[STOPPED_AT] = price;
      this.stop(AUCTION, step, auction.call);
    } else this.setBand(index);
    return false;
  }

  /** Opens at the price, in ticks, that the auction found, or that stood when it found none. */
  reopen(price: number, index: number): void {
    this.level[PHASE] = OPEN;
    this.level[NOTED] = 0;
    this.note(price);
    this.setBand(index);
  }

  /** What the session is doing. */
  get phase(): SessionPhase {
    return this.level[PHASE] as SessionPhase;
  }

  /** The price in ticks at which trading stopped last: the reference of the auction. */
  get stoppedAt(): number {
    return this.level[STOPPED_AT];
  }

  /** Lowest tick at which continuous trading may happen, ≥ 0. */
  get lowest(): number {
    return this.level[LOWEST];
  }

  /** Highest tick at which continuous trading may happen, Infinity without a band. */
  get highest(): number {
    return this.level[HIGHEST];
  }

  /** Whether a limit order priced beyond the band is priced at it; else it is rejected. */
  get clips(): boolean {
    return this.options.band !== null && this.options.band.beyond === 'clip';
  }

  /** Halts so far. */
  get halts(): number {
    return this.level[HALTS];
  }

  /** Calls so far, those after halts included. */
  get auctions(): number {
    return this.level[AUCTIONS];
  }

  /** Seconds so far in which nobody could trade. */
  get closedSeconds(): number {
    return this.level[CLOSED] * this.stepSeconds;
  }

  /** The arrays that hold the whole state; copying them copies the session. */
  state(): readonly Float64Array[] {
    return [this.prices, this.level];
  }

  private stop(phase: SessionPhase, step: number, seconds: number): void {
    const { level } = this;
    level[PHASE] = phase;
    level[UNTIL] = step + this.steps('interruption', seconds);
    level[phase === HALTED ? HALTS : AUCTIONS]++;
  }

  /** How long the venue is down from this step on; 0 when it is up. */
  private secondsDown(step: number): number {
    const time = step * this.stepSeconds;
    const grace = 1e-6 * this.stepSeconds;
    let until = 0;
    for (const outage of this.options.outages ?? []) if (outage.from <= time + grace && outage.until > until) until = outage.until;
    return until > time + grace ? until - time : 0;
  }

  private note(price: number): void {
    const { prices, level } = this;
    prices[level[NOTED]++ % prices.length] = price;
  }

  private moved(price: number, trigger: Trigger): boolean {
    const { prices, level } = this;
    const noted = level[NOTED];
    let lowest = price;
    let highest = price;
    // A window of n steps holds the n prices before this one.
    for (let i = Math.max(0, noted - 1 - this.steps('window', trigger.window)); i < noted; i++) {
      const seen = prices[i % prices.length];
      if (seen < lowest) lowest = seen;
      if (seen > highest) highest = seen;
    }
    return price <= (1 - trigger.move) * highest * (1 + SLACK) || price >= (1 + trigger.move) * lowest * (1 - SLACK);
  }

  private setBand(index: number): void {
    const { level, options } = this;
    const { band } = options;
    if (band === null) {
      level[HIGHEST] = Infinity;
      return;
    }
    const reference = band.reference.kind === 'index' ? index : this.mean(band.reference.seconds);
    // Never wider than stated, but for the tick of the reference itself.
    const nearest = Math.round(reference);
    level[LOWEST] = Math.min(nearest, Math.ceil((1 - band.width) * reference * (1 - SLACK)));
    level[HIGHEST] = Math.max(nearest, Math.floor((1 + band.width) * reference * (1 + SLACK)));
  }

  private mean(seconds: number): number {
    const { prices, level } = this;
    const noted = level[NOTED];
    const first = Math.max(0, noted - this.steps('mean', seconds));
    let sum = 0;
    for (let i = first; i < noted; i++) sum += prices[i % prices.length];
    return sum / (noted - first);
  }

  /** Whole steps that take at least `seconds`; a time that is a multiple of the step up to rounding is that multiple. */
  private steps(what: string, seconds: number): number {
    if (!(seconds > 0 && seconds < Infinity)) throw new RangeError(`session: found a ${what} of ${seconds} s, want a time above 0`);
    return Math.max(1, Math.ceil(seconds / this.stepSeconds - 1e-9));
  }
}

function fraction(what: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`session: found a ${what} of ${value}, want a fraction between 0 and 1`);
}
