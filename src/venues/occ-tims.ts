import { evenMoves, STILL } from '../margin/grid.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import type { Venue } from './venue.ts';

const CPM = 'https://www.theocc.com/risk-management/customer-portfolio-margin';

/** How a class of underlyings is stressed: range down (below 0) and up, number of valuation points, least charge a unit of an option. */
export interface TimsClass {
  readonly down: number;
  readonly up: number;
  /** Even; half of them on each side. */
  readonly points: number;
  readonly leastPerOption: number;
}

/** Single stocks: ± 15 %. */
export const EQUITY: TimsClass = { down: -0.15, up: 0.15, points: 10, leastPerOption: 0.375 };

/** Rules of a class: equally spaced points on each side at unchanged volatility, and the present price. */
export function timsRules({ down, up, points, leastPerOption }: TimsClass): PortfolioRules {
  return {
    scenarios: evenMoves(down, up, points / 2).map((move) => ({ move, volatility: 'none', damping: 1 })),
    volatility: STILL,
    skew: null,
    basis: null,
    discounting: true,
    factor: { maintenance: 1, initial: 1 },
    chargesScaled: false,
    discount: null,
    gainOffset: 1,
    nakedShort: { maintenance: 0, initial: 0 },
    leastPerOption,
    confidence: null,
    peg: null,
    concentration: null,
  };
}

/** OCC's customer portfolio margin by TIMS: the worst of ten prices. */
export const occTims: Venue = {
  name: 'occ-tims',
  aliases: ['tims', 'occ'],
  title: 'US listed options under portfolio margin (OCC TIMS)',
  date: '2024-01-01',
  tiers: { '*': [{ from: 0, maintenance: 0.15, initial: 0.15 }] },
  equalityLiquidates: false,
  mark: { kind: 'last', clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  portfolio: timsRules(EQUITY),
  facts: [
    { what: 'ten equally spaced valuation points: ± 15 % for equities, −8 % to +6 % for broad indexes', source: CPM, hypothetical: false },
    { what: 'at least 0.375 USD × multiplier for every option contract', source: CPM, hypothetical: false },
    { what: 'maintenance and initial are the same', source: CPM, hypothetical: false },
    {
      what: 'volatility stays, and gains in one underlying do not pay for losses in another beyond the whole',
      source: 'simplified',
      hypothetical: true,
    },
    { what: 'marked at the last price, closed at once', source: 'brokers close after a call', hypothetical: true },
  ],
};
