import type { GeneralLedger } from '../core/general-ledger.ts';
import { CrossMargin, createHoldings, setLots } from '../margin/cross.ts';
import type { CrossHoldings } from '../margin/cross.ts';
import { marginCoverageRatio } from '../margin/coverage.ts';
import { FrameIndex } from '../margin/index/frames.ts';
import type { RegimeIndex } from '../margin/index/regime.ts';
import { RegimeScan } from '../margin/index/scan.ts';
import { requirement } from '../margin/tiers.ts';
import { CALLS, THRESHOLD } from './desk.ts';
import type { Desk, Level } from './desk.ts';

/** Positions of cross accounts at the start, ordered by account and then market. */
export interface CrossPositions {
  readonly account: Int32Array;
  readonly market: Uint8Array;
}

/** A typical move of a mark in one step, as a share of it: no answer depends on it. */
const TYPICAL_MOVE = 0.0005;

/**
 * The margin engine's desk for cross accounts: what they hold in all markets on one collateral, and which of them have crossed a level at the
 * marks of all. All their positions settle in one currency.
 */
export class CrossDesk {
  private readonly ledger: GeneralLedger;
  private readonly desks: readonly Desk[];
  private readonly holdings: CrossHoldings;
  private readonly margins: readonly CrossMargin[];
  private readonly indexes: readonly RegimeIndex[];
  /** Cross accounts, ascending. */
  readonly accounts: Int32Array;

  /**
   * @param positions whatever the accounts may ever hold.
   * @param backstop MCR below which the backstop takes over; 0: none.
   */
  constructor(
    ledger: GeneralLedger,
    desks: readonly Desk[],
    positions: CrossPositions,
    starts: readonly number[],
    backstop: number,
    exactScan: boolean,
  ) {
    const cash = ledger.cash[0];
    const lists: number[][] = Array.from({ length: cash.length }, () => []);
    const members: number[] = [];
    for (let i = 0; i < positions.account.length; i++) {
      const account = positions.account[i];
      if (lists[account].length === 0) members.push(account);
      lists[account].push(positions.market[i]);
    }
    this.ledger = ledger;
    this.desks = desks;
    this.accounts = Int32Array.from(members);
    this.holdings = createHoldings(lists, desks.length);
    const assets = desks.map(({ ledger: { factor }, margin }) => ({
      quantaPerTickLot: factor,
      weight: 1,
      maintenance: margin.maintenance,
    }));
    const moves = Float64Array.from(starts, (start) => Math.max(1, start * TYPICAL_MOVE));
    const { threshold, call, equalityLiquidates } = desks[0].margin;
    this.margins = [threshold, call, backstop].map(
      (level, which) =>
        new CrossMargin({ cash, holdings: this.holdings, assets, level, orEqual: which === THRESHOLD && equalityLiquidates, moves }),
    );
    this.indexes = this.margins.map((margin) => (exactScan ? new RegimeScan(margin) : new FrameIndex(margin)));
    for (const account of this.accounts) {
      this.sync(account);
      this.place(THRESHOLD, account);
      this.place(CALLS, account);
    }
    // Certificates for everybody now, or the first steps would scan.
    const at = Float64Array.from(starts);
    for (const index of this.indexes) if (index instanceof FrameIndex) index.settle(at);
  }

  /** Takes in what an account holds after a trade. */
  sync(account: number): void {
    const { start, asset } = this.holdings;
    for (let place = start[account]; place < start[account + 1]; place++) {
      setLots(this.holdings, account, asset[place], this.ledger.markets[asset[place]].lots[account]);
    }
  }

  /** Watches an account for a level from now on, at what it holds now. */
  place(level: Level, account: number): void {
    this.indexes[level].set(account);
  }

  /** Watches an account for a level no more. */
  remove(level: Level, account: number): void {
    this.indexes[level].remove(account);
  }

  /** Writes the accounts that have crossed a level at the marks to `out`, in no order, watches them no more, and returns how many. */
  collect(level: Level, marks: Float64Array, out: Int32Array): number {
    return this.indexes[level].collect(marks, out);
  }

  /** Whether an account is to be liquidated at the marks. */
  isDue(account: number, marks: Float64Array): boolean {
    const margin = this.margins[THRESHOLD];
    margin.move(marks);
    return margin.isBelow(account);
  }

  /** Cash and what all positions are worth at the marks, in quanta. */
  equity(account: number, marks: Float64Array): number {
    return this.ledger.equity(account, 0, marks);
  }

  /** Σ maintenance at the marks, in quanta. */
  maintenance(account: number, marks: Float64Array): number {
    let sum = 0;
    for (let m = 0; m < this.desks.length; m++) sum += this.maintenanceIn(account, m, marks[m]);
    return sum;
  }

  /** Maintenance of an account's position in one market, in quanta. */
  maintenanceIn(account: number, market: number, mark: number): number {
    const notional = this.desks[market].notional(account, mark);
    return notional === 0 ? 0 : requirement(this.desks[market].margin.maintenance, notional);
  }

  /** MCR of an account at the marks. */
  coverage(account: number, marks: Float64Array): number {
    return marginCoverageRatio(this.equity(account, marks), this.maintenance(account, marks));
  }

  /** Value of all positions without their signs at the opening marks, in quanta. */
  openingNotional(account: number): number {
    let sum = 0;
    for (const desk of this.desks) sum += desk.openingNotional(account);
    return sum;
  }

  /** The market that the next order of an account goes to: where its maintenance is largest, of those with a side that has not run dry; −1: none. */
  nextMarket(account: number, marks: Float64Array, dry: Uint8Array): number {
    let market = -1;
    let most = -1;
    for (let m = 0; m < this.desks.length; m++) {
      const lots = this.ledger.markets[m].lots[account];
      if (lots === 0 || dry[2 * m + (lots > 0 ? 0 : 1)] === 1) continue;
      const asked = this.maintenanceIn(account, m, marks[m]);
      if (asked <= most) continue;
      most = asked;
      market = m;
    }
    return market;
  }

  /** Whether an account holds nothing any more. */
  isFlat(account: number): boolean {
    for (const { lots } of this.ledger.markets) if (lots[account] !== 0) return false;
    return true;
  }

  /** Share of a position's lots whose closing at the mark brings the account back to the threshold, at most all of it; `fee` on the notional. */
  shareToRestore(account: number, market: number, marks: Float64Array, fee: number): number {
    const { threshold } = this.desks[market].margin;
    const short = threshold * this.maintenance(account, marks) - this.equity(account, marks);
    const gained =
      threshold * this.maintenanceIn(account, market, marks[market]) - fee * this.desks[market].notional(account, marks[market]);
    return gained > short ? Math.max(0, short / gained) : 1;
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly (Float64Array | Int32Array | Uint16Array | Uint8Array)[] {
    return [this.holdings.lots, ...this.indexes.flatMap((index) => index.state())];
  }
}
