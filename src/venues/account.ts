import type { Tiers } from '../margin/tiers.ts';

/** A perpetual or future. */
export interface AccountPosition {
  readonly asset: string;
  /** Signed: units of the asset, > 0 long; of an inverse contract its face value in quote units. */
  readonly size: number;
  /** Average price of entry; null: what the position cost is in the cash already. */
  readonly entry: number | null;
  /** Its own mark where it differs from the asset's price; null: the asset's price. */
  readonly mark: number | null;
  readonly contract: 'linear' | 'inverse';
  /**
   * Collateral of its own: an amount in the margin currency, or in coins at the price of their asset; what the value at entry is at a
   * leverage; null: it shares the account's.
   */
  readonly isolated: { readonly amount: number; readonly coin: string | null } | { readonly leverage: number } | null;
  /** Requirements in the place of the venue's, without the fee of closing; null: the venue's. */
  readonly maintenance: Tiers | null;
  readonly initial: Tiers | null;
  /** Least requirement in quote units (GMX), or what stands on top of both requirements (Synthetix); 0: none. */
  readonly leastMargin: number;
  /** Units of the asset at which the premium of a trade is 100 %, and what the initial rate grows by with size / scale (Synthetix). */
  readonly skew: { readonly scale: number; readonly fraction: number } | null;
}

/** An option. */
export interface AccountOption {
  readonly asset: string;
  readonly call: boolean;
  readonly strike: number;
  /** Time to expiry in seconds, ≥ 0. */
  readonly seconds: number;
  /** Signed contracts of `multiplier` units. */
  readonly size: number;
  readonly multiplier: number;
  /** Implied, a year. */
  readonly volatility: number;
  /** Forward of its expiry: the part that moves with the asset's price (null: that price), and the part that is fixed already. */
  readonly forward: number | null;
  readonly fixed: number;
  /** Interest a year. */
  readonly rate: number;
}

/** Coins held as collateral. */
export interface AccountHolding {
  readonly asset: string;
  /** Units, ≥ 0. */
  readonly amount: number;
  /** Share of the value that counts for maintenance, and for initial margin; null: the venue's. */
  readonly weight: number | null;
  readonly initialWeight: number | null;
  /** How fast the weight falls with size (Drift); 0: not at all. */
  readonly sizeFactor: number;
  /** Whether its price follows the scenarios of a grid; a stablecoin's does not. */
  readonly moves: boolean;
}

/** A loan against coins. */
export interface AccountLoan {
  readonly collateral: readonly {
    readonly asset: string;
    readonly amount: number;
    /** Share of the value up to which the debt may grow, and that may be borrowed at first; null: the venue's. */
    readonly liquidationThreshold: number | null;
    readonly loanToValue: number | null;
  }[];
  /** Quote units, interest included. */
  readonly debt: number;
  /** Soft liquidation: number of bands, and the top of the market's band 0. */
  readonly bands: { readonly count: number; readonly basePrice: number } | null;
  /** Stability pool: collateral ratio of the whole system, and quote units in the pool. */
  readonly system: { readonly ratio: number; readonly pool: number } | null;
}

/** What somebody holds at a venue, in real numbers. */
export interface VenueAccount {
  /** Index price of every asset, in quote units. */
  readonly prices: Readonly<Record<string, number>>;
  /** Quote units. */
  readonly cash: number;
  /** Held back by resting orders: demanded by initial margin, in the margin currency. */
  readonly orders: number;
  /** Price of the settlement currency in quote units. */
  readonly stable: number;
  /** Which of a venue's regimes for whole accounts; null: its only or first one. */
  readonly regime: 'standard' | 'portfolio' | null;
  /** What keepers can earn on the account at most: a share of its open interest, capped (Synthetix). */
  readonly reward: { readonly share: number; readonly most: number };
  readonly holdings: readonly AccountHolding[];
  readonly positions: readonly AccountPosition[];
  readonly options: readonly AccountOption[];
  readonly loans: readonly AccountLoan[];
}

/** An account that holds nothing, to be spread under what it holds. */
export const EMPTY_ACCOUNT: VenueAccount = {
  prices: {},
  cash: 0,
  orders: 0,
  stable: 1,
  regime: null,
  reward: { share: 0, most: 0 },
  holdings: [],
  positions: [],
  options: [],
  loans: [],
};

/** The price of an asset. @throws RangeError when the account states none. */
export function priceOf(account: VenueAccount, asset: string): number {
  const price = Object.hasOwn(account.prices, asset) ? account.prices[asset] : undefined;
  if (price === undefined || !(price > 0)) throw new RangeError(`price of ${asset}: found ${price ?? 'none'}, want a number > 0`);
  return price;
}

/** The mark of a position. */
export function markOf(account: VenueAccount, position: Pick<AccountPosition, 'asset' | 'mark'>): number {
  return position.mark ?? priceOf(account, position.asset);
}

/** What a position cost a unit: its entry; its mark's origin where the cost is in the cash already. */
export function costOf(position: Pick<AccountPosition, 'entry'>): number {
  return position.entry ?? 0;
}

/**
 * The account with other prices: marks, and the moving parts of forwards, of a repriced asset move with it in proportion; volatilities and
 * everything else stay.
 * @throws RangeError for an asset that it has no price of.
 */
export function repriced(account: VenueAccount, prices: Readonly<Record<string, number>>): VenueAccount {
  const by = (asset: string): number => {
    const price = Object.hasOwn(prices, asset) ? prices[asset] : undefined;
    return price === undefined ? 1 : price / priceOf(account, asset);
  };
  for (const asset of Object.keys(prices)) priceOf(account, asset);
  return {
    ...account,
    prices: { ...account.prices, ...prices },
    positions: account.positions.map((one) => (one.mark === null ? one : { ...one, mark: one.mark * by(one.asset) })),
    options: account.options.map((one) => (one.forward === null ? one : { ...one, forward: one.forward * by(one.asset) })),
  };
}
