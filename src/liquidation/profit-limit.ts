import type { GeneralLedger } from '../core/general-ledger.ts';
import { profitOutgrowsPool } from './adl.ts';
import type { Stakes } from './winners.ts';
import type { ProfitLimitOptions } from './options.ts';

/** One run's terms. */
export interface ProfitLimitParts {
  readonly options: ProfitLimitOptions;
  readonly ledger: GeneralLedger;
  readonly stakes: Stakes;
  /** By market: what a unit of its notional is in that of the options. */
  readonly scales: readonly number[];
  /** Whether an account's position may be closed: it is not being liquidated. */
  readonly isHealthy: (account: number) => boolean;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
}

/**
 * A pool that owes traders their profit, and when it has to be spared: once the open profit of a market's longs, or shorts, is more than a share of
 * it, the positions with the most profit are closed until it is no more than another. Losses of the same side count against the profit.
 */
export class ProfitLimit {
  /** Σ notional of what was closed, by market, each at its mark. */
  readonly notional: Float64Array;
  private readonly parts: ProfitLimitParts;
  private readonly count = new Int32Array(1);

  constructor(parts: ProfitLimitParts) {
    this.parts = parts;
    this.notional = new Float64Array(parts.scales.length);
  }

  /** Whose positions on one side of a market have to go at a mark, in that order: of `accounts`, which hold no other. */
  overgrown(market: number, long: boolean, accounts: Int32Array, mark: number): readonly number[] {
    const { options, ledger, stakes, scales, isHealthy, keyHi, keyLo } = this.parts;
    const books = ledger.markets[market];
    const open: { readonly account: number; readonly profit: number }[] = [];
    let profit = 0;
    for (let i = 0; i < accounts.length; i++) {
      const account = accounts[i];
      const lots = books.lots[account];
      if (lots === 0 || lots > 0 !== long) continue;
      const own = books.inQuote(books.equity(account, mark) - stakes.putIn[account], mark) * scales[market];
      profit += own;
      if (own > 0 && isHealthy(account)) open.push({ account, profit: own });
    }
    if (!profitOutgrowsPool(profit, options.pool, options.largest).triggered) return [];
    open.sort((a, b) => b.profit - a.profit || keyHi[a.account] - keyHi[b.account] || keyLo[a.account] - keyLo[b.account]);
    let closed = 0;
    while (closed < open.length && profitOutgrowsPool(profit, options.pool, options.until).triggered) profit -= open[closed++].profit;
    return open.slice(0, closed).map(({ account }) => account);
  }

  /** Takes note of a position that was closed. */
  note(market: number, notional: number): void {
    this.notional[market] += notional;
    this.count[0]++;
  }

  /** Positions that were closed. */
  get accounts(): number {
    return this.count[0];
  }

  /** All mutable state but the stakes, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.notional, this.count];
  }
}
