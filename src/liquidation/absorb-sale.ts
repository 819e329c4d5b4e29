import { absorb, collateralFor, storePrice } from './absorb.ts';
import { BlockDisposal, NOTHING_DONE } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import type { AbsorbRules } from './disposal.ts';
import type { Offer } from './keepers.ts';

/** What floating point may take from a whole number of lots. */
const ROUNDING = 1e-6;

/**
 * The lenders take a loan over with all its collateral, credit it at the liquidation factor, and sell the collateral at a discount from the mark to
 * whom it pays (Compound III). A debt beyond the collateral's value at the mark is bad debt; what they make or lose on the collateral later is
 * their own.
 */
export class AbsorbSale extends BlockDisposal {
  private readonly rules: AbsorbRules;

  constructor(parts: DisposalParts, rules: AbsorbRules) {
    super(parts);
    this.rules = rules;
  }

  protected serve(account: number, time: number): Service {
    const { desk, market, place, keepers, groups, closing, marks, lenders } = this.parts;
    const { ledger } = place;
    // Nobody is paid for it: whoever means to buy the collateral does it.
    const keeper = keepers.servant(place, groups.triggeredAt[account], time, this.waiting, Infinity);
    if (keeper < 0) return NOTHING_DONE;
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, 0, this.parts.threshold);
    const lots = ledger.lots[account];
    const debt = -ledger.cash[account];
    const { liquidationFactor } = this.rules;
    const { left, paid, seized } = absorb([{ quantity: lots, price: ledger.lotValue(marks[market]), liquidationFactor }], debt);
    keepers.pay(place, keeper, keepers.costAt(time, this.waiting));
    // What is left to the borrower is rounded down.
    const money = debt <= seized ? debt + Math.floor(left + ROUNDING) : seized;
    ledger.sell(lenders, account, lots, money);
    closing.seized(desk, account, market, time, { lots, money: Math.min(paid, money), mcr, share, route: 'lenders' });
    return { sold: -1, left: true };
  }

  protected override isIdle(): boolean {
    return super.isIdle() && this.parts.place.ledger.lots[this.parts.lenders] === 0;
  }

  /** The store: one purchase at a time. */
  protected override afterServing(time: number): number {
    const { market, place, keepers, marks, lenders } = this.parts;
    const { ledger } = place;
    const held = ledger.lots[lenders];
    if (held === 0 || ledger.cash[lenders] >= this.rules.targetReserves) return -1;
    const { storeFrontFactor, liquidationFactor } = this.rules;
    const lotValue = ledger.lotValue(marks[market]);
    const price = storePrice(lotValue, storeFrontFactor, liquidationFactor);
    const deal = keepers.deal(place, marks[market], -Infinity, time, this.waiting, (share): Offer | null => {
      const quote = Math.ceil(held * share * price - ROUNDING);
      const lots = Math.min(held, Math.floor(collateralFor(quote, lotValue, storeFrontFactor, liquidationFactor) + ROUNDING));
      return lots < 1 ? null : { lots, pay: quote, fee: 0 };
    });
    if (deal === null) return -1;
    keepers.settle(place, marks[market], lenders, deal);
    return keepers.sell(place, marks[market], deal.keeper);
  }
}
