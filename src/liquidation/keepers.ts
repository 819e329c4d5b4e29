import type { Ledger } from '../core/ledger.ts';
import type { EngineMarket } from './engine-market.ts';
import type { KeeperGroup, KeeperOptions } from './keeper-options.ts';
import type { LiquidationOptions } from './options.ts';

/** Accounts that keepers need. */
export function keeperAccounts({ groups }: KeeperOptions): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}

/** What a keeper pays for lots of collateral. Whole quanta. */
export interface Offer {
  /** Below 0: lots that it has to buy in the market and bring. */
  readonly lots: number;
  /** To the group; below 0 from it. */
  readonly pay: number;
  /** To the fund. */
  readonly fee: number;
}

/** An offer that a keeper takes. */
export interface Deal<O extends Offer = Offer> {
  readonly keeper: number;
  readonly offer: O;
  /** What its transaction costs. */
  readonly cost: number;
}

/** Two keepers who would bid for lots. Money in quanta. */
export interface Bidders {
  /** Who would pay most. */
  readonly leader: number;
  readonly value: number;
  /** What the next one would pay; 0: there is none. */
  readonly second: number;
  /** What a transaction costs. */
  readonly cost: number;
}

/** What taking something over comes to for a keeper, in quanta. */
export interface Bid {
  /** What it is worth to it beyond what it pays. */
  readonly gain: number;
  /** Money of its own that it must have. */
  readonly needs: number;
}

export interface KeeperParts {
  readonly options: KeeperOptions;
  /** The first of their accounts, which hold their capital. */
  readonly firstAccount: number;
  /** Whom transactions are paid to. */
  readonly chainAccount: number;
  readonly absorber: number;
  /** Outside price at each step, which congestion follows. */
  readonly outside: Float64Array;
  readonly stepSeconds: number;
  readonly route: LiquidationOptions['route'];
}

/** Halvings of an offer that a keeper tries when the whole is too much for its money or for the book. */
const HALVINGS = 7;

/**
 * Keepers with capital and latency, the cost of their transactions, and the profit test. What they buy they sell at once: into the book, or to
 * the absorber at the mark in the twin. What the book has no bid for they keep and try again in the next block.
 */
export class Keepers {
  readonly options: KeeperOptions;
  private readonly parts: KeeperParts;
  /** By keeper: its group, sorted by latency and then name, so that the order of a file is never seen. */
  private readonly groups: readonly KeeperGroup[];
  private readonly first: Int32Array;
  /** Transactions in the present block, and its time. */
  private readonly used = new Int32Array(1);
  private readonly block = new Float64Array(1).fill(-1);
  /** Of whom each keeper last bought, −1 nobody: a later sale of the rest is still that group's. */
  private readonly source: Int32Array;

  constructor(parts: KeeperParts) {
    const { options, firstAccount } = parts;
    this.parts = parts;
    this.options = options;
    this.groups = options.groups.toSorted((a, b) => a.latency - b.latency || (a.name < b.name ? -1 : 1));
    this.first = new Int32Array(this.groups.length + 1);
    this.first[0] = firstAccount;
    this.groups.forEach(({ count }, g) => (this.first[g + 1] = this.first[g] + count));
    this.source = new Int32Array(keeperAccounts(options)).fill(-1);
  }

  /** Gives every keeper its capital, before the ledger opens. */
  deposit(ledger: Ledger): void {
    this.groups.forEach(({ capital }, g) => {
      if (capital === Infinity) return;
      for (let account = this.first[g]; account < this.first[g + 1]; account++) ledger.deposit(account, capital, 0);
    });
  }

  /** The first block at or after a moment. */
  blockAt(time: number): number {
    const { block } = this.options.chain;
    // Times are multiples of the step up to rounding.
    return Math.ceil(time / block - 1e-9) * block;
  }

  /** A block at a moment: unless it was begun before, all its room is there. */
  beginBlock(time: number): void {
    if (this.block[0] !== time) this.used[0] = 0;
    this.block[0] = time;
  }

  /** Whether the block takes another transaction. */
  get hasRoom(): boolean {
    return this.used[0] < this.options.chain.room;
  }

  /** What a transaction costs now, in whole quanta rounded up, while so many groups wait. */
  costAt(time: number, waiting: number): number {
    const { cost, move, window, crowd } = this.options.chain;
    const { outside, stepSeconds } = this.parts;
    let factor = 1;
    if (move !== Infinity) {
      const now = Math.min(outside.length - 1, Math.floor(time / stepSeconds + 1e-9));
      const before = Math.max(0, now - Math.round(window / stepSeconds));
      factor += Math.abs(outside[now] / outside[before] - 1) / move;
    }
    if (crowd !== Infinity) factor += waiting / crowd;
    return Math.ceil(cost * factor);
  }

  /** What selling lots would bring now, below 0 what buying −lots would cost; NaN where the market has not as many. */
  proceeds({ exchange, ledger }: EngineMarket, mark: number, lots: number): number {
    if (this.parts.route !== 'book') return ledger.inQuanta(ledger.notional(lots, mark), mark);
    const money = lots < 0 ? exchange.outlay(-lots) : exchange.proceeds(lots);
    return money < 0 ? NaN : lots < 0 ? -money : money;
  }

  /**
   * The first keeper for whom what is offered since a moment pays, with the size that pays it most: the whole, or a half, a quarter, … of it.
   * @param offerOf the offer for a share in (0, 1] of all there is; null where the venue refuses that size.
   */
  deal<O extends Offer>(
    market: EngineMarket,
    mark: number,
    since: number,
    time: number,
    waiting: number,
    offerOf: (share: number) => O | null,
  ): Deal<O> | null {
    if (!this.hasRoom) return null;
    const cost = this.costAt(time, waiting);
    for (let g = 0; g < this.groups.length; g++) {
      if (!this.isAble(g, since, time, cost)) continue;
      const keeper = this.richest(g, market.ledger);
      const offer = this.best(market, mark, cost, this.moneyOf(g, keeper, market.ledger), this.groups[g].profit, offerOf);
      if (offer !== null) return { keeper, offer, cost };
    }
    return null;
  }

  /** The first keeper who does something that pays it a sum by itself; −1: nobody. */
  servant(market: EngineMarket, since: number, time: number, waiting: number, reward: number): number {
    if (!this.hasRoom) return -1;
    const cost = this.costAt(time, waiting);
    for (let g = 0; g < this.groups.length; g++) {
      if (!this.isAble(g, since, time, cost) || reward - cost < this.groups[g].profit) continue;
      const keeper = this.richest(g, market.ledger);
      if (this.moneyOf(g, keeper, market.ledger) < cost) continue;
      return keeper;
    }
    return -1;
  }

  /** Who of those able to act would pay most for lots, what that is and what the next one would, after cost and profit; null: nobody would. */
  bidders(market: EngineMarket, mark: number, since: number, time: number, waiting: number, lots: number): Bidders | null {
    if (!this.hasRoom) return null;
    const cost = this.costAt(time, waiting);
    const brought = this.proceeds(market, mark, lots);
    if (Number.isNaN(brought)) return null;
    const { cash } = market.ledger;
    let leader = -1;
    let value = -1;
    let second = 0;
    for (let g = 0; g < this.groups.length; g++) {
      if (!this.isAble(g, since, time, cost)) continue;
      const { capital, profit } = this.groups[g];
      for (let account = this.first[g]; account < this.first[g + 1]; account++) {
        const money = capital === Infinity ? Infinity : cash[account] - cost;
        const pays = Math.min(money, brought - cost - profit);
        if (pays > value) {
          second = Math.max(0, value);
          value = pays;
          leader = account;
        } else if (pays > second) second = pays;
      }
    }
    return leader < 0 || value < 0 ? null : { leader, value, second, cost };
  }

  /**
   * The first keeper for whom taking over what is offered since a moment pays, with the share that pays it most: all that may be had, or a half, a
   * quarter, … of it.
   * @param free what of a keeper's own is not needed for something else; @param bidOf the bid for a share in (0, 1], null where none is taken.
   */
  bid<B extends Bid>(
    time: number,
    since: number,
    waiting: number,
    free: (keeper: number) => number,
    bidOf: (share: number) => B | null,
  ): { readonly keeper: number; readonly bid: B; readonly cost: number } | null {
    if (!this.hasRoom) return null;
    const cost = this.costAt(time, waiting);
    const bids: { readonly bid: B; readonly lead: number }[] = [];
    for (let k = 0, share = 1; k < HALVINGS; k++, share /= 2) {
      const bid = bidOf(share);
      if (bid !== null) bids.push({ bid, lead: bid.gain - cost });
    }
    for (let g = 0; g < this.groups.length; g++) {
      if (!this.isAble(g, since, time, cost)) continue;
      const { capital, profit } = this.groups[g];
      let keeper = this.first[g];
      let money = free(keeper);
      for (let account = keeper + 1; account < this.first[g + 1]; account++) {
        const own = free(account);
        if (own <= money) continue;
        money = own;
        keeper = account;
      }
      let best: B | null = null;
      let most = -Infinity;
      for (const { bid, lead } of bids) {
        if (lead < profit || lead <= most || (capital !== Infinity && bid.needs + cost > money)) continue;
        best = bid;
        most = lead;
      }
      if (best !== null) return { keeper, bid: best, cost };
    }
    return null;
  }

  /** How many keepers there are. */
  get count(): number {
    return this.source.length;
  }

  /** Place of a keeper's account among theirs. */
  ordinal(keeper: number): number {
    return keeper - this.first[0];
  }

  private isAble(group: number, since: number, time: number, cost: number): boolean {
    const { latency, ceiling } = this.groups[group];
    return time >= since + latency && cost <= ceiling;
  }

  private moneyOf(group: number, keeper: number, { cash }: Ledger): number {
    return this.groups[group].capital === Infinity ? Infinity : cash[keeper];
  }

  /** Who of a group has the most money, the first of equals. */
  private richest(group: number, { cash }: Ledger): number {
    let keeper = this.first[group];
    for (let account = keeper + 1; account < this.first[group + 1]; account++) if (cash[account] > cash[keeper]) keeper = account;
    return keeper;
  }

  private best<O extends Offer>(
    market: EngineMarket,
    mark: number,
    cost: number,
    capital: number,
    least: number,
    offerOf: (share: number) => O | null,
  ): O | null {
    let best: O | null = null;
    let most = least;
    for (let k = 0, share = 1; k < HALVINGS; k++, share /= 2) {
      const offer = offerOf(share);
      if (offer === null || offer.lots === 0) continue;
      const brought = this.proceeds(market, mark, offer.lots);
      // Who brings lots pays for them first.
      if ((offer.lots < 0 ? -brought : offer.pay + offer.fee) + cost > capital) continue;
      const profit = brought - offer.pay - offer.fee - cost;
      if (!(profit >= most) || (best !== null && profit === most)) continue;
      best = offer;
      most = profit;
    }
    return best;
  }

  /** Books a transaction's cost, and that the block has less room. */
  pay({ ledger }: EngineMarket, keeper: number, cost: number): void {
    if (cost > 0) ledger.transfer(keeper, this.parts.chainAccount, cost);
    this.used[0]++;
  }

  /** Books a deal with a group: the keeper pays the group and the fund, and has the lots. */
  settle(market: EngineMarket, mark: number, group: number, { keeper, offer, cost }: Deal): void {
    const { ledger, waterfall } = market;
    ledger.sell(keeper, group, offer.lots, offer.pay);
    if (offer.fee > 0) waterfall.collect(keeper, offer.fee, mark);
    this.pay(market, keeper, cost);
    this.source[keeper - this.first[0]] = group;
  }

  /** Books what a keeper gets for what it did: lots of a group, for which it pays the transaction. */
  reward(market: EngineMarket, group: number, keeper: number, lots: number, cost: number): void {
    if (lots > 0) market.ledger.sell(keeper, group, lots, 0);
    this.pay(market, keeper, cost);
    this.source[keeper - this.first[0]] = group;
  }

  /** A keeper sells what it holds in a market; returns the group that it had it from, −1 when nothing was sold. */
  sell(market: EngineMarket, mark: number, keeper: number): number {
    const { ledger, exchange, tally } = market;
    const held = ledger.lots[keeper];
    if (held < 1) return -1;
    const { route, absorber } = this.parts;
    if (route === 'book') {
      const filled = exchange.market(1, held, keeper);
      if (filled === 0) return -1;
      tally.addOnBook(exchange.filled[1], true);
    } else {
      ledger.trade(absorber, keeper, held, mark);
      tally.addAbsorbed(ledger.notional(held, mark));
    }
    return this.source[keeper - this.first[0]];
  }

  /** A keeper buys lots in a market; returns how many it got. */
  buy(market: EngineMarket, mark: number, keeper: number, lots: number): number {
    const { ledger, exchange, tally } = market;
    const { route, absorber } = this.parts;
    if (route === 'book') {
      const filled = exchange.market(0, lots, keeper);
      tally.addOnBook(exchange.filled[1], false);
      return filled;
    }
    ledger.trade(keeper, absorber, lots, mark);
    tally.addAbsorbed(ledger.notional(lots, mark));
    return lots;
  }

  /** The first keeper from a place on that holds lots of a market; −1: none. */
  holder({ ledger }: EngineMarket, from = this.first[0]): number {
    const end = this.first[this.groups.length];
    for (let account = Math.max(from, this.first[0]); account < end; account++) if (ledger.lots[account] > 0) return account;
    return -1;
  }

  /** What all keepers have gained so far, with what they hold in the markets at their marks and `besides`; quanta. */
  gain(markets: readonly EngineMarket[], marks: ArrayLike<number>, besides?: (account: number) => number): number {
    let sum = 0;
    this.groups.forEach(({ capital }, g) => {
      for (let account = this.first[g]; account < this.first[g + 1]; account++) {
        sum += markets[0].ledger.cash[account] - (capital === Infinity ? 0 : capital) + (besides?.(account) ?? 0);
        for (let m = 0; m < markets.length; m++) sum += markets[m].ledger.value(account, marks[m]);
      }
    });
    return sum;
  }

  /** All mutable state but the ledger's, for snapshots. */
  state(): readonly (Float64Array | Int32Array)[] {
    return [this.used, this.block, this.source];
  }
}
