/** From portfolio margin, as read, to a run's options. */
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import { evenMoves, STILL, YEAR } from '../margin/grid.ts';
import type { Scenario as Point } from '../margin/grid.ts';
import type { ListedOption, PortfolioTerms } from '../margin/portfolio-book.ts';
import type { PortfolioRules } from '../margin/portfolio.ts';
import { tiersFromRates } from '../margin/tiers.ts';
import { VENUES, venueNamed } from '../venues/catalogue.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { callOf } from './ladder.ts';
import { placeOf, round } from './measures.ts';
import { didYouMean } from './problem.ts';
import type { Scenario } from './schema.ts';

type Stated = NonNullable<Scenario['margin']['portfolio']>;
type Grid = Exclude<Stated['rules'], string>;
type Charges = PortfolioTerms['perpetual'][number];

/** The terms of groups under portfolio margin; `units` and `contracts` of all assets. What does not fit is reported under margin.portfolio. */
export function resolvePortfolio(
  stated: Stated,
  margin: Scenario['margin'],
  venue: Venue,
  options: readonly ListedOption[],
  units: readonly AssetUnits[],
  contracts: readonly Contract[],
  report: Report,
): PortfolioTerms | null {
  const { volatility, skew, elasticity } = stated;
  const { quantum, tick } = units[0] ?? { quantum: 1, tick: 1 };
  const found = typeof stated.rules === 'string' ? venueRules(stated.rules, venue, report) : gridRules(stated.rules, report);
  if (found === null) return null;
  const { factor, concentration, leastPerOption, closing } = found.rules;
  const ratio = factor.initial / factor.maintenance;
  const { call, stated: level } = callOf(margin);
  if (call > ratio) {
    report(
      ['margin', 'call'],
      `found ${level}, which is ${round(call)}, want at most ${round(ratio)}, initial / maintenance of portfolio margin`,
    );
    return null;
  }
  const rules = {
    ...found.rules,
    // In quanta, and a least for each tick of an option's unit.
    leastPerOption: leastPerOption / tick,
    ...(closing === undefined
      ? {}
      : { closing: { ...closing, bands: closing.bands.map(({ upTo, factor: by }) => ({ upTo: upTo / quantum, factor: by })) } }),
    concentration:
      concentration === null
        ? null
        : tiersFromRates(Array.from(concentration.floor, (floor, k) => ({ floor: floor / quantum, rate: concentration.rate[k] ?? 0 }))),
  };
  const arrays = publishedArrays(stated, rules, units, contracts, report);
  const perpetual = units.map((_, m) => {
    const gains = arrays.get(m);
    return gains === undefined ? found.perpetual : { ...found.perpetual, gains };
  });
  return { rules, perpetual, implied: { volatility, skew, elasticity }, options };
}

/** By asset: the gain of a lot in quanta, by scenario, before the damping that it counts with. */
function publishedArrays(
  { arrays }: Stated,
  { scenarios }: PortfolioRules,
  units: readonly AssetUnits[],
  contracts: readonly Contract[],
  report: Report,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  for (const [k, { asset, gains }] of arrays.entries()) {
    const at = ['margin', 'portfolio', 'arrays', k] as const;
    const place = placeOf(asset, units, [...at, 'asset'], report);
    if (contracts[place]?.kind !== 'linear')
      report([...at, 'asset'], `found ${asset}, want an asset whose perpetual settles in the quote currency`);
    if (found.has(place)) report([...at, 'asset'], `found ${asset} again, want each asset once`);
    if (gains.length !== scenarios.length)
      report([...at, 'gains'], `found ${gains.length} gains, want ${scenarios.length}: one for each scenario of the rules`);
    const { lot, quantum } = units[place] ?? { lot: 1, quantum: 1 };
    const counted = scenarios.map(({ damping }, s) => (damping === 0 ? 0 : ((gains[s] ?? 0) * lot) / quantum / damping));
    found.set(place, counted);
  }
  return found;
}

function venueRules(name: string, own: Venue, report: Report): { readonly rules: PortfolioRules; readonly perpetual: Charges } | null {
  const venue = name === 'venue' ? own : venueNamed(name);
  if (venue?.portfolio !== undefined) {
    const { maintenance, initial } = venue.charges?.perpetual ?? { maintenance: 0, initial: 0 };
    return { rules: venue.portfolio, perpetual: { maintenance, initial } };
  }
  const known = VENUES.filter(({ portfolio }) => portfolio !== undefined).map((one) => one.name);
  const said = name === 'venue' ? `${own.name}, which has no portfolio margin` : name;
  report(['margin', 'portfolio', 'rules'], `found ${said}, want one of ${known.join(', ')}, or a grid${didYouMean(name, known)}`);
  return null;
}

/** Rules of a grid as written down: prices with volatility still, and with it up and down where it moves. */
function gridRules(grid: Grid, report: Report): { readonly rules: PortfolioRules; readonly perpetual: Charges } | null {
  const { down, up, steps, volatilityUp, volatilityDown, tails, contingency, nakedShort, offset, concentration, initial } = grid;
  for (const [k, { from, rate }] of concentration.entries()) {
    const before = concentration[k - 1] ?? { from: -1, rate: 0 };
    const at = ['margin', 'portfolio', 'rules', 'concentration', k] as const;
    if (k === 0 ? from !== 0 : from <= before.from) {
      report([...at, 'from'], `found ${from}, want ${k === 0 ? '0 in the first tier' : `more than the ${before.from} before it`}`);
      return null;
    }
    if (rate < before.rate) {
      report([...at, 'rate'], `found ${rate}, want at least the ${before.rate} before it: rates rise with notional`);
      return null;
    }
  }
  const shifts = (['none', 'up', 'down'] as const).filter(
    (shift) => shift === 'none' || (shift === 'up' ? volatilityUp : volatilityDown) > 0,
  );
  const scenarios: Point[] = shifts.flatMap((volatility) => evenMoves(-down, up, steps).map((move) => ({ move, volatility, damping: 1 })));
  for (const { move, counts } of tails) scenarios.push({ move, volatility: volatilityUp > 0 ? 'up' : 'none', damping: counts });
  return {
    rules: {
      scenarios,
      volatility: { ...STILL, up: volatilityUp, down: volatilityDown, floor: YEAR / 365 },
      skew: null,
      basis: null,
      discounting: false,
      factor: { maintenance: 1, initial },
      chargesScaled: false,
      discount: null,
      gainOffset: offset,
      nakedShort: { maintenance: nakedShort, initial: 0 },
      leastPerOption: 0,
      confidence: null,
      peg: null,
      concentration: concentration.length === 0 ? null : tiersFromRates(concentration.map(({ from, rate }) => ({ floor: from, rate }))),
    },
    perpetual: { maintenance: contingency, initial: 0 },
  };
}
