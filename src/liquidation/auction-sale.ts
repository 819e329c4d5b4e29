import { BlockDisposal, NOTHING_DONE, NOTHING_YET } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import { openAuction, startIncentive } from './clip.ts';
import type { ClipRules } from './clip.ts';
import type { DisposalOutcome } from './disposal.ts';
import type { Deal } from './keepers.ts';

/** What floating point may take from a whole number of lots or quanta. */
export const ROUNDING = 1e-6;

// Places in `totals`.
const IN_AUCTIONS = 0;
const SOLD = 1;
const FOR_NOTHING = 2;

/** Less than this share of the mark is nothing. */
const NOTHING = 0.01;

/**
 * What auctions of vaults' collateral have in common. The lot stays in the vault's account until it is sold, and what is raised comes in there: the
 * debt first, then the penalty, which goes to the fund, then nothing more is sold. A vault that fits only in part into the venue's limit keeps the
 * rest; what its auction falls short of stays with it.
 */
export abstract class AuctionSale extends BlockDisposal {
  protected readonly rules: ClipRules;
  /** By account: what is left to raise, in quanta, 0 without an auction; what is left to sell, in lots; the debt that was taken out; the opening. */
  protected readonly owed: Float64Array;
  protected readonly lot: Float64Array;
  protected readonly principal: Float64Array;
  protected readonly raised: Float64Array;
  protected readonly openedAt: Float64Array;
  private readonly totals = new Float64Array(3);

  constructor(parts: DisposalParts, rules: ClipRules) {
    super(parts);
    const accounts = parts.groups.status.length;
    this.rules = rules;
    this.owed = new Float64Array(accounts);
    this.lot = new Float64Array(accounts);
    this.principal = new Float64Array(accounts);
    this.raised = new Float64Array(accounts);
    this.openedAt = new Float64Array(accounts);
  }

  protected override holds(account: number): boolean {
    return this.owed[account] > 0;
  }

  override owing(account: number): number {
    return this.holds(account) ? 0 : super.owing(account);
  }

  override get outcome(): DisposalOutcome {
    return { ...NOTHING_YET, auctioned: this.totals[SOLD], forNothing: this.totals[FOR_NOTHING] };
  }

  /** What whoever opens an auction must find in it; Infinity: nobody needs a reward. */
  protected abstract reward(owed: number): number;

  /** What is kept of an opening price per lot, in quanta. */
  protected abstract opened(account: number, top: number): void;

  /** Starts the auction of a vault when somebody does. */
  protected open(account: number, time: number): Service {
    const { market, place, keepers, groups, marks, lenders } = this.parts;
    const { rules, totals } = this;
    const { ledger } = place;
    const debt = -ledger.cash[account];
    const vault = { collateral: ledger.lots[account], normalisedDebt: debt, rate: 1 };
    const auction = openAuction(vault, ledger.lotValue(marks[market]), rules, Math.min(rules.limit - totals[IN_AUCTIONS], this.systemRoom));
    if (auction === null) return NOTHING_DONE;
    const keeper = keepers.servant(place, groups.triggeredAt[account], time, this.waiting, this.reward(auction.owed));
    if (keeper < 0) return NOTHING_DONE;
    keepers.pay(place, keeper, keepers.costAt(time, this.waiting));
    this.incentive(keeper, lenders, startIncentive(rules.flatIncentive, rules.shareIncentive, auction.owed));
    this.owed[account] = Math.ceil(auction.owed - ROUNDING);
    this.lot[account] = Math.floor(auction.lot + ROUNDING);
    this.principal[account] = Math.min(debt, Math.ceil(auction.owed / rules.penaltyFactor - ROUNDING));
    this.raised[account] = 0;
    this.openedAt[account] = time;
    this.hold(this.owed[account]);
    this.opened(account, auction.top);
    return NOTHING_DONE;
  }

  /** What all auctions together have place for, in this market's quanta. */
  private get systemRoom(): number {
    const { allowances, place } = this.parts;
    return allowances === null ? Infinity : allowances.systemRoom / place.scale;
  }

  /** More, or with less than 0 less, is to be raised in auctions. */
  private hold(owed: number): void {
    const { allowances, place } = this.parts;
    this.totals[IN_AUCTIONS] += owed;
    allowances?.hold(owed * place.scale);
  }

  /** Pays whoever started or reset an auction out of what lenders have. */
  protected incentive(keeper: number, lenders: number, amount: number): void {
    const paid = Math.floor(amount + ROUNDING);
    if (paid > 0) this.parts.place.ledger.transfer(lenders, keeper, paid);
  }

  /** Books a purchase, `booked`: its money is in the vault's account already. */
  protected sell(account: number, time: number, deal: Deal, booked: boolean): Service {
    const { desk, market, place, keepers, closing, marks, watch } = this.parts;
    const { totals, owed, lot, raised, principal } = this;
    const { lots, pay } = deal.offer;
    const mark = marks[market];
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, 0, this.parts.threshold);
    keepers.settle(place, mark, account, booked ? { ...deal, offer: { ...deal.offer, pay: 0 } } : deal);
    totals[SOLD] += lots;
    if (pay < NOTHING * place.ledger.notional(lots, mark)) totals[FOR_NOTHING] += lots;
    this.hold(-Math.min(pay, owed[account]));
    owed[account] -= Math.min(pay, owed[account]);
    lot[account] -= lots;
    raised[account] += pay;
    if (owed[account] === 0 || lot[account] === 0) {
      const penalty = Math.min(raised[account] - principal[account], place.ledger.cash[account]);
      if (penalty > 0) place.waterfall.collect(account, penalty, mark);
      this.hold(-owed[account]);
      owed[account] = 0;
    }
    const left = closing.seized(desk, account, market, time, { lots, money: pay, mcr, share, route: 'auction' });
    if (!left) watch(account);
    return { sold: keepers.sell(place, mark, deal.keeper), left };
  }

  override state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...super.state(), this.owed, this.lot, this.principal, this.raised, this.openedAt, this.totals];
  }
}
