import { collateralRatio, isRecovery } from '../margin/lending.ts';
import { BlockDisposal, NOTHING_DONE, NOTHING_YET } from './block-disposal.ts';
import type { DisposalParts, Service } from './block-disposal.ts';
import type { DisposalOutcome } from './disposal.ts';
import { CLOSED, HEALTHY } from './groups.ts';
import { offset, splitTrove, troveLiquidation } from './stability-pool.ts';
import type { StabilityPoolRules } from './stability-pool.ts';

/** What floating point may take from a whole number of lots. */
const ROUNDING = 1e-6;

/** A whole in parts in proportion to weights, by largest remainder, the first of equals. */
export function wholeParts(whole: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (whole * weight) / sum));
  const parts = exact.map(Math.floor);
  const order = [...exact.keys()].sort((a, b) => exact[b] - parts[b] - (exact[a] - parts[a]) || a - b);
  let left = whole - parts.reduce((a, b) => a + b, 0);
  for (let k = 0; left > 0 && order.length > 0; k = (k + 1) % order.length) {
    parts[order[k]]++;
    left--;
  }
  return parts;
}

/**
 * A pool of deposits burns the debt of a loan and takes its collateral, or as much of both as it reaches; the other loans take the rest (Liquity).
 * While all loans together are short of collateral, those below their mean that stand above the least ratio go to the pool as well. Whoever
 * liquidates keeps a share of the collateral; the pool keeps what it got.
 */
export class PoolSale extends BlockDisposal {
  private readonly rules: StabilityPoolRules;
  /** Blocks in recovery mode, and debt that other loans took. */
  private readonly sums = new Float64Array(2);

  constructor(parts: DisposalParts, rules: StabilityPoolRules) {
    super(parts);
    this.rules = rules;
    this.wake(parts.keepers.options.chain.block);
  }

  /** Recovery mode begins without anybody falling due. */
  protected override isIdle(): boolean {
    return false;
  }

  protected override holds(): boolean {
    return true;
  }

  override get outcome(): DisposalOutcome {
    return { ...NOTHING_YET, redistributed: this.sums[1], recovery: this.sums[0] * this.parts.keepers.options.chain.block };
  }

  /** Collateral over debt of all loans that are open. */
  private totalRatio(): number {
    const { desk, place, groups, marks, market } = this.parts;
    const { cash, lots } = place.ledger;
    let collateral = 0;
    let debt = 0;
    for (const account of desk.accounts) {
      if (groups.status[account] === CLOSED) continue;
      collateral += lots[account];
      debt += Math.max(0, -cash[account]);
    }
    return collateralRatio(collateral * place.ledger.lotValue(marks[market]), debt);
  }

  private ratio(account: number): number {
    const { place, marks, market } = this.parts;
    return collateralRatio(place.ledger.value(account, marks[market]), Math.max(0, -place.ledger.cash[account]));
  }

  protected override beforeBlock(time: number): void {
    const { desk, groups, depositors, place, call } = this.parts;
    const total = this.totalRatio();
    if (!isRecovery(total, this.rules.criticalRatio)) return;
    this.sums[0]++;
    const pool = depositors.reduce((sum, account) => sum + place.ledger.cash[account], 0);
    for (const account of desk.accounts) {
      if (groups.status[account] !== HEALTHY || place.ledger.lots[account] === 0) continue;
      if (troveLiquidation(this.rules, this.ratio(account), total, pool, -place.ledger.cash[account]) === 'none') continue;
      call(account, time);
    }
  }

  protected serve(account: number, time: number): Service {
    const { desk, market, place, keepers, groups, closing, marks, depositors, release } = this.parts;
    const { ledger } = place;
    const debt = -ledger.cash[account];
    const pool = depositors.reduce((sum, one) => sum + ledger.cash[one], 0);
    const how = troveLiquidation(this.rules, this.ratio(account), this.totalRatio(), pool, debt);
    if (how === 'none') {
      release(account);
      return { sold: -1, left: true };
    }
    const lotValue = ledger.lotValue(marks[market]);
    const held = ledger.lots[account];
    const split = splitTrove(this.rules, how, debt, held, lotValue, pool);
    const others = desk.accounts.filter((one) => one !== account && groups.status[one] === HEALTHY && ledger.lots[one] > 0);
    const gas = Math.floor(split.gas + ROUNDING);
    // Nobody is left to take it.
    if (split.others.debt > 0 && others.length === 0) return NOTHING_DONE;
    const keeper = keepers.servant(place, groups.triggeredAt[account], time, this.waiting, gas * lotValue);
    if (keeper < 0) return NOTHING_DONE;
    const mcr = desk.coverage(account, marks);
    const share = desk.shareToRestore(account, market, marks, 0, this.parts.threshold);
    const surplus = Math.floor(split.surplus + ROUNDING);
    const poolDebt = Math.round(split.pool.debt);
    const poolLots = split.others.debt > 0 ? Math.floor(split.pool.collateral + ROUNDING) : held - gas - surplus;
    keepers.reward(place, account, keeper, gas, keepers.costAt(time, this.waiting));
    this.offset(account, poolDebt, poolLots);
    if (split.others.debt > 0) this.redistribute(account, debt - poolDebt, held - gas - surplus - poolLots, others);
    place.tally.addAbsorbed(ledger.notional(held - gas - surplus, marks[market]));
    const route = how === 'redistribute' ? 'redistributed' : 'pool';
    if (!closing.seized(desk, account, market, time, { lots: held - surplus, money: debt, mcr, share, route })) release(account);
    return { sold: keepers.sell(place, marks[market], keeper), left: true };
  }

  /** The pool's depositors pay a debt and take collateral, both in proportion to what they have in it. */
  private offset(account: number, debt: number, lots: number): void {
    if (debt === 0 && lots === 0) return;
    const { place, depositors } = this.parts;
    const { ledger } = place;
    const deposits = Array.from(depositors, (one) => ledger.cash[one]);
    const gains = deposits.map(() => 0);
    const after = offset({ deposits, gains }, debt, lots);
    const paid = wholeParts(
      debt,
      deposits.map((deposit, i) => deposit - after.deposits[i]),
    );
    const taken = wholeParts(lots, after.gains);
    depositors.forEach((one, i) => ledger.sell(one, account, taken[i], paid[i]));
  }

  /** Other loans take a debt and collateral, both in proportion to their own collateral. */
  private redistribute(account: number, debt: number, lots: number, others: Int32Array): void {
    const { place, watch } = this.parts;
    const { ledger } = place;
    const stakes = Array.from(others, (one) => ledger.lots[one]);
    const owed = wholeParts(debt, stakes);
    const taken = wholeParts(lots, stakes);
    others.forEach((one, i) => {
      ledger.sell(one, account, taken[i], owed[i]);
      watch(one);
    });
    this.sums[1] += debt;
  }

  override state(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...super.state(), this.sums];
  }
}
