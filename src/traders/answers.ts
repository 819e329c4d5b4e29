import { Agenda } from '../core/agenda.ts';
import type { AnswerOptions } from './conduct.ts';
import { delayAt } from './delay.ts';
import type { Draws } from './draws.ts';

// Slots of a call's draws.
const SLOTS = 2;
const DELAY = 0;
const GIVES = 1;

/** One way in which traders answer margin calls: when each gets to it, and whether it does. */
export class Answers {
  private readonly agenda: Agenda;
  private readonly draws: Draws;
  /** Calls of each so far. */
  private readonly calls: Int32Array;

  constructor(draws: Draws) {
    this.agenda = new Agenda(draws.keyHi, draws.keyLo);
    this.draws = draws;
    this.calls = new Int32Array(draws.keyLo.length);
  }

  /** Takes note of a margin call; who has not got to the last one yet will see both at once. */
  called(account: number, { delay }: AnswerOptions, time: number): void {
    const { agenda, calls, draws } = this;
    if (agenda.has(account)) return;
    const slot = SLOTS * calls[account]++ + DELAY;
    agenda.add(account, time + delayAt(delay, draws.uniform(account, slot)));
  }

  /** Takes the next who gets to it by now; −1 when there is none. */
  next(now: number): number {
    return this.agenda.next(now);
  }

  /** Whether a trader who has got to it answers this time. */
  gives(account: number, { probability }: AnswerOptions): boolean {
    return this.draws.uniform(account, SLOTS * (this.calls[account] - 1) + GIVES) < probability;
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return [this.calls, ...this.agenda.state()];
  }
}
