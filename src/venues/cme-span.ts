import type { PortfolioRules } from '../margin/portfolio.ts';
import type { Scenario } from '../margin/grid.ts';
import type { Venue } from './venue.ts';

const SPAN = 'https://www.cmegroup.com/clearing/risk-management/span-overview.html';

/** How far beyond the price scan range the two extreme scenarios go, and the share of their loss that is covered. */
export interface ExtremeMove {
  readonly multiple: number;
  readonly cover: number;
}

/** Three price scan ranges, 33 % covered. */
const EXTREME: ExtremeMove = { multiple: 3, cover: 0.33 };

/** The sixteen scenarios in the order of SPAN's files: no move, ± 1/3, ± 2/3, ± 3/3 of the range, each with volatility up and down; then the extremes. */
export function spanScenarios(range: number, extreme: ExtremeMove): readonly Scenario[] {
  const moves = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1];
  return [
    ...moves.flatMap((share) => (['up', 'down'] as const).map((volatility) => ({ move: share * range, volatility, damping: 1 }))),
    ...[1, -1].map((side) => ({ move: side * extreme.multiple * range, volatility: 'none' as const, damping: extreme.cover })),
  ];
}

/** SPAN's rules. `range`: price scan range as a share of the price; `volatilityRange`: relative. Initial is 110 % of maintenance. */
export function spanRules(range: number, volatilityRange: number, extreme: ExtremeMove = EXTREME): PortfolioRules {
  return {
    scenarios: spanScenarios(range, extreme),
    volatility: { up: volatilityRange, down: volatilityRange, shortPower: 0, longPower: 0, floor: 1, leastUp: 0 },
    skew: null,
    basis: null,
    discounting: true,
    factor: { maintenance: 1, initial: 1.1 },
    chargesScaled: false,
    discount: null,
    gainOffset: 1,
    nakedShort: { maintenance: 0, initial: 0 },
    leastPerOption: 0,
    confidence: null,
    peg: null,
    concentration: null,
  };
}

/** CME's SPAN: the worst of sixteen scenarios. */
export const cmeSpan: Venue = {
  name: 'cme-span',
  aliases: ['span', 'cme'],
  title: 'CME futures and options under SPAN',
  date: '2019-06-01',
  tiers: { '*': [{ from: 0, maintenance: 0.3, initial: 0.33 }] },
  equalityLiquidates: false,
  mark: { kind: 'last', clamp: null },
  policy: { kind: 'full' },
  backstop: null,
  portfolio: spanRules(0.3, 0.35),
  facts: [
    {
      what: 'sixteen scenarios: thirds of the price scan range with volatility up and down, and two extremes',
      source: SPAN,
      hypothetical: false,
    },
    { what: 'the extremes are three ranges, 33 % covered', source: SPAN, hypothetical: false },
    { what: 'the requirement of the worst scenario is maintenance, 110 % of it initial', source: SPAN, hypothetical: false },
    {
      what: 'price scan range 30 % of the price, volatility ± 35 %',
      source: 'set contract by contract and day by day',
      hypothetical: true,
    },
    {
      what: 'marked at the last price, closed at once',
      source: 'the clearing house marks to settlement prices, brokers close',
      hypothetical: true,
    },
  ],
};
