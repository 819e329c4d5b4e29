import { ASK, BID } from '../market/exchange.ts';
import { MarginAccount } from './margin-account.ts';
import type { Place } from './margin-account.ts';
import { Sight } from './sight.ts';

/** One who pushes the price through a place where others are liquidated, and takes the other side on the way back. Money in quanta, times in seconds. */
export interface StopHunterOptions {
  readonly kind: 'stop-hunter';
  /** Unique among groups and adversaries. */
  readonly name: string;
  /** Collateral of its one account. */
  readonly capital: number;
  /** Largest notional of its position over its capital. */
  readonly leverage: number;
  /** −1: sells, to hunt longs; 1: buys, to hunt shorts. */
  readonly direction: 1 | -1;
  /** When it begins to push. */
  readonly at: number;
  /** Notional that it sends a second, pushing and going back. */
  readonly rate: number;
  /** Where it stops pushing: a price in ticks, or the one past which so large a share of the hunted side's lots is liquidated. */
  readonly target: { readonly kind: 'price'; readonly tick: number } | { readonly kind: 'cluster'; readonly share: number };
  /** How long it pushes at most. */
  readonly patience: number;
  /** How long it then lets others be liquidated before it goes back. */
  readonly rest: number;
  /** A position that it builds evenly before it pushes; null: none. */
  readonly before: { readonly notional: number; readonly over: number } | null;
  /** How late it sees the price. */
  readonly latency: number;
  /** On the notional of what it trades. */
  readonly fee: number;
}

// Places in `memory`.
const PHASE = 0;
const TARGET = 1;
const SINCE = 2;

// Phases.
const IDLE = 0;
const BUILD = 1;
const PUSH = 2;
const REST = 3;
const BACK = 4;

/** A stop hunter: builds a position if it is to, pushes until it sees the target or runs out of patience or margin, rests, and goes back to nothing. */
export class StopHunter {
  private readonly options: StopHunterOptions;
  private readonly account: MarginAccount;
  private readonly place: Place;
  private readonly sight: Sight;
  private readonly memory = new Float64Array(3);

  constructor(options: StopHunterOptions, place: Place, firstAccount: number) {
    this.options = options;
    this.place = place;
    this.account = new MarginAccount(firstAccount, place.counter, options.fee);
    this.sight = new Sight(options.latency, place.stepSeconds);
    this.sight.open(place.start);
  }

  /** Collateral of each account, in quanta. */
  static capitals(options: StopHunterOptions): readonly number[] {
    return [options.capital];
  }

  /** Sends this step's orders; `mid` is this market's price in ticks. */
  act(step: number, mid: number): void {
    const { options, memory, account } = this;
    const { stepSeconds } = this.place;
    const { before, direction } = options;
    const time = step * stepSeconds;
    const seen = this.sight.see(step, mid);
    if (memory[PHASE] === IDLE) {
      if (time < options.at - (before === null ? 0 : before.over)) return;
      const { target } = options;
      memory[TARGET] = target.kind === 'price' ? target.tick : this.place.liquidationPrice(direction < 0, target.share);
      memory[PHASE] = BUILD;
    }
    if (memory[PHASE] === BUILD) {
      if (time < options.at && before !== null) {
        this.extend((before.notional / before.over) * stepSeconds, mid);
        return;
      }
      memory[PHASE] = PUSH;
    }
    if (memory[PHASE] === PUSH) {
      const reached = direction * (seen - memory[TARGET]) >= 0 || time >= options.at + options.patience;
      if (!reached && this.extend(options.rate * stepSeconds, mid) > 0) return;
      memory[PHASE] = REST;
      memory[SINCE] = time;
    }
    if (memory[PHASE] === REST && time >= memory[SINCE] + options.rest) memory[PHASE] = BACK;
    if (memory[PHASE] !== BACK || account.lots * direction <= 0) return;
    account.take(direction > 0 ? ASK : BID, Math.min(Math.abs(account.lots), account.lotsOf(options.rate * stepSeconds, mid)));
  }

  /** Adds so much notional to its position, as far as its leverage goes; returns the lots. */
  private extend(notional: number, mid: number): number {
    const { account, options } = this;
    const room = account.lotsOf(options.capital * options.leverage, mid) - Math.abs(account.lots);
    return account.take(options.direction > 0 ? BID : ASK, Math.min(room, account.lotsOf(notional, mid)));
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.memory, ...this.sight.state()];
  }
}
