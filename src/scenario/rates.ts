/** Margin rates from a formula in `notional`. */
import { exp, log } from '../core/math.ts';
import type { RateStep } from './context.ts';
import { evaluator } from './expression.ts';
import type { Expression } from './expression.ts';

/** What a rate's formula may name: the notional of a position in quote units. */
export const RATE_NAMES: readonly string[] = ['notional'];

/** Notionals, in quote units, between which a formula is sampled, and knots per doubling. */
const FIRST_KNOT = 1;
const LAST_KNOT = 1e12;
const KNOTS_PER_DOUBLING = 8;

/** A formula as marginal rates from rising notionals, up to where it is no margin rate any more. */
export interface Rates {
  readonly steps: readonly RateStep[];
  /** From this notional (quote units) on it says nothing useful, and why; null: it holds as far as it was sampled. */
  readonly fault: { readonly notional: number; readonly message: string } | null;
}

/**
 * A rate formula as marginal rates between geometric knots, up to the first notional at which it is no margin rate; that is kept as its
 * fault. The requirement rate(n) × n is met exactly at every knot and by its chord in between: at 8 knots a doubling, within 0.1 % of a
 * smooth power law, and of the slope's jump × 1/44 at a kink.
 */
export function ratesOf(expression: Expression): Rates {
  const rate = evaluator(expression, RATE_NAMES);
  const steps: RateStep[] = [];
  const growth = exp(log(2) / KNOTS_PER_DOUBLING);
  let from = 0;
  let required = 0;
  for (let notional = FIRST_KNOT; notional <= LAST_KNOT; notional *= growth) {
    const value = rate([notional]);
    const fault = (message: string): Rates => ({
      steps,
      fault: { notional: from === 0 ? 0 : notional, message: `${message} at a notional of ${Number(notional.toPrecision(4))}` },
    });
    if (!(value > 0 && value < 1))
      return fault(
        `found a rate of ${Number.isFinite(value) ? Number(value.toPrecision(4)) : String(value)}, want more than 0 and less than 1,`,
      );
    const marginal = (value * notional - required) / (notional - from);
    if (marginal < 0) return fault('found a requirement that falls as the notional grows, want one that does not,');
    if (marginal >= 1) return fault('found a requirement that grows faster than the notional, want a slope below 1,');
    // Equal slopes are one tier: a constant rate is not three hundred of them.
    const last = steps.at(-1)?.rate ?? -1;
    if (Math.abs(marginal - last) > 1e-12 * last) steps.push({ from, rate: marginal });
    from = notional;
    required = value * notional;
  }
  return { steps, fault: null };
}
