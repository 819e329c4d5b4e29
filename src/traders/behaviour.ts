import { derive, root } from '../core/random.ts';
import { sendsOrders } from './conduct.ts';
import type { BehaviourOptions } from './conduct.ts';
import { Draws } from './draws.ts';
import { Exits } from './exits.ts';
import type { Floor } from './floor.ts';
import { Flight } from './flight.ts';
import { Hedging } from './hedging.ts';
import type { Herd } from './flight.ts';
import { CROSS } from './population.ts';
import { Places } from './places.ts';
import type { PlacedPopulation } from './places.ts';
import { Reduction } from './reduction.ts';
import { Return } from './return.ts';
import { StopLosses } from './stop-losses.ts';
import type { MarkRange } from './stop-losses.ts';
import { TopUp } from './top-up.ts';

/** Who behaves how, and where. */
export interface BehaviourParts {
  /** Options of each group, by its number in `population.group`; null: its traders do nothing. */
  readonly groups: readonly (BehaviourOptions | null)[];
  readonly population: PlacedPopulation & { readonly group: Uint16Array };
  /** Quanta of a trader's money outside when the run begins, by account; used up here. */
  readonly reserves: Float64Array;
  /** The same of the fresh money of those who come back. */
  readonly fresh: Float64Array;
  readonly floor: Floor;
  /** By market. */
  readonly ranges: readonly MarkRange[];
  readonly seed: { readonly seed: string; readonly replicate: number };
  readonly stepSeconds: number;
  /** Nobody sends an order because of a margin call. */
  readonly quiet: boolean;
}

/**
 * What leveraged traders do of their own accord, in the last phase of a step: each reaction after its own delay in simulated time, in the
 * order of times and then of account keys. Draws go by account keys, so that nobody's depend on who else is there.
 */
export class Behaviour {
  private readonly parts: BehaviourParts;
  private readonly absence: Draws;
  private readonly topUp: TopUp | null;
  private readonly reduction: Reduction | null;
  private readonly hedging: Hedging | null;
  private readonly stopLosses: StopLosses | null;
  private readonly flight: Flight | null;
  private readonly exits: Exits | null;
  private readonly comeback: Return | null;
  private readonly isAbsent: (account: number) => boolean;

  constructor(parts: BehaviourParts) {
    const { groups, population, reserves, fresh, ranges, seed, stepSeconds } = parts;
    const { keyHi, keyLo } = population;
    const drawsOf = (reaction: string): Draws => new Draws(derive(root(seed.seed, `behaviour/${reaction}`), seed.replicate), keyHi, keyLo);
    const anybody = (does: (options: BehaviourOptions) => boolean): boolean => groups.some((options) => options !== null && does(options));
    this.parts = parts;
    this.absence = drawsOf('absent');
    this.topUp = anybody(({ topUp }) => topUp !== null) ? new TopUp(drawsOf('topUp'), reserves) : null;
    const places = anybody(sendsOrders) ? new Places(population) : null;
    this.exits = places === null ? null : new Exits(places, stepSeconds);
    this.reduction =
      places !== null && this.exits !== null && anybody(({ reduce }) => reduce !== null)
        ? new Reduction(drawsOf('reduce'), places, this.exits)
        : null;
    this.hedging = anybody(({ hedge }) => (hedge ?? null) !== null) ? new Hedging(drawsOf('hedge'), ranges.length) : null;
    this.stopLosses =
      places !== null && this.exits !== null && anybody(({ stopLoss }) => stopLoss !== null)
        ? this.openStopLosses(new StopLosses(drawsOf('stopLoss'), places, this.exits, ranges), places)
        : null;
    this.flight =
      places !== null && this.exits !== null && anybody(({ panic }) => panic !== null)
        ? new Flight(
            drawsOf('panic'),
            places,
            this.exits,
            this.herds(places),
            ranges.map(({ start }) => start),
            stepSeconds,
          )
        : null;
    this.comeback = anybody(({ reopen }) => reopen !== null) ? new Return(drawsOf('reopen'), fresh, population.lots) : null;
    this.isAbsent = (account) => {
      const share = this.optionsOf(account)?.absent ?? 0;
      return share > 0 && this.absence.uniform(account, 0) < share;
    };
  }

  private openStopLosses(stopLosses: StopLosses, places: Places): StopLosses {
    for (let place = 0; place < places.count; place++) {
      const options = places.market[place] === CROSS ? null : (this.optionsOf(places.account[place])?.stopLoss ?? null);
      if (options !== null && places.lots[place] !== 0) stopLosses.open(place, options);
    }
    return stopLosses;
  }

  /** Who watches the market together: the positions of a group that panics, by market and side. */
  private herds(places: Places): readonly Herd[] {
    const { groups, population } = this.parts;
    const { account, market, lots } = places;
    const markets = this.parts.ranges.length;
    const herdOf = (place: number): number => (population.group[account[place]] * markets + market[place]) * 2 + (lots[place] > 0 ? 1 : 0);
    const panics = groups.map((options) => options?.panic ?? null);
    const joins = (place: number): boolean =>
      market[place] !== CROSS && lots[place] !== 0 && panics[population.group[account[place]]] !== null;
    const sizes = new Int32Array(groups.length * markets * 2);
    for (let place = 0; place < places.count; place++) if (joins(place)) sizes[herdOf(place)]++;
    const members = Array.from(sizes, (size) => new Int32Array(size));
    sizes.fill(0);
    for (let place = 0; place < places.count; place++) {
      if (!joins(place)) continue;
      const herd = herdOf(place);
      members[herd][sizes[herd]++] = place;
    }
    return members.flatMap((list, herd) => {
      const options = panics[Math.floor(herd / (2 * markets))];
      if (options === null || list.length === 0) return [];
      return [{ market: (herd >> 1) % markets, side: (herd & 1) === 1 ? (1 as const) : (-1 as const), options, members: list }];
    });
  }

  private optionsOf(account: number): BehaviourOptions | null {
    const { groups, population } = this.parts;
    return groups[population.group[account]];
  }

  /** Takes note of a margin call. */
  called(account: number, time: number): void {
    const options = this.optionsOf(account);
    if (options === null || this.isAbsent(account)) return;
    if (options.topUp !== null) this.topUp?.answers.called(account, options.topUp, time);
    if (options.reduce !== null && !this.parts.quiet) this.reduction?.answers.called(account, options.reduce, time);
    const hedge = options.hedge ?? null;
    if (hedge !== null && !this.parts.quiet) this.hedging?.answers.called(account, hedge, time);
  }

  /** Starts a step: what happens from now on happens at its time. */
  beginStep(time: number): void {
    this.comeback?.beginStep(time);
  }

  /** Takes note that all of a trader's position was closed. */
  closed(account: number): void {
    const options = this.optionsOf(account)?.reopen ?? null;
    if (options !== null && !this.isAbsent(account)) this.comeback?.closed(account, options);
  }

  /** Does what is due by now. */
  act(now: number): void {
    if (this.topUp !== null) this.topUps(this.topUp, now);
    if (this.reduction !== null) this.reduce(this.reduction, now);
    if (this.hedging !== null) this.hedge(this.hedging, now);
    if (this.exits === null) return;
    this.stopLosses?.act(now, this.parts.floor);
    this.flight?.act(now, this.parts.floor, this.isAbsent);
    this.exits.act(now, this.parts.floor);
    if (this.comeback !== null) this.comeBack(this.comeback, now);
  }

  private comeBack(comeback: Return, now: number): void {
    const { floor, population } = this.parts;
    for (let account = comeback.next(now); account >= 0; account = comeback.next(now)) {
      const options = this.optionsOf(account)?.reopen ?? null;
      if (options !== null) comeback.open(account, population.market[account], options, floor);
    }
  }

  private topUps(topUp: TopUp, now: number): void {
    const { floor } = this.parts;
    for (let account = topUp.answers.next(now); account >= 0; account = topUp.answers.next(now)) {
      const options = this.optionsOf(account)?.topUp ?? null;
      if (options !== null && floor.isCalled(account)) topUp.answer(account, options, floor);
      else floor.review(account);
    }
  }

  private reduce(reduction: Reduction, now: number): void {
    const { floor } = this.parts;
    for (let account = reduction.answers.next(now); account >= 0; account = reduction.answers.next(now)) {
      const options = this.optionsOf(account)?.reduce ?? null;
      if (options !== null && floor.isCalled(account) && floor.isFree(account)) reduction.answer(account, options, floor, now);
      else floor.review(account);
    }
  }

  private hedge(hedging: Hedging, now: number): void {
    const { floor } = this.parts;
    for (let account = hedging.answers.next(now); account >= 0; account = hedging.answers.next(now)) {
      const options = this.optionsOf(account)?.hedge ?? null;
      if (options !== null && floor.isCalled(account) && floor.isFree(account)) hedging.answer(account, options, floor);
      else floor.review(account);
    }
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly (Int32Array | Float64Array | Uint8Array | Int8Array)[] {
    return [this.topUp, this.reduction, this.hedging, this.stopLosses, this.flight, this.exits, this.comeback].flatMap((part) => [
      ...(part?.state() ?? []),
    ]);
  }
}
