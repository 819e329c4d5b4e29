import type { BorrowingTerms } from '../liquidation/borrowing.ts';
import type { Report } from './context.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

type Asset = Scenario['assets'][number];

/** Interest on what accounts owe of a coin; null: none, or no coin. `at`: where the asset stands, `step` in seconds. */
export function resolveBorrowing({ contract }: Pick<Asset, 'contract'>, step: number, at: Steps, report: Report): BorrowingTerms | null {
  if (contract === 'linear' || contract.kind !== 'spot' || contract.interest === 0) return null;
  const { interest, accrual } = contract;
  const steps = accrual / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9 || steps < 1)
    report([...at, 'contract', 'accrual'], `found ${accrual}s, want a whole number of steps of ${step}s`);
  if (typeof interest === 'number') return { rate: { base: interest, optimal: 1, kink: interest, most: interest }, accrual };
  const { base, kink, most } = interest;
  if (kink < base) report([...at, 'contract', 'interest', 'kink'], `found ${kink}, want at least the base of ${base}`);
  if (most < kink) report([...at, 'contract', 'interest', 'most'], `found ${most}, want at least the ${kink} at the kink`);
  return { rate: interest, accrual };
}
