/** From what a venue does around trading, as read, to whole units. */
import type { AssetUnits } from '../core/units.ts';
import { correlationFactor } from '../market/correlation.ts';
import type { DriverOptions } from '../market/drivers.ts';
import { hasShocks } from '../market/drivers.ts';
import type { FundingOptions } from '../market/funding.ts';
import type { FeedFailure } from '../market/feed-failure.ts';
import type { OracleOptions } from '../market/oracle.ts';
import type { OtherExchangesOptions } from '../market/other-exchanges.ts';
import type { SessionOptions } from '../market/session.ts';
import type { Report } from './context.ts';
import type { Steps } from './path.ts';
import { didYouMean } from './problem.ts';
import { quanta } from './measures.ts';
import type { MarketSection } from './market.ts';
import type { Venue } from '../venues/venue.ts';
import type { Scenario } from './schema.ts';

type Asset = Scenario['assets'][number];

type Oracle = NonNullable<Asset['oracle']>;

/** How the venue sees the outside price; null: as it is. */
export function resolveOracle({ oracle }: Asset, venue: Venue | null, place: number, report: Report): OracleOptions | null {
  if (oracle === undefined) return null;
  const at: Steps = ['assets', place, 'oracle'];
  return {
    lag: oracle.lag,
    cadence: oracle.cadence,
    deviation: oracle.deviation,
    heartbeat: oracle.heartbeat === 'none' ? Infinity : oracle.heartbeat,
    ageLimit: oracle.ageLimit === 'none' ? Infinity : oracle.ageLimit,
    whenStale: oracle.whenStale,
    failures: oracle.failures.map((failure, k) => resolveFailure(failure, [...at, 'failures', k], report)),
    exchanges: oracle.exchanges === undefined ? null : resolveExchanges(oracle.exchanges, venue, [...at, 'exchanges'], report),
  };
}

function resolveFailure({ from, until, direction, size }: Oracle['failures'][number], at: Steps, report: Report): FeedFailure {
  if (until <= from) report([...at, 'until'], `found ${until}s, want more than the ${from}s that it begins at`);
  if (direction === 'down' && size >= 1) report([...at, 'size'], `found ${size}, want less than 1 (100%): a price does not fall to 0`);
  return { from, until, off: direction === 'frozen' ? null : direction === 'down' ? -size : size };
}

interface Stated {
  readonly name: string;
  readonly weight: number;
  readonly dispersion?: number | undefined;
}

/** The exchanges that an index is made of, each with its failures. */
function resolveExchanges(
  { weights, dispersion, halfLife, failures }: NonNullable<Oracle['exchanges']>,
  venue: Venue | null,
  at: Steps,
  report: Report,
): OtherExchangesOptions {
  const stated: readonly Stated[] = weights === 'venue' ? (venue?.exchanges ?? []) : weights;
  if (weights === 'venue' && venue !== null && stated.length === 0)
    report([...at, 'weights'], `found venue, but ${venue.name} states no exchanges, want a list of them`);
  const names = stated.map(({ name }) => name);
  names.forEach((name, k) => {
    const before = names.indexOf(name);
    if (before < k) report([...at, 'weights', k, 'name'], `found "${name}" again, want a name that weights[${before}] does not have`);
  });
  const resolved = failures.map((failure, k) => {
    const { exchange } = failure;
    if (names.length > 0 && !names.includes(exchange))
      report([...at, 'failures', k, 'exchange'], `found ${exchange}, want one of ${names.join(', ')}${didYouMean(exchange, names)}`);
    return { exchange, failure: resolveFailure(failure, [...at, 'failures', k], report) };
  });
  return {
    exchanges: stated.map(({ name, weight, dispersion: own = dispersion }) => ({
      name,
      weight,
      dispersion: own,
      failures: resolved.filter(({ exchange }) => exchange === name).map(({ failure }) => failure),
    })),
    halfLife: halfLife === 'none' ? 0 : halfLife,
  };
}

/** Funding of a perpetual, with the notional in quanta at which the premium is measured; null: none. */
export function resolveFunding(
  { funding }: Asset,
  units: AssetUnits,
  venue: Venue | null,
  place: number,
  report: Report,
): (FundingOptions & { readonly impact: number }) | null {
  if (funding === undefined) return null;
  const { sampling, cadence, period, interest, weights } = funding;
  if (sampling > cadence) report(['assets', place, 'funding', 'sampling'], `found ${sampling}s, want at most the cadence of ${cadence}s`);
  return {
    sampling,
    cadence,
    period,
    interest,
    band: funding.band === 'unlimited' ? Infinity : funding.band,
    cap: fundingCap(funding, units.symbol, venue, ['assets', place, 'funding', 'cap'], report),
    weights,
    impact: quanta(funding.impact, units),
  };
}

/** What venues state a largest rate for, in seconds. */
const STATED_FOR = 28_800;

/** Largest rate for a period, as stated or as the venue states it. */
function fundingCap(
  { cap, period }: NonNullable<Asset['funding']>,
  symbol: string,
  venue: Venue | null,
  at: Steps,
  report: Report,
): number {
  if (cap === 'none') return Infinity;
  if (cap !== 'venue') return cap;
  const caps = venue?.fundingCap ?? {};
  if (Object.hasOwn(caps, symbol)) return (caps[symbol] * period) / STATED_FOR;
  if (venue !== null) report(at, `found venue, but ${venue.name} states no largest rate of ${symbol}, want none or a rate`);
  return Infinity;
}

/** When and how far a market may trade; null: always and at any price. */
export function resolveSession(
  { session }: { readonly session?: MarketSection['session'] },
  at: Steps,
  report: Report,
): SessionOptions | null {
  if (session === undefined) return null;
  const { band, breaker, auction, outages } = session;
  outages.forEach(({ from, until }, k) => {
    if (until <= from) report([...at, 'session', 'outages', k, 'until'], `found ${until}s, want more than the ${from}s that it begins at`);
  });
  if (band === 'off' && breaker === 'off' && auction === 'off' && outages.length === 0) return null;
  return {
    band:
      band === 'off'
        ? null
        : {
            width: band.width,
            reference: band.reference === 'index' ? { kind: 'index' } : { kind: 'mean', seconds: band.reference },
            beyond: band.beyond,
          },
    breaker: breaker === 'off' ? null : breaker,
    auction: auction === 'off' ? null : auction,
    ...(outages.length === 0 ? {} : { outages }),
  };
}

/** The correlation matrix of the outside prices; null: nobody moves with anybody. */
export function resolveCorrelations(
  rows: Scenario['correlations'],
  symbols: readonly string[],
  drivers: readonly (DriverOptions | undefined)[],
  report: Report,
): readonly (readonly number[])[] | null {
  if (rows.length === 0) return null;
  const matrix = symbols.map((_, i) => symbols.map((__, j): number => (i === j ? 1 : 0)));
  const named = new Map<string, number>();
  let sound = true;
  const tell: Report = (steps, message) => {
    sound = false;
    report(steps, message);
  };
  for (const [k, [one, other, value]] of rows.entries()) {
    const at: Steps = ['correlations', k];
    const [i, j] = [one, other].map((symbol, side) => {
      const place = symbols.indexOf(symbol);
      if (place < 0)
        tell([...at, side], `found ${symbol}, want an asset of the scenario: ${symbols.join(', ')}${didYouMean(symbol, symbols)}`);
      else if (value !== 0 && drivers[place] !== undefined && !hasShocks(drivers[place]))
        tell([...at, 2], `found ${value}, want 0: the outside price of ${symbol} (${drivers[place].kind}) has no Gaussian moves`);
      return place;
    }) as [number, number];
    if (i < 0 || j < 0) continue;
    if (i === j) tell([...at, 1], `found ${other} twice, want two assets`);
    const pair = `${Math.min(i, j)} ${Math.max(i, j)}`;
    const before = named.get(pair);
    if (before !== undefined) tell(at, `found ${one} and ${other} again, want each pair once: correlations[${before}] has it`);
    named.set(pair, k);
    for (const [a, b] of [
      [i, j],
      [j, i],
    ] as const) {
      const row = matrix[a];
      if (row !== undefined && a !== b) row[b] = value;
    }
  }
  if (!sound) return null;
  try {
    correlationFactor(matrix, symbols);
  } catch (error) {
    report(['correlations'], (error as Error).message);
    return null;
  }
  return matrix;
}
