import type { Desk, Level } from './desk.ts';
import type { EngineMarket } from './engine-market.ts';
import { shareToRestore } from './policies.ts';

/** What desks for positions in one market, each on collateral of its own, have in common: the ledger is read at every question. */
export abstract class SingleDesk implements Desk {
  readonly market: number;
  readonly home: number;
  accounts: Int32Array = new Int32Array(0);
  protected at!: EngineMarket;

  constructor(market: number) {
    this.market = market;
    this.home = market;
  }

  abstract place(level: Level, account: number): void;
  abstract remove(level: Level, account: number): void;
  abstract collect(level: Level, marks: Float64Array, out: Int32Array): number;
  abstract isBelow(account: number, marks: Float64Array, level: Level, orEqual: boolean): boolean;
  abstract isDue(account: number, marks: Float64Array): boolean;
  abstract coverage(account: number, marks: Float64Array): number;
  abstract maintenance(account: number, marks: Float64Array): number;
  abstract state(): ReturnType<Desk['state']>;

  equity(account: number, marks: Float64Array): number {
    return this.at.ledger.equity(account, marks[this.market]);
  }

  worth(account: number, marks: Float64Array): number {
    return this.at.ledger.worth(account, marks[this.market]);
  }

  lacking(account: number, coverage: number, marks: Float64Array): number {
    const { ledger } = this.at;
    const lacking = coverage * this.maintenance(account, marks) - this.worth(account, marks);
    return ledger.inQuanta(lacking, marks[this.market]);
  }

  openingNotional(account: number): number {
    return this.at.openingNotional(account);
  }

  nextMarket(): number {
    return this.market;
  }

  largestOrder(): number {
    return Infinity;
  }

  handOver(): void {}

  reserved(_account: number, _marks: Float64Array): number {
    return 0;
  }

  sync(_account: number): void {}

  isFlat(account: number): boolean {
    return this.at.ledger.lots[account] === 0;
  }

  maintenanceWith(account: number, place: number, lots: number, marks: Float64Array): number {
    const { ledger } = this.at;
    const held = ledger.lots[account];
    return (this.maintenance(account, marks) * Math.abs(held + (place === this.market ? lots : 0))) / Math.abs(held);
  }

  shareToRestore(account: number, market: number, marks: Float64Array, fee: number, level: number): number {
    const cost = fee === 0 ? 0 : (fee * this.at.notional(account, marks[market])) / this.maintenance(account, marks);
    return shareToRestore(this.coverage(account, marks), level, cost);
  }
}
