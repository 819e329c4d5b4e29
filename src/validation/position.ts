import { lotsToSend, shareToRestore } from '../liquidation/policies.ts';
import { accountLiquidationPrice } from '../margin/account.ts';
import { bankruptcyPrice, equityAt, liquidationPrice } from '../margin/isolated.ts';
import type { PositionTerms } from '../margin/isolated.ts';
import { ValidationUsageError, casesOf, numberOf, numbersOf, recordOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';

type Contract = PositionTerms['contract'];

/** Where a maintenance rate lies. */
const RATE = { above: 0, below: 1 };

/** A position of one unit (of face value 1 for inverse) at a leverage. */
function position(contract: Contract, side: 1 | -1, entry: number, leverage: number, rate: number, threshold = 1): PositionTerms {
  const collateral = contract === 'inverse' ? 1 / entry / leverage : entry / leverage;
  return { contract, side, entry, size: 1, collateral, rate, threshold };
}

function termsOf(parameters: Value): { readonly entry: number; readonly L: number; readonly m: number } {
  return {
    entry: numberOf(parameters, 'entry', { above: 0 }),
    L: numberOf(parameters, 'leverage', { above: 1 }),
    m: numberOf(parameters, 'm', RATE),
  };
}

function closed(expected: Value, measured: Value): Verdict {
  return { expected, measured, tolerance: 'relative 1e-9', pass: agree(expected, measured, 1e-9, 1e-12) };
}

function markNotional(parameters: Value): Verdict {
  const fees = numberOf(parameters, 'fees');
  if (fees !== 0) throw new ValidationUsageError(`parameter fees: found ${fees}, want 0: the closed form has no fees`);
  const { entry, L, m } = termsOf(parameters);
  const long = position('mark-notional', 1, entry, L, m);
  const short = position('mark-notional', -1, entry, L, m);
  const expected = {
    p_liq_long: (entry * (1 - 1 / L)) / (1 - m),
    p_liq_short: (entry * (1 + 1 / L)) / (1 + m),
    d_long: (1 / L - m) / (1 - m),
    d_short: (1 / L - m) / (1 + m),
    p_bk_long: entry * (1 - 1 / L),
    p_bk_short: entry * (1 + 1 / L),
  };
  const measured = {
    p_liq_long: liquidationPrice(long),
    p_liq_short: liquidationPrice(short),
    d_long: 1 - liquidationPrice(long) / entry,
    d_short: liquidationPrice(short) / entry - 1,
    p_bk_long: bankruptcyPrice(long),
    p_bk_short: bankruptcyPrice(short),
  };
  return closed(expected, measured);
}

function entryNotional(parameters: Value): Verdict {
  const { entry, L, m } = termsOf(parameters);
  const expected = { long: entry * (1 - (1 / L - m)), short: entry * (1 + (1 / L - m)) };
  const price = (side: 1 | -1): number => liquidationPrice(position('entry-notional', side, entry, L, m));
  return closed(expected, { long: price(1), short: price(-1) });
}

function hyperliquid(parameters: Value): Verdict {
  const price = numberOf(parameters, 'price', { above: 0 });
  const size = numberOf(parameters, 'size', { above: 0 });
  const margin = numberOf(parameters, 'isolated_margin', { above: 0, below: price * size });
  const rate = 1 / (2 * numberOf(parameters, 'max_leverage', { above: 0.5 }));
  const documented = (side: 1 | -1): number => price - (side * (margin - size * price * rate)) / size / (1 - rate * side);
  const own = (side: 1 | -1): number =>
    liquidationPrice({ contract: 'mark-notional', side, entry: price, size, collateral: margin, rate, threshold: 1 });
  return closed({ long: documented(1), short: documented(-1) }, { long: own(1), short: own(-1) });
}

function inverse(parameters: Value): Verdict {
  const { entry, L, m } = termsOf(parameters);
  const long = position('inverse', 1, entry, L, m);
  const short = position('inverse', -1, entry, L, m);
  const expected = {
    long_liq: (entry * (1 + m)) / (1 + 1 / L),
    long_bk: (entry * L) / (L + 1),
    short_liq: (entry * (1 - m)) / (1 - 1 / L),
    short_bk: (entry * L) / (L - 1),
  };
  return closed(expected, {
    long_liq: liquidationPrice(long),
    long_bk: bankruptcyPrice(long),
    short_liq: liquidationPrice(short),
    short_bk: bankruptcyPrice(short),
  });
}

function thresholds(parameters: Value): Verdict {
  const { entry, L, m } = termsOf(parameters);
  const theta = numbersOf(parameters, 'theta', { above: 0, below: 1 / m });
  const expected = theta.map((t) => (entry * (1 - 1 / L)) / (1 - t * m));
  return closed(
    expected,
    theta.map((t) => liquidationPrice(position('mark-notional', 1, entry, L, m, t))),
  );
}

function gapBadDebt(parameters: Value): Verdict {
  const cases = casesOf(parameters).map((one) => ({
    L: numberOf(one, 'L', { above: 1 }),
    m: numberOf(one, 'm', RATE),
    d: numberOf(one, 'd', { below: 1 }),
  }));
  const expected = cases.map(({ L, m, d }) => ({
    long: ((1 - 1 / L) * Math.max(0, d - m)) / (1 - m),
    short: ((1 + 1 / L) * Math.max(0, d - m)) / (1 + m),
  }));
  const measured = cases.map(({ L, m, d }) => {
    const debt = (side: 1 | -1): number => {
      const terms = position('mark-notional', side, 1, L, m);
      return Math.max(0, -equityAt(terms, liquidationPrice(terms) * (1 - side * d)));
    };
    return { long: debt(1), short: debt(-1) };
  });
  return closed(expected, measured);
}

function gapFromEntry(parameters: Value): Verdict {
  const L = numberOf(parameters, 'L', { above: 1 });
  const gaps = numbersOf(parameters, 'g', { below: 1 });
  const terms = position('mark-notional', 1, 1, L, 0.005);
  const expected = gaps.map((g) => Math.max(0, g - 1 / L));
  const measured = gaps.map((g) => Math.max(0, -equityAt(terms, 1 - g)));
  return { expected, measured, tolerance: 'absolute 1e-12', pass: agree(expected, measured, 0, 1e-12) };
}

/** Lots of a position that is cut: enough that a whole number of them is any fraction to 1e-12. */
const MANY_LOTS = 1e12;

function partial(parameters: Value): Verdict {
  const m = numberOf(parameters, 'm', RATE);
  const f = numberOf(parameters, 'f', RATE);
  const sent = lotsToSend({ kind: 'partial', above: 0, fraction: f, cooldown: 0 }, MANY_LOTS, MANY_LOTS, true);
  // At a mark of 1 the equity is m × notional before and after the cut: a fill at the mark costs nothing.
  const rest: PositionTerms = {
    contract: 'mark-notional',
    side: 1,
    entry: 1,
    size: MANY_LOTS - sent,
    collateral: m * MANY_LOTS,
    rate: m,
    threshold: 1,
  };
  return closed((m * f) / ((1 - f) * (1 - m)), 1 - liquidationPrice(rest));
}

function restore(parameters: Value): Verdict {
  const g = numberOf(parameters, 'g', { above: 0 });
  const r = numberOf(parameters, 'r', { below: g });
  const c = numberOf(parameters, 'c', { above: -1e-300, below: r });
  return closed((g - r) / (g - c), shareToRestore(r, g, c));
}

/** An account of several longs that fall together: one symbol with a leg for each maintenance rate. */
function crossAccount(parameters: Value): Verdict {
  const collateral = numberOf(parameters, 'collateral', { above: 0 });
  const legs = casesOf(recordOf(parameters)['legs'] ?? null).map((leg) => ({
    notional: numberOf(leg, 'notional', { above: 0 }),
    m: numberOf(leg, 'm', RATE),
  }));
  const notional = legs.reduce((sum, leg) => sum + leg.notional, 0);
  const maintenance = legs.reduce((sum, leg) => sum + leg.m * leg.notional, 0);
  if (!(collateral > maintenance && collateral < notional)) {
    throw new ValidationUsageError(
      `parameter collateral: found ${collateral}, want a number above the legs' maintenance of ${maintenance} and below their notional of ${notional}`,
    );
  }
  const positions = legs.map((leg) => ({ symbol: 'ALL', size: leg.notional, entry: 1, mark: 1, rate: leg.m, deduction: 0 }));
  return closed((collateral - maintenance) / (notional - maintenance), 1 - accountLiquidationPrice({ collateral, positions }, 'ALL'));
}

/** Closed forms of one account. */
export const POSITION_CHECKS: readonly Check[] = [
  ...['POS-LIQ-L3', 'POS-LIQ-L10', 'POS-LIQ-L20', 'POS-LIQ-L100'].map((id) => ({ id, run: markNotional })),
  { id: 'POS-LIQ-ENTRYCONV', run: entryNotional },
  { id: 'POS-LIQ-HL', run: hyperliquid },
  { id: 'POS-LIQ-INVERSE', run: inverse },
  { id: 'POS-MCR-THETA', run: thresholds },
  { id: 'POS-CROSS', run: crossAccount },
  { id: 'POS-GAP-BADDEBT', run: gapBadDebt },
  { id: 'POS-GAP-FROM-ENTRY', run: gapFromEntry },
  { id: 'POS-PARTIAL', run: partial },
  { id: 'POS-RESTORE', run: restore },
];
