/** From what traders hedge with, as read, to markets and listed options. */
import type { HedgeOptions } from '../traders/conduct.ts';
import { OPTIONED } from '../traders/group.ts';
import type { Report } from './context.ts';
import { placeOfSeries } from './listed-options.ts';
import type { Listing } from './listed-options.ts';
import { placeOf } from './measures.ts';
import type { Steps } from './path.ts';
import type { Scenario } from './schema.ts';

type Group = Exclude<Scenario['traders'][number], { readonly margin: 'lending' }>;

/** What the traders of a group hedge with; null: they do not, or it could not be read. `market`: the group's. */
export function resolveHedge(
  group: Group,
  margin: string,
  market: number,
  listing: Listing,
  at: Steps,
  report: Report,
): HedgeOptions['by'] | null {
  if (group.hedge === 'off') return null;
  const { by } = group.hedge;
  const here: Steps = [...at, 'hedge', 'by'];
  const hasOptions = OPTIONED.some((one) => one === margin);
  if (by.kind === 'asset') {
    const place = placeOf(by.asset, listing.units, [...here, 'asset'], report);
    const also = 'accounts' in group ? group.accounts.flatMap((account) => account.also) : group.also;
    if (margin !== 'cross' && !hasOptions)
      report(here, `found a hedge by an asset in ${margin} margin, want margin: cross, portfolio or standard`);
    else if (place !== market && !also.some(({ asset }) => asset === by.asset)) {
      const contract = listing.contracts[place];
      if (margin !== 'portfolio')
        report(
          [...here, 'asset'],
          `found ${by.asset}, which the group does not hold and which lowers no demand under ${margin} margin, want an asset of it: give it under also`,
        );
      else if (contract !== undefined && (contract.kind === 'spot' || contract.currency !== listing.contracts[market]?.currency))
        report(
          [...here, 'asset'],
          `found ${by.asset}, ${contract.kind === 'spot' ? 'a spot asset' : 'which settles in another currency'}, want a contract that settles as the group's does`,
        );
    }
    return { kind: 'asset', market: place };
  }
  if (listing.contracts[market]?.kind === 'inverse') {
    report(here, 'found a hedge by options in coin, want one by an asset: options settle in the quote currency');
    return null;
  }
  if (!hasOptions || 'accounts' in group) {
    report(here, `found a hedge by options in a group with ${margin} margin, want a drawn group with margin: portfolio or standard`);
    return null;
  }
  const place = (call: boolean, strike: number): number =>
    placeOfSeries(listing, { market, call, strike, strikeIn: 'start', expiry: by.expiry }, here, report);
  return { kind: 'option', market, put: place(false, 1 - by.off), call: place(true, 1 + by.off), spread: by.spread };
}
