import { coinPortfolioGroup, coinStandardGroup, portfolioGroup, standardGroup, assetsOf } from './option-account.ts';
import { loanGroups } from './loan-account.ts';
import type { MarginGroup } from './margin-group.ts';
import { perpetualGroups } from './perpetual-account.ts';
import { priceOf } from './account.ts';
import type { VenueAccount } from './account.ts';
import type { Venue } from './venue.ts';

/** How a venue margins whole accounts. */
export type AccountRegime = 'positions' | 'standard' | 'portfolio' | 'lending';

/** An account at a venue and at its prices: one entry for everything that is liquidated together. */
export interface AccountMargin {
  readonly venue: string;
  readonly regime: AccountRegime;
  readonly groups: readonly MarginGroup[];
}

/** The regimes of a venue for whole accounts, the usual one first. */
export function regimesOf(venue: Venue): readonly AccountRegime[] {
  if (venue.lending !== undefined) return ['lending'];
  const standard = venue.standard === undefined ? [] : (['standard'] as const);
  const portfolio = venue.portfolio === undefined ? [] : (['portfolio'] as const);
  const whole = [...standard, ...portfolio];
  return whole.length === 0 || venue.byPosition === true ? ['positions', ...whole] : whole;
}

/**
 * Margin of an account under a venue's rules: equity, requirements, MCR and the prices of liquidation and bankruptcy of every group,
 * computed by the functions that a simulation under that venue calls.
 *
 *     const [group] = margin({ ...EMPTY_ACCOUNT, prices: { BTC: 100_000 }, cash: 5000, positions: [long] }, venueNamed('hl')!).groups;
 *
 * @param levels false leaves out the prices of liquidation and bankruptcy of portfolios with options, which are searched for: about a hundred
 * times faster
 * @throws RangeError for an account that the venue cannot hold: an asset without a price or a margin table, positions at a venue that
 * lends, an option past expiry, negative collateral, a grid without the scenario in which nothing moves.
 */
export function margin(account: VenueAccount, venue: Venue, levels = true): AccountMargin {
  const [usual] = regimesOf(venue);
  const regime = account.regime ?? usual;
  if (!regimesOf(venue).includes(regime)) throw new RangeError(`${venue.name}: found ${regime}, want ${regimesOf(venue).join(' or ')}`);
  for (const one of account.options)
    if (!(one.seconds >= 0)) throw new RangeError(`option: found ${one.seconds} s to expiry, which is past`);
  for (const one of account.holdings) {
    if (!(one.amount >= 0)) throw new RangeError(`collateral: found ${one.amount} ${one.asset}, want a number ≥ 0`);
  }
  for (const asset of assetsOf(account)) priceOf(account, asset);
  return { venue: venue.name, regime, groups: groupsOf(account, venue, regime, levels) };
}

function groupsOf(account: VenueAccount, venue: Venue, regime: AccountRegime, levels: boolean): readonly MarginGroup[] {
  const { positions, options, loans } = account;
  if (regime === 'lending') {
    if (venue.lending === undefined || positions.length + options.length > 0)
      throw new RangeError(`${venue.name} lends: found ${positions.length} positions and ${options.length} options, want loans`);
    return loanGroups(account, venue, venue.lending);
  }
  if (loans.length > 0) throw new RangeError(`${venue.name} does not lend: found ${loans.length} loans, want positions`);
  if (regime === 'positions') {
    if (options.length > 0) throw new RangeError(`${venue.name}: found ${options.length} options, want a venue of options`);
    return perpetualGroups(account, venue);
  }
  const isolated = positions.find((one) => one.isolated !== null);
  if (isolated !== undefined)
    throw new RangeError(`${isolated.asset}: found collateral of its own, but ${regime} margin is of whole accounts`);
  const { standard } = venue;
  if (regime === 'standard' && standard === undefined) throw new RangeError(`${venue.name}: found no standard rules`);
  if (venue.settlesInCoin === true && isInCoin(account)) {
    return assetsOf(account).map((coin) =>
      regime === 'standard' && standard !== undefined
        ? coinStandardGroup(account, venue, standard, coin, levels)
        : coinPortfolioGroup(account, venue, coin, levels),
    );
  }
  return [
    regime === 'standard' && standard !== undefined
      ? standardGroup(account, venue, standard, levels)
      : portfolioGroup(account, venue, levels),
  ];
}

/** Whether an account at a venue that settles in coin and in quote units is of the first kind: it has no money in quote units. */
function isInCoin({ cash, positions }: VenueAccount): boolean {
  return cash === 0 && positions.every(({ contract }) => contract === 'inverse');
}
