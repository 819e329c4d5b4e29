import type { DisposalParts } from './block-disposal.ts';
import type { Disposal, LoanOptions } from './disposal.ts';
import { FixedSpread } from './fixed-spread.ts';

/** What disposes of a market's loans in a run. */
export function openDisposal(loans: LoanOptions, parts: DisposalParts): Disposal {
  const { disposal } = loans;
  switch (disposal.kind) {
    case 'fixed-spread':
      return new FixedSpread(parts, loans, disposal);
  }
}
