import { bits, mix } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { CALLS, Desk, TAKEOVERS, THRESHOLD } from './desk.ts';
import type { DeskParts } from './desk.ts';
import type { LiquidationOptions } from './options.ts';
import { lotsToSend, shareToRestore } from './policies.ts';
import { LiquidationQueue, ReadyLine } from './queue.ts';

/** What the engine needs to know of the markets around it. */
export interface Surroundings {
  /** A market's margin price now, in whole ticks ≥ 1. */
  mark(market: number): number;
  /** Lets a market's makers look at it if their reaction time has passed; true if they did. */
  react(market: number, time: number): boolean;
  /** When a market's makers look next; Infinity when nobody does. */
  nextLook(market: number): number;
}

/** One forced fill or takeover, as it happened. */
export interface ForcedFill {
  readonly time: number;
  readonly market: number;
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
  /** The markets that positions are held in. */
  readonly desks: readonly DeskParts[];
  readonly options: LiquidationOptions;
  /** Leveraged traders are the accounts 0 … traders − 1. */
  readonly traders: number;
  /** The market of each trader's position. */
  readonly marketOf: Uint8Array;
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

/** Places in `clock`: when the engine may send its next order; 1 when a mark has moved since the queue's priorities were set. */
const FREE_AT = 0;
const STALE = 1;

/** How much room the engine's arrays have. */
export interface EngineCapacity {
  /** Most leveraged traders. */
  readonly traders: number;
  /** Highest mark that can be asked about, by market. */
  readonly maxTicks: readonly number[];
}

/**
 * The venue's margin engine: finds every group that has crossed a level, exactly, and closes it by the policy, order by order. An
 * order reaches the book `latency` after its trigger and at most `ordersPerSecond` go out; between orders the makers may react, and in
 * sequential mode the mark is looked at again after each fill.
 */
export class LiquidationEngine {
  /** One a market. */
  readonly desks: readonly Desk[];
  /** Called with each forced fill when somebody wants the detail. */
  listener: ((fill: ForcedFill) => void) | null = null;
  /** Time of each group's first forced fill, −1 when it has none. */
  readonly firstTime: Float64Array;
  private parts!: EngineParts;
  /** Margin price of each market as the engine last saw it. */
  private readonly marks: Float64Array;
  /** Sides of each market that have run dry, [market × 2 + side]. */
  private readonly dry: Uint8Array;
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
  private readonly clock = new Float64Array(2);
  private readonly priorityOf: (account: number) => number;
  /** Whether the queue's rule looks at the mark, so that priorities change with it. */
  private followsMark = true;
  private backstopped = false;

  constructor(capacity: EngineCapacity) {
    const { traders, maxTicks } = capacity;
    this.desks = maxTicks.map((maxTick) => new Desk(traders, maxTick));
    this.marks = new Float64Array(maxTicks.length);
    this.dry = new Uint8Array(2 * maxTicks.length);
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

  /** Takes in one run's terms and all positions as its ledgers have them. */
  open(parts: EngineParts): void {
    const { options, traders } = parts;
    const { status, firstTime, desks } = this;
    this.parts = parts;
    this.backstopped = options.backstop !== null;
    this.followsMark = options.queue === 'worst-first' || options.queue === 'trigger-price';
    status.fill(CLOSED);
    for (let m = 0; m < desks.length; m++) {
      desks[m].open(parts.desks[m], options, traders, parts.people, parts.exactScan);
      const { lots } = desks[m].ledger;
      for (let i = 0; i < traders; i++) if (lots[i] !== 0) status[i] = HEALTHY;
    }
    this.marks.fill(0);
    this.dry.fill(0);
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
  }

  /**
   * Finds every group of a market that has crossed a level at its mark: calls go out, liquidations are queued, takeovers happen at once.
   * `parent`: the group whose forced fill moved the mark, or −1.
   */
  evaluate(market: number, mark: number, time: number, parent: number): void {
    const { out } = this;
    const desk = this.desks[market];
    if (this.marks[market] !== mark) {
      this.marks[market] = mark;
      this.clock[STALE] = 1;
    }
    const called = desk.collect(CALLS, mark, out);
    for (let i = 0; i < called; i++) this.called[out[i]] = 1;
    if (called > 0) desk.tally.addCalls(called);
    const crossed = desk.collect(THRESHOLD, mark, out);
    if (crossed > 1) out.subarray(0, crossed).sort();
    const generation = parent < 0 ? 0 : this.generation[parent] + 1;
    for (let i = 0; i < crossed; i++) this.join(out[i], desk, mark, time, parent, generation);
    if (!this.backstopped) return;
    const sunk = desk.collect(TAKEOVERS, mark, out);
    if (sunk > 1) this.orderTakeovers(out.subarray(0, sunk));
    for (let i = 0; i < sunk; i++) this.takeOver(out[i], market, time);
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

  private join(account: number, desk: Desk, mark: number, time: number, parent: number, generation: number): void {
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
    if (this.backstopped) desk.place(TAKEOVERS, account);
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
    const { clock, queue, parts, stuck, dry } = this;
    const gap = parts.options.ordersPerSecond === Infinity ? 0 : 1 / parts.options.ordersPerSecond;
    const sequential = parts.options.mode === 'sequential';
    let time = from;
    let aside = 0;
    dry.fill(0);
    for (;;) {
      this.admit(time);
      if (aside > 0 && this.refill(around, time, sequential)) aside = this.rejoin(aside);
      if (queue.length === 0 || clock[FREE_AT] > time) {
        const ready = Math.min(this.pending.nextTime, this.cooling.nextTime, aside > 0 ? this.nextRefill(around) : Infinity);
        const next = queue.length === 0 ? ready : clock[FREE_AT];
        if (!(next < until)) break;
        time = Math.max(time, next);
        continue;
      }
      if (clock[STALE] === 1) {
        clock[STALE] = 0;
        if (this.followsMark) queue.rekey(this.priorityOf);
      }
      const account = queue.first;
      const market = parts.marketOf[account];
      if (this.status[account] === WAITING && around.react(market, time)) {
        // Who comes first may have changed.
        dry[2 * market] = dry[2 * market + 1] = 0;
        if (sequential) this.evaluate(market, around.mark(market), time, -1);
        continue;
      }
      queue.pop();
      if (this.status[account] !== WAITING) continue;
      if (!this.isDue(account)) {
        this.release(account);
        continue;
      }
      // A long's order goes to the bids.
      const side = 2 * market + (this.desks[market].ledger.lots[account] > 0 ? 0 : 1);
      const filled = dry[side] === 1 ? 0 : this.send(account, market, time);
      if (filled === 0) {
        dry[side] = 1;
        stuck[aside++] = account;
        continue;
      }
      clock[FREE_AT] = time + gap;
      if (sequential) this.evaluate(market, around.mark(market), time, account);
    }
    this.rejoin(aside);
  }

  /** Lets makers look at the markets that have run dry; true when any of them quoted again. */
  private refill(around: Surroundings, time: number, sequential: boolean): boolean {
    const { dry } = this;
    let refilled = false;
    for (let m = 0; m < this.desks.length; m++) {
      if ((dry[2 * m] | dry[2 * m + 1]) === 0 || !around.react(m, time)) continue;
      refilled = true;
      dry[2 * m] = dry[2 * m + 1] = 0;
      if (sequential) this.evaluate(m, around.mark(m), time, -1);
    }
    return refilled;
  }

  /** When makers look next at a market that has run dry. */
  private nextRefill(around: Surroundings): number {
    const { dry } = this;
    let next = Infinity;
    for (let m = 0; m < this.desks.length; m++) {
      if ((dry[2 * m] | dry[2 * m + 1]) !== 0) next = Math.min(next, around.nextLook(m));
    }
    return next;
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
        this.trigger[account] = this.marks[this.parts.marketOf[account]];
        this.triggeredAt[account] = time;
        queue.push(account, this.priority(account));
      } else this.release(account);
    }
  }

  private isDue(account: number): boolean {
    const market = this.parts.marketOf[account];
    return this.desks[market].isDue(account, this.marks[market]);
  }

  /** Lets a group go that is covered again. */
  private release(account: number): void {
    const desk = this.desks[this.parts.marketOf[account]];
    this.status[account] = HEALTHY;
    this.begun[account] = 0;
    desk.remove(TAKEOVERS, account);
    desk.place(THRESHOLD, account);
  }

  private priority(account: number): number {
    const { options, root, keyHi, keyLo, marketOf } = this.parts;
    const market = marketOf[account];
    const desk = this.desks[market];
    const mark = this.marks[market];
    switch (options.queue) {
      case 'worst-first':
        return desk.coverage(account, mark);
      case 'trigger-price': {
        const ratio = this.trigger[account] / mark;
        return desk.ledger.lots[account] > 0 ? -ratio : -1 / ratio;
      }
      case 'arrival':
        return this.triggeredAt[account];
      case 'largest':
        return -desk.openingNotional(account);
      case 'random':
        return bits(root.lo, root.hi, keyHi[account], keyLo[account], 0);
    }
  }

  /** Sends one order; returns the lots filled. */
  private send(account: number, market: number, time: number): number {
    const { parts } = this;
    const { options } = parts;
    const desk = this.desks[market];
    const { ledger, tally, exchange } = desk;
    const mark = this.marks[market];
    const lots = ledger.lots[account];
    const size = Math.abs(lots);
    const wanted = lotsToSend(options.policy, size, desk.notional(account, mark), this.begun[account] === 0);
    const mcr = desk.coverage(account, mark);
    let filled: number;
    let notional: number;
    if (options.route === 'book') {
      filled = exchange.market(lots > 0 ? 1 : 0, wanted, account);
      notional = exchange.filled[1];
      tally.addOnBook(notional, lots > 0);
    } else {
      filled = wanted;
      notional = filled * mark * desk.quantaPerTickLot;
      if (lots > 0) ledger.trade(desk.accounts.absorber, account, filled, mark);
      else ledger.trade(account, desk.accounts.absorber, filled, mark);
      tally.addAbsorbed(notional);
    }
    if (filled === 0) return 0;
    if (options.fee > 0) desk.waterfall.fee(account, notional * options.fee, ledger.equity(account, mark));
    const needed = Math.ceil(shareToRestore(mcr, desk.margin.threshold, desk.costOfClosing(size, mark, options.fee)) * size);
    if (filled > needed) tally.addOver(filled - needed);
    this.note(account, desk, filled, notional, time);
    const debt = ledger.lots[account] === 0 ? this.close(account, desk) : 0;
    if (ledger.lots[account] !== 0) this.keep(account, desk, time, wanted < size, filled === wanted);
    this.report(account, market, filled, notional, time, mcr, debt, options.route);
    return filled;
  }

  /** Puts back what is left of a group after an order. */
  private keep(account: number, desk: Desk, time: number, partial: boolean, whole: boolean): void {
    const { policy } = this.parts.options;
    if (this.backstopped) desk.place(TAKEOVERS, account);
    if (partial && policy.kind === 'partial') {
      this.begun[account] = 1;
      this.status[account] = COOLING;
      this.cooling.add(account, time + policy.cooldown);
    } else if (!whole) this.queue.push(account, this.priority(account));
  }

  private close(account: number, desk: Desk): number {
    this.status[account] = CLOSED;
    desk.remove(TAKEOVERS, account);
    return desk.waterfall.settle(account);
  }

  /** Notional that the backstop holds from takeovers, in every market. */
  private get takenOver(): number {
    let sum = 0;
    for (const desk of this.desks) sum += desk.tally.takenOver;
    return sum;
  }

  /** The backstop takes the whole group, with its margin, at the mark, if it has room. */
  private takeOver(account: number, market: number, time: number): void {
    const desk = this.desks[market];
    const { ledger, tally, accounts } = desk;
    const { backstop } = this.parts.options;
    const mark = this.marks[market];
    const lots = ledger.lots[account];
    const size = Math.abs(lots);
    const notional = desk.notional(account, mark);
    if (backstop === null || (backstop.capacity !== Infinity && this.takenOver + notional > backstop.capacity)) return;
    const mcr = desk.coverage(account, mark);
    if (lots > 0) ledger.trade(accounts.backstop, account, size, mark);
    else ledger.trade(account, accounts.backstop, size, mark);
    this.status[account] = CLOSED;
    const needed = Math.ceil(shareToRestore(mcr, desk.margin.threshold) * size);
    if (size > needed) tally.addOver(size - needed);
    tally.addTakeover(notional);
    this.note(account, desk, size, notional, time);
    const debt = desk.waterfall.takeOver(account);
    this.report(account, market, size, notional, time, mcr, debt, 'backstop');
  }

  private note(account: number, desk: Desk, lots: number, notional: number, time: number): void {
    if (this.firstTime[account] < 0) {
      this.firstTime[account] = time;
      desk.tally.addGroup(this.generation[account]);
    }
    desk.tally.addFill(lots, time);
    const { hash, keyLo } = this.parts;
    mix(hash, keyLo[account]);
    mix(hash, lots);
    mix(hash, notional);
  }

  private report(
    account: number,
    market: number,
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
      market,
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

  /** Watches every group of a market at what it holds now, after its balances changed by something else than its own orders. */
  refresh(market: number): void {
    const desk = this.desks[market];
    const { traders, marketOf } = this.parts;
    for (let i = 0; i < traders; i++) {
      if (marketOf[i] !== market || this.status[i] === CLOSED) continue;
      if (this.status[i] === HEALTHY) desk.place(THRESHOLD, i);
      else if (this.backstopped) desk.place(TAKEOVERS, i);
      if (this.called[i] === 0) desk.place(CALLS, i);
    }
  }

  /** Σ max(0, −equity) of the groups of a market that are still open at its mark, in quanta. */
  latentBadDebt(market: number, mark: number): number {
    const { ledger } = this.desks[market];
    const { traders, marketOf } = this.parts;
    let debt = 0;
    for (let i = 0; i < traders; i++) {
      if (marketOf[i] !== market || this.status[i] === CLOSED) continue;
      const equity = ledger.equity(i, mark);
      if (equity < 0) debt -= equity;
    }
    return debt;
  }

  /** Whether a group is open with more than it needs at its market's mark. */
  isCovered(account: number, mark: number): boolean {
    if (this.status[account] === CLOSED) return false;
    return !this.desks[this.parts.marketOf[account]].isBelow(account, mark, THRESHOLD, true);
  }

  /** Called groups of a market that were never liquidated and stand above the call level at its mark. */
  curedAt(market: number, mark: number): number {
    const desk = this.desks[market];
    const { traders, marketOf } = this.parts;
    let cured = 0;
    for (let i = 0; i < traders; i++) {
      if (marketOf[i] !== market || this.called[i] === 0 || this.firstTime[i] >= 0 || this.status[i] !== HEALTHY) continue;
      if (!desk.isBelow(i, mark, CALLS, false)) cured++;
    }
    return cured;
  }

  /** Groups of all markets that had a forced fill. */
  get groups(): number {
    let sum = 0;
    for (const desk of this.desks) sum += desk.tally.groups;
    return sum;
  }

  /** Starts a step: forgets the last one's flows. */
  beginStep(): void {
    for (const desk of this.desks) desk.tally.beginStep();
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
      this.marks,
      ...this.desks.flatMap((desk) => desk.state()),
      ...this.queue.state(),
      ...this.pending.state(),
      ...this.cooling.state(),
    ];
  }
}
