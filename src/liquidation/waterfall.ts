import type { Ledger } from '../core/ledger.ts';
import type { Haircut } from './deleveraging.ts';
import { FEE_TO_FUND, feeParts } from './fee.ts';
import type { FeeTerms } from './fee.ts';

// Places in `totals`, as notional: each amount at the mark at which it was booked.
const BAD_DEBT = 0;
const INSURANCE_USED = 1;
const BACKSTOP_LOSS = 2;
const SOCIALISED = 3;
const FUND_INCOME = 4;
const ROUNDING = 5;
const ADL_USED = 6;
const ADL_OVERSHOOT = 7;
const FEES = 8;
const VENUE_INCOME = 9;

/** Who pays what in a waterfall: account numbers in the ledger. */
export interface WaterfallAccounts {
  readonly fund: number;
  readonly backstop: number;
  /** Holds what nobody paid: the claim on the winners. */
  readonly socialised: number;
  /** The venue itself: its part of fees. */
  readonly venue: number;
}

/**
 * Who bears a loss when a margin group's last lot has left it: the insurance fund as far as it reaches, then winners who are
 * deleveraged, then everybody. The sum of the parts is the bad debt, exactly; income of the fund is a line of its own, and so is what
 * winners gave beyond the need, which the fund keeps.
 */
export class Waterfall {
  private readonly ledger: Ledger;
  private readonly accounts: WaterfallAccounts;
  private readonly feeTerms: FeeTerms;
  private readonly totals = new Float64Array(10);

  constructor(ledger: Ledger, accounts: WaterfallAccounts, feeTerms: FeeTerms = FEE_TO_FUND) {
    this.ledger = ledger;
    this.accounts = accounts;
    this.feeTerms = feeTerms;
  }

  /** What a group without lots owes and the fund cannot pay, in quanta. */
  uncovered(account: number): number {
    const { ledger, accounts } = this;
    const debt = -ledger.cash[account];
    return Math.max(0, debt - Math.max(0, ledger.cash[accounts.fund]));
  }

  /**
   * Closes the books of a group without lots, at a mark in ticks; returns its bad debt as notional (0: it keeps what is left).
   * @param haircuts what winners give for `uncovered`: to the group as far as it needs it, the rest to the fund.
   */
  settle(account: number, mark: number, haircuts: readonly Haircut[]): number {
    const { ledger, accounts, totals } = this;
    const debt = -ledger.cash[account];
    if (!(debt > 0)) return 0;
    const available = ledger.cash[accounts.fund];
    const insured = available > debt ? debt : available > 0 ? available : 0;
    if (insured > 0) ledger.transfer(accounts.fund, account, insured);
    const left = debt - insured - this.deleverage(account, debt - insured, mark, haircuts);
    if (left > 0) ledger.transfer(accounts.socialised, account, left);
    totals[BAD_DEBT] += ledger.inQuote(debt, mark);
    totals[INSURANCE_USED] += ledger.inQuote(insured, mark);
    totals[SOCIALISED] += ledger.inQuote(left, mark);
    return ledger.inQuote(debt, mark);
  }

  /** Takes the haircuts, to the account up to its need and to the fund beyond it; returns the quanta that the account got. */
  private deleverage(account: number, need: number, mark: number, haircuts: readonly Haircut[]): number {
    const { ledger, accounts, totals } = this;
    let used = 0;
    let overshoot = 0;
    for (const { account: winner, amount } of haircuts) {
      const part = Math.min(amount, need - used);
      if (part > 0) ledger.transfer(winner, account, part);
      if (amount > part) ledger.transfer(winner, accounts.fund, amount - part);
      used += part;
      overshoot += amount - part;
    }
    totals[ADL_USED] += ledger.inQuote(used, mark);
    totals[ADL_OVERSHOOT] += ledger.inQuote(overshoot, mark);
    return used;
  }

  /** The fund adds to what a fill brought, as far as it reaches; counts as bad debt that it bears, and is returned as notional. */
  insure(account: number, amount: number, mark: number): number {
    const { ledger, accounts, totals } = this;
    const paid = Math.min(amount, Math.max(0, ledger.cash[accounts.fund]));
    if (paid === 0) return 0;
    ledger.transfer(accounts.fund, account, paid);
    const debt = ledger.inQuote(paid, mark);
    totals[BAD_DEBT] += debt;
    totals[INSURANCE_USED] += debt;
    return debt;
  }

  /** Everybody pays a claim that a debt has left; what they give beyond it is income of the fund by rounding. */
  share(claim: number, mark: number, parts: readonly Haircut[]): void {
    const { ledger, accounts, totals } = this;
    let over = -claim;
    for (const { account, amount } of parts) {
      ledger.transfer(account, accounts.socialised, amount);
      over += amount;
    }
    if (over <= 0) return;
    ledger.transfer(accounts.socialised, accounts.fund, over);
    totals[FUND_INCOME] += ledger.inQuote(over, mark);
    totals[ROUNDING] += ledger.inQuote(over, mark);
  }

  /** Depositors bear a debt that was in their coin, worth so many quanta: they have lost lots for it already. */
  writeOff(worth: number, mark: number): number {
    const debt = this.ledger.inQuote(worth, mark);
    this.totals[BAD_DEBT] += debt;
    this.totals[SOCIALISED] += debt;
    return debt;
  }

  /** Winners pay part of what a group with lots owes; counts as bad debt that they bear. */
  relieve(account: number, mark: number, haircuts: readonly Haircut[]): number {
    let sum = 0;
    for (const { amount } of haircuts) sum += amount;
    this.deleverage(account, sum, mark, haircuts);
    const debt = this.ledger.inQuote(sum, mark);
    this.totals[BAD_DEBT] += debt;
    return debt;
  }

  /** What a group without lots has left goes to the fund. */
  forfeit(account: number, mark: number): void {
    const { ledger, totals } = this;
    const left = ledger.cash[account];
    if (left <= 0) return;
    ledger.transfer(account, this.accounts.fund, left);
    totals[FUND_INCOME] += ledger.inQuote(left, mark);
  }

  /** The backstop receives a group's cash after its lots, a debt included, at a mark in ticks; returns the bad debt as notional. */
  takeOver(account: number, mark: number): number {
    const { ledger, accounts, totals } = this;
    const equity = ledger.cash[account];
    if (equity > 0) ledger.transfer(account, accounts.backstop, equity);
    if (equity >= 0) return 0;
    ledger.transfer(accounts.backstop, account, -equity);
    const debt = ledger.inQuote(-equity, mark);
    totals[BAD_DEBT] += debt;
    totals[BACKSTOP_LOSS] += debt;
    return debt;
  }

  /** Takes a liquidation fee in quanta, at most `left`; rounded up to a whole quantum, and shared by the terms. */
  fee(account: number, amount: number, left: number, mark: number): void {
    const { ledger, accounts, totals } = this;
    const paid = Math.min(Math.ceil(amount), left > 0 ? Math.floor(left) : 0);
    if (paid <= 0) return;
    const { venue, backstop, fund } = feeParts(paid, this.feeTerms);
    if (venue > 0) ledger.transfer(account, accounts.venue, venue);
    if (backstop > 0) ledger.transfer(account, accounts.backstop, backstop);
    if (fund > 0) ledger.transfer(account, accounts.fund, fund);
    totals[FEES] += ledger.inQuote(paid, mark);
    totals[VENUE_INCOME] += ledger.inQuote(venue, mark);
    totals[FUND_INCOME] += ledger.inQuote(fund, mark);
    if (paid > amount) totals[ROUNDING] += ledger.inQuote(paid - amount, mark);
  }

  /** Moves a penalty of whole quanta to the fund, at a mark in ticks. */
  collect(from: number, amount: number, mark: number): void {
    this.ledger.transfer(from, this.accounts.fund, amount);
    this.totals[FEES] += this.ledger.inQuote(amount, mark);
    this.totals[FUND_INCOME] += this.ledger.inQuote(amount, mark);
  }

  /** Fees and penalties that were taken, whoever got them. */
  get fees(): number {
    return this.totals[FEES];
  }

  /** The venue's part of them. */
  get venueIncome(): number {
    return this.totals[VENUE_INCOME];
  }

  get badDebt(): number {
    return this.totals[BAD_DEBT];
  }

  get insuranceUsed(): number {
    return this.totals[INSURANCE_USED];
  }

  get backstopLoss(): number {
    return this.totals[BACKSTOP_LOSS];
  }

  /** What winners paid for bad debt. */
  get adlUsed(): number {
    return this.totals[ADL_USED];
  }

  /** What winners gave beyond the need. */
  get adlOvershoot(): number {
    return this.totals[ADL_OVERSHOOT];
  }

  get socialised(): number {
    return this.totals[SOCIALISED];
  }

  get fundIncome(): number {
    return this.totals[FUND_INCOME];
  }

  /** What rounding fees up to whole quanta added to them. */
  get rounding(): number {
    return this.totals[ROUNDING];
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.totals];
  }
}
