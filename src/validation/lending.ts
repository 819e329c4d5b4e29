import { fixedSpreadSale, lossFrontier, repayToReach } from '../liquidation/close-factor.ts';
import { healthFactor } from '../margin/lending.ts';
import { LOT, TICK, lossBegins, playLoan } from './lending-worlds.ts';
import { numberOf, ValidationUsageError } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';

const RATE = { above: 0, below: 1 };
/** For less than that nobody repays a loan in lots and quanta. */
const BONUS = { above: 1e-6 };

/** The sale of that size is made, too, by a function and by a keeper in a run: its health factor has to be the target. */
function repay(parameters: Value): Verdict {
  const C = numberOf(parameters, 'C', { above: 0 });
  const D = numberOf(parameters, 'D', { above: 0 });
  const LT = numberOf(parameters, 'LT', RATE);
  const b = numberOf(parameters, 'b', BONUS);
  const h = numberOf(parameters, 'h', { above: LT * (1 + b) });
  const expected = (h * D - C * LT) / (h - LT * (1 + b));
  if (!(expected > 0 && expected < D && expected * (1 + b) <= C)) {
    throw new ValidationUsageError(`parameter h: found ${h}, want a health factor that a sale of part of this loan reaches`);
  }
  const measured = repayToReach(C, D, LT, b, h);
  const { repaid, seized } = fixedSpreadSale(C, measured, b, 0);
  const reached = healthFactor((C - seized) * LT, D - repaid);
  const run = inRun({ C, D, LT, b, h }, expected);
  return {
    expected,
    measured,
    tolerance: `relative 1e-9, and the sale reaches h as closely; ${run.says}`,
    pass: agree(expected, measured, 1e-9) && agree(h, reached, 1e-9) && run.holds,
  };
}

/** What a keeper in a run does at the close factor of such a sale. */
function inRun({ C, D, LT, b, h }: Record<'C' | 'D' | 'LT' | 'b' | 'h', number>, repaid: number) {
  const loan = { debt: D / C, liquidationThreshold: LT, bonus: b, closeFactor: repaid / D, ticks: 1 / TICK };
  const end = playLoan(loan);
  if (C * LT >= D) return { says: 'in a run nobody repays a loan at a health of 1 or more', holds: end.repaid === 0 };
  // Of what is left, which is a part of the collateral.
  const lot = (2 * LOT) / (1 - (repaid * (1 + b)) / C);
  return {
    says: `a keeper in a run repays ${(end.repaid * C).toPrecision(12)} at the close factor x/D, and reaches ${end.health.toPrecision(8)}, to a lot`,
    holds: agree(repaid, end.repaid * C, 1e-9) && agree(h, end.health, lot),
  };
}

/** Beyond the frontier, and not before it, a sale of the whole loan leaves debt. */
function frontier(parameters: Value): Verdict {
  const LT = numberOf(parameters, 'LT', RATE);
  const b = numberOf(parameters, 'b', BONUS);
  const HF0 = numberOf(parameters, 'HF0', { above: 1 });
  const expected = Math.max(1 - 1 / HF0, 1 - ((1 + b) * LT) / HF0);
  const measured = lossFrontier(HF0, LT, b);
  const debtAfter = (drop: number): number => {
    const collateral = (HF0 / LT) * (1 - drop);
    return healthFactor(collateral * LT, 1) < 1 ? 1 - fixedSpreadSale(collateral, 1, b, 0).repaid : 0;
  };
  const run = lossBegins({ debt: LT / HF0, liquidationThreshold: LT, bonus: b });
  const pass =
    agree(expected, measured, 0, 1e-6) &&
    debtAfter(measured + 1e-9) > 0 &&
    !(debtAfter(measured - 1e-9) > 0) &&
    agree(expected, run, 0, 2 * TICK);
  return {
    expected,
    measured,
    tolerance: `1e-6, and a whole sale leaves debt 1e-9 beyond it, none 1e-9 before; in a run with a keeper bad debt begins at ${run.toPrecision(8)}, to a tick`,
    pass,
  };
}

/** Closed forms of one loan. */
export const LENDING_CHECKS: readonly Check[] = [
  { id: 'LEND-REPAY', run: repay },
  { id: 'LEND-DSTAR', run: frontier },
];
