import type { Root } from '../core/random.ts';
import { checkFailures, failureAt } from './feed-failure.ts';
import type { FeedFailure } from './feed-failure.ts';
import { OtherExchanges } from './other-exchanges.ts';
import type { OtherExchangesOptions } from './other-exchanges.ts';

/** The outside price as the venue sees it. Times in seconds. */
export interface OracleOptions {
  /** How far behind a look sees. */
  readonly lag: number;
  /** Between two looks, above 0. */
  readonly cadence: number;
  /** A look publishes when it is this fraction or more away from the last published price; 0: always. */
  readonly deviation: number;
  /** A look publishes when the last published price is this old or older; Infinity: age alone never does. */
  readonly heartbeat: number;
  /** The price is stale when what it shows is more than this long ago; Infinity: never. */
  readonly ageLimit: number;
  /** What the venue goes by while the price is stale: that price still, or the middle of this market's own quotes. */
  readonly whenStale: 'hold' | 'own-middle';
  /** Times at which the venue's own feed fails. */
  readonly failures: readonly FeedFailure[];
  /** The exchanges whose weighted median the venue takes for the outside price; null: it sees the outside price. */
  readonly exchanges: OtherExchangesOptions | null;
}

/** Slots of the state: the published price, when it stood outside, when it was published, looks taken so far, the step's time. */
const PRICE = 0;
const SEEN_AT = 1;
const PUBLISHED_AT = 2;
const LOOKS = 3;
const NOW = 4;
const PUBLISHED = 5;

/**
 * The oracle of one market: it looks at the outside price as it stood `lag` ago, at every multiple of the cadence, and publishes what it
 * saw when that is far enough from the last published price or that price is old enough. A look that falls between two steps is taken at
 * the later one. Prices in ticks, not rounded.
 *
 * Sources: deviation threshold and heartbeat as in Chainlink's data feeds (documentation, "Data feeds: triggers"). On a Brownian motion
 * the mean time between two publications is deviation² / volatility², the mean exit time of an interval.
 */
export class Oracle {
  private readonly options: OracleOptions;
  private readonly stepSeconds: number;
  /** Steps that the lag reaches back; a price holds until the next step. */
  private readonly back: number;
  /** Outside prices of the last steps, the newest at step mod length. */
  private readonly past: Float64Array;
  private readonly memory = new Float64Array(6);
  private readonly exchanges: OtherExchanges | null;

  /**
   * @param rootOf root of the draws of a component, here of an exchange.
   * @throws RangeError naming the option, what was found and what is allowed.
   */
  constructor(options: OracleOptions, stepSeconds: number, rootOf: (component: string) => Root) {
    check('lag', options.lag, options.lag >= 0 && options.lag < Infinity, 'a number ≥ 0');
    check('cadence', options.cadence, options.cadence > 0 && options.cadence < Infinity, 'a number above 0');
    check('deviation', options.deviation, options.deviation >= 0, 'a number ≥ 0');
    check('heartbeat', options.heartbeat, options.heartbeat > 0, 'a number above 0');
    check('age limit', options.ageLimit, options.ageLimit > 0, 'a number above 0');
    checkFailures('oracle', options.failures);
    this.options = options;
    this.stepSeconds = stepSeconds;
    this.back = Math.ceil(options.lag / stepSeconds - 1e-9);
    this.past = new Float64Array(this.back + 1);
    this.exchanges = options.exchanges === null ? null : new OtherExchanges(options.exchanges, stepSeconds, rootOf);
  }

  /** Before the first step: the price has always stood where it does, and was published now. */
  reset(index: number): void {
    this.past.fill(index);
    this.memory.fill(0);
    this.memory[PRICE] = index;
    this.exchanges?.reset(index);
  }

  /**
   * Once a step (the first is 1), with the outside price and the middle of this market's own quotes; gives what the venue goes by. About
   * 5 ns where no look is due.
   */
  advance(step: number, index: number, middle: number): number {
    const { past, memory, options, exchanges } = this;
    const now = step * this.stepSeconds;
    past[step % past.length] = exchanges === null ? index : exchanges.advance(step, index);
    memory[NOW] = now;
    // A step of 0.1 s is no binary fraction: a look due at a step's own time must not slip to the next.
    const due = Math.floor(now / options.cadence + 1e-9);
    if (due > memory[LOOKS]) {
      memory[LOOKS] = due;
      this.look(now, past[(step + 1) % past.length]);
    }
    return options.whenStale === 'own-middle' && this.isStale ? middle : memory[PRICE];
  }

  /** Publishes what a look shows, if the rules say so. */
  private look(now: number, outside: number): void {
    const { memory, options } = this;
    const failure = failureAt(options.failures, now);
    if (failure !== null && failure.off === null) return;
    const seen = failure === null || failure.off === null ? outside : outside * (1 + failure.off);
    const price = memory[PRICE];
    const moved = Math.abs(seen - price) >= options.deviation * price;
    if (!moved && now - memory[PUBLISHED_AT] < options.heartbeat - 1e-9 * now) return;
    memory[PRICE] = seen;
    memory[SEEN_AT] = now - options.lag;
    memory[PUBLISHED_AT] = now;
    memory[PUBLISHED]++;
  }

  /** The published price. */
  get price(): number {
    return this.memory[PRICE];
  }

  /** How long ago, in seconds, the price outside was what the published one shows. */
  get age(): number {
    return this.memory[NOW] - this.memory[SEEN_AT];
  }

  get isStale(): boolean {
    return this.age > this.options.ageLimit;
  }

  /** Prices published since the start. */
  get publications(): number {
    return this.memory[PUBLISHED];
  }

  /** The arrays that hold the whole state; copying them copies the oracle. */
  state(): readonly Float64Array[] {
    return this.exchanges === null ? [this.past, this.memory] : [this.past, this.memory, ...this.exchanges.state()];
  }
}

function check(what: string, value: number, allowed: boolean, want: string): void {
  if (!allowed) throw new RangeError(`oracle: found ${what} ${value}, want ${want}`);
}
