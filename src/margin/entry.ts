import type { Ledger } from '../core/ledger.ts';
import type { LevelIndex } from './index/ticks.ts';
import { requirement } from './tiers.ts';
import type { Tiers } from './tiers.ts';

/**
 * Maintenance on the value at entry: what is demanded stands still while the price moves, and only equity does. The ledger keeps no entry, so
 * whoever charges it keeps what positions cost.
 */

/** How a lot is worth what: the ledger's own words. */
export type Valued = Pick<Ledger, 'factor' | 'inverse'>;

/** What lots are worth at a price without their sign, in quanta of the currency that they settle in. */
export function costAt({ factor, inverse }: Valued, lots: number, tick: number): number {
  const face = Math.abs(lots) * factor;
  return inverse ? face / tick : face * tick;
}

/**
 * level × maintenance of lots ≠ 0 that cost so much, in quanta of the currency that they settle in. A ladder's notional is the cost; of an
 * inverse contract it is the face value, and what is asked for of that is owed in coin at the average entry.
 */
export function entryDemand({ factor, inverse }: Valued, lots: number, cost: number, tiers: Tiers, level: number): number {
  if (!inverse) return level * requirement(tiers, cost);
  const face = Math.abs(lots) * factor;
  return (level * requirement(tiers, face) * cost) / face;
}

/**
 * Whether a position stands below what is demanded at a mark: equity < demanded, or ≤ with `orEqual`. Monotone in the tick also in floating
 * point: of a linear contract equity is a whole number and so exact, of an inverse one both sides are taken × tick, where what does not move
 * is rounded once before it is multiplied.
 */
export function isBelowEntry(
  { factor, inverse }: Valued,
  cash: number,
  lots: number,
  tick: number,
  demanded: number,
  orEqual: boolean,
): boolean {
  const left = inverse ? (cash - demanded) * tick : cash + lots * factor * tick;
  const right = inverse ? lots * factor : demanded;
  return orEqual ? left <= right : left < right;
}

/**
 * The whole tick at which a position crosses what is demanded: for a long the highest in 1 … maxTick at which `isBelowEntry` holds, 0 when it
 * holds at none; for a short the lowest, maxTick + 1 when at none. The quotient lands within a tick of it, the predicate has the last word.
 */
export function entryLiquidationTick(
  valued: Valued,
  cash: number,
  lots: number,
  demanded: number,
  orEqual: boolean,
  maxTick: number,
): number {
  const long = lots > 0;
  const free = cash - demanded;
  const face = lots * valued.factor;
  // Coin of its own that covers its face value saves a short at every price, and none saves no long.
  if (valued.inverse && (long ? free <= 0 : free >= 0)) return long ? maxTick : maxTick + 1;
  const crossing = Math.floor(valued.inverse ? face / free : -free / face);
  let tick = crossing > maxTick ? maxTick : crossing < 0 ? 0 : crossing;
  while (tick >= 1 && isBelowEntry(valued, cash, lots, tick, demanded, orEqual) !== long) tick--;
  while (tick < maxTick && isBelowEntry(valued, cash, lots, tick + 1, demanded, orEqual) === long) tick++;
  return long ? tick : tick + 1;
}

/**
 * What the positions of one market cost. A trade is told from other money by the lots that came with it: whoever calls `take` after every
 * change of a balance leaves nothing else between two looks. What is closed takes its share of the cost along.
 */
export class EntryCosts {
  private ledger!: Ledger;
  /** Quanta, without a sign; 0 without lots. */
  private readonly cost: Float64Array;
  /** Balances at the last look. */
  private readonly lots: Float64Array;
  private readonly cash: Float64Array;

  constructor(accounts: number) {
    this.cost = new Float64Array(accounts);
    this.lots = new Float64Array(accounts);
    this.cash = new Float64Array(accounts);
  }

  /** Takes in the opening balances of accounts, whose lots were opened at `entry`, in ticks. */
  open(ledger: Ledger, accounts: Int32Array, entry: Float64Array): void {
    this.ledger = ledger;
    for (const account of accounts) {
      const lots = ledger.lots[account];
      this.lots[account] = lots;
      this.cash[account] = ledger.cash[account];
      this.cost[account] = lots === 0 ? 0 : costAt(ledger, lots, entry[account]);
    }
  }

  /** Takes in what an account has traded since the last look. */
  take(account: number): void {
    const { ledger, cost } = this;
    const before = this.lots[account];
    const lots = ledger.lots[account];
    if (lots !== before) {
      const size = Math.abs(lots);
      const held = Math.abs(before);
      const paid = Math.abs(ledger.cash[account] - this.cash[account]);
      if (lots * before < 0) cost[account] = (paid * size) / (size + held);
      else if (size < held) cost[account] *= size / held;
      else cost[account] += paid;
    }
    this.lots[account] = lots;
    this.cash[account] = ledger.cash[account];
  }

  /** level × maintenance of an account with lots, in quanta of the currency that they settle in. */
  demanded(account: number, tiers: Tiers, level: number): number {
    const { ledger, cost } = this;
    return entryDemand(ledger, ledger.lots[account], cost[account], tiers, level);
  }

  /** Whether an account with lots is below a level at a mark, or at it with `orEqual`. */
  isBelow(account: number, tick: number, tiers: Tiers, level: number, orEqual: boolean): boolean {
    const { cash, lots } = this.ledger;
    return isBelowEntry(this.ledger, cash[account], lots[account], tick, this.demanded(account, tiers, level), orEqual);
  }

  /** The tick at which it crosses the level. */
  liquidationTick(account: number, tiers: Tiers, level: number, orEqual: boolean, maxTick: number): number {
    const { cash, lots } = this.ledger;
    return entryLiquidationTick(this.ledger, cash[account], lots[account], this.demanded(account, tiers, level), orEqual, maxTick);
  }

  /** All mutable state, for snapshots. */
  state(): readonly Float64Array[] {
    return [this.cost, this.lots, this.cash];
  }
}

/** The reference for an index of positions that each have a predicate of their own: asks about every account at every mark. */
export class OwnScan implements LevelIndex {
  private readonly isPast: (account: number, tick: number) => boolean;
  private readonly present: Int8Array;

  constructor(accounts: number, isPast: (account: number, tick: number) => boolean) {
    this.isPast = isPast;
    this.present = new Int8Array(accounts);
  }

  /** The tick is not used: balances decide. */
  set(account: number, _side: 1 | -1, _tick: number): void {
    this.present[account] = 1;
  }

  remove(account: number): void {
    this.present[account] = 0;
  }

  collect(markTick: number, out: Int32Array): number {
    const { present, isPast } = this;
    let count = 0;
    for (let account = 0; account < present.length; account++) {
      if (present[account] === 1 && isPast(account, markTick)) {
        present[account] = 0;
        out[count++] = account;
      }
    }
    return count;
  }

  reset(): void {
    this.present.fill(0);
  }

  state(): readonly Int8Array[] {
    return [this.present];
  }
}
