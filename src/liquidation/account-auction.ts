import { BlockDisposal, NOTHING_DONE } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import { bufferMargin, insolventPayment, openingFee, solventBid } from './derive-auction.ts';
import type { DeriveAuctionRules } from './derive-auction.ts';
import type { EngineMarket } from './engine-market.ts';
import type { Bid } from './keepers.ts';

/** What an auction of whole accounts is given beside what every disposal is. */
export interface AccountAuctionParts extends DisposalParts {
  readonly markets: readonly EngineMarket[];
  /** What the options that an account holds are worth at the marks, in quanta. */
  readonly optionsWorth: (account: number) => number;
}

/** A bid for a part of an account. Quanta. */
interface Offer extends Bid {
  /** Share of its lots that goes. */
  readonly sold: number;
  /** What of the account's money goes with the lots, which are booked at the marks. */
  readonly money: number;
  /** What the bidder pays for the part; it stays in the account and is not for sale again. */
  readonly paid: number;
  /** What whoever takes the whole is paid beyond what there is: bad debt. */
  readonly owed: number;
  /** What the venue demands of the part. */
  readonly demanded: number;
  readonly ends: boolean;
}

/** What floating point may take from a whole number of lots or quanta. */
const ROUNDING = 1e-6;

/**
 * Derive's auction as what becomes of accounts with positions in several markets. While an account is worth something its price falls as a
 * share of what it is worth, and keepers take over a part of everything that it holds, until its equity covers its requirement and the buffer.
 * Once the price has come to 0, or the account owes more than it has, whoever takes the whole is paid for it, the more the longer nobody does; what
 * the account then owes is bad debt like any other: the insurance fund pays first. What a keeper takes over is booked at the marks and stays its own; it bids what closing
 * it at once in the markets would still leave a profit on.
 */
export class AccountAuction extends BlockDisposal {
  declare protected readonly parts: AccountAuctionParts;
  private readonly rules: DeriveAuctionRules;
  /** By account: when its auction opened, −1 without one; when it was first insolvent, −1 never; money that earlier bids paid in. */
  private readonly openedAt: Float64Array;
  private readonly insolventAt: Float64Array;
  private readonly reserved: Float64Array;
  /** By keeper: what the venue demanded of what it took over. */
  private readonly pledged: Float64Array;

  constructor(parts: AccountAuctionParts, rules: DeriveAuctionRules) {
    super(parts);
    const accounts = parts.groups.status.length;
    this.rules = rules;
    this.openedAt = new Float64Array(accounts).fill(-1);
    this.insolventAt = new Float64Array(accounts).fill(-1);
    this.reserved = new Float64Array(accounts);
    this.pledged = new Float64Array(parts.keepers.count);
  }

  override enter(account: number, time: number): void {
    super.enter(account, time);
    this.openedAt[account] = -1;
    this.insolventAt[account] = -1;
    this.reserved[account] = 0;
  }

  /** Keepers keep what they took over. */
  protected override sellLeft(): number {
    return -1;
  }

  protected override isIdle(): boolean {
    return this.waiting === 0;
  }

  /** An auction goes on until the buffer is whole as well. */
  protected override holds(account: number): boolean {
    return this.openedAt[account] >= 0 && this.marginOf(account).buffered < 0;
  }

  private marginOf(account: number): {
    readonly worth: number;
    readonly demanded: number;
    readonly net: number;
    readonly buffered: number;
  } {
    const { desk, marks, threshold } = this.parts;
    const worth = desk.worth(account, marks);
    const demanded = threshold * desk.maintenance(account, marks);
    const net = desk.equity(account, marks) - demanded;
    return { worth, demanded, net, buffered: bufferMargin(worth, net, this.rules.buffer) };
  }

  protected serve(account: number, time: number): Service {
    const { place, keepers, groups, marks } = this.parts;
    if (this.openedAt[account] < 0) this.open(account, time);
    const price = (wanted: number): Offer | null => this.offer(account, time, wanted);
    const deal = keepers.bid(time, groups.triggeredAt[account], this.waiting, (keeper) => this.free(keeper), price);
    if (deal === null) return NOTHING_DONE;
    const closed = this.take(account, time, deal.keeper, deal.bid);
    keepers.pay(place, deal.keeper, deal.cost);
    if (closed) return { sold: -1, left: true };
    if (deal.bid.ends && !this.parts.desk.isDue(account, marks)) {
      this.parts.release(account);
      return { sold: -1, left: true };
    }
    this.parts.watch(account);
    return NOTHING_DONE;
  }

  /** Opens an auction; an account that is worth something pays the fund for it. */
  private open(account: number, time: number): void {
    const { place, market, marks, desk } = this.parts;
    const { worth, net } = this.marginOf(account);
    this.openedAt[account] = time;
    const fee = worth > 0 ? Math.floor(Math.min(worth, openingFee(this.rules, worth, net)) + ROUNDING) : 0;
    if (fee === 0) return;
    place.waterfall.collect(account, fee, marks[market]);
    desk.sync(account);
  }

  /** What a keeper has of its own that no earlier takeover needs. */
  private free(keeper: number): number {
    const { markets, marks, keepers, optionsWorth } = this.parts;
    let worth = markets[0].ledger.cash[keeper] + optionsWorth(keeper);
    for (let m = 0; m < markets.length; m++) worth += markets[m].ledger.value(keeper, marks[m]);
    return worth - this.pledged[keepers.ordinal(keeper)];
  }

  /** The offer for a share of an account at a moment; null: there is nothing to be had, or the markets would not take it. */
  private offer(account: number, time: number, wanted: number): Offer | null {
    const { rules, openedAt, insolventAt, reserved } = this;
    const { worth, demanded, net } = this.marginOf(account);
    if (insolventAt[account] < 0) {
      const bid = solventBid(rules, time - openedAt[account], worth, net, reserved[account], wanted);
      if (bid !== null) {
        const part = bid.sold * (worth - reserved[account]);
        const money = Math.max(0, Math.floor(part - bid.paid + ROUNDING));
        return this.priced(account, { sold: bid.sold, money, paid: bid.paid, owed: 0, demanded: bid.sold * demanded, ends: bid.ends });
      }
    }
    // Once nobody would pay for it an account goes as a whole.
    if (wanted < 1) return null;
    if (insolventAt[account] < 0) insolventAt[account] = time;
    const owed = Math.floor(insolventPayment(rules, time - insolventAt[account], worth, net) + ROUNDING);
    return this.priced(account, { sold: 1, money: Math.max(0, Math.floor(worth + owed)), paid: 0, owed, demanded, ends: true });
  }

  /** An offer with what it is worth to a keeper who closes what it takes at once. */
  private priced(account: number, offer: Omit<Offer, 'gain' | 'needs'>): Offer | null {
    const { markets, marks, keepers } = this.parts;
    let lost = 0;
    for (let m = 0; m < markets.length; m++) {
      const lots = this.part(markets[m].ledger.lots[account], offer.sold);
      if (lots !== 0) lost += lots * markets[m].ledger.lotValue(marks[m]) - keepers.proceeds(markets[m], marks[m], lots);
    }
    const gain = offer.money - lost;
    return Number.isNaN(gain) ? null : { ...offer, gain, needs: offer.demanded - offer.money };
  }

  /** Lots of a position that go with a share of it: rounded away from 0, so that what ends an auction ends it. */
  private part(lots: number, share: number): number {
    const size = Math.abs(lots);
    return Math.sign(lots) * Math.min(size, Math.ceil(size * share - ROUNDING));
  }

  /** Books what a keeper takes over; returns whether the account holds nothing any more. */
  private take(account: number, time: number, keeper: number, offer: Offer): boolean {
    const { desk, markets, marks, closing, keepers, place } = this.parts;
    const mcr = desk.coverage(account, marks);
    const parts = markets.map(({ ledger }) => this.part(ledger.lots[account], offer.sold));
    const shares = parts.map((lots, m) => (lots === 0 ? 0 : desk.shareToRestore(account, m, marks, 0, this.parts.threshold)));
    const last = parts.findLastIndex((lots) => lots !== 0);
    this.reserved[account] += offer.paid;
    this.pledged[keepers.ordinal(keeper)] += offer.demanded;
    desk.handOver(account, keeper, marks, offer.sold);
    const pay = (): void => {
      // Of the whole all that is left, whatever rounding made of it.
      const money = offer.paid === 0 ? Math.max(0, place.ledger.cash[account] + offer.owed) : offer.money;
      if (money > 0) place.ledger.transfer(account, keeper, money);
    };
    if (last < 0) {
      pay();
      return closing.seized(desk, account, 0, time, { lots: 0, money: 0, mcr, share: 1, route: 'auction' });
    }
    let closed = false;
    parts.forEach((lots, m) => {
      if (lots === 0) return;
      const { ledger, tally } = markets[m];
      const size = Math.abs(lots);
      if (lots > 0) ledger.trade(keeper, account, size, marks[m]);
      else ledger.trade(account, keeper, size, marks[m]);
      if (m === last) pay();
      tally.addAbsorbed(Math.abs(ledger.notional(size, marks[m])));
      const money = size * Math.abs(ledger.lotValue(marks[m]));
      closed = closing.seized(desk, account, m, time, { lots: size, money, mcr, share: shares[m], route: 'auction', long: lots > 0 });
    });
    return closed;
  }

  override state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...super.state(), this.openedAt, this.insolventAt, this.reserved, this.pledged];
  }
}
