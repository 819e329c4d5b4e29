import { Agenda } from '../core/agenda.ts';
import type { ReopenOptions } from './conduct.ts';
import { delayAt } from './delay.ts';
import type { Draws } from './draws.ts';
import type { Floor } from './floor.ts';

// Slots of a trader's draws.
const RETURNS = 0;
const DELAY = 1;

/**
 * Traders whose position was closed, by the venue or by themselves, and who come back once: after their delay they pay in fresh money and
 * open a position on the side that they were on, with all that the account then holds.
 */
export class Return {
  private readonly agenda: Agenda;
  private readonly draws: Draws;
  /** Fresh money of each, by account; 0 once it is paid in. */
  private readonly fresh: Float64Array;
  /** Signed lots of each when the run began: the side that it comes back on. */
  private readonly lots: Float64Array;
  /** Beginning of the step that is played, in seconds. */
  private readonly clock = new Float64Array(1);

  /** @param fresh opening money outside by account, whole quanta ≥ 0; used up here. */
  constructor(draws: Draws, fresh: Float64Array, lots: Float64Array) {
    this.agenda = new Agenda(draws.keyHi, draws.keyLo);
    this.draws = draws;
    this.fresh = fresh;
    this.lots = lots;
  }

  beginStep(time: number): void {
    this.clock[0] = time;
  }

  /** Takes note that a position was closed. */
  closed(account: number, { probability, delay }: ReopenOptions): void {
    const { draws, agenda, fresh, clock } = this;
    if (fresh[account] <= 0 || draws.uniform(account, RETURNS) >= probability) return;
    agenda.add(account, clock[0] + delayAt(delay, draws.uniform(account, DELAY)));
  }

  /** The next who comes back by now, −1: none. It is off the agenda then, and `open` is to be asked for it. */
  next(now: number): number {
    return this.agenda.next(now);
  }

  /** Pays in, and opens a position. */
  open(account: number, market: number, { leverage }: ReopenOptions, floor: Floor): void {
    const { fresh, lots } = this;
    const money = fresh[account];
    fresh[account] = 0;
    if (money <= 0 || floor.lots(account, market) !== 0) return;
    floor.deposit(account, money);
    const most = floor.affordable(account, market, leverage);
    if (most > 0) floor.order(account, market, lots[account] > 0 ? most : -most);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return [this.fresh, this.clock, ...this.agenda.state()];
  }
}
