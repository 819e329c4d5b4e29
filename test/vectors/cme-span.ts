import { assessAccount, PLAIN } from '../../src/margin/portfolio-account.ts';
import type { PlainHolding } from '../../src/margin/portfolio-account.ts';
import type { PortfolioMargin } from '../../src/margin/portfolio.ts';
import { spanRules } from '../../src/venues/cme-span.ts';
import type { ExtremeMove } from '../../src/venues/cme-span.ts';
import type { Inputs, Mechanisms } from './inputs.ts';

/** Signed lots of a position in words, e.g. "long 1 future". */
function lots(inputs: Inputs): number {
  const [, side, count] = /^(long|short) (\d+)/.exec(inputs.text('position')) ?? [];
  return side === 'short' ? -Number(count) : Number(count);
}

/** Places of the full and the extreme move down in SPAN's order. */
const DOWN_FULL = 12;
const DOWN_EXTREME = 15;

/** Three price scan ranges, of which published arrays hold the share that is covered already. */
const WHOLE: ExtremeMove = { multiple: 3, cover: 1 };

/** Risk where the price scan range is a whole unit of the price: money comes out. */
function risk(plain: readonly PlainHolding[], extreme: ExtremeMove): PortfolioMargin {
  return assessAccount(spanRules(1, 0, extreme), {
    cash: 0,
    reserved: 0,
    stable: 1,
    units: [{ spot: 0, confidence: 1, plain, expiries: [] }],
  });
}

/** Futures worth a known price scan range a lot. */
function futures(size: number, range: number, extreme: ExtremeMove): PortfolioMargin {
  return risk([{ ...PLAIN, size, price: range }], extreme);
}

/** A lot of each of some contracts with published arrays. */
function published(...arrays: readonly (readonly number[])[]): PortfolioMargin {
  return risk(
    arrays.map((gains) => ({ ...PLAIN, kind: 'array', size: 1, gains })),
    WHOLE,
  );
}

export const mechanisms: Mechanisms = {
  scenario_array: (inputs) => {
    const range = inputs.number('price_scan_range', 0);
    // SPAN took the extreme at two ranges at first; the loss that it covers is published.
    const margin = inputs.has('gain_array')
      ? published(inputs.numbers('gain_array'))
      : futures(lots(inputs), range, { multiple: 2, cover: inputs.number('extreme_move_loss') / (2 * range) });
    return { gain_array: [...margin.profit], scan_risk: margin.worstLoss };
  },
  portfolio_scan_risk: (inputs) => ({ scan_risk: published(...inputs.keys.map((key) => inputs.numbers(key))).worstLoss }),
  futures_scenarios: (inputs) => {
    const extreme = { multiple: inputs.number('extreme_multiple'), cover: inputs.number('extreme_cover') };
    const { profit } = futures(1, inputs.number('price_scan_range'), extreme);
    return { loss_at_down_full: -profit[DOWN_FULL], loss_at_extreme_down: -profit[DOWN_EXTREME] };
  },
};
