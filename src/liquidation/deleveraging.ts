import type { GeneralLedger } from '../core/general-ledger.ts';
import { effectiveLeverage, markLeverageScore, profitLeverageScore, queueHead, queueOrder } from './adl.ts';
import { cappedHaircuts, haircutCap, proRataHaircuts, queueHaircuts } from './haircut.ts';
import type { ClosingPrice, DeleveragingRule } from './options.ts';

/** What traders brought, one entry an account, in quanta of the currency that the account settles in. */
export interface Stakes {
  /** What they put in as collateral. */
  readonly putIn: Float64Array;
  /** What their positions were worth at their entry prices, without signs. */
  readonly entryValue: Float64Array;
}

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

/** Who can be deleveraged, and by which rule. */
export interface DeleveragingParts {
  readonly rule: DeleveragingRule;
  readonly ledger: GeneralLedger;
  /** The accounts 0 … traders − 1 can be winners: no maker, vault, fund or other. */
  readonly traders: number;
  /** Whether an account holds positions in several markets on one collateral, all in the first currency. */
  readonly isCross: (account: number) => boolean;
  /** What an account with positions in several markets is worth, in quanta. */
  readonly worthOf: (account: number, marks: Float64Array) => number;
  /** Whether an account is open and not being liquidated itself. */
  readonly isHealthy: (account: number) => boolean;
  readonly stakes: Stakes;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
}

/** How many of a queue are ranked before anybody asks for more. */
const HEAD = 32;

/** An account with profit. */
interface Winner {
  readonly account: number;
  /** Whole quanta ≥ 1. */
  readonly profit: number;
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
  private readonly parts: DeleveragingParts;
  /** The accounts by their keys, so that no place in an array is ever seen. */
  private readonly byKey: Int32Array;
  /** 1: has given, [account × markets + market]. */
  private readonly hit: Uint8Array;
  /** Lots at the opening, [market × traders + account]: what entry values belong to. */
  private readonly opening: Float64Array;
  private readonly count = new Int32Array(1);

  constructor(parts: DeleveragingParts) {
    const markets = parts.ledger.markets.length;
    const { keyHi, keyLo } = parts;
    this.parts = parts;
    this.byKey = Int32Array.from({ length: parts.traders }, (_, account) => account);
    this.byKey.sort((a, b) => keyHi[a] - keyHi[b] || keyLo[a] - keyLo[b]);
    this.notional = new Float64Array(markets);
    this.hit = new Uint8Array(parts.traders * markets);
    this.opening = new Float64Array(parts.traders * markets);
    for (let m = 0; m < markets; m++) this.opening.set(parts.ledger.markets[m].lots.subarray(0, parts.traders), m * parts.traders);
  }

  /**
   * What winners give for a debtor that was long or short in a market, of `need` quanta > 0: in all `need` or a little more by rounding up,
   * or all that the rule may take where that is less. In the order in which they are called: the queue's, or that of account keys.
   * @param marks by market, in whole ticks.
   */
  haircuts(market: number, long: boolean, need: number, marks: Float64Array): readonly Haircut[] {
    const called = this.called(this.winners(market, long, marks), need, market, marks);
    const capacities = called.map((winner) => this.capacity(winner));
    const budget = Math.min(need, totalOf(capacities));
    const amounts = this.shares(budget, called, capacities);
    const haircuts: Haircut[] = [];
    for (let i = 0; i < called.length; i++) if (amounts[i] > 0) haircuts.push({ account: called[i].account, amount: amounts[i] });
    for (const { account } of haircuts) this.note(account, market, marks[market]);
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
    const open = this.winners(market, long, marks);
    const ranked = rule.kind === 'queue' ? queueOrder(open.map((winner) => this.score(winner, market, marks))).map((i) => open[i]) : open;
    const held = ranked.map(({ account }) => Math.abs(books.lots[account]));
    const budget = Math.min(lots, totalOf(held));
    const taken = rule.kind === 'pro-rata' ? proRataHaircuts(budget, held) : queueHaircuts(budget, held);
    const counterparties = ranked.map(({ account, equity }, i) => ({ account, equity, lots: taken[i] })).filter((one) => one.lots > 0);
    for (const one of counterparties) {
      this.count[0] += this.isNew(one.account) ? 1 : 0;
      this.hit[one.account * ledger.markets.length + market] = 1;
      this.notional[market] += books.notional(one.lots, marks[market]);
    }
    return counterparties;
  }

  /** Who is asked, in order: by rank as many as it takes, or everybody. */
  private called(winners: readonly Winner[], need: number, market: number, marks: Float64Array): readonly Winner[] {
    if (this.parts.rule.kind !== 'queue') return winners;
    const scores = winners.map((winner) => this.score(winner, market, marks));
    const head = queueHead(scores, HEAD).map((i) => winners[i]);
    const enough = head.length === winners.length || totalOf(head.map(({ profit }) => profit)) >= need;
    return enough ? head : queueOrder(scores).map((i) => winners[i]);
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
  }

  /** The owner of an account takes money out of it, first what was put in. */
  withdraw(account: number, amount: number): void {
    const { putIn } = this.parts.stakes;
    putIn[account] = Math.max(0, putIn[account] - amount);
  }

  /** Accounts that have given. */
  get accounts(): number {
    return this.count[0];
  }

  /** By account key. */
  private winners(market: number, long: boolean, marks: Float64Array): readonly Winner[] {
    const { ledger, rule, isCross, worthOf, isHealthy, stakes } = this.parts;
    const books = ledger.markets[market];
    const winners: Winner[] = [];
    for (const account of this.byKey) {
      const lots = books.lots[account];
      if (lots === 0 || lots > 0 === long || !isHealthy(account)) continue;
      const equity = isCross(account) ? worthOf(account, marks) : books.equity(account, marks[market]);
      const profit = Math.floor(equity - stakes.putIn[account]);
      if (profit > 0 || (rule.kind === 'unranked' && equity > 0)) winners.push({ account, profit: Math.max(0, profit), equity });
    }
    return winners;
  }

  /**
   * Of everything on the account's collateral: profit as a fraction of the value at entry × effective leverage, or the value of what was opened
   * at the mark over that at entry × notional / equity.
   */
  private score({ account, profit, equity }: Winner, market: number, marks: Float64Array): number {
    const { ledger, rule, traders, isCross, stakes } = this.parts;
    let value = 0;
    let opened = 0;
    for (let m = 0; m < marks.length; m++) {
      if (m !== market && !isCross(account)) continue;
      const books = ledger.markets[m];
      value += Math.abs(books.value(account, marks[m]));
      opened += Math.abs(this.opening[m * traders + account] * books.lotValue(marks[m]));
    }
    if (rule.kind === 'queue' && rule.rank === 'mark') {
      const entry = stakes.entryValue[account];
      // What a coin-margined contract is worth in coin goes with one over the price.
      return ledger.markets[market].inverse
        ? markLeverageScore(entry, opened, value, equity)
        : markLeverageScore(opened, entry, value, equity);
    }
    return profitLeverageScore(profit / stakes.entryValue[account], effectiveLeverage(value, value - equity));
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
    return [this.notional, this.hit, this.count, putIn, entryValue];
  }
}

function totalOf(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
