import type { Allowances } from './allowance.ts';
import type { Closing } from './closing.ts';
import type { Desk } from './desk.ts';
import type { Disposal, DisposalOutcome } from './disposal.ts';
import type { EngineMarket } from './engine-market.ts';
import { WAITING } from './groups.ts';
import type { Groups } from './groups.ts';
import type { Keepers } from './keepers.ts';

/** What the engine gives to the disposals of a market's loans. */
export interface DisposalParts {
  readonly desk: Desk;
  readonly market: number;
  readonly place: EngineMarket;
  /** Coverage below which a group is due. */
  readonly threshold: number;
  readonly keepers: Keepers;
  readonly groups: Groups;
  readonly closing: Closing;
  /** How much may go; null: no limit. */
  readonly allowances: Allowances | null;
  /** Margin price of each market as the engine last saw it; its own array. */
  readonly marks: Float64Array;
  /** Place in the queue by its rule: the smaller comes first, ties by account key. */
  readonly priority: (account: number) => number;
  readonly keyHi: Uint32Array;
  readonly keyLo: Uint32Array;
  /** Who has lent, and takes what the venue itself takes. */
  readonly lenders: number;
  /** Depositors of a stability pool. */
  readonly depositors: Int32Array;
  /** Has a group liquidated that is above its threshold. */
  readonly call: (account: number, time: number) => void;
  /** Lets a group go that is covered again. */
  readonly release: (account: number) => void;
  /** Watches a group's calls at what it holds now. */
  readonly watch: (account: number) => void;
}

/** What serving one group came to. */
export interface Service {
  /** Whose collateral was sold in the market, −1: nobody's. */
  readonly sold: number;
  /** Whether the group has left the line. */
  readonly left: boolean;
}

export const NOTHING_DONE: Service = { sold: -1, left: false };
export const NOTHING_YET: DisposalOutcome = {
  auctioned: 0,
  forNothing: 0,
  redistributed: 0,
  recovery: 0,
  bandsSold: 0,
  bandsBought: 0,
  bandsLost: 0,
};

// Places in `counts`.
const COUNT = 0;
const CURSOR = 1;
const END = 2;
const OPEN = 3;
const HOLDER = 4;

/**
 * A disposal that acts once a block: in every one it goes through the groups that wait, in the order of the queue's rule, and sees what keepers
 * do with each. Who enters during a block waits for the next.
 */
export abstract class BlockDisposal implements Disposal {
  protected readonly parts: DisposalParts;
  private readonly line: Int32Array;
  private readonly counts = new Int32Array(5);
  private readonly next = new Float64Array(1).fill(Infinity);

  constructor(parts: DisposalParts) {
    this.parts = parts;
    this.line = new Int32Array(parts.desk.accounts.length);
  }

  /** What is done with a group that is due. */
  protected abstract serve(account: number, time: number): Service;

  /** Whether a group stays in the line though it is no longer due. */
  protected holds(_account: number): boolean {
    return false;
  }

  owing(account: number): number {
    return -this.parts.place.ledger.cash[account];
  }

  get outcome(): DisposalOutcome {
    return NOTHING_YET;
  }

  /** Looks around before a block's groups are gone through. */
  protected beforeBlock(_time: number): void {}

  /** Does the next thing once all groups have been served; returns as `act` does, −1 when there is nothing more. */
  protected afterServing(_time: number): number {
    return -1;
  }

  /** Acts at a moment even when nobody has entered. */
  protected wake(time: number): void {
    this.next[0] = time;
  }

  enter(account: number, time: number): void {
    const { counts, next } = this;
    this.line[counts[COUNT]++] = account;
    if (next[0] === Infinity) next[0] = this.parts.keepers.blockAt(time);
  }

  get waiting(): number {
    return this.counts[COUNT];
  }

  get nextTime(): number {
    return this.next[0];
  }

  act(time: number): number {
    const { counts, line, parts } = this;
    const { keepers, groups, desk, marks } = parts;
    if (counts[OPEN] === 0) this.begin(time);
    // What the book had no bid for goes first.
    const left = this.sellLeft();
    if (left >= 0) return left;
    while (counts[CURSOR] < counts[END]) {
      const account = line[counts[CURSOR]];
      if (groups.status[account] !== WAITING) {
        this.drop();
        continue;
      }
      if (!desk.isDue(account, marks) && !this.holds(account)) {
        this.drop();
        parts.release(account);
        continue;
      }
      const { sold, left } = this.serve(account, time);
      if (left) this.drop();
      else counts[CURSOR]++;
      if (sold >= 0) return sold;
    }
    const sold = this.afterServing(time);
    if (sold >= 0) return sold;
    counts[OPEN] = 0;
    this.next[0] = this.isIdle() ? Infinity : keepers.blockAt(time) + keepers.options.chain.block;
    return -1;
  }

  /** Has the next keeper who still holds something sell it, in the present block once; as `act` returns. */
  protected sellLeft(): number {
    const { counts, parts } = this;
    const { keepers, place, marks, market } = parts;
    for (let keeper = keepers.holder(place, counts[HOLDER]); keeper >= 0; keeper = keepers.holder(place, counts[HOLDER])) {
      counts[HOLDER] = keeper + 1;
      const sold = keepers.sell(place, marks[market], keeper);
      if (sold >= 0) return sold;
    }
    return -1;
  }

  /** Whether nothing has to be looked at in the next block. */
  protected isIdle(): boolean {
    return this.counts[COUNT] === 0 && this.parts.keepers.holder(this.parts.place) < 0;
  }

  private begin(time: number): void {
    const { counts, line, parts } = this;
    const { keyHi, keyLo, priority, keepers } = parts;
    this.beforeBlock(time);
    const members = Array.from(line.subarray(0, counts[COUNT]), (account) => ({ account, priority: priority(account) }));
    members.sort(
      (a, b) =>
        a.priority - b.priority || keyHi[a.account] - keyHi[b.account] || keyLo[a.account] - keyLo[b.account] || a.account - b.account,
    );
    for (let i = 0; i < members.length; i++) line[i] = members[i].account;
    counts[CURSOR] = 0;
    counts[END] = members.length;
    counts[HOLDER] = 0;
    counts[OPEN] = 1;
    keepers.beginBlock(time);
  }

  /** Takes the group at the cursor out of the line; those behind it keep their order. */
  private drop(): void {
    const { counts, line } = this;
    line.copyWithin(counts[CURSOR], counts[CURSOR] + 1, counts[COUNT]);
    counts[COUNT]--;
    counts[END]--;
  }

  state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [this.line, this.counts, this.next];
  }
}
