import { countedCollateral, healthFactor } from '../margin/lending.ts';
import { BlockDisposal, NOTHING_DONE } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import { closeFactor, fixedSpreadSale, mayLeave, mostRepayable } from './close-factor.ts';
import type { DisposalOptions, LoanOptions } from './disposal.ts';
import type { Offer } from './keepers.ts';

/** What floating point may take from a whole number of lots. */
const ROUNDING = 1e-9;

/**
 * Keepers repay a part of the debt, at most the close factor's, and take collateral at the mark with a bonus. Lots are rounded down and what is
 * repaid is rounded up, in favour of the loan. What pays nobody stays as it is.
 */
export class FixedSpread extends BlockDisposal {
  private readonly options: Extract<DisposalOptions, { kind: 'fixed-spread' }>;
  private readonly liquidationThreshold: number;

  constructor(parts: DisposalParts, loans: LoanOptions, options: Extract<DisposalOptions, { kind: 'fixed-spread' }>) {
    super(parts);
    this.options = options;
    this.liquidationThreshold = loans.liquidationThreshold;
  }

  protected serve(account: number, time: number): Service {
    const { desk, market, place, keepers, groups, closing, marks, watch } = this.parts;
    const mark = marks[market];
    const deal = keepers.deal(place, mark, groups.triggeredAt[account], time, this.waiting, (share) => this.offer(account, mark, share));
    if (deal === null) return NOTHING_DONE;
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, 0, this.parts.threshold);
    keepers.settle(place, mark, account, deal);
    const { lots, pay } = deal.offer;
    const left = closing.seized(desk, account, market, time, { lots, money: pay, mcr, share, route: 'keeper' });
    if (!left) watch(account);
    return { sold: keepers.sell(place, mark, deal.keeper), left };
  }

  private offer(account: number, mark: number, share: number): Offer | null {
    const { sale, bonus } = this.options;
    const { ledger } = this.parts.place;
    const held = ledger.lots[account];
    const debt = -ledger.cash[account];
    const lotValue = ledger.lotValue(mark);
    const collateral = held * lotValue;
    const counted = countedCollateral([{ quantity: held, price: lotValue, liquidationThreshold: this.liquidationThreshold }]);
    const health = healthFactor(counted, debt);
    const most = mostRepayable(debt, debt, closeFactor(sale, health, collateral, debt));
    const { repaid, seized, protocolFee } = fixedSpreadSale(collateral, most * share, bonus, sale.protocolShare);
    const lots = seized >= collateral ? held : Math.min(held, Math.floor(seized / lotValue + ROUNDING));
    const pay = Math.min(debt, Math.ceil(repaid));
    if (lots < 1 || !mayLeave((held - lots) * lotValue, debt - pay, sale.leastLeftover)) return null;
    return { lots, pay, fee: Math.ceil(protocolFee) };
  }
}
