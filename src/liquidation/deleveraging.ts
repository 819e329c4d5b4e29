import { Fairness } from './fairness.ts';
import type { FairnessFigures } from './fairness.ts';
import { cappedHaircuts, haircutCap, proRataHaircuts, queueHaircuts } from './haircut.ts';
import type { ClosingPrice } from './options.ts';
import { WinnerScan } from './winners.ts';
import type { Winner, WinnerParts, Winners } from './winners.ts';

/** What one winner gives. Quanta, whole and > 0. */
export interface Haircut {
  readonly account: number;
  readonly amount: number;
}

/** A winner whose lots are closed against a debtor's. */
export interface Counterparty {
  readonly account: number;
  /** Whole, ≥ 1. */
  readonly lots: number;
  /** Of all that the account has on the same collateral, in quanta. */
  readonly equity: number;
}

/**
 * Auto-deleveraging: traders with profit who stand against a debtor pay what its debt leaves when the insurance fund is empty.
 *
 * With `closes` the positions of winners are closed against the debtor's, off the book, before any of its lots is sold there. A debt that is
 * only known once the lots have gone into the book leaves nothing to close against: winners then pay in cash, together what closing as
 * many lots at the bankruptcy price would cost them against the price at which the debtor's went, and their positions stay open.
 *
 * A winner is on the other side of the market that the debtor's last lots were in, is not being liquidated, and has more equity at the marks
 * than it put in; of a cross account all positions count, with the equity that they share. That profit, in whole quanta rounded down, is the
 * most that it gives.
 */
export class Deleveraging {
  /** Σ notional by market of the positions of those who gave, each at the mark when it first did. */
  readonly notional: Float64Array;
  private readonly parts: WinnerParts;
  private readonly winners: Winners;
  /** 1: has given, [account × markets + market]. */
  private readonly hit: Uint8Array;
  private readonly count = new Int32Array(1);
  private readonly fairness: Fairness;
  /** Everybody by rank: what a call is held against. */
  private readonly everybody: Winners;

  constructor(parts: WinnerParts, winners: Winners) {
    const markets = parts.ledger.markets.length;
    this.parts = parts;
    this.winners = winners;
    this.notional = new Float64Array(markets);
    this.hit = new Uint8Array(parts.traders * markets);
    this.fairness = new Fairness(parts.traders, markets);
    this.everybody = new WinnerScan(parts.rule.kind === 'queue' ? parts : { ...parts, rule: { kind: 'queue' } });
  }

  /**
   * What winners give for a debtor that was long or short in a market, of `need` quanta > 0: in all `need` or a little more by rounding up,
   * or all that the rule may take where that is less. In the order in which they are called: the queue's, or that of account keys.
   * @param marks by market, in whole ticks.
   */
  haircuts(market: number, long: boolean, need: number, marks: Float64Array): readonly Haircut[] {
    const called = this.winners.call(market, long, marks, need, ({ profit }) => profit);
    const capacities = called.map((winner) => this.capacity(winner));
    const budget = Math.min(need, totalOf(capacities));
    const amounts = this.shares(budget, called, capacities);
    this.judge(market, long, marks, called, amounts);
    const haircuts: Haircut[] = [];
    for (let i = 0; i < called.length; i++) if (amounts[i] > 0) haircuts.push({ account: called[i].account, amount: amounts[i] });
    for (const { account, amount } of haircuts) {
      this.note(account, market, marks[market]);
      this.fairness.gave(account, amount);
    }
    return haircuts;
  }

  /** The price at which winners' positions are closed; null: they are not. */
  get closes(): ClosingPrice | null {
    return this.parts.rule.closes ?? null;
  }

  /**
   * Who closes against `lots` > 0 lots of a debtor that is long or short in a market: as many as winners have, in the order in which they are
   * called. What is closed counts as deleveraged.
   */
  counterparties(market: number, long: boolean, lots: number, marks: Float64Array): readonly Counterparty[] {
    const { ledger, rule } = this.parts;
    const books = ledger.markets[market];
    const called = this.winners.call(market, long, marks, lots, ({ account }) => Math.abs(books.lots[account]));
    const held = called.map(({ account }) => Math.abs(books.lots[account]));
    const budget = Math.min(lots, totalOf(held));
    const taken = rule.kind === 'pro-rata' ? proRataHaircuts(budget, held) : queueHaircuts(budget, held);
    this.judge(market, long, marks, called, taken);
    const counterparties = called.map(({ account, equity }, i) => ({ account, equity, lots: taken[i] })).filter((one) => one.lots > 0);
    for (const one of counterparties) {
      this.count[0] += this.isNew(one.account) ? 1 : 0;
      this.hit[one.account * ledger.markets.length + market] = 1;
      this.notional[market] += books.notional(one.lots, marks[market]);
    }
    return counterparties;
  }

  /** Takes note of whom a call passed over, before anybody has given: `takes` is what it takes of each that was called. */
  private judge(market: number, long: boolean, marks: Float64Array, called: readonly Winner[], takes: readonly number[]): void {
    const { fairness } = this;
    const first = fairness.isFirst(market, long);
    const isQueue = this.parts.rule.kind === 'queue';
    const ranked = first || !isQueue ? this.everybody.call(market, long, marks, Infinity, () => 0) : called;
    for (const { account, profit } of called) fairness.stands(account, profit);
    if (first) for (const { account, profit } of ranked) fairness.stands(account, profit);
    const giving = new Set(called.flatMap(({ account }, i) => (takes[i] > 0 ? [account] : [])));
    fairness.order((isQueue ? called : ranked).map(({ account }) => giving.has(account)));
  }

  /** Takes note of what winners whose positions were closed gave besides. */
  gave(haircuts: readonly Haircut[]): void {
    for (const { account, amount } of haircuts) this.fairness.gave(account, amount);
  }

  /** How evenly and in what order winners were called. */
  get figures(): FairnessFigures {
    return this.fairness.figures(this.accounts);
  }

  /** Most that a winner gives. */
  private capacity({ account, profit, equity }: Winner): number {
    const { rule, stakes } = this.parts;
    if (rule.kind !== 'capped') return profit;
    return Math.min(profit, Math.floor(equity * haircutCap(equity, rule.largest, stakes.putIn[account])));
  }

  private shares(budget: number, called: readonly Winner[], capacities: readonly number[]): readonly number[] {
    switch (this.parts.rule.kind) {
      case 'queue':
      case 'unranked':
        return queueHaircuts(budget, capacities);
      case 'pro-rata':
        return proRataHaircuts(budget, capacities);
      case 'capped':
        return cappedHaircuts(
          budget,
          called.map(({ equity }) => equity),
          capacities,
        );
    }
  }

  /** An isolated account has opened a position, which left it with so much cash: what the two differ by is what the position was worth. */
  enter(account: number, cash: number): void {
    const { putIn, entryValue } = this.parts.stakes;
    entryValue[account] = Math.abs(cash - putIn[account]);
    this.winners.forget();
  }

  /** The owner of an account takes money out of it, first what was put in. */
  withdraw(account: number, amount: number): void {
    const { putIn } = this.parts.stakes;
    putIn[account] = Math.max(0, putIn[account] - amount);
    this.winners.forget();
  }

  /** Starts a step. Nothing is held over from the one before, so that snapshots, which are taken between two, need not know of it. */
  beginStep(): void {
    this.winners.forget();
  }

  /** Accounts that have given. */
  get accounts(): number {
    return this.count[0];
  }

  private isNew(account: number): boolean {
    const { length } = this.parts.ledger.markets;
    return !this.hit.subarray(account * length, (account + 1) * length).includes(1);
  }

  private note(account: number, market: number, mark: number): void {
    const { hit, notional } = this;
    const { markets } = this.parts.ledger;
    const from = account * markets.length;
    if (hit[from + market] === 1) return;
    if (this.isNew(account)) this.count[0]++;
    hit[from + market] = 1;
    notional[market] += markets[market].notional(Math.abs(markets[market].lots[account]), mark);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Uint8Array | Int32Array)[] {
    const { putIn, entryValue } = this.parts.stakes;
    return [this.notional, this.hit, this.count, putIn, entryValue, ...this.fairness.state()];
  }
}

function totalOf(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
