/** From options that groups and accounts hold, as read, to those that a run lists: each kind, strike and expiry of an asset once. */
import type { AssetUnits } from '../core/units.ts';
import type { Contract } from '../core/ledger.ts';
import type { ListedOption } from '../margin/portfolio-book.ts';
import { startPrice } from '../market/drivers/range.ts';
import { OPTIONED } from '../traders/group.ts';
import type { ListedGroupOptions } from '../traders/group.ts';
import type { MarketOptions } from '../simulation/options.ts';
import type { Report } from './context.ts';
import { lots, placeOf, ticks } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

/** An option that somebody holds; its strike is a share of the price at the start, or a price in ticks. */
export interface Series {
  readonly market: number;
  readonly call: boolean;
  readonly strike: number;
  readonly strikeIn: 'start' | 'ticks';
  readonly expiry: number;
}

/** Places of positions in a population are bytes: so many markets and options there can be together. */
const MOST_PLACES = 255;

/** What options are listed in. */
export interface Listing {
  readonly series: Series[];
  /** Seconds of the run, which every option outlives. */
  readonly horizon: number;
  readonly units: readonly AssetUnits[];
  readonly contracts: readonly Contract[];
}

/** Place of an option among those listed, as which it joins them when it is new. */
export function placeOfSeries({ series, horizon, units }: Listing, option: Series, at: Steps, report: Report): number {
  const { expiry } = option;
  if (expiry <= horizon) report([...at, 'expiry'], `found ${expiry}s, want more than the horizon of ${horizon}s`);
  const key = JSON.stringify(option);
  const same = series.findIndex((one) => JSON.stringify(one) === key);
  if (same >= 0) return same;
  if (series.length + units.length >= MOST_PLACES)
    report(at, `found the ${series.length + 1}th option that differs from those before, want at most ${MOST_PLACES - units.length}`);
  return series.push(option) - 1;
}

type Account = Extract<Scenario['traders'][number], { accounts: unknown }>['accounts'][number];

/** Options of an account that is written down; `market`: its group's. */
export function resolveAccountOptions(
  { options }: Account,
  margin: string,
  market: number,
  listing: Listing,
  at: Steps,
  report: Report,
): NonNullable<ListedGroupOptions['options']>[number] {
  const taken: number[] = [];
  return options.map(({ asset, kind, strike, expiry, side, size, premium }, k) => {
    const here: Steps = [...at, 'options', k];
    if (!OPTIONED.some((one) => one === margin))
      report(here, `found an option in a group with ${margin} margin, want margin: portfolio or standard, or no options`);
    const place = asset === undefined ? market : placeOf(asset, listing.units, [...here, 'asset'], report);
    const units = listing.units[place];
    if (units === undefined) throw new Error('options: found no asset');
    const contract = listing.contracts[place];
    if (contract !== undefined && (contract.kind !== 'linear' || contract.currency !== 0))
      report([...here, 'asset'], `found ${units.symbol}, want an asset that settles in the quote currency under an option`);
    const call = kind === 'call';
    const tick = ticks(strike, units, [...here, 'strike'], report);
    const option = placeOfSeries(listing, { market: place, call, strike: tick, strikeIn: 'ticks', expiry }, here, report);
    if (taken.includes(option)) report(here, `found the same ${kind} again, want each option once`);
    taken.push(option);
    const held = lots(size, units, [...here, 'size'], report);
    const paid = premium === undefined ? null : ticks(premium, units, [...here, 'premium'], report);
    return { option, lots: side === 'long' ? held : -held, premium: paid };
  });
}

/** The listed options with their strikes in ticks. */
export function strikesOf(series: readonly Series[], markets: readonly Partial<MarketOptions>[]): ListedOption[] {
  return series.map(({ strike, strikeIn, ...option }) => {
    const driver = markets[option.market]?.driver;
    if (strikeIn === 'ticks') return { ...option, strike };
    return { ...option, strike: driver === undefined ? 1 : Math.max(1, Math.round(strike * startPrice(driver))) };
  });
}
