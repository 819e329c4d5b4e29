/** How much of a loan one fixed-spread sale may take. Money in quote units. */
export interface CloseFactorRules {
  /** Share of the total debt that a sale may repay. */
  readonly closeFactor: number;
  /** At or below this health factor the whole debt may be repaid. */
  readonly fullCloseHealth: number;
  /** A loan whose collateral or debt is worth less than this may be repaid whole. */
  readonly fullCloseBelow: number;
  /** A sale that leaves both collateral and debt may leave neither of them worth less than this. */
  readonly leastLeftover: number;
  /** Share of the bonus that the venue keeps. */
  readonly protocolShare: number;
}

/** Share of the total debt that may be repaid at once: 1 or the venue's close factor. */
export function closeFactor(rules: CloseFactorRules, health: number, collateral: number, debt: number): number {
  const partial = health > rules.fullCloseHealth && collateral >= rules.fullCloseBelow && debt >= rules.fullCloseBelow;
  return partial ? rules.closeFactor : 1;
}

/** The most that may be repaid of one debt. The close factor is a share of `base`: the total debt (Aave since v3.3), or that one debt (before). */
export function mostRepayable(debt: number, base: number, factor: number): number {
  const most = factor * base;
  return debt < most ? debt : most;
}

/** A fixed-spread sale: debt repaid and collateral taken for it, with what of it the venue keeps. In the loan's units. */
export interface FixedSpreadSale {
  readonly repaid: number;
  readonly seized: number;
  readonly protocolFee: number;
}

/**
 * Repays `repay` for collateral worth (1 + bonus) × as much. Where the collateral does not reach, it is all taken, and only what it pays
 * for is repaid. All amounts in one unit of value.
 */
export function fixedSpreadSale(collateral: number, repay: number, bonus: number, protocolShare: number): FixedSpreadSale {
  const wanted = repay * (1 + bonus);
  const short = wanted > collateral;
  const seized = short ? collateral : wanted;
  const repaid = short ? collateral / (1 + bonus) : repay;
  return { repaid, seized, protocolFee: (seized - repaid) * protocolShare };
}

/** Whether a sale may leave this collateral and debt behind: nothing of one of the two, or enough of both. */
export function mayLeave(collateral: number, debt: number, leastLeftover: number): boolean {
  return collateral === 0 || debt === 0 || (collateral >= leastLeftover && debt >= leastLeftover);
}

/**
 * Debt to repay, at the bonus, so that the health factor reaches `target`: (hD − LT·C) / (h − LT(1 + b)); 0 when it is there already. Infinity
 * when no sale gets there, since each lowers the health factor or lifts it too slowly.
 */
export function repayToReach(collateral: number, debt: number, liquidationThreshold: number, bonus: number, target: number): number {
  const missing = target * debt - collateral * liquidationThreshold;
  if (missing <= 0) return 0;
  const lift = target - liquidationThreshold * (1 + bonus);
  const repay = missing / lift;
  return lift > 0 && repay * (1 + bonus) <= collateral ? repay : Infinity;
}

/**
 * Whether selling at the bonus lowers the health factor of what is left: exactly when collateral < (1 + bonus) × debt, whatever the
 * liquidation threshold and the amount sold.
 */
export function saleLowersHealth(collateral: number, debt: number, bonus: number): boolean {
  return collateral < (1 + bonus) * debt;
}

/**
 * The smallest drop of the collateral's price, as a fraction, from which on a loan leaves bad debt: it must be open to liquidation and
 * worth less than its debt with the bonus: max(1 − 1/HF₀, 1 − (1 + b)·LT/HF₀). After M. Gatto (2026), daru.finance.
 */
export function lossFrontier(health: number, liquidationThreshold: number, bonus: number): number {
  return Math.max(1 - 1 / health, 1 - ((1 + bonus) * liquidationThreshold) / health);
}
