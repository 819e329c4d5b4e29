import { linearCrossing } from './isolated.ts';

/** A linear position of an account whose positions share one collateral, in real numbers, for people. */
export interface AccountPosition {
  readonly symbol: string;
  /** Units of the asset: > 0 long, < 0 short. */
  readonly size: number;
  readonly entry: number;
  readonly mark: number;
  /** Maintenance rate of its tier. */
  readonly rate: number;
  /** What the tier takes off rate × notional, in quote units. */
  readonly deduction: number;
}

/** Positions that share one collateral. Money in quote units. */
export interface Account {
  /** Collateral after haircuts, without unrealised profit. */
  readonly collateral: number;
  readonly positions: readonly AccountPosition[];
}

/** What a collateral asset counts for: amount × price × weight (1 − haircut, a loan-to-value). */
export function collateralValue(amount: number, price: number, weight: number): number {
  return amount * price * weight;
}

/** What positions have gained since their entry. */
export function unrealisedProfit(positions: readonly Pick<AccountPosition, 'size' | 'entry' | 'mark'>[]): number {
  let profit = 0;
  for (const { size, entry, mark } of positions) profit += size * (mark - entry);
  return profit;
}

/** What the venue demands of positions at their marks: Σ rate × |size| × mark − deduction. */
export function maintenanceOf(positions: readonly Omit<AccountPosition, 'symbol' | 'entry'>[]): number {
  let maintenance = 0;
  for (const { size, mark, rate, deduction } of positions) maintenance += rate * Math.abs(size) * mark - deduction;
  return maintenance;
}

/** Collateral plus unrealised profit. */
export function accountEquity(account: Account): number {
  return account.collateral + unrealisedProfit(account.positions);
}

/**
 * The mark of one symbol at which equity = θ × maintenance while all other marks stand still, each position at the rate of the tier that it
 * is in now (as the venues' own calculators do). Both sides of a hedged symbol count. 0 and Infinity as in `linearCrossing`.
 * @throws RangeError when the account holds nothing of the symbol.
 */
export function accountLiquidationPrice(account: Account, symbol: string, threshold = 1): number {
  const own = account.positions.filter((position) => position.symbol === symbol);
  const others = account.positions.filter((position) => position.symbol !== symbol);
  if (own.length === 0) throw new RangeError(`account: found no position in ${symbol}, want one of ${symbolsOf(account)}`);
  let cash = account.collateral + unrealisedProfit(others) - threshold * maintenanceOf(others);
  let size = 0;
  let charge = 0;
  for (const position of own) {
    cash += threshold * position.deduction - position.size * position.entry;
    size += position.size;
    charge += threshold * position.rate * Math.abs(position.size);
  }
  return linearCrossing(cash, size, charge);
}

function symbolsOf(account: Account): string {
  return [...new Set(account.positions.map((position) => position.symbol))].join(', ') || 'none';
}
