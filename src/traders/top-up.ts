import { Answers } from './answers.ts';
import type { TopUpOptions } from './conduct.ts';
import type { Draws } from './draws.ts';
import type { Floor } from './floor.ts';

/** Traders who were called and pay in what they lack for their target, as far as their own reserve reaches. */
export class TopUp {
  readonly answers: Answers;
  /** Quanta that each has left outside, by account. */
  private readonly reserve: Float64Array;

  /** @param reserve opening money outside by account, whole quanta ≥ 0; used up here. */
  constructor(draws: Draws, reserve: Float64Array) {
    this.answers = new Answers(draws);
    this.reserve = reserve;
  }

  /** What a trader does when it has got to its answer. */
  answer(account: number, options: TopUpOptions, floor: Floor): void {
    const { reserve, answers } = this;
    if (reserve[account] <= 0 || !answers.gives(account, options)) return;
    const money = Math.min(reserve[account], floor.lacking(account, options.target));
    if (money <= 0) return;
    reserve[account] -= money;
    floor.deposit(account, money);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return [this.reserve, ...this.answers.state()];
  }
}
