import type { Ledger } from '../core/ledger.ts';

// Places in `totals`, as notional: each amount at the mark at which it was booked.
const BAD_DEBT = 0;
const INSURANCE_USED = 1;
const BACKSTOP_LOSS = 2;
const SOCIALISED = 3;
const FUND_INCOME = 4;
const ROUNDING = 5;

/** Who pays what in a waterfall: account numbers in the ledger. */
export interface WaterfallAccounts {
  readonly fund: number;
  readonly backstop: number;
  /** Holds what nobody paid: the claim on the winners. */
  readonly socialised: number;
}

/**
 * Who bears a loss when a margin group's last lot has left it: the insurance fund as far as it reaches, then everybody. The sum
 * of the parts is the bad debt, exactly; income of the fund is a line of its own.
 */
export class Waterfall {
  private readonly ledger: Ledger;
  private readonly accounts: WaterfallAccounts;
  private readonly totals = new Float64Array(6);

  constructor(ledger: Ledger, accounts: WaterfallAccounts) {
    this.ledger = ledger;
    this.accounts = accounts;
  }

  /** Closes the books of a group without lots, at a mark in ticks; returns its bad debt as notional (0: it keeps what is left). */
  settle(account: number, mark: number): number {
    const { ledger, accounts, totals } = this;
    const debt = -ledger.cash[account];
    if (!(debt > 0)) return 0;
    const available = ledger.cash[accounts.fund];
    const insured = available > debt ? debt : available > 0 ? available : 0;
    if (insured > 0) ledger.transfer(accounts.fund, account, insured);
    if (debt > insured) ledger.transfer(accounts.socialised, account, debt - insured);
    totals[BAD_DEBT] += ledger.inQuote(debt, mark);
    totals[INSURANCE_USED] += ledger.inQuote(insured, mark);
    totals[SOCIALISED] += ledger.inQuote(debt - insured, mark);
    return ledger.inQuote(debt, mark);
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

  /** Pays a liquidation fee in quanta to the fund, at most `left`; rounded up to a whole quantum, in favour of the fund. */
  fee(account: number, amount: number, left: number, mark: number): void {
    const { ledger, totals } = this;
    const paid = Math.min(Math.ceil(amount), left > 0 ? Math.floor(left) : 0);
    if (paid <= 0) return;
    ledger.transfer(account, this.accounts.fund, paid);
    totals[FUND_INCOME] += ledger.inQuote(paid, mark);
    if (paid > amount) totals[ROUNDING] += ledger.inQuote(paid - amount, mark);
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

  get socialised(): number {
    return this.totals[SOCIALISED];
  }

  get fundIncome(): number {
    return this.totals[FUND_INCOME];
  }

  /** What rounding fees up to whole quanta gave the fund. */
  get rounding(): number {
    return this.totals[ROUNDING];
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.totals];
  }
}
