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

/**
 * Double-entry ledger of one asset and the currency that it settles in: `cash` in quanta and signed `lots`, one entry an account, whole
 * numbers. It holds nothing derived: equity is `cash` and what the lots are worth at the mark, and no entry price is kept.
 * Of several assets each has one of its own, and those that settle in the same currency share `cash`: general-ledger.ts.
 *
 * Two checks that share no code path: running totals of everything posted, looked at every step (`runningError`), and a recount
 * from the balances themselves (`recount`).
 */
export class Ledger {
  readonly cash: Float64Array;
  readonly lots: Float64Array;
  /** As the contract states it. */
  factor: number;
  /** Whether it settles in coin. */
  inverse: boolean;
  private readonly totals = new Float64Array(6);
  private spot: boolean;

  /** @param cash of a currency that other assets settle in as well. */
  constructor(accounts: number, factor: number, kind: Contract['kind'] = 'linear', cash: Float64Array = new Float64Array(accounts)) {
    this.cash = cash;
    this.lots = new Float64Array(accounts);
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
  }

  /** One leg of a posting. Every movement needs legs that sum to zero: use `trade` or `transfer`. */
  post(account: number, cash: number, lots: number): void {
    this.leg(account, cash, lots);
    this.totals[POSTINGS]++;
  }

  private leg(account: number, cash: number, lots: number): void {
    this.cash[account] += cash;
    this.lots[account] += lots;
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
   * Two sums of each kind, so that no addition waits for the one before.
   */
  recount(): number {
    const { cash, lots } = this;
    const count = cash.length;
    let cashEven = 0;
    let cashOdd = 0;
    let lotsEven = 0;
    let lotsOdd = 0;
    let fractions = 0;
    let largest = 0;
    for (let i = 0; i + 1 < count; i += 2) {
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
    if ((count & 1) === 1) {
      const c = cash[count - 1];
      const l = lots[count - 1];
      cashEven += c;
      lotsEven += l;
      fractions += c - Math.floor(c) + (l - Math.floor(l));
      largest = Math.max(largest, Math.abs(c));
    }
    const error =
      Math.abs(cashEven + cashOdd - this.totals[START_CASH]) +
      Math.abs(lotsEven + lotsOdd - this.totals[START_LOTS]) +
      fractions +
      (largest > MAX_QUANTA ? largest : 0);
    return error === error ? error : Infinity;
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
  state(): readonly Float64Array[] {
    return [this.cash, this.lots, this.totals];
  }
}
