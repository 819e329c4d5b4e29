import { bits, mix } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import type { Ledger } from '../core/ledger.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { checkLevel, isBelow, liquidationTick } from '../margin/isolated.ts';
import type { MarginOptions } from '../margin/isolated.ts';
import { ScanIndex } from '../margin/index/scan.ts';
import { TickIndex } from '../margin/index/ticks.ts';
import type { LevelIndex } from '../margin/index/ticks.ts';
import { requirement } from '../margin/tiers.ts';
import type { Exchange } from '../market/exchange.ts';
import type { LiquidationOptions } from './options.ts';
import { lotsToSend, shareToRestore } from './policies.ts';
import { LiquidationQueue, ReadyLine } from './queue.ts';
import { Tally } from './tally.ts';
import { Waterfall } from './waterfall.ts';

/** What the engine needs to know of the market around it. */
export interface Surroundings {
  /** The margin price now, in whole ticks ≥ 1. */
  mark(): number;
  /** Lets the makers look at the market if their reaction time has passed; true if they did. */
  react(time: number): boolean;
  /** When the makers look next; Infinity when nobody does. */
  nextLook(): number;
}

/** One forced fill or takeover, as it happened. */
export interface ForcedFill {
  readonly time: number;
  readonly account: number;
  readonly lots: number;
  /** Notional in quanta. */
  readonly notional: number;
  readonly triggerTick: number;
  readonly mcr: number;
  readonly generation: number;
  /** Account number of the parent, or −1. */
  readonly parent: number;
  readonly badDebt: number;
  readonly route: 'book' | 'absorber' | 'backstop';
}

/** One run's terms. */
export interface EngineParts {
  readonly exchange: Exchange;
  readonly options: LiquidationOptions;
  readonly margin: MarginOptions;
  readonly quantaPerTickLot: number;
  /** Leveraged traders are the accounts 0 … traders − 1. */
  readonly traders: number;
  readonly accounts: { readonly fund: number; readonly backstop: number; readonly socialised: number; readonly absorber: number };
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Draws of the queue rule `random`. */
  readonly root: Root;
  /** Answer by full scans instead of by index. */
  readonly exactScan: boolean;
  /** Stands for the traders and what they start with: the same object, the same opening balances. */
  readonly people: object;
  /** Lanes of the run's hash, which every forced fill is mixed into. */
  readonly hash: Uint32Array;
}

// What a group is doing, in `status`.
const HEALTHY = 0;
const WAITING = 1;
const COOLING = 2;
const CLOSED = 3;

/** Places in `clock`: when the engine may send its next order, the mark, the mark that the queue's priorities were set at. */
const FREE_AT = 0;
const MARK = 1;
const KEYED_AT = 2;

/** One level's index as it stood before the first step, and what it was made from. */
interface Opening {
  readonly index: TickIndex;
  people: object | null;
  terms: string;
}

/** How much room the engine's arrays have. */
export interface EngineCapacity {
  /** Most leveraged traders. */
  readonly traders: number;
  /** Highest mark that can be asked about. */
  readonly maxTick: number;
}

/**
 * The venue's margin engine: finds every group that has crossed a level, exactly, and closes it by the policy, order by order. An
 * order reaches the book `latency` after its trigger and at most `ordersPerSecond` go out; between orders the makers may react, and in
 * sequential mode the mark is looked at again after each fill.
 */
export class LiquidationEngine {
  waterfall!: Waterfall;
  readonly tally = new Tally();
  /** Called with each forced fill when somebody wants the detail. */
  listener: ((fill: ForcedFill) => void) | null = null;
  /** Time of each group's first forced fill, −1 when it has none. */
  readonly firstTime: Float64Array;
  private readonly capacity: EngineCapacity;
  private parts!: EngineParts;
  private ledger!: Ledger;
  private thresholds!: LevelIndex;
  private calls!: LevelIndex;
  private takeovers!: LevelIndex;
  private readonly ticks: readonly TickIndex[];
  /** Opening states of the thresholds' and the calls' index: the twin and the next point of a sweep begin with the same. */
  private readonly openings: readonly Opening[];
  private readonly queue: LiquidationQueue;
  private readonly pending: ReadyLine;
  private readonly cooling: ReadyLine;
  private readonly status: Uint8Array;
  /** 1: part of the position was sent and the rest cools down. */
  private readonly begun: Uint8Array;
  private readonly called: Uint8Array;
  private readonly generation: Int32Array;
  private readonly parent: Int32Array;
  private readonly trigger: Int32Array;
  private readonly triggeredAt: Float64Array;
  private readonly out: Int32Array;
  /** Groups set aside because nobody stands on the other side. */
  private readonly stuck: Int32Array;
  private readonly clock = new Float64Array(3);
  private readonly priorityOf: (account: number) => number;
  /** Whether the queue's rule looks at the mark, so that priorities change with it. */
  private followsMark = true;
  /** Level below which the backstop takes over, as a plain MCR; 0: no backstop. */
  private backstopLevel = 0;

  constructor(capacity: EngineCapacity) {
    const { traders, maxTick } = capacity;
    this.capacity = capacity;
    this.ticks = [0, 1, 2].map(() => new TickIndex({ accounts: traders, maxTick }));
    this.openings = [0, 1].map(() => ({ index: new TickIndex({ accounts: traders, maxTick }), people: null, terms: '' }));
    this.queue = new LiquidationQueue(traders);
    this.pending = new ReadyLine(traders);
    this.cooling = new ReadyLine(traders);
    this.status = new Uint8Array(traders);
    this.begun = new Uint8Array(traders);
    this.called = new Uint8Array(traders);
    this.generation = new Int32Array(traders);
    this.parent = new Int32Array(traders);
    this.trigger = new Int32Array(traders);
    this.triggeredAt = new Float64Array(traders);
    this.firstTime = new Float64Array(traders);
    this.out = new Int32Array(traders);
    this.stuck = new Int32Array(traders);
    this.priorityOf = (account) => this.priority(account);
  }

  private index(place: number, level: number, orEqual: boolean): LevelIndex {
    const { traders, exactScan, quantaPerTickLot, margin } = this.parts;
    if (!exactScan) {
      this.ticks[place].reset();
      return this.ticks[place];
    }
    const { cash, lots } = this.ledger;
    return new ScanIndex({ accounts: traders, cash, lots, quantaPerTickLot, tiers: margin.maintenance, level, orEqual });
  }

  /** Takes in one run's terms and all positions as its ledger has them. */
  open(parts: EngineParts): void {
    const { margin, options } = parts;
    const ledger = parts.exchange.ledger;
    const { status, firstTime } = this;
    this.parts = parts;
    this.ledger = ledger;
    this.waterfall = new Waterfall(ledger, parts.accounts);
    this.backstopLevel = options.backstop === null ? 0 : options.backstop.level * margin.threshold;
    this.followsMark = options.queue === 'worst-first' || options.queue === 'trigger-price';
    for (const level of [margin.call, margin.threshold, this.backstopLevel]) checkLevel(margin.maintenance, level, this.capacity.maxTick);
    this.thresholds = this.index(0, margin.threshold, margin.equalityLiquidates);
    this.calls = this.index(1, margin.call, false);
    this.takeovers = this.index(2, this.backstopLevel, false);
    this.queue.reset(parts.keyHi, parts.keyLo);
    this.pending.reset();
    this.cooling.reset();
    this.begun.fill(0);
    this.called.fill(0);
    this.generation.fill(0);
    this.parent.fill(-1);
    this.trigger.fill(0);
    this.triggeredAt.fill(0);
    firstTime.fill(-1);
    this.clock.fill(0);
    this.tally.reset();
    status.fill(CLOSED);
    this.placeAll();
  }

  private placeAll(): void {
    const { ledger, status } = this;
    const { traders, margin } = this.parts;
    for (let i = 0; i < traders; i++) if (ledger.lots[i] !== 0) status[i] = HEALTHY;
    this.placeEverybody(0, this.thresholds, margin.threshold, margin.equalityLiquidates);
    this.placeEverybody(1, this.calls, margin.call, false);
  }

  private placeEverybody(which: number, index: LevelIndex, level: number, orEqual: boolean): void {
    const { ledger, parts } = this;
    const opening = this.openings[which];
    const { floor, rate, deduction } = parts.margin.maintenance;
    const terms = [level, orEqual, parts.quantaPerTickLot, ...floor, ...rate, ...deduction].join(' ');
    if (index instanceof TickIndex && opening.people === parts.people && opening.terms === terms) {
      index.copyFrom(opening.index);
      return;
    }
    for (let i = 0; i < parts.traders; i++) if (ledger.lots[i] !== 0) this.place(index, i, level, orEqual);
    if (!(index instanceof TickIndex)) return;
    opening.index.copyFrom(index);
    opening.people = parts.people;
    opening.terms = terms;
  }

  private place(index: LevelIndex, account: number, level: number, orEqual: boolean): void {
    const { ledger, parts } = this;
    const lots = ledger.lots[account];
    const tick = liquidationTick(
      ledger.cash[account],
      lots,
      parts.quantaPerTickLot,
      parts.margin.maintenance,
      level,
      orEqual,
      this.capacity.maxTick,
    );
    index.set(account, lots > 0 ? 1 : -1, tick);
  }

  /**
   * Finds every group that has crossed a level at the mark: calls go out, liquidations are queued, takeovers happen at once.
   * `parent`: the group whose forced fill moved the mark, or −1.
   */
  evaluate(mark: number, time: number, parent: number): void {
    const { out } = this;
    this.clock[MARK] = mark;
    const called = this.calls.collect(mark, out);
    for (let i = 0; i < called; i++) this.called[out[i]] = 1;
    this.tally.addCalls(called);
    const crossed = this.thresholds.collect(mark, out);
    if (crossed > 1) out.subarray(0, crossed).sort();
    const generation = parent < 0 ? 0 : this.generation[parent] + 1;
    for (let i = 0; i < crossed; i++) this.join(out[i], mark, time, parent, generation);
    if (this.backstopLevel === 0) return;
    const sunk = this.takeovers.collect(mark, out);
    if (sunk > 1) this.orderTakeovers(out.subarray(0, sunk));
    for (let i = 0; i < sunk; i++) this.takeOver(out[i], mark, time);
  }

  /** A vault with limited room serves by the queue's rule, ties by account key; without a limit the order changes nothing. */
  private orderTakeovers(accounts: Int32Array): void {
    const { keyHi, keyLo, options } = this.parts;
    accounts.sort();
    if (options.backstop === null || options.backstop.capacity === Infinity) return;
    const ordered = Array.from(accounts, (account) => ({ account, priority: this.priority(account) }));
    ordered.sort((a, b) => a.priority - b.priority || keyHi[a.account] - keyHi[b.account] || keyLo[a.account] - keyLo[b.account]);
    for (let i = 0; i < ordered.length; i++) accounts[i] = ordered[i].account;
  }

  private join(account: number, mark: number, time: number, parent: number, generation: number): void {
    this.trigger[account] = mark;
    this.triggeredAt[account] = time;
    // A group that comes back keeps the tag of its first crossing.
    if (this.firstTime[account] < 0) {
      this.parent[account] = parent;
      this.generation[account] = generation;
    }
    this.status[account] = WAITING;
    const { latency } = this.parts.options;
    if (latency === 0) this.queue.push(account, this.priority(account));
    else this.pending.add(account, time + latency);
    if (this.backstopLevel > 0) this.place(this.takeovers, account, this.backstopLevel, false);
  }

  /** Groups that the engine has yet to deal with, those that cool down included. */
  get waiting(): number {
    return this.queue.length + this.pending.length + this.cooling.length;
  }

  /**
   * Sends orders until nobody waits or the time is up. A group whose side of the book has run dry is set aside until the makers have quoted
   * again; groups on the other side go on.
   */
  work(from: number, until: number, around: Surroundings): void {
    if (this.waiting === 0) return;
    const { clock, queue, parts, stuck } = this;
    const gap = parts.options.ordersPerSecond === Infinity ? 0 : 1 / parts.options.ordersPerSecond;
    const sequential = parts.options.mode === 'sequential';
    let time = from;
    let aside = 0;
    let noBids = false;
    let noAsks = false;
    for (;;) {
      this.admit(time);
      if (around.react(time)) {
        noBids = false;
        noAsks = false;
        aside = this.rejoin(aside);
        if (sequential) this.evaluate(around.mark(), time, -1);
      }
      if (queue.length === 0 || clock[FREE_AT] > time) {
        const ready = Math.min(this.pending.nextTime, this.cooling.nextTime, aside > 0 ? around.nextLook() : Infinity);
        const next = queue.length === 0 ? ready : clock[FREE_AT];
        if (!(next < until)) break;
        time = Math.max(time, next);
        continue;
      }
      if (clock[KEYED_AT] !== clock[MARK]) {
        clock[KEYED_AT] = clock[MARK];
        if (this.followsMark) queue.rekey(this.priorityOf);
      }
      const account = queue.pop();
      if (this.status[account] !== WAITING) continue;
      if (!this.isDue(account)) {
        this.release(account);
        continue;
      }
      const long = this.ledger.lots[account] > 0;
      const filled = (long ? noBids : noAsks) ? 0 : this.send(account, time);
      if (filled === 0) {
        if (long) noBids = true;
        else noAsks = true;
        stuck[aside++] = account;
        continue;
      }
      clock[FREE_AT] = time + gap;
      if (sequential) this.evaluate(around.mark(), time, account);
    }
    this.rejoin(aside);
  }

  /** Puts back in the queue whom the book had nothing for; returns how many are still set aside: none. */
  private rejoin(aside: number): number {
    for (let i = 0; i < aside; i++) this.queue.push(this.stuck[i], this.priority(this.stuck[i]));
    return 0;
  }

  /** Moves to the queue who has become ready by now. */
  private admit(time: number): void {
    const { pending, cooling, queue } = this;
    while (pending.nextTime <= time) {
      const account = pending.take();
      if (this.status[account] === WAITING) queue.push(account, this.priority(account));
    }
    while (cooling.nextTime <= time) {
      const account = cooling.take();
      if (this.status[account] !== COOLING) continue;
      if (this.isDue(account)) {
        this.status[account] = WAITING;
        this.trigger[account] = this.clock[MARK];
        this.triggeredAt[account] = time;
        queue.push(account, this.priority(account));
      } else this.release(account);
    }
  }

  private isDue(account: number): boolean {
    const { margin, quantaPerTickLot } = this.parts;
    const { cash, lots } = this.ledger;
    return isBelow(
      cash[account],
      lots[account],
      this.clock[MARK],
      quantaPerTickLot,
      margin.maintenance,
      margin.threshold,
      margin.equalityLiquidates,
    );
  }

  /** Lets a group go that is covered again. */
  private release(account: number): void {
    const { margin } = this.parts;
    this.status[account] = HEALTHY;
    this.begun[account] = 0;
    this.takeovers.remove(account);
    this.place(this.thresholds, account, margin.threshold, margin.equalityLiquidates);
  }

  /** MCR at the engine's mark. */
  private coverage(account: number): number {
    const { quantaPerTickLot, margin } = this.parts;
    const value = this.ledger.lots[account] * this.clock[MARK] * quantaPerTickLot;
    return marginCoverageRatio(this.ledger.cash[account] + value, requirement(margin.maintenance, Math.abs(value)));
  }

  private priority(account: number): number {
    const { options, root, keyHi, keyLo } = this.parts;
    switch (options.queue) {
      case 'worst-first':
        return this.coverage(account);
      case 'trigger-price': {
        const ratio = this.trigger[account] / this.clock[MARK];
        return this.ledger.lots[account] > 0 ? -ratio : -1 / ratio;
      }
      case 'arrival':
        return this.triggeredAt[account];
      case 'largest':
        return -Math.abs(this.ledger.lots[account]);
      case 'random':
        return bits(root.lo, root.hi, keyHi[account], keyLo[account], 0);
    }
  }

  /** Sends one order; returns the lots filled. */
  private send(account: number, time: number): number {
    const { ledger, parts, tally } = this;
    const { options, exchange, quantaPerTickLot } = parts;
    const mark = this.clock[MARK];
    const lots = ledger.lots[account];
    const size = Math.abs(lots);
    const wanted = lotsToSend(options.policy, size, size * mark * quantaPerTickLot, this.begun[account] === 0);
    const mcr = this.coverage(account);
    let filled: number;
    let notional: number;
    if (options.route === 'book') {
      filled = exchange.market(lots > 0 ? 1 : 0, wanted, account);
      notional = exchange.filled[1];
      tally.addOnBook(notional, lots > 0);
    } else {
      filled = wanted;
      notional = filled * mark * quantaPerTickLot;
      if (lots > 0) ledger.trade(parts.accounts.absorber, account, filled, mark);
      else ledger.trade(account, parts.accounts.absorber, filled, mark);
      tally.addAbsorbed(notional);
    }
    if (filled === 0) return 0;
    if (options.fee > 0) this.waterfall.fee(account, notional * options.fee, ledger.equity(account, mark));
    const needed = Math.ceil(shareToRestore(mcr, parts.margin.threshold, this.costOfClosing(size, mark)) * size);
    if (filled > needed) tally.addOver(filled - needed);
    this.note(account, filled, notional, time);
    const debt = ledger.lots[account] === 0 ? this.close(account) : 0;
    if (ledger.lots[account] !== 0) this.keep(account, time, wanted < size, filled === wanted);
    this.report(account, filled, notional, time, mcr, debt, options.route);
    return filled;
  }

  /** The fee on a position's notional in units of its maintenance. */
  private costOfClosing(size: number, mark: number): number {
    const { options, margin, quantaPerTickLot } = this.parts;
    if (options.fee === 0) return 0;
    const notional = size * mark * quantaPerTickLot;
    return (options.fee * notional) / requirement(margin.maintenance, notional);
  }

  /** Puts back what is left of a group after an order. */
  private keep(account: number, time: number, partial: boolean, whole: boolean): void {
    const { policy } = this.parts.options;
    if (this.backstopLevel > 0) this.place(this.takeovers, account, this.backstopLevel, false);
    if (partial && policy.kind === 'partial') {
      this.begun[account] = 1;
      this.status[account] = COOLING;
      this.cooling.add(account, time + policy.cooldown);
    } else if (!whole) this.queue.push(account, this.priority(account));
  }

  private close(account: number): number {
    this.status[account] = CLOSED;
    this.takeovers.remove(account);
    return this.waterfall.settle(account);
  }

  /** The backstop takes the whole group, with its margin, at the mark, if it has room. */
  private takeOver(account: number, mark: number, time: number): void {
    const { ledger, parts, tally } = this;
    const { backstop } = parts.options;
    const lots = ledger.lots[account];
    const size = Math.abs(lots);
    const notional = size * mark * parts.quantaPerTickLot;
    if (backstop === null || tally.takenOver + notional > backstop.capacity) return;
    const mcr = this.coverage(account);
    if (lots > 0) ledger.trade(parts.accounts.backstop, account, size, mark);
    else ledger.trade(account, parts.accounts.backstop, size, mark);
    this.status[account] = CLOSED;
    const needed = Math.ceil(shareToRestore(mcr, parts.margin.threshold) * size);
    if (size > needed) tally.addOver(size - needed);
    tally.addTakeover(notional);
    this.note(account, size, notional, time);
    const debt = this.waterfall.takeOver(account);
    this.report(account, size, notional, time, mcr, debt, 'backstop');
  }

  private note(account: number, lots: number, notional: number, time: number): void {
    if (this.firstTime[account] < 0) {
      this.firstTime[account] = time;
      this.tally.addGroup(this.generation[account]);
    }
    this.tally.addFill(lots, time);
    const { hash, keyLo } = this.parts;
    mix(hash, keyLo[account]);
    mix(hash, lots);
    mix(hash, notional);
  }

  private report(
    account: number,
    lots: number,
    notional: number,
    time: number,
    mcr: number,
    badDebt: number,
    route: ForcedFill['route'],
  ): void {
    if (this.listener === null) return;
    this.listener({
      time,
      account,
      lots,
      notional,
      triggerTick: this.trigger[account],
      mcr,
      generation: this.generation[account],
      parent: this.parent[account],
      badDebt,
      route,
    });
  }

  /** Σ max(0, −equity) of the groups still open at a mark, in quanta. */
  latentBadDebt(mark: number): number {
    let debt = 0;
    for (let i = 0; i < this.parts.traders; i++) {
      const equity = this.ledger.equity(i, mark);
      if (equity < 0 && this.status[i] !== CLOSED) debt -= equity;
    }
    return debt;
  }

  /** Whether a group is open with more than it needs at a mark. */
  isCovered(account: number, mark: number): boolean {
    const { margin, quantaPerTickLot } = this.parts;
    if (this.status[account] === CLOSED) return false;
    const { cash, lots } = this.ledger;
    return !isBelow(cash[account], lots[account], mark, quantaPerTickLot, margin.maintenance, margin.threshold, true);
  }

  /** Called groups that were never liquidated and stand above the call level at a mark. */
  curedAt(mark: number): number {
    const { margin, quantaPerTickLot, traders } = this.parts;
    const { cash, lots } = this.ledger;
    let cured = 0;
    for (let i = 0; i < traders; i++) {
      if (this.called[i] === 0 || this.firstTime[i] >= 0 || this.status[i] !== HEALTHY) continue;
      if (!isBelow(cash[i], lots[i], mark, quantaPerTickLot, margin.maintenance, margin.call, false)) cured++;
    }
    return cured;
  }

  /** All mutable state but the ledger's and the book's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Int8Array | Uint8Array | Uint32Array)[] {
    return [
      this.status,
      this.begun,
      this.called,
      this.generation,
      this.parent,
      this.trigger,
      this.triggeredAt,
      this.firstTime,
      this.clock,
      ...this.tally.state(),
      ...this.thresholds.state(),
      ...this.calls.state(),
      ...this.takeovers.state(),
      ...this.queue.state(),
      ...this.pending.state(),
      ...this.cooling.state(),
      ...this.waterfall.state(),
    ];
  }
}
