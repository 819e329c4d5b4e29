/** Market makers quoting ladders around outside price × (1 + displacement). Money in quanta, times in seconds, widths as fractions. */
export interface MakerOptions {
  readonly kind: 'ladder';
  readonly count: number;
  /** Notional of all makers' bids (and of their asks) within 1 % of the centre, in quanta, in a calm market; flat density. */
  readonly depth: number;
  /** The depth never falls below this, in quanta. */
  readonly floor: number;
  /** depth(t) = depth / (1 + |one-minute move| / volatilityScale), at once on the way down … */
  readonly volatilityScale: number;
  /** … and back with this half-life. */
  readonly returnHalfLife: number;
  /** Half of the quoted spread as a fraction of the price. */
  readonly halfSpread: number;
  /** How far from the centre the ladder reaches, as a fraction. */
  readonly reach: number;
  /** Price levels a maker quotes on each side. */
  readonly rungs: number;
  /** Largest inventory of one maker in either direction, in quanta at the current price. */
  readonly inventoryCap: number;
  /** Half-life with which a maker lays its inventory off at the outside price; Infinity: never. */
  readonly layOffHalfLife: number;
  /** Half-life of the displacement; Infinity: it stays. */
  readonly recovery: number;
  /** Share of the displacement's peak that never decays, in [0, 1]. */
  readonly permanent: number;
  /** Seconds between looking at the market and new quotes standing. */
  readonly reaction: number;
}

/** A standing book that nobody re-quotes: `lots` at every tick from `best` away from the mid, `levels` ticks deep on each side. Used by the laws. */
export interface FlatBookOptions {
  readonly kind: 'flat';
  readonly lots: number;
  readonly bestBid: number;
  readonly bidLevels: number;
  readonly bestAsk: number;
  readonly askLevels: number;
}

export type QuoteOptions = MakerOptions | FlatBookOptions;
