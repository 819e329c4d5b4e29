import { Agenda } from '../core/agenda.ts';
import { AccountQueue, ReadyLine } from '../core/queue.ts';
import { bits } from '../core/random.ts';
import type { Root } from '../core/random.ts';
import { AccountAuction } from './account-auction.ts';
import { Allowances } from './allowance.ts';
import { Closing } from './closing.ts';
import { Deleveraging } from './deleveraging.ts';
import { CALLS, OFF_BOOK, TAKEOVERS, THRESHOLD } from './desk.ts';
import type { Desk } from './desk.ts';
import { Desks } from './desks.ts';
import type { BorrowerParts, DeskParts } from './desks.ts';
import type { Disposal, DisposalOutcome } from './disposal.ts';
import { openDisposal } from './disposals.ts';
import { EngineMarket } from './engine-market.ts';
import { ANSWERED, CALLED, CLOSED, COOLING, Groups, HEALTHY, HELD, WAITING } from './groups.ts';
import { chargeBorrowing } from './borrowing.ts';
import type { BorrowingTerms } from './borrowing.ts';
import { chargeInterest } from './interest.ts';
import type { Keepers } from './keepers.ts';
import type { LiquidationOptions } from './options.ts';
import { ProfitLimit } from './profit-limit.ts';
import { isTaken, Takers } from './takers.ts';
import { Unwinding } from './unwinding.ts';
import { WinnerRanking } from './winner-ranking.ts';
import { WinnerScan } from './winners.ts';
import type { Stakes } from './winners.ts';

/** What the engine needs to know of the markets around it. */
export interface Surroundings {
  /** A market's margin price now, in whole ticks ≥ 1. */
  mark(market: number): number;
  /** Lets a market's makers look at it if their reaction time has passed; true if they did. */
  react(market: number, time: number): boolean;
  /** When a market's makers look next; Infinity when nobody does. */
  nextLook(market: number): number;
  /** Depth of a market's thinner side, in one unit all run long; asked only for margin that follows it. */
  depth(market: number): number;
}

/** Loans of a run. */
export interface LendingParts extends BorrowerParts {
  readonly keepers: Keepers;
  /** Whom interest is paid to. */
  readonly lenders: number;
  /** By market: depositors of its stability pool. */
  readonly depositors: readonly Int32Array[];
}

/** What became of loans in a run, and of those who liquidated them. */
export interface LendingOutcome extends DisposalOutcome {
  /** Quanta. */
  readonly gained: number;
}

/** One run's terms. */
export interface EngineParts extends DeskParts {
  readonly options: LiquidationOptions;
  /** Who lends and borrows; null: nobody. */
  readonly lending: LendingParts | null;
  /** Who bids for accounts that are auctioned; null: none are. */
  readonly bidders: Keepers | null;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Draws of the queue rule `random`. */
  readonly root: Root;
  /** What traders put in, where winners can be deleveraged; null where they cannot. */
  readonly stakes: Stakes | null;
  /** Lanes of the run's hash, which every forced fill is mixed into. */
  readonly hash: Uint32Array;
}

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
 * sequential mode the mark is looked at again after each fill. Desks know the regimes, `closing` knows how groups leave.
 */
export class LiquidationEngine {
  readonly markets: readonly EngineMarket[];
  readonly groups: Groups;
  /** The regimes' desks: what each group is worth and has to hold. */
  readonly desks: Desks;
  readonly closing = new Closing();
  /** Told of each margin call when anybody answers them. */
  onCall: ((account: number, time: number) => void) | null = null;
  /** Whose profit pays for what the fund cannot; null where nobody's does. */
  deleveraging: Deleveraging | null = null;
  /** How far open profit may grow; null: as far as it will. */
  profitLimit: ProfitLimit | null = null;
  /** How much may be liquidated at a time; null: no limit. */
  private allowances: Allowances | null = null;
  /** Who takes positions over at a price of the venue's own; null where forced orders go into the book. */
  private takers: Takers | null = null;
  /** How the vault works off what it took over; null: it keeps it. */
  private unwinding: Unwinding | null = null;
  private parts!: EngineParts;
  /** What becomes of the groups of each desk, null where the venue closes them by orders; and those that are not null. */
  private disposalOf: readonly (Disposal | null)[] = [];
  private disposals: readonly Disposal[] = [];
  /** Margin price of each market as the engine last saw it. */
  private readonly marks: Float64Array;
  /** What each was before it last moved. */
  private readonly previous: Float64Array;
  /** Sides of each market that have run dry, [market × 2 + side]. */
  private readonly dry: Uint8Array;
  private readonly queue: AccountQueue;
  private readonly pending: ReadyLine;
  /** Who waits for its next order, by the time of it. */
  private readonly cooling: AccountQueue;
  /** Groups that are held, by the end of their grace; null where there is none. */
  private holding: Agenda | null = null;
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
    this.markets = maxTicks.map(() => new EngineMarket());
    this.groups = new Groups(traders);
    this.desks = new Desks(this.markets, this.groups, maxTicks);
    this.marks = new Float64Array(maxTicks.length);
    this.previous = new Float64Array(maxTicks.length);
    this.dry = new Uint8Array(2 * maxTicks.length);
    this.queue = new AccountQueue(traders);
    this.pending = new ReadyLine(traders);
    this.cooling = new AccountQueue(traders);
    this.out = new Int32Array(traders);
    this.stuck = new Int32Array(traders);
    this.priorityOf = (account) => this.priority(account);
  }

  /** Takes in one run's terms and all positions as its ledgers have them. */
  open(parts: EngineParts): void {
    const { options, ledger, keyHi, keyLo, hash } = parts;
    const { groups, markets, marks } = this;
    this.parts = parts;
    this.backstopped = options.backstop !== null;
    this.followsMark = options.queue === 'worst-first' || options.queue === 'trigger-price';
    for (let m = 0; m < markets.length; m++) markets[m].open(parts.markets[m]);
    this.desks.open(parts);
    groups.reset();
    for (const desk of this.desks.all) groups.admit(desk.accounts, desk.market < 0 ? null : markets[desk.market].ledger.lots);
    this.deleveraging = this.openDeleveraging(parts);
    this.profitLimit = this.openProfitLimit(parts);
    this.allowances = options.throttle === undefined ? null : new Allowances(options.throttle, parts.traders, markets.length);
    const { policy } = options;
    this.takers = isTaken(policy) ? new Takers(policy, parts.traders) : null;
    const unwind = options.backstop?.unwind;
    this.unwinding = unwind === undefined ? null : new Unwinding(unwind, options.route, markets, hash);
    marks.fill(0);
    this.previous.fill(0);
    this.dry.fill(0);
    this.queue.reset(keyHi, keyLo);
    this.pending.reset();
    this.cooling.reset(keyHi, keyLo);
    this.holding = (options.grace ?? 0) > 0 ? new Agenda(keyHi, keyLo) : null;
    this.clock.fill(0);
    const { deleveraging, allowances } = this;
    const onHaircut = (account: number): void => this.reconsider(account);
    this.closing.open({
      options,
      markets,
      ledger,
      groups,
      marks,
      previous: this.previous,
      keyLo,
      allowances,
      takers: this.takers,
      deleveraging,
      onHaircut,
      hash,
    });
    this.disposalOf = this.desks.all.map((desk) => this.openDisposalOf(desk, parts));
    this.disposals = this.disposalOf.filter((disposal) => disposal !== null);
  }

  private openDisposalOf(desk: Desk, { options, lending, bidders, keyHi, keyLo }: EngineParts): Disposal | null {
    const { groups, closing, allowances, marks, markets, priorityOf: priority } = this;
    const market = desk.home;
    const shared = {
      desk,
      market,
      place: markets[market],
      groups,
      closing,
      allowances,
      marks,
      priority,
      keyHi,
      keyLo,
      call: (account: number, time: number) => {
        desk.remove(THRESHOLD, account);
        this.join(account, marks[market], time, -1, 0);
      },
      release: (account: number) => this.release(account),
      watch: (account: number) => this.watch(account),
    };
    if (desk.market < 0 && bidders !== null && options.auction !== undefined && !markets[market].ledger.inverse) {
      const optionsWorth = (account: number): number => this.desks.optionsWorth(account, marks);
      const { threshold } = markets[0].margin;
      const nobody = { lenders: -1, depositors: new Int32Array(0) };
      return new AccountAuction({ ...shared, ...nobody, threshold, keepers: bidders, markets, optionsWorth }, options.auction);
    }
    const loans = lending !== null && this.desks.lends(desk) ? lending.terms[market] : null;
    if (lending === null || loans === null) return null;
    const { keepers, lenders, depositors } = lending;
    return openDisposal(loans, { ...shared, threshold: loans.margin.threshold, keepers, lenders, depositors: depositors[market] });
  }

  private openProfitLimit({ options, stakes, ledger, keyHi, keyLo }: EngineParts): ProfitLimit | null {
    if (options.profitLimit === undefined) return null;
    if (stakes === null) throw new Error('liquidation engine: found no stakes, want what traders put in to know their profit');
    const scales = this.markets.map(({ scale }) => scale);
    const isHealthy = (account: number): boolean => this.groups.status[account] === HEALTHY;
    return new ProfitLimit({ options: options.profitLimit, ledger, stakes, scales, isHealthy, keyHi, keyLo });
  }

  /** Closes positions whose profit has outgrown the pool that owes it. */
  trim(): void {
    const { profitLimit, desks, markets, marks, closing } = this;
    if (profitLimit === null) return;
    for (let m = 0; m < markets.length; m++) {
      if (markets[m].spot) continue;
      for (const desk of desks.within[m]) {
        if (desks.lends(desk)) continue;
        for (const long of [true, false])
          for (const account of profitLimit.overgrown(m, long, desk.accounts, marks[m])) profitLimit.note(m, closing.cashOut(account, m));
      }
    }
  }

  private openDeleveraging(parts: EngineParts): Deleveraging | null {
    const { stakes, ledger, traders, optioned, keyHi, keyLo, exactScan } = parts;
    const { adl } = parts.options;
    if (adl === null) return null;
    if (stakes === null) throw new Error('liquidation engine: found no stakes, want what traders put in to deleverage them');
    const { groups } = this;
    const isCross = (account: number): boolean => this.desks.of(account).market < 0;
    // Borrowers have no profit against anybody.
    const worthOf = (account: number, marks: Float64Array): number => {
      const desk = this.desks.of(account);
      return this.markets[desk.home].ledger.inQuanta(desk.worth(account, marks), marks[desk.home]);
    };
    const isHealthy = (account: number): boolean => groups.status[account] === HEALTHY && !this.desks.lends(this.desks.of(account));
    const winners = { rule: adl, ledger, traders, isCross, worthOf, isHealthy, stakes, keyHi, keyLo };
    // What options are worth follows from more than balances and marks.
    const isRanked = adl.kind === 'queue' && optioned.length === 0 && !exactScan;
    return new Deleveraging(winners, isRanked ? new WinnerRanking(winners) : new WinnerScan(winners));
  }

  private disposalFor(account: number): Disposal | null {
    return this.disposalOf[this.desks.placeOf(account)];
  }

  /** Lets margin that follows its market do so, at the end of a step's trading and before anybody is looked at. */
  renewRates(step: number, time: number, around: Surroundings): void {
    if (this.desks.renewRates(step, time, around)) this.clock[STALE] = 1;
  }

  /**
   * Finds every group with positions in one market alone that has crossed a level at its mark: calls go out, liquidations are queued,
   * takeovers happen at once. `parent`: the group whose forced fill moved the mark, or −1.
   */
  evaluate(market: number, mark: number, time: number, parent: number): void {
    if (this.marks[market] !== mark) {
      this.previous[market] = this.marks[market] || mark;
      this.marks[market] = mark;
      this.clock[STALE] = 1;
    }
    const desks = this.desks.within[market];
    for (let i = 0; i < desks.length; i++) this.look(desks[i], mark, time, parent);
  }

  /** The same for groups with positions in several, once the marks of all markets have been evaluated. */
  evaluateShared(time: number, parent: number): void {
    const desks = this.desks.shared;
    for (let i = 0; i < desks.length; i++) this.look(desks[i], 0, time, parent);
  }

  private look(desk: Desk, mark: number, time: number, parent: number): void {
    const { out, marks, groups } = this;
    const called = desk.collect(CALLS, marks, out);
    if (called > 0) this.call(desk, called, time);
    const crossed = desk.collect(THRESHOLD, marks, out);
    if (crossed > 1) out.subarray(0, crossed).sort();
    const generation = parent < 0 ? 0 : groups.generation[parent] + 1;
    for (let i = 0; i < crossed; i++) {
      this.join(out[i], mark, time, parent, generation);
      if (this.watchesTakeover(out[i])) desk.place(TAKEOVERS, out[i]);
    }
    if (!this.backstopped && this.holding === null) return;
    const sunk = desk.collect(TAKEOVERS, marks, out);
    if (sunk > 1) this.orderTakeovers(out.subarray(0, sunk));
    for (let i = 0; i < sunk; i++) {
      if (this.backstopped) this.closing.takeOver(desk, out[i], time);
      else if (groups.status[out[i]] === HELD) this.proceed(out[i], time);
    }
  }

  /** Whether the level of takeovers concerns a group below its threshold: without a backstop it ends a grace; no vault takes over loans, or what is auctioned. */
  private watchesTakeover(account: number): boolean {
    return (this.backstopped || this.groups.status[account] === HELD) && this.disposalFor(account) === null;
  }

  /** Calls the first of `out`; who was called before counts once. */
  private call(desk: Desk, count: number, time: number): void {
    const { out, onCall } = this;
    const { called, calledAt } = this.groups;
    let fresh = 0;
    for (let i = 0; i < count; i++) {
      const account = out[i];
      if (called[account] === 0) fresh++;
      called[account] = CALLED;
      calledAt[account] = time;
      if (onCall !== null) onCall(account, time);
    }
    this.markets[desk.home].tally.addCalls(fresh);
  }

  /** A vault with limited room serves by the queue's rule, ties by account key; without a limit the order is that of account keys. */
  private orderTakeovers(accounts: Int32Array): void {
    const { keyHi, keyLo, options } = this.parts;
    const limited = options.backstop !== null && options.backstop.capacity !== Infinity;
    const ordered = Array.from(accounts, (account) => ({ account, priority: limited ? this.priority(account) : 0 }));
    ordered.sort((a, b) => a.priority - b.priority || keyHi[a.account] - keyHi[b.account] || keyLo[a.account] - keyLo[b.account]);
    for (let i = 0; i < ordered.length; i++) accounts[i] = ordered[i].account;
  }

  private join(account: number, mark: number, time: number, parent: number, generation: number): void {
    const { groups } = this;
    groups.trigger[account] = mark;
    groups.triggeredAt[account] = time;
    // A group that comes back keeps the tag of its first crossing.
    if (groups.firstTime[account] < 0) {
      groups.parent[account] = parent;
      groups.generation[account] = generation;
    }
    const { grace = 0 } = this.parts.options;
    // Loans and auctions know no grace.
    if (this.holding === null || this.disposalFor(account) !== null || time >= groups.calledAt[account] + grace)
      this.proceed(account, time);
    else {
      groups.status[account] = HELD;
      this.holding.add(account, groups.calledAt[account] + grace);
    }
  }

  /** Has a group that is to be liquidated wait for its turn. */
  private proceed(account: number, time: number): void {
    this.groups.status[account] = WAITING;
    const disposal = this.disposalFor(account);
    if (disposal !== null) {
      disposal.enter(account, time);
      return;
    }
    const { latency } = this.parts.options;
    if (latency === 0) this.queue.push(account, this.priority(account));
    else this.pending.add(account, time + latency);
  }

  /** Groups that the engine has yet to deal with, those that cool down included. */
  get waiting(): number {
    const { disposals } = this;
    let waiting = this.queue.length + this.pending.length + this.cooling.length;
    for (let i = 0; i < disposals.length; i++) waiting += disposals[i].waiting;
    return waiting;
  }

  /** What the disposals have come to so far, with what keepers have gained at the marks, in quanta; null: nobody borrows. */
  lendingOutcome(marks: Float64Array): LendingOutcome | null {
    const { lending } = this.parts;
    if (lending === null) return null;
    const outcomes = this.disposals.map(({ outcome }) => outcome);
    const sum = (part: (outcome: DisposalOutcome) => number): number => outcomes.reduce((whole, outcome) => whole + part(outcome), 0);
    return {
      gained: lending.keepers.gain(this.markets, marks),
      auctioned: sum(({ auctioned }) => auctioned),
      forNothing: sum(({ forNothing }) => forNothing),
      redistributed: sum(({ redistributed }) => redistributed),
      recovery: Math.max(0, ...outcomes.map(({ recovery }) => recovery)),
      bandsSold: sum(({ bandsSold }) => bandsSold),
      bandsBought: sum(({ bandsBought }) => bandsBought),
      bandsLost: sum(({ bandsLost }) => bandsLost),
    };
  }

  /** What those who bid for accounts have gained so far, with all that they hold at the marks, in quanta; NaN: nobody bids. */
  biddersGain(marks: Float64Array): number {
    const { bidders } = this.parts;
    return bidders === null ? NaN : bidders.gain(this.markets, marks, (account) => this.desks.optionsWorth(account, marks));
  }

  /** When a disposal acts next; Infinity when none does. */
  private get nextDisposal(): number {
    const { disposals } = this;
    let next = Infinity;
    for (let i = 0; i < disposals.length; i++) next = Math.min(next, disposals[i].nextTime);
    return next;
  }

  /** Lets the disposals do what is due by a moment. */
  private dispose(time: number, around: Surroundings, sequential: boolean): void {
    for (const [place, disposal] of this.disposalOf.entries()) {
      if (disposal === null || disposal.nextTime > time) continue;
      const market = Math.max(0, this.desks.all[place].market);
      if (around.react(market, time) && sequential) this.lookAt(market, around, time, -1);
      while (disposal.nextTime <= time) {
        const sold = disposal.act(time);
        // What lenders had taken over before is nobody's any more.
        if (sold >= 0 && sequential) this.lookAt(market, around, time, sold < this.groups.status.length ? sold : -1);
      }
    }
  }

  /**
   * Sends orders until nobody waits or the time is up. A group whose side of the book has run dry is set aside until the makers have quoted
   * again; groups on the other side go on.
   */
  work(from: number, until: number, around: Surroundings): void {
    if (this.waiting === 0 && !(Math.min(this.nextRelease, this.nextDisposal) < until)) return;
    const { clock, queue, parts, stuck, dry, groups } = this;
    const gap = parts.options.ordersPerSecond === Infinity ? 0 : 1 / parts.options.ordersPerSecond;
    const sequential = parts.options.mode === 'sequential';
    let time = from;
    let aside = 0;
    dry.fill(0);
    for (;;) {
      this.admit(time);
      if (this.nextDisposal <= time) this.dispose(time, around, sequential);
      if (aside > 0 && this.refill(around, time, sequential)) aside = this.rejoin(aside);
      if (queue.length === 0 || clock[FREE_AT] > time) {
        const ready = Math.min(
          this.pending.nextTime,
          this.cooling.firstPriority,
          this.nextRelease,
          aside > 0 ? this.nextRefill(around) : Infinity,
        );
        const next = Math.min(queue.length === 0 ? ready : clock[FREE_AT], this.nextDisposal);
        if (!(next < until)) break;
        time = Math.max(time, next);
        continue;
      }
      if (clock[STALE] === 1) {
        clock[STALE] = 0;
        if (this.followsMark) queue.rekey(this.priorityOf);
      }
      const account = queue.first;
      const desk = this.desks.of(account);
      const market = desk.nextMarket(account, this.marks, dry);
      if (market >= 0 && groups.status[account] === WAITING && around.react(market, time)) {
        // Who comes first may have changed.
        dry[2 * market] = dry[2 * market + 1] = 0;
        if (sequential) this.lookAt(market, around, time, -1);
        continue;
      }
      queue.pop();
      if (groups.status[account] !== WAITING) continue;
      if (!desk.isDue(account, this.marks)) {
        this.release(account);
        continue;
      }
      if (market === OFF_BOOK) {
        clock[FREE_AT] = time + gap;
        if (this.closing.handOver(desk, account, time)) continue;
        if (groups.called[account] === 0) desk.place(CALLS, account);
        if (this.backstopped) desk.place(TAKEOVERS, account);
        queue.push(account, this.priority(account));
        continue;
      }
      if (market < 0) {
        stuck[aside++] = account;
        continue;
      }
      // A long's order goes to the bids.
      const side = 2 * market + (this.markets[market].ledger.lots[account] > 0 ? 0 : 1);
      if (dry[side] === 1 || !this.send(desk, account, market, time)) {
        dry[side] = 1;
        // An account with positions in several markets may have another to go to.
        if (desk.market < 0) queue.push(account, this.priority(account));
        else stuck[aside++] = account;
        continue;
      }
      clock[FREE_AT] = time + gap;
      if (sequential) this.lookAt(market, around, time, account);
    }
    this.rejoin(aside);
  }

  /** Lets the vault send what it may of what it holds in a step of so many seconds, and looks at who that concerns. */
  unwind(time: number, seconds: number, around: Surroundings): void {
    const { unwinding, marks } = this;
    if (unwinding === null) return;
    for (let m = 0; m < this.markets.length; m++) {
      if (unwinding.act(m, marks[m], seconds) && this.parts.options.mode === 'sequential') this.lookAt(m, around, time, -1);
    }
  }

  /** Lets makers look at the markets that have run dry; true when any of them quoted again. */
  private refill(around: Surroundings, time: number, sequential: boolean): boolean {
    const { dry } = this;
    let refilled = false;
    for (let m = 0; m < this.markets.length; m++) {
      if ((dry[2 * m] | dry[2 * m + 1]) === 0 || !around.react(m, time)) continue;
      refilled = true;
      dry[2 * m] = dry[2 * m + 1] = 0;
      if (sequential) this.lookAt(m, around, time, -1);
    }
    return refilled;
  }

  /** Looks at a market's mark, and at everybody whom it concerns. */
  private lookAt(market: number, around: Surroundings, time: number, parent: number): void {
    this.evaluate(market, around.mark(market), time, parent);
    this.evaluateShared(time, parent);
  }

  /** Sends a group's next order and puts back what is left of the group; false when the market had nothing for it. */
  private send(desk: Desk, account: number, market: number, time: number): boolean {
    const { groups } = this;
    const { filled, pause, closed } = this.closing.send(desk, account, market, time);
    if (closed) return true;
    if (filled === 0 && pause < 0) return false;
    if (groups.called[account] !== CALLED) desk.place(CALLS, account);
    if (this.backstopped) desk.place(TAKEOVERS, account);
    if (pause >= 0) {
      if (filled > 0) groups.begun[account] = 1;
      groups.status[account] = COOLING;
      this.cooling.push(account, time + pause);
    } else this.queue.push(account, this.priority(account));
    return true;
  }

  /** When makers look next at a market that has run dry. */
  private nextRefill(around: Surroundings): number {
    const { dry } = this;
    let next = Infinity;
    for (let m = 0; m < this.markets.length; m++) {
      if ((dry[2 * m] | dry[2 * m + 1]) !== 0) next = Math.min(next, around.nextLook(m));
    }
    return next;
  }

  /** Puts back in the queue whom the book had nothing for; returns how many are still set aside: none. */
  private rejoin(aside: number): number {
    for (let i = 0; i < aside; i++) this.queue.push(this.stuck[i], this.priority(this.stuck[i]));
    return 0;
  }

  /** When the next grace ends. */
  private get nextRelease(): number {
    return this.holding === null ? Infinity : this.holding.nextTime;
  }

  /** Liquidates or lets go whose grace has ended by now; who was called anew meanwhile has a later one. */
  private endGraces(holding: Agenda, time: number): void {
    const { groups, marks } = this;
    const { grace = 0 } = this.parts.options;
    for (let account = holding.next(time); account >= 0; account = holding.next(time)) {
      if (groups.status[account] !== HELD) continue;
      if (groups.calledAt[account] + grace > time) {
        holding.add(account, groups.calledAt[account] + grace);
        continue;
      }
      const desk = this.desks.of(account);
      if (!desk.isDue(account, marks)) {
        this.release(account);
        continue;
      }
      if (!this.backstopped) desk.remove(TAKEOVERS, account);
      groups.triggeredAt[account] = time;
      this.proceed(account, time);
    }
  }

  /** Moves to the queue who has become ready by now. */
  private admit(time: number): void {
    const { pending, cooling, queue, groups, marks } = this;
    if (this.holding !== null) this.endGraces(this.holding, time);
    while (pending.nextTime <= time) {
      const account = pending.take();
      if (groups.status[account] === WAITING) queue.push(account, this.priority(account));
    }
    while (cooling.firstPriority <= time) {
      const account = cooling.pop();
      if (groups.status[account] !== COOLING) continue;
      const desk = this.desks.of(account);
      if (desk.isDue(account, marks)) {
        groups.status[account] = WAITING;
        if (desk.market >= 0) groups.trigger[account] = marks[desk.market];
        groups.triggeredAt[account] = time;
        queue.push(account, this.priority(account));
      } else this.release(account);
    }
  }

  /** Lets a group go that is covered again. */
  private release(account: number): void {
    const { groups } = this;
    const desk = this.desks.of(account);
    groups.status[account] = HEALTHY;
    groups.begun[account] = 0;
    this.allowances?.end(account);
    if (this.backstopped) desk.remove(TAKEOVERS, account);
    desk.place(THRESHOLD, account);
  }

  private priority(account: number): number {
    const { options, root, keyHi, keyLo } = this.parts;
    const { marks, groups } = this;
    const desk = this.desks.of(account);
    switch (options.queue) {
      case 'worst-first':
        return desk.coverage(account, marks);
      case 'trigger-price': {
        // An account with positions in several markets has no one trigger price: its coverage rules.
        if (desk.market < 0) return desk.coverage(account, marks);
        const ratio = groups.trigger[account] / marks[desk.market];
        return this.markets[desk.market].ledger.lots[account] > 0 ? -ratio : -1 / ratio;
      }
      case 'arrival':
        return groups.triggeredAt[account];
      case 'largest':
        return -desk.openingNotional(account);
      case 'random':
        return bits(root.lo, root.hi, keyHi[account], keyLo[account], 0);
    }
  }

  /** Whether an account's owner may trade: it is not being liquidated, or not yet while it has grace. */
  isFree(account: number): boolean {
    const status = this.groups.status[account];
    return status === HEALTHY || status === CLOSED || status === HELD;
  }

  /**
   * Takes note that the owner of an account, who was free to, has traded or moved money: with its first lots it is watched, with its last its
   * books are closed, and what it owes then goes down the waterfall. `long`: the side of the position that it held, or holds now, in a
   * market; an isolated account has but one.
   */
  renew(account: number, long: boolean, market = this.desks.of(account).market): void {
    const { status, called } = this.groups;
    const desk = this.desks.of(account);
    desk.sync(account);
    if (desk.isFlat(account)) {
      if (status[account] === CLOSED) return;
      desk.remove(THRESHOLD, account);
      this.closing.close(desk, account, market, long);
      return;
    }
    if (status[account] === CLOSED) {
      // The coins that a liquidation left over are their owner's, and no position.
      if (desk.market < 0) return;
      status[account] = HEALTHY;
      // A call of the position before says nothing of this one.
      if (called[account] === CALLED) called[account] = ANSWERED;
      this.groups.begun[account] = 0;
      this.deleveraging?.enter(account, this.markets[desk.market].ledger.cash[account]);
    }
    this.watch(account);
  }

  /** Takes note that the owner of an isolated account takes money out of it, in quanta, before it does. */
  withdraw(account: number, amount: number): void {
    this.deleveraging?.withdraw(account, amount);
  }

  /** Watches every group that may hold lots of a market at what it holds now, after its balances changed by something else than its own orders. */
  refresh(market: number): void {
    for (const desk of this.desks.within[market]) for (const account of desk.accounts) this.watch(account);
    for (const desk of this.desks.shared) for (const account of desk.accounts) this.watch(account);
  }

  /** Looks at a winner anew that gave: it has less cash or fewer lots, or none. */
  private reconsider(account: number): void {
    const desk = this.desks.of(account);
    desk.sync(account);
    if (!desk.isFlat(account)) {
      this.watch(account);
      return;
    }
    this.groups.status[account] = CLOSED;
    desk.remove(THRESHOLD, account);
    desk.remove(CALLS, account);
  }

  /** Watches a group that is not closed at what it holds now. */
  watch(account: number): void {
    const { groups } = this;
    if (groups.status[account] === CLOSED) return;
    const desk = this.desks.of(account);
    if (groups.status[account] === HEALTHY) desk.place(THRESHOLD, account);
    else if (this.watchesTakeover(account)) desk.place(TAKEOVERS, account);
    if (groups.called[account] !== CALLED) desk.place(CALLS, account);
  }

  /** The same of an account that answers margin calls, at the marks as they stand now: who is back at the call level can be called again. */
  review(account: number, market: number, long: boolean, marks: Float64Array): void {
    this.desks.of(account).sync(account);
    this.endCall(account, marks);
    // Whoever waits in the queue may have another priority now.
    this.clock[STALE] = 1;
    this.renew(account, long, market);
  }

  /** The same of one that answers by doing nothing, so that it is watched already at what it holds. */
  reviewCall(account: number, marks: Float64Array): void {
    if (this.endCall(account, marks) && this.groups.status[account] !== CLOSED) this.desks.of(account).place(CALLS, account);
    this.clock[STALE] = 1;
  }

  /** Ends the call of an account that is back at the call level; whether it did. */
  private endCall(account: number, marks: Float64Array): boolean {
    const { called } = this.groups;
    if (called[account] !== CALLED || this.desks.of(account).isFlat(account) || this.isCalled(account, marks)) return false;
    called[account] = ANSWERED;
    return true;
  }

  /** Whether an account holds a position and stands below the call level at the marks. */
  isCalled(account: number, marks: Float64Array): boolean {
    return this.groups.status[account] !== CLOSED && this.desks.of(account).isBelow(account, marks, CALLS, false);
  }

  /** What the venue demands of an account, and would with so many lots more of a market, or of a listed option after the last. */
  demandWith(account: number, place: number, lots: number, marks: Float64Array): { readonly now: number; readonly after: number } {
    const desk = this.desks.of(account);
    return { now: desk.maintenance(account, marks), after: desk.maintenanceWith(account, place, lots, marks) };
  }

  /** What a lot of a listed option is worth at the marks, in ticks of what it is on. */
  optionPrice(option: number, marks: Float64Array): number {
    return this.desks.optionPrice(option, marks);
  }

  /** Whole quanta that an account lacks for a coverage at the marks; ≤ 0 when it has that. */
  lacking(account: number, coverage: number, marks: Float64Array): number {
    return Math.ceil(this.desks.of(account).lacking(account, coverage, marks));
  }

  /** Charges interest on the loans of a market for so many seconds, to the nearest quantum, and watches them anew; returns what rounding moved. */
  accrue(market: number, seconds: number): number {
    const { lending } = this.parts;
    const loans = lending?.terms[market] ?? null;
    const place = this.desks.all.findIndex((desk, k) => desk.market === market && this.disposalOf[k] !== null);
    const disposal = this.disposalOf[place] ?? null;
    if (lending === null || loans === null || disposal === null) return 0;
    const { ledger } = this.markets[market];
    let rounded = 0;
    for (const account of this.desks.all[place].accounts) {
      if (this.groups.status[account] === CLOSED) continue;
      const owing = disposal.owing(account);
      if (!(owing > 0)) continue;
      rounded += chargeInterest(ledger, account, lending.lenders, owing, loans.interest, seconds);
      this.watch(account);
    }
    return rounded;
  }

  /** Charges interest on what accounts owe of a market's coin, and watches anew who owes it or holds it; returns what rounding moved. */
  chargeBorrowing(market: number, mark: number, terms: BorrowingTerms): number {
    const { ledger, accounts } = this.markets[market];
    const rounded = chargeBorrowing(ledger, this.groups.status.length, accounts.outside, mark, terms);
    for (const desk of this.desks.shared) for (const account of desk.accounts) if (ledger.lots[account] !== 0) this.watch(account);
    return rounded;
  }

  /** Whether a group is open with more than it needs at the marks. */
  isCovered(account: number, marks: Float64Array): boolean {
    return this.groups.status[account] !== CLOSED && !this.desks.of(account).isBelow(account, marks, THRESHOLD, true);
  }

  /** Groups of all markets that had a forced fill. */
  get liquidated(): number {
    let sum = 0;
    for (const { tally } of this.markets) sum += tally.groups;
    return sum;
  }

  /** Starts a step: forgets the last one's flows. */
  beginStep(): void {
    for (const { tally } of this.markets) tally.beginStep();
    this.deleveraging?.beginStep();
  }

  /** All mutable state but the ledger's and the book's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Int8Array | Uint8Array | Uint16Array | Uint32Array)[] {
    return [
      ...this.groups.state(),
      this.clock,
      this.marks,
      this.previous,
      ...this.markets.flatMap((market) => market.state()),
      ...this.desks.state(),
      ...this.disposals.flatMap((disposal) => disposal.state()),
      ...(this.parts.lending === null ? [] : this.parts.lending.keepers.state()),
      ...(this.parts.bidders === null ? [] : this.parts.bidders.state()),
      ...(this.deleveraging === null ? [] : this.deleveraging.state()),
      ...(this.allowances === null ? [] : this.allowances.state()),
      ...(this.unwinding === null ? [] : this.unwinding.state()),
      ...(this.takers === null ? [] : this.takers.state()),
      ...(this.profitLimit === null ? [] : this.profitLimit.state()),
      ...this.queue.state(),
      ...this.pending.state(),
      ...this.cooling.state(),
      ...(this.holding === null ? [] : this.holding.state()),
    ];
  }
}
