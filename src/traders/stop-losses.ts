import { lognormal } from '../core/samplers.ts';
import { TickIndex } from '../margin/index/ticks.ts';
import type { StopLossOptions } from './conduct.ts';
import type { Draws } from './draws.ts';
import type { Exits } from './exits.ts';
import type { Floor } from './floor.ts';
import type { Places } from './places.ts';

// Slots of a trader's draws for each market.
const SLOTS = 2;
const HAS = 0;
const DISTANCE = 1;

/** Where a market begins, and how far its mark can go, in whole ticks. */
export interface MarkRange {
  readonly start: number;
  readonly most: number;
}

/**
 * Stop prices of traders' own. Each is drawn when the run begins, at a distance from the entry, or from the opening mark where that has left
 * the entry behind on the losing side; once the mark is at or beyond it all of the position is closed at market. Who passes is found by
 * an index over ticks: a step in which nobody does costs two compares a market.
 */
export class StopLosses {
  private readonly places: Places;
  private readonly exits: Exits;
  private readonly draws: Draws;
  private readonly ranges: readonly MarkRange[];
  private readonly indexes: readonly TickIndex[];
  private readonly out: Int32Array;

  /** @param ranges by market. */
  constructor(draws: Draws, places: Places, exits: Exits, ranges: readonly MarkRange[]) {
    this.places = places;
    this.exits = exits;
    this.draws = draws;
    this.ranges = ranges;
    this.indexes = ranges.map(({ most }) => new TickIndex({ accounts: places.count, maxTick: most }));
    this.out = new Int32Array(places.count);
  }

  /** Draws whether a position has a stop, and where. */
  open(place: number, { share, distance }: StopLossOptions): void {
    const { places, draws, ranges, indexes } = this;
    const account = places.account[place];
    const market = places.market[place];
    const slot = SLOTS * market;
    if (draws.uniform(account, slot + HAS) >= share) return;
    const u = draws.uniform(account, slot + DISTANCE);
    const away = distance.kind === 'constant' ? distance.value : lognormal(u, distance.median, distance.sigma);
    const { start, most } = ranges[market];
    const entry = places.entry[place];
    const long = places.lots[place] > 0;
    const tick = long ? Math.floor(Math.min(entry, start) * (1 - away)) : Math.ceil(Math.max(entry, start) * (1 + away));
    // A stop that no mark reaches is none.
    if (tick >= 1 && tick <= most) indexes[market].set(place, long ? 1 : -1, tick);
  }

  /** Sends on their way out whose stop the marks have reached. */
  act(now: number, floor: Floor): void {
    const { indexes, places, exits, out } = this;
    for (let market = 0; market < indexes.length; market++) {
      const passed = indexes[market].collect(floor.mark(market), out);
      for (let i = 0; i < passed; i++) exits.leave(out[i], Math.abs(floor.lots(places.account[out[i]], market)), now);
    }
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Int8Array)[] {
    return this.indexes.flatMap((index) => index.state());
  }
}
