import { ASK, BID } from '../market/exchange.ts';
import { OrderBook } from '../market/book.ts';
import { numberOf } from './parameters.ts';
import type { Check, Value, Verdict } from './target.ts';

/** Ticks that the sweep eats. */
const TICKS = 10_000;

/** One market order through a book whose depth grows in proportion to the distance from the middle: k lots at the k-th tick. */
function latentSweep(parameters: Value): Verdict {
  const Q = numberOf(parameters, 'Q', { above: 0 });
  const Lc = numberOf(parameters, 'Lc', { above: 0 });
  const expected = Math.sqrt((2 * Q) / Lc);
  const spacing = expected / TICKS;
  const lots = Math.round(Q / (Lc * spacing * spacing));
  const levels = 2 * TICKS;
  const middle = levels + 10;
  const book = new OrderBook({ base: 0, levels: 2 ** 16, capacity: levels });
  for (let k = 1; k <= levels; k++) book.limit(BID, middle - k, k, 0, 0);
  book.market(ASK, lots, 1);
  const measured = (middle - book.last) * spacing;
  return { expected, measured, tolerance: `grid spacing ${spacing.toPrecision(3)}`, pass: Math.abs(measured - expected) <= spacing };
}

/** What one order does to a standing book. */
export const SWEEP_CHECKS: readonly Check[] = [{ id: 'IMP-LLOB-SWEEP', run: latentSweep }];
