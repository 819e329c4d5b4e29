import { Agenda } from '../core/agenda.ts';
import type { Floor } from './floor.ts';
import type { Places } from './places.ts';

/**
 * Traders on their way out: who has decided to close part of a position sends a market order for it, and for what the book had nothing for
 * another one at the next step, until all of it is closed or the venue has taken the account over.
 */
export class Exits {
  private readonly places: Places;
  private readonly agenda: Agenda;
  /** Lots still to be closed, by place. */
  private readonly wanted: Float64Array;
  private readonly stepSeconds: number;

  constructor(places: Places, stepSeconds: number) {
    this.places = places;
    this.agenda = new Agenda(places.keyHi, places.keyLo);
    this.wanted = new Float64Array(places.count);
    this.stepSeconds = stepSeconds;
  }

  /** Closes lots of a position from a time on; who is on the way out already closes the larger of both. */
  leave(place: number, lots: number, time: number): void {
    if (lots > this.wanted[place]) this.wanted[place] = lots;
    if (this.wanted[place] > 0) this.agenda.add(place, time);
  }

  /** Sends the orders that are due by now. */
  act(now: number, floor: Floor): void {
    const { agenda, places, wanted } = this;
    for (let place = agenda.next(now); place >= 0; place = agenda.next(now)) {
      const account = places.account[place];
      const market = places.market[place];
      const held = floor.lots(account, market);
      const lots = Math.min(wanted[place], Math.abs(held));
      wanted[place] = 0;
      if (lots === 0 || !floor.isFree(account)) continue;
      const left = lots - floor.order(account, market, held > 0 ? -lots : lots);
      if (left > 0) this.leave(place, left, now + this.stepSeconds);
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return [this.wanted, ...this.agenda.state()];
  }
}
