import { STRETCH_ACCOUNTS } from '../core/ledger.ts';
import { AccountQueue } from '../core/queue.ts';
import { Standing } from './winners.ts';
import type { Winner, WinnerParts, Winners } from './winners.ts';

/** Who has not won: scores are ≥ 0. */
const NOT_RANKED = -1;

/** Whoever stands on one side of a market by score, at the marks and balances of some moment. */
interface Ranking {
  /** By account. */
  readonly scores: Float64Array;
  /** Winners by score; an account whose score has changed is in it again, and its older places no longer count. */
  readonly queue: AccountQueue;
  /** Marks that the scores are of; NaN: none are. */
  readonly marks: Float64Array;
  /** Postings since this time are not in the scores. */
  since: number;
}

/**
 * The queue for auto-deleveraging without a look at everybody for each debt: one at the first debt of a mark, and then only at the accounts
 * beside those to which something was posted since, while the mark stays and the step lasts. Whoever is being liquidated keeps a place and is
 * passed over. 20 bytes an account for each side of a market that was ever asked about.
 *
 * Worth of accounts must follow from balances and marks alone.
 */
export class WinnerRanking implements Winners {
  private readonly parts: WinnerParts;
  private readonly standing: Standing;
  private readonly isApart: boolean;
  /** By market × 2 + 1 where the debtor is long; null where nobody asked yet. */
  private readonly rankings: (Ranking | null)[];
  /** Stretches of accounts that something was posted to. */
  private readonly posted: Int32Array;

  constructor(parts: WinnerParts) {
    this.parts = parts;
    this.standing = new Standing(parts);
    this.isApart = this.standing.isApart;
    this.rankings = parts.ledger.markets.flatMap(() => [null, null]);
    this.posted = new Int32Array(Math.ceil(parts.ledger.markets[0].lots.length / STRETCH_ACCOUNTS));
  }

  call(market: number, long: boolean, marks: Float64Array, wanted: number, gives: (winner: Winner) => number): readonly Winner[] {
    const { standing } = this;
    const { isHealthy } = this.parts;
    const ranking = this.rankingOf(market, long, marks);
    const { queue, scores } = ranking;
    const winners: Winner[] = [];
    const seen: number[] = [];
    let given = 0;
    let before = -1;
    while (given < wanted && queue.length > 0) {
      const priority = queue.firstPriority;
      const account = queue.pop();
      // Of equal places of one account, which follow each other, one counts.
      if (priority !== -scores[account] || account === before) continue;
      before = account;
      seen.push(account);
      if (!isHealthy(account)) continue;
      const equity = standing.equity(account, market, marks);
      const winner = { account, profit: standing.profit(account, equity), equity };
      winners.push(winner);
      given += gives(winner);
    }
    for (const account of seen) queue.push(account, -scores[account]);
    return winners;
  }

  forget(): void {
    for (const ranking of this.rankings) ranking?.marks.fill(NaN);
  }

  private rankingOf(market: number, long: boolean, marks: Float64Array): Ranking {
    const place = 2 * market + (long ? 1 : 0);
    const { ledger, traders, keyHi, keyLo } = this.parts;
    let ranking = this.rankings[place];
    if (ranking === null) {
      const queue = new AccountQueue(2 * traders);
      queue.reset(keyHi, keyLo);
      ranking = { scores: new Float64Array(traders), queue, marks: new Float64Array(marks.length).fill(NaN), since: 0 };
      this.rankings[place] = ranking;
    }
    if (!this.isOf(ranking, market, marks) || !this.renew(ranking, market, long)) this.rank(ranking, market, long, marks);
    ranking.since = ledger.markets[market].lap();
    return ranking;
  }

  private isOf(ranking: Ranking, market: number, marks: Float64Array): boolean {
    if (this.isApart) return ranking.marks[market] === marks[market];
    for (let m = 0; m < marks.length; m++) if (ranking.marks[m] !== marks[m]) return false;
    return true;
  }

  /** Ranks everybody. */
  private rank(ranking: Ranking, market: number, long: boolean, marks: Float64Array): void {
    const { traders, keyHi, keyLo } = this.parts;
    const { scores, queue } = ranking;
    ranking.marks.set(marks);
    queue.reset(keyHi, keyLo);
    for (let account = 0; account < traders; account++) {
      const score = this.scoreOf(account, market, long, marks);
      scores[account] = score;
      if (score !== NOT_RANKED) queue.append(account);
    }
    queue.rekey((account) => -scores[account]);
  }

  /** Ranks those anew to whom something was posted; whether there was room for them. */
  private renew({ scores, queue, marks, since }: Ranking, market: number, long: boolean): boolean {
    const { ledger, traders } = this.parts;
    const { posted } = this;
    const count = ledger.markets[market].postedSince(since, posted);
    for (let i = 0; i < count; i++) {
      const from = posted[i] * STRETCH_ACCOUNTS;
      const to = Math.min(from + STRETCH_ACCOUNTS, traders);
      for (let account = from; account < to; account++) {
        const score = this.scoreOf(account, market, long, marks);
        if (score === scores[account]) continue;
        scores[account] = score;
        if (score === NOT_RANKED) continue;
        if (queue.length === 2 * traders) return false;
        queue.push(account, -score);
      }
    }
    return true;
  }

  private scoreOf(account: number, market: number, long: boolean, marks: Float64Array): number {
    const { standing } = this;
    const lots = this.parts.ledger.markets[market].lots[account];
    if (lots === 0 || lots > 0 === long) return NOT_RANKED;
    const equity = standing.equity(account, market, marks);
    const profit = standing.profit(account, equity);
    return profit > 0 ? standing.score(account, profit, equity, market, marks) : NOT_RANKED;
  }
}
