import { bits, mix } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import type { GeneralLedger } from '../core/general-ledger.ts';
import { CrossDesk } from './cross-desk.ts';
import type { CrossPositions } from './cross-desk.ts';
import { Deleveraging } from './deleveraging.ts';
import type { Haircut, Stakes } from './deleveraging.ts';
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
  /** Whether the position that was closed was long. */
  readonly long: boolean;
  readonly lots: number;
  readonly notional: number;
  /** Average price in ticks. */
  readonly fillTick: number;
  /** The mark at the trigger; of a cross account, which no one price triggers, the mark when the order was sent. */
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
  /** The market of each trader's position, SEVERAL for a cross account. */
  readonly marketOf: Uint8Array;
  /** What cross accounts hold; without any, nothing is kept for them. */
  readonly cross: CrossPositions;
  readonly ledger: GeneralLedger;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Draws of the queue rule `random`. */
  readonly root: Root;
  /** Answer by full scans instead of by index. */
  readonly exactScan: boolean;
  /** Stands for the traders and what they start with: the same object, the same opening balances. */
  readonly people: object;
  /** What traders put in, where winners can be deleveraged; null where they cannot. */
  readonly stakes: Stakes | null;
  /** Lanes of the run's hash, which every forced fill is mixed into. */
  readonly hash: Uint32Array;
}

// What a group is doing, in `status`.
const HEALTHY = 0;
const WAITING = 1;
const COOLING = 2;
const CLOSED = 3;

/** In place of a market: a cross account with positions in several. */
const SEVERAL = 255;

/** Who pays where no winner is deleveraged. */
const NO_HAIRCUTS: readonly Haircut[] = [];

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
  /** What deals with cross accounts; null where there are none. */
  private cross: CrossDesk | null = null;
  /** Whose profit pays for what the fund cannot; null where nobody's does. */
  deleveraging: Deleveraging | null = null;
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
      desks[m].open(parts.desks[m], options, parts.marketOf.subarray(0, traders), m, parts.people, parts.exactScan);
      const { lots } = desks[m].ledger;
      for (let i = 0; i < traders; i++) if (lots[i] !== 0) status[i] = HEALTHY;
    }
    this.cross = this.openCross(parts);
    for (const account of this.cross?.accounts ?? []) status[account] = HEALTHY;
    this.deleveraging = this.openDeleveraging(parts);
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

  private openCross({ cross, ledger, desks, options, exactScan }: EngineParts): CrossDesk | null {
    if (cross.account.length === 0) return null;
    const backstop = options.backstop === null ? 0 : options.backstop.level * desks[0].margin.threshold;
    const starts = desks.map((desk) => desk.startMark);
    return new CrossDesk(ledger, this.desks, cross, starts, backstop, exactScan);
  }

  private openDeleveraging({ options: { adl }, stakes, ledger, traders, marketOf, keyHi, keyLo }: EngineParts): Deleveraging | null {
    if (adl === null) return null;
    if (stakes === null) throw new Error('liquidation engine: found no stakes, want what traders put in to deleverage them');
    const { status } = this;
    const isCross = (account: number): boolean => marketOf[account] === SEVERAL;
    const isHealthy = (account: number): boolean => status[account] === HEALTHY;
    return new Deleveraging({ rule: adl, ledger, traders, isCross, isHealthy, stakes, keyHi, keyLo });
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
    for (let i = 0; i < crossed; i++) {
      this.join(out[i], mark, time, parent, generation);
      if (this.backstopped) desk.place(TAKEOVERS, out[i]);
    }
    if (!this.backstopped) return;
    const sunk = desk.collect(TAKEOVERS, mark, out);
    if (sunk > 1) this.orderTakeovers(out.subarray(0, sunk));
    for (let i = 0; i < sunk; i++) this.takeOver(out[i], market, time);
  }

  /** The same for cross accounts, once the marks of all markets have been evaluated. */
  evaluateCross(time: number, parent: number): void {
    const { cross, out, marks } = this;
    if (cross === null) return;
    const called = cross.collect(CALLS, marks, out);
    for (let i = 0; i < called; i++) this.called[out[i]] = 1;
    if (called > 0) this.desks[0].tally.addCalls(called);
    const crossed = cross.collect(THRESHOLD, marks, out);
    if (crossed > 1) out.subarray(0, crossed).sort();
    const generation = parent < 0 ? 0 : this.generation[parent] + 1;
    for (let i = 0; i < crossed; i++) {
      this.join(out[i], 0, time, parent, generation);
      if (this.backstopped) cross.place(TAKEOVERS, out[i]);
    }
    if (!this.backstopped) return;
    const sunk = cross.collect(TAKEOVERS, marks, out);
    if (sunk > 1) this.orderTakeovers(out.subarray(0, sunk));
    for (let i = 0; i < sunk; i++) this.takeOverAll(out[i], cross, time);
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
      const market = this.marketToTrade(account);
      if (market >= 0 && this.status[account] === WAITING && around.react(market, time)) {
        // Who comes first may have changed.
        dry[2 * market] = dry[2 * market + 1] = 0;
        if (sequential) this.look(market, around, time, -1);
        continue;
      }
      queue.pop();
      if (this.status[account] !== WAITING) continue;
      if (!this.isDue(account)) {
        this.release(account);
        continue;
      }
      if (market < 0) {
        stuck[aside++] = account;
        continue;
      }
      // A long's order goes to the bids.
      const side = 2 * market + (this.desks[market].ledger.lots[account] > 0 ? 0 : 1);
      const filled = dry[side] === 1 ? 0 : this.send(account, market, time);
      if (filled === 0) {
        dry[side] = 1;
        // A cross account may have another market to go to.
        if (parts.marketOf[account] === SEVERAL) queue.push(account, this.priority(account));
        else stuck[aside++] = account;
        continue;
      }
      clock[FREE_AT] = time + gap;
      if (sequential) this.look(market, around, time, account);
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
      if (sequential) this.look(m, around, time, -1);
    }
    return refilled;
  }

  /** Looks at a market's mark, and at everybody whom it concerns. */
  private look(market: number, around: Surroundings, time: number, parent: number): void {
    this.evaluate(market, around.mark(market), time, parent);
    if (this.cross !== null) this.evaluateCross(time, parent);
  }

  /** The market that a group's next order goes to; −1 for a cross account all of whose sides have run dry. */
  private marketToTrade(account: number): number {
    const market = this.parts.marketOf[account];
    return market === SEVERAL && this.cross !== null ? this.cross.nextMarket(account, this.marks, this.dry) : market;
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
        const market = this.parts.marketOf[account];
        if (market !== SEVERAL) this.trigger[account] = this.marks[market];
        this.triggeredAt[account] = time;
        queue.push(account, this.priority(account));
      } else this.release(account);
    }
  }

  private isDue(account: number): boolean {
    const market = this.parts.marketOf[account];
    if (market === SEVERAL && this.cross !== null) return this.cross.isDue(account, this.marks);
    return this.desks[market].isDue(account, this.marks[market]);
  }

  /** Lets a group go that is covered again. */
  private release(account: number): void {
    const market = this.parts.marketOf[account];
    const desk = market === SEVERAL && this.cross !== null ? this.cross : this.desks[market];
    this.status[account] = HEALTHY;
    this.begun[account] = 0;
    desk.remove(TAKEOVERS, account);
    desk.place(THRESHOLD, account);
  }

  private priority(account: number): number {
    const { options, root, keyHi, keyLo, marketOf } = this.parts;
    const market = marketOf[account];
    if (market === SEVERAL && this.cross !== null) return this.crossPriority(account, this.cross);
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

  /** A cross account has no one trigger price: where that rules, its coverage does. */
  private crossPriority(account: number, cross: CrossDesk): number {
    const { options, root, keyHi, keyLo } = this.parts;
    switch (options.queue) {
      case 'worst-first':
      case 'trigger-price':
        return cross.coverage(account, this.marks);
      case 'arrival':
        return this.triggeredAt[account];
      case 'largest':
        return -cross.openingNotional(account);
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
    const wanted = lotsToSend(options.policy, size, desk.notional(account, mark) * desk.scale, this.begun[account] === 0);
    const cross = parts.marketOf[account] === SEVERAL ? this.cross : null;
    const mcr = cross === null ? desk.coverage(account, mark) : cross.coverage(account, this.marks);
    const share =
      cross === null
        ? shareToRestore(mcr, desk.margin.threshold, desk.costOfClosing(size, mark, options.fee))
        : cross.shareToRestore(account, market, this.marks, options.fee);
    let filled: number;
    let notional: number;
    let money: number;
    if (options.route === 'book') {
      filled = exchange.market(lots > 0 ? 1 : 0, wanted, account);
      notional = exchange.filled[1];
      money = exchange.filled[2];
      tally.addOnBook(notional, lots > 0);
    } else {
      filled = wanted;
      notional = ledger.notional(filled, mark);
      money = ledger.inQuanta(notional, mark);
      if (lots > 0) ledger.trade(desk.accounts.absorber, account, filled, mark);
      else ledger.trade(account, desk.accounts.absorber, filled, mark);
      tally.addAbsorbed(notional);
    }
    if (filled === 0) return 0;
    if (options.fee > 0) {
      const left = cross === null ? ledger.equity(account, mark) : cross.equity(account, this.marks);
      desk.waterfall.fee(account, money * options.fee, left, mark);
    }
    const needed = Math.ceil(share * size);
    if (filled > needed) tally.addOver(filled - needed);
    this.note(account, desk, filled, notional, time);
    const partial = wanted < size;
    let debt = 0;
    if (cross !== null) debt = this.keepCross(account, cross, market, lots > 0, time, partial);
    else if (ledger.lots[account] === 0) debt = this.close(account, market, lots > 0);
    else this.keep(account, desk, time, partial, filled === wanted);
    this.report(account, market, filled, notional, ledger.averageTick(filled, money), time, mcr, debt, options.route, lots > 0);
    return filled;
  }

  /** Puts back a cross account after an order, or closes its books when it holds nothing any more; returns its bad debt. */
  private keepCross(account: number, cross: CrossDesk, market: number, long: boolean, time: number, partial: boolean): number {
    cross.sync(account);
    if (cross.isFlat(account)) {
      cross.remove(TAKEOVERS, account);
      cross.remove(CALLS, account);
      this.status[account] = CLOSED;
      return this.settle(account, market, long);
    }
    if (this.called[account] === 0) cross.place(CALLS, account);
    if (this.backstopped) cross.place(TAKEOVERS, account);
    const { policy } = this.parts.options;
    if (partial && policy.kind === 'partial') {
      this.begun[account] = 1;
      this.status[account] = COOLING;
      this.cooling.add(account, time + policy.cooldown);
    } else this.queue.push(account, this.priority(account));
    return 0;
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

  private close(account: number, market: number, long: boolean): number {
    this.status[account] = CLOSED;
    this.desks[market].remove(TAKEOVERS, account);
    return this.settle(account, market, long);
  }

  /** Closes the books of a group whose last lots, long or short, were in a market; returns its bad debt. */
  private settle(account: number, market: number, long: boolean): number {
    const { deleveraging, marks, parts } = this;
    const { waterfall } = this.desks[market];
    const need = deleveraging === null ? 0 : waterfall.uncovered(account);
    if (deleveraging === null || need === 0) return waterfall.settle(account, marks[market], NO_HAIRCUTS);
    const haircuts = deleveraging.haircuts(market, long, need, marks);
    const debt = waterfall.settle(account, marks[market], haircuts);
    for (const { account: winner, amount } of haircuts) {
      // With less cash it may be below a level.
      this.watch(winner);
      mix(parts.hash, parts.keyLo[winner]);
      mix(parts.hash, amount);
    }
    return debt;
  }

  /** Notional that the backstop holds from takeovers, in every market, in the options' units. */
  private get takenOver(): number {
    let sum = 0;
    for (const desk of this.desks) sum += desk.tally.takenOver * desk.scale;
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
    if (backstop === null || (backstop.capacity !== Infinity && this.takenOver + notional * desk.scale > backstop.capacity)) return;
    const mcr = desk.coverage(account, mark);
    if (lots > 0) ledger.tradeFor(accounts.backstop, accounts.backstop, account, size, mark);
    else ledger.tradeFor(accounts.backstop, account, accounts.backstop, size, mark);
    this.status[account] = CLOSED;
    const needed = Math.ceil(shareToRestore(mcr, desk.margin.threshold) * size);
    if (size > needed) tally.addOver(size - needed);
    tally.addTakeover(notional);
    this.note(account, desk, size, notional, time);
    const debt = desk.waterfall.takeOver(account, mark);
    this.report(account, market, size, notional, mark, time, mcr, debt, 'backstop', lots > 0);
  }

  /** The backstop takes a cross account over: all its positions at the marks, and its cash. */
  private takeOverAll(account: number, cross: CrossDesk, time: number): void {
    const { desks, marks } = this;
    const { backstop } = this.parts.options;
    let whole = 0;
    let last = -1;
    for (let m = 0; m < desks.length; m++) {
      whole += desks[m].notional(account, marks[m]) * desks[m].scale;
      if (desks[m].ledger.lots[account] !== 0) last = m;
    }
    if (backstop === null || (backstop.capacity !== Infinity && this.takenOver + whole > backstop.capacity)) return;
    const mcr = cross.coverage(account, marks);
    this.status[account] = CLOSED;
    cross.remove(CALLS, account);
    for (let m = 0; m <= last; m++) {
      const { ledger, tally, accounts, waterfall } = desks[m];
      const lots = ledger.lots[account];
      if (lots === 0) continue;
      const size = Math.abs(lots);
      const notional = desks[m].notional(account, marks[m]);
      const needed = Math.ceil(cross.shareToRestore(account, m, marks, 0) * size);
      if (lots > 0) ledger.tradeFor(accounts.backstop, accounts.backstop, account, size, marks[m]);
      else ledger.tradeFor(accounts.backstop, account, accounts.backstop, size, marks[m]);
      if (size > needed) tally.addOver(size - needed);
      tally.addTakeover(notional);
      this.note(account, desks[m], size, notional, time);
      const debt = m === last ? waterfall.takeOver(account, marks[m]) : 0;
      this.report(account, m, size, notional, marks[m], time, mcr, debt, 'backstop', lots > 0);
    }
    cross.sync(account);
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
    fillTick: number,
    time: number,
    mcr: number,
    badDebt: number,
    route: ForcedFill['route'],
    long: boolean,
  ): void {
    if (this.listener === null) return;
    this.listener({
      time,
      market,
      account,
      long,
      lots,
      notional,
      fillTick,
      triggerTick: this.parts.marketOf[account] === SEVERAL ? this.marks[market] : this.trigger[account],
      mcr,
      generation: this.generation[account],
      parent: this.parent[account],
      badDebt,
      route,
    });
  }

  /** Watches every group of a market at what it holds now, after its balances changed by something else than its own orders. */
  refresh(market: number): void {
    const { traders, marketOf } = this.parts;
    for (let i = 0; i < traders; i++) if (marketOf[i] === market) this.watch(i);
    for (const account of this.cross?.accounts ?? []) this.watch(account);
  }

  /** Watches a group that is not closed at what it holds now. */
  private watch(account: number): void {
    if (this.status[account] === CLOSED) return;
    const market = this.parts.marketOf[account];
    const desk = market === SEVERAL && this.cross !== null ? this.cross : this.desks[market];
    if (this.status[account] === HEALTHY) desk.place(THRESHOLD, account);
    else if (this.backstopped) desk.place(TAKEOVERS, account);
    if (this.called[account] === 0) desk.place(CALLS, account);
  }

  /**
   * Σ max(0, −equity) of the groups of a market that are still open at the marks of all markets, as notional; cross accounts count with the
   * first market.
   */
  latentBadDebt(market: number, marks: Float64Array): number {
    const { ledger } = this.desks[market];
    const { traders, marketOf } = this.parts;
    const { cross } = this;
    let debt = 0;
    for (let i = 0; i < traders; i++) {
      if (marketOf[i] !== market || this.status[i] === CLOSED) continue;
      const worth = ledger.worth(i, marks[market]);
      if (worth < 0) debt -= worth;
    }
    if (market !== 0 || cross === null) return debt;
    for (const account of cross.accounts) {
      if (this.status[account] !== CLOSED) debt += Math.max(0, -cross.equity(account, marks));
    }
    return debt;
  }

  /** Whether a group is open with more than it needs at the marks. */
  isCovered(account: number, marks: Float64Array): boolean {
    if (this.status[account] === CLOSED) return false;
    const market = this.parts.marketOf[account];
    if (market === SEVERAL && this.cross !== null) return this.cross.coverage(account, marks) > this.desks[0].margin.threshold;
    return !this.desks[market].isBelow(account, marks[market], THRESHOLD, true);
  }

  /** Called groups that were never liquidated and stand above the call level at the marks. */
  curedAt(marks: Float64Array): number {
    const { traders, marketOf } = this.parts;
    const { cross } = this;
    let cured = 0;
    for (let i = 0; i < traders; i++) {
      if (this.called[i] === 0 || this.firstTime[i] >= 0 || this.status[i] !== HEALTHY) continue;
      const market = marketOf[i];
      if (market === SEVERAL && cross !== null) {
        if (cross.coverage(i, marks) >= this.desks[0].margin.call) cured++;
      } else if (!this.desks[market].isBelow(i, marks[market], CALLS, false)) cured++;
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
  state(): readonly (Float64Array | Int32Array | Int8Array | Uint8Array | Uint16Array | Uint32Array)[] {
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
      ...(this.cross === null ? [] : this.cross.state()),
      ...(this.deleveraging === null ? [] : this.deleveraging.state()),
      ...this.queue.state(),
      ...this.pending.state(),
      ...this.cooling.state(),
    ];
  }
}
