import { Agenda } from '../core/agenda.ts';
import type { PanicOptions } from './conduct.ts';
import { delayAt } from './delay.ts';
import type { Draws } from './draws.ts';
import type { Exits } from './exits.ts';
import type { Floor } from './floor.ts';
import type { Places } from './places.ts';
import { WindowMaximum } from './window-maximum.ts';

/** Positions of one group in one market on one side, which watch it together. */
export interface Herd {
  readonly market: number;
  /** 1: longs, who fear a fall; −1: shorts, who fear a rise. */
  readonly side: 1 | -1;
  readonly options: PanicOptions;
  /** Their places. */
  readonly members: Int32Array;
}

/** A herd, and the best mark that it has seen within its window, below 0 for shorts. */
interface Watch extends Herd {
  readonly extreme: WindowMaximum;
}

// Places in a watch's row of `level`: how many multiples of the move have been answered, and how often that was so in all.
const REACHED = 0;
const EVENTS = 1;
const ROW = 2;

/** Slots of an event's draws, for each market of at most so many. */
const SLOTS = 2;
const MARKETS = 32;
const LEAVES = 0;
const DELAY = 1;

/**
 * Holders who leave when the market has moved against them fast: each time the move within the window reaches another multiple of the stated
 * one, a share of them closes part of the position. A multiple counts anew once the move has come back by half of one.
 */
export class Flight {
  private readonly watches: readonly Watch[];
  private readonly agenda: Agenda;
  private readonly draws: Draws;
  private readonly places: Places;
  private readonly exits: Exits;
  private readonly level: Int32Array;
  /** Share of its position that each closes when its time comes, by place. */
  private readonly part: Float64Array;

  /** @param starts opening marks by market, in ticks. */
  constructor(draws: Draws, places: Places, exits: Exits, herds: readonly Herd[], starts: readonly number[], stepSeconds: number) {
    this.watches = herds.map((herd) => {
      const extreme = new WindowMaximum(Math.max(1, Math.round(herd.options.within / stepSeconds)) + 1);
      extreme.add(herd.side * starts[herd.market]);
      return { ...herd, extreme };
    });
    this.agenda = new Agenda(places.keyHi, places.keyLo);
    this.draws = draws;
    this.places = places;
    this.exits = exits;
    this.level = new Int32Array(ROW * herds.length);
    this.part = new Float64Array(places.count);
  }

  /** Looks at the marks, and sends on their way out whose time has come. `isAbsent` of an account. */
  act(now: number, floor: Floor, isAbsent: (account: number) => boolean): void {
    const { watches, level, agenda, places, exits, part } = this;
    for (let w = 0; w < watches.length; w++) {
      const { market, side, options, extreme } = watches[w];
      const mark = floor.mark(market);
      const best = Math.abs(extreme.add(side * mark));
      const moves = Math.abs(mark - best) / best / options.move;
      const row = ROW * w;
      while (level[row + REACHED] > 0 && moves < level[row + REACHED] - 0.5) level[row + REACHED]--;
      while (moves >= level[row + REACHED] + 1) {
        level[row + REACHED]++;
        this.alarm(watches[w], level[row + EVENTS]++, now, floor, isAbsent);
      }
    }
    for (let place = agenda.next(now); place >= 0; place = agenda.next(now)) {
      const held = Math.abs(floor.lots(places.account[place], places.market[place]));
      exits.leave(place, Math.ceil(part[place] * held), now);
    }
  }

  private alarm(
    { market, side, options, members }: Watch,
    n: number,
    now: number,
    floor: Floor,
    isAbsent: (account: number) => boolean,
  ): void {
    const { places, draws, agenda, part } = this;
    const slot = SLOTS * (MARKETS * n + market);
    for (const place of members) {
      const account = places.account[place];
      if (floor.lots(account, market) * side <= 0 || draws.uniform(account, slot + LEAVES) >= options.share || isAbsent(account)) continue;
      part[place] = options.part;
      agenda.add(place, now + delayAt(options.delay, draws.uniform(account, slot + DELAY)));
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array)[] {
    return [this.level, this.part, ...this.agenda.state(), ...this.watches.flatMap(({ extreme }) => extreme.state())];
  }
}
