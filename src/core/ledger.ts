import { MAX_QUANTA } from './units.ts';

const CASH = 0;
const LOTS = 1;
const START_CASH = 2;
const POSTINGS = 3;

/**
 * Double-entry ledger of one currency and one asset: `cash` in quanta and signed `lots`, one entry an account, whole numbers.
 * It holds nothing derived: equity is `cash + lots × mark × quantaPerTickLot`, and no entry price is kept.
 *
 * Two checks that share no code path: running totals of everything posted, looked at every step (`runningError`), and a recount
 * from the balances themselves (`recount`).
 */
export class Ledger {
  readonly cash: Float64Array;
  readonly lots: Float64Array;
  private readonly totals = new Float64Array(4);
  private quantaPerTickLot: number;

  constructor(accounts: number, quantaPerTickLot: number) {
    this.cash = new Float64Array(accounts);
    this.lots = new Float64Array(accounts);
    this.quantaPerTickLot = quantaPerTickLot;
  }

  /** Empties every account. */
  reset(quantaPerTickLot: number): void {
    this.cash.fill(0);
    this.lots.fill(0);
    this.totals.fill(0);
    this.quantaPerTickLot = quantaPerTickLot;
  }

  /** States an opening balance; allowed before `open` only. */
  deposit(account: number, cash: number, lots: number): void {
    this.cash[account] += cash;
    this.lots[account] += lots;
  }

  /** Takes the balances as they stand for the start. Throws unless Σ lots = 0 and every balance is a whole number that float64 holds exactly. */
  open(): void {
    let cash = 0;
    let lots = 0;
    for (let i = 0; i < this.cash.length; i++) {
      if (!Number.isSafeInteger(this.cash[i]) || !Number.isSafeInteger(this.lots[i])) {
        throw new Error(`ledger: account ${i} opens with ${this.cash[i]} quanta and ${this.lots[i]} lots, want whole numbers below 2^53`);
      }
      cash += this.cash[i];
      lots += this.lots[i];
    }
    if (lots !== 0) throw new Error(`ledger: positions open with a sum of ${lots} lots, want 0`);
    if (Math.abs(cash) > MAX_QUANTA) throw new Error(`ledger: balances open with a sum of ${cash} quanta, want less than 2^53`);
    this.totals.fill(0);
    this.totals[START_CASH] = cash;
  }

  /** One leg of a posting. Every movement needs legs that sum to zero: use `trade` or `transfer`. */
  post(account: number, cash: number, lots: number): void {
    this.cash[account] += cash;
    this.lots[account] += lots;
    const totals = this.totals;
    totals[CASH] += cash;
    totals[LOTS] += lots;
    totals[POSTINGS]++;
  }

  /** `buyer` takes `lots` from `seller` at `tick`. */
  trade(buyer: number, seller: number, lots: number, tick: number): void {
    const money = lots * tick * this.quantaPerTickLot;
    this.post(buyer, -money, lots);
    this.post(seller, money, -lots);
  }

  /** Moves `cash` quanta. */
  transfer(from: number, to: number, cash: number): void {
    this.post(from, -cash, 0);
    this.post(to, cash, 0);
  }

  /** Equity at a mark in whole ticks, in quanta; exact. */
  equity(account: number, tick: number): number {
    return this.cash[account] + this.lots[account] * tick * this.quantaPerTickLot;
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
      Math.abs(lotsEven + lotsOdd) +
      fractions +
      (largest > MAX_QUANTA ? largest : 0);
    return error === error ? error : Infinity;
  }

  /** Legs posted since the start. */
  get postings(): number {
    return this.totals[POSTINGS];
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.cash, this.lots, this.totals];
  }
}
