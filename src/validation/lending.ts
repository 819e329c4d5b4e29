import { fixedSpreadSale, lossFrontier, repayToReach } from '../liquidation/close-factor.ts';
import { healthFactor } from '../margin/lending.ts';
import { numberOf, ValidationUsageError } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';

const RATE = { above: 0, below: 1 };

/** The sale of that size is made, too: its health factor has to be the target. */
function repay(parameters: Value): Verdict {
  const C = numberOf(parameters, 'C', { above: 0 });
  const D = numberOf(parameters, 'D', { above: 0 });
  const LT = numberOf(parameters, 'LT', RATE);
  const b = numberOf(parameters, 'b', { above: -1e-300 });
  const h = numberOf(parameters, 'h', { above: LT * (1 + b) });
  const expected = (h * D - C * LT) / (h - LT * (1 + b));
  if (!(expected > 0 && expected < D && expected * (1 + b) <= C)) {
    throw new ValidationUsageError(`parameter h: found ${h}, want a health factor that a sale of part of this loan reaches`);
  }
  const measured = repayToReach(C, D, LT, b, h);
  const { repaid, seized } = fixedSpreadSale(C, measured, b, 0);
  const reached = healthFactor((C - seized) * LT, D - repaid);
  const pass = agree(expected, measured, 1e-9) && agree(h, reached, 1e-9);
  return { expected, measured, tolerance: 'relative 1e-9, and the sale reaches h as closely', pass };
}

/** Beyond the frontier, and not before it, a sale of the whole loan leaves debt. */
function frontier(parameters: Value): Verdict {
  const LT = numberOf(parameters, 'LT', RATE);
  const b = numberOf(parameters, 'b', { above: -1e-300 });
  const HF0 = numberOf(parameters, 'HF0', { above: 1 });
  const expected = Math.max(1 - 1 / HF0, 1 - ((1 + b) * LT) / HF0);
  const measured = lossFrontier(HF0, LT, b);
  const debtAfter = (drop: number): number => {
    const collateral = (HF0 / LT) * (1 - drop);
    return healthFactor(collateral * LT, 1) < 1 ? 1 - fixedSpreadSale(collateral, 1, b, 0).repaid : 0;
  };
  const pass = agree(expected, measured, 0, 1e-6) && debtAfter(measured + 1e-9) > 0 && !(debtAfter(measured - 1e-9) > 0);
  return { expected, measured, tolerance: '1e-6, and a whole sale leaves debt 1e-9 beyond it, none 1e-9 before', pass };
}

/** Closed forms of one loan. */
export const LENDING_CHECKS: readonly Check[] = [
  { id: 'LEND-REPAY', run: repay },
  { id: 'LEND-DSTAR', run: frontier },
];
