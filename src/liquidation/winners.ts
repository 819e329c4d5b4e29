import type { GeneralLedger } from '../core/general-ledger.ts';
import { effectiveLeverage, markLeverageScore, profitLeverageScore, queueOrder } from './adl.ts';
import type { DeleveragingRule } from './options.ts';

/** What traders brought, one entry an account, in quanta of the currency that the account settles in. */
export interface Stakes {
  /** What they put in as collateral. */
  readonly putIn: Float64Array;
  /** What their positions were worth at their entry prices, without signs. */
  readonly entryValue: Float64Array;
}

/** Who can be deleveraged, and by which rule. */
export interface WinnerParts {
  readonly rule: DeleveragingRule;
  readonly ledger: GeneralLedger;
  /** The accounts 0 … traders − 1 can be winners: no maker, vault, fund or other. */
  readonly traders: number;
  /** Whether an account holds positions in several markets on one collateral, all in one currency; the same for the whole run. */
  readonly isCross: (account: number) => boolean;
  /** What an account with positions in several markets is worth, in quanta of their currency. */
  readonly worthOf: (account: number, marks: Float64Array) => number;
  /** Whether an account is open and not being liquidated itself. */
  readonly isHealthy: (account: number) => boolean;
  readonly stakes: Stakes;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
}

/** An account with profit, or under `unranked` with equity. */
export interface Winner {
  readonly account: number;
  /** Whole quanta ≥ 0. */
  readonly profit: number;
  readonly equity: number;
}

/** Who stands against a debtor in a market: of the accounts on the other side those that are not being liquidated and have won. */
export interface Winners {
  /**
   * Winners in the order in which they are called, as many as it takes until what they give adds up to `wanted`, or all.
   * @param long side of the debtor.
   * @param marks by market, in whole ticks.
   * @param gives what a winner gives, ≥ 0.
   */
  call(market: number, long: boolean, marks: Float64Array, wanted: number, gives: (winner: Winner) => number): readonly Winner[];
  /** Forgets what it holds of a step that is over; also after anything but the ledger changed that says who has won. */
  forget(): void;
}

/** What accounts have won and where that puts them in a queue: one predicate and one score for every way of finding winners. */
export class Standing {
  private readonly parts: WinnerParts;
  /** 1: of a cross account. */
  private readonly cross: Uint8Array;
  /** Lots at the opening, [market × traders + account]: what entry values belong to. */
  private readonly opening: Float64Array;

  constructor(parts: WinnerParts) {
    const { ledger, traders, isCross } = parts;
    this.parts = parts;
    this.cross = new Uint8Array(traders);
    for (let account = 0; account < traders; account++) this.cross[account] = isCross(account) ? 1 : 0;
    this.opening = new Float64Array(traders * ledger.markets.length);
    ledger.markets.forEach(({ lots }, m) => this.opening.set(lots.subarray(0, traders), m * traders));
  }

  /** Whether what an account has won depends on one mark alone, whoever it is. */
  get isApart(): boolean {
    return !this.cross.includes(1);
  }

  equity(account: number, market: number, marks: Float64Array): number {
    const { ledger, worthOf } = this.parts;
    return this.cross[account] === 1 ? worthOf(account, marks) : ledger.markets[market].equity(account, marks[market]);
  }

  /** Quanta, rounded down: below 0 a loss. */
  profit(account: number, equity: number): number {
    return Math.floor(equity - this.parts.stakes.putIn[account]);
  }

  /**
   * Place in the queue, the higher the sooner, of everything on the account's collateral: profit as a fraction of the value at entry ×
   * effective leverage, or the value of what was opened at the mark over that at entry × notional / equity.
   */
  score(account: number, profit: number, equity: number, market: number, marks: Float64Array): number {
    const { ledger, rule, traders, stakes } = this.parts;
    const { opening } = this;
    const books = ledger.markets[market];
    let value = 0;
    let opened = 0;
    if (this.cross[account] === 1) {
      for (let m = 0; m < marks.length; m++) {
        value += Math.abs(ledger.markets[m].value(account, marks[m]));
        opened += Math.abs(opening[m * traders + account] * ledger.markets[m].lotValue(marks[m]));
      }
    } else {
      value = Math.abs(books.value(account, marks[market]));
      opened = Math.abs(opening[market * traders + account] * books.lotValue(marks[market]));
    }
    const entry = stakes.entryValue[account];
    if (rule.kind === 'queue' && rule.rank === 'mark') {
      // What a coin-margined contract is worth in coin goes with one over the price.
      return books.inverse ? markLeverageScore(entry, opened, value, equity) : markLeverageScore(opened, entry, value, equity);
    }
    return profitLeverageScore(profit / entry, effectiveLeverage(value, value - equity));
  }
}

/** Accounts in one number with the upper half of their keys: 2^32 × this is 2^53. */
const MOST_ACCOUNTS = 1 << 21;

/** The accounts by their keys, so that no place in an array is ever seen. 0.1 µs an account. */
function accountsByKey({ traders, keyHi, keyLo }: Pick<WinnerParts, 'traders' | 'keyHi' | 'keyLo'>): Int32Array {
  const accounts = Int32Array.from({ length: traders }, (_, account) => account);
  const byKey = (a: number, b: number): number => keyHi[a] - keyHi[b] || keyLo[a] - keyLo[b];
  if (traders > MOST_ACCOUNTS) return accounts.sort(byKey);
  // Numbers are sorted ten times faster than by asking which of two comes first.
  const keyed = Float64Array.from(accounts, (account) => keyHi[account] * MOST_ACCOUNTS + account).sort();
  for (let i = 0; i < traders; i++) accounts[i] = keyed[i] % MOST_ACCOUNTS;
  let from = 0;
  for (let to = 1; to <= traders; to++) {
    if (to < traders && keyHi[accounts[to]] === keyHi[accounts[from]]) continue;
    if (to - from > 1) accounts.subarray(from, to).sort(byKey);
    from = to;
  }
  return accounts;
}

/**
 * Looks at every account: what a rule that takes from everybody needs, and what the ranking is compared with. Without a queue the order is
 * that of account keys, and an unranked one is left as soon as there is enough.
 */
export class WinnerScan implements Winners {
  private readonly parts: WinnerParts;
  private readonly standing: Standing;
  /** Everybody, once somebody has asked: most runs never do. */
  private byKey: Int32Array | null = null;

  constructor(parts: WinnerParts) {
    this.parts = parts;
    this.standing = new Standing(parts);
  }

  call(market: number, long: boolean, marks: Float64Array, wanted: number, gives: (winner: Winner) => number): readonly Winner[] {
    const { standing } = this;
    const { kind } = this.parts.rule;
    const winners = this.find(market, long, marks, kind === 'unranked' ? wanted : Infinity, gives);
    if (kind !== 'queue') return winners;
    const scores = winners.map(({ account, profit, equity }) => standing.score(account, profit, equity, market, marks));
    return prefixOf(
      queueOrder(scores).map((i) => winners[i]),
      wanted,
      gives,
    );
  }

  private find(market: number, long: boolean, marks: Float64Array, wanted: number, gives: (winner: Winner) => number): readonly Winner[] {
    const { standing } = this;
    const { ledger, rule, isHealthy } = this.parts;
    const byKey = (this.byKey ??= accountsByKey(this.parts));
    const { lots } = ledger.markets[market];
    const winners: Winner[] = [];
    let given = 0;
    for (let i = 0; i < byKey.length && given < wanted; i++) {
      const account = byKey[i];
      if (lots[account] === 0 || lots[account] > 0 === long || !isHealthy(account)) continue;
      const equity = standing.equity(account, market, marks);
      const profit = standing.profit(account, equity);
      if (!(profit > 0 || (rule.kind === 'unranked' && equity > 0))) continue;
      const winner = { account, profit: Math.max(0, profit), equity };
      winners.push(winner);
      given += gives(winner);
    }
    return winners;
  }

  forget(): void {}
}

/** The first that give so much together. */
function prefixOf(winners: readonly Winner[], wanted: number, gives: (winner: Winner) => number): readonly Winner[] {
  let given = 0;
  let count = 0;
  while (count < winners.length && given < wanted) given += gives(winners[count++]);
  return winners.slice(0, count);
}
