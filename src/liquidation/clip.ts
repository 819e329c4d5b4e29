import { pow } from '../core/math.ts';

/** How the price of a Dutch auction falls with the seconds since its start. */
export type PriceFall =
  /** A straight line that meets 0 after `duration` seconds. */
  | { readonly kind: 'linear'; readonly duration: number }
  /** × `cut` every second. */
  | { readonly kind: 'exponential'; readonly cut: number }
  /** × `cut` every `step` seconds, at once. */
  | { readonly kind: 'stairs'; readonly cut: number; readonly step: number };

/** Price of an auction `elapsed` seconds after its start at `top`. Never rises. */
export function auctionPrice(fall: PriceFall, top: number, elapsed: number): number {
  switch (fall.kind) {
    case 'linear':
      return elapsed < fall.duration ? top * ((fall.duration - elapsed) / fall.duration) : 0;
    case 'exponential':
      return top * pow(fall.cut, elapsed);
    case 'stairs':
      return top * pow(fall.cut, Math.floor(elapsed / fall.step));
  }
}

/** Opening price: the oracle's, marked up. */
export function openingPrice(oracle: number, buffer: number): number {
  return oracle * buffer;
}

/** Money in quote units, lots in units of the asset, times in seconds. */
export interface ClipRules {
  /** Least collateral ratio; below it a vault is unsafe. */
  readonly liquidationRatio: number;
  /** Factor on the debt that the auction has to raise, 1 + the penalty. */
  readonly penaltyFactor: number;
  /** Factor on the oracle price at which an auction opens. */
  readonly buffer: number;
  readonly fall: PriceFall;
  /** An auction older than this has to be reset. */
  readonly longest: number;
  /** An auction whose price is below this share of its opening price has to be reset. */
  readonly deepest: number;
  /** What whoever starts or resets an auction is paid: a flat sum and a share of what it has to raise. */
  readonly flatIncentive: number;
  readonly shareIncentive: number;
  /** Least debt of a vault; a part left in a vault or an auction may not be smaller (an auction's with the penalty). */
  readonly leastDebt: number;
  /** Most that all auctions of this kind may have to raise at one time. */
  readonly limit: number;
}

/** A vault: collateral in units of the asset, normalised debt, and the factor by which interest has grown it. */
export interface Vault {
  readonly collateral: number;
  readonly normalisedDebt: number;
  readonly rate: number;
}

/** An auction: what it has to raise (quote units), what it sells (units), and its opening price. */
export interface Auction {
  readonly owed: number;
  readonly lot: number;
  readonly top: number;
}

/** Whether a vault may be auctioned: collateral at the price / ratio is worth less than its debt, not at equality. */
export function isUnsafe(vault: Vault, price: number, liquidationRatio: number): boolean {
  return vault.collateral * (price / liquidationRatio) < vault.normalisedDebt * vault.rate;
}

/**
 * The auction of an unsafe vault, all of it or as much as `room` (quote units still allowed in auctions) has place for; null when what
 * fits, the least debt considered, is nothing. A part that would leave less than the least debt takes the whole vault along.
 */
export function openAuction(
  vault: Vault,
  price: number,
  rules: Pick<ClipRules, 'penaltyFactor' | 'buffer' | 'leastDebt'>,
  room = Infinity,
): Auction | null {
  const { collateral, normalisedDebt, rate } = vault;
  if (!(room > 0) || !(normalisedDebt > 0)) return null;
  const fits = room / rate / rules.penaltyFactor;
  let taken = normalisedDebt < fits ? normalisedDebt : fits;
  if (taken < normalisedDebt) {
    if ((normalisedDebt - taken) * rate < rules.leastDebt) taken = normalisedDebt;
    else if (taken * rate < rules.leastDebt) return null;
  }
  const lot = taken === normalisedDebt ? collateral : (collateral * taken) / normalisedDebt;
  if (!(lot > 0)) return null;
  return { owed: taken * rate * rules.penaltyFactor, lot, top: openingPrice(price, rules.buffer) };
}

/** What a keeper is paid for starting or resetting an auction, quote units. */
export function startIncentive(flat: number, share: number, owed: number): number {
  return flat + share * owed;
}

/** Whether an auction has run too long or too deep, so that nobody can buy before it is reset. */
export function needsReset(elapsed: number, priceOverTop: number, longest: number, deepest: number): boolean {
  return elapsed > longest || priceOverTop < deepest;
}

/** Least that an auction may be left to raise: the least debt with its penalty. */
export function leastOwed(rules: Pick<ClipRules, 'leastDebt' | 'penaltyFactor'>): number {
  return rules.leastDebt * rules.penaltyFactor;
}

/**
 * An auction started again at the oracle's price, with what the keeper is paid for it: nothing when what it has to raise, or what its lot is
 * worth, is below the least.
 */
export function resetAuction(
  auction: Auction,
  price: number,
  rules: Pick<ClipRules, 'buffer' | 'flatIncentive' | 'shareIncentive' | 'leastDebt' | 'penaltyFactor'>,
): { readonly auction: Auction; readonly incentive: number } {
  const { owed, lot } = auction;
  const least = leastOwed(rules);
  const incentive = owed >= least && lot * price >= least ? startIncentive(rules.flatIncentive, rules.shareIncentive, owed) : 0;
  return { auction: { owed, lot, top: openingPrice(price, rules.buffer) }, incentive };
}

/** A purchase in an auction: what it costs, what it brings, and what is left to raise and to sell. */
export interface Purchase {
  readonly cost: number;
  readonly bought: number;
  readonly owed: number;
  readonly lot: number;
}

/**
 * Buys up to `amount` at `price`, no more than the auction has to raise. A part may leave no less than `least` to raise: it is cut so that
 * this much is left, and refused (null) when the auction has no more than that to raise from the start.
 */
export function take(owed: number, lot: number, price: number, amount: number, least = 0): Purchase | null {
  let bought = amount < lot ? amount : lot;
  let cost = bought * price;
  if (cost > owed) {
    cost = owed;
    bought = cost / price;
  } else if (cost < owed && bought < lot && owed - cost < least) {
    if (owed <= least) return null;
    cost = owed - least;
    bought = cost / price;
  }
  return { cost, bought, owed: owed - cost, lot: lot - bought };
}
