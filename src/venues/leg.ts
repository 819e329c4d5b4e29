import { markLeverageScore } from '../liquidation/adl.ts';
import { takeoverPrice } from '../liquidation/fillable.ts';
import { chargedRate, contractValue, profitAt } from '../margin/isolated.ts';
import type { PositionTerms } from '../margin/isolated.ts';
import { requirement, tierOf, tiersFromRates } from '../margin/tiers.ts';
import type { Tiers } from '../margin/tiers.ts';
import { costOf, markOf } from './account.ts';
import type { AccountPosition, VenueAccount } from './account.ts';
import { marginTable } from './catalogue.ts';
import type { Figures, GroupItem, OwnItem } from './margin-group.ts';
import type { Venue } from './venue.ts';

/** A position with what the venue makes of it. */
export interface Leg {
  readonly position: AccountPosition;
  readonly contract: PositionTerms['contract'];
  readonly mark: number;
  readonly maintenance: Tiers;
  readonly initial: Tiers;
}

/** Whether margin is in coin. */
export function isInverse({ position }: Leg): boolean {
  return position.contract === 'inverse';
}

/** @throws RangeError for a position without a price, a margin table, or an entry that its venue charges at. */
export function legOf(account: VenueAccount, venue: Venue, position: AccountPosition): Leg {
  const onEntry = venue.contract === 'entry-notional' || venue.contract === 'inverse-entry';
  const contract = position.contract === 'inverse' ? (onEntry ? 'inverse-entry' : 'inverse') : onEntry ? 'entry-notional' : 'mark-notional';
  if (onEntry && position.entry === null)
    throw new RangeError(`${position.asset}: found no entry, want one: ${venue.name} charges at entry`);
  const { maintenance, initial } = requirementsOf(venue, position);
  return { position, contract, mark: markOf(account, position), maintenance, initial };
}

/**
 * Both requirements of a position: its own, else the venue's of that asset; maintenance with the fee of closing.
 * @throws RangeError when neither has one.
 */
export function requirementsOf(
  venue: Venue,
  position: Pick<AccountPosition, 'asset' | 'maintenance' | 'initial'>,
): { readonly maintenance: Tiers; readonly initial: Tiers } {
  const table = position.maintenance !== null && position.initial !== null ? null : marginTable(venue, position.asset);
  const listed = (which: 'maintenance' | 'initial'): Tiers => {
    if (table !== null) return tiersFromRates(table.map((tier) => ({ floor: tier.from, rate: tier[which] })));
    throw new RangeError(`${position.asset}: ${venue.name} lists no ${which} margin of it (it has ${Object.keys(venue.tiers).join(', ')})`);
  };
  const own = position.maintenance;
  const maintenance =
    own === null ? listed('maintenance') : { ...own, rate: own.rate.map((rate) => chargedRate(rate, venue.closingFee ?? 0)) };
  // An account that states maintenance alone is asked for that much to open, too, where the venue lists nothing.
  const initial = position.initial ?? (table === null ? maintenance : listed('initial'));
  return { maintenance, initial };
}

/** What a leg is charged on when its mark is at a price: its value there or at entry. */
export function chargedValue({ contract, position }: Leg, mark: number): number {
  const onEntry = contract === 'entry-notional' || contract === 'inverse-entry';
  return contractValue(contract, Math.abs(position.size), onEntry ? costOf(position) : mark);
}

/** What a leg demands at its mark, in the contract's margin currency. */
export function demanded(leg: Leg, tiers: Tiers): number {
  const asked = requirement(tiers, chargedValue(leg, leg.mark));
  return asked > leg.position.leastMargin ? asked : leg.position.leastMargin;
}

/** Profit since the entry in the contract's margin currency; all of the value where the cost is in the cash already. */
export function profitOf({ contract, position, mark }: Leg): number {
  const { size, entry } = position;
  if (entry === null)
    return (size < 0 ? -1 : 1) * contractValue(contract, Math.abs(size), mark) * (position.contract === 'inverse' ? -1 : 1);
  return profitAt({ contract, side: size < 0 ? -1 : 1, size: Math.abs(size), entry }, mark);
}

/**
 * A leg as a row of its group.
 * @param equity of the group
 * @param currency price of the leg's margin currency in the group's: 1, or the coin's where the group is in quote units
 * @param own what the venue's own arithmetic says in the place of the tiers
 */
export function itemOf(venue: Venue, leg: Leg, equity: number, currency = 1, own?: OwnItem): GroupItem {
  const { position, mark } = leg;
  return {
    name: `${position.size < 0 ? 'short' : 'long'} ${position.asset}${position.contract === 'inverse' ? ' inverse' : ''}`,
    size: position.size,
    mark,
    value: profitOf(leg) * currency,
    maintenanceMargin: own?.maintenanceMargin ?? demanded(leg, leg.maintenance) * currency,
    initialMargin: own?.initialMargin ?? demanded(leg, leg.initial) * currency,
    figures: { ...venueFigures(venue, leg, equity), ...own?.figures },
  };
}

/** What a venue publishes of a position besides its margin. */
function venueFigures(venue: Venue, leg: Leg, equity: number): Figures {
  const { position, mark, contract } = leg;
  if (venue.name === 'vertex') {
    const rate = leg.maintenance.rate[tierOf(leg.maintenance, chargedValue(leg, mark))];
    return { takeoverPrice: takeoverPrice(mark, position.size < 0 ? 1 + rate : 1 - rate) };
  }
  if (venue.name === 'hyperliquid' && position.entry !== null && equity > 0) {
    const notional = contractValue(contract, Math.abs(position.size), mark);
    return { deleveragingScore: markLeverageScore(mark, position.entry, notional, equity) };
  }
  return {};
}
