import { wholeRatio } from './ratio.ts';
import type { Rounding } from './ratio.ts';
import { MAX_QUANTA } from './units.ts';

/**
 * What a lot of an asset is worth, and in which currency. Two amounts are told apart: money, in quanta of the settlement currency, and
 * notional, what a position stands for in quote units. Linear and spot settle in the quote currency, and both are counted in the same quanta;
 * an inverse contract settles in coin and its notional is its face value at every price, counted in units of one quantum at one tick.
 */
export interface Contract {
  /**
   * linear: a perpetual that is worth lots × tick × factor. inverse: one that is worth −lots × factor / tick in coin, so that who is long
   * gains coin as the price rises. spot: the asset itself, valued like a linear one; lots keep the sum that they open with.
   */
  readonly kind: 'linear' | 'inverse' | 'spot';
  /** Place of the currency that it settles in, or is paid for with, from 0. */
  readonly currency: number;
  /** Whole, ≥ 1. linear and spot: quanta a tick and lot. inverse: quanta × ticks a lot, its face value / (tick × quantum). */
  readonly factor: number;
}

/** Notional of lots at a price in ticks, with their sign. */
export function notionalOf({ kind, factor }: Pick<Contract, 'kind' | 'factor'>, lots: number, tick: number): number {
  return kind === 'inverse' ? lots * factor : lots * tick * factor;
}

/** What acquiring lots at a whole tick adds to cash, in quanta: below 0 what they cost. Of an inverse contract to the nearest quantum. */
export function openingCash({ kind, factor }: Pick<Contract, 'kind' | 'factor'>, lots: number, tick: number): number {
  if (kind !== 'inverse') return -(lots * tick * factor);
  const coin = wholeRatio(Math.abs(lots), factor, tick, 'nearest');
  return lots > 0 ? coin : -coin;
}

const CASH = 0;
const LOTS = 1;
const START_CASH = 2;
const POSTINGS = 3;
const START_LOTS = 4;
const ROUNDING = 5;
/** What the purse's clock said after the last count, 0 before any. */
const COUNTED_AT = 6;

/** Accounts of a stretch, as a power of two: what is counted again together. */
const STRETCH = 6;
export const STRETCH_ACCOUNTS = 1 << STRETCH;
// Sums of a stretch by stretch × 3: cash, lots, and what is wrong with single balances.
const STRETCH_CASH = 0;
const STRETCH_LOTS = 1;
const STRETCH_FAULTS = 2;

/** The cash of one currency, and when anything was last posted to each stretch of accounts, in that currency or in an asset that settles in it. */
export interface Purse {
  /** Quanta by account. */
  readonly cash: Float64Array;
  /** By stretch: what the clock said at its last posting. */
  readonly postedAt: Int32Array;
  /** Counts of balances and laps so far. */
  readonly clock: Int32Array;
}

/** An empty purse. */
export function createPurse(accounts: number): Purse {
  const stretches = Math.ceil(accounts / (1 << STRETCH));
  return { cash: new Float64Array(accounts), postedAt: new Int32Array(stretches), clock: new Int32Array(1) };
}

/**
 * Double-entry ledger of one asset and the currency that it settles in: `cash` in quanta and signed `lots`, one entry an account, whole
 * numbers. It holds nothing derived: equity is `cash` and what the lots are worth at the mark, and no entry price is kept.
 * Of several assets each has one of its own, and those that settle in the same currency share `cash`: general-ledger.ts.
 *
 * Two checks that share no code path: running totals of everything posted, looked at every step (`runningError`), and a recount
 * from the balances themselves, of everybody (`recount`) or of those to whom anything was posted since the last one (`recountPosted`).
 */
export class Ledger {
  readonly cash: Float64Array;
  readonly lots: Float64Array;
  /** As the contract states it. */
  factor: number;
  /** Whether it settles in coin. */
  inverse: boolean;
  private readonly totals = new Float64Array(7);
  private readonly postedAt: Int32Array;
  private readonly clock: Int32Array;
  private readonly stretches: Float64Array;
  private spot: boolean;

  /** @param purse of a currency that other assets settle in as well. */
  constructor(accounts: number, factor: number, kind: Contract['kind'] = 'linear', purse: Purse = createPurse(accounts)) {
    this.cash = purse.cash;
    this.postedAt = purse.postedAt;
    this.clock = purse.clock;
    this.lots = new Float64Array(accounts);
    this.stretches = new Float64Array(3 * purse.postedAt.length);
    this.factor = factor;
    this.inverse = kind === 'inverse';
    this.spot = kind === 'spot';
  }

  /** Empties every account. */
  reset(factor: number, kind: Contract['kind'] = 'linear'): void {
    this.cash.fill(0);
    this.lots.fill(0);
    this.totals.fill(0);
    this.factor = factor;
    this.inverse = kind === 'inverse';
    this.spot = kind === 'spot';
  }

  /** States an opening balance; allowed before `open` only. */
  deposit(account: number, cash: number, lots: number): void {
    this.cash[account] += cash;
    this.lots[account] += lots;
  }

  /**
   * Takes the balances as they stand for the start. Throws, under the name given, unless Σ lots = 0 (a spot asset's may be anything) and
   * every balance is a whole number that float64 holds exactly.
   */
  open(name = 'ledger'): void {
    let cash = 0;
    let lots = 0;
    for (let i = 0; i < this.cash.length; i++) {
      if (!Number.isSafeInteger(this.cash[i]) || !Number.isSafeInteger(this.lots[i])) {
        throw new Error(`${name}: account ${i} opens with ${this.cash[i]} quanta and ${this.lots[i]} lots, want whole numbers below 2^53`);
      }
      cash += this.cash[i];
      lots += this.lots[i];
    }
    if (lots !== 0 && !this.spot) throw new Error(`${name}: positions open with a sum of ${lots} lots, want 0`);
    if (Math.abs(cash) > MAX_QUANTA) throw new Error(`${name}: balances open with a sum of ${cash} quanta, want less than 2^53`);
    this.totals.fill(0);
    this.totals[START_CASH] = cash;
    this.totals[START_LOTS] = lots;
    this.stretches.fill(0);
    this.postedAt.fill(0);
    this.clock.fill(0);
  }

  /** One leg of a posting. Every movement needs legs that sum to zero: use `trade` or `transfer`. */
  post(account: number, cash: number, lots: number): void {
    this.leg(account, cash, lots);
    this.totals[POSTINGS]++;
  }

  private leg(account: number, cash: number, lots: number): void {
    this.cash[account] += cash;
    this.lots[account] += lots;
    this.postedAt[account >> STRETCH] = this.clock[0];
    const { totals } = this;
    totals[CASH] += cash;
    totals[LOTS] += lots;
  }

  /** Both legs of a movement. */
  private move(from: number, to: number, cash: number, lots: number): void {
    this.leg(from, -cash, -lots);
    this.leg(to, cash, lots);
    this.totals[POSTINGS] += 2;
  }

  /** `buyer` takes `lots` > 0 from `seller` at `tick`. The coin of an inverse contract is rounded to the nearest quantum, halves up. */
  trade(buyer: number, seller: number, lots: number, tick: number): void {
    this.move(seller, buyer, this.inverse ? this.coin(lots, tick, 'nearest') : -(lots * tick * this.factor), lots);
  }

  /** The same trade, with the coin of an inverse contract rounded in favour of one of the two: the fund's side of a takeover. */
  tradeFor(favoured: number, buyer: number, seller: number, lots: number, tick: number): void {
    const rounding = favoured === buyer ? 'up' : 'down';
    this.move(seller, buyer, this.inverse ? this.coin(lots, tick, rounding) : -(lots * tick * this.factor), lots);
  }

  /**
   * A trade at an average price of any number of ticks: its money is rounded to the nearest quantum, halves up, and booked to both. Gives
   * that money, ≥ 0.
   */
  tradeAt(buyer: number, seller: number, lots: number, price: number): number {
    const exact = lots * this.lotValue(price);
    const booked = Math.floor(exact + 0.5);
    this.totals[ROUNDING] += Math.abs(booked - exact);
    this.move(seller, buyer, -booked, lots);
    return Math.abs(booked);
  }

  /** `buyer` takes `lots` > 0 from `seller` for a stated sum in whole quanta, whatever the mark. */
  sell(buyer: number, seller: number, lots: number, money: number): void {
    this.move(seller, buyer, -money, lots);
  }

  /** Quanta that the buyer of an inverse contract receives. */
  private coin(lots: number, tick: number, rounding: Rounding): number {
    const booked = wholeRatio(lots, this.factor, tick, rounding);
    this.totals[ROUNDING] += Math.abs(booked - (lots * this.factor) / tick);
    return booked;
  }

  /** Moves `cash` quanta. */
  transfer(from: number, to: number, cash: number): void {
    this.move(from, to, cash, 0);
  }

  /** What a lot is worth at a price in ticks, in quanta; below 0 for an inverse contract. */
  lotValue(tick: number): number {
    return this.inverse ? -this.factor / tick : tick * this.factor;
  }

  /** What an account's lots are worth at a mark in ticks, in quanta; exact at a whole tick, but of an inverse contract. */
  value(account: number, tick: number): number {
    const lots = this.lots[account];
    return this.inverse ? -(lots * this.factor) / tick : lots * tick * this.factor;
  }

  /** Equity of an account that holds nothing else, at a mark in ticks, in quanta: its cash and the value of its lots. */
  equity(account: number, tick: number): number {
    return this.cash[account] + this.value(account, tick);
  }

  /** Notional of lots at a price in ticks, with their sign. */
  notional(lots: number, tick: number): number {
    return this.inverse ? lots * this.factor : lots * tick * this.factor;
  }

  /** Lots of all who are long, which are as many as those of all who are short. One pass over the accounts. */
  get openInterest(): number {
    const { lots } = this;
    let sum = 0;
    for (let i = 0; i < lots.length; i++) if (lots[i] > 0) sum += lots[i];
    return sum;
  }

  /** Money as notional: what an amount of quanta is worth at a price in ticks. */
  inQuote(quanta: number, tick: number): number {
    return this.inverse ? quanta * tick : quanta;
  }

  /** Notional as money: quanta that it is worth at a price in ticks. */
  inQuanta(notional: number, tick: number): number {
    return this.inverse ? notional / tick : notional;
  }

  /** Price in ticks at which lots > 0 are worth so many quanta; of an inverse contract to a millionth, so that whole ticks come out whole. */
  averageTick(lots: number, quanta: number): number {
    return this.inverse ? Math.round(((lots * this.factor) / quanta) * 1048576) / 1048576 : quanta / (lots * this.factor);
  }

  /** `equity` as notional, without a division: of an inverse contract cash × tick − lots × factor. */
  worth(account: number, tick: number): number {
    const lots = this.lots[account];
    return this.inverse ? this.cash[account] * tick - lots * this.factor : this.cash[account] + lots * tick * this.factor;
  }

  /** Imbalance of everything posted since the start, in quanta plus lots: 0, or a leg is missing. */
  runningError(): number {
    return Math.abs(this.totals[CASH]) + Math.abs(this.totals[LOTS]);
  }

  /**
   * Imbalance found by counting all balances again, in quanta plus lots; a balance that is no whole number or too large for one counts too.
   * `each` false: balances to which nothing was posted since the last count are added up only, which takes half of the time.
   */
  recount(each = true): number {
    if (!each) return Math.max(this.recountPosted(), this.sumError());
    for (let stretch = 0; stretch < this.postedAt.length; stretch++) this.countStretch(stretch);
    return this.imbalance();
  }

  /** The same, but balances to which nothing was posted since the last count are taken as counted then. */
  recountPosted(): number {
    const { postedAt } = this;
    const counted = this.totals[COUNTED_AT];
    for (let stretch = 0; stretch < postedAt.length; stretch++) if (postedAt[stretch] >= counted) this.countStretch(stretch);
    return this.imbalance();
  }

  /** Adds up what was counted, and starts the time in which postings come after it. */
  private imbalance(): number {
    const { stretches, totals, clock } = this;
    totals[COUNTED_AT] = ++clock[0];
    let cash = 0;
    let lots = 0;
    let faults = 0;
    for (let at = 0; at < stretches.length; at += 3) {
      cash += stretches[at + STRETCH_CASH];
      lots += stretches[at + STRETCH_LOTS];
      faults += stretches[at + STRETCH_FAULTS];
    }
    const error = Math.abs(cash - totals[START_CASH]) + Math.abs(lots - totals[START_LOTS]) + faults;
    return error === error ? error : Infinity;
  }

  /** By how much all balances together differ from what they opened with. About 2 ns an account where no cache holds them. */
  private sumError(): number {
    const { cash, lots, totals } = this;
    const error = Math.abs(sumOf(cash) - totals[START_CASH]) + Math.abs(sumOf(lots) - totals[START_LOTS]);
    return error === error ? error : Infinity;
  }

  /** Two sums of each kind, so that no addition waits for the one before. About 2.5 ns an account. */
  private countStretch(stretch: number): void {
    const { cash, lots, stretches } = this;
    const from = stretch << STRETCH;
    const to = Math.min(from + (1 << STRETCH), cash.length);
    let cashEven = 0;
    let cashOdd = 0;
    let lotsEven = 0;
    let lotsOdd = 0;
    let fractions = 0;
    let largest = 0;
    for (let i = from; i + 1 < to; i += 2) {
      const c = cash[i];
      const d = cash[i + 1];
      const l = lots[i];
      const m = lots[i + 1];
      cashEven += c;
      cashOdd += d;
      lotsEven += l;
      lotsOdd += m;
      fractions += c - Math.floor(c) + (d - Math.floor(d)) + (l - Math.floor(l) + (m - Math.floor(m)));
      largest = Math.max(largest, Math.abs(c), Math.abs(d));
    }
    if (((to - from) & 1) === 1) {
      const c = cash[to - 1];
      const l = lots[to - 1];
      cashEven += c;
      lotsEven += l;
      fractions += c - Math.floor(c) + (l - Math.floor(l));
      largest = Math.max(largest, Math.abs(c));
    }
    stretches[3 * stretch + STRETCH_CASH] = cashEven + cashOdd;
    stretches[3 * stretch + STRETCH_LOTS] = lotsEven + lotsOdd;
    stretches[3 * stretch + STRETCH_FAULTS] = fractions + (largest > MAX_QUANTA ? largest : 0);
  }

  /** Starts a new time in this currency and gives it: for `postedSince`. */
  lap(): number {
    return ++this.clock[0];
  }

  /** Stretches of accounts to which anything was posted since a lap, in this currency or in an asset that settles in it; returns how many. */
  postedSince(lap: number, into: Int32Array): number {
    const { postedAt } = this;
    let count = 0;
    for (let stretch = 0; stretch < postedAt.length; stretch++) if (postedAt[stretch] >= lap) into[count++] = stretch;
    return count;
  }

  /** Legs posted since the start. */
  get postings(): number {
    return this.totals[POSTINGS];
  }

  /** What rounding moved between the two sides of trades since the start, in quanta. */
  get rounding(): number {
    return this.totals[ROUNDING];
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.cash, this.lots, this.totals, this.stretches, this.postedAt, this.clock];
  }
}

/** Σ of whole numbers. Its quarters are read side by side: one stream out of memory brings half of what four together do. */
function sumOf(values: Float64Array): number {
  const quarter = values.length >> 2;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < quarter; i++) {
    a += values[i];
    b += values[i + quarter];
    c += values[i + 2 * quarter];
    d += values[i + 3 * quarter];
  }
  for (let i = 4 * quarter; i < values.length; i++) a += values[i];
  return a + b + (c + d);
}
