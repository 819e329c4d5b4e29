import { AuctionSale } from './auction-sale.ts';
import { NOTHING_DONE } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import type { ClipRules } from './clip.ts';
import type { BidRules } from './disposal.ts';

/**
 * English auctions (Maker before Liquidations 2.0): the highest bid wins once nobody has raised it for a while. Keepers who are able to bid at a block
 * drive the bid to what the second of them would pay; the only one who is able bids nothing, and wins with it when nobody else comes back in
 * time. A bid above what has to be raised buys the lot's part that is worth it. The money of the standing bid is in the vault's account.
 */
export class EnglishAuction extends AuctionSale {
  private readonly bids: BidRules;
  private readonly bid: Float64Array;
  private readonly bidAt: Float64Array;
  private readonly bidder: Int32Array;

  constructor(parts: DisposalParts, rules: ClipRules, bids: BidRules) {
    super(parts, rules);
    const accounts = parts.groups.status.length;
    this.bids = bids;
    this.bid = new Float64Array(accounts);
    this.bidAt = new Float64Array(accounts);
    this.bidder = new Int32Array(accounts).fill(-1);
  }

  /** Whoever can pay for the transaction starts it, for the chance to bid. */
  protected reward(): number {
    return Infinity;
  }

  protected opened(account: number): void {
    this.bid[account] = 0;
    this.bidder[account] = -1;
  }

  protected serve(account: number, time: number): Service {
    const { bid, bidAt, bidder, bids, openedAt, rules } = this;
    if (this.owed[account] === 0) return this.open(account, time);
    const over = time >= openedAt[account] + rules.longest;
    if (bidder[account] >= 0 && (over || time >= bidAt[account] + bids.life)) {
      const won = bid[account];
      const owed = this.owed[account];
      const lots = won > owed ? Math.floor((this.lot[account] * owed) / won) : this.lot[account];
      const deal = { keeper: bidder[account], offer: { lots: Math.max(1, lots), pay: Math.min(won, owed), fee: 0 }, cost: 0 };
      bidder[account] = -1;
      bid[account] = 0;
      // All of the lot goes: what a bid fell short of is gone.
      if (won <= owed) return this.sell(account, time, deal, true);
      this.parts.place.ledger.transfer(account, deal.keeper, won - owed);
      return this.sell(account, time, deal, true);
    }
    if (over) openedAt[account] = time;
    this.raise(account, time);
    return NOTHING_DONE;
  }

  private raise(account: number, time: number): void {
    const { market, place, keepers, groups, marks } = this.parts;
    const { bid, bidAt, bidder, bids } = this;
    const last = bidder[account];
    const bidders = keepers.bidders(place, marks[market], groups.triggeredAt[account], time, this.waiting, this.lot[account]);
    if (bidders === null) return;
    const { leader, value, second, cost } = bidders;
    const next = Math.floor(Math.max(0, second));
    const least = last < 0 ? 0 : bid[account] === 0 ? 1 : Math.ceil(bid[account] * (1 + bids.raise));
    if (next < least || next > value) return;
    const { ledger } = place;
    if (last >= 0 && bid[account] > 0) ledger.transfer(account, last, bid[account]);
    if (next > 0) ledger.transfer(leader, account, next);
    keepers.pay(place, leader, cost);
    bid[account] = next;
    bidder[account] = leader;
    bidAt[account] = time;
  }

  override state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...super.state(), this.bid, this.bidAt, this.bidder];
  }
}
