import type { Counter, Place } from './margin-account.ts';
import { FundDrainer } from './fund-drainer.ts';
import type { FundDrainerOptions } from './fund-drainer.ts';
import { OraclePusher } from './oracle-pusher.ts';
import type { OraclePusherOptions } from './oracle-pusher.ts';
import { StopHunter } from './stop-hunter.ts';
import type { StopHunterOptions } from './stop-hunter.ts';

/** One who trades to have others, or the venue, bear a loss. In whole units. */
export type AdversaryOptions = StopHunterOptions | FundDrainerOptions | OraclePusherOptions;

/** An adversary in its seat. */
interface Seated {
  readonly options: AdversaryOptions;
  readonly firstAccount: number;
  readonly trader: StopHunter | FundDrainer | OraclePusher;
}

/** Opening money of each account of an adversary, in the order of their numbers, in quanta. */
export function capitalsOf(options: AdversaryOptions): readonly number[] {
  switch (options.kind) {
    case 'stop-hunter':
      return StopHunter.capitals(options);
    case 'fund-drainer':
      return FundDrainer.capitals(options);
    case 'oracle-pusher':
      return OraclePusher.capitals(options);
  }
}

/** What an adversary made. */
export interface AdversaryResult {
  readonly name: string;
  readonly kind: AdversaryOptions['kind'];
  /** Opening money of all its accounts, in quanta. */
  readonly capital: number;
  /** What it has at the end beyond that, in quanta. */
  readonly profit: number;
}

/** The adversaries of one market, in the order of their names. They take no draws: what they do follows from what they see. */
export class Adversaries {
  private readonly seats: readonly Seated[];
  private readonly place: Place;

  /** @param firstAccountOf the first of an adversary's accounts, by its name; the others follow. */
  constructor(options: readonly AdversaryOptions[], place: Place, firstAccountOf: (name: string) => number) {
    this.place = place;
    const byName = options.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.seats = byName.map((one) => {
      const firstAccount = firstAccountOf(one.name);
      return { options: one, firstAccount, trader: seated(one, place, firstAccount) };
    });
    this.introduce(place.counter);
  }

  /** Tells the book whom self-trade prevention is to take for one party. */
  private introduce({ exchange }: Counter): void {
    const linked = this.seats.filter(({ options }) => 'linked' in options && options.linked);
    if (linked.length === 0) return;
    const parties = Int32Array.from(exchange.ledger.lots, (_, account) => account);
    for (const { options, firstAccount } of linked) parties.fill(firstAccount, firstAccount, firstAccount + capitalsOf(options).length);
    exchange.book.parties = parties;
  }

  /** Sends this step's orders; the outside price and this market's in ticks, > 0. */
  act(step: number, index: number, mid: number): void {
    for (const { trader } of this.seats) trader.act(step, mid, index);
  }

  /** How far they have moved the outside price that the venue's feed shows, a fraction. */
  get displacement(): number {
    let sum = 0;
    for (const { trader } of this.seats) if (trader instanceof OraclePusher) sum += trader.displacement;
    return sum;
  }

  /** What each has made, at a mark and an outside price in ticks. An account that owes more than it holds is worth nothing to its owner. */
  results(mark: number, index: number): readonly AdversaryResult[] {
    const { ledger } = this.place.counter.exchange;
    return this.seats.map(({ options, firstAccount, trader }) => {
      const capitals = capitalsOf(options);
      const capital = capitals.reduce((sum, one) => sum + one, 0);
      const held = capitals.reduce((sum, _, k) => sum + Math.max(0, ledger.equity(firstAccount + k, mark)), 0);
      const outside = trader instanceof OraclePusher ? trader.heldOutside(index) : 0;
      return { name: options.name, kind: options.kind, capital, profit: held + outside - capital };
    });
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return this.seats.flatMap(({ trader }) => [...trader.state()]);
  }
}

function seated(options: AdversaryOptions, place: Place, firstAccount: number): Seated['trader'] {
  switch (options.kind) {
    case 'stop-hunter':
      return new StopHunter(options, place, firstAccount);
    case 'fund-drainer':
      return new FundDrainer(options, place, firstAccount);
    case 'oracle-pusher':
      return new OraclePusher(options, place, firstAccount);
  }
}
