import { isRecovery } from '../margin/lending.ts';

/** The two collateral ratios of a venue with a stability pool (Liquity). */
export interface StabilityPoolRules {
  /** Below it a trove is liquidated; not at equality. */
  readonly minimumRatio: number;
  /** Below it the whole system is in recovery mode; not at equality. */
  readonly criticalRatio: number;
  /** Share of a liquidated trove's collateral that whoever liquidates it receives. */
  readonly gasShare: number;
}

/**
 * How a trove is liquidated. offset: the pool burns its debt and takes its collateral; redistribute: the other troves do;
 * offset-and-redistribute: the pool as far as it reaches, then they; capped-offset: the pool, for the minimum ratio's worth of collateral, the
 * surplus being the owner's.
 */
export type TroveLiquidation = 'none' | 'offset' | 'offset-and-redistribute' | 'redistribute' | 'capped-offset';

/** What happens to a trove at its own and the system's collateral ratio, with `pool` quote units in the stability pool. */
export function troveLiquidation(
  rules: Pick<StabilityPoolRules, 'minimumRatio' | 'criticalRatio'>,
  ratio: number,
  totalRatio: number,
  pool: number,
  debt: number,
): TroveLiquidation {
  const recovery = isRecovery(totalRatio, rules.criticalRatio);
  if (recovery && ratio <= 1) return 'redistribute';
  if (ratio < rules.minimumRatio) return pool >= debt ? 'offset' : pool > 0 ? 'offset-and-redistribute' : 'redistribute';
  // A trove above the minimum goes only when the pool can take it whole, and only while it pulls the system down.
  return recovery && ratio < totalRatio && pool >= debt ? 'capped-offset' : 'none';
}

/** Where a liquidated trove's debt and collateral go. Debt in quote units, collateral in units of the asset. */
export interface TroveSplit {
  readonly pool: { readonly debt: number; readonly collateral: number };
  readonly others: { readonly debt: number; readonly collateral: number };
  /** Collateral that the owner may claim. */
  readonly surplus: number;
  /** Collateral paid to whoever liquidated. */
  readonly gas: number;
}

/** Splits a trove as its liquidation says. The parts add up to the trove: what one gets is what the others did not. */
export function splitTrove(
  rules: StabilityPoolRules,
  how: Exclude<TroveLiquidation, 'none'>,
  debt: number,
  collateral: number,
  price: number,
  pool: number,
): TroveSplit {
  const nothing = { debt: 0, collateral: 0 };
  if (how === 'capped-offset') {
    const worth = (debt * rules.minimumRatio) / price;
    const capped = worth < collateral ? worth : collateral;
    const gas = capped * rules.gasShare;
    return { pool: { debt, collateral: capped - gas }, others: nothing, surplus: collateral - capped, gas };
  }
  const gas = collateral * rules.gasShare;
  const left = collateral - gas;
  if (how === 'redistribute') return { pool: nothing, others: { debt, collateral: left }, surplus: 0, gas };
  if (how === 'offset') return { pool: { debt, collateral: left }, others: nothing, surplus: 0, gas };
  const taken = (left * pool) / debt;
  return { pool: { debt: pool, collateral: taken }, others: { debt: debt - pool, collateral: left - taken }, surplus: 0, gas };
}

/** Deposits and gains of a stability pool, one entry a depositor: quote units, units of the asset. */
export interface PoolShares {
  readonly deposits: readonly number[];
  readonly gains: readonly number[];
}

/**
 * Burns `debt` of the pool's deposits for `collateral`, both pro rata. Real numbers: what is booked is rounded once, by the ledger's rule.
 * @throws RangeError when the debt is more than the deposits.
 */
export function offset(shares: PoolShares, debt: number, collateral: number): PoolShares {
  const { deposits, gains } = shares;
  const total = deposits.reduce((sum, deposit) => sum + deposit, 0);
  if (!(debt <= total)) throw new RangeError(`stability pool: found a debt of ${debt}, want at most its deposits of ${total}`);
  if (total === 0) return shares;
  return {
    deposits: deposits.map((deposit) => deposit - (debt * deposit) / total),
    gains: gains.map((gain, i) => gain + (collateral * (deposits[i] ?? 0)) / total),
  };
}
