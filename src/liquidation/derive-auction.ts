/**
 * Derive's Dutch auction of a whole portfolio, in slices: while the portfolio is worth something the price falls from a share of its mark
 * to 0 in two straight lines; once it is worth nothing, whoever takes it is paid, rising from its debt to its maintenance shortfall.
 * Source: derivexyz/v2-core, src/liquidation/DutchAuction.sol. Money in the settlement currency, times in seconds; margins are net, as
 * the venue states them (equity less what is demanded; below 0: short of it).
 */
export interface DeriveAuctionRules {
  /** Share of the mark that an auction opens at. */
  readonly start: number;
  /** Share of the mark where the fast fall ends and the slow one begins. */
  readonly cutoff: number;
  readonly fast: number;
  readonly slow: number;
  /** Time until an insolvent portfolio pays its whole shortfall. */
  readonly insolvent: number;
  /** Share of what could be sold at the start, at the mark, that the account pays to the insurance fund when its auction opens. */
  readonly fee: number;
  /** An auction sells until equity covers (1 + buffer) × the requirement. */
  readonly buffer: number;
  /** A portfolio marked below this may be sold whole; −Infinity: never. */
  readonly wholeBelow: number;
}

/** Share of the mark asked `elapsed` seconds after the opening; 0 when the solvent auction is over. */
export function auctionShare(rules: DeriveAuctionRules, elapsed: number): number {
  const { start, cutoff, fast, slow } = rules;
  if (elapsed < fast) return start - ((start - cutoff) * elapsed) / fast;
  return elapsed < fast + slow ? cutoff - (cutoff * (elapsed - fast)) / slow : 0;
}

/** Net margin against (1 + buffer) × the requirement: what the auction sells until it is 0. */
export function bufferMargin(markToMarket: number, maintenanceMargin: number, buffer: number): number {
  return maintenanceMargin + (maintenanceMargin - markToMarket) * buffer;
}

/**
 * Largest share of what the account still holds that may be sold at a share d of its mark: B / (B − M·d − R·(1 − d)) with buffer margin B,
 * mark M and R the cash that earlier bids paid in, which is not for sale. 0 when the buffer is whole, at most 1.
 */
export function largestShare(rules: DeriveAuctionRules, markToMarket: number, buffered: number, share: number, reserved: number): number {
  if (markToMarket < rules.wholeBelow) return 1;
  if (buffered >= 0) return 0;
  return buffered / (buffered - markToMarket * share - reserved * (1 - share));
}

/** A bid on a solvent portfolio: what is sold, what is paid for it, and whether the auction ends with it. */
export interface AuctionBid {
  readonly share: number;
  readonly largest: number;
  readonly sold: number;
  readonly paid: number;
  readonly ends: boolean;
}

/**
 * What a bid for a share of the account gets, or null when the solvent auction is over or its cash is worth more than its portfolio.
 * @throws RangeError for a share outside (0, 1].
 */
export function solventBid(
  rules: DeriveAuctionRules,
  elapsed: number,
  markToMarket: number,
  maintenanceMargin: number,
  reserved: number,
  wanted: number,
): AuctionBid | null {
  if (!(wanted > 0 && wanted <= 1)) throw new RangeError(`auction bid: found ${wanted} of the account, want more than 0, at most 1`);
  const share = auctionShare(rules, elapsed);
  const price = (markToMarket - reserved) * share;
  if (!(price > 0)) return null;
  const largest = largestShare(rules, markToMarket, bufferMargin(markToMarket, maintenanceMargin, rules.buffer), share, reserved);
  const ends = wanted >= largest;
  const sold = ends ? largest : wanted;
  return { share, largest, sold, paid: price * sold, ends };
}

/** What the account pays when its solvent auction opens. */
export function openingFee(rules: DeriveAuctionRules, markToMarket: number, maintenanceMargin: number): number {
  const buffered = bufferMargin(markToMarket, maintenanceMargin, rules.buffer);
  return largestShare(rules, markToMarket, buffered, 1, 0) * Math.abs(markToMarket) * rules.fee;
}

/** What whoever takes the whole of an insolvent portfolio is paid, ≥ 0: from its debt at the start to its shortfall at the end. */
export function insolventPayment(rules: DeriveAuctionRules, elapsed: number, markToMarket: number, maintenanceMargin: number): number {
  if (maintenanceMargin >= 0) return 0;
  const debt = markToMarket < 0 ? -markToMarket : 0;
  return elapsed >= rules.insolvent ? -maintenanceMargin : debt + ((-maintenanceMargin - debt) * elapsed) / rules.insolvent;
}
