import { BandedDesk } from './banded-desk.ts';
import type { BandPool, BandSide } from './band-pool.ts';
import { BlockDisposal, NOTHING_DONE, NOTHING_YET } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import type { DisposalOutcome } from './disposal.ts';
import { CLOSED } from './groups.ts';
import type { Deal, Offer } from './keepers.ts';
import { withdrawnShare } from './soft-liquidation.ts';

/** Repayment of a share of a loan's debt for the same share of its bands. */
interface Repayment extends Offer {
  readonly share: number;
}

// Places in `sums`.
const SOLD = 0;
const BOUGHT = 1;
const LOST = 2;

/** What arbitrage in the present block may still do. */
const EITHER = 0;
const SELLING = 1;
const BUYING = 2;

/**
 * Soft liquidation (crvUSD): in every block keepers trade the market's bands against the market as long as it pays. Falling marks leave the bands
 * cheap, and the collateral that keepers take out of them they sell in the market; rising marks leave them dear, and keepers buy in the
 * market what they bring back. A loan whose health is below 0 all the same is closed for good: whoever repays its debt, with the money in its
 * bands first, has the collateral.
 */
export class BandSale extends BlockDisposal {
  private readonly pool: BandPool;
  private readonly sums = new Float64Array(3);
  private readonly side = new Uint8Array(1);

  /** @throws Error for a desk whose loans do not lie in bands. */
  constructor(parts: DisposalParts) {
    super(parts);
    if (!(parts.desk instanceof BandedDesk)) throw new Error('soft liquidation: found loans without bands');
    this.pool = parts.desk.pool;
    this.wake(parts.keepers.options.chain.block);
  }

  /** Bands are traded without anybody falling due. */
  protected override isIdle(): boolean {
    return false;
  }

  override owing(account: number): number {
    return this.pool.debtOf(account);
  }

  override get outcome(): DisposalOutcome {
    const { sums } = this;
    return { ...NOTHING_YET, bandsSold: sums[SOLD], bandsBought: sums[BOUGHT], bandsLost: sums[LOST] };
  }

  protected override beforeBlock(): void {
    this.side[0] = EITHER;
  }

  protected serve(account: number, time: number): Service {
    const { desk, market, place, keepers, groups, closing, marks, watch } = this.parts;
    const mark = marks[market];
    const since = groups.triggeredAt[account];
    if (place.ledger.lots[account] === 0) return this.settle(account, time);
    const deal = keepers.deal(place, mark, since, time, this.waiting, (share) => this.offer(account, share));
    if (deal === null) return NOTHING_DONE;
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, 0, this.parts.threshold);
    this.pool.withdraw(account, this.withdrawn(deal.offer.share));
    keepers.settle(place, mark, account, deal);
    const { lots, pay } = deal.offer;
    const left = closing.seized(desk, account, market, time, { lots, money: Math.max(0, pay), mcr, share, route: 'keeper' });
    if (!left) watch(account);
    return { sold: keepers.sell(place, mark, deal.keeper), left };
  }

  private withdrawn(share: number): number {
    return withdrawnShare(share, this.pool.rules.liquidationDiscount);
  }

  /** Lots and money are rounded down, and what is repaid up, in favour of the loan. */
  private offer(account: number, share: number): Repayment | null {
    const { lots, money } = this.pool.part(account, this.withdrawn(share));
    return lots < 1 ? null : { lots, pay: Math.ceil(this.pool.debtOf(account) * share) - money, fee: 0, share };
  }

  /** Closes a loan that holds nothing but money: who does it has what the debt leaves. */
  private settle(account: number, time: number): Service {
    const { desk, market, place, keepers, groups, closing, marks } = this.parts;
    const { ledger } = place;
    const left = ledger.cash[account];
    const keeper = keepers.servant(place, groups.triggeredAt[account], time, this.waiting, left);
    if (keeper < 0) return NOTHING_DONE;
    const mcr = desk.coverage(account, marks);
    this.pool.withdraw(account, 1);
    ledger.transfer(account, keeper, left);
    keepers.pay(place, keeper, keepers.costAt(time, this.waiting));
    closing.seized(desk, account, market, time, { lots: 0, money: 0, mcr, share: 1, route: 'keeper' });
    return { sold: -1, left: true };
  }

  /** One trade with the bands, all of a block's to the same side. */
  protected override afterServing(time: number): number {
    const { side } = this;
    if (side[0] !== BUYING) {
      const sold = this.arbitrage('sell', time);
      if (sold >= 0) return sold;
    }
    return side[0] === SELLING ? -1 : this.arbitrage('buy', time);
  }

  private arbitrage(which: BandSide, time: number): number {
    const { market, place, keepers, marks } = this.parts;
    const { pool } = this;
    const mark = marks[market];
    const oracle = place.ledger.lotValue(mark);
    const sign = which === 'sell' ? 1 : -1;
    // What the next lot brings in the market, or costs there.
    const price = sign * keepers.proceeds(place, mark, sign);
    if (!(price > 0)) return -1;
    const all = pool.plan(which, oracle, price);
    if (all === 0) return -1;
    const deal = keepers.deal(place, mark, -Infinity, time, this.waiting, (share): Offer | null => {
      const lots = Math.floor(all * share);
      return lots < 1 ? null : { lots: sign * lots, pay: sign * pool.moneyFor(which, oracle, lots), fee: 0 };
    });
    if (deal === null) return -1;
    this.side[0] = which === 'sell' ? SELLING : BUYING;
    return this.trade(which, oracle, deal, time);
  }

  private trade(which: BandSide, oracle: number, { keeper, offer, cost }: Deal, time: number): number {
    const { desk, market, place, keepers, closing, groups, marks, lenders, watch } = this.parts;
    const { pool, sums } = this;
    const mark = marks[market];
    const lots = which === 'sell' ? offer.lots : keepers.buy(place, mark, keeper, -offer.lots);
    const money = pool.moneyFor(which, oracle, lots);
    const { ledger } = place;
    // Who had what of it is looked up only where somebody listens.
    const before = closing.listener === null ? null : Float64Array.from(desk.accounts, (account) => ledger.lots[account]);
    const cash = before === null ? null : Float64Array.from(desk.accounts, (account) => ledger.cash[account]);
    const traded = pool.trade(which, oracle, lots, keeper);
    if (before !== null && cash !== null)
      desk.accounts.forEach((account, i) => {
        const sold = before[i] - ledger.lots[account];
        if (sold !== 0) closing.bandsTraded(desk, account, market, sold, ledger.cash[account] - cash[i], time);
      });
    // The bands are nobody's alone: what comes of their trades has no parent.
    keepers.reward(place, lenders, keeper, 0, cost);
    sums[which === 'sell' ? SOLD : BOUGHT] += lots * oracle;
    sums[LOST] += which === 'sell' ? lots * oracle - money : money - lots * oracle;
    for (const account of desk.accounts) if (groups.status[account] !== CLOSED && pool.liesIn(account, traded)) watch(account);
    if (which === 'buy') return lenders;
    return keepers.sell(place, mark, keeper);
  }

  override state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...super.state(), this.sums, this.side];
  }
}
