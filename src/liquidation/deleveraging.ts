import type { GeneralLedger } from '../core/general-ledger.ts';
import { effectiveLeverage, profitLeverageScore, queueOrder } from './adl.ts';
import { cappedHaircuts, haircutCap, proRataHaircuts, queueHaircuts } from './haircut.ts';
import type { DeleveragingRule } from './options.ts';

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

/** Who can be deleveraged, and by which rule. */
export interface DeleveragingParts {
  readonly rule: DeleveragingRule;
  readonly ledger: GeneralLedger;
  /** The accounts 0 … traders − 1 can be winners: no maker, vault, fund or other. */
  readonly traders: number;
  /** Whether an account holds positions in several markets on one collateral, all in the first currency. */
  readonly isCross: (account: number) => boolean;
  /** Whether an account is open and not being liquidated itself. */
  readonly isHealthy: (account: number) => boolean;
  readonly stakes: Stakes;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
}

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
 * Venues close winners against the debtor's position at its bankruptcy price. Here a debt is known once the position has gone into the book, so
 * nothing is left to close against, and winners pay in cash: their positions stay open, and the money is the same as what a close
 * at the bankruptcy price would take from them against the price at which the debtor's lots went.
 *
 * A winner is on the other side of the market that the debtor's last lots were in, is not being liquidated, and has more equity at the marks
 * than it put in; of a cross account all positions count, with the equity that they share. That profit, in whole quanta rounded down, is the
 * most that it gives.
 */
export class Deleveraging {
  /** Σ notional by market of the positions of those who gave, each at the mark when it first did. */
  readonly notional: Float64Array;
  private readonly parts: DeleveragingParts;
  /** 1: has given, [account × markets + market]. */
  private readonly hit: Uint8Array;
  private readonly count = new Int32Array(1);

  constructor(parts: DeleveragingParts) {
    const markets = parts.ledger.markets.length;
    this.parts = parts;
    this.notional = new Float64Array(markets);
    this.hit = new Uint8Array(parts.traders * markets);
  }

  /**
   * What winners give for a debtor that was long or short in a market, of `need` quanta > 0: in all `need` or a little more by rounding up,
   * or all that the rule may take where that is less. In the order in which they are called: the queue's, or that of account keys.
   * @param marks by market, in whole ticks.
   */
  haircuts(market: number, long: boolean, need: number, marks: Float64Array): readonly Haircut[] {
    const { rule, stakes } = this.parts;
    const winners = this.winners(market, long, marks);
    const called =
      rule.kind === 'queue' ? queueOrder(winners.map((winner) => this.score(winner, market, marks))).map((i) => winners[i]) : winners;
    const equities = called.map(({ equity }) => equity);
    const capacities = called.map(({ account, profit, equity }) =>
      rule.kind === 'capped' ? Math.min(profit, Math.floor(equity * haircutCap(equity, rule.largest, stakes.putIn[account]))) : profit,
    );
    const budget = Math.min(
      need,
      capacities.reduce((sum, capacity) => sum + capacity, 0),
    );
    const amounts =
      rule.kind === 'queue'
        ? queueHaircuts(budget, capacities)
        : rule.kind === 'pro-rata'
          ? proRataHaircuts(budget, capacities)
          : cappedHaircuts(budget, equities, capacities);
    const haircuts = called.map(({ account }, i) => ({ account, amount: amounts[i] })).filter(({ amount }) => amount > 0);
    for (const { account } of haircuts) this.note(account, market, marks[market]);
    return haircuts;
  }

  /** Accounts that have given. */
  get accounts(): number {
    return this.count[0];
  }

  /** By account key, so that no place in an array is ever seen. */
  private winners(market: number, long: boolean, marks: Float64Array): readonly Winner[] {
    const { ledger, traders, isCross, isHealthy, stakes, keyHi, keyLo } = this.parts;
    const books = ledger.markets[market];
    const winners: Winner[] = [];
    for (let account = 0; account < traders; account++) {
      const lots = books.lots[account];
      if (lots === 0 || lots > 0 === long || !isHealthy(account)) continue;
      const equity = isCross(account) ? ledger.equity(account, 0, marks) : books.equity(account, marks[market]);
      const profit = Math.floor(equity - stakes.putIn[account]);
      if (profit > 0) winners.push({ account, profit, equity });
    }
    return winners.sort((a, b) => keyHi[a.account] - keyHi[b.account] || keyLo[a.account] - keyLo[b.account]);
  }

  /** Profit as a fraction of the value at entry × effective leverage, of everything on the account's collateral. */
  private score({ account, profit, equity }: Winner, market: number, marks: Float64Array): number {
    const { ledger, isCross, stakes } = this.parts;
    let value = 0;
    for (let m = 0; m < ledger.markets.length; m++) {
      if (m === market || isCross(account)) value += Math.abs(ledger.markets[m].value(account, marks[m]));
    }
    return profitLeverageScore(profit / stakes.entryValue[account], effectiveLeverage(value, value - equity));
  }

  private note(account: number, market: number, mark: number): void {
    const { hit, notional } = this;
    const { markets } = this.parts.ledger;
    const from = account * markets.length;
    if (hit[from + market] === 1) return;
    if (!hit.subarray(from, from + markets.length).includes(1)) this.count[0]++;
    hit[from + market] = 1;
    notional[market] += markets[market].notional(Math.abs(markets[market].lots[account]), mark);
  }

  /** All mutable state, for snapshots. */
  state(): readonly (Float64Array | Uint8Array | Int32Array)[] {
    return [this.notional, this.hit, this.count];
  }
}
