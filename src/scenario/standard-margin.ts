/** From standard margin, as read, to a run's options. */
import type { Contract } from '../core/ledger.ts';
import type { AssetUnits } from '../core/units.ts';
import type { ListedOption, PortfolioTerms } from '../margin/portfolio-book.ts';
import { VENUES, venueNamed } from '../venues/catalogue.ts';
import { standardCharge } from '../venues/standard-charge.ts';
import type { StandardTerms, Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { callOf } from './ladder.ts';
import { round } from './measures.ts';
import { didYouMean } from './problem.ts';
import type { Scenario } from './schema.ts';

type Stated = NonNullable<Scenario['margin']['standard']>;

/** The terms of groups under standard margin; `units` and `contracts` of all assets. What does not fit is reported under margin.standard. */
export function resolveStandard(
  stated: Stated,
  margin: Scenario['margin'],
  own: Venue,
  options: readonly ListedOption[],
  units: readonly AssetUnits[],
  contracts: readonly Contract[],
  report: Report,
): PortfolioTerms | null {
  const at = ['margin', 'standard'] as const;
  const { volatility, skew, elasticity } = stated;
  for (const key of ['volatility', 'skew', 'elasticity'] as const) {
    const other = margin.portfolio?.[key] ?? stated[key];
    if (other !== stated[key]) report([...at, key], `found ${stated[key]}, want the ${other} of margin.portfolio: an option has one price`);
  }
  const venue = stated.rules === 'venue' ? own : venueNamed(stated.rules);
  if (venue?.standard === undefined) {
    const known = VENUES.filter((one) => one.standard !== undefined).map(({ name }) => name);
    const said = stated.rules === 'venue' ? `${own.name}, which has no standard margin` : stated.rules;
    report([...at, 'rules'], `found ${said}, want one of ${known.join(', ')}${didYouMean(stated.rules, known)}`);
    return null;
  }
  const terms = termsWith(venue.standard, stated);
  const { option } = terms.rules;
  if (option.least > option.most) report([...at, 'option', 'least'], `found ${option.least}, want at most the ${option.most} at the money`);
  if (stated.perpetual !== undefined && stated.perpetual.initial < stated.perpetual.maintenance) {
    const { maintenance, initial } = stated.perpetual;
    report([...at, 'perpetual', 'initial'], `found ${initial}, want at least the ${maintenance} of maintenance`);
    return null;
  }
  const { call, stated: level } = callOf(margin);
  let least = Infinity;
  const perpetual = units.map(({ symbol, lot }, m) => {
    const none = { maintenance: 0, initial: 0, growth: 0 };
    if (contracts[m]?.kind !== 'linear') return none;
    const charge = standardCharge(venue, terms, symbol);
    if (charge === null) {
      report([...at, 'rules'], `found ${venue.name}, which lists no ${symbol}, want margin.standard.perpetual too: its rates`);
      return none;
    }
    const { maintenance, initial, growth } = charge;
    if (maintenance > 0) least = Math.min(least, (maintenance + initial) / maintenance);
    return { maintenance, initial, growth: growth * lot };
  });
  if (call > least)
    report(
      ['margin', 'call'],
      `found ${level}, which is ${round(call)}, want at most ${round(least)}, initial / maintenance of perpetuals under standard margin`,
    );
  return { rules: terms.rules, perpetual, implied: { volatility, skew, elasticity }, options };
}

/** A venue's terms with what a scenario states in their place. */
function termsWith(terms: StandardTerms, { option, unpaired, perpetual }: Stated): StandardTerms {
  const stated = Object.fromEntries(Object.entries(option).filter(([, value]) => value !== undefined));
  return {
    ...terms,
    ...(perpetual === undefined ? {} : { perpetual, growth: {} }),
    rules: {
      ...terms.rules,
      option: { ...terms.rules.option, ...stated },
      ...(unpaired === undefined ? {} : { unpaired: unpaired === 'none' ? null : unpaired }),
    },
  };
}
