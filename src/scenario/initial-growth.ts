/** Initial margin that rises with open interest, as read, to quanta. */
import type { AssetUnits } from '../core/units.ts';
import type { InitialGrowth } from '../margin/initial-growth.ts';
import type { Venue } from '../venues/venue.ts';
import type { Report } from './context.ts';
import { quanta, someQuanta } from './measures.ts';
import type { Scenario } from './schema.ts';

/** What the file says, else what the venue states of the asset; null: initial margin does not move. */
export function resolveGrowth(
  stated: Scenario['margin']['initialGrowth'],
  { initialGrowth = {} }: Venue,
  units: AssetUnits,
  report: Report,
): InitialGrowth | null {
  if (stated === 'off' || (stated === 'venue' && !Object.hasOwn(initialGrowth, units.symbol))) return null;
  const terms = stated === 'venue' ? initialGrowth[units.symbol] : stated;
  if (terms === undefined) return null;
  const { from, to } = terms;
  if (to <= from) report(['margin', 'initialGrowth', 'to'], `found ${to}, want more than the ${from} that it begins at`);
  return { from: quanta(from, units), to: someQuanta(to, units, ['margin', 'initialGrowth', 'to'], report) };
}
