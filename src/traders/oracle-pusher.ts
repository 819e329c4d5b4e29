import { ASK, BID } from '../market/exchange.ts';
import { MarginAccount } from './margin-account.ts';
import type { Place } from './margin-account.ts';
import { closeInside, openPair } from './own-pair.ts';
import { Sight } from './sight.ts';
import { ThinMarket } from './thin-market.ts';
import type { ThinMarketOptions } from './thin-market.ts';

/** One who moves the price that the mark is made of and takes out the profit that the mark then shows. Money in quanta, times in seconds. */
export interface OraclePusherOptions {
  readonly kind: 'oracle-pusher';
  /** Unique among groups and adversaries. */
  readonly name: string;
  /** Collateral of each of the two accounts whose positions stand against each other. */
  readonly capital: number;
  /** Notional of each position over that account's collateral. */
  readonly leverage: number;
  /** 1: pushes up, and the long is to win; −1: down. */
  readonly direction: 1 | -1;
  /** From when on it opens the positions, as soon as there is a price between the quotes; the push begins a step later. */
  readonly at: number;
  /** How long the push takes; at its end money is taken out. */
  readonly over: number;
  readonly push: {
    /** Notional that it trades evenly over that time. */
    readonly notional: number;
    /** Money for it: collateral of an account of its own here, or what may be spent or stand as security outside. */
    readonly capital: number;
    /** A thin market that the venue's feed reads; null: this market itself. */
    readonly outside: ThinMarketOptions | null;
  };
  /** Share of a position's notional that the venue keeps in its account when money is taken out, if that is more than initial margin. */
  readonly keep: number;
  /** Whether the venue knows that all accounts are one owner's, so that its self-trade prevention holds between them. */
  readonly linked: boolean;
  /** How late it sees the price. */
  readonly latency: number;
  /** On the notional of what it trades here. */
  readonly fee: number;
}

// Places in `memory`.
const PHASE = 0;
const OPENED_AT = 1;
const LEFT_AT = 2;

// Phases.
const IDLE = 0;
const PUSH = 1;
const LEAVE = 2;

/**
 * An oracle pusher: opens a long in one account against a short in another, pushes the price that the mark is made of, takes out of all its
 * accounts what the venue lets go at that mark, and leaves: an account that owes more than it holds at the outside price is the venue's to
 * deal with, what another holds is closed as fast as it was bought.
 */
export class OraclePusher {
  private readonly options: OraclePusherOptions;
  private readonly place: Place;
  private readonly long: MarginAccount;
  private readonly short: MarginAccount;
  /** Pushes in this market; null: pushes outside. */
  private readonly hand: MarginAccount | null;
  private readonly thin: ThinMarket | null;
  /** Account of what is taken out, and of the money for a push outside. */
  private readonly wallet: number;
  private readonly sight: Sight;
  private readonly memory = new Float64Array(3);

  constructor(options: OraclePusherOptions, place: Place, firstAccount: number) {
    const { push, fee } = options;
    this.options = options;
    this.place = place;
    this.wallet = firstAccount;
    this.long = new MarginAccount(firstAccount + 1, place.counter, fee);
    this.short = new MarginAccount(firstAccount + 2, place.counter, fee);
    this.hand = push.outside === null ? new MarginAccount(firstAccount + 3, place.counter, fee) : null;
    this.thin = push.outside === null ? null : new ThinMarket(push.outside, place.stepSeconds);
    this.sight = new Sight(options.latency, place.stepSeconds);
    this.sight.open(place.start);
  }

  /** Opening money of each account, in quanta: the wallet's, the long's, the short's, and the pushing one's if it pushes here. */
  static capitals({ capital, push }: OraclePusherOptions): readonly number[] {
    return push.outside === null ? [0, capital, capital, push.capital] : [push.capital, capital, capital];
  }

  /** How far it has moved the outside price that the venue's feed shows, a fraction. */
  get displacement(): number {
    return this.thin === null ? 0 : this.thin.displacement;
  }

  /** What it holds outside, in quanta, where nobody has moved the price. */
  heldOutside(index: number): number {
    return this.thin === null ? 0 : this.thin.held * this.lotValue(index);
  }

  private lotValue(index: number): number {
    return this.place.counter.exchange.ledger.lotValue(index);
  }

  /** Sends this step's orders; the outside price and this market's in ticks. */
  act(step: number, mid: number, index: number): void {
    const { options, memory, long, short, place, thin } = this;
    const time = step * place.stepSeconds;
    const seen = this.sight.see(step, mid);
    thin?.recover();
    if (memory[PHASE] === IDLE) {
      if (time < options.at) return;
      const wanted = long.lotsOf(options.capital * options.leverage, seen);
      if (openPair(long, short, wanted, place.counter.exchange.book) === 0) return;
      memory[PHASE] = PUSH;
      memory[OPENED_AT] = time;
      return;
    }
    if (memory[PHASE] === PUSH) {
      this.push(seen, index);
      if (time < memory[OPENED_AT] + options.over) return;
      for (const account of this.accounts) account.withdraw(this.wallet, options.keep);
      memory[PHASE] = LEAVE;
      memory[LEFT_AT] = time;
      return;
    }
    this.leave(time, seen, index);
  }

  /** One step's part of the push. */
  private push(seen: number, index: number): void {
    const { push, direction, over } = this.options;
    const { stepSeconds } = this.place;
    const part = push.notional * Math.min(1, stepSeconds / over);
    if (this.hand !== null) this.hand.take(direction > 0 ? BID : ASK, this.hand.lotsOf(part, seen));
    else if (this.thin !== null) this.tradeOutside(this.thin, (direction * part) / this.thin.price(this.lotValue(index)), index);
  }

  /** Trades units in the thin market for money of the wallet, as far as it goes: what is sold short there is secured by as much money. */
  private tradeOutside(thin: ThinMarket, units: number, index: number): void {
    const { ledger } = this.place.counter.exchange;
    const lotValue = this.lotValue(index);
    const price = thin.price(lotValue);
    // A quantum is kept for rounding.
    const money = Math.max(0, ledger.cash[this.wallet] - 1 + Math.min(0, 2 * thin.held * price));
    const opens = units * thin.held >= 0;
    const most = !opens ? Infinity : units > 0 ? thin.unitsFor(money, lotValue) : money / price;
    const traded = Math.max(-most, Math.min(most, units));
    if (traded === 0) return;
    const cost = Math.ceil(thin.trade(traded, lotValue));
    ledger.transfer(this.wallet, this.place.counter.outside, cost);
  }

  /** Gives back evenly what it bought to push, and closes what is still worth something. */
  private leave(time: number, seen: number, index: number): void {
    const { options, place, thin, long, short } = this;
    const steps = Math.max(1, Math.round((this.memory[LEFT_AT] + options.over - time) / place.stepSeconds) + 1);
    if (thin !== null && thin.held !== 0) this.tradeOutside(thin, -thin.held / steps, index);
    closeInside(long, short, place.counter.exchange.book);
    for (const account of this.accounts) {
      const { lots } = account;
      if (lots === 0 || account.equity(Math.round(index)) <= 0) continue;
      const rate = (options.push.notional / options.over) * place.stepSeconds;
      account.take(lots > 0 ? ASK : BID, Math.min(Math.abs(lots), account.lotsOf(rate, seen)));
    }
  }

  private get accounts(): readonly MarginAccount[] {
    const { long, short, hand } = this;
    return hand === null ? [long, short] : [long, short, hand];
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.memory, ...this.sight.state(), ...(this.thin === null ? [] : this.thin.state())];
  }
}
