import { Answers } from './answers.ts';
import type { ReductionOptions } from './conduct.ts';
import type { Draws } from './draws.ts';
import type { Exits } from './exits.ts';
import type { Floor } from './floor.ts';
import type { Places } from './places.ts';

/** Traders who were called and close part of what they hold, at market. */
export class Reduction {
  readonly answers: Answers;
  private readonly places: Places;
  private readonly exits: Exits;

  constructor(draws: Draws, places: Places, exits: Exits) {
    this.answers = new Answers(draws);
    this.places = places;
    this.exits = exits;
  }

  /** What a trader does when it has got to its answer. */
  answer(account: number, options: ReductionOptions, floor: Floor, now: number): void {
    const { answers, places, exits } = this;
    if (!answers.gives(account, options)) return;
    for (let place = places.firstOf(account); place < places.count && places.account[place] === account; place++) {
      exits.leave(place, Math.ceil(options.share * Math.abs(floor.lots(account, places.market[place]))), now);
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return this.answers.state();
  }
}
