import { lotsToSend, shareToRestore } from '../liquidation/policies.ts';
import { bankruptcyPrice, equityAt, liquidationPrice } from '../margin/isolated.ts';
import type { PositionTerms } from '../margin/isolated.ts';
import { casesOf, numberOf, numbersOf } from './parameters.ts';
import { agree } from './target.ts';
import type { Check, Value, Verdict } from './target.ts';

type Contract = PositionTerms['contract'];

/** A position of one unit (of face value 1 for inverse) at a leverage. */
function position(contract: Contract, side: 1 | -1, entry: number, leverage: number, rate: number, threshold = 1): PositionTerms {
  const collateral = contract === 'inverse' ? 1 / entry / leverage : entry / leverage;
  return { contract, side, entry, size: 1, collateral, rate, threshold };
}

function closed(expected: Value, measured: Value): Verdict {
  return { expected, measured, tolerance: 'relative 1e-9', pass: agree(expected, measured, 1e-9, 1e-12) };
}

function markNotional(parameters: Value): Verdict {
  const entry = numberOf(parameters, 'entry');
  const L = numberOf(parameters, 'leverage');
  const m = numberOf(parameters, 'm');
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
  const entry = numberOf(parameters, 'entry');
  const L = numberOf(parameters, 'leverage');
  const m = numberOf(parameters, 'm');
  const expected = { long: entry * (1 - (1 / L - m)), short: entry * (1 + (1 / L - m)) };
  const price = (side: 1 | -1): number => liquidationPrice(position('entry-notional', side, entry, L, m));
  return closed(expected, { long: price(1), short: price(-1) });
}

function hyperliquid(parameters: Value): Verdict {
  const price = numberOf(parameters, 'price');
  const size = numberOf(parameters, 'size');
  const margin = numberOf(parameters, 'isolated_margin');
  const rate = 1 / (2 * numberOf(parameters, 'max_leverage'));
  const documented = (side: 1 | -1): number => price - (side * (margin - size * price * rate)) / size / (1 - rate * side);
  const own = (side: 1 | -1): number =>
    liquidationPrice({ contract: 'mark-notional', side, entry: price, size, collateral: margin, rate, threshold: 1 });
  return closed({ long: documented(1), short: documented(-1) }, { long: own(1), short: own(-1) });
}

function inverse(parameters: Value): Verdict {
  const entry = numberOf(parameters, 'entry');
  const L = numberOf(parameters, 'leverage');
  const m = numberOf(parameters, 'm');
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
  const entry = numberOf(parameters, 'entry');
  const L = numberOf(parameters, 'leverage');
  const m = numberOf(parameters, 'm');
  const theta = numbersOf(parameters, 'theta');
  const expected = theta.map((t) => (entry * (1 - 1 / L)) / (1 - t * m));
  return closed(
    expected,
    theta.map((t) => liquidationPrice(position('mark-notional', 1, entry, L, m, t))),
  );
}

function gapBadDebt(parameters: Value): Verdict {
  if (!Array.isArray(parameters)) throw new ValidationUsageError('parameters: want a list of { L, m, d }');
  const cases = parameters.map((p: Value) => ({ L: numberOf(p, 'L'), m: numberOf(p, 'm'), d: numberOf(p, 'd') }));
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
  const L = numberOf(parameters, 'L');
  const gaps = numbersOf(parameters, 'g');
  const terms = position('mark-notional', 1, 1, L, 0.005);
  const expected = gaps.map((g) => Math.max(0, g - 1 / L));
  const measured = gaps.map((g) => Math.max(0, -equityAt(terms, 1 - g)));
  return { expected, measured, tolerance: 'absolute 1e-12', pass: agree(expected, measured, 0, 1e-12) };
}

/** Closed forms of one account. */
export const POSITION_CHECKS: readonly Check[] = [
  ...['POS-LIQ-L3', 'POS-LIQ-L10', 'POS-LIQ-L20', 'POS-LIQ-L100'].map((id) => ({ id, run: markNotional })),
  { id: 'POS-LIQ-ENTRYCONV', run: entryNotional },
  { id: 'POS-LIQ-HL', run: hyperliquid },
  { id: 'POS-LIQ-INVERSE', run: inverse },
  { id: 'POS-MCR-THETA', run: thresholds },
  { id: 'POS-GAP-BADDEBT', run: gapBadDebt },
  { id: 'POS-GAP-FROM-ENTRY', run: gapFromEntry },
  { id: 'POS-PARTIAL', run: partial },
  { id: 'POS-RESTORE', run: restore },
];
