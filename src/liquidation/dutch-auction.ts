import { AuctionSale, ROUNDING } from './auction-sale.ts';
import { NOTHING_DONE } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import { auctionPrice, leastOwed, needsReset, resetAuction, take } from './clip.ts';
import type { ClipRules } from './clip.ts';
import type { Offer } from './keepers.ts';

/**
 * Dutch auctions (Maker's Liquidations 2.0): the price falls from above the oracle's until a keeper buys, a part or all; too old or too deep, it has
 * to be started again. Where every keeper stays away, because of its latency or of what a transaction costs, the price goes on falling.
 */
export class DutchAuction extends AuctionSale {
  private readonly top: Float64Array;

  constructor(parts: DisposalParts, rules: ClipRules) {
    super(parts, rules);
    this.top = new Float64Array(parts.groups.status.length);
  }

  protected reward(owed: number): number {
    return this.rules.flatIncentive + this.rules.shareIncentive * owed;
  }

  protected opened(account: number, top: number): void {
    this.top[account] = top;
  }

  protected serve(account: number, time: number): Service {
    if (this.owed[account] === 0) return this.open(account, time);
    const { market, place, keepers, groups, marks, lenders } = this.parts;
    const { rules, top, openedAt } = this;
    const elapsed = time - openedAt[account];
    const price = auctionPrice(rules.fall, top[account], elapsed);
    const since = groups.triggeredAt[account];
    if (needsReset(elapsed, price / top[account], rules.longest, rules.deepest)) {
      const now = { owed: this.owed[account], lot: this.lot[account], top: top[account] };
      const { auction, incentive } = resetAuction(now, place.ledger.lotValue(marks[market]), rules);
      const keeper = keepers.servant(place, since, time, this.waiting, incentive);
      if (keeper < 0) return NOTHING_DONE;
      keepers.pay(place, keeper, keepers.costAt(time, this.waiting));
      this.incentive(keeper, lenders, incentive);
      top[account] = auction.top;
      openedAt[account] = time;
      return NOTHING_DONE;
    }
    const deal = keepers.deal(place, marks[market], since, time, this.waiting, (share) => this.offer(account, price, share));
    return deal === null ? NOTHING_DONE : this.sell(account, time, deal, false);
  }

  /** Lots are rounded down, and what is paid for a part up, in favour of the vault. */
  private offer(account: number, price: number, share: number): Offer | null {
    const lot = this.lot[account];
    const amount = share === 1 ? lot : Math.floor(lot * share);
    if (amount < 1) return null;
    const bought = take(this.owed[account], lot, price, amount, leastOwed(this.rules));
    if (bought === null) return null;
    const lots = Math.min(lot, Math.floor(bought.bought + ROUNDING));
    return lots < 1 ? null : { lots, pay: Math.ceil(bought.cost - ROUNDING), fee: 0 };
  }

  override state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...super.state(), this.top];
  }
}
