import { ASK, BID } from '../market/exchange.ts';
import { MarginAccount } from './margin-account.ts';
import type { Place } from './margin-account.ts';
import { closeInside, openPair, pairOf } from './own-pair.ts';
import { Sight } from './sight.ts';

/** One who loses to himself more than the loser has, so that the venue pays the rest. Money in quanta, times in seconds. */
export interface FundDrainerOptions {
  readonly kind: 'fund-drainer';
  /** Unique among groups and adversaries. */
  readonly name: string;
  /** Collateral of each of its two accounts. */
  readonly capital: number;
  /** Notional of each position that it opens over that account's collateral. */
  readonly leverage: number;
  /** From when on it opens them, as soon as there is a price between the quotes. */
  readonly at: number;
  /** Until it closes them against each other. */
  readonly hold: number;
  /** How far below this market's price it does so, a fraction. */
  readonly off: number;
  /** Whether the venue knows that both accounts are one owner's, so that its self-trade prevention holds between them. */
  readonly linked: boolean;
  /** How late it sees the price. */
  readonly latency: number;
  /** On the notional of what it trades. */
  readonly fee: number;
}

// Places in `memory`.
const PHASE = 0;
const OPENED_AT = 1;

// Phases.
const IDLE = 0;
const HOLD = 1;
const LEAVE = 2;

/**
 * A fund drainer: opens a long in one account against a short in the other, inside the spread, where neither loses. Later the short bids far
 * below the market and the long sells into it, through all bids that stand above: what makers had for it is lost to them, the rest
 * is lost to the short. Where that is more than the long's collateral, the venue's waterfall pays the difference and the short keeps it.
 */
export class FundDrainer {
  private readonly options: FundDrainerOptions;
  private readonly place: Place;
  private readonly long: MarginAccount;
  private readonly short: MarginAccount;
  private readonly sight: Sight;
  private readonly memory = new Float64Array(2);

  constructor(options: FundDrainerOptions, place: Place, firstAccount: number) {
    this.options = options;
    this.place = place;
    this.long = new MarginAccount(firstAccount, place.counter, options.fee);
    this.short = new MarginAccount(firstAccount + 1, place.counter, options.fee);
    this.sight = new Sight(options.latency, place.stepSeconds);
    this.sight.open(place.start);
  }

  /** Collateral of each account, in quanta: the loser's, the winner's. */
  static capitals(options: FundDrainerOptions): readonly number[] {
    return [options.capital, options.capital];
  }

  /** Sends this step's orders; `mid` is this market's price in ticks. */
  act(step: number, mid: number): void {
    const { options, memory, long, short } = this;
    const time = step * this.place.stepSeconds;
    const seen = this.sight.see(step, mid);
    if (memory[PHASE] === IDLE) {
      if (time < options.at) return;
      const { book } = this.place.counter.exchange;
      const opened = openPair(long, short, long.lotsOf(options.capital * options.leverage, seen), book);
      if (opened === 0) return;
      memory[PHASE] = HOLD;
      memory[OPENED_AT] = time;
      return;
    }
    if (memory[PHASE] === HOLD) {
      if (time < memory[OPENED_AT] + options.hold) return;
      this.closePair(Math.floor(seen * (1 - options.off)));
      memory[PHASE] = LEAVE;
      return;
    }
    closeInside(long, short, this.place.counter.exchange.book);
    // What only one of them holds: others have traded with the other.
    if (long.lots > 0) long.take(ASK, long.lots);
    if (short.lots < 0) short.take(BID, -short.lots);
  }

  /** Closes as much as it can of one position against the other at a tick, after all bids above it. */
  private closePair(tick: number): void {
    const { long, short } = this;
    const { exchange } = this.place.counter;
    const isRefused = exchange.session !== null && tick < exchange.session.lowest;
    if (tick < 1 || isRefused || !exchange.hasPlaceFor(tick) || pairOf(long, short) < 1) return;
    // Makers see what is taken from them; what passes between the two is no news of the market.
    if (exchange.book.bestBid > tick) long.takeUpTo(ASK, tick + 1, long.lots);
    const left = pairOf(long, short);
    if (left > 0) long.takeFrom(short, ASK, tick, left);
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.memory, ...this.sight.state()];
  }
}
