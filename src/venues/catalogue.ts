import { generic } from './generic.ts';
import { hyperliquid } from './hyperliquid.ts';
import type { MarginTier, Venue } from './venue.ts';

/** All venues, by name. */
export const VENUES: readonly Venue[] = [generic, hyperliquid];

/** Every word that `venueNamed` understands. */
export const VENUE_WORDS: readonly string[] = VENUES.flatMap((venue) => [venue.name, ...venue.aliases]);

/** A venue by its name or an alias, or null. */
export function venueNamed(name: string): Venue | null {
  const wanted = name.trim().toLowerCase();
  return VENUES.find((venue) => venue.name === wanted || venue.aliases.includes(wanted)) ?? null;
}

/** A venue's margin table of an asset, or null when it lists none. */
export function marginTable(venue: Venue, symbol: string): readonly MarginTier[] | null {
  for (const key of [symbol.toUpperCase(), '*']) {
    const table = Object.hasOwn(venue.tiers, key) ? venue.tiers[key] : undefined;
    if (table !== undefined) return table;
  }
  return null;
}
