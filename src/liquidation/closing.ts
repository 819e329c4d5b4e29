import { ceilDivide } from '../core/fixed-point.ts';
import { mix } from '../core/random.ts';
import type { GeneralLedger } from '../core/general-ledger.ts';
import type { Allowances } from './allowance.ts';
import { moneyHeld, owedByWinners, sharedByCalled } from './closeout.ts';
import type { Called } from './closeout.ts';
import type { Deleveraging, Haircut } from './deleveraging.ts';
import { CALLS, TAKEOVERS } from './desk.ts';
import type { Desk } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';
import { CALLED, CLOSED, HEALTHY } from './groups.ts';
import type { Groups } from './groups.ts';
import type { LiquidationOptions, PriceLimit } from './options.ts';
import { MILLIONTHS } from './fee.ts';
import { insuranceDelta } from './insurance.ts';
import { bankruptcyMoney, limitTick } from './limits.ts';
import type { LimitedPosition } from './limits.ts';
import { lotsToSend, nextLots, pauseAfter } from './policies.ts';
import { spreadOverDeposits } from './repayment.ts';
import { spreadLoss } from './social-loss.ts';
import { shortageOf } from './takers.ts';
import type { Takers } from './takers.ts';

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
  readonly route:
    | 'book'
    | 'absorber'
    | 'backstop'
    | 'adl'
    | 'keeper'
    | 'auction'
    | 'pool'
    | 'redistributed'
    | 'lenders'
    | 'bands'
    | 'bands-back';
}

/** Lots that left a group by something else than an order of the venue's own. */
export interface Seizure {
  readonly lots: number;
  /** What the group was relieved of for them, in quanta. */
  readonly money: number;
  /** MCR and share that would have restored the threshold, before it. */
  readonly mcr: number;
  readonly share: number;
  readonly route: ForcedFill['route'];
  /** Whether the position was long. Absent: true. */
  readonly long?: boolean;
}

/** One run's terms. */
export interface ClosingParts {
  readonly options: LiquidationOptions;
  readonly markets: readonly EngineMarket[];
  readonly ledger: GeneralLedger;
  readonly groups: Groups;
  /** Margin price of each market as the engine last saw it; its own array. */
  readonly marks: Float64Array;
  /** What each was before it last moved. */
  readonly previous: Float64Array;
  readonly keyLo: Uint32Array;
  /** How much may go; null: no limit. */
  readonly allowances: Allowances | null;
  /** Who takes positions over at a price of the venue's own; null where forced orders go into the book. */
  readonly takers: Takers | null;
  /** Whose profit pays for what the fund cannot; null where nobody's does. */
  readonly deleveraging: Deleveraging | null;
  /** Told of winners who gave: they hold less cash or fewer lots. */
  readonly onHaircut: (account: number) => void;
  /** Lanes of the run's hash, which every forced fill is mixed into. */
  readonly hash: Uint32Array;
}

/** What an order left behind. */
export interface Outcome {
  /** Lots filled, or taken over. */
  readonly filled: number;
  /** Seconds until the group's next order; −1: it is in line for it at once. */
  readonly pause: number;
  /** Whether the group holds nothing any more. */
  readonly closed: boolean;
}

/** Who pays where no winner is deleveraged. */
const NO_HAIRCUTS: readonly Haircut[] = [];
const NOTHING_FILLED: Outcome = { filled: 0, pause: -1, closed: false };

/** How groups leave: their orders, takeovers by the backstop, and the books that are closed behind them. */
export class Closing {
  /** Called with each forced fill when somebody wants the detail. */
  listener: ((fill: ForcedFill) => void) | null = null;
  /** Told of each group that holds nothing any more, when anybody wants to come back. */
  onClose: ((account: number) => void) | null = null;
  private parts!: ClosingParts;

  /** Takes in one run's terms. */
  open(parts: ClosingParts): void {
    this.parts = parts;
  }

  /** Sends one order of a group in a market. */
  send(desk: Desk, account: number, market: number, time: number): Outcome {
    const { options, markets, groups, marks, takers } = this.parts;
    const place = markets[market];
    const { ledger, tally, exchange } = place;
    if (this.isBeyondFund(desk, account, market)) {
      const taken = this.deleverage(desk, account, time);
      if (taken > 0) return { filled: taken, pause: -1, closed: groups.status[account] === CLOSED };
    }
    const mark = marks[market];
    const lots = ledger.lots[account];
    const size = Math.abs(lots);
    const position = { desk, place, account, market, marks };
    if (takers !== null && groups.begun[account] === 0) {
      groups.begun[account] = 1;
      takers.begin(account, time);
    }
    if (takers !== null && options.policy.kind === 'shortage' && place.isOwed(account)) return this.repay(takers, position, time);
    const asked = Math.min(desk.largestOrder(account, market, marks), this.lotsAsked(position, time));
    if (asked === 0) return { filled: 0, pause: pauseAfter(options.policy, 0, size), closed: false };
    const wanted = this.allowed(account, market, asked, time);
    if (wanted === 0) return this.waitForRoom(market, 0, time);
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, options.fee, place.margin.threshold);
    const cash = ledger.cash[account];
    const bankrupt = options.feeTerms?.cap === 'bankruptcy' && !place.spot ? bankruptcyMoney(position) : null;
    let filled: number;
    let notional: number;
    let money: number;
    let fillTick = NaN;
    const lacked = takers === null ? 0 : shortageOf(position);
    const reserved = desk.reserved(account, marks);
    if (takers !== null) {
      filled = wanted;
      fillTick = takers.price(position, time);
      notional = ledger.notional(filled, mark);
      money = ledger.inQuanta(notional, mark);
      const insurance = money * takers.insurance(position, time);
      const discount = takers.discount(position, filled, fillTick);
      const { backstop } = place.accounts;
      if (lots > 0) ledger.tradeFor(backstop, backstop, account, filled, mark);
      else ledger.tradeFor(backstop, account, backstop, filled, mark);
      ledger.transfer(account, backstop, discount);
      place.waterfall.fee(account, insurance, desk.equity(account, marks), mark);
      tally.addTakeover(notional);
    } else if (options.route === 'book') {
      filled = this.trade(desk, account, market, wanted);
      notional = exchange.filled[1];
      money = exchange.filled[2];
      tally.addOnBook(notional, lots > 0);
    } else {
      filled = wanted;
      notional = ledger.notional(filled, mark);
      money = ledger.inQuanta(notional, mark);
      if (lots > 0) ledger.trade(place.accounts.absorber, account, filled, mark);
      else ledger.trade(account, place.accounts.absorber, filled, mark);
      tally.addAbsorbed(notional);
    }
    if (filled === 0) return options.limit === undefined ? NOTHING_FILLED : this.leaveRest(options.limit, desk, account, 0, time);
    let insured = 0;
    if (bankrupt !== null) {
      // Of what the whole position had to bring in, the fill's part.
      const least = ceilDivide(bankrupt * BigInt(filled), BigInt(size));
      const delta = Number(insuranceDelta(BigInt(ledger.cash[account] - cash), least, BigInt(Math.round(options.fee * MILLIONTHS))));
      if (delta > 0) place.waterfall.fee(account, delta, desk.equity(account, marks), mark);
      else if (delta < 0) insured = place.waterfall.insure(account, -delta, mark);
    } else if (options.fee > 0) place.waterfall.fee(account, money * options.fee, desk.equity(account, marks), mark);
    // What need no longer be set aside for keepers is theirs.
    if (reserved > 0) {
      const earned = ledger.inQuanta(reserved - desk.reserved(account, marks), mark);
      place.waterfall.fee(account, earned, desk.equity(account, marks), mark);
    }
    const needed = Math.ceil(share * size);
    if (filled > needed) tally.addOver(filled - needed);
    this.note(account, place, filled, notional, time);
    desk.sync(account);
    const closed = desk.isFlat(account);
    const debt = insured + (closed ? this.close(desk, account, market, lots > 0) : 0);
    if (closed && options.remainder === 'fund') place.waterfall.forfeit(account, mark);
    takers?.note(position, lacked);
    const route = takers === null ? options.route : 'backstop';
    if (takers === null) fillTick = ledger.averageTick(filled, money);
    this.report(desk, account, market, filled, notional, fillTick, time, mcr, debt, route, lots > 0);
    this.parts.allowances?.take(account, market, notional * place.scale, time, closed ? 0 : this.leftOf(account));
    if (wanted < asked && !closed) return this.waitForRoom(market, filled, time);
    if (filled < wanted && options.limit !== undefined) return this.leaveRest(options.limit, desk, account, filled, time);
    return { filled, pause: pauseAfter(options.policy, wanted, size), closed };
  }

  /** Lots that the policy asks for. */
  private lotsAsked(position: LimitedPosition, time: number): number {
    const { options, groups, takers } = this.parts;
    const { policy } = options;
    const { desk, place, account, market, marks } = position;
    const size = Math.abs(place.ledger.lots[account]);
    const notional = place.notional(account, marks[market]) * place.scale;
    const first = groups.begun[account] === 0;
    // These ask for nothing else, and making the view below takes a tenth of a microsecond an order.
    if (policy.kind === 'full' || policy.kind === 'partial') return lotsToSend(policy, size, notional, first);
    return nextLots(policy, {
      size,
      notional,
      first,
      ladder: place.margin.maintenance,
      ladderScale: 1 / place.scale,
      shareToRestore: (target) => desk.shareToRestore(account, market, marks, options.fee, target * place.margin.threshold),
      lotsToTake: () => takers?.lots(position, time) ?? size,
    });
  }

  /** Liquidators repay some of a coin that a group owes for its money; once it has none left the debt is written off. */
  private repay(takers: Takers, position: LimitedPosition, time: number): Outcome {
    const { options, marks } = this.parts;
    const { desk, place, account, market } = position;
    const { ledger, tally, waterfall, accounts } = place;
    const mark = marks[market];
    const size = -ledger.lots[account];
    const repaid = takers.repayment(position, time);
    const pause = pauseAfter(options.policy, size, size);
    if (repaid === null) return { filled: 0, pause, closed: false };
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, options.fee, place.margin.threshold);
    const lacked = shortageOf(position);
    let { lots } = repaid;
    let written = 0;
    if (lots > 0) {
      ledger.sell(account, accounts.backstop, lots, repaid.money);
      waterfall.fee(account, repaid.insurance, desk.equity(account, marks), mark);
      tally.addTakeover(ledger.notional(lots, mark));
    } else {
      lots = size;
      written = this.writeOff(position);
    }
    const needed = Math.ceil(share * size);
    if (lots > needed) tally.addOver(lots - needed);
    const notional = ledger.notional(lots, mark);
    this.note(account, place, lots, notional, time);
    desk.sync(account);
    const closed = desk.isFlat(account);
    const debt = written + (closed ? this.close(desk, account, market, false) : 0);
    takers.note(position, lacked);
    const fillTick = repaid.lots > 0 ? ledger.averageTick(lots, repaid.money) : mark;
    this.report(desk, account, market, lots, notional, fillTick, time, mcr, debt, repaid.lots > 0 ? 'backstop' : 'lenders', false);
    return { filled: lots, pause, closed };
  }

  /**
   * A debt in a coin that its group cannot pay for: liquidators repay at the mark what the fund has money for, which is owed then, depositors lose
   * lots for the rest, and what they have too little for is owed to the claim. Returns what depositors bear, as notional.
   */
  private writeOff({ place, account, market, marks }: LimitedPosition): number {
    const { groups, onHaircut, hash, keyLo } = this.parts;
    const { ledger, waterfall, accounts } = place;
    const mark = marks[market];
    const owed = -ledger.lots[account];
    const value = ledger.lotValue(mark);
    const insured = Math.min(owed, Math.floor(Math.max(0, ledger.cash[accounts.fund]) / value));
    if (insured > 0) ledger.trade(account, accounts.backstop, insured, mark);
    const depositors: number[] = [];
    for (let i = 0; i < groups.status.length; i++)
      if (ledger.lots[i] > 0 && (groups.status[i] === HEALTHY || groups.status[i] === CLOSED)) depositors.push(i);
    let left = owed - insured;
    const parts = left === 0 ? [] : spreadOverDeposits(ledger, depositors, left);
    for (const { account: depositor, amount } of parts) {
      ledger.sell(account, depositor, amount, 0);
      left -= amount;
    }
    const borne = waterfall.writeOff((owed - insured - left) * value, mark);
    if (left > 0) ledger.trade(account, accounts.socialised, left, mark);
    for (const { account: depositor, amount } of parts) {
      onHaircut(depositor);
      mix(hash, keyLo[depositor]);
      mix(hash, amount);
    }
    return borne;
  }

  /** Of so many lots those that may go now: whole ones, and one where there is room for less. */
  private allowed(account: number, market: number, lots: number, time: number): number {
    const { allowances, markets, marks } = this.parts;
    if (allowances === null) return lots;
    const place = markets[market];
    const notional = place.notional(account, marks[market]) * place.scale;
    const room = allowances.roomFor(account, market, notional, time);
    return room <= 0 ? 0 : Math.min(lots, Math.max(1, Math.floor((room * Math.abs(place.ledger.lots[account])) / notional)));
  }

  /** Notional that a group still holds, in the options' units; asked only where it matters. */
  private leftOf(account: number): number {
    const { allowances, markets, marks } = this.parts;
    if (allowances?.limitsSystem !== true) return 0;
    let left = 0;
    for (let m = 0; m < markets.length; m++) if (!markets[m].spot) left += markets[m].notional(account, marks[m]) * markets[m].scale;
    return left;
  }

  /** The group waits until more may go. */
  private waitForRoom(market: number, filled: number, time: number): Outcome {
    const { allowances } = this.parts;
    return { filled, pause: allowances === null ? -1 : allowances.nextTime(market, time) - time, closed: false };
  }

  /** Closes up to so many lots of a position in the market, at any price or up to the limit; returns the lots filled. */
  private trade(desk: Desk, account: number, market: number, lots: number): number {
    const { options, markets, marks } = this.parts;
    const place = markets[market];
    const side = place.ledger.lots[account] > 0 ? 1 : 0;
    if (options.limit === undefined) return place.exchange.market(side, lots, account);
    return place.exchange.ioc(side, limitTick(options.limit.price, { desk, place, account, market, marks }), lots, account);
  }

  /** What becomes of a group of which the limit has left something. */
  private leaveRest({ rest, retry }: PriceLimit, desk: Desk, account: number, filled: number, time: number): Outcome {
    const { groups } = this.parts;
    if (rest === 'backstop') {
      desk.remove(TAKEOVERS, account);
      this.takeOver(desk, account, time);
    } else if (rest === 'adl' && groups.status[account] !== CLOSED) this.deleverage(desk, account, time);
    return { filled, pause: retry, closed: groups.status[account] === CLOSED };
  }

  /** The absorber takes what a group holds that trades in no market of the run, at its worth; true when nothing is left. */
  handOver(desk: Desk, account: number, time: number): boolean {
    const { markets, marks } = this.parts;
    const home = markets[desk.home];
    desk.handOver(account, home.accounts.absorber, marks);
    this.note(account, home, 0, 0, time);
    const closed = desk.isFlat(account);
    if (closed) this.close(desk, account, desk.home, true);
    return closed;
  }

  /** The vault takes a position of an isolated account at the mark, off the book, and the account keeps the rest; returns its notional. */
  cashOut(account: number, market: number): number {
    const { markets, marks, hash, keyLo, onHaircut } = this.parts;
    const { ledger, tally, accounts } = markets[market];
    const lots = ledger.lots[account];
    const size = Math.abs(lots);
    if (lots > 0) ledger.tradeFor(accounts.backstop, accounts.backstop, account, size, marks[market]);
    else ledger.tradeFor(accounts.backstop, account, accounts.backstop, size, marks[market]);
    const notional = ledger.notional(size, marks[market]);
    tally.addDeleveraged(notional);
    mix(hash, keyLo[account]);
    mix(hash, size);
    onHaircut(account);
    return notional;
  }

  /** Whether a group owes more than the fund has, and winners are to close against it before it is sold. */
  private isBeyondFund(desk: Desk, account: number, market: number): boolean {
    const { deleveraging, markets, marks } = this.parts;
    if (deleveraging === null || deleveraging.closes === null) return false;
    const { ledger, accounts } = markets[market];
    return desk.equity(account, marks) + Math.max(0, ledger.cash[accounts.fund]) < 0;
  }

  /** Closes what a group holds against winners, off the book, as far as there are any; returns the lots closed. */
  private deleverage(desk: Desk, account: number, time: number): number {
    const { options, deleveraging, markets, marks, previous, onHaircut, hash, keyLo } = this.parts;
    if (deleveraging === null || deleveraging.closes === null) return 0;
    const mcr = desk.coverage(account, marks);
    const whole = moneyHeld(markets, account, marks);
    const owed = owedByWinners(deleveraging.closes, desk, markets, account, marks, previous);
    const called: Called[] = [];
    const given = (): readonly Haircut[] => {
      const haircuts = sharedByCalled(owed, whole, called);
      deleveraging.gave(haircuts);
      return haircuts;
    };
    let lots = 0;
    for (let m = 0; m < markets.length; m++) {
      const { ledger, tally } = markets[m];
      const held = ledger.lots[account];
      // Whoever holds a coin is no winner of who owes it.
      if (held === 0 || markets[m].spot) continue;
      const size = Math.abs(held);
      const needed = Math.ceil(desk.shareToRestore(account, m, marks, 0, markets[m].margin.threshold) * size);
      let closed = 0;
      for (const one of deleveraging.counterparties(m, held > 0, size, marks)) {
        if (held > 0) ledger.tradeFor(account, one.account, account, one.lots, marks[m]);
        else ledger.tradeFor(account, account, one.account, one.lots, marks[m]);
        called.push({ ...one, money: Math.round(Math.abs(one.lots * ledger.lotValue(marks[m]))) });
        closed += one.lots;
      }
      if (closed === 0) continue;
      lots += closed;
      if (closed > needed) tally.addOver(closed - needed);
      const notional = ledger.notional(closed, marks[m]);
      tally.addDeleveraged(notional);
      this.note(account, markets[m], closed, notional, time);
      desk.sync(account);
      const debt = desk.isFlat(account) ? this.settle(desk, account, m, given()) : 0;
      this.report(desk, account, m, closed, notional, marks[m], time, mcr, debt, 'adl', held > 0);
    }
    const { waterfall } = markets[desk.home];
    if (lots > 0 && !desk.isFlat(account)) waterfall.relieve(account, marks[desk.home], given());
    else if (lots > 0 && options.remainder === 'fund') waterfall.forfeit(account, marks[desk.home]);
    for (const one of called) {
      onHaircut(one.account);
      mix(hash, keyLo[one.account]);
      mix(hash, one.lots);
    }
    return lots;
  }

  /** Notes what a group lost in a market to whoever took it, which is booked already; returns whether it holds nothing any more. */
  seized(desk: Desk, account: number, market: number, time: number, { lots, money, mcr, share, route, long = true }: Seizure): boolean {
    const place = this.parts.markets[market];
    const { ledger, tally } = place;
    const mark = this.parts.marks[market];
    const needed = Math.ceil(share * (Math.abs(ledger.lots[account]) + lots));
    if (lots > needed) tally.addOver(lots - needed);
    this.note(account, place, lots, ledger.notional(lots, mark), time);
    desk.sync(account);
    const closed = desk.isFlat(account);
    // In recovery mode a loan can go before any call.
    if (!closed && this.parts.groups.called[account] !== CALLED) desk.place(CALLS, account);
    const debt = closed ? this.close(desk, account, market, long) : 0;
    const price = lots === 0 ? mark : ledger.averageTick(lots, money);
    this.report(desk, account, market, lots, ledger.notional(lots, mark), price, time, mcr, debt, route, long);
    return closed;
  }

  /** Notes lots that were sold out of a loan's price bands, or below 0 bought back into them, for so many quanta: nobody is liquidated by that. */
  bandsTraded(desk: Desk, account: number, market: number, lots: number, money: number, time: number): void {
    if (this.listener === null) return;
    const { marks, markets } = this.parts;
    const { ledger } = markets[market];
    const size = Math.abs(lots);
    this.listener({
      time,
      market,
      account,
      long: true,
      lots: size,
      notional: ledger.notional(size, marks[market]),
      fillTick: ledger.averageTick(size, Math.abs(money)),
      triggerTick: marks[market],
      mcr: desk.coverage(account, marks),
      generation: 0,
      parent: -1,
      badDebt: 0,
      route: lots > 0 ? 'bands' : 'bands-back',
    });
  }

  /** Closes the books of a group whose last lots, long or short, were in a market; returns its bad debt. */
  close(desk: Desk, account: number, market: number, long: boolean): number {
    const { deleveraging, marks, markets, hash, keyLo, onHaircut } = this.parts;
    const need = deleveraging === null ? 0 : markets[market].waterfall.uncovered(account);
    if (deleveraging === null || need === 0 || markets[market].spot) return this.settle(desk, account, market, NO_HAIRCUTS);
    const haircuts = deleveraging.haircuts(market, long, need, marks);
    const debt = this.settle(desk, account, market, haircuts);
    for (const { account: winner, amount } of haircuts) {
      onHaircut(winner);
      mix(hash, keyLo[winner]);
      mix(hash, amount);
    }
    return debt;
  }

  /** The same with what winners give. */
  private settle(desk: Desk, account: number, market: number, haircuts: readonly Haircut[]): number {
    const { options, groups, markets, marks } = this.parts;
    const { waterfall, ledger, accounts } = markets[market];
    groups.status[account] = CLOSED;
    this.parts.allowances?.end(account);
    if (this.onClose !== null) this.onClose(account);
    // Who is not in an index is not looked up there: of many groups its arrays are in no cache.
    if (options.backstop !== null || (options.grace ?? 0) > 0) desk.remove(TAKEOVERS, account);
    if (groups.called[account] !== CALLED) desk.remove(CALLS, account);
    const { cash } = ledger;
    const before = cash[accounts.socialised];
    const debt = waterfall.settle(account, marks[market], haircuts);
    const claim = before - cash[accounts.socialised];
    if (claim > 0 && options.socialised === 'positions') this.socialise(market, claim);
    return debt;
  }

  /** Spreads a claim over everybody who holds lots of a market. */
  private socialise(market: number, claim: number): void {
    const { groups, markets, marks, onHaircut } = this.parts;
    const { ledger, waterfall, accounts } = markets[market];
    const { fund, venue, socialised, absorber, outside } = accounts;
    const parts = spreadLoss(ledger, [fund, venue, socialised, absorber, outside], claim);
    if (parts.length === 0) return;
    waterfall.share(claim, marks[market], parts);
    for (const { account } of parts) if (account < groups.status.length) onHaircut(account);
  }

  /** Notional that the backstop has taken over and keeps, or of what it holds where it works that off, in every market, in the options' units. */
  private get takenOver(): number {
    const { markets, marks, options } = this.parts;
    const keeps = options.backstop?.unwind === undefined;
    let sum = 0;
    for (let m = 0; m < markets.length; m++) {
      const { tally, accounts, scale } = markets[m];
      sum += (keeps ? tally.takenOver : markets[m].notional(accounts.backstop, marks[m])) * scale;
    }
    return sum;
  }

  /** The backstop takes a whole group over, if it has room: all its positions at the marks, off the book, and its cash. */
  takeOver(desk: Desk, account: number, time: number): void {
    const { markets, marks, groups, options } = this.parts;
    const { backstop } = options;
    let whole = 0;
    let last = -1;
    for (let m = 0; m < markets.length; m++) {
      whole += markets[m].notional(account, marks[m]) * markets[m].scale;
      if (markets[m].ledger.lots[account] !== 0) last = m;
    }
    if (backstop === null || (backstop.capacity !== Infinity && this.takenOver + whole > backstop.capacity)) return;
    const mcr = desk.coverage(account, marks);
    groups.status[account] = CLOSED;
    this.parts.allowances?.end(account);
    if (this.onClose !== null) this.onClose(account);
    if (groups.called[account] !== CALLED) desk.remove(CALLS, account);
    desk.handOver(account, markets[0].accounts.backstop, marks);
    if (last < 0) {
      // Nothing but what trades in no market.
      this.note(account, markets[desk.home], 0, 0, time);
      markets[desk.home].waterfall.takeOver(account, marks[desk.home]);
    }
    for (let m = 0; m <= last; m++) {
      const { ledger, tally, accounts, waterfall } = markets[m];
      const lots = ledger.lots[account];
      if (lots === 0) continue;
      const size = Math.abs(lots);
      const notional = markets[m].notional(account, marks[m]);
      const needed = Math.ceil(desk.shareToRestore(account, m, marks, 0, markets[m].margin.threshold) * size);
      if (lots > 0) ledger.tradeFor(accounts.backstop, accounts.backstop, account, size, marks[m]);
      else ledger.tradeFor(accounts.backstop, account, accounts.backstop, size, marks[m]);
      if (size > needed) tally.addOver(size - needed);
      tally.addTakeover(notional);
      this.note(account, markets[m], size, notional, time);
      const debt = m === last ? waterfall.takeOver(account, marks[m]) : 0;
      this.report(desk, account, m, size, notional, marks[m], time, mcr, debt, 'backstop', lots > 0);
    }
    desk.sync(account);
  }

  private note(account: number, { tally }: EngineMarket, lots: number, notional: number, time: number): void {
    const { groups, hash, keyLo } = this.parts;
    if (groups.firstTime[account] < 0) {
      groups.firstTime[account] = time;
      tally.addGroup(groups.generation[account]);
    }
    tally.addFill(lots, time);
    mix(hash, keyLo[account]);
    mix(hash, lots);
    mix(hash, notional);
  }

  private report(
    desk: Desk,
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
    const { groups, marks } = this.parts;
    this.listener({
      time,
      market,
      account,
      long,
      lots,
      notional,
      fillTick,
      triggerTick: desk.market < 0 ? marks[market] : groups.trigger[account],
      mcr,
      generation: groups.generation[account],
      parent: groups.parent[account],
      badDebt,
      route,
    });
  }
}
